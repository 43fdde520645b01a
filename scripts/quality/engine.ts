/**
 * The engine as a module that a question-set runner can load:
 * `createEngine(entries) → { ask(question) → { id, text, confidence, answered, ranked } }`.
 */
import { createIndex, decide, type Entry, extract } from '../../server/answer/engine.ts'

/** An entry as question sets write it. */
interface SetEntry extends Omit<Entry, 'kind'> {
  type: Entry['kind']
}

export async function createEngine(entries: SetEntry[]) {
  const index = createIndex()
  for (const { type, ...entry } of entries) index.add({ ...entry, kind: type })
  return {
    async ask(question: string) {
      const ranked = index.rank(question)
      const { answered, confidence } = decide(ranked, question)
      const best = ranked[0]
      return {
        id: best?.entry.id ?? null,
        ranked: ranked.map(r => r.entry.id),
        text: best ? extract(best, question).text : '',
        confidence,
        answered,
      }
    },
  }
}
