/**
 * A file of entries (CSV, XLSX, JSON, JSON Lines) → their fields as an import takes them, nothing trimmed or guessed: what
 * `export.ts` wrote comes out as it went in.
 */
import { unneutral } from '../../../http/formula.ts'
import { parseCsv } from './csv.ts'
import { listIn } from './json.ts'
import { Refused } from './reading.ts'
import { sniff } from './sniff.ts'
import { readWorkbook } from './xlsx.ts'

export interface ImportRows {
  /** Of a table, its columns; else empty. */
  columns: string[]
  rows: {
    /** `row 12`, `line 3` */
    place: string
    /** Undefined where the row cannot be read; then `error` says why. */
    fields?: Record<string, unknown>
    error?: string
  }[]
}

const maxRows = 20_000

/** @throws Refused where no row of it can be read */
export function readImport(bytes: Buffer, name: string): ImportRows {
  const sniffed = sniff(bytes, name)
  switch (sniffed.format) {
    case 'csv':
    case 'tsv':
      return fromTable(parseCsv(sniffed.text, sniffed.format === 'tsv' ? '\t' : undefined), true)
    case 'xlsx': {
      const sheet = readWorkbook(bytes).find(({ hidden, rows }) => !hidden && rows.length > 0)
      return fromTable(sheet?.rows ?? [], false)
    }
    case 'jsonl':
      return capped({ columns: [], rows: fromLines(sniffed.text) })
    case 'json':
      return capped({ columns: [], rows: fromList(sniffed.text) })
    default:
      throw new Refused(
        `Entries are imported from CSV, XLSX, JSON or JSON Lines; this is ${sniffed.format.toUpperCase()}. Upload it as a file instead.`,
      )
  }
}

function fromTable(cells: string[][], neutralised: boolean): ImportRows {
  const [head = [], ...body] = cells
  const columns = head.map(name => name.trim().toLowerCase().replace(/\s+/g, '_'))
  if (!columns.includes('content'))
    throw new Refused(
      'The first row must name the columns, one of them `content`. A table of another shape can be uploaded as a file.',
    )
  const rows = body.flatMap((row, i): ImportRows['rows'] => {
    if (row.every(cell => cell === '')) return []
    const place = `row ${i + 2}`
    const fields: Record<string, unknown> = {}
    for (const [column, name] of columns.entries()) {
      const cell = row[column] ?? ''
      if (name === '' || (cell === '' && name !== 'content')) continue
      const text = neutralised ? unneutral(cell) : cell
      const value = cellValue(name, text)
      if (value instanceof Refused) return [{ place, error: value.message }]
      fields[name] = value
    }
    return [{ place, fields }]
  })
  return capped({ columns, rows })
}

function cellValue(name: string, text: string): unknown {
  if (name === 'is_active') {
    if (/^(?:true|1|yes|ja|wahr)$/i.test(text)) return true
    if (/^(?:false|0|no|nein|falsch)$/i.test(text)) return false
    return new Refused('is_active: must be true or false')
  }
  if (name !== 'alternates' && name !== 'metadata') return text
  try {
    return JSON.parse(text)
  } catch {
    // A person writes other questions one a line; nobody writes metadata by hand.
    if (name === 'alternates')
      return text
        .split(/\n|\|/)
        .map(part => part.trim())
        .filter(Boolean)
    return new Refused('metadata: must be a JSON object')
  }
}

function fromLines(text: string): ImportRows['rows'] {
  return text.split(/\r?\n/).flatMap((line, i) => {
    if (line.trim() === '') return []
    const place = `line ${i + 1}`
    try {
      return [rowOf(JSON.parse(line), place)]
    } catch {
      return [{ place, error: 'is not valid JSON' }]
    }
  })
}

function fromList(text: string): ImportRows['rows'] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new Refused(`This is not valid JSON: ${(error as Error).message.slice(0, 150)}`)
  }
  return (listIn(value) ?? []).map((item, i) => rowOf(item, `item ${i + 1}`))
}

function rowOf(item: unknown, place: string): ImportRows['rows'][number] {
  if (typeof item !== 'object' || item === null || Array.isArray(item))
    return { place, error: 'must be an object with fields' }
  // Empty fields are left out, as in a table.
  const fields = Object.fromEntries(
    Object.entries(item).filter(
      ([name, value]) => name !== '__proto__' && value !== null && (value !== '' || name === 'content'),
    ),
  )
  return { place, fields }
}

function capped(found: ImportRows): ImportRows {
  if (found.rows.length === 0) throw new Refused('There is no entry in this file.')
  if (found.rows.length > maxRows)
    throw new Refused(
      `The file has ${found.rows.length.toLocaleString('en')} rows; at most ${maxRows.toLocaleString('en')} are imported at once.`,
    )
  return found
}
