/** One visit of one page: fetch, judge, read. Nothing is stored here. */
import { AppError } from '../../errors.ts'
import { type Fetched, FetchFailure, type Outgoing } from '../../http/outgoing/outgoing.ts'
import type { PageRow } from '../../store/records.ts'
import { contentOf } from '../intake/html/content.ts'
import type { Page } from '../intake/html/page.ts'
import { isSameSite, normalised } from './address.ts'
import type { PageReader } from './reader.ts'
import type { Reason } from './reason.ts'
import type { Robots } from './robots.ts'

export type Visit =
  | {
      kind: 'page'
      page: Page
      /** Another address of the site that the page names as its own; empty: none. */
      canonical: string
      etag: string
      lastModified: string
      bytes: number
    }
  | { kind: 'not_changed' }
  | { kind: 'moved'; to: string }
  /** The site is asked too much, or rests; `afterMs`: it says for how long. */
  | { kind: 'busy'; afterMs?: number }
  | { kind: 'out'; reason: Reason /** Links of a page that is not kept itself. */; links?: string[] }

export interface VisitDeps {
  outgoing: Outgoing
  reader: PageReader
  robots: Robots
  /** An address of the site; undefined on the first visit, whose redirects decide which site it is. */
  site: string | undefined
  maxBytes?: number
  timeoutMs?: number
  signal: AbortSignal
}

const signIn =
  /\/(?:log-?in|sign-?in|wp-login\.php|anmelden|einloggen|connexion|iniciar-sesion|auth|sso|account\/login)(?:[/.?]|$)/i
const html = /^(?:text\/html|application\/xhtml\+xml)\b/i

/** @throws `signal.reason` when it is told to stop; whatever is wrong with the page is a Visit */
export async function visit(row: PageRow, deps: VisitDeps): Promise<Visit> {
  const { outgoing, robots, site, signal } = deps
  let fetched: Fetched
  try {
    fetched = await outgoing.get(row.url, {
      headers: { accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.1', ...conditions(row) },
      signal,
      ...(deps.maxBytes !== undefined && { maxBytes: deps.maxBytes }),
      ...(deps.timeoutMs !== undefined && { timeoutMs: deps.timeoutMs }),
      onRedirect(to) {
        if (site === undefined) return
        if (!isSameSite(to.href, site)) throw new FetchFailure('outside', 'It leads out of the site.')
        if (!robots.allows(to.href)) throw new FetchFailure('robots', 'It leads to where robots may not go.')
      },
    })
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof FetchFailure) return { kind: 'out', reason: error.reason }
    if (error instanceof AppError && error.code === 'url_not_allowed') return { kind: 'out', reason: 'url_not_allowed' }
    throw error
  }
  return judge(row, fetched, deps)
}

async function judge(row: PageRow, { status, headers, url, body }: Fetched, deps: VisitDeps): Promise<Visit> {
  if (status === 304) return { kind: 'not_changed' }
  const afterMs = restOf(headers['retry-after'])
  if (status === 429 || (status === 503 && afterMs !== undefined))
    return { kind: 'busy', ...(afterMs !== undefined && { afterMs }) }
  if (status === 401 || status === 403 || status === 407) return { kind: 'out', reason: 'login' }
  if (status === 404 || status === 410) return { kind: 'out', reason: 'not_found' }
  if (status >= 300) return { kind: 'out', reason: 'server_error' }
  const landed = normalised(url) ?? url
  if (landed !== row.url) {
    if (signIn.test(new URL(landed).pathname) && !signIn.test(new URL(row.url).pathname))
      return { kind: 'out', reason: 'login' }
    return { kind: 'moved', to: landed }
  }
  const type = headers['content-type'] ?? ''
  const looksLikeHtml = /^\s*(?:<!doctype html|<html|<head|<body|<!--)/i.test(
    body
      .subarray(0, 200)
      .toString('latin1')
      .replace(/^\u00ef\u00bb\u00bf/, ''),
  )
  if (type === '' ? !looksLikeHtml : !html.test(type)) return { kind: 'out', reason: 'not_a_page' }
  if (/\b(?:noindex|none)\b/i.test(headers['x-robots-tag'] ?? '')) return { kind: 'out', reason: 'noindex' }
  const bytes = body.byteLength
  const page = await deps.reader.read(body, type, landed)
  deps.signal.throwIfAborted()
  if (!page) return { kind: 'out', reason: 'unreadable' }
  const { links } = page
  if (page.noindex) return { kind: 'out', reason: 'noindex', links }
  const canonical = normalised(page.url)
  if (page.needsScripts) return { kind: 'out', reason: 'needs_scripts', links }
  if (page.login) return { kind: 'out', reason: 'login', links }
  if (!contentOf(page).some(block => block.kind !== 'heading')) return { kind: 'out', reason: 'empty', links }
  return {
    kind: 'page',
    page: { ...page, url: landed },
    canonical: canonical && plainly(canonical) !== plainly(landed) && deps.robots.allows(canonical) ? canonical : '',
    etag: (headers.etag ?? '').slice(0, 200),
    lastModified: (headers['last-modified'] ?? '').slice(0, 100),
    bytes,
  }
}

/** `Retry-After` (RFC 9110 §10.2.3), seconds or a date, in milliseconds from now. */
export function restOf(header: string | undefined, now = Date.now()): number | undefined {
  const value = header?.trim() ?? ''
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000
  // A date begins with the name of its day; much else would be read as one.
  const at = /^[A-Z][a-z]{2}, /.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}

/** Sites disagree with themselves about `https`, `www` and the last slash. */
const plainly = (address: string) => address.replace(/^https?:\/\/(?:www\.)?/, '').replace(/\/(?=$|\?)/, '')

/** Only where its text is there already: else "not changed" would leave nothing. */
function conditions(row: PageRow): Record<string, string> {
  if (row.state !== 'kept') return {}
  return {
    ...(row.etag && { 'if-none-match': row.etag }),
    ...(row.last_modified && { 'if-modified-since': row.last_modified }),
  }
}
