/** Reading logs: streamed from the files, then what is not in a file yet. Nothing is held whole. */
import { basename, dirname, join } from 'node:path'
import { AppError } from '../../errors.ts'
import type { LogRange, LogReader } from '../store.ts'
import { CellError, codecOf, decodeCell, type Row } from './codec.ts'
import { CsvDamage, csvBlocks, piecesOf } from './csv-blocks.ts'
import type { FilePort, OpenFile } from './file-port.ts'
import type { LogState } from './log-state.ts'
import { CsvReader } from './rfc4180.ts'

export interface LogReaderDeps {
  port: FilePort
  dir: string
  state(partition: string | undefined): LogState
}

const chunkBytes = 256 * 1024

export function makeLogReader(deps: LogReaderDeps): LogReader<Row> {
  return {
    async *scan(range: LogRange & { columns?: readonly string[] } = {}) {
      const log = deps.state(range.partition)
      const { files, lines } = await openAll(deps, log, range)
      const from = range.from ?? ''
      const columns = range.columns && [...new Set([log.def.time, ...range.columns])]
      const wanted = (row: Row) => {
        const time = row[log.def.time] as string
        return time >= from && (range.to === undefined || time < range.to)
      }
      try {
        for (const file of files)
          for await (const rows of readBlocks(log, file, columns)) for (const row of rows) if (wanted(row)) yield row
      } finally {
        for (const { handle } of files) await handle.close()
      }
      for (const row of rowsOf(log, lines, columns)) if (wanted(row)) yield row
    },

    async tail(count, partition, since) {
      const log = deps.state(partition)
      for (;;) {
        while (log.moving) await log.moving
        const { month } = log
        const rows = await lastOfAll(deps, log, count, since)
        // A month that was closed meanwhile would have been read under both of its names.
        if (log.month !== month || log.moving) continue
        return since ? rows.filter(row => (row[log.def.time] as string) >= since) : rows
      }
    },
  } as LogReader<Row>
}

/** The last rows, oldest first: of those that wait, of the file, and with `since` of closed months as far as needed. */
async function lastOfAll(deps: LogReaderDeps, log: LogState, count: number, since?: string): Promise<Row[]> {
  const lines = log.lines.slice(Math.max(0, log.lines.length - count))
  const parts = [rowsOf(log, lines)]
  let missing = count - lines.length
  const files: { name: string; length?: number }[] = [{ name: log.file, length: log.length }]
  if (since !== undefined && missing > 0)
    for (const name of (await closedFiles(deps, log, { from: since })).reverse()) files.push({ name })
  for (const { name, length } of files) {
    if (missing <= 0) break
    const handle = length === 0 ? undefined : await openOrNot(deps.port, join(deps.dir, name))
    if (!handle) continue
    try {
      const rows = await lastRows(log, handle, length ?? (await handle.stat()).size, missing)
      parts.push(rows)
      missing -= rows.length
    } finally {
      await handle.close()
    }
  }
  return parts.reverse().flat()
}

interface Source {
  name: string
  handle: OpenFile
  length: number
}

async function openOrNot(port: FilePort, path: string): Promise<OpenFile | undefined> {
  return (await port.stat(path)) ? port.open(path, 'read') : undefined
}

/**
 * Opens the files of the range's months and takes the waiting lines, all as of one moment: if a checkpoint moved on
 * while files were being opened, it is done again.
 */
async function openAll(
  deps: LogReaderDeps,
  log: LogState,
  range: LogRange,
): Promise<{ files: Source[]; lines: string[] }> {
  for (;;) {
    while (log.moving) await log.moving
    const { generation } = log
    const files: Source[] = []
    for (const name of [...(await closedFiles(deps, log, range)), log.file]) {
      const handle = await openOrNot(deps.port, join(deps.dir, name))
      if (handle) files.push({ name, handle, length: (await handle.stat()).size })
    }
    if (generation === log.generation && !log.moving) {
      const current = files.at(-1)
      if (current?.name === log.file && log.checked) current.length = Math.min(current.length, log.length)
      return { files, lines: log.lines.slice() }
    }
    for (const { handle } of files) await handle.close()
  }
}

/** Files of closed months, oldest first. A row may stand in the file of the month after its own, never before. */
async function closedFiles({ port, dir }: LogReaderDeps, log: LogState, range: LogRange): Promise<string[]> {
  if (!log.def.monthly) return []
  const folder = dirname(log.file)
  const stem = basename(log.file, '.csv')
  const first = range.from?.slice(0, 7) ?? ''
  const last = range.to === undefined ? '9999-99' : monthAfter(range.to)
  return (await port.list(join(dir, folder)))
    .flatMap(name => {
      const found = name.startsWith(`${stem}-`)
        ? /^(\d{4}-\d\d)(?:-(\d+))?\.csv$/.exec(name.slice(stem.length + 1))
        : null
      return found ? [{ name, month: found[1]!, number: Number(found[2] ?? 1) }] : []
    })
    .filter(({ month }) => month >= first && month <= last)
    .sort((a, b) => a.month.localeCompare(b.month) || a.number - b.number)
    .map(({ name }) => join(folder, name))
}

