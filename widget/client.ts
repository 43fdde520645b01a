/**
 * A client of POST /api/chat for pages and programs that draw their own chat: fetch and a stream, nothing else.
 *
 *   const chat = createClient({ url: 'https://parley.example', companyId: 'YOUR_COMPANY_ID' })
 *   const reply = await chat.ask('When are you open?', { onText: text => { out.textContent += text } })
 */
import type { ChatReply } from '../server/chat/wire.ts'
import { eventReader } from './sse.ts'

export interface ClientOptions {
  /** Address of the installation. */
  url: string
  /** For pages: the public id. */
  companyId?: string
  /** For servers: a secret key. Never in a page. */
  apiKey?: string
  /** Continues a conversation. */
  sessionId?: string
  fetch?: typeof fetch
}

export interface AskOptions {
  /** Called with each piece of the answer as it is written. */
  onText?(text: string): void
  signal?: AbortSignal
}

/** A refusal of the server: `message` is its sentence, `code` is for programs, `status` is that of HTTP. */
export interface ChatError extends Error {
  code: string
  status: number
}

const failure = (problem: { detail?: string; code?: string; status?: number }, status: number): ChatError =>
  Object.assign(new Error(problem.detail || `The server answered with status ${status}.`), {
    code: problem.code || 'unknown',
    status: problem.status || status,
  })

/** One conversation: each question continues it. */
export function createClient({ url, companyId, apiKey, sessionId, fetch: call = fetch }: ClientOptions) {
  const base = url.replace(/\/+$/, '')
  return {
    get sessionId() {
      return sessionId
    },
    /** @throws ChatError, or what `fetch` throws */
    async ask(message: string, { onText, signal }: AskOptions = {}): Promise<ChatReply> {
      const response = await call(`${base}/api/chat`, {
        method: 'POST',
        signal,
        headers: {
          'Content-Type': 'application/json',
          Accept: onText ? 'text/event-stream' : 'application/json',
          // The same question that is sent twice by the network is answered and counted once.
          'Idempotency-Key': crypto.randomUUID(),
          ...(apiKey && { 'X-API-Key': apiKey }),
        },
        body: JSON.stringify({ message, company_id: companyId, session_id: sessionId }),
      })
      const json = /json/.test(response.headers.get('Content-Type') || '')
      if (!response.ok) throw failure(json ? await response.json() : {}, response.status)
      let reply: ChatReply | undefined
      if (json) reply = await response.json()
      else {
        const read = eventReader(({ event, data }) => {
          const value = JSON.parse(data)
          if (event === 'delta') onText?.(value.text)
          if (event === 'done') reply = value
          if (event === 'error') throw failure(value.problem, 500)
        })
        const decoder = new TextDecoder()
        const reader = response.body!.getReader()
        for (;;) {
          const { done, value } = await reader.read()
          if (done) break
          read(decoder.decode(value, { stream: true }))
        }
      }
      if (!reply)
        throw failure({ detail: 'The connection broke before the answer was complete.', code: 'interrupted' }, 0)
      sessionId = reply.session_id
      return reply
    },
  }
}
