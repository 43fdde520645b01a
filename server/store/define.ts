/** The vocabulary in which records.ts declares what is kept: three shapes (table, log, counter) and typed columns. */

export interface Column<T> {
  kind: 'text' | 'int' | 'bool' | 'time' | 'json'
  /** An empty cell means null instead of the kind's zero value. */
  nullable?: boolean
  /** What an empty cell of kind json means. */
  empty?: T
}

type Columns = Record<string, Column<any>>
export type RowOf<C extends Columns> = { [K in keyof C]: C[K] extends Column<infer T> ? T : never }

/** Keyed rows, held in memory while in use; partitioned tables by partition, on first use. */
export interface TableDef<R = any> {
  readonly shape: 'table'
  readonly name: string
  /** Relative to the data folder; `{partition}` stands for the partition's name. */
  readonly file: string
  readonly partitioned: boolean
  readonly columns: Readonly<Record<keyof R & string, Column<unknown>>>
  readonly key: keyof R & string
  /** Further columns whose non-empty values are unique in the table (in the partition of a partitioned one). */
  readonly unique: readonly (keyof R & string)[]
  /** A bool column: only rows where it is true count for `limit`. Without it every row counts. */
  readonly live?: keyof R & string
  /** A time column: rows past it are dropped at a checkpoint. */
  readonly expires?: keyof R & string
}

/** Append-only rows in time order, never held whole. */
export interface LogDef<R = any> {
  readonly shape: 'log'
  readonly name: string
  readonly file: string
  readonly partitioned: boolean
  /** Closed months move to `NAME-YYYY-MM.csv` beside the file. */
  readonly monthly: boolean
  readonly columns: Readonly<Record<keyof R & string, Column<unknown>>>
  readonly time: keyof R & string
}

/** Numbers by key and period that never pass a ceiling. */
export interface CounterDef {
  readonly shape: 'counter'
  readonly name: string
  readonly file: string
  /** At a checkpoint the value of the current UTC month for a row's key is written into this column. */
  readonly mirror?: { readonly table: TableDef; readonly column: string }
}

export type AnyDef = TableDef | LogDef | CounterDef
export type InferRow<D> = D extends TableDef<infer R> ? R : D extends LogDef<infer R> ? R : never

export function table<C extends Columns>(def: {
  name: string
  file: string
  key: keyof C & string
  columns: C
  partitioned?: boolean
  unique?: readonly (keyof C & string)[]
  live?: keyof C & string
  expires?: keyof C & string
}): TableDef<RowOf<C>> {
  return { partitioned: false, unique: [], ...def, shape: 'table' } as unknown as TableDef<RowOf<C>>
}

export function log<C extends Columns>(def: {
  name: string
  file: string
  time: keyof C & string
  columns: C
  partitioned?: boolean
  monthly?: boolean
}): LogDef<RowOf<C>> {
  return { partitioned: false, monthly: false, ...def, shape: 'log' } as unknown as LogDef<RowOf<C>>
}

export function counter(def: Omit<CounterDef, 'shape'>): CounterDef {
  return { ...def, shape: 'counter' }
}
