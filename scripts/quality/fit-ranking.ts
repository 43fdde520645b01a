/**
 * Fits the weights of the ranking: coordinate ascent on the share of questions whose right entry comes first, half of it
 * counted hard and half by a smooth stand-in that rewards a clear lead. Weights are kept from falling below zero — no
 * likeness may speak against an entry — which keeps few features from explaining single clients.
 */
import type { Ranked } from '../../server/answer/engine.ts'
import { featureNames, least } from '../../server/answer/index/features.ts'
import { randomFrom } from '../bench/knowledge.ts'
import type { Observation } from './observe.ts'

const kinds = ['qa', 'text', 'row'] as const
export type RankWeights = Record<(typeof kinds)[number], Record<string, number>>

/** Features each kind is ranked by; the others only serve the decision. */
const used: Record<(typeof kinds)[number], readonly string[]> = {
  qa: ['w1', 'w6', 'g1', 'g6', 'p6', 'hw3', 'hg3', 'hf3', 'hc', 'hr', 'sg', 'sc', 'coverage', 'content', 'bias'],
  text: ['w1', 'g1', 'g6', 'p6', 'hc', 'sw', 'sg', 'sp', 'sc', 'coverage', 'content', 'bias'],
  row: ['w1', 'g1', 'g6', 'hg', 'hp', 'hc', 'hr', 'hf', 'sg', 'sp', 'sc', 'coverage', 'content', 'bias'],
}

/** Sum of the weights of qa entries, which sets the scale of all scores. */
const scale = 2.5
/** Steps of two weights at once, and how far one goes at most in either direction, doubled. */
const wanderings = 4000
const reach = 0.4
/** Lead at which the smooth stand-in counts 0.73. */
const softness = 0.15

