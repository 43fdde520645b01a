/**
 * Reads a table file as people and their spreadsheets leave it: with a byte order mark, in UTF-16, with CRLF, with `;`
 * or tabs, with columns moved, left out or added, with blank lines and blank columns at the end. Columns are found by
 * the header. What cannot be understood without guessing is refused with the row and the reason.
 */
import { parse } from 'csv-parse/sync'
import type { TableDef } from '../define.ts'
import { CellError, codecOf, decodeCell, type ForeignCells, unescapeText } from './codec.ts'

/** A file that was not understood: a sentence, with the row where there is one. */
export class EditError extends Error {}

export interface EditedRow {
  /** As people count: the header is row 1. */
  row: number
  /** Only the columns that the file has (and says something about). */
  values: Record<string, unknown>
  foreign: ForeignCells
}

export interface EditedFile {
  rows: EditedRow[]
  foreign: string[]
}

const delimiters = [',', ';', '\t'] as const

export function readEdited(def: TableDef, bytes: Buffer): EditedFile {
  let text = decodeText(bytes)
  let firstRow = 1
  let hinted: string | undefined
  const hint = /^"?sep=(.)"?\r?\n/.exec(text)
  if (hint) {
    hinted = hint[1]
    text = text.slice(hint[0].length)
    firstRow = 2
  }
  const names = codecOf(def).names
  const header = findHeader(def, names, text, hinted)
  const records = parseAll(text, header.delimiter, firstRow)
  const columns = header.cells
  const foreign = columns.filter(name => name !== '' && !names.includes(name))
  const rows: EditedRow[] = []
  for (let i = 1; i < records.length; i++) {
    const record = records[i]!
    const row = firstRow + i
    if (record.every(cell => cell.trim() === '')) continue
    const extra = record.findIndex((cell, at) => at >= columns.length && cell.trim() !== '')
    if (extra >= 0 || (record.length < columns.length && record.length === 1))
      throw new EditError(`row ${row} has ${record.length} cells, the header has ${columns.length}`)
    rows.push(readRow(def, columns, record, row))
  }
  return { rows, foreign }
}

function readRow(def: TableDef, columns: readonly string[], record: readonly string[], row: number): EditedRow {
  const edited: EditedRow = { row, values: {}, foreign: {} }
  for (let at = 0; at < columns.length; at++) {
    const name = columns[at]!
    const text = record[at]
    if (name === '' || text === undefined) continue
    const column = def.columns[name]
    if (!column) {
      edited.foreign[name] = unescapeText(text)
      continue
    }
    // Nobody switches a row off by leaving its cell blank.
    if (name === def.live && text.trim() === '') continue
    try {
      edited.values[name] = decodeCell(name, column, text)
    } catch (error) {
      if (error instanceof CellError) throw new EditError(`row ${row}: ${error.message}`)
      throw error
    }
  }
  return edited
}

function decodeText(bytes: Buffer): string {
  try {
    if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le', { fatal: true }).decode(bytes)
    if (bytes[0] === 0xfe && bytes[1] === 0xff)
      return new TextDecoder('utf-16le', { fatal: true }).decode(
        Buffer.from(bytes.subarray(0, bytes.length & ~1)).swap16(),
      )
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    let row = 1
    for (const code of bytes.subarray(0, firstInvalid(bytes))) if (code === 10) row++
    throw new EditError(`row ${row} is not UTF-8 text; save the file as "CSV UTF-8"`)
  }
}

/** Where UTF-8 ends to be UTF-8. */
function firstInvalid(bytes: Buffer): number {
  let low = 0
  let high = bytes.length
  const decoder = new TextDecoder('utf-8', { fatal: true })
  while (low < high) {
    const middle = (low + high + 1) >> 1
    try {
      decoder.decode(bytes.subarray(0, middle), { stream: true })
      low = middle
    } catch {
      high = middle - 1
    }
    try {
      decoder.decode()
    } catch {
      // Only resets the decoder after a half character.
    }
  }
  return low
}

function findHeader(def: TableDef, names: readonly string[], text: string, hinted: string | undefined) {
  const problems: string[] = []
  for (const delimiter of hinted ? [hinted] : delimiters) {
    const first = firstRecord(text, delimiter)
    if (!first) continue
    const cells = first.map(cell => nameOf(cell, names))
    while (cells.at(-1) === '') cells.pop()
    const known = cells.filter(cell => names.includes(cell))
    if (!cells.includes(def.key)) {
      if (known.length > 1) problems.push(`the header has no column ${def.key}`)
      continue
    }
    const twice = cells.find((cell, at) => cell !== '' && cells.indexOf(cell) !== at)
    if (twice) throw new EditError(`the header has the column ${twice} twice`)
    if (known.length >= 2 || cells.length === 1) return { delimiter, cells }
    problems.push(`the header has none of the columns beside ${def.key}`)
  }
  throw new EditError(problems[0] ?? 'there is no header row with the names of the columns')
}

/** A column's name as it is known; people and programs add spaces and capitals. */
function nameOf(cell: string, names: readonly string[]): string {
  const name = cell.trim()
  return !names.includes(name) && names.includes(name.toLowerCase()) ? name.toLowerCase() : name
}

function firstRecord(text: string, delimiter: string): string[] | undefined {
  try {
    return parse(text, { delimiter, to: 1, relax_column_count: true, max_record_size: 1_000_000 })[0] as
      | string[]
      | undefined
  } catch {
    return undefined
  }
}

function parseAll(text: string, delimiter: string, firstRow: number): string[][] {
  try {
    return parse(text, {
      delimiter,
      relax_column_count: true,
      max_record_size: 10_000_000,
      record_delimiter: ['\r\n', '\n', '\r'],
    })
  } catch (error) {
    const { records } = error as { records?: number }
    throw new EditError(`row ${(records ?? 0) + firstRow}: a quote is damaged`, { cause: error })
  }
}
