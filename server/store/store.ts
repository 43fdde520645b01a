/**
 * What an engine offers. The default engine is `csv/`; a second one is a folder beside it that passes the same suite
 * (`test/store/suite.ts`).
 *
 * Promise: when `commit` resolves, its changes are on disk, all of them; when it rejects, none of them will ever be
 * seen after a restart as part of an acknowledged state, and memory is as it was before. Commits become durable in the
 * order in which they were accepted, so whatever a later acknowledged write was built on is durable with it.
 */
import type { CounterDef, LogDef, TableDef } from './define.ts'

export type Change =
  | { op: 'insert'; table: TableDef; partition?: string; row: Record<string, unknown> }
  | { op: 'update'; table: TableDef; partition?: string; key: string; set: Record<string, unknown> }
  | { op: 'delete'; table: TableDef; partition?: string; key: string }
  | { op: 'clear'; table: TableDef; partition?: string }
  | { op: 'append'; log: LogDef; partition?: string; row: Record<string, unknown> }
  | { op: 'settle'; reservation: Reservation }
  | { op: 'limit'; table: TableDef; partition?: string; max: number }

/** Adds a row. Rejects with `conflict` when its key or a unique value is taken; `members.column` names which. */
export const insert = <R>(table: TableDef<R>, row: R, partition?: string): Change => ({
  op: 'insert',
  table,
  partition,
  row: row as Record<string, unknown>,
})
/** Changes columns of a row. Rejects with `not_found` when there is none, `conflict` when a unique value is taken. */
export const update = <R>(table: TableDef<R>, key: string, set: Partial<R>, partition?: string): Change => ({
  op: 'update',
  table,
  partition,
  key,
  set: set as Record<string, unknown>,
})
/** Removes a row. Rejects with `not_found` when there is none. */
export const remove = <R>(table: TableDef<R>, key: string, partition?: string): Change => ({
  op: 'delete',
  table,
  partition,
  key,
})
/** Removes every row of a table or partition. */
export const clear = <R>(table: TableDef<R>, partition?: string): Change => ({ op: 'clear', table, partition })
/** Adds a row to a log. */
export const append = <R>(log: LogDef<R>, row: R, partition?: string): Change => ({
  op: 'append',
  log,
  partition,
  row: row as Record<string, unknown>,
})
/** Turns a reservation into a durable count. */
export const settle = (reservation: Reservation): Change => ({ op: 'settle', reservation })
/**
 * Holds the set back unless, after all its changes, the table or partition has at most `max` live rows.
 * Rejects with `knowledge_limit_reached` and `members {limit, count}` (count = live rows before the set).
 */
export const limit = <R>(table: TableDef<R>, max: number, partition?: string): Change => ({
  op: 'limit',
  table,
  partition,
  max,
})

/** Rows of a table or of one partition, as of the last accepted commit. Returned rows must not be changed. */
export interface Rows<R> {
  get(key: string): R | undefined
  /** By a column declared `unique`. */
  find(column: keyof R & string, value: string): R | undefined
  /** In insertion order. */
  all(): IterableIterator<R>
  readonly size: number
  /** Rows that count for `limit`. */
  readonly liveCount: number
}

export interface LogRange {
  partition?: string
  /** Inclusive, ISO 8601 UTC. */
  from?: string
  /** Exclusive, ISO 8601 UTC. */
  to?: string
}

export interface LogReader<R> {
  /**
   * Oldest first, streamed from the files; includes accepted rows that are not in a file yet. With `columns` the rows have
   * these alone, which spares making the others: the way to go through a long history.
   */
  scan<K extends keyof R & string = keyof R & string>(
    range?: LogRange & { columns?: readonly K[] },
  ): AsyncIterable<Pick<R, K>>
  /**
   * The last `count` rows of the current month, oldest first; reads the end of the file only. With `since` (ISO 8601 UTC)
   * months that are closed are gone into, back to that time, as far as the count needs; '' is the beginning.
   */
  tail(count: number, partition?: string, since?: string): Promise<R[]>
}

/** One held unit of a counter. Either settled in a commit or released; a second call of either does nothing. */
export interface Reservation {
  readonly counter: CounterDef
  readonly key: string
  readonly period: string
  readonly by: number
  release(): void
}

