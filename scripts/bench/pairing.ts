/**
 * How two things are compared on a machine that others use too: in short slices in turn, the order reversed every time,
 * each pair giving one ratio. What disturbs both slices of a pair falls out of its ratio; the median forgets the rest.
 */

export interface Paired<T> {
  ratio: number
  /** The middle half of the ratios lies between these. */
  spread: [number, number]
  ratios: number[]
  a: T[]
  b: T[]
}

/** Runs `a` and `b` in turn and gives the median of value(a) ÷ value(b). */
export async function paired<T>(options: {
  rounds: number
  a: () => Promise<T> | T
  b: () => Promise<T> | T
  value: (result: T) => number
}): Promise<Paired<T>> {
  const { rounds, value } = options
  const a: T[] = []
  const b: T[] = []
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) {
      a.push(await options.a())
      b.push(await options.b())
    } else {
      b.push(await options.b())
      a.push(await options.a())
    }
  }
  return { ...compare(a.map(value), b.map(value)), a, b }
}

/** The ratios of two series that were measured in pairs. */
export function compare(a: readonly number[], b: readonly number[]) {
  const ratios = a.map((value, i) => value / b[i]!)
  return { ratio: median(ratios), spread: [quantile(ratios, 0.25), quantile(ratios, 0.75)] as [number, number], ratios }
}

export const median = (values: readonly number[]) => quantile(values, 0.5)

/** Linear between the two nearest values. */
export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) return Number.NaN
  const sorted = [...values].sort((x, y) => x - y)
  const at = (sorted.length - 1) * q
  const low = sorted[Math.floor(at)]!
  const high = sorted[Math.ceil(at)]!
  return low + (high - low) * (at - Math.floor(at))
}
