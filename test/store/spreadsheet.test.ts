/** Files as Excel, LibreOffice, Numbers and Google Sheets leave them. */
import { describe, expect, it } from 'vitest'
import { codecOf, type Row } from '../../server/store/csv/codec.ts'
import { EditError, readEdited } from '../../server/store/csv/edit-file.ts'
import { mergeEdit } from '../../server/store/csv/edit-merge.ts'
import { TableState } from '../../server/store/csv/table.ts'
import type { TableDef } from '../../server/store/define.ts'
import { knowledge } from '../../server/store/records.ts'
import type { Change } from '../../server/store/store.ts'
import { entryRow } from './suite.ts'

const def = knowledge as unknown as TableDef
const names = codecOf(def).names

/** What the file held before: three rows, one of them with everything that is awkward. */
const before = [
  entryRow('a', { content: 'Straße, "quoted"\nsecond line 🙂' }),
  entryRow('b', { content: '=1+1', metadata: { n: 1 } }),
  entryRow('007', { content: 'Agent' }),
]

type Cells = string[]
const grid = (): Cells[] => [
  [...names],
  ...before.map(row => {
    return names.map(name => {
      const value = (row as unknown as Row)[name]
      return typeof value === 'object' ? (JSON.stringify(value).length > 2 ? JSON.stringify(value) : '') : String(value)
    })
  }),
]

interface Manner {
  delimiter?: string
  end?: string
  quote?: 'needed' | 'all' | 'text'
  lastEnd?: boolean
}

