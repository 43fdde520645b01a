/**
 * Counters: settled units are rows of an ordinary table (`counters.csv`), so that they are journalled, checkpointed and
 * edited like any other; held units are only in memory, since a request that was not answered before a crash was not
 * made. `reserve` runs in one turn of the event loop: nothing can come between the question and the hold.
 */
import type { AnyDef, Column, CounterDef, TableDef } from '../define.ts'
import { table } from '../define.ts'
import type { Counter, Reservation } from '../store.ts'
import type { Row } from './codec.ts'
import type { TableState } from './table.ts'

const text: Column<string> = { kind: 'text' }
const int: Column<number> = { kind: 'int' }

/** The table behind the counters that share a file. */
export const counterTable = (file: string): TableDef =>
  table({
    name: file.replace(/\.csv$/, ''),
    file,
    key: 'key',
    columns: { counter: text, key: text, period: text, value: int },
  }) as TableDef

/** Whether a table is one behind counters. */
export const isCounterTable = (def: AnyDef): boolean =>
  def.shape === 'table' && 'counter' in def.columns && 'period' in def.columns

const idOf = (counter: string, key: string, period: string) => `${counter}\n${key}\n${period}`

export const counterRowKey = (row: Row): string => idOf(row.counter as string, row.key as string, row.period as string)

export class Hold implements Reservation {
  readonly counter: CounterDef
  readonly key: string
  readonly period: string
  readonly by: number
  /** held → settled in an accepted commit (and back, if that fails), or released. */
  state: 'held' | 'settled' | 'released' = 'held'
  readonly owner: CounterState
  /** Of its row. */
  readonly id: string

  constructor(owner: CounterState, id: string, key: string, period: string, by: number) {
    this.owner = owner
    this.id = id
    this.counter = owner.def
    this.key = key
    this.period = period
    this.by = by
  }

  release(): void {
    if (this.state !== 'held') return
    this.state = 'released'
    this.owner.hold(this, -this.by)
  }
}

export class CounterState implements Counter {
  readonly def: CounterDef
  readonly rows: TableState
  private readonly held = new Map<string, number>()

  constructor(def: CounterDef, rows: TableState) {
    this.def = def
    this.rows = rows
  }

  value(key: string, period: string): number {
    return this.settled(idOf(this.def.name, key, period))
  }

  reserve(key: string, period: string, by: number, ceiling: number): Reservation | null {
    const id = idOf(this.def.name, key, period)
    if (this.settled(id) + (this.held.get(id) ?? 0) + by > ceiling) return null
    const reservation = new Hold(this, id, key, period, by)
    this.hold(reservation, by)
    return reservation
  }

  /** Changes what is held. */
  hold({ id }: Hold, by: number): void {
    const held = (this.held.get(id) ?? 0) + by
    if (held === 0) this.held.delete(id)
    else this.held.set(id, held)
  }

  /** The row that settling a reservation leads to. */
  settledRow({ id, key, period, by }: Hold): Row {
    return { counter: this.def.name, key, period, value: this.settled(id) + by }
  }

  private settled(id: string): number {
    return (this.rows.get(id)?.value as number | undefined) ?? 0
  }
}
