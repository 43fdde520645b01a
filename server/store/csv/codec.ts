/**
 * Columns ↔ cells. What is written is exact and reads the same in every reader:
 * - `true`/`false`, whole numbers, ISO 8601 UTC, JSON without spaces; null and a JSON column's empty value are empty cells;
 * - NUL, which some readers refuse, and half a surrogate pair, which UTF-8 cannot hold, are written in text cells as
 *   `\u0000` and `\ud83d`. Backslashes before them, or before text that already looks like one, are doubled, so that
 *   reading gives back exactly what was there. No other text is touched. (JSON escapes both by itself.)
 * Read besides: `True`/`FALSE`/`1`/`0` and what spreadsheets in other languages write for them, epoch seconds, times without zone (taken as UTC), `5.0` for 5.
 */
import type { Column, LogDef, TableDef } from '../define.ts'
import { cell } from './rfc4180.ts'

export type Row = Record<string, unknown>

/** Columns that a file has and we do not know, by name; kept on the row and written back. */
export const foreign: unique symbol = Symbol('foreign columns')
export type ForeignCells = Record<string, string>
export const foreignOf = (row: Row): ForeignCells | undefined => (row as { [foreign]?: ForeignCells })[foreign]

/** A cell that does not hold what its column needs. */
export class CellError extends Error {
  readonly column: string

  constructor(column: string, problem: string) {
    super(`${column} ${problem}`)
    this.column = column
  }
}

const unusual = /[\0\ud800-\udfff]|\\u/
const toEscape =
  /(?<!\\)(\\*)(?:(\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff])|(u(?:0000|d[89a-f][0-9a-f]{2})))/g
const escaped = /(?<!\\)(\\+)(u(?:0000|d[89a-f][0-9a-f]{2}))/g