function monthAfter(time: string): string {
  const date = new Date(`${time.slice(0, 7)}-01T00:00:00Z`)
  date.setUTCMonth(date.getUTCMonth() + 1)
  return Number.isNaN(date.getTime()) ? '9999-99' : date.toISOString().slice(0, 7)
}

/** Rows by the block that they were read in. */
async function* readBlocks(
  log: LogState,
  { name, handle, length }: Source,
  columns?: readonly string[],
): AsyncGenerator<Row[]> {
  let row = 0
  let decoder: Decoder | undefined
  try {
    for await (const { reader } of csvBlocks(piecesOf(handle, length))) {
      const rows: Row[] = []
      if (decoder) reader.wanted = decoder.wanted
      while (reader.next()) {
        row++
        if (!decoder) {
          decoder = decoderOf(log, reader.cells, columns)
          reader.wanted = decoder.wanted
        } else if (reader.cells.length > 1) rows.push(decoder.decode(reader.cells))
      }
      yield rows
    }
  } catch (error) {
    if (error instanceof CsvDamage)
      throw new AppError('store_unavailable', `${name}, row ${row + 1}: ${error.message}.`)
    if (error instanceof CellError) throw new AppError('store_unavailable', `${name}, row ${row}: ${error.message}.`)
    throw error
  }
}

interface Decoder {
  decode(cells: readonly string[]): Row
  /** By place in the file; undefined: all. */
  wanted: boolean[] | undefined
}

/** Cells in the order of a header to a row, of `columns` alone where given. */
function decoderOf(log: LogState, header: readonly string[], columns?: readonly string[]): Decoder {
  const codec = codecOf(log.def)
  const names = header.map(name => name.replace(/^\ufeff/, '').trim())
  const wanted = columns && names.map(name => columns.includes(name))
  if (codec.names.every((name, i) => names[i] === name)) {
    const places = columns && codec.names.flatMap((name, i) => (columns.includes(name) ? [i] : []))
    return { decode: cells => codec.decode(cells, places), wanted }
  }
  const taken = codec.names.filter(name => !columns || columns.includes(name))
  const places = taken.map(name => names.indexOf(name))
  const decode = (cells: readonly string[]) => {
    const row: Row = {}
    for (const [i, name] of taken.entries())
      row[name] = decodeCell(name, log.def.columns[name]!, cells[places[i]!] ?? '')
    return row
  }
  return { decode, wanted }
}

function rowsOf(log: LogState, lines: readonly string[], columns?: readonly string[]): Row[] {
  const { decode, wanted } = decoderOf(log, codecOf(log.def).names, columns)
  const reader = new CsvReader(Buffer.from(lines.map(text => `${text}\n`).join('')))
  reader.wanted = wanted
  const rows: Row[] = []
  while (reader.next()) rows.push(decode(reader.cells))
  return rows
}

/**
 * The last rows of a file, read backwards. The file ends outside of quotes, so a line end is the end of a record exactly
 * when an even number of quotes follows it.
 */
async function lastRows(log: LogState, handle: OpenFile, length: number, count: number): Promise<Row[]> {
  let bytes: Buffer = Buffer.alloc(0)
  let from = length
  let size = chunkBytes / 4
  const starts: number[] = []
  let even = true
  while (from > 0 && starts.length <= count) {
    const chunk = Buffer.allocUnsafe(Math.min(size, from))
    from -= chunk.length
    await handle.read(chunk, from)
    for (let at = chunk.length - 1; at >= 0 && starts.length <= count; at--) {
      if (chunk[at] === 34) even = !even
      else if (chunk[at] === 10 && even && from + at + 1 < length) starts.push(from + at + 1)
    }
    bytes = Buffer.concat([chunk, bytes])
    size *= 2
  }
  // The first record of the file is its header.
  const start = starts[Math.min(count, starts.length) - 1]
  if (start === undefined) return []
  const headerBytes = Buffer.allocUnsafe(Math.min(length, 16 * 1024))
  await handle.read(headerBytes, 0)
  const header = new CsvReader(headerBytes)
  header.next()
  const { decode } = decoderOf(log, header.cells)
  const reader = new CsvReader(bytes, start - from)
  const rows: Row[] = []
  while (reader.next()) rows.push(decode(reader.cells))
  return rows
}
