/**
 * PDF: glyphs at places, of which lines, paragraphs, headings and tables are made again. A heading is larger than what
 * most of the text is set in; a table is lines with gaps in the same places; what stands at the top or foot of page after page
 * is not text.
 */
import { getDocumentProxy } from 'unpdf'
import type { Block } from '../html/block.ts'
import { rowLine } from './markdown.ts'
import { type ReadOptions, Refused } from './reading.ts'

const maxPages = 2000

interface Line {
  text: string
  /** Parts between wide gaps, and where they begin and end. */
  cells: string[]
  spans: [from: number, to: number][]
  size: number
  y: number
  page: number
}

export interface PdfText {
  blocks: Block[]
  pages: number
  title: string
  /** Pages without any text. */
  blank: number[]
}

/** @throws Refused */
export async function readPdf(bytes: Uint8Array, { onProgress }: ReadOptions): Promise<PdfText> {
  const pdf = await getDocumentProxy(bytes, { isEvalSupported: false, verbosity: 0 }).catch(error => {
    if ((error as Error).name === 'PasswordException')
      throw new Refused('The file is protected by a password. Save it without one and send it again.')
    throw new Refused('The file is damaged: it is not a whole PDF. Save it again and send the new file.')
  })
  if (pdf.numPages > maxPages)
    throw new Refused(
      `The file has ${pdf.numPages.toLocaleString('en')} pages; at most ${maxPages.toLocaleString('en')} are read. Send it in parts.`,
    )
  const lines: Line[] = []
  const blank: number[] = []
  for (let number = 1; number <= pdf.numPages; number++) {
    const found = await pdf
      .getPage(number)
      .then(async page => {
        const content = await page.getTextContent()
        page.cleanup()
        return linesOf(content.items as Item[], number)
      })
      .catch(() => [])
    if (found.length === 0) blank.push(number)
    lines.push(...found)
    onProgress?.(number, pdf.numPages)
  }
  const letters = lines.reduce((sum, { text }) => sum + text.length, 0)
  if (letters < 10)
    throw new Refused(
      'There is no text in this PDF, only pictures of it (a scan). Run it through text recognition (OCR) and send the result.',
    )
  const info = await pdf.getMetadata().catch(() => undefined)
  const title = String((info?.info as { Title?: unknown } | undefined)?.Title ?? '').trim()
  return { blocks: blocksOf(withoutFrames(lines, pdf.numPages)), pages: pdf.numPages, title, blank }
}

interface Item {
  str?: string
  transform: number[]
  width: number
  height: number
  dir: string
}

/** Items in the order they were set; one that stands lower or higher begins a line. */
function linesOf(items: readonly Item[], page: number): Line[] {
  const lines: Line[] = []
  let row: Item[] = []
  const flush = () => {
    const line = lineOf(row, page)
    if (line) lines.push(line)
    row = []
  }
  for (const item of items) {
    if (item.str === undefined) continue
    const last = row.at(-1)
    if (last) {
      const size = Math.max(sizeOf(item), sizeOf(last))
      const apart = Math.abs(item.transform[5]! - last.transform[5]!) > size * 0.5
      // Back to the left on the same height is another column's line.
      const back = item.dir === 'ltr' && item.transform[4]! < last.transform[4]! - size && item.str.trim() !== ''
      if (apart || back) {
        // Spaces between lines stand nowhere in particular.
        if (item.str.trim() === '') continue
        flush()
      }
    }
    row.push(item)
  }
  flush()
  return lines
}

const sizeOf = ({ transform, height }: Item) => height || Math.hypot(transform[2] ?? 0, transform[3] ?? 0) || 10

function lineOf(row: readonly Item[], page: number): Line | undefined {
  const inked = row.filter(item => item.str!.trim() !== '')
  if (inked.length === 0) return undefined
  const size = median(
    inked.flatMap(item => Array.from({ length: Math.min(item.str!.length, 200) }, () => sizeOf(item))),
  )
  const cells: string[] = []
  const spans: Line['spans'] = []
  let cell = ''
  let from = 0
  let end: number | undefined
  const close = () => {
    const text = cell.replace(/\s+/g, ' ').trim()
    cell = ''
    if (text === '') return
    cells.push(text)
    spans.push([from, end!])
  }
  for (const item of inked) {
    const [, , , , x = 0] = item.transform
    const gap = end === undefined ? 0 : item.dir === 'rtl' ? 0 : x - end
    // A list mark stands apart from its text, and belongs to it all the same.
    if (end !== undefined && gap > size * 0.7 && !mark.test(cell)) close()
    else if (cell !== '' && (gap > size * 0.12 || hadSpace(row, item)) && !/\s$/.test(cell) && !/^\s/.test(item.str!))
      cell += ' '
    if (cell === '') from = x
    cell += item.str
    end = x + item.width
  }
  close()
  return cells.length === 0
    ? undefined
    : { text: cells.join(' '), cells, spans, size, y: inked[0]!.transform[5]!, page }
}

