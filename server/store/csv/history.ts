/**
 * Rows of ended months that come from elsewhere. Their file is closed before it was ever open: each month gets a file of
 * its own under the next free name of that month, which readers find by its name and no checkpoint touches again. Rows
 * pass through, however many they are; each month's file is written beside and put in place when all of them have come.
 */
import { dirname, join } from 'node:path'
import { codecOf, type Row } from './codec.ts'
import { ensureFolder, type OpenFile, syncFile, syncFolder, writeAll } from './file-port.ts'
import { freeName, type LogFileDeps } from './log-file.ts'
import type { LogState } from './log-state.ts'
import { line } from './rfc4180.ts'

interface MonthFile {
  beside: string
  file: OpenFile
  length: number
  waiting: string[]
  size: number
}

const flushLength = 256 * 1024

/**
 * Writes the rows, in the order they come. Months appear one after another, each whole. No checkpoint may run meanwhile.
 * Throws what `rows` throws; then nothing has appeared.
 */
export async function writeHistory(
  { port, ...deps }: LogFileDeps,
  log: LogState,
  rows: Iterable<Row> | AsyncIterable<Row>,
): Promise<void> {
  const months = new Map<string, MonthFile>()
  const path = (name: string) => join(deps.dir, name)
  const codec = codecOf(log.def)
  await ensureFolder(port, deps.dir, dirname(log.file))

  const begin = async (month: string): Promise<MonthFile> => {
    const beside = `${log.file.replace(/\.csv$/, '')}-${month}.csv.tmp`
    const file = await port.open(path(beside), 'create')
    const begun = { beside, file, length: 0, waiting: [line(codec.names)], size: 0 }
    months.set(month, begun)
    return begun
  }
  const flush = async (month: MonthFile) => {
    const bytes = Buffer.from(month.waiting.join(''))
    month.waiting = []
    month.size = 0
    await writeAll(month.file, bytes, month.length)
    month.length += bytes.length
  }

  try {
    for await (const row of rows) {
      const month = (row[log.def.time] as string).slice(0, 7)
      const target = months.get(month) ?? (await begin(month))
      const text = codec.encode(row)
      target.waiting.push(text, '\n')
      target.size += text.length
      if (target.size > flushLength) await flush(target)
    }
    for (const month of months.values()) {
      await flush(month)
      await syncFile(month.file, month.beside)
    }
    for (const [month, { beside, file }] of [...months].sort(([a], [b]) => a.localeCompare(b))) {
      await file.close()
      months.delete(month)
      await port.rename(path(beside), path(await freeName({ port, ...deps }, log, month)))
      await syncFolder(port, dirname(path(beside)))
      log.generation++
    }
  } catch (error) {
    for (const { file, beside } of months.values()) {
      await file.close().catch(() => {})
      await port.remove(path(beside)).catch(() => {})
    }
    throw error
  }
}
