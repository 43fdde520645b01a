/** Analytics as files for spreadsheets: one table as CSV, or all of them as sheets of an XLSX. */
import { stringify } from 'csv-stringify/sync'
import writeXlsxFile from 'write-excel-file/node'
import { neutral } from '../http/formula.ts'
import type { AnalyticsReport } from './wire.ts'

type Cell = string | number | null
export type TableName = 'days' | 'hours' | 'questions' | 'topics' | 'sources' | 'entries' | 'languages' | 'pages'

const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

/** Every table with its header row. */
export function tablesOf(report: AnalyticsReport): Record<TableName, Cell[][]> {
  const { days, week, questions, topics, sources, used, unused, languages, pages } = report
  return {
    days: [
      ['date', 'requests', 'answered', 'not answered', 'helpful', 'not helpful'],
      ...days.map(day => [day.date, day.requests, day.answered, day.refused, day.up, day.down]),
    ],
    hours: [
      ['weekday (UTC)', ...Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, '0')}:00`)],
      ...week.map((hours, i) => [weekdays[i]!, ...hours]),
    ],
    questions: [['question', 'asked', 'answered'], ...questions.map(one => [one.question, one.count, one.answered])],
    topics: [['topic', 'answers'], ...topics.map(one => [one.topic, one.count])],
    sources: [
      ['source', 'answers', 'entries', 'entries used'],
      ...sources.map(one => [one.source, one.count, one.entries, one.used]),
    ],
    entries: [
      ['id', 'entry', 'source', 'answers'],
      ...[...used, ...unused.entries].map(one => [one.id, one.name, one.source, one.count]),
    ],
    languages: [['language', 'requests'], ...languages.map(one => [one.lang, one.count])],
    pages: [['page', 'requests'], ...pages.map(one => [one.page, one.count])],
  }
}

export const csvOf = (report: AnalyticsReport, table: TableName): string =>
  stringify(
    tablesOf(report)[table].map(row => row.map(neutral)),
    { bom: true, record_delimiter: 'windows' },
  )

export async function xlsxOf(report: AnalyticsReport): Promise<Buffer> {
  const sheets = Object.entries(tablesOf(report)).map(([sheet, rows]) => ({
    sheet,
    data: rows.map((row, i) =>
      row.map(value =>
        i === 0
          ? { value: String(value), fontWeight: 'bold' as const }
          : typeof value === 'number'
            ? { value, type: Number }
            : { value: neutral(value) as string, type: String },
      ),
    ),
    columns: rows[0]!.map((_, at) => ({ width: at === 0 ? 40 : 14 })),
    stickyRowsCount: 1,
  }))
  return writeXlsxFile(sheets).toBuffer()
}
