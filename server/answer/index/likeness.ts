/** How alike two words are: what a misspelt, inflected or compounded word may have meant. */

/**
 * How far `b`, a stem of the index, may be what was meant by `a`: letters mistyped, left out or swapped (by the edit
 * distance, of `b` to `a` or to a beginning of it that an ending follows), one the beginning of the other, or much in common.
 */
export function resemblance(a: string, b: string, common = 0, grams = a.length): number {
  const short = Math.min(a.length, b.length)
  const long = Math.max(a.length, b.length)
  let best = 0
  const dice = (2 * common) / (grams + b.length)
  if (dice >= 0.5) best = dice * 0.9
  if (b.length >= 3 && a.length >= 3 && long - short <= 4) {
    const limit = a.length >= 8 ? 2 : 1
    const bonus =
      (a.charCodeAt(0) === b.charCodeAt(0) ? 0.04 : 0) +
      (a.charCodeAt(a.length - 1) === b.charCodeAt(b.length - 1) ? 0.02 : 0)
    // Within one edit, one of the first two letters of each is one of the other's.
    const near = limit === 2 || beginAlike(a, b)
    if (near && long - short <= limit && (a.length >= 4 || b.length === 4)) {
      const distance = editDistance(a, b, limit)
      if (distance === 1) best = Math.max(best, (short <= 4 ? 0.72 : 0.88) + bonus)
      else if (distance <= limit) best = Math.max(best, 0.72 + bonus)
    }
    if (best < 0.7 && b.length >= 4 && a.length > b.length - 1 && beginAlike(a, b)) {
      for (let end = Math.max(b.length - 1, a.length - 3); end < a.length && end <= b.length + 1; end++)
        if (editDistance(a.slice(0, end), b, 1) <= 1) best = Math.max(best, 0.66 + bonus)
    }
  }
  if (short >= 4 && (a.startsWith(b) || b.startsWith(a))) best = Math.max(best, 0.9 * Math.sqrt(short / long))
  return best
}

function beginAlike(a: string, b: string): boolean {
  const [a0, a1, b0, b1] = [a.charCodeAt(0), a.charCodeAt(1), b.charCodeAt(0), b.charCodeAt(1)]
  return a0 === b0 || a1 === b1 || a0 === b1 || a1 === b0
}

/** Insertions, deletions, substitutions and swaps of neighbours; more than `limit` (1 or 2) is given as `limit` + 1. */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1
  let from = 0
  while (from < a.length && from < b.length && a.charCodeAt(from) === b.charCodeAt(from)) from++
  let i = a.length
  let j = b.length
  while (i > from && j > from && a.charCodeAt(i - 1) === b.charCodeAt(j - 1)) {
    i--
    j--
  }
  return distance(a, from, i, b, from, j, limit)
}

function distance(a: string, i: number, m: number, b: string, j: number, n: number, limit: number): number {
  while (i < m && j < n && a.charCodeAt(i) === b.charCodeAt(j)) {
    i++
    j++
  }
  if (i === m || j === n) return Math.min(m - i + (n - j), limit + 1)
  if (limit === 0) return 1
  let best = distance(a, i + 1, m, b, j + 1, n, limit - 1)
  best = Math.min(best, distance(a, i + 1, m, b, j, n, limit - 1), distance(a, i, m, b, j + 1, n, limit - 1))
  if (i + 1 < m && j + 1 < n && a.charCodeAt(i) === b.charCodeAt(j + 1) && a.charCodeAt(i + 1) === b.charCodeAt(j))
    best = Math.min(best, distance(a, i + 2, m, b, j + 2, n, limit - 1))
  return Math.min(best + 1, limit + 1)
}
