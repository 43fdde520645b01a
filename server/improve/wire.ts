/** Wire shapes of looking at what was said: conversations, unanswered questions, why an answer, goldens. */
import { z } from '@hono/zod-openapi'

const whole = (fallback: number, max: number) =>
  z.coerce.number('must be a whole number').int('must be a whole number').min(1).max(max).default(fallback)
const page = { page: whole(1, 1_000_000), limit: whole(50, 200) }
const pageReply = { total: z.number().int(), page: z.number().int(), pages: z.number().int() }
const moment = z.union([z.iso.date(), z.iso.datetime({ offset: true })], {
  error: 'must be a day like 2026-03-31 or a time like 2026-03-31T12:00:00Z',
})
const Kind = z.enum(['answer', 'refusal', 'small-talk'])

export const ConversationFilter = z.object({
  /** A day or a time; conversations that were going on then or later. */
  from: moment.optional(),
  /** A day (meant whole) or a time. */
  to: moment.optional(),
  /** no: at least one question found no answer. */
  answered: z.enum(['yes', 'no']).optional(),
  /** Origin of the page, such as https://www.example.com. */
  origin: z.string().max(300).optional(),
  rating: z.enum(['up', 'down']).optional(),
  lang: z.string().max(20).optional(),
  /** In what the visitor wrote (its first 600 characters), or the conversation's id. */
  search: z.string().trim().min(1).max(200).optional(),
  ...page,
})
export type ConversationFilter = z.infer<typeof ConversationFilter>

export const ConversationRow = z
  .object({
    session_id: z.string(),
    started_at: z.string(),
    last_at: z.string(),
    turns: z.number().int(),
    answered: z.number().int(),
    /** Questions that found no answer. */
    refused: z.number().int(),
    lang: z.string(),
    /** key, session or public. */
    channel: z.string(),
    origin: z.string(),
    first_message: z.string(),
    ratings: z.object({ up: z.number().int(), down: z.number().int() }),
    note: z.string(),
  })
  .openapi('ConversationRow')
export type ConversationRow = z.infer<typeof ConversationRow>

/** GET /api/conversations: newest first. */
export const ConversationPage = z
  .object({
    data: z.array(ConversationRow),
    ...pageReply,
    /** False: older conversations are still being counted; `total` and `pages` will grow. */
    complete: z.boolean(),
  })
  .openapi('ConversationPage')
export type ConversationPage = z.infer<typeof ConversationPage>

export const ConversationTurn = z
  .object({
    answer_id: z.string(),
    timestamp: z.string(),
    message: z.string(),
    response: z.string(),
    kind: Kind,
    confidence: z.number(),
    /** Ids of the cited entries. */
    sources: z.array(z.string()),
    lang: z.string(),
    rating: z.enum(['up', 'down']).nullable(),
  })
  .openapi('ConversationTurn')
export type ConversationTurn = z.infer<typeof ConversationTurn>

export const ConversationReply = z
  .object({
    session_id: z.string(),
    started_at: z.string(),
    last_at: z.string(),
    lang: z.string(),
    channel: z.string(),
    origin: z.string(),
    note: z.string(),
    turns: z.array(ConversationTurn),
  })
  .openapi('Conversation')
export type ConversationReply = z.infer<typeof ConversationReply>

export const NoteRequest = z.object({ note: z.string().trim().max(2000) }).openapi('NoteRequest')

export const ErasedReply = z
  .object({ success: z.literal(true), message: z.string(), turns: z.number().int() })
  .openapi('ErasedReply')

export const ImproveDone = z.object({ success: z.literal(true), message: z.string() }).openapi('ImproveDone')

/** GET /api/chat/{session_id}: what a visitor may take along. */
export const Transcript = z
  .object({
    company_id: z.string(),
    session_id: z.string(),
    turns: z.array(
      z
        .object({ timestamp: z.string(), message: z.string(), response: z.string(), answer_id: z.string() })
        .openapi('TranscriptTurn'),
    ),
  })
  .openapi('Transcript')

export const WhyPassage = z
  .object({
    id: z.string(),
    kind: z.string(),
    title: z.string(),
    /** As it was then, up to 1,000 characters of the best and 200 of each other. */
    text: z.string(),
    score: z.number(),
    cited: z.boolean(),
    /** What became of it since. */
    now: z.enum(['same', 'changed', 'gone']),
  })
  .openapi('WhyPassage')
export type WhyPassage = z.infer<typeof WhyPassage>

/** GET /api/answers/{id}/why */
export const Why = z
  .object({
    answer_id: z.string(),
    session_id: z.string(),
    timestamp: z.string(),
    message: z.string(),
    response: z.string(),
    kind: Kind,
    lang: z.string(),
    confidence: z.number(),
    /** From which confidence an answer was given then; null where none was asked for. */
    threshold: z.number().nullable(),
    passages: z.array(WhyPassage),
    /** Of the best passage, by name; see docs/answers.md. */
    features: z.record(z.string(), z.number()),
    /** Set when earlier messages decided: what the question was taken to be about. */
    follow_up: z.record(z.string(), z.unknown()).nullable(),
    /** What small talk it was; empty for questions. */
    small_talk: z.string(),
    /** What a model was asked and what became of its reply; null without one. */
    model: z.record(z.string(), z.unknown()).nullable(),
  })
  .openapi('Why')
export type Why = z.infer<typeof Why>

export const UnansweredFilter = z.object({
  state: z.enum(['open', 'resolved', 'ignored']).default('open'),
  lang: z.string().max(20).optional(),
  search: z.string().trim().min(1).max(200).optional(),
  /** count: what was asked most often first; last: what was asked last. */
  sort: z.enum(['count', 'last']).default('count'),
  ...page,
})
export type UnansweredFilter = z.infer<typeof UnansweredFilter>

export const UnansweredGroup = z
  .object({
    id: z.string(),
    /** The wording that stands for the group. */
    question: z.string(),
    count: z.number().int(),
    first_at: z.string(),
    last_at: z.string(),
    lang: z.string(),
    state: z.enum(['open', 'resolved', 'ignored']),
    /** Other wordings, the newest first. */
    examples: z.array(z.string()),
    /** A conversation in which it was asked, the newest. */
    session_id: z.string(),
    answer_id: z.string(),
    /** Whether it would be answered as the knowledge is now. */
    answered_now: z.boolean(),
    /** The entry that comes nearest now, as an offer to add a wording to it; null when there is none. */
    nearest: z.object({ id: z.string(), title: z.string(), confidence: z.number() }).nullable(),
  })
  .openapi('UnansweredGroup')
export type UnansweredGroup = z.infer<typeof UnansweredGroup>

/** GET /api/unanswered: groups of questions of the last 90 days that found no answer. */
export const UnansweredPage = z
  .object({
    data: z.array(UnansweredGroup),
    ...pageReply,
    counts: z.object({ open: z.number().int(), resolved: z.number().int(), ignored: z.number().int() }),
  })
  .openapi('UnansweredPage')
export type UnansweredPage = z.infer<typeof UnansweredPage>

export const MarkRequest = z.object({ state: z.enum(['open', 'resolved', 'ignored']) }).openapi('MarkRequest')
