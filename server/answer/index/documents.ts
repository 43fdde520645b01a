/**
 * The passages of an index: what is ranked. By number, in columns, because an object for each costs several times as much.
 * Numbers of passages that left are given out again.
 */
import type { Entry } from '../types.ts'
import { type Numbers, roomFor, trimmed } from './numbers.ts'

/** A place in `owners`, one in `first`, and the view of a row that an entry is, about. */
const entryBytes = 96
const ownerBytes = 8

export class Documents {
  /** The entry that a passage is of; undefined where a number is free. */
  owners: (Entry | undefined)[] = []
  /** Terms in a passage. */
  lengths: Numbers = new Uint16Array(16)
  /** Terms in all of them. */
  totalLength = 0
  /** Passages there are. */
  count = 0
  private start: Numbers = new Uint16Array(16)
  private end: Numbers = new Uint16Array(16)
  /** Place of its language in `langs`. */
  private lang: Numbers = new Uint16Array(16)
  private readonly langs: string[] = []
  /** The next passage of the same entry + 1; 0 after the last. */
  private next: Numbers = new Uint16Array(16)
  /** By id of an entry. */
  private readonly first = new Map<string, number>()
  private free: number[] = []

  get bytes(): number {
    const { lengths, start, end, lang, next } = this
    const columns = [lengths, start, end, lang, next].reduce((sum, column) => sum + column.byteLength, 0)
    return columns + this.owners.length * ownerBytes + this.first.size * entryBytes + this.free.length * 8
  }

  /** Entries there are. */
  get entries(): number {
    return this.first.size
  }

  /** Numbers given out so far, free ones included. */
  get size(): number {
    return this.owners.length
  }

  /**
   * Adds a passage of `length` terms, which stands at `start` to `end` of the entry's text, and gives its number.
   * @param previous the passage of the same entry before it; undefined for the first
   */
  add(entry: Entry, start: number, end: number, lang: string, length: number, previous?: number): number {
    const number = this.free.pop() ?? this.owners.length
    this.owners[number] = entry
    this.start = put(this.start, number, start)
    this.end = put(this.end, number, end)
    this.lengths = put(this.lengths, number, length)
    this.lang = put(this.lang, number, this.numberOf(lang))
    this.next = put(this.next, number, 0)
    if (previous === undefined) this.first.set(entry.id, number)
    else this.next = put(this.next, previous, number + 1)
    this.totalLength += length
    this.count++
    return number
  }

  /** Passages of an entry in their order; none when there is no such entry. */
  of(id: string): number[] {
    const numbers: number[] = []
    const first = this.first.get(id)
    if (first !== undefined) for (let at = first + 1; at > 0; at = this.next[at - 1]!) numbers.push(at - 1)
    return numbers
  }

  /** Removes an entry's passages. */
  remove(id: string): void {
    for (const number of this.of(id)) {
      this.totalLength -= this.lengths[number]!
      this.lengths[number] = 0
      this.owners[number] = undefined
      this.free.push(number)
      this.count--
    }
    this.first.delete(id)
  }

  *eachEntry(): IterableIterator<Entry> {
    for (const number of this.first.values()) yield this.owners[number]!
  }

  spanOf(number: number): { start: number; end: number } {
    return { start: this.start[number]!, end: this.end[number]! }
  }

  languageOf(number: number): string {
    return this.langs[this.lang[number]!]!
  }

  /** Gives back what was only there to grow into. */
  tidy(): void {
    const { size } = this
    this.owners = this.owners.slice()
    this.start = trimmed(this.start, size)
    this.end = trimmed(this.end, size)
    this.lengths = trimmed(this.lengths, size)
    this.lang = trimmed(this.lang, size)
    this.next = trimmed(this.next, size)
  }

  private numberOf(lang: string): number {
    const known = this.langs.indexOf(lang)
    return known >= 0 ? known : this.langs.push(lang) - 1
  }
}

function put(column: Numbers, at: number, value: number): Numbers {
  const fitting = roomFor(column, at, value)
  fitting[at] = value
  return fitting
}
