/**
 * Fits the decision: for each kind of entry a logistic formula for "the best entry answers the question", by Newton's method
 * with an L2 penalty on standardised features, every kind of knowledge base weighing the same.
 */
import { decisionNames, linearFeatures, linearNames, type Scales, withProducts } from '../../server/answer/decide.ts'
import type { Observation } from './observe.ts'

const kinds = ['qa', 'text', 'row'] as const
export type Formulas = Record<(typeof kinds)[number], { weights: Record<string, number>; bias: number }>

export interface Case {
  features: number[]
  kind: (typeof kinds)[number]
  right: boolean
  o: Observation
}

/** Observations with a ranking, as the decision sees them but for the products (see `cross`). */
export function cases(observations: Observation[]): Case[] {
  return observations
    .filter(o => o.ranked.length > 0)
    .map(o => ({
      features: linearFeatures(o.ranked, o.question),
      kind: o.ranked[0]!.entry.kind,
      right: o.right[0]!,
      o,
    }))
}

/** Mean and deviation of each figure. */
export function scalesOf(all: Case[]): Scales {
  const total = all.reduce((sum, c) => sum + c.o.weight, 0)
  return Object.fromEntries(
    linearNames.map((name, j) => {
      const mean = all.reduce((sum, c) => sum + c.o.weight * c.features[j]!, 0) / total
      const variance = all.reduce((sum, c) => sum + c.o.weight * (c.features[j]! - mean) ** 2, 0) / total
      const short = (x: number) => Number(x.toPrecision(5))
      return [name, { mean: short(mean), deviation: short(Math.sqrt(variance) || 1) }]
    }),
  )
}

/** Adds the products to the features, in place. */
export function cross(all: Case[], scales: Scales): void {
  for (const c of all) c.features = withProducts(c.features, scales)
}

export function fitDecision(all: Case[], penalty: number): Formulas {
  const out = {} as Formulas
  for (const kind of kinds)
    out[kind] = logistic(
      all.filter(c => c.kind === kind),
      penalty,
    )
  return out
}

function logistic(rows: Case[], penalty: number): Formulas['qa'] {
  const n = decisionNames.length
  const total = rows.reduce((sum, r) => sum + r.o.weight, 0) || 1
  const mean = decisionNames.map((_, j) => rows.reduce((sum, r) => sum + r.o.weight * r.features[j]!, 0) / total)
  const deviation = decisionNames.map(
    (_, j) => Math.sqrt(rows.reduce((sum, r) => sum + r.o.weight * (r.features[j]! - mean[j]!) ** 2, 0) / total) || 1,
  )
  const x = rows.map(r => [...r.features.map((v, j) => (v - mean[j]!) / deviation[j]!), 1])
  let beta = new Array<number>(n + 1).fill(0)
  for (let step = 0; step < 12; step++) {
    const gradient = beta.map((b, j) => (j < n ? 2 * penalty * b : 0))
    const hessian = beta.map((_, j) => beta.map((_, k) => (j === k ? (j < n ? 2 * penalty : 1e-9) : 0)))
    rows.forEach((row, i) => {
      const v = x[i]!
      const p = 1 / (1 + Math.exp(-v.reduce((sum, value, j) => sum + value * beta[j]!, 0)))
      const w = row.o.weight / total
      const error = w * (p - (row.right ? 1 : 0))
      const curve = w * p * (1 - p)
      for (let j = 0; j <= n; j++) {
        gradient[j]! += error * v[j]!
        for (let k = 0; k <= j; k++) hessian[j]![k]! += curve * v[j]! * v[k]!
      }
    })
    for (let j = 0; j <= n; j++) for (let k = j + 1; k <= n; k++) hessian[j]![k] = hessian[k]![j]!
    const delta = solve(hessian, gradient)
    beta = beta.map((b, j) => b - delta[j]!)
    if (Math.max(...delta.map(Math.abs)) < 1e-6) break
  }
  let bias = beta[n]!
  const weights: Record<string, number> = {}
  decisionNames.forEach((name, j) => {
    const w = beta[j]! / deviation[j]!
    bias -= w * mean[j]!
    weights[name] = Number(w.toPrecision(5))
  })
  return { weights, bias: Number(bias.toPrecision(5)) }
}

/** Solves a symmetric positive system by Gaussian elimination with pivots. */
function solve(matrix: number[][], right: number[]): number[] {
  const a = matrix.map((row, i) => [...row, right[i]!])
  const n = a.length
  for (let i = 0; i < n; i++) {
    let pivot = i
    for (let j = i + 1; j < n; j++) if (Math.abs(a[j]![i]!) > Math.abs(a[pivot]![i]!)) pivot = j
    ;[a[i], a[pivot]] = [a[pivot]!, a[i]!]
    for (let j = i + 1; j < n; j++) {
      const factor = a[j]![i]! / a[i]![i]!
      for (let k = i; k <= n; k++) a[j]![k]! -= factor * a[i]![k]!
    }
  }
  const out = new Array<number>(n).fill(0)
  for (let i = n - 1; i >= 0; i--) {
    let sum = a[i]![n]!
    for (let k = i + 1; k < n; k++) sum -= a[i]![k]! * out[k]!
    out[i] = sum / a[i]![i]!
  }
  return out
}

export function confidence(c: Case, formulas: Formulas): number {
  const { weights, bias } = formulas[c.kind]
  let z = bias
  decisionNames.forEach((name, j) => {
    z += weights[name]! * c.features[j]!
  })
  return 1 / (1 + Math.exp(-z))
}
