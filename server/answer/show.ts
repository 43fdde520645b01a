/**
 * How quoted words are shown in a reply. The quote itself stays as it stands in the entry; shown are the same words, a table's
 * lines as a list, a field beside the name of what it is of, and dots where a sentence was cut.
 */
import { fields } from './attribute.ts'
import { tables } from './record.ts'
import { sentences } from './text/sentence.ts'
import type { Entry, Extract } from './types.ts'

/** Rows of more fields are easier to read as a list. */
const maxInLine = 2

/** The words for the visitor; `text`, `start` and `end` are what was taken from the entry. */
export function inReply(entry: Entry, taken: Extract): string {
  if (entry.kind === 'row') return shownRow(entry, taken)
  if (entry.kind === 'text') return shownText(entry.text, taken)
  return taken.text
}

function shownRow(entry: Entry, taken: Extract): string {
  const all = fields(taken.text)
  if (all.length === 0) return taken.text
  const named = fields(entry.text).map(({ value }) => value)
  // The last heading is the row's own name where it says what a field says; else the first field is.
  const title = entry.title?.split(' › ').at(-1)
  const name = title && named.includes(title) ? title : (named[0] ?? '')
  const rest = all.filter(({ value }) => value !== name)
  if (rest.length === 0) return taken.text
  const lines = rest.map(({ start, end }) => taken.text.slice(start, end))
  return rest.length > maxInLine || taken.text.includes('\n')
    ? `${name}\n\n${lines.map(line => `- ${line.replace(/\s*\n\s*/g, ' ')}`).join('\n')}`
    : `${name} – ${lines.join('; ')}`
}

function shownText(text: string, taken: Extract): string {
  const { start, end } = taken
  let out = ''
  let at = start
  for (const table of tables(text)) {
    const lines = table.filter(line => line.start >= start && line.end <= end)
    for (const line of lines) {
      const [first, ...rest] = line.fields
      const row = `${first!.value} – ${rest.map(field => text.slice(line.start + field.start, line.start + field.end)).join('; ')}`
      out += `${text.slice(at, line.start)}${lines.length > 1 ? '- ' : ''}${row}`
      at = line.end
    }
    // A list ends where a paragraph begins.
    if (lines.length > 1 && at < end && !text.startsWith('\n\n', at)) out += '\n'
  }
  out += text.slice(at, end)
  return `${opensSentence(text, start) ? '' : '… '}${out}${endsSentence(text, end) ? '' : ' …'}`
}

const opensSentence = (text: string, start: number) =>
  start === 0 || text[start - 1] === '\n' || sentences(text).some(sentence => sentence.start === start)
const endsSentence = (text: string, end: number) =>
  end === text.length || text[end] === '\n' || sentences(text).some(sentence => sentence.end === end)
