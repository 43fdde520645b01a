/** What another carefulness would do to the questions a client's visitors asked last: each is decided again, as it is now. */
import type { Bots } from '../accounts/bot.ts'
import { type Exchange, readInContext } from '../answer/engine.ts'
import type { Library } from '../knowledge/library.ts'
import { turns } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { breather } from './breather.ts'
import type { PreviewExample, ThresholdPreview } from './wire.ts'

export type ThresholdPreviewer = (clientId: string, value: number, last: number) => Promise<ThresholdPreview>

/** Small talk and earlier messages stand between the questions. */
const turnsPerQuestion = 3
const maxExamples = 20
/** Messages before a question that it may follow up. */
const depth = 6

export function createThresholdPreview(deps: { store: Store; library: Library; bots: Bots }): ThresholdPreviewer {
  const { store, library, bots } = deps
  return async (clientId, value, last) => {
    const index = await library.index(clientId)
    const current = bots.settings(clientId).carefulness
    const breathe = breather()
    const histories = new Map<string, Exchange[]>()
    const decided: (PreviewExample & { sure: number })[] = []
    for (const turn of await store.log(turns).tail(last * turnsPerQuestion, clientId)) {
      const history = histories.get(turn.session_id) ?? []
      histories.set(turn.session_id, history)
      if (turn.kind !== 'small-talk') {
        const { ranked, confidence } = readInContext(turn.message, index.rank(turn.message), history, index)
        const best = ranked[0]?.entry
        decided.push({
          question: turn.message.slice(0, 500),
          sure: confidence,
          confidence: Math.round(confidence * 100) / 100,
          entry: best ? { id: best.id, title: (best.question ?? best.title ?? best.text).slice(0, 200) } : null,
          timestamp: turn.timestamp,
        })
        await breathe()
      }
      const { message, response, answered, sources, why } = turn
      history.push({ message, response, answered, sources, topic: String(why.topic ?? '') })
      if (history.length > depth) history.shift()
    }
    const looked = decided.slice(-last)
    const tally = (threshold: number) => {
      const answered = looked.filter(each => each.sure >= threshold).length
      return { answered, refused: looked.length - answered }
    }
    const changed = (from: number, to: number) =>
      looked
        .filter(each => each.sure >= from && each.sure < to)
        .sort((a, b) => Math.abs(a.sure - value) - Math.abs(b.sure - value))
        .slice(0, maxExamples)
        .map(({ sure, ...example }) => example)
    return {
      value,
      current,
      questions: looked.length,
      before: tally(current),
      after: tally(value),
      would_answer: changed(value, current),
      would_refuse: changed(current, value),
    }
  }
}
