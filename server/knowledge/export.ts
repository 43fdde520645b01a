/** A client's entries as a file: CSV for spreadsheets, JSON Lines for programs. */
import { stringify } from 'csv-stringify/sync'
import type { KnowledgeEntry } from './wire.ts'

export const exportFormats = ['csv', 'jsonl'] as const
export type ExportFormat = (typeof exportFormats)[number]

const columns = [
  'id',
  'kind',
  'title',
  'question',
  'alternates',
  'content',
  'category',
  'source',
  'lang',
  'url',
  'metadata',
  'is_active',
  'created_at',
  'updated_at',
] as const satisfies readonly (keyof KnowledgeEntry)[]

/** The file's text, its media type and a name for it. */
export function exportEntries(entries: readonly KnowledgeEntry[], format: ExportFormat, clientId: string) {
  const name = `knowledge-${clientId}.${format}`
  if (format === 'jsonl') {
    return {
      name,
      type: 'application/jsonl; charset=UTF-8',
      text: entries
        .map(entry => `${JSON.stringify(Object.fromEntries(columns.map(column => [column, entry[column]])))}\n`)
        .join(''),
    }
  }
  const rows = entries.map(entry => columns.map(column => neutral(cellOf(entry[column]))))
  // The mark at the start tells spreadsheets that the file is UTF-8.
  return {
    name,
    type: 'text/csv; charset=UTF-8',
    text: stringify([[...columns], ...rows], { bom: true, record_delimiter: 'windows' }),
  }
}

function cellOf(value: KnowledgeEntry[(typeof columns)[number]]): string {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return String(value)
  return Object.keys(value).length === 0 ? '' : JSON.stringify(value)
}

/**
 * A cell that a spreadsheet would run as a formula gets an apostrophe in front (OWASP, CSV Injection): `= + - @`, tab, CR
 * and NUL, also behind leading spaces. The stored text stays as it is.
 */
export const neutral = (cell: string): string => (/^ *[=+\-@\t\r\0]/.test(cell) ? `'${cell}` : cell)
