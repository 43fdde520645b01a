/**
 * One calibrated confidence from what the ranking saw: a logistic formula for each kind of entry, over how much of the
 * question the best entry covers and how far it stands out of the ten best. The formulas are fitted over bases of every
 * kind and size at once (`npm run fit`, see docs/answers.md) and are the same for every client.
 */
import { askedOf } from './attribute.ts'
import fitted from './fitted.json' with { type: 'json' }
import { tokenize } from './text/tokenize.ts'
import type { Decision, EntryKind, Ranked } from './types.ts'

/** Confidence from which an answer is given when the client set nothing else. */
export const defaultThreshold: number = fitted.threshold

/** Taken from the best entry's own features. */
const own = [
  'words',
  'stops',
  'unknown',
  'fuzzy',
  'ahead',
  'behind',
  'first',
  'last',
  'lacked',
  'lackedShare',
  'numbers',
  'numbersLacked',
  'w1',
  'w6',
  'g1',
  'g6',
  'p6',
  'hw3',
  'hg',
  'hg3',
  'hp',
  'hr',
  'hf',
  'hf3',
  'hc',
  'hx',
  'sw',
  'sg',
  'sp',
  'sc',
  'sf',
  'content',
  'coverage',
  'missing',
] as const

/**
 * What the decision is made from, in this order: the best score, its distance from the second and from the mean of the other
 * nine, their ratio, its share of all (softmax), its standard score, that mean; of a row, whether it has a column asked for, lacks
 * one, and what of the question neither it nor the asking explains; then the best entry's own features.
 */
export const linearNames = [
  'score',
  'margin',
  'stand',
  'ratio',
  'share',
  'z',
  'rest',
  'asks',
  'lacks',
  'leftover',
  ...own,
  'few',
  'fewScore',
  'fewContent',
  'fewCoverage',
  'fewW1',
  'fewG1',
] as const

/** Of these every two are also multiplied: what a lead is worth depends on how much is covered, and so on. */
const crossed = [
  'score',
  'margin',
  'stand',
  'coverage',
  'content',
  'z',
  'g1',
  'w1',
  'hf',
  'words',
  'share',
] as const satisfies readonly (typeof linearNames)[number][]
export type Scales = Record<string, { mean: number; deviation: number }>

export const decisionNames: readonly string[] = [
  ...linearNames,
  ...crossed.flatMap((one, i) => crossed.slice(i).map(other => `${one}·${other}`)),
]
const crossedAt = crossed.map(name => linearNames.indexOf(name))

/** A standardised figure is cut here before it is multiplied: what was never seen must not decide alone. */
const farthest = 2.5

/** Adds the products of standardised figures, in the order of `decisionNames`. */
export function withProducts(features: readonly number[], scales: Scales): number[] {
  const z = crossedAt.map((at, i) => {
    const { mean, deviation } = scales[crossed[i]!]!
    return Math.max(-farthest, Math.min(farthest, (features[at]! - mean) / deviation))
  })
  const out = [...features]
  for (let i = 0; i < z.length; i++) for (let j = i; j < z.length; j++) out.push(z[i]! * z[j]!)
  return out
}

const softmaxScale = 0.2

/** The figures named by `linearNames` for a ranking that is not empty. */
export function linearFeatures(ranked: readonly Ranked[], question: string): number[] {
  const n = Math.min(ranked.length, 10)
  const first = ranked[0]!
  const { score } = first
  const second = n > 1 ? ranked[1]!.score : 0
  let sum = 0
  let squares = 0
  let shares = 0
  for (let i = 0; i < n; i++) {
    const s = ranked[i]!.score
    sum += s
    squares += s * s
    shares += Math.exp((s - score) / softmaxScale)
  }
  const mean = sum / n
  const others = n > 1 ? (sum - score) / (n - 1) : 0
  const deviation = Math.sqrt(Math.max(0, squares / n - mean * mean))
  const out: number[] = [
    score,
    score - second,
    score - others,
    score > 0 ? second / score : 0,
    1 / shares,
    n > 2 ? (score - mean) / (deviation + 0.02) : 0,
    (sum - score) / 9,
    ...rowFeatures(first, question),
  ]
  for (const name of own) out.push(first.features[name] ?? 0)
  // With few to stand out of, standing out says little; these let what the best entry covers by itself say more.
  const few = (10 - n) / 9
  const { content = 0, coverage = 0, w1 = 0, g1 = 0 } = first.features
  out.push(few, few * score, few * content, few * coverage, few * w1, few * g1)
  return out
}

const notRow = [0, 0, 0]

function rowFeatures(best: Ranked, question: string): number[] {
  if (best.entry.kind !== 'row') return notRow
  const { text, title } = best.entry
  const { found, cues } = askedOf(text, question)
  const explained = new Set(
    [...tokenize(`${title ?? ''} ${text}`, best.lang), ...tokenize(cues, best.lang)].map(t => t.term),
  )
  let left = 0
  let total = 0
  for (const word of best.asked) {
    if (word.stop) continue
    total += word.weight
    if (explained.has(word.term)) continue
    let likeness = 0
    for (const s of word.similar) if (s.similarity > likeness && explained.has(s.term)) likeness = s.similarity
    left += word.weight * (1 - likeness)
  }
  return [found > 0 ? 1 : 0, found < 0 ? 1 : 0, total ? left / total : 0]
}

const formulas = fitted.decide as Record<EntryKind, { weights: Record<string, number>; bias: number }>
const weights = Object.fromEntries(
  Object.entries(formulas).map(([kind, formula]) => [kind, decisionNames.map(name => formula.weights[name] ?? 0)]),
) as Record<EntryKind, number[]>

/**
 * Confidence that the best of `ranked` answers the question, and whether that is enough. `ranked` is what `index.rank` gave,
 * at least ten rows where there are as many.
 */
export function decide(ranked: readonly Ranked[], question: string, threshold: number = defaultThreshold): Decision {
  const best = ranked[0]
  if (!best) return { answered: false, confidence: 0 }
  const features = withProducts(linearFeatures(ranked, question), fitted.scales)
  const of = weights[best.entry.kind]
  let z = formulas[best.entry.kind].bias
  for (let i = 0; i < of.length; i++) z += of[i]! * features[i]!
  const confidence = 1 / (1 + Math.exp(-z))
  return { answered: confidence >= threshold, confidence }
}
