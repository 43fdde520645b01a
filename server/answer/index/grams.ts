/**
 * Letter trigrams of the terms of one index, "_" standing for the word's bounds: trigram → terms, and in how many passages it
 * stands. What a misspelt, inflected or compounded word shares with the right one. A piece of a script without spaces is a
 * trigram by itself. Keys are 32-bit hashes; two trigrams that share one are taken for the same.
 */
import { grown, Lists } from './lists.ts'

const bound = 0x5f

export class Grams {
  /** Open addressing: slot → trigram + 1; 0 is free. */
  private table = new Int32Array(512)
  private keys = new Int32Array(256)
  private count = 0
  /** trigram → terms. */
  readonly terms = new Lists(256, 1024)
  /** trigram → passages that hold it. */
  frequency = new Int32Array(256)

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
    if (id >= this.keys.length) {
      const room = Math.ceil(id * 1.5)
      this.keys = grown(this.keys, room)
      this.frequency = grown(this.frequency, room)
    }
    this.keys[id] = key
    if (this.count * 2 > this.table.length) {
      this.table = new Int32Array(this.table.length * 2)
      for (let i = 0; i < id; i++) this.place(i)
    }
    this.place(id)
    return id
  }

  private place(id: number): void {
    const mask = this.table.length - 1
    let at = mix(this.keys[id]!) & mask
    while (this.table[at]! !== 0) at = (at + 1) & mask
    this.table[at] = id + 1
  }
}

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
