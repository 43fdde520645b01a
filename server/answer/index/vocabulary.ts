/**
 * The terms of one index: string → dense number by open addressing over the strings themselves (no Map: a tenth of the
 * memory), and letter pairs → terms, by which a misspelt or compounded word finds those it resembles.
 */
import { Lists } from './lists.ts'

export interface Similar {
  term: number
  /** 0–1; 1 is the word itself. */
  similarity: number
}

/** Most similar terms kept for a word. */
const maxSimilar = 16
const cacheLimit = 4000

let counts = new Uint8Array(1024)

export class Vocabulary {
  readonly terms: string[] = []
  private table = new Int32Array(256).fill(-1)
  private readonly pairs = new Lists(0, 0)
  private readonly pairKeys = new Map<number, number>()
  private cache = new Map<string, Similar[]>()

  get size(): number {
    return this.terms.length
  }

  get bytes(): number {
    return this.terms.length * 8 + this.table.byteLength + this.pairs.bytes + this.pairKeys.size * 40
  }

  /** Number of a term, or -1. */
  find(term: string): number {
    const mask = this.table.length - 1
    for (let at = hash(term) & mask; ; at = (at + 1) & mask) {
      const id = this.table[at]!
      if (id < 0 || this.terms[id] === term) return id
    }
  }

  /** Number of a term, made when it is new. `piece`: from a script without spaces, never corrected. */
  intern(term: string, piece: boolean): number {
    const known = this.find(term)
    if (known >= 0) return known
    const id = this.terms.length
    this.terms.push(term)
    if (id * 2 >= this.table.length) {
      this.table = new Int32Array(this.table.length * 2).fill(-1)
      for (let i = 0; i <= id; i++) this.place(i)
    } else this.place(id)
    if (!piece) {
      for (const pair of letterPairs(term)) {
        let key = this.pairKeys.get(pair)
        if (key === undefined) this.pairKeys.set(pair, (key = this.pairKeys.size))
        this.pairs.push(key, id)
      }
      if (this.cache.size) this.cache.clear()
    }
    return id
  }

  private place(id: number): void {
    const mask = this.table.length - 1
    let at = hash(this.terms[id]!) & mask
    while (this.table[at]! >= 0) at = (at + 1) & mask
    this.table[at] = id
  }

  /** Terms that look like `word` (a folded stem), best first, itself excluded. */
  similar(word: string): readonly Similar[] {
    const cached = this.cache.get(word)
    if (cached) return cached
    const found = this.search(word)
    if (this.cache.size >= cacheLimit) this.cache.clear()
    this.cache.set(word, found)
    return found
  }

  private search(word: string): Similar[] {
    if (word.length < 3) return []
    if (counts.length < this.terms.length) counts = new Uint8Array(this.terms.length * 2)
    const touched: number[] = []
    const pairs = letterPairs(word)
    for (const pair of pairs) {
      const key = this.pairKeys.get(pair)
      if (key === undefined) continue
      const { data } = this.pairs
      const from = this.pairs.offset[key]!
      const to = from + this.pairs.length[key]!
      for (let i = from; i < to; i++) if (counts[data[i]!]!++ === 0) touched.push(data[i]!)
    }
    const found: Similar[] = []
    const least = Math.max(2, Math.ceil(pairs.length * 0.34))
    for (const term of touched) {
      const common = counts[term]!
      counts[term] = 0
      if (common < least) continue
      const other = this.terms[term]!
      if (other === word) continue
      const similarity = resemblance(word, other, common, pairs.length)
      if (similarity > 0) found.push({ term, similarity })
    }
    found.sort((a, b) => b.similarity - a.similarity || (this.terms[a.term]! < this.terms[b.term]! ? -1 : 1))
    return found.slice(0, maxSimilar)
  }
}

function resemblance(a: string, b: string, common: number, pairs: number): number {
  const short = Math.min(a.length, b.length)
  const long = Math.max(a.length, b.length)
  let best = 0
  const dice = (2 * common) / (pairs + b.length + 1)
  if (dice >= 0.55) best = dice * 0.75
  if (a.length >= 4 && b.length >= 3 && long - short <= 2) {
    const distance = editDistance(a, b, a.length >= 8 ? 2 : 1)
    if (distance === 1) best = Math.max(best, short <= 4 ? 0.75 : 0.9)
    else if (distance === 2) best = Math.max(best, 0.75)
  }
  if (short >= 4 && (a.startsWith(b) || b.startsWith(a))) best = Math.max(best, 0.9 * Math.sqrt(short / long))
  return best
}

/** Distinct adjacent letter pairs, word bounds included, as numbers. */
function letterPairs(word: string): number[] {
  const out: number[] = []
  let previous = 0x20
  for (let i = 0; i <= word.length; i++) {
    const code = i < word.length ? word.charCodeAt(i) : 0x20
    const pair = previous * 0x10000 + code
    if (!out.includes(pair)) out.push(pair)
    previous = code
  }
  return out
}

/** FNV-1a over UTF-16 units. */
function hash(term: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < term.length; i++) h = Math.imul(h ^ term.charCodeAt(i), 0x01000193)
  return (h ^ (h >>> 15)) >>> 0
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
