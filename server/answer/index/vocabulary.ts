/**
 * The terms of one index: string → dense number by open addressing over the strings themselves (no Map: a tenth of the
 * memory), and their trigrams, by which a misspelt or compounded word finds those it resembles.
 */
import { fold } from '../text/characters.ts'
import { Grams, gramKeys } from './grams.ts'
import { resemblance } from './likeness.ts'
import { type Numbers, roomFor, trimmed, zeros } from './numbers.ts'

export interface Similar {
  term: number
  /** 0–1; 1 is the word itself. */
  similarity: number
}

/** Most similar terms kept for a word. */
const maxSimilar = 16
const cacheLimit = 4000
/** A place in `terms`, and the string where no other client has it, about. */
const termBytes = 24
/** Share of the table that is taken at most. */
const load = 0.75
/** Likeness of words that differ in nothing but accents, where accents tell words apart (Vietnamese). */
const unmarked = 0.95

let counts = new Uint8Array(1024)
const keys = new Int32Array(64)

export class Vocabulary {
  /** The strings are those of the tokenizer, which clients share as far as they use the same words. */
  terms: string[] = []
  /** Open addressing: slot → term + 1; 0 is free. */
  private table: Numbers = new Uint16Array(128)
  readonly grams = new Grams()
  /** term → its trigrams, each once: those of term `t` stand in `gramIds` from `gramEnds[t - 1]` to `gramEnds[t]`. */
  gramIds: Numbers = new Uint16Array(256)
  gramEnds: Numbers = new Uint16Array(64)
  private cache = new Map<string, Similar[]>()

  get size(): number {
    return this.terms.length
  }

  get bytes(): number {
    return (
      this.terms.length * termBytes +
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
      const id = this.table[at]! - 1
      if (id < 0 || this.terms[id] === term) return id
    }
  }

  /** Number of a term, made when it is new. `piece`: from a script without spaces, never corrected. */
  intern(term: string, piece: boolean): number {
    const known = this.find(term)
    if (known >= 0) return known
    const id = this.terms.length
    this.terms.push(term)
    if (id >= this.table.length * load) {
      this.table = zeros(this.table.length * 2, this.table)
      for (let i = 0; i < id; i++) this.place(i)
    }
    this.place(id)
    const count = gramKeys(fold(term), piece, keys)
    let end = this.gramsFrom(id)
    for (let i = 0; i < count; i++) {
      const gram = this.grams.intern(keys[i]!)
      // "banana" holds "ana" twice: one posting.
      if (!this.grams.join(gram, id)) continue
      this.gramIds = roomFor(this.gramIds, end, gram)
      this.gramIds[end++] = gram
    }
    this.gramEnds = roomFor(this.gramEnds, id, end)
    this.gramEnds[id] = end
    return id
  }

  /** Where the trigrams of a term begin in `gramIds`. */
  gramsFrom(term: number): number {
    return term === 0 ? 0 : this.gramEnds[term - 1]!
  }

  private place(id: number): void {
    this.table = roomFor(this.table, 0, id + 1)
    const mask = this.table.length - 1
    let at = hash(this.terms[id]!) & mask
    while (this.table[at]! > 0) at = (at + 1) & mask
    this.table[at] = id + 1
  }

  /** Gives back what was only there to grow into. */
  tidy(): void {
    const { size } = this
    this.terms = this.terms.slice()
    this.gramIds = trimmed(this.gramIds, this.gramsFrom(size))
    this.gramEnds = trimmed(this.gramEnds, size)
    this.grams.tidy()
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

/** FNV-1a over UTF-16 units. */
function hash(term: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < term.length; i++) h = Math.imul(h ^ term.charCodeAt(i), 0x01000193)
  return (h ^ (h >>> 15)) >>> 0
}
