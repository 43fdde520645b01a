/**
 * One set of changes, applied to memory: all of it or, at the first that does not fit, none of it. What comes out is the
 * text for the journal, the way back, and the rows that changed.
 */
import { AppError } from '../../errors.ts'
import type { AnyDef, TableDef } from '../define.ts'
import type { Change, TableChange } from '../store.ts'
import { codecOf, encodeForeign, foreignOf, type Row } from './codec.ts'
import { Hold } from './counter.ts'
import { changePrefix } from './journal-record.ts'
import type { LogState, Logs } from './log-state.ts'
import type { Slots } from './partition.ts'
import { cell, line } from './rfc4180.ts'
import { rowBytes, type TableState } from './table.ts'

type Step =
  | { kind: 'row'; state: TableState; key: string; before: Row | undefined; after: Row | undefined }
  | { kind: 'order'; state: TableState; keys: string[] }
  | { kind: 'line'; log: LogState }
  | { kind: 'hold'; hold: Hold }

export interface Applied {
  /** For the journal; empty when nothing changed. */
  changes: string
  /** Takes it all back, newest first. Only valid once everything applied later has been taken back. */
  undo(): void
  /** What changed, per table or partition, for those who watch. */
  changed: { def: TableDef; change: TableChange<Row> }[]
}

export interface TransactionDeps {
  slots: Slots
  logs: Logs
  /** Refuses a definition that is not part of this store. */
  known(def: AnyDef): void
}

interface Progress {
  steps: Step[]
  limits: { state: TableState; max: number }[]
}

/** Every partition that `changes` need must be loaded. */
export function applyChanges(deps: TransactionDeps, changes: readonly Change[]): Applied {
  const progress: Progress = { steps: [], limits: [] }
  const { steps, limits } = progress
  let text = ''
  try {
    for (const change of changes) text += applyOne(deps, change, progress)
    for (const { state, max } of limits) {
      if (state.liveCount > max)
        throw new AppError(
          'knowledge_limit_reached',
          `The limit of ${max.toLocaleString('en-US')} entries is reached.`,
          {
            members: { limit: max, count: state.liveCount - grown(steps, state) },
          },
        )
    }
  } catch (error) {
    undo(steps)
    throw error
  }
  return { changes: text, undo: () => undo(steps), changed: changesOf(steps) }
}

function applyOne({ slots, logs, known }: TransactionDeps, change: Change, progress: Progress): string {
  const { steps, limits } = progress
  if (change.op === 'append') {
    known(change.log)
    const log = logs.of(change.log, change.partition)
    const encoded = codecOf(change.log).encode(change.row)
    log.push(encoded, (change.row[change.log.time] as string | undefined) ?? '')
    steps.push({ kind: 'line', log })
    return `${changePrefix('append', change.log.name, change.partition)}${encoded}\n`
  }
  if (change.op === 'settle') {
    const hold = change.reservation
    if (!(hold instanceof Hold) || hold.state !== 'held') return ''
    const { rows } = hold.owner
    const row = hold.owner.settledRow(hold)
    hold.state = 'settled'
    hold.owner.hold(hold, -hold.by)
    steps.push({ kind: 'hold', hold })
    return put(rows, hold.id, row, steps)
  }
  known(change.table)
  const state = slots.of(change.table, change.partition).state
  if (!state) throw new Error(`${change.table.name} ${change.partition ?? ''} is not loaded.`)
  switch (change.op) {
    case 'insert': {
      const row = codecOf(change.table).complete(change.row)
      const key = state.key(row)
      if (typeof key !== 'string' || key === '') throw new TypeError(`A row of ${change.table.name} needs a key.`)
      if (state.get(key)) throw taken(change.table, change.table.key)
      return putUnique(state, key, row, steps)
    }
    case 'update': {
      const before = state.get(change.key)
      if (!before) throw missing(change.table, change.key)
      const row = codecOf(change.table).complete({ ...before, ...change.set })
      if (state.key(row) !== change.key) throw new TypeError(`The key of a row of ${change.table.name} cannot change.`)
      return putUnique(state, change.key, row, steps)
    }
    case 'delete': {
      if (!state.get(change.key)) throw missing(change.table, change.key)
      return (
        removeRows(state, [change.key], steps) + line(['delete', state.def.name, state.partition ?? '', change.key])
      )
    }
    case 'clear': {
      if (state.size === 0) return ''
      return removeRows(state, state.keys(), steps) + line(['clear', state.def.name, state.partition ?? ''])
    }
    case 'limit':
      limits.push({ state, max: change.max })
      return ''
  }
}

