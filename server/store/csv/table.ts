/**
 * The rows of one table (or of one partition) in memory, with their unique indexes.
 *
 * Rows are never changed in place: a change puts another object. So a checkpoint takes an array of references and
 * writes it at leisure, and an undo puts the former object back.
 *
 * Since the last checkpoint, `changed` remembers each changed key's row as it then was. With it the checkpointed state
 * of any row is known at any time, which is what an edit by hand is compared against.
 */
import type { TableDef } from '../define.ts'
import type { Rows } from '../store.ts'
import type { Row } from './codec.ts'

/** What a row takes in memory beside its text, about. */
export const rowBytes = 200

export class TableState implements Rows<Row> {
  readonly def: TableDef
  readonly partition: string | undefined
  /** Names of columns found in the file that are not in `def`, in the file's order. */
  foreign: string[] = []
  /** About how much memory it takes. */
  bytes = 0
  liveCount = 0
  private rows = new Map<string, Row>()
  private readonly unique: Map<string, Map<string, string>>
  private changed = new Map<string, Row | undefined>()
  /** What `changed` held when the checkpoint now under way took its snapshot. */
  private writing: Map<string, Row | undefined> | undefined
  /** Rows that the file has as a person last saved them, until a checkpoint writes it. */
  private edited = new Map<string, Row>()
  /** The file must be written even though no row changed. */
  rewrite = false
  /** Rows are told apart by more than the key column. */
  readonly composite: boolean
  private readonly keyOf: (row: Row) => string

  constructor(def: TableDef, partition: string | undefined, keyOf?: (row: Row) => string) {
    this.def = def
    this.partition = partition
    this.composite = keyOf !== undefined
    this.keyOf = keyOf ?? (row => row[def.key] as string)
    this.unique = new Map(def.unique.map(column => [column, new Map()]))
  }

  get(key: string): Row | undefined {
    return this.rows.get(key)
  }

  find(column: string, value: string): Row | undefined {
    if (column === this.def.key) return this.rows.get(value)
    const index = this.unique.get(column)
    if (!index) throw new TypeError(`${this.def.name}.${column} is not declared unique.`)
    const key = index.get(value)
    return key === undefined ? undefined : this.rows.get(key)
  }

  all(): IterableIterator<Row> {
    return this.rows.values()
  }

  get size(): number {
    return this.rows.size
  }

  key(row: Row): string {
    return this.keyOf(row)
  }

  /** The column in which `row` would collide with another row than `key`; undefined when it fits. */
  collision(key: string, row: Row): string | undefined {
    for (const [column, index] of this.unique) {
      const value = row[column] as string
      const holder = value === '' ? undefined : index.get(value)
      if (holder !== undefined && holder !== key) return column
    }
    return undefined
  }

  /** Puts a row in its place, or removes it; returns what was there. Checks nothing. */
  put(key: string, after: Row | undefined): Row | undefined {
    const before = this.rows.get(key)
    if (!this.changed.has(key)) this.changed.set(key, before)
    this.replace(key, before, after)
    return before
  }

  /** As `put`, for rows that are what the file holds. */
  load(key: string, row: Row): void {
    this.replace(key, this.rows.get(key), row)
  }

  private replace(key: string, before: Row | undefined, after: Row | undefined): void {
    const live = this.def.live
    if (before) {
      if (!live || before[live]) this.liveCount--
      for (const [column, index] of this.unique) {
        const value = before[column] as string
        if (index.get(value) === key) index.delete(value)
      }
    }
    if (after) {
      if (!live || after[live]) this.liveCount++
      for (const [column, index] of this.unique) {
        const value = after[column] as string
        if (value !== '') index.set(value, key)
      }
      this.rows.set(key, after)
    } else this.rows.delete(key)
  }

  keys(): string[] {
    return [...this.rows.keys()]
  }

  /** Brings rows that were removed and put back again into the order they were in. */
  reorder(keys: readonly string[]): void {
    const rows = new Map<string, Row>()
    for (const key of keys) {
      const row = this.rows.get(key)
      if (row) rows.set(key, row)
    }
    for (const [key, row] of this.rows) if (!rows.has(key)) rows.set(key, row)
    this.rows = rows
  }

  /** Remembers that a person's file has this row: what they save next is compared with it. */
  saved(key: string, row: Row): void {
    this.edited.set(key, row)
  }

  /** A person saved the file since the last checkpoint. */
  get wasEdited(): boolean {
    return this.edited.size > 0
  }

  /** The row as the file on disk has it. */
  checkpointed(key: string): Row | undefined {
    const edited = this.edited.get(key)
    if (edited) return edited
    if (this.writing?.has(key)) return this.writing.get(key)
    return this.changed.has(key) ? this.changed.get(key) : this.rows.get(key)
  }

  get dirty(): boolean {
    return this.rewrite || this.changed.size > 0 || this.writing !== undefined
  }

  /** All rows as of now, for a checkpoint. Followed by `written` or `abandon`. */
  snapshot(): Row[] {
    this.writing = this.changed
    this.changed = new Map()
    return [...this.rows.values()]
  }

  /** The snapshot is on disk. */
  written(): void {
    this.writing = undefined
    this.edited.clear()
    this.rewrite = false
  }

  /** The snapshot will not be on disk: what it covered is still to be written. */
  abandon(): void {
    if (!this.writing) return
    const older = this.writing
    for (const [key, row] of this.changed) if (!older.has(key)) older.set(key, row)
    this.changed = older
    this.writing = undefined
  }
}
