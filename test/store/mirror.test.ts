/** Rows whose time has come leave at a checkpoint, in every partition of their table. */
import { expect, it } from 'vitest'
import { Mirrors } from '../../server/store/csv/mirror.ts'
import type { Slots } from '../../server/store/csv/partition.ts'
import { TableState } from '../../server/store/csv/table.ts'
import { table } from '../../server/store/define.ts'
import { text, time } from '../../server/store/record/column.ts'

const letters = table({
  name: 'letters',
  file: 'letters/{partition}.csv',
  partitioned: true,
  key: 'id',
  expires: 'expires_at',
  columns: { id: text, expires_at: time },
})

it('rows of every partition expire, and each partition’s next one is remembered', () => {
  const states = ['a', 'b', 'c'].map(name => new TableState(letters, name))
  const mirrors = new Mirrors(
    new Map(),
    () => undefined,
    () => {},
  )
  const at = (hour: number) => `2026-01-01T${String(hour).padStart(2, '0')}:00:00.000Z`
  for (const [i, state] of states.entries()) {
    state.put('early', { id: 'early', expires_at: at(1) })
    state.put('late', { id: 'late', expires_at: at(5 + i) })
    state.put('never', { id: 'never', expires_at: '' })
    mirrors.admit(state)
  }
  const slots = { all: () => states.map(held => ({ def: letters, held })) } as unknown as Slots
  const left = () => states.map(state => [...state.all()].map(row => row.id).join(' '))
  mirrors.update(at(0), slots)
  expect(left()).toEqual(['early late never', 'early late never', 'early late never'])
  mirrors.update(at(2), slots)
  expect(left()).toEqual(['late never', 'late never', 'late never'])
  mirrors.update(at(6), slots)
  expect(left()).toEqual(['never', 'never', 'late never'])
  mirrors.update(at(9), slots)
  expect(left()).toEqual(['never', 'never', 'never'])
})
