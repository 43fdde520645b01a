/**
 * Many small lists of whole numbers in one array. A list that is full moves to a block twice its size at the end, and what
 * it leaves is waste; so a push costs O(1) amortised and a list costs no object of its own. `tidy` closes the gaps when
 * they have become many: every block is then exactly as long as its list.
 */
import { type Numbers, roomFor, trimmed, zeros } from './numbers.ts'

/** Share of waste that is left alone. */
const tolerated = 0.3

export class Lists {
  data: Numbers = new Uint16Array(64)
  /** Where each list starts in `data`, and how many values it holds. */
  offset: Numbers = new Uint16Array(16)
  length: Numbers = new Uint16Array(16)
  /** Blocks before this are exactly as long as their lists, those from here on are powers of two. */
  private tight = 0
  private used = 0
  /** Values in all lists. */
  private live = 0

  get bytes(): number {
    return this.data.byteLength + this.offset.byteLength + this.length.byteLength
  }

  /** Values in the list of `key`. */
  count(key: number): number {
    return key < this.length.length ? this.length[key]! : 0
  }

  push(key: number, value: number): void {
    const count = this.count(key)
    const at = this.room(key, count, count + 1) + count
    this.data = roomFor(this.data, at, value)
    this.data[at] = value
    this.resize(key, count + 1)
  }

  /** Replaces the list of `key`. */
  set(key: number, values: ArrayLike<number>): void {
    this.clear(key)
    const at = this.room(key, 0, values.length)
    for (let i = 0; i < values.length; i++) {
      this.data = roomFor(this.data, at + i, values[i]!)
      this.data[at + i] = values[i]!
    }
    this.resize(key, values.length)
  }

  /** Takes out the value at `index` by moving the last one into its place. */
  removeAt(key: number, index: number): void {
    const at = this.offset[key]!
    const last = this.length[key]! - 1
    this.data[at + index] = this.data[at + last]!
    this.resize(key, last)
  }

  clear(key: number): void {
    this.resize(key, 0)
  }

  /** Closes the gaps when they have become many. `keys`: how many lists there may be. */
  tidy(keys: number): void {
    this.offset = trimmed(this.offset, keys)
    this.length = trimmed(this.length, keys)
    if (this.data.length - this.live <= this.live * tolerated) return
    const data = zeros(this.live, this.data)
    let end = 0
    for (let key = 0; key < keys; key++) {
      const from = this.offset[key]!
      const to = from + this.length[key]!
      this.offset[key] = end
      for (let i = from; i < to; i++) data[end++] = this.data[i]!
    }
    this.data = data
    this.used = this.tight = end
  }

  /** Where the list of `key` stands once it has room for `count` values of which it holds `held`. */
  private room(key: number, held: number, count: number): number {
    const old = held > 0 ? this.offset[key]! : 0
    if (held > 0 && count <= (old < this.tight ? held : powerOfTwo(held))) return old
    const at = this.used
    this.used += powerOfTwo(count)
    this.data = roomFor(this.data, this.used - 1, 0)
    this.data.copyWithin(at, old, old + held)
    this.offset = roomFor(this.offset, key, at)
    this.offset[key] = at
    return at
  }

  private resize(key: number, count: number): void {
    const before = this.count(key)
    if (before === count) return
    this.live += count - before
    this.length = roomFor(this.length, key, count)
    this.length[key] = count
  }
}

const powerOfTwo = (count: number) => (count <= 2 ? 2 : 1 << (32 - Math.clz32(count - 1)))
