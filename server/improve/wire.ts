/** Wire shapes of looking at what was said: conversations, unanswered questions, why an answer, goldens. */
import { z } from '@hono/zod-openapi'
import { carefulnessSteps } from '../accounts/wire.ts'
import { tableFormats } from '../http/table-file.ts'
import { KnowledgeEntry } from '../knowledge/wire.ts'

const whole = (fallback: number, max: number) =>
  z.coerce.number('must be a whole number').int('must be a whole number').min(1).max(max).default(fallback)
const page = { page: whole(1, 1_000_000), limit: whole(50, 200) }
const pageReply = { total: z.number().int(), page: z.number().int(), pages: z.number().int() }
const moment = z.union([z.iso.date(), z.iso.datetime({ offset: true })], {
  error: 'must be a day like 2026-03-31 or a time like 2026-03-31T12:00:00Z',
})
const Kind = z.enum(['answer', 'refusal', 'choice', 'small-talk'])

const wishFields = {
  /** A day or a time; conversations that were going on then or later. */
  from: moment.optional(),
  /** A day (meant whole) or a time. */
  to: moment.optional(),
  /** no: at least one question found no answer. */
  answered: z.enum(['yes', 'no']).optional(),
  /** Origin of the page, such as https://www.example.com. */
  origin: z.string().max(300).optional(),
  /** Address of a page on which something was asked, without query and fragment. */
  url: z.string().max(2000).optional(),
  rating: z.enum(['up', 'down']).optional(),
  lang: z.string().max(20).optional(),
  /** In what the visitor wrote (its first 600 characters), or the conversation's id. */
  search: z.string().trim().min(1).max(200).optional(),
}
/** Which conversations are meant. */
export const ConversationWish = z.object(wishFields)
export type ConversationWish = z.infer<typeof ConversationWish>
export const ConversationFilter = z.object({ ...wishFields, ...page })
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
    /** Where something was asked, at most 8; of old conversations their origin. */
    pages: z.array(z.string()),
    first_message: z.string(),
    ratings: z.object({ up: z.number().int(), down: z.number().int() }),
    note: z.string(),
  })
  .openapi('ConversationRow')
export type ConversationRow = z.infer<typeof ConversationRow>

/** GET /api/conversations/export */
export const ConversationExportQuery = z.object({
  ...wishFields,
  /** Of each conversation a row, newest first; or of each question with its answer, oldest first. */
  of: z.enum(['conversations', 'turns']).default('conversations'),
  format: z.enum(tableFormats).default('csv'),
})

const Facet = z.object({ value: z.string(), count: z.number().int() }).openapi('Facet')

/** GET /api/conversations: newest first. */
export const ConversationPage = z
  .object({
    data: z.array(ConversationRow),
    ...pageReply,
    /** False: older conversations are still being counted; `total` and `pages` will grow. */
    complete: z.boolean(),
    /** What all conversations have, the most frequent first, at most 50 of each: to choose from. */
    facets: z.object({ languages: z.array(Facet), urls: z.array(Facet) }),
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

export const QuestionFilter = z.object({
  state: z.enum(['open', 'resolved', 'ignored']).default('open'),
  lang: z.string().max(20).optional(),
  search: z.string().trim().min(1).max(200).optional(),
  /** count: what was asked most often first; last: what was asked last. */
  sort: z.enum(['count', 'last']).default('count'),
  ...page,
})
export type QuestionFilter = z.infer<typeof QuestionFilter>

export const QuestionGroup = z
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
    /** What the bot said last, and the entry it was taken from: where there was an answer that did not help. */
    response: z.string().optional(),
    entry: z.object({ id: z.string(), title: z.string() }).nullable().optional(),
    /** What the visitor wrote to the rating. */
    comment: z.string().optional(),
    /** Whether it would be answered as the knowledge is now. */
    answered_now: z.boolean(),
    /** The entry that comes nearest now, as an offer to add a wording to it; null when there is none. */
    nearest: z.object({ id: z.string(), title: z.string(), confidence: z.number() }).nullable(),
  })
  .openapi('QuestionGroup')
export type QuestionGroup = z.infer<typeof QuestionGroup>

