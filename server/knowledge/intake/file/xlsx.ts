/** Excel workbooks: each visible sheet as rows of what its cells show. */

import { formatCode, showNumber } from './number-format.ts'
import { Refused } from './reading.ts'
import { scanXml } from './xml.ts'
import { unzip } from './zip.ts'

export interface Sheet {
  name: string
  hidden: boolean
  /** From the first row on, empty ones too, so that row numbers are the sheet's. */
  rows: string[][]
  /** Formulas whose result was not stored. */
  unknown: number
}

const maxColumns = 200
/** Rows of a sheet; more is no document. */
const maxSheetRows = 200_000

/** @throws Refused */
export function readWorkbook(bytes: Uint8Array): Sheet[] {
  const parts = unzip(bytes, name =>
    /^xl\/(?:workbook|styles|sharedStrings)\.xml$|^xl\/_rels\/workbook\.xml\.rels$|^xl\/worksheets\/[^/]+\.xml$/i.test(
      name,
    ),
  )
  const part = (name: string) => {
    const key = Object.keys(parts).find(found => found.toLowerCase() === name.toLowerCase())
    return key ? new TextDecoder().decode(parts[key]) : ''
  }
  const { sheets, shifted } = readBook(part('xl/workbook.xml'))
  const targets = readTargets(part('xl/_rels/workbook.xml.rels'))
  const strings = readStrings(part('xl/sharedStrings.xml'))
  const codes = readStyles(part('xl/styles.xml'))
  if (sheets.length === 0) throw new Refused('The file is damaged: there is no sheet in it.')
  return sheets.map(({ name, id, hidden }) => ({
    name,
    hidden,
    ...readSheet(part(pathOf(targets.get(id) ?? '')), { strings, codes, shifted }),
  }))
}

const pathOf = (target: string) => (target.startsWith('/') ? target.slice(1) : `xl/${target}`)

function readBook(xml: string) {
  const sheets: { name: string; id: string; hidden: boolean }[] = []
  let shifted = false
  scanXml(xml, {
    open(tag, attributes) {
      if (tag === 'sheet') {
        const { name = '', id = '', state = '' } = attributes()
        sheets.push({ name, id, hidden: state.toLowerCase().includes('hidden') })
      } else if (tag === 'workbookPr') shifted = /^(?:1|true)$/.test(attributes().date1904 ?? '')
    },
    close() {},
    text() {},
  })
  return { sheets: sheets.slice(0, 200), shifted }
}

function readTargets(xml: string): Map<string, string> {
  const targets = new Map<string, string>()
  scanXml(xml, {
    open(tag, attributes) {
      if (tag !== 'Relationship') return
      const { Id = '', Target = '' } = attributes()
      targets.set(Id, Target)
    },
    close() {},
    text() {},
  })
  return targets
}

/** Texts shared by cells; phonetic hints beside Japanese are left out. */
function readStrings(xml: string): string[] {
  const strings: string[] = []
  let current = ''
  let inText = false
  let phonetic = false
  scanXml(xml, {
    open(tag) {
      if (tag === 'si') current = ''
      else if (tag === 'rPh') phonetic = true
      else if (tag === 't') inText = !phonetic
    },
    close(tag) {
      if (tag === 'si') strings.push(unescapeText(current))
      else if (tag === 'rPh') phonetic = false
      else if (tag === 't') inText = false
    },
    text(text) {
      if (inText) current += text
    },
  })
  return strings
}

/** The number format of each cell style. */
function readStyles(xml: string): string[] {
  const custom = new Map<number, string>()
  const codes: string[] = []
  let inCells = false
  scanXml(xml, {
    open(tag, attributes) {
      if (tag === 'numFmt') {
        const { numFmtId = '', formatCode: code = '' } = attributes()
        custom.set(Number(numFmtId), code)
      } else if (tag === 'cellXfs') inCells = true
      else if (tag === 'xf' && inCells) codes.push(formatCode(Number(attributes().numFmtId ?? 0), custom))
    },
    close(tag) {
      if (tag === 'cellXfs') inCells = false
    },
    text() {},
  })
  return codes
}

interface Book {
  strings: string[]
  codes: string[]
  shifted: boolean
}

function readSheet(xml: string, book: Book): Pick<Sheet, 'rows' | 'unknown'> {
  const rows: string[][] = []
  const merged: string[] = []
  let unknown = 0
  let row = -1
  let column = -1
  let cell: { type: string; style: number; value: string; formula: boolean } | undefined
  let taking = false
  scanXml(xml, {
    open(tag, attributes) {
      if (tag === 'row') {
        row = Number(attributes().r ?? row + 2) - 1
        column = -1
        if (row >= maxSheetRows) throw new Refused(`A sheet has more than ${maxSheetRows.toLocaleString('en')} rows.`)
      } else if (tag === 'c') {
        const { r, t = 'n', s = '0' } = attributes()
        column = r ? columnOf(r) : column + 1
        cell = { type: t, style: Number(s), value: '', formula: false }
      } else if (tag === 'f' && cell) cell.formula = true
      else if (tag === 'v' || tag === 't') taking = true
      else if (tag === 'mergeCell') merged.push(attributes().ref ?? '')
    },
    close(tag) {
      if (tag === 'v' || tag === 't') taking = false
      if (tag !== 'c' || !cell) return
      if (cell.formula && cell.value === '') unknown++
      const text = show(cell, book)
      if (text !== '' && row >= 0 && column < maxColumns) {
        while (rows.length <= row) rows.push([])
        const cells = rows[row]!
        while (cells.length < column) cells.push('')
        cells[column] = text
      }
      cell = undefined
    },
    text(text) {
      if (taking && cell) cell.value += text
    },
  })
  for (const range of merged) spread(rows, range)
  return { rows, unknown }
}

function show(cell: { type: string; style: number; value: string }, { strings, codes, shifted }: Book): string {
  const { type, value } = cell
  if (value === '') return ''
  switch (type) {
    case 's':
      return strings[Number(value)] ?? ''
    case 'b':
      return value === '1' ? 'TRUE' : 'FALSE'
    case 'e':
      return ''
    case 'n': {
      const number = Number(value)
      return Number.isFinite(number) ? showNumber(number, codes[cell.style] ?? 'General', shifted) : value
    }
    case 'd':
      return value.replace(/T00:00:00(?:\.0+)?Z?$/, '')
    default:
      return unescapeText(value)
  }
}

/** A cell merged over several rows belongs to each of them. */
function spread(rows: string[][], range: string): void {
  const [, left, top, bottom] = /^([A-Z]{1,3})(\d+):[A-Z]{1,3}(\d+)$/.exec(range) ?? []
  if (!left) return
  const column = columnOf(left)
  const value = rows[Number(top) - 1]?.[column]
  if (!value) return
  for (let y = Number(top); y < Math.min(Number(bottom), rows.length); y++) {
    const cells = rows[y]!
    // Only beside something: a merged title is not a row of its own.
    if (cells.every(text => text === '')) continue
    while (cells.length <= column) cells.push('')
    cells[column] ||= value
  }
}

/** `BC12` → 54 */
function columnOf(reference: string): number {
  let column = 0
  for (const char of reference) {
    const code = char.charCodeAt(0) - 64
    if (code < 1 || code > 26) break
    column = column * 26 + code
  }
  return column - 1
}

/** `_x000D_` stands for a character that XML cannot hold. */
const unescapeText = (text: string) =>
  text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
