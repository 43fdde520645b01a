/**
 * How strict the check of a model's sentences is, without a model: sentences of the sets' own entries are handed to it as if a model
 * had written them from a passage. Those of the passage itself should pass; those of other entries of the
 * same client, and its own with another number or the opposite, should not.
 */
import { sentences } from '../../server/answer/text/sentence.ts'
import type { Entry } from '../../server/answer/types.ts'
import { type Evidence, prepare, supportOf } from '../../server/model/support.ts'
import type { QuestionSet } from './sets.ts'

const maxEntries = 150
const others = 5

export function measureSupport(sets: QuestionSet[]): void {
  const total = { own: [0, 0], number: [0, 0], opposite: [0, 0], other: [0, 0] }
  const count = (pair: number[], passes: boolean) => {
    pair[0]! += Number(passes)
    pair[1]!++
  }
  console.log(
    'shown as supported: own sentences · with another number · with “not” put in (English) · of other entries',
  )
  for (const { client, entries } of sets) {
    const some = entries.filter(({ kind }) => kind !== 'row').slice(0, maxEntries)
    const prepared = some.map(entry => prepare({ entry, quote: quoteOf(entry) }))
    const here = { own: [0, 0], number: [0, 0], opposite: [0, 0], other: [0, 0] }
    for (const [at, entry] of some.entries()) {
      const quote = quoteOf(entry)
      const passes = (sentence: string, evidence: Evidence) => supportOf(sentence, evidence, '').against === undefined
      for (const { start, end } of sentences(quote).slice(0, 3)) {
        const sentence = quote.slice(start, end)
        count(here.own, passes(sentence, prepared[at]!))
        const changed = sentence.replace(/\d+/, number => String(Number(number) * 10 + 7))
        if (changed !== sentence) count(here.number, passes(changed, prepared[at]!))
        const opposite = sentence.replace(/\b(is|are|was|were|can|will|has|have)\b(?! not)/, '$1 not')
        if (prepared[at]!.lang === 'en' && opposite !== sentence && !/\b(?:not?|never|without)\b|n't/.test(sentence)) {
          count(here.opposite, passes(opposite, prepared[at]!))
        }
        for (let i = 1; i <= others; i++) {
          const other = (at + i * 7) % some.length
          if (other !== at && quoteOf(some[other]!) !== quote) count(here.other, passes(sentence, prepared[other]!))
        }
      }
    }
    for (const name of Object.keys(total) as (keyof typeof total)[]) {
      total[name][0]! += here[name][0]!
      total[name][1]! += here[name][1]!
    }
    console.log(`${client.padEnd(20)} ${inWords(here)}`)
  }
  console.log(`${'ALL'.padEnd(20)} ${inWords(total)}`)
}

const quoteOf = (entry: Entry) => entry.text.slice(0, 1200)

const inWords = (of: Record<string, number[]>) =>
  Object.values(of)
    .map(([passed = 0, all = 0]) => (all === 0 ? '—' : `${((passed / all) * 100).toFixed(1)} % of ${all}`))
    .join(' · ')
