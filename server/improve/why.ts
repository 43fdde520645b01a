/** Why an answer came about: what was kept with its turn, put into one shape, and what became of the entries since. */
import { AppError } from '../errors.ts'
import { knowledge, type Turn } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import type { Archive } from './archive.ts'
import type { Why, WhyPassage } from './wire.ts'

export type WhyFinder = (clientId: string, answerId: string) => Promise<Why>

/** @throws AppError `not_found` for answers of others and unknown ones alike */
export function createWhy({ store, archive }: { store: Store; archive: Archive }): WhyFinder {
  return async (clientId, answerId) => {
    const turn = /^a_[\w-]{1,80}$/.test(answerId) ? await archive.turn(clientId, answerId) : undefined
    if (!turn) throw new AppError('not_found', 'There is no such answer.')
    const rows = await store.partition(knowledge, clientId)
    const { why } = turn
    return {
      answer_id: turn.turn_id,
      session_id: turn.session_id,
      timestamp: turn.timestamp,
      message: turn.message,
      response: turn.response,
      kind: (turn.kind || (turn.answered ? 'answer' : 'refusal')) as Why['kind'],
      lang: turn.lang,
      confidence: turn.confidence / 10_000,
      threshold: typeof why.threshold === 'number' ? why.threshold : null,
      passages: passagesOf(turn, id => rows.get(id)?.content),
      features: (why.features as Record<string, number> | undefined) ?? {},
      follow_up: (why.followUp as Record<string, unknown> | undefined) ?? null,
      small_talk: typeof why.smallTalk === 'string' ? why.smallTalk : '',
      model: (why.model as Record<string, unknown> | undefined) ?? null,
    }
  }
}

/** Turns of before passages were kept have none. */
function passagesOf(turn: Turn, textOf: (id: string) => string | undefined): WhyPassage[] {
  const kept = (turn.why.passages ?? []) as Omit<WhyPassage, 'cited' | 'now'>[]
  return kept.map(passage => {
    const text = textOf(passage.id)
    const now = text === undefined ? 'gone' : text.includes(passage.text) ? 'same' : 'changed'
    return { ...passage, cited: turn.sources.includes(passage.id), now }
  })
}
