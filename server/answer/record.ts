/**
 * Tables within a text: lines "Column: value; Column: value" that begin with the same column, as intake writes them. A question
 * about one of its lines is answered by that line; otherwise the table is kept whole.
 */
import { type Field, fields } from './attribute.ts'
import type { Span } from './text/sentence.ts'

/** A name of a column is no sentence. */
const maxColumn = 60

export interface RecordLine extends Span {
  fields: Field[]
}

/** Tables of at least two lines in a text, top to bottom; spans are of the text. */
export function tables(text: string): RecordLine[][] {
  if (!text.includes(': ') || !text.includes('\n')) return []
  const out: RecordLine[][] = []
  let open: RecordLine[] = []
  const close = () => {
    if (open.length > 1) out.push(open)
    open = []
  }
  for (let start = 0; start <= text.length; ) {
    const at = text.indexOf('\n', start)
    const end = at < 0 ? text.length : at
    const found = recordOf(text, start, end)
    if (!found || (open.length > 0 && open[0]!.fields[0]!.column !== found.fields[0]!.column)) close()
    if (found) open.push(found)
    start = end + 1
  }
  close()
  return out
}

function recordOf(text: string, start: number, end: number): RecordLine | undefined {
  const line = text.slice(start, end)
  if (!line.includes('; ')) return undefined
  const found = fields(line)
  if (found.length < 2 || found[0]!.start !== 0) return undefined
  if (found.some(({ column }) => column === '' || column.length > maxColumn)) return undefined
  return { start, end, fields: found }
}
