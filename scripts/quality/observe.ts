/** Every question of every set asked once: what the fit and the tables are made from. */
import { createIndex, type Ranked } from '../../server/answer/engine.ts'
import type { QuestionSet } from './sets.ts'

export interface Observation {
  client: string
  group: string
  /** As asked. */
  question: string
  noisy: boolean
  answerable: boolean
  ranked: Ranked[]
  /** By row of `ranked`: whether it answers the question. */
  right: boolean[]
  /** So that every kind of knowledge base weighs the same, and in it every client, wording and class. Sums to 1. */
  weight: number
}

/** `limit`: rows kept of each ranking; `makeIndex`: of another build of the engine. */
export function observe(sets: QuestionSet[], limit: number, makeIndex = createIndex): Observation[] {
  const out: Observation[] = []
  for (const set of sets) {
    const index = makeIndex()
    for (const entry of set.entries) index.add(entry)
    for (const noisy of [false, true])
      for (const question of set.questions) {
        const right = set.right(question)
        const asked = noisy ? question.noisy : question.q
        const ranked = index.rank(asked, { limit })
        out.push({
          client: set.client,
          group: set.group,
          question: asked,
          noisy,
          answerable: right.size > 0,
          ranked,
          right: ranked.map(row => right.has(row.entry.id)),
          weight: 0,
        })
      }
  }
  weigh(out)
  return out
}

/** Share of a balanced sample that can be answered: the prior the confidence is calibrated to. */
export const answerableShare = 0.7

function weigh(observations: Observation[]): void {
  const key = (o: Observation) => `${o.client}/${o.noisy}/${o.answerable}`
  const counts = new Map<string, number>()
  const clients = new Map<string, Set<string>>()
  for (const o of observations) {
    counts.set(key(o), (counts.get(key(o)) ?? 0) + 1)
    clients.set(o.group, (clients.get(o.group) ?? new Set()).add(o.client))
  }
  for (const o of observations)
    o.weight =
      (o.answerable ? answerableShare : 1 - answerableShare) /
      (2 * clients.size * clients.get(o.group)!.size * counts.get(key(o))!)
}
