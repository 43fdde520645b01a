/** Reading files of the older system: what is readable is read, and what is not is said with file and row. */
import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { type Options, parse as parser } from 'csv-parse'
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
  if (found.wasLatin) notes.push(latin(file))
  const reading = new Reading(file, shape, notes)
  return parse(found.text, reading.options(found.text)).flatMap((record: string[]) => reading.row(record) ?? [])
}

/** As `readRows`, of a file that may be too long to be held; nothing when there is none. */
export async function* eachRow(path: string, file: string, shape: OldTable, notes: Note[]): AsyncGenerator<OldRow> {
  if (!existsSync(path)) return
  const { charset, head } = await charsetOf(path)
  if (charset === 'windows-1252') notes.push(latin(file))
  const reading = new Reading(file, shape, notes)
  const records = Readable.from(textOf(path, new TextDecoder(charset))).pipe(parser(reading.options(head)))
  for await (const record of records) {
    const row = reading.row(record)
    if (row) yield row
  }
}

const latin = (file: string): Note => ({
  file,
  row: 0,
  outcome: 'changed',
  detail: 'It is not UTF-8; it was read as Windows-1252.',
})

async function* textOf(path: string, decoder: TextDecoder): AsyncGenerator<string> {
  for await (const bytes of createReadStream(path)) yield decoder.decode(bytes, { stream: true })
  yield decoder.decode()
}

/** How a long file is written, and its beginning. */
async function charsetOf(path: string): Promise<{ charset: string; head: string }> {
  const utf8 = new TextDecoder('utf-8', { fatal: true })
  let charset = 'utf-8'
  let first: Buffer | undefined
  try {
    for await (const bytes of createReadStream(path)) {
      first ??= bytes as Buffer
      if (first[0] === 0xff && first[1] === 0xfe) {
        charset = 'utf-16le'
        break
      }
      utf8.decode(bytes, { stream: true })
    }
    if (charset === 'utf-8') utf8.decode()
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    charset = 'windows-1252'
  }
  return { charset, head: new TextDecoder(charset).decode(first ?? new Uint8Array(), { stream: true }) }
}

/** One file on its way from records to rows. */
class Reading {
  private readonly file: string
  private readonly shape: OldTable
  private readonly notes: Note[]
  /** Records so far. A quote that is never closed takes the rest of the file, so none comes after it. */
  private count = 0
  /** The columns; known from the first record on that is not blank. */
  private names: readonly string[] | undefined

  constructor(file: string, shape: OldTable, notes: Note[]) {
    this.file = file
    this.shape = shape
    this.notes = notes
  }

  /** `head`: the beginning of the text, with its first line. */
  options(head: string): Options {
    const firstLine = head.slice(0, head.indexOf('\n') + 1 || undefined)
    return {
      bom: true,
      delimiter: !firstLine.includes(',') && firstLine.includes(';') ? ';' : ',',
      relax_column_count: true,
      relax_quotes: true,
      skip_records_with_error: true,
      on_skip: error => {
        const { records = 0 } = (error ?? {}) as { records?: number }
        this.notes.push({
          file: this.file,
          row: records + 1,
          outcome: 'left out',
          detail: 'A quote is damaged; what it encloses could not be read.',
        })
        return undefined
      },
    }
  }

  /** What a record says; undefined for a blank one and the header. */
  row(record: readonly string[]): OldRow | undefined {
    const number = ++this.count
    if (record.every(cell => cell.trim() === '')) return undefined
    const { columns, telling } = this.shape
    if (!this.names) {
      const first = record.map(cell => cell.trim().toLowerCase())
      const hasHeader = telling.every(name => first.includes(name))
      this.names = hasHeader ? first : columns
      if (hasHeader) return undefined
    }
    const row: OldRow = { row: number, cells: {}, others: {} }
    for (const [at, cell] of record.entries()) {
      const name = this.names[at] ?? ''
      if (columns.includes(name) && row.cells[name] === undefined) row.cells[name] = cell
      else if (cell.trim() !== '') row.others[name || `column_${at + 1}`] = cell
    }
    return row
  }
}

const nothing = new Set(['', 'none', 'null', 'nan', 'nat', 'n/a'])

/** A cell without what Python writes for nothing. */
export const said = (cell: string | undefined): string => {
  const text = (cell ?? '').trim()
  return nothing.has(text.toLowerCase()) ? '' : text
}
