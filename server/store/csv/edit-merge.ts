/**
 * What a person changed in a file, as changes to the rows in memory.
 *
 * Three sides are compared: the file as it was checkpointed or last saved by a person (base), the file as it is now, and
 * memory, which may have moved on. A cell that differs from the base was changed by the person and is taken, unless the server changed the
 * same cell since: then the server's stands, because it was acknowledged. A row that is missing from the file is not
 * removed: the spreadsheet may have been opened before the row was added.
 */
import type { Change } from '../store.ts'
import { codecOf, type ForeignCells, foreignOf, type Row, withForeign, zeroOf } from './codec.ts'
import { EditError, type EditedFile, type EditedRow } from './edit-file.ts'
import type { TableState } from './table.ts'

export interface MergeDeps {
  now: () => string
  newId: () => string
}

export interface Merge {
  changes: Change[]
  added: number
  changed: number
  /** Rows that the file now has otherwise than the base: the base of what is saved next. */
  saved: { key: string; row: Row }[]
}

/** The edited file against memory. Throws EditError. */
export function mergeEdit(state: TableState, file: EditedFile, deps: MergeDeps): Merge {
  const merge: Merge = { changes: [], added: 0, changed: 0, saved: [] }
  const { def, partition } = state
  for (const { key, edited } of keyed(state, file, deps)) {
    const base = state.checkpointed(key)
    const current = state.get(key)
    if (!base && !current) {
      if (!state.composite) refuseRewritten(state, key, edited)
      const row = newRow(state, edited, deps)
      merge.changes.push({ op: 'insert', table: def, partition, row })
      merge.saved.push({ key, row })
      merge.added++
    } else if (base && current) {
      if (difference(state, base, base, edited)) merge.saved.push({ key, row: asSaved(base, edited) })
      const set = difference(state, base, current, edited)
      if (!set) continue
      merge.changes.push({ op: 'update', table: def, partition, key, set })
      merge.changed++
    }
  }
  state.foreign = [...new Set([...state.foreign, ...file.foreign])]
  return merge
}

/** A spreadsheet that takes an id for a number drops its leading zeros, or writes 1.23E+15: no id of ours any more. */
function refuseRewritten(state: TableState, key: string, { row }: EditedRow): void {
  const rewritten = /^-?\d[.,]?\d*e\+?\d+$/i.test(key)
  const former = /^\d+$/.test(key) && state.keys().find(known => known.replace(/^0+/, '') === key)
  if (rewritten || former)
    throw new EditError(
      `row ${row}: the ${state.def.key} ${key} ${former ? `was ${former} before: it ` : ''}was rewritten by the spreadsheet as a number; format that column as text`,
    )
}

/** The rows of a file that there is nothing to compare with. Throws EditError. */
export function adoptRows(state: TableState, file: EditedFile, deps: MergeDeps): void {
  for (const { key, edited } of keyed(state, file, deps)) {
    const row = newRow(state, edited, deps)
    const column = state.collision(key, row)
    if (column) throw new EditError(`row ${edited.row} has the same ${column} as another row`)
    state.load(key, row)
  }
  state.foreign = file.foreign
}

function* keyed(
  state: TableState,
  file: EditedFile,
  { newId }: MergeDeps,
): Generator<{ key: string; edited: EditedRow }> {
  const { def } = state
  const seen = new Map<string, number>()
  for (const edited of file.rows) {
    let name = edited.values[def.key] as string
    if (name === '' || name === undefined) {
      if (state.composite) throw new EditError(`row ${edited.row} has no ${def.key}`)
      name = edited.values[def.key] = newId()
    }
    const key = state.composite ? state.key(codecOf(def).complete(edited.values)) : name
    const first = seen.get(key)
    if (first !== undefined) throw new EditError(`row ${edited.row} has the same ${def.key} as row ${first}`)
    seen.set(key, edited.row)
    yield { key, edited }
  }
}

/** A row that the file adds: what it does not say holds its zero value, and the row is live. */
function newRow({ def }: TableState, edited: EditedRow, { now }: MergeDeps): Row {
  const row = codecOf(def).complete(edited.values)
  if (def.live && edited.values[def.live] === undefined) row[def.live] = true
  if (def.columns.created_at?.kind === 'time' && row.created_at === '') row.created_at = now()
  return Object.keys(edited.foreign).length > 0 ? withForeign(row, edited.foreign) : row
}

const asSaved = (base: Row, edited: EditedRow): Row =>
  withForeign({ ...base, ...edited.values }, { ...foreignOf(base), ...edited.foreign })

function difference({ def }: TableState, base: Row, current: Row, edited: EditedRow): Row | undefined {
  const set: Row = {}
  let differs = false
  for (const [name, value] of Object.entries(edited.values)) {
    const column = def.columns[name]!
    const same = (a: unknown, b: unknown) =>
      column.kind === 'json' ? JSON.stringify(a) === JSON.stringify(b) : (a ?? zeroOf(column)) === (b ?? zeroOf(column))
    if (same(value, base[name]) || !same(base[name], current[name])) continue
    set[name] = value
    differs = true
  }
  const foreign: ForeignCells = { ...foreignOf(current) }
  let foreignDiffers = false
  for (const [name, text] of Object.entries(edited.foreign)) {
    if (text === (foreignOf(base)?.[name] ?? '')) continue
    foreign[name] = text
    foreignDiffers = true
  }
  if (foreignDiffers) withForeign(set, foreign)
  return differs || foreignDiffers ? set : undefined
}
