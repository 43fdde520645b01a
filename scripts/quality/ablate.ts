/** What each grain of the ranking gives: it is left out of the score, everything else stays as fitted. */

import { decide, defaultThreshold } from '../../server/answer/engine.ts'
import fitted from '../../server/answer/fitted.json' with { type: 'json' }
import type { EntryKind } from '../../server/answer/types.ts'
import { type RankWeights, reorder } from './fit-ranking.ts'
import { figures } from './measure.ts'
import { observe } from './observe.ts'
import type { QuestionSet } from './sets.ts'

const grains: readonly (readonly [string, RegExp])[] = [
  ['nothing', /^$/],
  ['words of the passage (w)', /^w/],
  ['letter trigrams (g, hg, sg)', /^[hs]?g/],
  ['neighbouring words (p, hp, sp)', /^[hs]?p/],
  ['headings (h…)', /^h/],
  ['sentences and fields (s…)', /^s/],
  ['coverage', /^(coverage|content)$/],
]

/** Prints a table in Markdown. */
export function ablate(sets: QuestionSet[]): void {
  const observations = observe(sets, 12)
  console.log('| left out | recall@1 | AUROC | score |\n|---|---|---|---|')
  for (const [name, pattern] of grains) {
    const weights = Object.fromEntries(
      Object.entries(fitted.rank).map(([kind, byName]) => [
        kind,
        Object.fromEntries(Object.entries(byName).map(([feature, w]) => [feature, pattern.test(feature) ? 0 : w])),
      ]),
    ) as Record<EntryKind, Record<string, number>> as RankWeights
    const rows = observations.map(o => ({ ...o }))
    reorder(rows, weights)
    const decided = rows.map(o => ({
      o,
      right: o.right[0] ?? false,
      confidence: decide(o.ranked, o.question).confidence,
    }))
    const [clean, noisy] = [false, true].map(typos =>
      figures(
        decided.filter(d => d.o.noisy === typos),
        defaultThreshold,
      ),
    )
    const pair = (pick: (f: ReturnType<typeof figures>) => number) =>
      `${pick(clean!).toFixed(3).slice(1)} / ${pick(noisy!).toFixed(3).slice(1)}`
    console.log(`| ${name} | ${pair(f => f.recall1)} | ${pair(f => f.auroc)} | ${pair(f => f.score)} |`)
  }
}
