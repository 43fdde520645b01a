/** What a site asks of robots: RFC 9309, and the two customs beside it, Crawl-delay and Sitemap. */
import { createRequire } from 'node:module'
import { FetchFailure, type Outgoing } from '../../http/outgoing/outgoing.ts'

export interface Robots {
  allows(address: string): boolean
  /** The server could not say: nothing is read, but nothing follows for what was read before. */
  isUnknown?: boolean
  /** Milliseconds between two visits; 0 when nothing is asked. */
  delayMs: number
  sitemaps: string[]
}

/** Half a minute between pages is the most that is heeded: a site that asks for more asks not to be read. */
const maxDelayMs = 30_000
const agent = 'parley'

// The package's types declare a default export that its CommonJS does not have.
type Parser = (
  url: string,
  text: string,
) => {
  isAllowed(url: string, agent: string): boolean | undefined
  getCrawlDelay(agent: string): number | undefined
  getSitemaps(): string[]
}
const parser: Parser = createRequire(import.meta.url)('robots-parser')

/**
 * Without a file, everything is allowed. Where the server cannot say (an error of its own), nothing is.
 * @throws AppError `url_not_allowed`, FetchFailure when the site cannot be reached
 */
export async function readRobots(outgoing: Outgoing, site: string, signal?: AbortSignal): Promise<Robots> {
  const address = new URL('/robots.txt', site).href
  try {
    const { status, body } = await outgoing.get(address, { maxBytes: 512_000, signal })
    if (status >= 500) return { allows: () => false, isUnknown: true, delayMs: 0, sitemaps: [] }
    return parseRobots(address, status < 300 ? body.toString('utf8') : '')
  } catch (error) {
    // Too long to be one, or in circles: as good as none.
    if (error instanceof FetchFailure && (error.reason === 'too_large' || error.reason === 'bad_redirect'))
      return parseRobots(address, '')
    throw error
  }
}

export function parseRobots(address: string, text: string): Robots {
  const robots = parser(address, text)
  const delay = robots.getCrawlDelay(agent)
  return {
    allows: page => robots.isAllowed(page, agent) !== false,
    delayMs: Math.min(maxDelayMs, Math.max(0, (delay && Number.isFinite(delay) ? delay : 0) * 1000)),
    sitemaps: robots.getSitemaps().slice(0, 20),
  }
}
