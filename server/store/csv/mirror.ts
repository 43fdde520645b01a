/**
 * What a checkpoint brings up to date by itself: the month's counters that are shown in a table's column, and rows whose
 * time has come. Both follow from what is durable already, so neither goes through the journal.
 */
import type { TableDef } from '../define.ts'
import type { TableChange } from '../store.ts'
import type { Row } from './codec.ts'
import type { CounterState } from './counter.ts'
import type { Slots } from './partition.ts'
import type { TableState } from './table.ts'

export class Mirrors {
  private readonly counters: ReadonlyMap<string, CounterState>
  private readonly stateOf: (def: TableDef) => TableState | undefined
  private readonly tell: (state: TableState, change: TableChange<Row>) => void
  /** The month that the columns show; empty: they are to be gone through whole. */
  private month = ''
  /** Keys whose counters moved since. */
  private readonly moved = new Set<string>()
  /** No row of the table, or of the partition of it, expires before this. */
  private readonly nextExpiry = new Map<string, string>()

  constructor(
    counters: ReadonlyMap<string, CounterState>,
    stateOf: (def: TableDef) => TableState | undefined,
    tell: (state: TableState, change: TableChange<Row>) => void,
  ) {
    this.counters = counters
    this.stateOf = stateOf
    this.tell = tell
  }

  /** A table that was just read. */
  admit(state: TableState): void {
    const { expires } = state.def
    if (!expires) return
    for (const row of state.all()) this.expect(state.def, state.partition, row[expires] as string)
  }

  /** An accepted commit. */
  saw(changed: readonly { def: TableDef; change: TableChange<Row> }[]): void {
    for (const { def, change } of changed) {
      if (def.expires)
        for (const { after } of change.rows) if (after) this.expect(def, change.partition, after[def.expires] as string)
      if (def.columns.period) for (const { after } of change.rows) if (after) this.moved.add(after.key as string)
    }
  }

  private expect(def: TableDef, partition: string | undefined, time: string): void {
    if (time === '') return
    const place = placeOf(def, partition)
    const next = this.nextExpiry.get(place)
    if (next === undefined || time < next) this.nextExpiry.set(place, time)
  }

  /** What was brought up to date may have been lost with a snapshot. */
  forget(): void {
    this.month = ''
  }

  /** The columns show another month than now's. */
  stale(now: string): boolean {
    return this.month !== now.slice(0, 7)
  }

  /** Runs in the moment of a snapshot. */
  update(now: string, slots: Slots): void {
    const month = now.slice(0, 7)
    for (const counter of this.counters.values()) {
      const { mirror } = counter.def
      const state = mirror && this.stateOf(mirror.table)
      if (!state) continue
      const keys = this.month === month ? this.moved : state.keys()
      for (const key of keys) {
        const row = state.get(key)
        const value = counter.value(key, month)
        if (row && row[mirror.column] !== value) state.put(key, { ...row, [mirror.column]: value })
      }
    }
    this.month = month
    this.moved.clear()
    for (const slot of slots.all()) if (slot.def.expires && slot.held) this.expire(slot.held, now)
  }

  private expire(state: TableState, now: string): void {
    const { def } = state
    const column = def.expires!
    const place = placeOf(def, state.partition)
    if ((this.nextExpiry.get(place) ?? '~') > now) return
    this.nextExpiry.delete(place)
    const rows: TableChange<Row>['rows'] = []
    for (const row of [...state.all()]) {
      const time = row[column] as string
      if (time === '' || time > now) this.expect(def, state.partition, time)
      else rows.push({ before: state.put(state.key(row), undefined), after: undefined })
    }
    if (rows.length > 0) this.tell(state, { partition: state.partition, rows })
  }
}

const placeOf = (def: TableDef, partition: string | undefined) => `${def.name}/${partition ?? ''}`
