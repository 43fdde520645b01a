/** What visitors think of answers: a log in which the last word about a turn holds. */
import { AppError } from '../errors.ts'
import { type Feedback, feedback, type Turn, turns } from '../store/records.ts'
import { append, type Store } from '../store/store.ts'
import type { FeedbackRequest } from './wire.ts'

/** Answers whose conversation is known without looking into files. */
const maxKnown = 50_000
/** Turns read of a client when an answer is not known any more: those of before a restart. */
const tailRows = 5_000

export interface Feedbacks {
  /** Told of each turn once it is durable. */
  record(turn: Turn): void
  /**
   * Stores what a visitor thinks of an answer.
   * @param sessionId the conversation the answer belongs to; undefined for the client itself, who may rate any answer
   * @throws AppError `not_found` when the client has no such answer, or it stands in another conversation
   */
  rate(clientId: string, answerId: string, sessionId: string | undefined, said: FeedbackRequest): Promise<void>
  /** The last word about each turn since a time (ISO 8601 UTC), by turn. What was taken back is not in it. */
  since(clientId: string, from: string): Promise<Map<string, Feedback>>
}

export interface FeedbackDeps {
  store: Store
  now: () => Date
  /** Told of each rating once it is durable. */
  rated?(row: Feedback): void
}

export function createFeedbacks({ store, now, rated }: FeedbackDeps): Feedbacks {
  /** Conversation by client and answer, oldest first. */
  const known = new Map<string, string>()
  const record = ({ client_id, turn_id, session_id }: Turn) => {
    known.set(`${client_id}/${turn_id}`, session_id)
    if (known.size > maxKnown) known.delete(known.keys().next().value as string)
  }

  const sessionOf = async (clientId: string, answerId: string): Promise<string | undefined> => {
    const at = known.get(`${clientId}/${answerId}`)
    if (at !== undefined) return at
    const turn = (await store.log(turns).tail(tailRows, clientId)).find(row => row.turn_id === answerId)
    if (turn) record(turn)
    return turn?.session_id
  }

  return {
    record,
    async rate(clientId, answerId, sessionId, { rating, comment = '' }) {
      const session = await sessionOf(clientId, answerId)
      if (session === undefined || (sessionId !== undefined && sessionId !== session))
        throw new AppError('not_found', 'There is no such answer in this conversation, or it is too old to be rated.')
      const row: Feedback = {
        timestamp: now().toISOString(),
        client_id: clientId,
        turn_id: answerId,
        session_id: session,
        rating,
        comment,
      }
      await store.commit([append(feedback, row, clientId)])
      rated?.(row)
    },
    async since(clientId, from) {
      const last = new Map<string, Feedback>()
      for await (const row of store.log(feedback).scan({ partition: clientId, from })) {
        if (row.rating === 'none') last.delete(row.turn_id)
        else last.set(row.turn_id, row)
      }
      return last
    },
  }
}
