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

/** Counts of content and function words; of the content, the share the index does not know, and knows by likeness only. */
export interface QuestionFeatures {
  words: number
  stops: number
  unknown: number
  fuzzy: number
}

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

/** The score a document is ranked by, from its features at `base`. Fitted by `npm run fit`. */
export function combine(features: Float64Array, base: number, kind: EntryKind): number {
  const { of, bias } = weights[kind]
  let score = bias
  for (let i = 0; i < of.length; i++) score += of[i]! * features[base + i]!
  return score
}

/**
 * Features of the question and of a document at `base`, by name: for the decision and for "why this answer". `ahead`: share of the
 * question's content that the best holds and the second lacks, `behind`: the reverse; what tells near-equal entries apart.
 */
export function named(
  question: QuestionFeatures,
  f: Float64Array,
  base: number,
  ahead: number,
  behind: number,
): Record<string, number> {
  // Spelt out, because an object made by a loop over names costs more than reading the document did.
  return {
    words: question.words,
    stops: question.stops,
    unknown: question.unknown,
    fuzzy: question.fuzzy,
    ahead,
    behind,
    w1: f[base + at.w1]!,
    w6: f[base + at.w6]!,
    g1: f[base + at.g1]!,
    g6: f[base + at.g6]!,
    p6: f[base + at.p6]!,
    hw3: f[base + at.hw3]!,
    hg: f[base + at.hg]!,
    hg3: f[base + at.hg3]!,
    hp: f[base + at.hp]!,
    hc: f[base + at.hc]!,
    hr: f[base + at.hr]!,
    hf: f[base + at.hf]!,
    hf3: f[base + at.hf3]!,
    hx: f[base + at.hx]!,
    sw: f[base + at.sw]!,
    sg: f[base + at.sg]!,
    sp: f[base + at.sp]!,
    sc: f[base + at.sc]!,
    sf: f[base + at.sf]!,
    coverage: f[base + at.coverage]!,
    content: f[base + at.content]!,
    missing: f[base + at.missing]!,
  }
}
