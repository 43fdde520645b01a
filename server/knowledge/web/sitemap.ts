/** Lists of pages that a site publishes (sitemaps.org): files, indexes of files, gzipped or plain, and plain text. */
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { AppError } from '../../errors.ts'
import { FetchFailure, type Outgoing } from '../../http/outgoing/outgoing.ts'
import { isSameSite, normalised } from './address.ts'

export interface Listed {
  url: string
  /** ISO 8601, as the site says; empty when it says nothing. */
  lastmod: string
}

const maxFiles = 30
const maxBytes = 10_000_000
const unzip = promisify(gunzip)

/**
 * The pages of a site as its sitemaps list them, at most `limit`, each once. A list that cannot be read is left out.
 * @param named addresses of sitemaps that robots.txt names; without any, the usual place is tried
 */
export async function readSitemaps(
  outgoing: Outgoing,
  site: string,
  {
    named,
    limit,
    allows,
    signal,
  }: { named: readonly string[]; limit: number; allows(address: string): boolean; signal?: AbortSignal },
): Promise<Listed[]> {
  const waiting = named.length > 0 ? [...named] : [new URL('/sitemap.xml', site).href]
  const seen = new Set<string>()
  const pages = new Map<string, Listed>()
  while (waiting.length > 0 && seen.size < maxFiles && pages.size < limit) {
    const address = waiting.shift()!
    if (seen.has(address) || !URL.canParse(address)) continue
    seen.add(address)
    const text = await fetchText(outgoing, address, signal)
    if (text === undefined) continue
    const { sitemaps, urls } = parseSitemap(text)
    waiting.push(...sitemaps)
    for (const { url, lastmod } of urls) {
      const page = normalised(url)
      if (page && isSameSite(page, site) && allows(page) && !pages.has(page) && pages.size < limit)
        pages.set(page, { url: page, lastmod })
    }
  }
  return [...pages.values()]
}

async function fetchText(
  outgoing: Outgoing,
  address: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  try {
    const { status, body } = await outgoing.get(address, { maxBytes, signal })
    if (status !== 200) return undefined
    const zipped = body[0] === 0x1f && body[1] === 0x8b
    return (zipped ? await unzip(body, { maxOutputLength: maxBytes }) : body).toString('utf8')
  } catch (error) {
    signal?.throwIfAborted()
    // A list that is not there, too long, broken or in a forbidden place is no reason not to read the site.
    if (error instanceof FetchFailure || error instanceof AppError || (error as { code?: string }).code)
      return undefined
    throw error
  }
}

/** One look at every letter, whatever the file: no XML parser, so no entities to expand. */
export function parseSitemap(text: string): { sitemaps: string[]; urls: Listed[] } {
  if (!text.includes('<')) {
    const lines = text.split(/\r?\n/).map(line => line.trim())
    return { sitemaps: [], urls: lines.filter(line => /^https?:\/\//.test(line)).map(url => ({ url, lastmod: '' })) }
  }
  const isIndex = text.slice(0, 2000).includes('<sitemapindex')
  const urls: Listed[] = []
  let at = 0
  while (urls.length < 50_000) {
    const open = text.indexOf('<loc>', at)
    const close = open < 0 ? -1 : text.indexOf('</loc>', open)
    if (close < 0) break
    const next = text.indexOf('<loc>', close)
    const rest = text.slice(close, Math.min(next < 0 ? text.length : next, close + 2000))
    const lastmod = /<lastmod>\s*([\d:TZ.+-]{8,35})\s*<\/lastmod>/.exec(rest)?.[1] ?? ''
    urls.push({ url: unescaped(text.slice(open + 5, close).trim()), lastmod: isoOf(lastmod) })
    at = close
  }
  return isIndex ? { sitemaps: urls.map(({ url }) => url), urls: [] } : { sitemaps: [], urls }
}

const isoOf = (text: string) => {
  const time = Date.parse(text)
  return Number.isNaN(time) ? '' : new Date(time).toISOString()
}

const unescaped = (text: string) =>
  text
    .replace(/^<!\[CDATA\[(.*)\]\]>$/s, '$1')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&apos;/g, "'")
    .replace(/&amp;/g, '&')