/** Text as it stands in a cell, before quoting. */
export const escapeText = (text: string): string =>
  unusual.test(text)
    ? text.replace(toEscape, (_, slashes: string, unit: string | undefined, code: string) =>
        unit === undefined
          ? slashes + slashes + code
          : `${slashes}${slashes}\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
      )
    : text

/** The other way. */
export const unescapeText = (text: string): string =>
  text.includes('\\u')
    ? text.replace(escaped, (_, slashes: string, code: string) => {
        const half = slashes.slice(0, slashes.length >> 1)
        return slashes.length % 2 === 0 ? half + code : half + String.fromCharCode(Number.parseInt(code.slice(1), 16))
      })
    : text

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/
const zoneless = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/
const epochSeconds = /^\d{9,10}(?:\.\d+)?$/

/** A spreadsheet takes `true` for a truth value, and saves it in the language it speaks. */
const truths = new Set([
  'true',
  '1',
  'wahr',
  'vrai',
  'verdadero',
  'verdadeiro',
  'vero',
  'waar',
  'prawda',
  'sant',
  'tosi',
  'doğru',
  'истина',
])
const falsehoods = new Set([
  '',
  'false',
  '0',
  'falsch',
  'faux',
  'falso',
  'onwaar',
  'fałsz',
  'falskt',
  'epätosi',
  'yanlış',
  'ложь',
])

/** The value of a cell. Throws CellError. */
export function decodeCell(name: string, column: Column<unknown>, text: string): unknown {
  switch (column.kind) {
    case 'text':
      return unescapeText(text)
    case 'int': {
      if (text === '') return column.nullable ? null : 0
      const trimmed = text.trim()
      const value = Number(trimmed)
      if (!/^-?\d+(?:\.0+)?$/.test(trimmed) || !Number.isSafeInteger(value))
        throw new CellError(name, `is not a whole number: ${show(text)}`)
      return value
    }
    case 'bool':
      if (text === 'true') return true
      if (text === 'false' || text === '') return false
      if (truths.has(text.trim().toLowerCase())) return true
      if (falsehoods.has(text.trim().toLowerCase())) return false
      throw new CellError(name, `is neither true nor false: ${show(text)}`)
    case 'time': {
      if (text === '' || isoTime.test(text)) return text
      const trimmed = text.trim()
      const ms = epochSeconds.test(trimmed)
        ? Math.round(Number(trimmed) * 1000)
        : Date.parse(zoneless.test(trimmed) ? `${trimmed.replace(' ', 'T')}Z` : trimmed)
      if (Number.isNaN(ms)) throw new CellError(name, `is not a time: ${show(text)}`)
      return new Date(ms).toISOString()
    }
    case 'json':
      if (text === '') return column.empty
      try {
        return JSON.parse(text)
      } catch {
        throw new CellError(name, `is not JSON: ${show(text)}`)
      }
  }
}

const show = (text: string) => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)

/** What a column holds when nothing is said. */
export const zeroOf = (column: Column<unknown>): unknown =>
  column.nullable ? null : { text: '', time: '', int: 0, bool: false, json: column.empty }[column.kind]

function encodeValue(name: string, column: Column<unknown>, value: unknown): string {
  switch (column.kind) {
    case 'text':
      if (typeof value !== 'string') break
      return escapeText(value)
    case 'time':
      if (typeof value !== 'string') break
      return value
    case 'int':
      if (value === null && column.nullable) return ''
      if (!Number.isSafeInteger(value)) break
      return String(value)
    case 'bool':
      if (typeof value !== 'boolean') break
      return value ? 'true' : 'false'
    case 'json': {
      if (value === column.empty) return ''
      const text = JSON.stringify(value)
      return text.length < 3 && text === JSON.stringify(column.empty) ? '' : text
    }
  }
  throw new TypeError(`Column ${name} (${column.kind}) cannot hold ${typeof value} ${String(value).slice(0, 40)}.`)
}

/** How the rows of one table or log are written and read. */
export interface Codec {
  readonly names: readonly string[]
  /** A whole row out of what was given: missing columns hold their zero value, others are left out. */
  complete(given: Row): Row
  /** The cells of a row, quoted and joined, without line end. Missing columns hold their zero value. */
  encode(row: Row): string
  /** Cells (in the order of `names`) to a row; `places` leaves all other columns out of it. Throws CellError. */
  decode(cells: readonly string[], places?: readonly number[]): Row
}

/** Short texts that were read lately, each at the place its hash gives. */
const recent: string[] = new Array(512).fill('')
const longestShared = 40

/** A text that was read lately instead of another copy of it: times, categories and sources repeat from row to row. */
function shared(text: string): string {
  const { length } = text
  if (length === 0 || length > longestShared) return text
  let hash = length
  for (let i = 0; i < length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  const at = (hash ^ (hash >>> 15)) & 511
  return recent[at] === text ? recent[at] : (recent[at] = text)
}

const codecs = new WeakMap<object, Codec>()

/** The codec of a table or log; made once. */
export function codecOf(def: TableDef | LogDef): Codec {
  let codec = codecs.get(def)
  if (!codec) codecs.set(def, (codec = makeCodec(def.columns)))
  return codec
}

function makeCodec(columns: Readonly<Record<string, Column<unknown>>>): Codec {
  const names = Object.keys(columns)
  const kinds = names.map(name => columns[name]!)
  const zeros = kinds.map(zeroOf)
  const count = names.length
  // Copied for every row: an object that gets its members one by one becomes a hash table, which is eight times the memory.
  // Parsed, because the parser makes room for all members in the object itself.
  const blank: Row = JSON.parse(JSON.stringify(Object.fromEntries(names.map(name => [name, '']))))
  return {
    names,
    complete(given) {
      const row = { ...blank }
      for (let i = 0; i < count; i++) row[names[i]!] = given[names[i]!] ?? zeros[i]
      const others = foreignOf(given)
      if (others) (row as { [foreign]?: ForeignCells })[foreign] = others
      return row
    },
    encode(row) {
      // Joined, not added up: these strings wait in memory for their checkpoint, and should be in one piece.
      const cells = new Array<string>(count)
      for (let i = 0; i < count; i++) cells[i] = cell(encodeValue(names[i]!, kinds[i]!, row[names[i]!] ?? zeros[i]))
      return cells.join(',')
    },
    decode(cells, places) {
      const row: Row = places ? {} : { ...blank }
      const read = (i: number) => {
        const value = decodeCell(names[i]!, kinds[i]!, cells[i] ?? '')
        row[names[i]!] = typeof value === 'string' ? shared(value) : value
      }
      if (places) for (const i of places) read(i)
      else for (let i = 0; i < count; i++) read(i)
      return row
    },
  }
}

/** The foreign columns of a row as further cells, in the file's order. */
export function encodeForeign(row: Row, names: readonly string[]): string {
  let text = ''
  const cells = foreignOf(row)
  for (const name of names) text += `,${cell(escapeText(cells?.[name] ?? ''))}`
  return text
}

export function withForeign(row: Row, cells: ForeignCells): Row {
  ;(row as { [foreign]?: ForeignCells })[foreign] = cells
  return row
}
