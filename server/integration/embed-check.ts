/** Why the widget does not show on a page: reads the page as it is sent, and looks for what commonly stands in the way. */
import { load } from 'cheerio'
import type { Bots } from '../accounts/bot.ts'
import { type Fetched, FetchFailure, type Outgoing } from '../http/outgoing/outgoing.ts'
import { blockedBy, readPolicies } from './policy.ts'
import type { EmbedCheck, Finding } from './wire.ts'

export interface EmbedCheckDeps {
  outgoing: Pick<Outgoing, 'get'>
  bots: Bots
  /** Origin of PUBLIC_URL, from where pages load the widget. */
  publicUrl: string
}

const idNames = ['data-company-id', 'data-embed-id', 'data-api-key']
const paramNames = ['company-id', 'embed-id', 'api-key']

/** @throws AppError `url_not_allowed` for an address that must not be read */
export type EmbedChecker = (clientId: string, url: string) => Promise<EmbedCheck>

export function createEmbedChecker({ outgoing, bots, publicUrl }: EmbedCheckDeps): EmbedChecker {
  return async (clientId, url) => {
    const findings: Finding[] = []
    const problem = (code: Finding['code'], message: string, fix: string) =>
      findings.push({ level: 'problem', code, message, fix })
    const hint = (code: Finding['code'], message: string, fix: string) =>
      findings.push({ level: 'hint', code, message, fix })
    const done = (finalUrl: string): EmbedCheck => {
      const shows = findings.every(({ level }) => level !== 'problem')
      if (shows)
        findings.unshift({
          level: 'good',
          code: 'ok',
          message: 'The widget is on this page, and nothing that can be seen from here stands in its way.',
          fix: '',
        })
      return { url, final_url: finalUrl, shows, findings }
    }

    const fetched = await outgoing
      .get(url, { headers: { accept: 'text/html' }, maxBytes: 3_000_000, timeoutMs: 10_000 })
      .catch((error: unknown) => {
        if (error instanceof FetchFailure) return error
        throw error
      })
    if (fetched instanceof FetchFailure) {
      problem('unreachable', fetched.message, 'Open the address in a browser; it must be public, without a sign-in.')
      return done(url)
    }
    const page = new URL(fetched.url)
    if (fetched.status >= 400) {
      problem(
        'unreachable',
        `The page answered with status ${fetched.status}.`,
        'Check the address; pages behind a sign-in cannot be read from here.',
      )
      return done(page.href)
    }
    if (page.origin !== new URL(url).origin)
      hint(
        'redirect',
        `The address leads on to ${page.origin}.`,
        'Visitors are on that origin: if you allow only some origins, allow this one.',
      )

    const settings = bots.settings(clientId)
    if (!bots.mayChat(clientId, page.origin)) {
      const listed = settings.allowed_origins
      if (listed.length > 0 && !listed.includes(page.origin))
        problem(
          'origin_not_allowed',
          `${page.origin} is not among the origins where your bot may be used (${listed.join(', ')}).`,
          `Add ${page.origin} to the bot’s allowed origins.`,
        )
      else problem('bot_off', 'Your account is not active, so the bot answers nowhere.', 'Ask the operator.')
    }
    const hidden = settings.hide_on.find(path => matches(path, page.pathname))
    if (hidden) problem('hidden_here', `Your settings hide the widget on ${hidden}.`, 'Take the path out of “hide on”.')

    const tag = findTag(fetched, publicUrl)
    if (!tag) {
      const manager = /\bGTM-[A-Z0-9]{4,}\b/.exec(fetched.body.toString('utf8'))?.[0]
      problem(
        'tag_missing',
        manager
          ? `The script tag is not in the page. There is a tag manager (${manager}): what it adds cannot be seen from here.`
          : 'The script tag is not in the page.',
        manager
          ? 'See to it that the tag is published in the tag manager and fires on this page.'
          : `Paste this before </body>: <script src="${publicUrl}/widget.js" data-company-id="${clientId}" async></script>`,
      )
      return done(page.href)
    }
    if (/^cb_/.test(tag.id))
      problem(
        'secret_key',
        'There is a secret key in the page, which everyone can read.',
        `Put your public id ${clientId} there, and replace the key at once.`,
      )
    else if (tag.id !== clientId)
      problem(
        'wrong_id',
        tag.id ? `The tag names ${tag.id}, which is not your id.` : 'The tag names no id.',
        `Write data-company-id="${clientId}".`,
      )
    const api = tag.api && URL.canParse(tag.api, page) ? new URL(tag.api, page) : tag.src
    if (api.origin !== publicUrl)
      problem(
        'wrong_host',
        `The tag loads from ${api.origin}, but this installation is ${publicUrl}.`,
        `Write src="${publicUrl}/widget.js".`,
      )
    if (page.protocol === 'https:' && tag.src.protocol === 'http:')
      problem(
        'mixed_content',
        'The page is https, the script http: browsers block it.',
        `Write src="${tag.src.href.replace(/^http:/, 'https:')}"; the installation needs https, too.`,
      )

    for (const policy of [fetched.headers['content-security-policy'] ?? '', ...tag.policies].flatMap(readPolicies)) {
      const script = { page, target: tag.src, nonce: tag.nonce }
      const call = new URL('/api/chat', api)
      const blocked =
        blockedBy(policy, ['script-src-elem', 'script-src', 'default-src'], script) ??
        // What the tag loads when the chat is opened has no nonce.
        blockedBy(policy, ['script-src-elem', 'script-src', 'default-src'], {
          page,
          target: new URL('/widget/v1/chat.js', api),
          nonce: policy.get('script-src')?.includes("'strict-dynamic'") ? tag.nonce : undefined,
        })
      if (blocked)
        problem(
          'csp_script',
          `The page’s content security policy blocks the script: ${blocked}`,
          `Add ${api.origin} to script-src.`,
        )
      const connect = blockedBy(policy, ['connect-src', 'default-src'], { page, target: call })
      if (connect)
        problem(
          'csp_connect',
          `The page’s content security policy blocks the chat’s calls: ${connect}`,
          `Add ${api.origin} to connect-src.`,
        )
    }
    return done(page.href)
  }
}

