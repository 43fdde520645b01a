/** HTTP of chat: one question as JSON, or as a stream of events. */
import { z } from '@hono/zod-openapi'
import { nanoid } from 'nanoid'
import { limitKey } from '../http/address.ts'
import { apiHeaders, setHeaders } from '../http/headers.ts'
import type { Idempotency } from '../http/idempotency.ts'
import { pageAddress } from '../http/page.ts'
import type { Principal } from '../http/principal.ts'
import { asAppError, problemOf } from '../http/problem.ts'
import { type Input, route } from '../http/route.ts'
import type { Feedbacks } from './feedback.ts'
import type { Previewer } from './preview.ts'
import type { Replier } from './reply.ts'
import { eventStream } from './stream.ts'
import type { Suggester } from './suggest.ts'
import {
  ChatReply,
  ChatRequest,
  FeedbackReply,
  FeedbackRequest,
  maxMessage,
  PreviewRequest,
  Suggestions,
} from './wire.ts'

export interface ChatRouteDeps {
  reply: Replier
  preview: Previewer
  /** @throws AppError `rate_limited` */
  previewLimit(clientId: string): Promise<unknown>
  suggest: Suggester
  feedbacks: Feedbacks
  idempotency: Idempotency
  reportError(error: unknown, requestId: string): void
}

type ChatInput = Input<ChatRequest, undefined, undefined, Principal>

export function chatRoutes(deps: ChatRouteDeps) {
  /** Runs the turn once for its Idempotency-Key, if there is one. */
  const ask = (
    { body, caller, ip, c }: ChatInput,
    hooks: Pick<Parameters<Replier>[0], 'onStart' | 'onDelta' | 'signal'> = {},
  ) => {
    const run = () =>
      deps.reply({
        message: body.message,
        sessionId: body.session_id,
        caller,
        ip,
        origin: c.req.header('origin'),
        page: pageAddress(body.page),
        apart: body.apart,
        ...hooks,
      })
    const key = c.req.header('idempotency-key')
    if (key === undefined) return run()
    // All visitors of a bot share its public id. Their conversation tells them apart, before it has begun their address.
    const visitor = caller.via === 'public' && !body.session_id ? limitKey(ip) : ''
    return deps.idempotency.once(`${caller.via} ${caller.clientId} chat ${visitor}`, key, body, run)
  }

  return {
    send: route({
      summary: 'Ask the bot',
      description:
        'With `Accept: text/event-stream` the reply comes as events: `start`, `delta` (one or more), `sources`, `done` (the JSON reply), or `error` (a problem document).',
      tag: 'Chat',
      body: ChatRequest,
      replies: {
        200: {
          description: 'The answer, or an honest “I don’t know”',
          schema: ChatReply,
          media: ['text/event-stream'],
        },
      },
      ownIdempotency: true,
      async handle(input) {
        const wantsStream = (input.c.req.header('accept') ?? '').includes('text/event-stream')
        return wantsStream ? stream(input) : { body: await ask(input) }
      },
    }),

    preview: route({
      summary: 'Ask the bot as it would be with other settings',
      description:
        'A real answer from the client’s knowledge, for the portal’s preview. Neither kept nor counted as a request; what a model costs is.',
      tag: 'Chat',
      body: PreviewRequest,
      replies: { 200: { description: 'As of /api/chat', schema: ChatReply } },
      async handle({ body, caller }) {
        await deps.previewLimit(caller.clientId)
        return { body: await deps.preview(caller.clientId, body) }
      },
    }),

    suggest: route({
      summary: 'Questions to offer while the visitor types',
      description:
        'The client’s own questions that continue or resemble `q`, best first; without `q` those chosen in the bot’s settings. Not counted as a request.',
      tag: 'Chat',
      query: z.object({
        q: z.string().max(maxMessage).default(''),
        company_id: z.string().max(100).optional(),
        limit: z.coerce.number('must be a whole number').int('must be a whole number').min(1).max(10).default(5),
      }),
      replies: { 200: { description: 'At most `limit` questions', schema: Suggestions } },
      handle: async ({ query, caller }) => ({
        body: { suggestions: await deps.suggest(caller.clientId, query.q, query.limit) },
      }),
    }),

    feedback: route({
      summary: 'Say what an answer was worth',
      description: 'The last word about an answer holds. Not counted as a request.',
      tag: 'Chat',
      params: z.object({ answer_id: z.string().max(100) }),
      body: FeedbackRequest,
      replies: { 200: { description: 'Kept', schema: FeedbackReply } },
      async handle({ params, body, caller }) {
        // A visitor knows the conversation; the bot's public id alone is known to everyone.
        const session = caller.via === 'public' ? (body.session_id ?? '') : body.session_id
        await deps.feedbacks.rate(caller.clientId, params.answer_id, session, body)
        return { body: { success: true, message: 'Thank you.' } }
      },
    }),
  }

  /** What fails before the answer starts is an ordinary problem reply; what fails later is an `error` event. */
  async function stream(input: ChatInput): Promise<Response> {
    const { c } = input
    const cancelled = new AbortController()
    const { body, sink } = eventStream(() => cancelled.abort())
    const sent = { start: false, delta: false }
    let announce = () => {}
    const started = new Promise<void>(resolve => {
      announce = resolve
    })
    const reply = ask(input, {
      signal: cancelled.signal,
      onStart(ids) {
        sent.start = true
        sink.send('start', ids)
        announce()
      },
      onDelta(text) {
        sent.delta = true
        sink.send('delta', { text })
      },
    })
    await Promise.race([started, reply])

    reply
      .then(
        done => {
          // The reply to a repeated Idempotency-Key comes whole.
          const { session_id, answer_id, company_id, sources, sources_used } = done
          if (!sent.start) sink.send('start', { session_id, answer_id, company_id })
          if (!sent.delta) sink.send('delta', { text: done.response })
          sink.send('sources', { sources, sources_used })
          sink.send('done', done)
        },
        error => {
          const requestId = nanoid(12)
          const known = asAppError(error)
          if (known.code === 'internal') deps.reportError(error, requestId)
          sink.send('error', { problem: problemOf(known, requestId) })
        },
      )
      .finally(() => sink.end())
    setHeaders(c, apiHeaders)
    return c.body(body, 200, { 'Content-Type': 'text/event-stream; charset=UTF-8', 'X-Accel-Buffering': 'no' })
  }
}