const mark = /^\s*(?:[•▪◦‣–·*-]|\d{1,2}[.)])\s*$/

/** A space was set in front of the item, by itself. */
const hadSpace = (row: readonly Item[], item: Item) => {
  const before = row[row.indexOf(item) - 1]
  return before !== undefined && before.str !== '' && before.str!.trim() === ''
}

function median(values: number[]): number {
  const sorted = values.slice().sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

/** Running heads, page numbers: the same words, but for figures, at the edge of most pages. */
function withoutFrames(lines: readonly Line[], pages: number): Line[] {
  const edges = new Map<Line, string>()
  const seen = new Map<string, Set<number>>()
  const byPage = new Map<number, Line[]>()
  for (const line of lines) byPage.set(line.page, [...(byPage.get(line.page) ?? []), line])
  for (const [page, own] of byPage) {
    const sorted = own.slice().sort((a, b) => b.y - a.y)
    for (const line of new Set([...sorted.slice(0, 2), ...sorted.slice(-2)])) {
      const key = line.text.replace(/\d+/g, '#').replace(/\s+/g, ' ')
      edges.set(line, key)
      seen.set(key, (seen.get(key) ?? new Set()).add(page))
    }
  }
  return lines.filter(line => {
    const key = edges.get(line)
    if (key === undefined) return true
    if (key === '#' || (pages > 1 && /^(?:[\p{L}]{1,6}\.?\s)?#(?:\s?(?:\/|[\p{L}]{1,4})\s?#)?$/u.test(key)))
      return false
    return pages < 3 || seen.get(key)!.size < Math.max(3, pages * 0.6)
  })
}

function blocksOf(lines: readonly Line[]): Block[] {
  const body = median(
    lines.flatMap(line => Array.from({ length: Math.min(line.text.length, 300) }, () => round(line.size))),
  )
  const sizes = [...new Set(lines.filter(isLarge).map(line => round(line.size)))].sort((a, b) => b - a)
  const steps = lines.flatMap((line, i) => stepTo(line, lines[i - 1]) ?? []).sort((a, b) => a - b)
  const leading = steps[Math.floor(steps.length / 4)] ?? 0
  const right = Math.max(0, ...lines.map(({ spans }) => spans.at(-1)![1]))
  const blocks: Block[] = []
  const base = { region: 'main' as const, linked: 0 }
  for (let i = 0; i < lines.length; ) {
    const line = lines[i]!
    const origin = `page ${line.page}`
    let end = i + 1
    if (isLarge(line)) {
      while (
        end < lines.length &&
        end - i < 4 &&
        isLarge(lines[end]!) &&
        round(lines[end]!.size) === round(line.size) &&
        near(end, 1.45 * line.size)
      )
        end++
      const text = joinLines(lines.slice(i, end), 0).slice(0, 300)
      // A question stands below the heading of its chapter, even where both are of one size.
      const level = /[?？؟]$/.test(text) ? 7 : Math.min(6, sizes.indexOf(round(line.size)) + 1)
      blocks.push({ ...base, kind: 'heading', level, text, origin })
    } else if (inTable(i)) {
      while (end < lines.length && (inTable(end) || aligned(lines[end - 1]!, lines[end]!))) end++
      blocks.push({ ...base, kind: 'text', text: tableText(lines.slice(i, end).map(({ cells }) => cells)), origin })
    } else {
      while (end < lines.length && goesOn(end)) end++
      blocks.push(...paragraph(lines.slice(i, end), right).map(block => ({ ...base, ...block, origin })))
    }
    i = end
  }
  return blocks

  function isLarge(line: Line): boolean {
    return line.size > body * 1.12 && line.text.length <= 200 && /\p{L}/u.test(line.text) && line.cells.length < 3
  }
  /** Whether the line belongs to the paragraph of the line before. */
  function goesOn(at: number): boolean {
    const line = lines[at]!
    const last = lines[at - 1]!
    if (isLarge(line) || inTable(at)) return false
    // Over the page's end only a sentence that is not at its own.
    if (line.page !== last.page) return !/[.!?:。！？]["”’)]*$/.test(last.text) && /^\p{Ll}/u.test(line.text)
    return near(at)
  }
  function near(at: number, most = Math.max(leading, body * 1.15) * 1.3): boolean {
    const step = stepTo(lines[at]!, lines[at - 1])
    return step !== undefined && step <= most
  }
  /** The line begins a table: the one below has its gaps in the same places. */
  function inTable(at: number): boolean {
    const next = lines[at + 1]
    return next !== undefined && next.page === lines[at]!.page && aligned(lines[at]!, next)
  }
}

/** Two or more cells of both begin, end or are centred on the same vertical. */
function aligned(a: Line, b: Line): boolean {
  if (a.cells.length < 2 || b.cells.length < 2 || a.page !== b.page) return false
  const slack = Math.max(a.size, b.size) * 0.4
  const close = (one: number, other: number) => Math.abs(one - other) <= slack
  const matches = a.spans.filter(([from, to]) =>
    b.spans.some(([start, end]) => close(from, start) || close(to, end) || close((from + to) / 2, (start + end) / 2)),
  )
  return matches.length >= 2
}

/** How far a line stands below the one before; undefined across pages and columns. */
function stepTo(line: Line, last: Line | undefined): number | undefined {
  const step = last && last.page === line.page ? last.y - line.y : undefined
  return step !== undefined && step > 0 ? step : undefined
}

const round = (size: number) => Math.round(size * 2) / 2

/** A question in a line of its own above its answer is a heading that asks. */
function paragraph(lines: readonly Line[], right: number): Pick<Block, 'kind' | 'text' | 'level'>[] {
  const out: Pick<Block, 'kind' | 'text' | 'level'>[] = []
  let from = 0
  for (let i = 0; i < lines.length; i++) {
    const { text } = lines[i]!
    const begins = i === 0 || /[.!?。！？]["”’)]*$/.test(lines[i - 1]!.text)
    if (!begins || text.length > 200 || !/[?？؟]$/.test(text)) continue
    if (i > from) out.push({ kind: 'text', text: joinLines(lines.slice(from, i), right) })
    out.push({ kind: 'heading', level: 7, text })
    from = i + 1
  }
  if (from < lines.length) out.push({ kind: 'text', text: joinLines(lines.slice(from), right) })
  return out
}

/**
 * Lines as one text: words cut at a line's end are whole again; list marks begin a line, and so does what follows a line that
 * ends well before the right margin.
 */
function joinLines(lines: readonly Line[], right: number): string {
  return lines.reduce((text, line, i) => {
    if (i === 0) return line.text
    const last = lines[i - 1]!
    if (/\p{L}[-\u00AD\u2010]$/u.test(text) && /^\p{Ll}/u.test(line.text)) return text.slice(0, -1) + line.text
    if (/^(?:[•▪◦‣–·*-]|\d{1,2}[.)])\s/.test(line.text)) return `${text}\n${line.text}`
    if (/[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]$/.test(text) && /^[\u3040-\u30ff\u3400-\u9fff]/.test(line.text))
      return text + line.text
    const broken = last.spans.at(-1)![1] < right * 0.75 && /^[\p{Lu}\d]/u.test(line.text)
    return `${text}${broken ? '\n' : ' '}${line.text}`
  }, '')
}

/** The first row names the columns where it holds no figures and what is below does. */
function tableText(rows: readonly string[][]): string {
  const [head = [], ...rest] = rows
  const named =
    rest.length > 0 &&
    head.every(cell => !/\d/.test(cell)) &&
    rest.every(row => row.length <= head.length) &&
    head.length > 1
  if (named && (head.length > 2 || rest.some(row => /\d/.test(row[1] ?? ''))))
    return rest.map(row => (row.length === head.length ? rowLine(head, row) : row.join('; '))).join('\n')
  return rows.map(row => (row.length === 2 ? `${row[0]!.replace(/[:：]$/, '')}: ${row[1]}` : row.join('; '))).join('\n')
}