interface Tag {
  src: URL
  id: string
  api: string | undefined
  nonce: string | undefined
  /** Of the page’s meta elements. */
  policies: string[]
}

function findTag({ url, body }: Fetched, publicUrl: string): Tag | undefined {
  const $ = load(body.toString('utf8'))
  const base = $('base[href]').attr('href')
  const from = base && URL.canParse(base, url) ? new URL(base, url) : url
  for (const element of $('script[src]').toArray()) {
    const $tag = $(element)
    const text = $tag.attr('src')!.trim()
    if (!URL.canParse(text, from)) continue
    const src = new URL(text, from)
    if (!/\/widget(?:\/v[\w.-]+\/widget)?\.js$/.test(src.pathname)) continue
    const id = [...idNames.map(name => $tag.attr(name)), ...paramNames.map(name => src.searchParams.get(name))].find(
      Boolean,
    )
    // Others call theirs widget.js, too.
    if (id === undefined && src.origin !== publicUrl) continue
    return {
      src,
      id: id ?? '',
      api: $tag.attr('data-api-url') ?? $tag.attr('data-base-api-url') ?? $tag.attr('data-chat-url'),
      nonce: $tag.attr('nonce'),
      policies: $('meta[http-equiv]')
        .toArray()
        .filter(meta => $(meta).attr('http-equiv')!.toLowerCase() === 'content-security-policy')
        .map(meta => $(meta).attr('content') ?? ''),
    }
  }
  return undefined
}

/** As widget/trim.ts has it; in linear time, because both the pattern and the path are a stranger's. */
function matches(pattern: string, path: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  if (rest.length === 0) return path === pattern || path === `${pattern}/`
  const last = rest.pop()!
  if (!path.startsWith(first)) return false
  let at = first.length
  for (const part of rest) {
    const found = path.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return path.slice(at).endsWith(last) || path.slice(at).endsWith(`${last}/`)
}