export function fitRanking(observations: Observation[], rounds = 5): RankWeights {
  const asked = observations.filter(o => o.answerable && o.ranked.length > 0)
  const starts: number[] = [0]
  let rows = 0
  for (const o of asked) starts.push((rows += o.ranked.length))
  const kindOf = new Uint8Array(rows)
  const right = new Uint8Array(rows)
  const vectors = featureNames.map(() => new Float64Array(rows))
  let at = 0
  for (const o of asked) {
    const peaks = peaksOf(o)
    o.ranked.forEach((row, i) => {
      kindOf[at] = kinds.indexOf(row.entry.kind)
      right[at] = o.right[i] ? 1 : 0
      featureNames.forEach((name, f) => {
        vectors[f]![at] = row.features[name]! / peaks[name]!
      })
      at++
    })
  }

  const coordinates = kinds.flatMap((kind, k) =>
    used[kind].map(name => ({
      kind,
      k,
      name,
      column: name === 'bias' ? undefined : vectors[featureNames.indexOf(name as never)]!,
    })),
  )
  let weights = coordinates.map(c => (c.name === 'bias' ? 0 : scale / (used[c.kind].length - 1)))
  let scores = new Float64Array(rows)
  const shift = (from: Float64Array, j: number, by: number): Float64Array<ArrayBuffer> => {
    const { k, column } = coordinates[j]!
    const out = new Float64Array(from)
    for (let i = 0; i < rows; i++) if (kindOf[i] === k) out[i]! += by * (column ? column[i]! : 1)
    return out
  }
  const total = observations.reduce((sum, o) => sum + (o.answerable ? o.weight : 0), 0)
  const objective = (s: Float64Array): number => {
    let sum = 0
    for (let q = 0; q < asked.length; q++) {
      let best = -Infinity
      let other = -Infinity
      for (let i = starts[q]!; i < starts[q + 1]!; i++) {
        if (right[i]) {
          if (s[i]! > best) best = s[i]!
        } else if (s[i]! > other) other = s[i]!
      }
      if (best === -Infinity) continue
      const lead = best - other
      sum += (asked[q]!.weight * 1) / (1 + Math.exp(-Math.max(-30, Math.min(30, lead / softness))))
    }
    return sum / total
  }
  const rescale = () => {
    const sum =
      weights.reduce(
        (total, w, j) => total + (coordinates[j]!.kind === 'qa' && coordinates[j]!.name !== 'bias' ? w : 0),
        0,
      ) || 1
    weights = weights.map(w => (w * scale) / sum)
    scores = new Float64Array(rows)
    weights.forEach((w, j) => {
      scores = shift(scores, j, w)
    })
    return objective(scores)
  }
  let best = rescale()
  for (let round = 0; round < rounds; round++) {
    const steps = round < 2 ? [0.25, -0.25, 0.1, -0.1, 0.05, -0.05] : [0.1, -0.1, 0.03, -0.03]
    // A fixed walk through the coordinates, another one each round: the same sets give the same weights.
    for (let n = 0; n < coordinates.length; n++) {
      const j = (n * 7 + round * 3) % coordinates.length
      const free = coordinates[j]!.name === 'bias'
      for (const step of steps) {
        const next = free ? weights[j]! + step * 0.3 : Math.max(0, weights[j]! + step)
        if (next === weights[j]) continue
        const tried = shift(scores, j, next - weights[j]!)
        const value = objective(tried)
        if (value <= best + 1e-5) continue
        best = value
        weights[j] = next
        scores = tried
      }
    }
    best = rescale()
    console.error(`  round ${round + 1}: ${best.toFixed(4)}`)
  }
  // Two at once, by chance but always the same: where one alone finds nothing better, two often do.
  const random = randomFrom(1)
  for (let n = 0; n < wanderings; n++) {
    const j = Math.floor(random() * coordinates.length)
    const k = Math.floor(random() * coordinates.length)
    const move = (i: number, by: number) =>
      coordinates[i]!.name === 'bias' ? weights[i]! + by * 0.3 : Math.max(0, weights[i]! + by)
    const [nextJ, nextK] = [move(j, (random() - 0.5) * reach), move(k, (random() - 0.5) * reach)]
    if (j === k) continue
    const tried = shift(shift(scores, j, nextJ - weights[j]!), k, nextK - weights[k]!)
    const value = objective(tried)
    if (value <= best + 1e-5) continue
    best = value
    weights[j] = nextJ
    weights[k] = nextK
    scores = tried
  }
  best = rescale()
  console.error(`  wandering: ${best.toFixed(4)}`)
  const out: RankWeights = { qa: {}, text: {}, row: {} }
  coordinates.forEach(({ kind, name }, j) => {
    if (Math.abs(weights[j]!) > 1e-3) out[kind][name] = Math.round(weights[j]! * 1000) / 1000
  })
  return out
}

/** The largest value of each figure among the rows of a ranking; 1 where all are 0. */
function peaksOf({ ranked }: Observation): Record<string, number> {
  return Object.fromEntries(featureNames.map(name => [name, Math.max(...ranked.map(row => row.features[name]!)) || 1]))
}

/** Rescores and reorders every ranking by other weights, in place: what `score` of the index does. */
export function reorder(observations: Observation[], weights: RankWeights): void {
  for (const o of observations) {
    if (o.ranked.length === 0) continue
    const peaks = peaksOf(o)
    const sum = (row: Ranked, divided: boolean) => {
      let total = 0
      for (const [name, weight] of Object.entries(weights[row.entry.kind]))
        total += weight * (name === 'bias' ? 1 : row.features[name]! / (divided ? peaks[name]! : 1))
      return total
    }
    const rows = o.ranked.map((row, i) => ({ row: { ...row, score: sum(row, true) }, right: o.right[i]! }))
    rows.sort((x, y) => y.row.score - x.row.score || (x.row.entry.id < y.row.entry.id ? -1 : 1))
    const best = rows[0]!.row
    const scaling = Math.max(sum(best, false), least) / Math.max(best.score, least)
    for (const { row } of rows) row.score *= scaling
    o.ranked = rows.map(r => r.row)
    o.right = rows.map(r => r.right)
  }
}
