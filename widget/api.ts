/** The widget's two calls: what the bot is, and a question. */
import type { PublicBot } from '../server/accounts/wire.ts'
import type { ChatEvents, ChatReply, ChatRequest } from '../server/chat/wire.ts'
import type { Problem } from '../server/http/wire.ts'
import { eventReader } from './sse.ts'

/** What went wrong, in the terms a visitor is told it; each has its words in text.ts. */
export type FailureKind =
  | 'offline'
  | 'unreachable'
  | 'interrupted'
  | 'trouble'
  | 'tooFast'
  | 'quota'
  | 'unavailable'
  | 'tooLong'

export interface Failure {
  kind: FailureKind
  /** ISO 8601, with `quota`: when questions are answered again. */
  resetsAt?: string
}

/** Failures that the same question may outlive. */
export const canRetry = ({ kind }: Failure) => !['quota', 'unavailable', 'tooLong'].includes(kind)

const kindOf: Record<string, FailureKind> = {
  quota_exceeded: 'quota',
  rate_limited: 'tooFast',
  payload_too_large: 'tooLong',
  invalid_request: 'tooLong',
  bot_unavailable: 'unavailable',
  origin_not_allowed: 'unavailable',
  client_inactive: 'unavailable',
  not_found: 'unavailable',
}

const failureOf = (problem: Partial<Problem>): Failure => ({
  kind: kindOf[problem.code!] || 'trouble',
  resetsAt: problem.resets_at,
})

/** `fetch` rejects alike when the visitor is offline, the server is down and an origin is refused. */
const unreachable = (): Failure => ({ kind: navigator.onLine === false ? 'offline' : 'unreachable' })

async function request(url: string, init?: RequestInit): Promise<Response> {
  // No cookies either way: the bot is public, and a visitor is known by the conversation alone.
  const response = await fetch(url, { credentials: 'omit', ...init }).catch(error => {
    throw init?.signal?.aborted ? error : unreachable()
  })
  if (!response.ok) throw failureOf(await response.json().catch(() => ({})))
  return response
}

/** @throws {Failure} */
export async function fetchBot(api: string, companyId: string): Promise<PublicBot> {
  return (await request(`${api}/api/bot?company_id=${encodeURIComponent(companyId)}`)).json()
}

/** What `ask` tells while the answer is under way. */
export interface Listener {
  start?(event: ChatEvents['start']): void
  delta(event: ChatEvents['delta']): void
}

/**
 * Asks one question and follows the answer as it is written.
 *
 * @param key the same for the same question asked again, so that it is answered and counted once
 * @throws {Failure} or, when `signal` is aborted, the browser's AbortError
 */
export async function ask(
  api: string,
  body: ChatRequest,
  key: string,
  signal: AbortSignal,
  listener: Listener,
): Promise<ChatReply> {
  const response = await request(`${api}/api/chat`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream', 'Idempotency-Key': key },
    body: JSON.stringify({ ...body, page: location.origin + location.pathname }),
    signal,
  })
  // A proxy that drops the Accept header gets the whole reply at once.
  if (/json/.test(response.headers.get('Content-Type')!)) return response.json()

  let reply: ChatReply | undefined
  let failure: Failure | undefined
  const read = eventReader(({ event, data }) => {
    const value = JSON.parse(data)
    if (event === 'done') reply = value
    else if (event === 'error') failure = failureOf(value.problem)
    else (listener as any)[event]?.(value)
  })
  try {
    const reader = response.body!.getReader()
    const decoder = new TextDecoder()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      read(decoder.decode(value, { stream: true }))
    }
  } catch (error) {
    if (signal.aborted) throw error
  }
  if (reply) return reply
  throw failure || { kind: 'interrupted' }
}
