/**
 * The one way to call addresses that a client named: its website, its model's endpoint. Every request, and every
 * hop of a redirect, passes the guard of `target.ts` and `connector.ts`; headers, bytes and time are capped, the bytes as they are
 * after decompression.
 *
 *   const outgoing = createOutgoing({ allowHosts: config.scrapeAllowHosts })
 *   const page = await outgoing.get('https://www.example.com/', { maxBytes: 5_000_000, timeoutMs: 10_000 })
 */
import { Agent, type Dispatcher } from 'undici'
import { AppError } from '../../errors.ts'
import { type Capped, readCapped, tooLarge } from './body.ts'
import { createConnector, type Dial, type Resolve, Unreachable } from './connector.ts'
import { FetchFailure } from './failure.ts'
import { checkTarget, type Target } from './target.ts'

export { FetchFailure, type FetchReason } from './failure.ts'

export interface OutgoingDeps {
  /** Hosts, with an optional port, that may be called although they are not public. */
  allowHosts: readonly string[]
  /** Default: the machine's name servers. */
  resolve?: Resolve
  /** Default: a TCP connection. */
  dial?: Dial
  /** How the server introduces itself. */
  userAgent?: string
}

export interface GetOptions {
  headers?: Record<string, string>
  /** Bytes of body after decompression; default 5,000,000. */
  maxBytes?: number
  /** Milliseconds for everything, redirects included; default 10,000. */
  timeoutMs?: number
  /** Default 5. */
  maxRedirects?: number
  /** Looks at the next address before it is called; throws a FetchFailure to stop there. */
  onRedirect?(to: URL): void
  signal?: AbortSignal
}

export interface Fetched {
  /** Where the redirects led. */
  url: string
  status: number
  /** Lower-case names. */
  headers: Record<string, string>
  body: Buffer
  /** Bytes that came over the wire. */
  received: number
}

export interface Outgoing {
  /** Without a look-up. @throws AppError `url_not_allowed` */
  check(url: string | URL): Target
  /** GET, redirects followed. @throws AppError `url_not_allowed`, FetchFailure */
  get(url: string | URL, options?: GetOptions): Promise<Fetched>
  /**
   * For calls of another kind (a POST whose reply streams): undici's `request` and `fetch` take it as `dispatcher`. Whatever goes
   * through it is guarded at the connection; call `check` first for a refusal in words, and follow no redirects.
   */
  readonly dispatcher: Dispatcher
  close(): Promise<void>
}

const redirects = new Set([301, 302, 303, 307, 308])

export function createOutgoing(deps: OutgoingDeps): Outgoing {
  const { allowHosts, userAgent = 'Parley' } = deps
  const dispatcher = new Agent({
    connect: createConnector(deps),
    maxHeaderSize: 16_384,
    headersTimeout: 60_000,
    bodyTimeout: 60_000,
    keepAliveTimeout: 4000,
    connections: 8,
    pipelining: 1,
  })

  const once = async (url: URL, options: GetOptions, signal: AbortSignal) => {
    const { statusCode, headers, body } = await dispatcher.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: 'GET',
      headers: { 'user-agent': userAgent, 'accept-encoding': 'gzip, br', ...options.headers },
      signal,
    })
    return { status: statusCode, headers: flat(headers), body }
  }

  return {
    check: url => checkTarget(url, allowHosts),
    dispatcher,
    close: () => dispatcher.destroy(),
    async get(start, options = {}) {
      const { maxBytes = 5_000_000, timeoutMs = 10_000, maxRedirects = 5 } = options
      let { url } = checkTarget(start, allowHosts)
      const deadline = AbortSignal.timeout(timeoutMs)
      const signal = options.signal ? AbortSignal.any([deadline, options.signal]) : deadline
      try {
        for (let hop = 0; ; hop++) {
          const { status, headers, body } = await once(url, options, signal)
          if (!redirects.has(status) || !headers.location) {
            if (Number(headers['content-length']) > maxBytes) {
              body.on('error', () => {}).destroy()
              throw tooLarge(maxBytes)
            }
            const capped: Capped = await readCapped(body, headers['content-encoding'], maxBytes, signal)
            url.hash = ''
            return { url: url.href, status, headers, ...capped }
          }
          // What a redirect carries is of no use, and may never end.
          body.on('error', () => {}).destroy()
          if (hop === maxRedirects)
            throw new FetchFailure('bad_redirect', `The address leads on more than ${maxRedirects} times.`)
          if (!URL.canParse(headers.location, url))
            throw new FetchFailure('bad_redirect', 'The address leads on to something that is no address.')
          url = checkTarget(new URL(headers.location, url), allowHosts).url
          options.onRedirect?.(url)
        }
      } catch (error) {
        throw failureOf(error, url, { deadline, timeoutMs, signal: options.signal })
      }
    },
  }
}

/** Repeated headers become one, as RFC 9110 allows; none of those that matter here is a list. */
function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value ?? '')]))
}

function failureOf(
  error: unknown,
  url: URL,
  { deadline, timeoutMs, signal }: { deadline: AbortSignal; timeoutMs: number; signal: AbortSignal | undefined },
): unknown {
  if (error instanceof AppError || error instanceof FetchFailure) return error
  if (signal?.aborted) return new FetchFailure('cancelled', 'The call was cancelled.', error)
  if (deadline.aborted)
    return new FetchFailure('too_slow', `${url.host} did not finish within ${timeoutMs / 1000} seconds.`, error)
  if (error instanceof Unreachable) return new FetchFailure('unreachable', error.message, error)
  const code = (error as { code?: string }).code ?? ''
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT')
    return new FetchFailure('too_slow', `${url.host} went silent.`, error)
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return new FetchFailure('unreachable', `${url.host} has no address.`, error)
  return new FetchFailure('broken', `${url.host} broke the connection or sent what is no HTTP.`, error)
}
