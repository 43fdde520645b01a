/**
 * What a candidate is measured by. Every figure is divided by what the question would score against itself, so that 1 means
 * "all of it"; that is what lets one weight and one threshold serve bases of any size.
 *
 *   w1 w6    words of the question in the passage, BM25 with k1 = 1.2 and 6 (the second rewards many phrasings that agree)
 *   g1 g6    the same by letter trigrams: typing errors, compounds, endings no stemmer knows
 *   p6       neighbouring words of the question that are neighbours in the passage
 *   h…       the best heading (a phrasing of the question, a title): w words, g trigrams, p pairs, c share of the question it
 *            covers, r share of it that the question covers, f both (c × r), x cosine; with 3: the three best, each half the last
 *   s…       the same for the best sentence or field
 *   coverage content   share of the question's words, of its content words, that the passage holds
 *   missing  weight of the heaviest content word the passage lacks, as a share of all content
 */
import fitted from '../fitted.json' with { type: 'json' }
import type { EntryKind } from '../types.ts'

export const featureNames = [
  'w1',
  'w6',
  'g1',
  'g6',
  'p6',
  'hw3',
  'hg',
  'hg3',
  'hp',
  'hc',
  'hr',
  'hf',
  'hf3',
  'hx',
  'sw',
  'sg',
  'sp',
  'sc',
  'sf',
  'coverage',
  'content',
  'missing',
] as const

export type FeatureName = (typeof featureNames)[number]

/** Place of each feature in a vector. */
export const at = Object.fromEntries(featureNames.map((name, i) => [name, i])) as Record<FeatureName, number>

/** Weights of a kind of entry, in the order of `featureNames`, and the constant. */
const weights = Object.fromEntries(
  Object.entries(fitted.rank).map(([kind, byName]: [string, Record<string, number>]) => [
    kind,
    { of: Float64Array.from(featureNames, name => byName[name] ?? 0), bias: byName.bias ?? 0 },
  ]),
) as Record<EntryKind, { of: Float64Array; bias: number }>

/** The score a document is ranked by. Fitted by `npm run fit`. */
export function combine(features: Float64Array, kind: EntryKind): number {
  const { of, bias } = weights[kind]
  let score = bias
  for (let i = 0; i < of.length; i++) score += of[i]! * features[i]!
  return score
}

/** A vector as an object, for the decision and for "why this answer". */
export function named(features: Float64Array): Record<FeatureName, number> {
  const out = {} as Record<FeatureName, number>
  for (let i = 0; i < featureNames.length; i++) out[featureNames[i]!] = features[i]!
  return out
}
