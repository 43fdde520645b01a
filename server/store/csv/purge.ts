/**
 * Taking every trace of one owner out of the files. Tables are done by then, as ordinary deletions that a checkpoint has
 * written; what is left are logs, which otherwise only grow, and the files of partitions. A log is written anew without
 * the rows and put in place as a whole; a crash before the manifest knows of it leaves a shorter file, which is taken as
 * it is. No checkpoint may run meanwhile.
 */
import { dirname, join } from 'node:path'
import { crc32 } from 'node:zlib'
import { AppError } from '../../errors.ts'
import { type FilePort, replaceFile, syncFolder } from './file-port.ts'
import { checkLog, type LogFileDeps } from './log-file.ts'
import type { LogState } from './log-state.ts'
import type { Manifest } from './manifest.ts'
import type { Slot } from './partition.ts'
import { CsvReader } from './rfc4180.ts'
import { basePath } from './table-file.ts'

export interface PurgeDeps extends LogFileDeps {
  manifest: Manifest
}

/** Removes the rows whose `column` holds `value` from a log and its closed months; returns how many there were. */
export async function purgeLog(deps: PurgeDeps, log: LogState, column: string, value: string): Promise<number> {
  const { port, dir, manifest } = deps
  await checkLog(deps, log)
  let removed = 0
  for (const name of await filesOf(port, dir, log)) {
    const bytes = await port.readFile(join(dir, name))
    if (!bytes) continue
    const current = name === log.file
    const { kept, count } = without(name, current ? bytes.subarray(0, log.length) : bytes, column, value)
    if (count === 0) continue
    await replaceFile(port, join(dir, name), kept)
    removed += count
    if (!current) continue
    log.length = kept.length
    log.crc = crc32(kept)
    log.generation++
    manifest.logs.set(name, { length: log.length, crc: log.crc, month: log.month })
  }
  return removed
}

/** Removes a partition of a log with everything in its folder; returns how many rows there were. */
export async function dropLog({ port, dir, manifest }: PurgeDeps, log: LogState): Promise<number> {
  let rows = 0
  for (const name of await filesOf(port, dir, log)) {
    const reader = new CsvReader((await port.readFile(join(dir, name))) ?? Buffer.alloc(0))
    if (reader.next()) while (reader.next()) rows++
  }
  await emptyFolder(port, join(dir, dirname(log.file)))
  manifest.logs.delete(log.file)
  log.length = 0
  log.crc = 0
  log.month = ''
  log.checked = false
  log.generation++
  return rows
}

/** Removes the files of a table's partition that has no rows any more. */
export async function dropPartition({ port, dir, manifest }: PurgeDeps, slot: Slot): Promise<void> {
  await emptyFolder(port, join(dir, dirname(slot.file)))
  await emptyFolder(port, join(dir, dirname(basePath(slot.file))))
  manifest.tables.delete(slot.file)
  slot.disk = undefined
  slot.stamp = ''
}

async function emptyFolder(port: FilePort, folder: string): Promise<void> {
  const names = await port.list(folder)
  for (const name of names) await port.remove(join(folder, name))
  if (names.length > 0) await syncFolder(port, folder)
}

/** A log's file and those of its closed months. */
async function filesOf(port: FilePort, dir: string, log: LogState): Promise<string[]> {
  const folder = dirname(log.file)
  const stem = log.file.slice(folder === '.' ? 0 : folder.length + 1).replace(/\.csv$/, '')
  const closed = (await port.list(join(dir, folder))).filter(
    name => name.startsWith(`${stem}-`) && /^\d{4}-\d\d(?:-\d+)?\.csv$/.test(name.slice(stem.length + 1)),
  )
  return [...closed.sort().map(name => join(folder, name)), log.file]
}

function without(name: string, bytes: Buffer, column: string, value: string): { kept: Buffer; count: number } {
  const reader = new CsvReader(bytes)
  if (!reader.next()) return { kept: bytes, count: 0 }
  const place = reader.cells.indexOf(column)
  const parts = [bytes.subarray(0, reader.offset)]
  let count = 0
  let from = reader.offset
  while (reader.next()) {
    if (reader.cells[place] !== value) continue
    // Neighbours that stay are taken over in one piece.
    if (reader.start > from) parts.push(bytes.subarray(from, reader.start))
    from = reader.offset
    count++
  }
  if (reader.damage)
    throw new AppError('unprocessable', `${name} is damaged and cannot be gone through; mend it first.`)
  parts.push(bytes.subarray(from))
  return { kept: Buffer.concat(parts), count }
}