/** GET /api/unanswered and /api/complaints: groups of questions of the last 90 days. */
export const QuestionPage = z
  .object({
    data: z.array(QuestionGroup),
    ...pageReply,
    counts: z.object({ open: z.number().int(), resolved: z.number().int(), ignored: z.number().int() }),
  })
  .openapi('QuestionPage')
export type QuestionPage = z.infer<typeof QuestionPage>

/** POST /api/answers: an entry, the golden that watches over it, and the group that is done with it, in one save. */
export const AnswerRequest = z
  .object({
    question: z.string().trim().min(1, 'must not be empty').max(2000),
    content: z.string().trim().min(1, 'must not be empty').max(20_000),
    alternates: z.array(z.string().trim().min(1, 'must not be empty').max(2000)).max(50).default([]),
    category: z.string().trim().max(300).optional(),
    /** The group whose question is answered; the golden asks in its words. */
    group: z.object({ list: z.enum(['unanswered', 'complaints']), id: z.string().max(100) }).optional(),
  })
  .openapi('AnswerRequest')
export type AnswerRequest = z.infer<typeof AnswerRequest>

export const MarkRequest = z.object({ state: z.enum(['open', 'resolved', 'ignored']) }).openapi('MarkRequest')

/** GET /api/bot/threshold-preview?value=… */
export const PreviewQuery = z.object({
  /** A number from 0 to 1, or helpful, balanced, careful, strict. */
  value: z
    .string('say which: a number from 0 to 1, or helpful, balanced, careful, strict')
    .transform((value, context) => {
      const number =
        value in carefulnessSteps ? carefulnessSteps[value as keyof typeof carefulnessSteps] : Number(value)
      if (value.trim() !== '' && number >= 0 && number <= 1) return number
      context.addIssue({
        code: 'custom',
        message: 'must be a number from 0 to 1, or helpful, balanced, careful, strict',
      })
      return z.NEVER
    }),
  /** Questions looked at, the newest. */
  last: whole(200, 500),
})

const Tally = z.object({ answered: z.number().int(), refused: z.number().int() })
export const PreviewExample = z
  .object({
    question: z.string(),
    confidence: z.number(),
    /** The entry that would answer, or no longer answers. */
    entry: z.object({ id: z.string(), title: z.string() }).nullable(),
    timestamp: z.string(),
  })
  .openapi('PreviewExample')
export type PreviewExample = z.infer<typeof PreviewExample>

export const ThresholdPreview = z
  .object({
    value: z.number(),
    /** The bot's setting as it is. */
    current: z.number(),
    /** Questions that were looked at: the newest, without small talk. */
    questions: z.number().int(),
    /** With the setting as it is, and with `value`. */
    before: Tally,
    after: Tally,
    /** Up to 20 of each, the nearest to the line first. */
    would_answer: z.array(PreviewExample),
    would_refuse: z.array(PreviewExample),
  })
  .openapi('ThresholdPreview')
export type ThresholdPreview = z.infer<typeof ThresholdPreview>

/** Goldens of one client. */
export const maxGoldens = 500
const goldenQuestion = z.string().trim().min(1, 'must not be empty').max(2000)
const goldenFields = {
  question: goldenQuestion,
  /** Ids of entries, any of which is right; none: the question should be refused. */
  expected: z.array(z.string().min(1).max(200)).max(20),
  /** Messages said before, for a follow-up. */
  before: z.array(goldenQuestion).max(6).optional(),
}
export const GoldenRequest = z.object(goldenFields).openapi('GoldenRequest')
export type GoldenRequest = z.infer<typeof GoldenRequest>
export const GoldenChange = z.object(goldenFields).partial().openapi('GoldenChange')
export type GoldenChange = z.infer<typeof GoldenChange>

export const GoldenOutcome = z
  .object({
    ok: z.boolean(),
    /** The entry that was cited; empty for a refusal. */
    found: z.string(),
    confidence: z.number(),
  })
  .openapi('GoldenOutcome')

export const Golden = z
  .object({
    id: z.string(),
    question: z.string(),
    expected: z.array(z.string()),
    before: z.array(z.string()),
    created_at: z.string(),
    updated_at: z.string(),
    /** In the last run; null when it was not in it. */
    last: GoldenOutcome.nullable(),
  })
  .openapi('Golden')
export type Golden = z.infer<typeof Golden>

