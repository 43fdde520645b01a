/** Wire shapes of chat. */
import { z } from '@hono/zod-openapi'
import { BotSettingsChange } from '../accounts/wire.ts'
import type { Problem } from '../http/wire.ts'
import { Usage } from '../usage/wire.ts'

/** Characters (UTF-16 units) of one message. */
export const maxMessage = 10_000

export const ChatRequest = z
  .object({
    message: z.string().max(maxMessage, `must have at most ${maxMessage.toLocaleString('en')} characters`),
    company_id: z.string().max(100).optional(),
    /** Continues a conversation; made when absent. */
    session_id: z
      .string()
      .regex(/^[A-Za-z0-9._:-]{1,100}$/, 'must be 1–100 letters, digits, or . _ : -')
      .optional(),
    /** Address of the page that the visitor is on; query and fragment are not kept. */
    page: z.string().max(2_000).optional(),
    /** True: who asks shows `ways` and `suggestions` beside the reply, so that `response` does not name them too. */
    apart: z.boolean().optional(),
  })
  // A conversation cannot begin with nothing. Within one, a message without words (a sticker, a photo without a caption)
  // is a turn like any other and gets a kind reply; see chat/reply.ts.
  .refine(({ message, session_id }) => message.trim() !== '' || session_id !== undefined, {
    path: ['message'],
    error: 'must not be empty',
  })
  .openapi('ChatRequest')
export type ChatRequest = z.infer<typeof ChatRequest>

export const ChatSource = z
  .object({
    id: z.string(),
    category: z.string(),
    source: z.string(),
    title: z.string().optional(),
    url: z.string().optional(),
    /** The words of the entry that the answer rests on. */
    quote: z.string(),
  })
  .openapi('ChatSource')
export type ChatSource = z.infer<typeof ChatSource>

/** A way on to people, ready to be shown. */
export const ReplyWay = z
  .object({
    /** lead: the form in which the visitor leaves word. */
    kind: z.enum(['email', 'phone', 'link', 'text', 'lead']),
    /** The address, number or text itself; empty for the form. */
    value: z.string(),
    /** To be shown. */
    label: z.string(),
    /** Empty where there is nothing to follow. */
    href: z.string(),
  })
  .openapi('ReplyWay')
export type ReplyWay = z.infer<typeof ReplyWay>

export const ChatReply = z
  .object({
    response: z.string(),
    company_id: z.string(),
    session_id: z.string(),
    timestamp: z.string(),
    /** Where the cited entries came from (their `source`), without repeats. */
    sources_used: z.array(z.string()),
    /** True when the reply comes from the knowledge. */
    answered: z.boolean(),
    /**
     * answer: from the knowledge; refusal: it does not know; choice: one of two questions was probably meant, both are in
     * `suggestions`; small-talk: a greeting, thanks and the like.
     */
    kind: z.enum(['answer', 'refusal', 'choice', 'small-talk']),
    confidence: z.number(),
    sources: z.array(ChatSource),
    suggestions: z.array(z.string()),
    /** Ways on to people, where the bot does not know or was asked for a person; else none. */
    ways: z.array(ReplyWay),
    /** Beside `ways`, where the client gave opening hours: whether somebody is there, in words too. */
    hours: z.object({ open: z.boolean(), text: z.string() }).nullable(),
    usage: Usage,
    /** Id of this turn. */
    answer_id: z.string(),
  })
  .openapi('ChatReply')
export type ChatReply = z.infer<typeof ChatReply>

/** POST /api/bot/preview/chat: a question to the bot as it would be with these settings. */
export const PreviewRequest = z
  .object({
    settings: BotSettingsChange.default({}),
    message: z.string().max(maxMessage, `must have at most ${maxMessage.toLocaleString('en')} characters`),
    /** Of an earlier reply of the preview. */
    session_id: z.string().max(100).optional(),
    apart: z.boolean().optional(),
  })
  .openapi('PreviewRequest')
export type PreviewRequest = z.infer<typeof PreviewRequest>

/** GET /api/suggest?q=…: questions of the client's own that the bot can answer, best first. */
export const Suggestions = z.object({ suggestions: z.array(z.string()) }).openapi('Suggestions')
export type Suggestions = z.infer<typeof Suggestions>

/**
 * `Accept: text/event-stream`, in this order: `start {session_id, answer_id, company_id}`, `delta {text}` (one or more;
 * joined they are the response), `sources {sources, sources_used}`, `done` (the whole ChatReply). `error {problem}` instead of
 * the rest when it fails after the start. The turn is durable before `done`.
 */
export interface ChatEvents {
  start: { session_id: string; answer_id: string; company_id: string }
  delta: { text: string }
  sources: { sources: ChatSource[]; sources_used: string[] }
  done: ChatReply
  error: { problem: Problem }
}

/** POST /api/chat/{answer_id}/feedback */
export const FeedbackRequest = z
  .object({
    company_id: z.string().max(100).optional(),
    /** The conversation that the answer belongs to; a visitor's page must name it. */
    session_id: z.string().max(100).optional(),
    /** none takes back what was said before. */
    rating: z.enum(['up', 'down', 'none']),
    comment: z.string().trim().max(1_000, 'must have at most 1,000 characters').optional(),
  })
  .openapi('FeedbackRequest')
export type FeedbackRequest = z.infer<typeof FeedbackRequest>

export const FeedbackReply = z.object({ success: z.literal(true), message: z.string() }).openapi('FeedbackReply')
