/**
 * One turn: reserve → history → index → answer → one durable commit. Every channel joins here. The reservation is given
 * back when anything fails, so a request that got no answer is not counted.
 */

import type { Bots } from '../accounts/bot.ts'
import { coarseAddress } from '../http/address.ts'
import type { Principal } from '../http/principal.ts'
import { type Turn, turns, type UsageLog, usageLogs } from '../store/records.ts'
import { append, type Store, settle } from '../store/store.ts'
import type { Meter } from '../usage/meter.ts'
import type { Conversations } from './conversation.ts'
import { replyOnWire, type Voice } from './voice.ts'
import type { ChatReply } from './wire.ts'

export interface Question {
  message: string
  /** Continues a conversation; made when absent. */
  sessionId: string | undefined
  caller: Principal
  ip: string
  /** Of the page, where known. */
  origin: string | undefined
  /** Address of the page, without query and fragment, where known. */
  page?: string | undefined
  /** Ways on and suggestions are shown beside the reply. */
  apart?: boolean | undefined
  signal?: AbortSignal
  /** Called once, when the request is known to be allowed and before the answer is looked for. */
  onStart?(ids: { session_id: string; answer_id: string; company_id: string }): void
  onDelta?(text: string): void
}

export interface ReplyDeps {
  store: Store
  meter: Meter
  conversations: Conversations
  bots: Bots
  now: () => Date
  newId: () => string
  voice: Voice
  /** Told of each turn once it is durable. */
  recorded(turn: Turn): void
}

/** Answers a question and makes turn, usage and count durable before it returns. @throws AppError `quota_exceeded`, `store_unavailable` */
export type Replier = (question: Question) => Promise<ChatReply>

export function createReplier(deps: ReplyDeps): Replier {
  const { store, meter, conversations, bots, voice, now, newId } = deps
  return async question => {
    const { message, caller, onDelta, signal } = question
    const clientId = caller.clientId
    const reservation = meter.reserve(clientId)
    try {
      const startedAt = now()
      const sessionId = question.sessionId ?? `s_${newId()}${newId()}`
      const turnId = `a_${newId()}`
      question.onStart?.({ session_id: sessionId, answer_id: turnId, company_id: clientId })
      // A conversation without an id is new: there is nothing to look up.
      const history = question.sessionId
        ? await conversations.history(clientId, sessionId, caller.via === 'public')
        : []
      const bot = bots.settings(clientId)
      const said = await voice(bot, { clientId, message, history, apart: question.apart, signal, onDelta })
      const { reply } = said

      const timestamp = now().toISOString()
      const turn: Turn = {
        timestamp,
        turn_id: turnId,
        client_id: clientId,
        session_id: sessionId,
        message,
        response: reply.text,
        answered: reply.kind === 'answer',
        confidence: Math.round(reply.confidence * 10_000),
        sources: reply.citations.map(({ entry }) => entry.id),
        why: { ...reply.why, topic: reply.topic },
        lang: reply.lang,
        channel: caller.via,
        origin: question.origin ?? '',
        kind: reply.kind,
        ms: Math.max(1, now().getTime() - startedAt.getTime()),
        page: question.page ?? '',
      }
      const usage: UsageLog = {
        timestamp,
        client_id: clientId,
        action: 'chat',
        details: `{"answer_id":"${turnId}","answered":${turn.answered},"ms":${turn.ms}}`,
        ip_address: caller.via === 'public' ? coarseAddress(question.ip) : question.ip,
      }
      await store.commit([
        append(turns, turn, clientId),
        append(usageLogs, usage),
        settle(reservation),
        ...said.charges(),
      ])
      conversations.record(turn)
      deps.recorded(turn)
      return replyOnWire(said, {
        company_id: clientId,
        session_id: sessionId,
        timestamp,
        usage: meter.usage(clientId),
        answer_id: turnId,
      })
    } catch (error) {
      reservation.release()
      throw error
    }
  }
}