export const GoldenFilter = z.object({
  /** no: those that went wrong in the last run. */
  ok: z.enum(['yes', 'no']).optional(),
  search: z.string().trim().min(1).max(200).optional(),
  ...page,
})
export type GoldenFilter = z.infer<typeof GoldenFilter>
export const GoldenPage = z.object({ data: z.array(Golden), ...pageReply, max: z.number().int() }).openapi('GoldenPage')
export type GoldenPage = z.infer<typeof GoldenPage>
export const GoldenReply = z.object({ success: z.literal(true), golden: Golden }).openapi('GoldenReply')

const GoldenDifference = z
  .object({ id: z.string(), question: z.string(), before: GoldenOutcome.nullable(), after: GoldenOutcome })
  .openapi('GoldenDifference')

/** A run, and what became better or worse since the one before it. */
export const GoldenRun = z
  .object({
    id: z.string(),
    timestamp: z.string(),
    /** call: asked for; change: after a change of knowledge or settings. */
    reason: z.enum(['call', 'change']),
    total: z.number().int(),
    passed: z.number().int(),
    worse: z.array(GoldenDifference),
    better: z.array(GoldenDifference),
  })
  .openapi('GoldenRun')
export type GoldenRun = z.infer<typeof GoldenRun>
/** What the goldens say of the last change; null when there are none. */
export const GoldenSettled = z.object({ run: GoldenRun.nullable() }).openapi('GoldenSettled')
export const AnswerReply = z
  .object({
    success: z.literal(true),
    entry: KnowledgeEntry,
    /** Null when there are 500 already. */
    golden: Golden.nullable(),
    /** The goldens, asked with the new entry. */
    run: GoldenRun,
  })
  .openapi('AnswerReply')
export type AnswerReply = z.infer<typeof AnswerReply>
export const GoldenRuns = z.object({ data: z.array(GoldenRun), total: z.number().int() }).openapi('GoldenRuns')

/** POST /api/visit: what is new since the last visit to the portal. */
const many = z.number().int()
export const News = z
  .object({
    /** The end of the last visit before this one (30 minutes without a look end one); null on the first. */
    since: z.string().nullable(),
    conversations: many,
    /** Questions without an answer, each time they were asked. */
    unanswered: many,
    /** Answers that visitors found no help. */
    complaints: many,
    leads: many,
    /** Work that has ended. */
    jobs: z.object({ done: many, failed: many }),
    /** Knowledge files that somebody changed with another program. */
    hand_edits: many,
    /** As of the last run; `worse` holds the questions that were right before it. Null when there are none. */
    goldens: z.object({ wrong: many, total: many, worse: z.array(z.string()) }).nullable(),
    /** Where the widget was seen on a site of the client; null: not yet. */
    embed: z.object({ origin: z.string(), first_at: z.string(), last_at: z.string() }).nullable(),
  })
  .openapi('News')
export type News = z.infer<typeof News>

/** What export gives and import takes. Goldens with an id that is there are replaced. */
export const GoldenExport = z
  .object({ goldens: z.array(z.object({ id: z.string(), ...goldenFields })) })
  .openapi('GoldenExport')
export const GoldenImport = z
  .object({ goldens: z.array(z.unknown()).min(1, 'must not be empty').max(maxGoldens) })
  .openapi('GoldenImport')
export const GoldenImportRow = z.object({
  id: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/, 'must be 1–100 letters, digits, or . _ : -')
    .optional(),
  ...goldenFields,
})
export const GoldenImportReply = z
  .object({ success: z.literal(true), message: z.string(), added: z.number().int(), replaced: z.number().int() })
  .openapi('GoldenImportReply')
export type GoldenImportReply = z.infer<typeof GoldenImportReply>

const days = z.coerce
  .number('must be a whole number of days')
  .int('must be a whole number of days')
  .min(1, 'must be at least 1 day')
  .max(3650, 'must be at most 3,650 days')
export const RetentionQuery = z.object({ days: days.optional(), lead_days: days.optional() })
export type RetentionQuery = z.infer<typeof RetentionQuery>

/** GET /api/bot/retention: what would be erased with these days; without them nothing. */
export const RetentionPreview = z
  .object({
    /** Conversations with questions that old. */
    conversations: z.number().int(),
    turns: z.number().int(),
    leads: z.number().int(),
  })
  .openapi('RetentionPreview')
export type RetentionPreview = z.infer<typeof RetentionPreview>