function save(rows: Cells[], { delimiter = ',', end = '\n', quote = 'needed', lastEnd = true }: Manner = {}): string {
  const cell = (text: string) =>
    quote === 'all' || text.includes(delimiter) || /["\r\n]/.test(text) || (quote === 'text' && /[a-z]/i.test(text))
      ? `"${text.replaceAll('"', '""')}"`
      : text
  return rows.map(row => row.map(cell).join(delimiter)).join(end) + (lastEnd ? end : '')
}

/** The changes that an edited file comes to. Throws EditError. */
function changesOf(file: string | Buffer): Change[] {
  const state = new TableState(def, 'acme')
  for (const row of before) state.load(row.id, row as unknown as Row)
  let ids = 0
  return mergeEdit(state, readEdited(def, Buffer.from(file as string)), {
    now: () => '2026-03-10T12:00:00.000Z',
    newId: () => `new-${++ids}`,
  }).changes
}

const withChange = (change: (rows: Cells[]) => void = () => {}): Cells[] => {
  const rows = grid()
  rows[2]![names.indexOf('category')] = 'changed'
  change(rows)
  return rows
}
const each = (rows: Cells[], change: (row: Cells, at: number) => unknown) => {
  for (const [at, row] of rows.entries()) change(row, at)
}
const theChange = [expect.objectContaining({ op: 'update', key: 'b', set: { category: 'changed' } })]
const column = (rows: Cells[], at: number) => {
  for (const row of rows) row.splice(at, 1)
}

const understood: [string, string | Buffer][] = [
  ['Excel, CSV UTF-8', `\ufeff${save(withChange(), { end: '\r\n' })}`],
  ['Excel in Germany, CSV UTF-8', `\ufeff${save(withChange(), { delimiter: ';', end: '\r\n' })}`],
  ['Excel, Unicode text', Buffer.from(`\ufeff${save(withChange(), { delimiter: '\t', end: '\r\n' })}`, 'utf16le')],
  ['Excel with a hint at its delimiter', `sep=;\r\n${save(withChange(), { delimiter: ';', end: '\r\n' })}`],
  [
    'Excel with a byte order mark and a hint',
    `\ufeffsep=\t\r\n${save(withChange(), { delimiter: '\t', end: '\r\n' })}`,
  ],
  ['Excel for Mac, classic line ends', save(withChange(), { end: '\r' })],
  ['Excel, truth values in capitals', save(withChange(rows => each(rows, (row, i) => i > 0 && (row[5] = 'TRUE'))))],
  [
    'Excel in Germany, truth values',
    save(
      withChange(rows => each(rows, (row, i) => i > 0 && (row[5] = 'WAHR'))),
      { delimiter: ';' },
    ),
  ],
  [
    'Excel in France, truth values',
    save(
      withChange(rows => each(rows, (row, i) => i > 0 && (row[5] = 'VRAI'))),
      { delimiter: ';' },
    ),
  ],
  [
    'Excel, blank columns at the end',
    save(
      withChange(rows => each(rows, row => row.push('', ''))),
      { end: '\r\n' },
    ),
  ],
  [
    'Excel, blank rows at the end',
    save(
      withChange(rows =>
        rows.push(
          names.map(() => ''),
          names.map(() => ''),
        ),
      ),
      { end: '\r\n' },
    ),
  ],
  ['LibreOffice as it comes', save(withChange())],
  ['LibreOffice, all text quoted', save(withChange(), { quote: 'text' })],
  ['LibreOffice, every cell quoted', save(withChange(), { quote: 'all' })],
  ['LibreOffice, semicolons and quotes', save(withChange(), { quote: 'all', delimiter: ';' })],
  ['LibreOffice, tabs', save(withChange(), { delimiter: '\t' })],
  ['LibreOffice, UTF-16', Buffer.from(`\ufeff${save(withChange())}`, 'utf16le')],
  ['UTF-16 the other way round', Buffer.from(`\ufeff${save(withChange())}`, 'utf16le').swap16()],
  ['Numbers', save(withChange(), { end: '\r\n' })],
  ['Numbers, semicolons', save(withChange(), { end: '\r\n', delimiter: ';' })],
  ['Google Sheets', save(withChange(), { end: '\r\n', lastEnd: false })],
  ['Google Sheets, tabs', save(withChange(), { end: '\r\n', delimiter: '\t', lastEnd: false })],
  ['columns in another order', save(withChange(rows => each(rows, row => row.reverse())))],
  [
    'optional columns left out',
    save(
      withChange(rows => {
        column(rows, 13)
        column(rows, 10)
        column(rows, 6)
      }),
    ),
  ],
  [
    'column names with spaces and capitals',
    save(withChange(rows => (rows[0] = rows[0]!.map(name => ` ${name.toUpperCase()} `)))),
  ],
  [
    'blank rows between the rows',
    save(
      withChange(rows =>
        rows.splice(
          2,
          0,
          names.map(() => ''),
        ),
      ),
    ),
  ],
  ['rows that end early', save(withChange(rows => each(rows, (row, i) => i > 0 && row.splice(9))))],
  ['a row left out', save(withChange(rows => rows.splice(1, 1)))],
]

const refused: [string, string | Buffer, RegExp][] = [
  [
    'Excel in Western Europe, plain CSV (cp1252)',
    Buffer.from(save(withChange(), { delimiter: ';' }), 'latin1'),
    /row 2 is not UTF-8/,
  ],
  ['a workbook under the name of a CSV file', Buffer.from('504b0304140006000800000021', 'hex'), /UTF-8|no header/],
  ['a web page under the name of a CSV file', '<html><table><tr><td>id</td></tr></table></html>', /no header row/],
  ['UTF-16 without a byte order mark', Buffer.from(save(withChange()), 'utf16le'), /not UTF-8|no header row/],
  ['no header', save(withChange(rows => rows.shift())), /no header row/],
  ['an empty file', '', /no header row/],
  ['bars between the cells', save(withChange(), { delimiter: '|' }), /no header row/],
  ['no id column', save(withChange(rows => column(rows, 0))), /no column id/],
  ['a column twice', save(withChange(rows => (rows[0]![7] = 'content'))), /column content twice/],
  ['an id twice', save(withChange(rows => (rows[2]![0] = 'a'))), /row 3 has the same id as row 2/],
  ['a quote that is not closed', save(withChange()).replace('Agent', '"Agent'), /a quote is damaged/],
  ['a cell too many', save(withChange(rows => rows[3]!.push('more'))), /row 4 has \d+ cells, the header has \d+/],
  ['leading zeros lost', save(withChange(rows => (rows[3]![0] = '7'))), /row 4: the id 7 was 007 before/],
  [
    'a long id as 1.23E+15',
    save(withChange(rows => (rows[3]![0] = '1.23E+15'))),
    /row 4: the id 1.23E\+15 was rewritten/,
  ],
  [
    'a long id as 1,23E+15',
    save(
      withChange(rows => (rows[3]![0] = '1,23E+15')),
      { delimiter: ';' },
    ),
    /row 4: the id 1,23E\+15/,
  ],
  [
    'a time in the local manner',
    save(withChange(rows => (rows[3]![4] = '31.12.2026 10:00'))),
    /row 4: created_at is not a time/,
  ],
  [
    'a truth value that is none',
    save(withChange(rows => (rows[3]![5] = 'maybe'))),
    /row 4: is_active is neither true nor false/,
  ],
]

describe('an edited file', () => {
  it.each(understood)('is understood: %s', (_, file) => {
    expect(changesOf(file)).toEqual(theChange)
  })

  it.each(refused)('is refused: %s', (_, file, reason) => {
    expect(() => changesOf(file)).toThrow(EditError)
    expect(() => changesOf(file)).toThrow(reason)
  })

  it('that was only saved again changes nothing', () => {
    expect(changesOf(save(grid()))).toEqual([])
  })

  it('keeps columns that nobody knows', () => {
    const rows = grid()
    for (const [i, row] of rows.entries()) row.push(['owner', 'Ann', '', 'Bo'][i]!)
    const changes = changesOf(save(rows))
    expect(changes.map(change => change.op === 'update' && change.key)).toEqual(['a', '007'])
  })
})
