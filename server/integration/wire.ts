/** Wire shapes of integrations: what to paste where, which files a page may pin, and why the widget does not show. */
import { z } from '@hono/zod-openapi'

export const Integration = z
  .object({
    id: z.string(),
    title: z.string(),
    /** site: pasted into a website; server: called from a program; code: a component or client of the widget's own. */
    kind: z.enum(['site', 'server', 'code']),
    /** What the code is written in, e.g. html, php, python. */
    language: z.string(),
    /** Name of the file the code usually stands in. */
    file: z.string(),
    /** What to do, in order. */
    steps: z.array(z.string()),
    /** With this installation's address and the client's id filled in. A secret key is never in it. */
    code: z.string(),
    /** Where to get it as a file, where it is more than can be pasted. */
    download: z.string().optional(),
  })
  .openapi('Integration')
export type Integration = z.infer<typeof Integration>

export const Integrations = z.object({ integrations: z.array(Integration) }).openapi('Integrations')

export const WidgetVersion = z
  .object({
    version: z.string(),
    /** Short-lived in caches: pages follow new versions by themselves. */
    url: z.string(),
    /** Never changes. */
    pinned_url: z.string(),
    /** Subresource Integrity (w3.org/TR/SRI) of the pinned file. */
    integrity: z.string(),
    types_url: z.string(),
    tag: z.string(),
    pinned_tag: z.string(),
  })
  .openapi('WidgetVersion')
export type WidgetVersion = z.infer<typeof WidgetVersion>

export const Finding = z
  .object({
    /** problem: the widget does not show; hint: worth knowing; good: nothing stands in the way. */
    level: z.enum(['problem', 'hint', 'good']),
    code: z.enum([
      'ok',
      'unreachable',
      'redirect',
      'origin_not_allowed',
      'bot_off',
      'hidden_here',
      'tag_missing',
      'secret_key',
      'wrong_id',
      'wrong_host',
      'mixed_content',
      'csp_script',
      'csp_connect',
    ]),
    message: z.string(),
    /** What to do about it. */
    fix: z.string(),
  })
  .openapi('EmbedFinding')
export type Finding = z.infer<typeof Finding>

export const EmbedCheck = z
  .object({
    url: z.string(),
    /** Where redirects led. */
    final_url: z.string(),
    shows: z.boolean(),
    findings: z.array(Finding),
  })
  .openapi('EmbedCheck')
export type EmbedCheck = z.infer<typeof EmbedCheck>
