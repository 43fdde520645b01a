/** What visitors think of answers: a log in which the last word about a turn holds. */
import { AppError } from '../errors.ts'
import { type Feedback, feedback, type Turn, turns } from '../store/records.ts'
import { append, type Store } from '../store/store.ts'
import type { FeedbackRequest } from './wire.ts'

/** Answers whose conversation is known without looking into files. */
const maxKnown = 50_000
/** Turns read of a client when an answer is not known any more: those of before a restart. */
const tailRows = 5_000
/** Ratings taken for one answer from its conversation: a change of mind is kept, a flood of them is not. */
const maxPerAnswer = 20

export interface Feedbacks {
  /** Told of each turn once it is durable. */
  record(turn: Turn): void
  /**
   * Stores what a visitor thinks of an answer.
   * @param sessionId the conversation the answer belongs to; undefined for the client itself, who may rate any answer
   * @throws AppError `not_found` when the client has no such answer, or it stands in another conversation; `conflict` when it
   * was rated too often
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
  /** Conversation, and ratings since it is known, by client and answer, oldest first. */
  const known = new Map<string, { session: string; ratings: number }>()
  const record = ({ client_id, turn_id, session_id }: Turn) => {
    known.set(`${client_id}/${turn_id}`, { session: session_id, ratings: 0 })
    if (known.size > maxKnown) known.delete(known.keys().next().value as string)
  }

  const find = async (clientId: string, answerId: string) => {
    const id = `${clientId}/${answerId}`
    if (!known.has(id)) {
      const turn = (await store.log(turns).tail(tailRows, clientId)).find(row => row.turn_id === answerId)
      if (turn && !known.has(id)) record(turn)
    }
    return known.get(id)
  }

  return {
    record,
    async rate(clientId, answerId, sessionId, { rating, comment = '' }) {
      const found = await find(clientId, answerId)
      if (found === undefined || (sessionId !== undefined && sessionId !== found.session))
        throw new AppError('not_found', 'There is no such answer in this conversation, or it is too old to be rated.')
      if (sessionId !== undefined && found.ratings >= maxPerAnswer)
        throw new AppError('conflict', `This answer was rated ${maxPerAnswer} times already; the last rating holds.`)
      found.ratings++
      const row: Feedback = {
        timestamp: now().toISOString(),
        client_id: clientId,
        turn_id: answerId,
        session_id: found.session,
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
