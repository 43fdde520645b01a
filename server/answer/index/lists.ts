/**
 * Many small growable lists of integers in one typed array. A list that is full moves to a block twice its size; the block
 * it leaves is used again. So a push costs O(1) amortised, nothing is rebuilt, and a list costs no object of its own.
 */
export class Lists {
  data: Int32Array
  /** Where each list starts in `data`, and how many values it holds. */
  offset: Int32Array
  length: Int32Array
  /** Capacity of a block is 2^exponent; 0 stands for "no block yet". */
  private exponent: Uint8Array
  private used = 0
  /** Free blocks by exponent. */
  private free: number[][] = Array.from({ length: 32 }, () => [])

  constructor(keys = 64, values = 256) {
    this.data = new Int32Array(values)
    this.offset = new Int32Array(keys)
    this.length = new Int32Array(keys)
    this.exponent = new Uint8Array(keys)
  }

  get bytes(): number {
    return this.data.byteLength + this.offset.byteLength * 2 + this.exponent.byteLength
  }

  push(key: number, value: number): void {
    this.room(key, (key < this.length.length ? this.length[key]! : 0) + 1)
    this.data[this.offset[key]! + this.length[key]!++] = value
  }

  /** Replaces the list of `key`. */
  set(key: number, values: ArrayLike<number>, count = values.length): void {
    this.clear(key)
    this.room(key, count)
    const at = this.offset[key]!
    for (let i = 0; i < count; i++) this.data[at + i] = values[i]!
    this.length[key] = count
  }

  /** Takes out the value at `index` by moving the last one into its place. */
  removeAt(key: number, index: number): void {
    const at = this.offset[key]!
    const last = --this.length[key]!
    this.data[at + index] = this.data[at + last]!
    if (last === 0) this.clear(key)
  }

  clear(key: number): void {
    if (key >= this.length.length) return
    const exponent = this.exponent[key]!
    if (exponent) this.free[exponent]!.push(this.offset[key]!)
    this.exponent[key] = 0
    this.length[key] = 0
  }

  private room(key: number, count: number): void {
    if (key >= this.length.length) {
      const keys = Math.max(key + 1, Math.ceil(this.length.length * 1.5))
      this.offset = grown(this.offset, keys)
      this.length = grown(this.length, keys)
      const exponent = new Uint8Array(keys)
      exponent.set(this.exponent)
      this.exponent = exponent
    }
    const old = this.exponent[key]!
    if (old && count <= 1 << old) return
    let exponent = Math.max(1, 32 - Math.clz32(Math.max(count, 1) - 1))
    if (exponent === old) exponent++
    let at = this.free[exponent]!.pop()
    if (at === undefined) {
      at = this.used
      this.used += 1 << exponent
      if (this.used > this.data.length)
        this.data = grown(this.data, Math.max(this.used, Math.ceil(this.data.length * 1.4)))
    }
    const length = this.length[key]!
    if (old) {
      this.data.copyWithin(at, this.offset[key]!, this.offset[key]! + length)
      this.free[old]!.push(this.offset[key]!)
    }
    this.offset[key] = at
    this.exponent[key] = exponent
  }
}

export function grown(array: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const bigger = new Int32Array(length)
  bigger.set(array)
  return bigger
}
