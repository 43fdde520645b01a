/** A table as a file to take along: CSV and Excel for people, JSON Lines for programs. It is sent while it is being made. */
import { stringify } from 'csv-stringify/sync'
import { neutral } from './formula.ts'
import { apiHeaders } from './headers.ts'
import { type Cell, streamWorkbook } from './workbook.ts'

export type { Cell }

export const tableFormats = ['csv', 'xlsx', 'jsonl'] as const
export type TableFormat = (typeof tableFormats)[number]

export interface TableFile {
  /** Of the file, without its ending; letters, digits, and . _ - */
  name: string
  /** Of the sheet. */
  title: string
  /** Names of the columns and, for Excel, how wide they are in characters. */
  columns: Record<string, number>
  /** In blocks of a few hundred, so that others are served between two of them. */
  blocks: AsyncIterable<readonly (readonly Cell[])[]>
}

const types: Record<TableFormat, string> = {
  csv: 'text/csv; charset=UTF-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  jsonl: 'application/jsonl; charset=UTF-8',
}

/** What a reply with such a file may be, for the docs. */
export const tableTypes = Object.values(types).map(type => type.split(';')[0]!)

export function tableReply(format: TableFormat, file: TableFile): Response {
  return new Response(streamOf(bytesOf[format](file)), {
    headers: {
      ...apiHeaders,
      'Content-Type': types[format],
      'Content-Disposition': `attachment; filename="${file.name}.${format}"`,
    },
  })
}

const bytesOf: Record<TableFormat, (file: TableFile) => AsyncGenerator<Uint8Array>> = {
  async *csv({ columns, blocks }) {
    const text = (rows: readonly (readonly Cell[])[]) =>
      Buffer.from(
        stringify(
          rows.map(row => row.map(neutral)),
          { record_delimiter: 'windows' },
        ),
      )
    // The mark at the start tells spreadsheets that the file is UTF-8.
    yield Buffer.concat([Buffer.from('\uFEFF'), text([Object.keys(columns)])])
    for await (const rows of blocks) yield text(rows)
  },
  async *jsonl({ columns, blocks }) {
    const names = Object.keys(columns)
    for await (const rows of blocks)
      yield Buffer.from(
        rows.map(row => `${JSON.stringify(Object.fromEntries(names.map((name, i) => [name, row[i]])))}\n`).join(''),
      )
  },
  xlsx({ title, columns, blocks }) {
    const all = async function* () {
      yield [Object.keys(columns)]
      yield* blocks
    }
    return streamWorkbook(title, all(), Object.values(columns))
  },
}

/** The next piece is made when the one before has been taken. */
function streamOf(bytes: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      async pull(controller) {
        for (;;) {
          const next = await bytes.next()
          // Others are served between two pieces, even where making them waits for nothing.
          await new Promise(resolve => setImmediate(resolve))
          if (next.done) return controller.close()
          if (next.value.length > 0) return controller.enqueue(next.value)
        }
      },
      async cancel() {
        await bytes.return(undefined)
      },
    },
    { highWaterMark: 2 },
  )
}

/** Rows in blocks. */
export async function* inBlocks<R>(rows: Iterable<R> | AsyncIterable<R>, size = 300): AsyncGenerator<R[]> {
  let block: R[] = []
  for await (const row of rows) {
    block.push(row)
    if (block.length < size) continue
    yield block
    block = []
  }
  if (block.length > 0) yield block
}
