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

/**
 * What a document holds of the question's words one by one: how well the first and the last content word (mostly what is asked for,
 * and of what), how many it lacks and their share, whether there are numbers and which share of them it lacks.
 */
export interface Holding {
  first: number
  last: number
  lacked: number
  lackedShare: number
  numbers: number
  numbersLacked: number
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

/** No best score is smaller. */
export const least = 0.001

/** By figure, scratch of `score`: the largest value, then what it is multiplied by. */
const peaks = new Float64Array(featureNames.length)

/**
 * Scores `count` documents, whose features stand in `features` one after another, into `out`. Each figure is divided by the largest
 * that any of them has, so that every grain orders them on its own scale, however little of the question it finds. The sums are
 * then scaled so that the best has the score that its own figures give undivided: scores of two questions stay comparable.
 * Fitted by `npm run fit`.
 */
export function score(
  features: Float64Array,
  count: number,
  kindOf: (i: number) => EntryKind,
  out: Float64Array,
): void {
  const width = peaks.length
  peaks.fill(0)
  for (let i = 0; i < count; i++)
    for (let j = 0; j < width; j++) if (features[i * width + j]! > peaks[j]!) peaks[j] = features[i * width + j]!
  for (let j = 0; j < width; j++) peaks[j] = peaks[j]! > 0 ? 1 / peaks[j]! : 0
  let best = 0
  for (let i = 0; i < count; i++) {
    const { of, bias } = weights[kindOf(i)]
    let sum = bias
    for (let j = 0; j < width; j++) sum += of[j]! * features[i * width + j]! * peaks[j]!
    out[i] = sum
    if (sum > out[best]!) best = i
  }
  const { of, bias } = weights[kindOf(best)]
  let own = bias
  for (let j = 0; j < width; j++) own += of[j]! * features[best * width + j]!
  const scale = Math.max(own, least) / Math.max(out[best]!, least)
  for (let i = 0; i < count; i++) out[i]! *= scale
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
  holding: Holding,
): Record<string, number> {
  // Spelt out, because an object made by a loop over names costs more than reading the document did.
  return {
    words: question.words,
    stops: question.stops,
    unknown: question.unknown,
    fuzzy: question.fuzzy,
    ahead,
    behind,
    first: holding.first,
    last: holding.last,
    lacked: holding.lacked,
    lackedShare: holding.lackedShare,
    numbers: holding.numbers,
    numbersLacked: holding.numbersLacked,
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