export interface Counter {
  /** Settled units, plus those settled in accepted commits. Held ones are not in it. */
  value(key: string, period: string): number
  /** Holds `by` units if settled + held + by ≤ ceiling, else null. Atomic: two callers never both get the last one. */
  reserve(key: string, period: string, by: number, ceiling: number): Reservation | null
}

/** Rows that an accepted commit, an edit by hand or the undoing of a failed commit changed. */
export interface TableChange<R> {
  partition: string | undefined
  /** `before` undefined: added; `after` undefined: removed. */
  rows: { before: R | undefined; after: R | undefined }[]
}

/** The last edit by hand of a file, accepted or set aside. */
export interface EditReport {
  file: string
  at: string
  outcome: 'accepted' | 'rejected'
  /** A sentence for people, with the row where there is one. */
  detail: string
  /** Where the refused file was set aside, relative to the data folder. */
  setAside?: string
}

/** A file of a snapshot. */
export interface SnapshotFile {
  /** Relative to the data folder, with `/`. */
  name: string
  /** What the copy holds; absent: what the file in the data folder holds. */
  bytes?: Buffer
}

export interface StoreStatus {
  /** Writes are accepted. */
  ready: boolean
  /** Why not, as a sentence; also when writes are accepted but the CSV files cannot be brought up to date. */
  reason?: string
  /** After a failed sync: only a restart helps. */
  poisoned: boolean
  epoch: number
  journalBytes: number
  /** Bytes of partitions in memory. */
  cachedBytes: number
  commits: number
  syncs: number
  edits: EditReport[]
}

export interface Store {
  /** A table that is not partitioned. */
  table<R>(def: TableDef<R>): Rows<R>
  /** One partition, loaded on first use; a partition nobody wrote is empty. The view follows later commits. */
  partition<R>(def: TableDef<R>, name: string): Promise<Rows<R>>
  log<R>(def: LogDef<R>): LogReader<R>
  counter(def: CounterDef): Counter
  /**
   * Makes a set of changes durable together. Errors: `conflict`, `not_found`, `knowledge_limit_reached`,
   * `store_unavailable` (disk full, poisoned, closing).
   */
  commit(changes: Change[]): Promise<void>
  /** Called synchronously after rows changed. A partition that is not loaded reports nothing. Returns an unsubscribe. */
  watch<R>(def: TableDef<R>, listener: (change: TableChange<R>) => void): () => void
  /** Brings the CSV files up to the last durable commit. */
  checkpoint(): Promise<void>
  /**
   * Adds rows of ended months to a monthly log, from a history made elsewhere, in the order they come; they are never held
   * whole. Each month's rows are durable together when it resolves; where it rejects or the process dies, some months may
   * be there and others not. Checkpoints wait until it is done.
   */
  backfill<R>(def: LogDef<R>, rows: Iterable<R> | AsyncIterable<R>, partition?: string): Promise<void>
  /**
   * Removes everything of one owner from memory, files, closed months and journal: rows whose `column` holds `value`,
   * counters with that key, partitions of that name. Returns how many rows went, by table and log. What is committed
   * for the owner meanwhile may stay: call it again until it finds nothing.
   */
  purge(column: string, value: string): Promise<Record<string, number>>
  /**
   * Removes rows from a log, though it otherwise only grows: those whose `column` holds one of `values`, out of the file,
   * its closed months and the journal. Returns how many went. What is committed meanwhile may stay.
   */
  erase<R>(def: LogDef<R>, column: keyof R & string, values: ReadonlySet<string>, partition?: string): Promise<number>
  /**
   * Hands `copy` the files that together are the store as of a moment after this call; they do not change until it is
   * done, while commits go on. Every commit acknowledged before the call is in them. Errors: `store_unavailable`, and
   * whatever `copy` throws.
   */
  snapshot(copy: (files: AsyncIterable<SnapshotFile>) => Promise<void>): Promise<void>
  status(): StoreStatus
  /** Waits for accepted commits, checkpoints, releases the folder. */
  close(): Promise<void>
}
