/**
 * The terms of one index: string → dense number by open addressing over the strings themselves (no Map: a tenth of the
 * memory), and their trigrams, by which a misspelt or compounded word finds those it resembles.
 */
import { fold } from '../text/characters.ts'
import { Grams, gramKeys } from './grams.ts'
import { grown } from './lists.ts'

export interface Similar {
  term: number
  /** 0–1; 1 is the word itself. */
  similarity: number
}

/** Most similar terms kept for a word. */
const maxSimilar = 16
const cacheLimit = 4000
/** Likeness of words that differ in nothing but accents, where accents tell words apart (Vietnamese). */
const unmarked = 0.95

let counts = new Uint8Array(1024)
const keys = new Int32Array(64)

export class Vocabulary {
  readonly terms: string[] = []
  /** Terms from scripts without spaces. */
  private readonly pieces = new Set<number>()
  private table = new Int32Array(256).fill(-1)
  readonly grams = new Grams()
  /** term → its trigrams, each once: those of term `t` stand in `gramIds` from `gramEnds[t - 1]` to `gramEnds[t]`. */
  gramIds = new Int32Array(1024)
  gramEnds = new Int32Array(128)
  private cache = new Map<string, Similar[]>()

  get size(): number {
    return this.terms.length
  }

  get bytes(): number {
    return (
      this.terms.length * 8 +
      this.table.byteLength +
      this.grams.bytes +
      this.gramIds.byteLength +
      this.gramEnds.byteLength
    )
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
    if (piece) this.pieces.add(id)
    if (id * 2 >= this.table.length) {
      this.table = new Int32Array(this.table.length * 2).fill(-1)
      for (let i = 0; i <= id; i++) this.place(i)
    } else this.place(id)
    const count = gramKeys(fold(term), piece, keys)
    let end = this.gramsFrom(id)
    if (end + count > this.gramIds.length) this.gramIds = grown(this.gramIds, Math.ceil((end + count) * 1.4))
    for (let i = 0; i < count; i++) {
      const gram = this.grams.intern(keys[i]!)
      const { terms } = this.grams
      const length = gram < terms.length.length ? terms.length[gram]! : 0
      // "banana" holds "ana" twice: one posting.
      if (length > 0 && terms.data[terms.offset[gram]! + length - 1] === id) continue
      terms.push(gram, id)
      this.gramIds[end++] = gram
    }
    if (id >= this.gramEnds.length) this.gramEnds = grown(this.gramEnds, Math.ceil(id * 1.5))
    this.gramEnds[id] = end
    return id
  }

  /** Where the trigrams of a term begin in `gramIds`. */
  gramsFrom(term: number): number {
    return term === 0 ? 0 : this.gramEnds[term - 1]!
  }

  private place(id: number): void {
    const mask = this.table.length - 1
    let at = hash(this.terms[id]!) & mask
    while (this.table[at]! >= 0) at = (at + 1) & mask
    this.table[at] = id
  }

  /** Forgets what was found similar: call it when terms came or went. */
  forget(): void {
    if (this.cache.size) this.cache.clear()
  }

  /** Terms that look like `word` (a folded stem), best first, itself and those with an `idfs` below 0 excluded. */
  similar(word: string, idfs: Float32Array): readonly Similar[] {
    const cached = this.cache.get(word)
    if (cached) return cached
    const found = this.search(word, idfs)
    if (this.cache.size >= cacheLimit) this.cache.clear()
    this.cache.set(word, found)
    return found
  }

  private search(word: string, idfs: Float32Array): Similar[] {
    if (word.length < 3) return []
    if (counts.length < this.terms.length) counts = new Uint8Array(this.terms.length * 2)
    const touched: number[] = []
    const plain = fold(word)
    const length = gramKeys(plain, false, keys)
    for (let k = 0; k < length; k++) {
      const gram = this.grams.find(keys[k]!)
      if (gram < 0) continue
      const { data, offset, length: lengths } = this.grams.terms
      const to = offset[gram]! + lengths[gram]!
      for (let i = offset[gram]!; i < to; i++) if (counts[data[i]!]!++ === 0) touched.push(data[i]!)
    }
    const found: Similar[] = []
    for (const term of touched) {
      const common = counts[term]!
      counts[term] = 0
      const other = this.terms[term]!
      if (other === word || idfs[term]! < 0) continue
      const bare = fold(other)
      const similarity = bare === plain ? unmarked : resemblance(plain, bare, common, length)
      if (similarity > 0) found.push({ term, similarity })
    }
    found.sort((a, b) => b.similarity - a.similarity || (this.terms[a.term]! < this.terms[b.term]! ? -1 : 1))
    return found.slice(0, maxSimilar)
  }
}

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
    if (long - short <= limit && (a.length >= 4 || b.length === 4)) {
      const distance = editDistance(a, b, limit)
      if (distance === 1) best = Math.max(best, (short <= 4 ? 0.72 : 0.88) + bonus)
      else if (distance <= limit) best = Math.max(best, 0.72 + bonus)
    }
    if (best < 0.7 && b.length >= 4 && a.length > b.length - 1) {
      for (let end = Math.max(b.length - 1, a.length - 3); end < a.length && end <= b.length + 1; end++)
        if (editDistance(a.slice(0, end), b, 1) <= 1) best = Math.max(best, 0.66 + bonus)
    }
  }
  if (short >= 4 && (a.startsWith(b) || b.startsWith(a))) best = Math.max(best, 0.9 * Math.sqrt(short / long))
  return best
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
