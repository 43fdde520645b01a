/** Reading files of the older system: what is readable is read, and what is not is said with file and row. */
import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'

/** Something worth knowing about a file or one of its rows. */
export interface Note {
  /** Relative to the old folder. */
  file: string
  /** As people count: the first row is 1. 0: the file as a whole. */
  row: number
  outcome: 'taken' | 'changed' | 'left out'
  detail: string
}

export interface OldRow {
  row: number
  /** By column name. */
  cells: Record<string, string>
  /** Cells behind the known columns, or in columns with other names. */
  others: Record<string, string>
}

export interface OldTable {
  /** The column names that the contract fixes, in order: what a file without a header has. */
  columns: readonly string[]
  /** A row with these names is a header. */
  telling: readonly string[]
}

/** Text of a file, whatever wrote it; undefined when there is none. */
export function readText(path: string): { text: string; wasLatin: boolean } | undefined {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  if (bytes[0] === 0xff && bytes[1] === 0xfe)
    return { text: new TextDecoder('utf-16le').decode(bytes), wasLatin: false }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), wasLatin: false }
  } catch {
    return { text: new TextDecoder('windows-1252').decode(bytes), wasLatin: true }
  }
}

/** The rows of a CSV file, with or without a header; undefined when there is no such file. */
export function readRows(path: string, file: string, shape: OldTable, notes: Note[]): OldRow[] | undefined {
  const found = readText(path)
  if (!found) return undefined
  if (found.wasLatin)
    notes.push({ file, row: 0, outcome: 'changed', detail: 'It is not UTF-8; it was read as Windows-1252.' })
  const firstLine = found.text.slice(0, found.text.indexOf('\n') + 1 || undefined)
  const delimiter = !firstLine.includes(',') && firstLine.includes(';') ? ';' : ','
  let skipped = 0
  const records: string[][] = parse(found.text, {
    bom: true,
    delimiter,
    relax_column_count: true,
    relax_quotes: true,
    skip_records_with_error: true,
    on_skip: error => {
      skipped++
      const { records = -1 } = (error ?? {}) as { records?: number }
      notes.push({
        file,
        row: records + 1 + skipped,
        outcome: 'left out',
        detail: 'A quote is damaged; what it encloses could not be read.',
      })
    },
  })
  const top = Math.max(
    0,
    records.findIndex(record => record.some(cell => cell.trim() !== '')),
  )
  const first = (records[top] ?? []).map(cell => cell.trim().toLowerCase())
  const hasHeader = shape.telling.every(name => first.includes(name))
  const names = hasHeader ? first : shape.columns
  const rows: OldRow[] = []
  for (let i = hasHeader ? top + 1 : top; i < records.length; i++) {
    const record = records[i]!
    if (record.every(cell => cell.trim() === '')) continue
    const row: OldRow = { row: i + 1 + skipped, cells: {}, others: {} }
    record.forEach((cell, at) => {
      const name = names[at] ?? ''
      if (shape.columns.includes(name) && row.cells[name] === undefined) row.cells[name] = cell
      else if (cell.trim() !== '') row.others[name || `column_${at + 1}`] = cell
    })
    rows.push(row)
  }
  return rows
}

const nothing = new Set(['', 'none', 'null', 'nan', 'nat', 'n/a'])

/** A cell without what Python writes for nothing. */
export const said = (cell: string | undefined): string => {
  const text = (cell ?? '').trim()
  return nothing.has(text.toLowerCase()) ? '' : text
}
