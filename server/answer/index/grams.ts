/**
 * Letter trigrams of the terms of one index, "_" standing for the word's bounds: trigram → terms, and in how many passages it
 * stands. What a misspelt, inflected or compounded word shares with the right one. A piece of a script without spaces is a
 * trigram by itself. Keys are 32-bit hashes; two trigrams that share one are taken for the same.
 */
import { Lists } from './lists.ts'
import { type Numbers, roomFor, trimmed, zeros } from './numbers.ts'

const bound = 0x5f

export class Grams {
  /** Open addressing: slot → trigram + 1; 0 is free. */
  private table: Numbers = new Uint16Array(256)
  private keys = new Int32Array(128)
  private count = 0
  /** trigram → terms. */
  readonly terms = new Lists()
  /** trigram → passages that hold it. */
  frequency: Numbers = new Uint16Array(128)

  get size(): number {
    return this.count
  }

  get bytes(): number {
    return this.table.byteLength + this.keys.byteLength + this.frequency.byteLength + this.terms.bytes
  }

  /** Number of the trigram with this key, or -1. */
  find(key: number): number {
    const mask = this.table.length - 1
    for (let at = mix(key) & mask; ; at = (at + 1) & mask) {
      const id = this.table[at]! - 1
      if (id < 0 || this.keys[id] === key) return id
    }
  }

  /** Number of the trigram with this key, made when it is new. */
  intern(key: number): number {
    const known = this.find(key)
    if (known >= 0) return known
    const id = this.count++
    if (id >= this.keys.length) this.resizeKeys(Math.ceil(id * 1.25))
    this.keys[id] = key
    if (id >= this.table.length * load) {
      this.table = zeros(this.table.length * 2, this.table)
      for (let i = 0; i < id; i++) this.place(i)
    }
    this.place(id)
    return id
  }

  /** Adds the newest term to those that hold a trigram; false when it is there. */
  join(gram: number, term: number): boolean {
    const { terms } = this
    const count = terms.count(gram)
    if (count > 0 && terms.data[terms.offset[gram]! + count - 1] === term) return false
    terms.push(gram, term)
    return true
  }

  /** One passage more, or less, holds it. */
  counted(gram: number, by: 1 | -1): void {
    const frequency = (gram < this.frequency.length ? this.frequency[gram]! : 0) + by
    this.frequency = roomFor(this.frequency, gram, frequency)
    this.frequency[gram] = frequency
  }

  /** Gives back what was only there to grow into. */
  tidy(): void {
    this.resizeKeys(this.count)
    this.frequency = trimmed(this.frequency, this.count)
    this.terms.tidy(this.count)
  }

  private resizeKeys(length: number): void {
    if (length === this.keys.length) return
    const keys = new Int32Array(length)
    keys.set(this.keys.subarray(0, Math.min(this.count, length)))
    this.keys = keys
  }

  private place(id: number): void {
    this.table = roomFor(this.table, 0, id + 1)
    const mask = this.table.length - 1
    let at = mix(this.keys[id]!) & mask
    while (this.table[at]! !== 0) at = (at + 1) & mask
    this.table[at] = id + 1
  }
}

/** Share of the table that is taken at most. */
const load = 0.75

const mix = (key: number) => Math.imul(key ^ (key >>> 15), 0x2c1b3c6d) >>> 0

/** Writes the trigram keys of a term into `out` and returns how many there are (repeats kept). */
export function gramKeys(term: string, piece: boolean, out: Int32Array): number {
  if (piece) {
    let h = 0x811c9dc5
    for (let i = 0; i < term.length; i++) h = Math.imul(h ^ term.charCodeAt(i), 0x01000193)
    out[0] = h | 0
    return 1
  }
  let a = bound
  let b = term.charCodeAt(0)
  const count = Math.min(term.length, out.length)
  for (let i = 0; i < count; i++) {
    const c = i + 1 < term.length ? term.charCodeAt(i + 1) : bound
    out[i] = Math.imul(Math.imul(a, 0x01000193) ^ b, 0x01000193) ^ c
    a = b
    b = c
  }
  return count
}
