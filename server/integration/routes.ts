/** HTTP of integrations, and the page that says why the widget does not show. */
import { z } from '@hono/zod-openapi'
import { pageHeaders, setHeaders } from '../http/headers.ts'
import { route } from '../http/route.ts'
import type { EmbedChecker } from './embed-check.ts'
import type { Listing } from './listing.ts'
import * as wire from './wire.ts'

const tag = 'Integrations'

export interface IntegrationRouteDeps {
  listing: Listing
  checkEmbed: EmbedChecker
  /** Counts one check of a client. @throws AppError `rate_limited` */
  limit(clientId: string): Promise<unknown>
}

export function integrationRoutes({ listing, checkEmbed, limit }: IntegrationRouteDeps) {
  return {
    list: route({
      summary: 'What to paste where',
      description: 'Site builders, tag managers, components and programs, filled in with your id.',
      tag,
      replies: { 200: { description: 'Integrations', schema: wire.Integrations } },
      handle: ({ caller }) => ({ body: { integrations: listing.integrations(caller.clientId) } }),
    }),

    version: route({
      summary: 'Addresses of the widget',
      description: 'The one that follows new versions, and the one of this version with its integrity hash.',
      tag,
      replies: { 200: { description: 'Addresses', schema: wire.WidgetVersion } },
      handle: ({ caller }) => ({ body: listing.version(caller.clientId) }),
    }),

    embedCheck: route({
      summary: 'Why the widget does not show on a page',
      description: 'Reads the page and names what stands in the way: tag, id, origin, policy, mixed content.',
      tag,
      query: z.object({ url: z.string().trim().min(1, 'must not be empty').max(2_000) }),
      replies: { 200: { description: 'What was found', schema: wire.EmbedCheck } },
      async handle({ query, caller, c }) {
        await limit(caller.clientId)
        const url = /^[a-z][a-z0-9+.-]*:/i.test(query.url) ? query.url : `https://${query.url}`
        const found = await checkEmbed(caller.clientId, url)
        // A person who opens the address gets a page.
        if (!/^text\/html\b/.test(c.req.header('accept') ?? '')) return { body: found }
        setHeaders(c, { ...pageHeaders, 'Cache-Control': 'no-store', Vary: 'Accept' })
        return c.html(asPage(found))
      },
    }),
  }
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text: string) => text.replace(/[&<>"']/g, one => escapes[one]!)
const levels = { problem: 'Problem', hint: 'Worth knowing', good: 'Good' }

const asPage = ({ final_url, shows, findings }: wire.EmbedCheck) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Embed check</title>
<link rel="icon" href="/favicon.ico">
<link rel="stylesheet" href="/docs/docs.css">
</head>
<body>
<header class="bar"><a href="/portal/">Parley</a> <span>Embed check</span></header>
<main class="text">
<h1>${shows ? 'The widget should show' : 'The widget does not show'}</h1>
<p><code>${escaped(final_url)}</code></p>
<table><thead><tr><th></th><th>What was found</th><th>What to do</th></tr></thead>
<tbody>${findings
  .map(
    ({ level, message, fix }) =>
      `<tr><td>${levels[level]}</td><td>${escaped(message)}</td><td>${escaped(fix)}</td></tr>`,
  )
  .join('\n')}</tbody></table>
</main>
</body>
</html>`
