/** A spreadsheet that went out, was edited and comes back: what is different, and making it so in one commit. */
import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { AppError, type FieldError } from '../errors.ts'
import { invalid } from '../http/problem.ts'
import type { KnowledgeRow } from '../store/records.ts'
import type { Rows } from '../store/store.ts'
import { editable } from './export.ts'
import { nameOf } from './intake/candidate.ts'
import type { ImportRows } from './intake/file/records.ts'
import { kindOf } from './kind.ts'
import { ImportEntry } from './wire.ts'

type Compared = (typeof editable)[number]

export interface Difference {
  added: { place: string; what: string; fields: ImportEntry }[]
  changed: {
    place: string
    id: string
    what: string
    fields: Partial<Record<Compared, { from: unknown; to: unknown }>>
  }[]
  removed: { id: string; what: string }[]
  unchanged: number
  /** Stands for this difference: accepting it later fails when it is no longer the same. */
  fingerprint: string
}

/** Empty cells of a column that is there are empty fields; columns that are not there leave the field alone. */
const blank: Record<Exclude<Compared, 'content' | 'kind' | 'is_active' | 'category' | 'source'>, unknown> = {
  title: '',
  question: '',
  alternates: [],
  lang: '',
  url: '',
  metadata: {},
}

/** @throws AppError `invalid_request` with an error for every bad row */
export function compare(file: ImportRows, rows: Rows<KnowledgeRow>): Difference {
  const errors: FieldError[] = []
  const seen = new Map<string, string>()
  const found: Omit<Difference, 'fingerprint'> = { added: [], changed: [], removed: [], unchanged: 0 }
  for (const [i, row] of file.rows.entries()) {
    const refuse = (field: string, detail: string) => {
      errors.push({ pointer: `#/entries/${i}${field}`, detail: `${row.place}: ${detail}` })
    }
    if (!row.fields) {
      refuse('', row.error ?? 'cannot be read')
      continue
    }
    const id = typeof row.fields.id === 'string' ? row.fields.id : undefined
    const known = id === undefined ? undefined : rows.get(id)
    const earlier = id === undefined ? undefined : seen.get(id)
    if (earlier !== undefined) {
      refuse('/id', `is the same as in ${earlier}`)
      continue
    }
    if (id !== undefined) seen.set(id, row.place)
    const parsed = ImportEntry.safeParse(row.fields)
    if (!parsed.success) {
      for (const error of invalid(parsed.error, 'body').extras.errors ?? [])
        refuse(error.pointer.slice(1), error.detail)
      continue
    }
    const given = parsed.data
    const kind = given.kind ?? (known ? kindOf(known) : undefined)
    if (kind === 'qa' && !(given.question ?? (file.columns.includes('question') ? '' : known?.question))) {
      refuse('/question', 'is required for kind qa')
      continue
    }
    if (!known) {
      found.added.push({ place: row.place, what: nameOf({ title: '', question: '', ...given }), fields: given })
      continue
    }
    const fields: Difference['changed'][number]['fields'] = {}
    for (const name of editable) {
      const emptied = file.columns.includes(name) && name in blank ? blank[name as keyof typeof blank] : undefined
      const to = given[name] ?? emptied
      const from = name === 'kind' ? kindOf(known) : known[name]
      if (to !== undefined && !isDeepStrictEqual(to, from)) fields[name] = { from, to }
    }
    if (Object.keys(fields).length === 0) found.unchanged++
    else found.changed.push({ place: row.place, id: known.id, what: nameOf(known), fields })
  }
  if (errors.length > 0) {
    const count = new Set(errors.map(error => error.pointer.split('/')[2])).size
    throw new AppError('invalid_request', `${count} of ${file.rows.length} rows cannot be understood; see errors.`, {
      errors: errors.slice(0, 200),
    })
  }
  for (const row of rows.all()) if (!seen.has(row.id)) found.removed.push({ id: row.id, what: nameOf(row) })
  return { ...found, fingerprint: fingerprintOf(found) }
}

const fingerprintOf = (difference: object) =>
  createHash('sha256').update(JSON.stringify(difference)).digest('hex').slice(0, 24)
