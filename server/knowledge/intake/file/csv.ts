/** CSV as spreadsheets and programs write it: any of four delimiters, quotes that were not doubled, ragged rows. */
import { parse } from 'csv-parse/sync'
import { Refused } from './reading.ts'

const delimiters = [',', ';', '\t', '|'] as const
/** Characters of one record; more is a quote that was never closed. */
const maxRecord = 400_000

/** Rows as cells. @throws Refused naming the line where it cannot be understood */
export function parseCsv(text: string, delimiter: string = delimiterOf(text)): string[][] {
  try {
    return parse(withoutSep(text), {
      delimiter,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: false,
      max_record_size: maxRecord,
    }) as string[][]
  } catch (error) {
    const { code, lines } = error as { code?: string; lines?: number }
    const line = lines ? ` near line ${lines}` : ''
    if (code === 'CSV_QUOTE_NOT_CLOSED' || code === 'CSV_MAX_RECORD_SIZE')
      throw new Refused(`A quotation mark${line} is opened and never closed.`)
    throw new Refused(`This is not a table that can be understood${line}.`)
  }
}

/** Excel's own line `sep=;` says what follows is separated by. */
const withoutSep = (text: string) => text.replace(/^sep=.\r?\n/i, '')

/** The one that splits the first lines into the most columns, evenly. */
export function delimiterOf(text: string): string {
  const said = /^sep=(.)\r?\n/i.exec(text)
  if (said) return said[1]!
  const lines = firstLines(text, 30)
  let best = { delimiter: ',', score: 0 }
  for (const delimiter of delimiters) {
    const counts = lines.map(line => line.split(delimiter).length - 1)
    const usual = counts.slice().sort((a, b) => a - b)[Math.floor(counts.length / 2)] ?? 0
    if (usual === 0) continue
    const even = counts.filter(count => count === usual).length / counts.length
    const score = even * 10 + Math.min(usual, 9) / 10
    if (score > best.score) best = { delimiter, score }
  }
  return best.delimiter
}

/** Lines, with what is in quotation marks left out: delimiters in there separate nothing. */
function firstLines(text: string, count: number): string[] {
  const lines: string[] = []
  let line = ''
  let quoted = false
  for (let i = 0; i < Math.min(text.length, 100_000) && lines.length < count; i++) {
    const char = text[i]!
    if (char === '"') quoted = !quoted
    else if (!quoted && char === '\n') {
      if (line.trim()) lines.push(line)
      line = ''
    } else if (!quoted) line += char
  }
  if (lines.length < count && line.trim()) lines.push(line)
  return lines
}
