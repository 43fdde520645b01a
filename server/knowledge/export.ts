/** A client's entries as a file, which can be imported as it is: CSV and Excel for people, JSON Lines for programs. */
import { stringify } from 'csv-stringify/sync'
import { neutral } from '../http/formula.ts'
import { writeWorkbook } from '../http/workbook.ts'
import type { KnowledgeEntry } from './wire.ts'

export const exportFormats = ['csv', 'xlsx', 'jsonl'] as const
export type ExportFormat = (typeof exportFormats)[number]

/** The columns that a person may change in a spreadsheet. */
export const editable = [
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
] as const satisfies readonly (keyof KnowledgeEntry)[]

/** What a person changes stands on the left. */
export const exportColumns = ['id', ...editable, 'created_at', 'updated_at'] as const

const widths = [16, 8, 30, 40, 30, 80, 16, 20, 8, 30, 16, 10, 24, 24]

export interface ExportFile {
  name: string
  type: string
  content: string | Uint8Array
}

/** @param entries oldest first, so that an import of the file leaves them in this order */
export async function exportEntries(
  entries: readonly KnowledgeEntry[],
  format: ExportFormat,
  clientId: string,
): Promise<ExportFile> {
  const name = `knowledge-${clientId}.${format}`
  if (format === 'jsonl') {
    const lines = entries.map(entry =>
      JSON.stringify(Object.fromEntries(exportColumns.map(column => [column, entry[column]]))),
    )
    return { name, type: 'application/jsonl; charset=UTF-8', content: lines.map(line => `${line}\n`).join('') }
  }
  const rows = entries.map(entry => exportColumns.map(column => cellOf(entry[column])))
  if (format === 'xlsx')
    return {
      name,
      type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      content: await writeWorkbook('Knowledge', [[...exportColumns], ...rows], widths),
    }
  // The mark at the start tells spreadsheets that the file is UTF-8.
  return {
    name,
    type: 'text/csv; charset=UTF-8',
    content: stringify([[...exportColumns], ...rows.map(row => row.map(neutral))], {
      bom: true,
      record_delimiter: 'windows',
      quoted_match: /[\r\n]/,
    }),
  }
}

function cellOf(value: KnowledgeEntry[(typeof exportColumns)[number]]): string {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return String(value)
  return Object.keys(value).length === 0 ? '' : JSON.stringify(value)
}