function putUnique(state: TableState, key: string, row: Row, steps: Step[]): string {
  const column = state.collision(key, row)
  if (column) throw taken(state.def, column)
  return put(state, key, row, steps)
}

function put(state: TableState, key: string, row: Row, steps: Step[]): string {
  // Encoding first: a row that cannot be written must not get into memory.
  const encoded = codecOf(state.def).encode(row)
  const text = `${changePrefix('put', state.def.name, state.partition)}${encoded}${foreignPairs(row)}\n`
  const before = state.put(key, row)
  if (!before) state.bytes += encoded.length + rowBytes
  steps.push({ kind: 'row', state, key, before, after: row })
  return text
}

function foreignPairs(row: Row): string {
  const cells = foreignOf(row)
  if (!cells) return ''
  let text = ''
  for (const name of Object.keys(cells)) text += `,${cell(name)}${encodeForeign(row, [name])}`
  return text
}

function removeRows(state: TableState, keys: readonly string[], steps: Step[]): string {
  // A map forgets where a removed row stood: the order is kept once per set, before its first removal. These steps
  // stand first, so that they are taken back last.
  let at = 0
  while (steps[at]?.kind === 'order' && (steps[at] as { state: TableState }).state !== state) at++
  if (steps[at]?.kind !== 'order') steps.splice(at, 0, { kind: 'order', state, keys: state.keys() })
  for (const key of keys) steps.push({ kind: 'row', state, key, before: state.put(key, undefined), after: undefined })
  return ''
}

/** By how many live rows a table grew. */
function grown(steps: readonly Step[], state: TableState): number {
  const { live } = state.def
  const counts = (row: Row | undefined) => (row && (!live || row[live]) ? 1 : 0)
  let sum = 0
  for (const step of steps)
    if (step.kind === 'row' && step.state === state) sum += counts(step.after) - counts(step.before)
  return sum
}

function undo(steps: readonly Step[]): void {
  for (let i = steps.length - 1; i >= 0; i--) {
    const step = steps[i]!
    if (step.kind === 'row') step.state.put(step.key, step.before)
    else if (step.kind === 'order') step.state.reorder(step.keys)
    else if (step.kind === 'line') step.log.pop()
    else {
      step.hold.state = 'held'
      step.hold.owner.hold(step.hold, step.hold.by)
    }
  }
}

function changesOf(steps: readonly Step[]): Applied['changed'] {
  const changed: { state: TableState; def: TableDef; change: TableChange<Row> }[] = []
  for (const step of steps) {
    if (step.kind !== 'row') continue
    const { state, before, after } = step
    let found = changed.find(one => one.state === state)
    if (!found) changed.push((found = { state, def: state.def, change: { partition: state.partition, rows: [] } }))
    found.change.rows.push({ before, after })
  }
  return changed
}

/** The same rows, the other way. */
export const reversed = ({ partition, rows }: TableChange<Row>): TableChange<Row> => ({
  partition,
  rows: rows.map(({ before, after }) => ({ before: after, after: before })).reverse(),
})

const taken = (def: TableDef, column: string) =>
  new AppError('conflict', `Another row of ${def.name} has this ${column}.`, { members: { column } })

const missing = (def: TableDef, key: string) =>
  new AppError('not_found', `${def.name} has no row ${JSON.stringify(key.slice(0, 80))}.`)
