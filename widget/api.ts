/** The widget's calls: what the bot is, a question, and what visitors may do with answers and conversations. */
import type { PublicBot } from '../server/accounts/wire.ts'
import type { ChatEvents, ChatReply, ChatRequest, FeedbackRequest } from '../server/chat/wire.ts'
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

/** By status; of a stream, too, whose failures are problem documents as well. */
const kindOf: Record<number, FailureKind> = {
  400: 'tooLong',
  403: 'unavailable',
  404: 'unavailable',
  413: 'tooLong',
  429: 'tooFast',
}

const failureOf = ({ code, status, resets_at }: Partial<Problem>): Failure => ({
  kind: code === 'quota_exceeded' ? 'quota' : kindOf[status!] || 'trouble',
  resetsAt: resets_at,
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

/** A turn as the server keeps it. */
export interface KeptTurn {
  timestamp: string
  message: string
  response: string
}

/** What a visitor leaves to be written back. */
export interface LeadFields {
  name?: string
  email?: string
  phone?: string
  message?: string
}

/** The calls about one client's bot; each throws a `Failure`. */
export function createApi(api: string, companyId: string) {
  const json = { 'Content-Type': 'application/json' }
  const id = encodeURIComponent(companyId)
  const post = (path: string, body: object) =>
    request(api + path, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ company_id: companyId, ...body }),
    })
  const conversation = (sessionId: string) => `${api}/api/chat/${sessionId}?company_id=${id}`

  return {
    bot: async (): Promise<PublicBot> => (await request(`${api}/api/bot?company_id=${id}`)).json(),
    suggest: async (typed: string): Promise<string[]> =>
      (await (await request(`${api}/api/suggest?company_id=${id}&limit=3&q=${encodeURIComponent(typed)}`)).json())
        .suggestions,
    rate: (answerId: string, said: FeedbackRequest) => post(`/api/chat/${answerId}/feedback`, said),
    leave: (lead: LeadFields & { session_id?: string }) => post('/api/leads', { page: location.href, ...lead }),
    turns: async (sessionId: string): Promise<KeptTurn[]> =>
      (await (await request(conversation(sessionId))).json()).turns,
    erase: (sessionId: string) => request(conversation(sessionId), { method: 'DELETE' }),
    ask: (body: ChatRequest, key: string, signal: AbortSignal, listener: Listener) =>
      ask(api, body, key, signal, listener),
  }
}

export type Api = ReturnType<typeof createApi>

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
async function ask(
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
