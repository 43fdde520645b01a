/** What was said, and what was thought of it. */
import { type InferRow, log, table } from '../define.ts'
import { bool, int, json, text, time } from './column.ts'

export const turns = log({
  name: 'turns',
  file: 'conversations/{partition}/turns.csv',
  partitioned: true,
  monthly: true,
  time: 'timestamp',
  columns: {
    timestamp: time,
    turn_id: text,
    client_id: text,
    session_id: text,
    message: text,
    response: text,
    answered: bool,
    /** 0–1 in ten-thousandths, so that it stays exact. */
    confidence: int,
    /** Ids of the entries that the answer was taken from. */
    sources: json<string[]>([]),
    /** What "why this answer" needs: passages, features, threshold. */
    why: json<Record<string, unknown>>({}),
    lang: text,
    /** key, session or public. */
    channel: text,
    /** Origin of the page, where known. */
    origin: text,
    /** answer, refusal, choice or small-talk. */
    kind: text,
    /** How long the answer took, in milliseconds; 0 where nobody measured. */
    ms: int,
    /** Address of the visitor's page, without query and fragment, where known. */
    page: text,
  },
})
export type Turn = InferRow<typeof turns>

/** What visitors thought of answers. A log: the last row for a turn is what holds. */
export const feedback = log({
  name: 'feedback',
  file: 'feedback/{partition}/feedback.csv',
  partitioned: true,
  monthly: true,
  time: 'timestamp',
  columns: {
    timestamp: time,
    client_id: text,
    turn_id: text,
    session_id: text,
    /** up, down, or none when it was taken back. */
    rating: text,
    comment: text,
  },
})
export type Feedback = InferRow<typeof feedback>

/** What a client's people wrote down about a conversation. */
export const notes = table({
  name: 'notes',
  file: 'notes/{partition}/notes.csv',
  partitioned: true,
  key: 'session_id',
  columns: { session_id: text, client_id: text, note: text, updated_at: time },
})
export type Note = InferRow<typeof notes>

const questionMark = {
  /** Of the group of questions: a hash of `question`. */
  id: text,
  client_id: text,
  /** The wording that stands for the group. */
  question: text,
  /** resolved: reopened by the next time it happens; ignored: stays away. */
  state: text,
  updated_at: time,
}

/** Unanswered questions that a client has dealt with. */
export const unanswered = table({
  name: 'unanswered',
  file: 'unanswered/{partition}/unanswered.csv',
  partitioned: true,
  key: 'id',
  columns: questionMark,
})
export type QuestionMark = InferRow<typeof unanswered>

/** Questions with an answer that did not help, likewise. */
export const complaints = table({
  name: 'complaints',
  file: 'complaints/{partition}/complaints.csv',
  partitioned: true,
  key: 'id',
  columns: questionMark,
})

/** Visitors who left word how to reach them. */
export const leads = table({
  name: 'leads',
  file: 'leads/{partition}/leads.csv',
  partitioned: true,
  key: 'lead_id',
  columns: {
    lead_id: text,
    client_id: text,
    created_at: time,
    name: text,
    email: text,
    phone: text,
    message: text,
    /** The conversation it came from; empty when there was none. */
    session_id: text,
    /** The page it came from, without query and fragment. */
    page: text,
    /** When a person dealt with it; empty: it waits. */
    handled_at: time,
  },
})
export type Lead = InferRow<typeof leads>
