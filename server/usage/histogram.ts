/**
 * Durations counted in buckets that grow by a fifth, so that a median or a slow end can be told from a few dozen numbers,
 * whatever their count (the idea of HdrHistogram, http://hdrhistogram.org). What is told is at most a tenth off.
 */
const growth = 1.2
const logGrowth = Math.log(growth)
const buckets = 80

export type Histogram = Uint32Array

export const createHistogram = (): Histogram => new Uint32Array(buckets)

const bucketOf = (ms: number) => Math.min(buckets - 1, ms < 1 ? 0 : 1 + Math.floor(Math.log(ms) / logGrowth))

export function count(histogram: Histogram, ms: number): void {
  histogram[bucketOf(ms)]!++
}

export function merge(into: Histogram, from: Histogram): void {
  for (let i = 0; i < buckets; i++) into[i]! += from[i]!
}

/** The duration in milliseconds below which `part` (0–1) of all lie; null when there are none. */
export function quantile(histogram: Histogram, part: number): number | null {
  const total = histogram.reduce((sum, n) => sum + n, 0)
  if (total === 0) return null
  let seen = 0
  for (let i = 0; i < buckets; i++) {
    seen += histogram[i]!
    // The middle of the bucket, by ratio.
    if (seen >= total * part) return i === 0 ? 0 : Math.max(1, Math.round(growth ** (i - 0.5)))
  }
  return null
}
