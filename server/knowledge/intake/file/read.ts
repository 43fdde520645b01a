/** A file of any known kind → entries. For untrusted bytes: runs in the child (see `../reader.ts`), where it can be ended. */
import type { Candidate } from '../candidate.ts'
import type { Block } from '../html/block.ts'
import { entriesOf } from '../html/section.ts'
import { readHtml } from '../html.ts'
import { parseCsv } from './csv.ts'
import { readDocx } from './docx.ts'
import { type Items, jsonlRows, jsonRows } from './json.ts'
import { markdownBlocks, textBlocks } from './markdown.ts'
import { readPdf } from './pdf.ts'
import { type FileReading, type Format, type ReadOptions, Refused } from './reading.ts'
import { sniff } from './sniff.ts'
import { readTable } from './table.ts'
import { readWorkbook } from './xlsx.ts'

/** @param name as it was uploaded; it decides only where the bytes do not. @throws Refused with a sentence for its owner */
export async function readFile(bytes: Buffer, name: string, options: ReadOptions = {}): Promise<FileReading> {
  const sniffed = sniff(bytes, name)
  const reading = { ...(await readAs(sniffed, bytes, nameless(name), options)), format: sniffed.format }
  const said = /\.([a-z0-9]{1,10})$/i.exec(name)?.[1]?.toLowerCase()
  const notes = [...reading.notes]
  if (said && said !== reading.format && !sameKind(said, reading.format))
    notes.push(`It is named .${said}, but its content is ${reading.format.toUpperCase()}; it was read as that.`)
  if (reading.entries.length === 0) throw new Refused(reading.skipped[0]?.reason ?? 'There is no text in this file.')
  return { ...reading, notes }
}

type Part = Omit<FileReading, 'format'>

async function readAs(
  sniffed: ReturnType<typeof sniff>,
  bytes: Buffer,
  title: string,
  options: ReadOptions,
): Promise<Part> {
  switch (sniffed.format) {
    case 'pdf':
      return fromPdf(bytes, title, options)
    case 'docx': {
      const { entries, title: own } = await readDocx(bytes)
      return { title: own || title, entries: entries.map(({ url: _, ...entry }) => entry), skipped: [], notes: [] }
    }
    case 'xlsx':
      return fromWorkbook(bytes, title, options)
    case 'html': {
      const { entries, title: own } = readHtml(sniffed.text)
      return { title: own || title, entries: entries.map(({ url: _, ...entry }) => entry), skipped: [], notes: [] }
    }
    case 'md':
      return fromBlocks(markdownBlocks(sniffed.text), title)
    case 'txt':
      return fromBlocks(textBlocks(sniffed.text), title)
    case 'csv':
    case 'tsv': {
      const rows = sniffed.format === 'tsv' ? parseCsv(sniffed.text, '\t') : parseCsv(sniffed.text)
      return { title, notes: [], ...readTable({ rows, place: i => `row ${i + 1}` }, options.mapping) }
    }
    case 'json':
      return fromItems(jsonRows(sniffed.text), title, options)
    case 'jsonl':
      return fromItems(jsonlRows(sniffed.text), title, options)
  }
}

function fromBlocks(blocks: Block[], title: string): Part {
  const first = blocks.find(block => block.kind === 'heading' && block.level === 1)
  const page = { title: first?.text ?? '', url: '', site: '', lang: '' }
  const entries: Candidate[] = entriesOf(page, blocks).map(({ url: _, ...entry }) => entry)
  return { title: page.title || title, entries, skipped: [], notes: [] }
}

async function fromPdf(bytes: Buffer, title: string, options: ReadOptions): Promise<Part> {
  const { blocks, pages, blank, title: own } = await readPdf(new Uint8Array(bytes), options)
  const reading = fromBlocks(blocks, own || title)
  const skipped = blank.slice(0, 100).map(page => ({
    what: `page ${page}`,
    reason: 'There is no text on this page; it is empty or a picture.',
  }))
  return { ...reading, skipped, pages }
}

function fromWorkbook(bytes: Buffer, title: string, { mapping }: ReadOptions): Part {
  const sheets = readWorkbook(bytes)
  const reading: Part = { title, entries: [], skipped: [], notes: [] }
  const filled = sheets.filter(({ rows, hidden }) => !hidden && rows.some(row => row.some(cell => cell.trim() !== '')))
  for (const { name, hidden } of sheets)
    if (hidden) reading.skipped.push({ what: `sheet ${name}`, reason: 'The sheet is hidden.' })
  for (const { name, rows, unknown } of filled) {
    const several = filled.length > 1
    const place = (i: number) => (several ? `sheet ${name}, row ${i + 1}` : `row ${i + 1}`)
    const part = readTable({ rows, place, ...(several && { name }) }, mapping)
    reading.entries.push(...part.entries)
    reading.skipped.push(...part.skipped)
    reading.table ??= part.table
    if (unknown > 0)
      reading.notes.push(
        `Sheet ${name}: the results of ${unknown} formulas are not stored in the file. Open it in a spreadsheet, save it and send it again.`,
      )
  }
  return reading
}

function fromItems({ rows, places, skipped }: Items, title: string, { mapping }: ReadOptions): Part {
  const part = readTable({ rows, place: i => places[i - 1] ?? `item ${i}` }, mapping)
  return { title, notes: [], ...part, skipped: [...skipped, ...part.skipped] }
}

const nameless = (name: string) =>
  name
    .replace(/\.[a-z0-9]{1,10}$/i, '')
    .replace(/[_-]+/g, ' ')
    .trim()

const kinds: Record<string, Format> = {
  htm: 'html',
  xhtml: 'html',
  markdown: 'md',
  text: 'txt',
  log: 'txt',
  ndjson: 'jsonl',
  tab: 'tsv',
}
const sameKind = (said: string, format: Format) => kinds[said] === format || (said === 'csv' && format === 'tsv')
