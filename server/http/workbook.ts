/**
 * Rows as an Excel workbook (ECMA-376). What is a text stays one, so nothing in it is ever run or reformatted, and it comes back as
 * it went out: characters that XML cannot hold are written the way Excel writes them (`_x000D_`).
 */
import { strToU8, Zip, ZipDeflate, zip } from 'fflate'

export type Cell = string | number

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const packaged = 'http://schemas.openxmlformats.org/package/2006'
const format = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

/** The first row is the header: bold, and it stays in sight. Packed in a thread of its own. */
export function writeWorkbook(
  name: string,
  rows: readonly (readonly Cell[])[],
  widths: readonly number[],
): Promise<Uint8Array> {
  const sheet = sheetOf(widths)
  const files = { ...frameOf(name), [sheetPath]: sheet.head + rows.map(rowOf).join('') + sheet.foot }
  const packed = Object.fromEntries(Object.entries(files).map(([path, xml]) => [path, strToU8(xml)]))
  return new Promise((resolve, reject) =>
    zip(packed, { level: 6 }, (error, bytes) => (error ? reject(error) : resolve(bytes))),
  )
}

/** The same piece by piece, for more rows than should be held or packed at once. @param blocks rows, the header first */
export async function* streamWorkbook(
  name: string,
  blocks: AsyncIterable<readonly (readonly Cell[])[]>,
  widths: readonly number[],
): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = []
  const archive = new Zip((error, bytes) => {
    if (error) throw error
    ready.push(bytes)
  })
  const taken = () => {
    const bytes = Buffer.concat(ready)
    ready = []
    return bytes
  }
  const open = (path: string) => {
    const file = new ZipDeflate(path, { level: 4 })
    archive.add(file)
    return file
  }
  for (const [path, xml] of Object.entries(frameOf(name))) open(path).push(strToU8(xml), true)
  const sheet = sheetOf(widths)
  const file = open(sheetPath)
  file.push(strToU8(sheet.head))
  let y = 0
  for await (const rows of blocks) {
    file.push(strToU8(rows.map(row => rowOf(row, y++)).join('')))
    if (ready.length > 0) yield taken()
  }
  file.push(strToU8(sheet.foot), true)
  archive.end()
  yield taken()
}

const sheetPath = 'xl/worksheets/sheet1.xml'

/** All parts but the sheet. */
function frameOf(name: string): Record<string, string> {
  return {
    '[Content_Types].xml': `${head}<Types xmlns="${packaged}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${format}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${format}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${format}.styles+xml"/></Types>`,
    '_rels/.rels': `${head}<Relationships xmlns="${packaged}/relationships"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `${head}<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="${escaped(name)}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${head}<Relationships xmlns="${packaged}/relationships"><Relationship Id="rId1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${office}/styles" Target="styles.xml"/></Relationships>`,
    // Style 1 is the header's; style 2 keeps what is typed later a text, and wraps it; style 3 is for numbers.
    'xl/styles.xml': `${head}<styleSheet xmlns="${main}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1"><alignment vertical="top"/></xf></cellXfs></styleSheet>`,
  }
}

function sheetOf(widths: readonly number[]): { head: string; foot: string } {
  const columns = widths
    .map((width, i) => `<col min="${i + 1}" max="${i + 1}" width="${width}" customWidth="1"/>`)
    .join('')
  return {
    head: `${head}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${columns}</cols><sheetData>`,
    foot: '</sheetData></worksheet>',
  }
}

const rowOf = (row: readonly Cell[], y: number): string =>
  `<row r="${y + 1}">${row.map((cell, x) => cellOf(cell, x, y)).join('')}</row>`

function cellOf(value: Cell, x: number, y: number): string {
  if (value === '') return ''
  if (typeof value === 'number') return `<c r="${letters(x)}${y + 1}" s="3"><v>${value}</v></c>`
  return `<c r="${letters(x)}${y + 1}" t="inlineStr" s="${y === 0 ? 1 : 2}"><is><t xml:space="preserve">${escaped(value)}</t></is></c>`
}

function letters(column: number): string {
  const rest = column % 26
  return (column >= 26 ? letters((column - rest) / 26 - 1) : '') + String.fromCharCode(65 + rest)
}

const named: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string) =>
  text
    // What only looks like an escape is escaped itself.
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replace(
      /[\u0000-\u0008\u000B-\u001F\uFFFE\uFFFF]/g,
      char => `_x${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`,
    )
    .replace(/[&<>"]/g, char => named[char]!)
