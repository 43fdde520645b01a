/**
 * Taking every trace of one owner out of the files. Tables are done by then, as ordinary deletions that a checkpoint has
 * written; what is left are logs, which otherwise only grow, and the files of partitions. A log is written anew without
 * the rows and put in place as a whole; a crash before the manifest knows of it leaves a shorter file, which is taken as
 * it is. No checkpoint may run meanwhile.
 */
import { dirname, join } from 'node:path'
import { crc32 } from 'node:zlib'
import { AppError } from '../../errors.ts'
import type { AnyDef, LogDef, TableDef } from '../define.ts'
import type { Change } from '../store.ts'
import { isCounterTable } from './counter.ts'
import { CsvDamage, csvBlocks, piecesOf } from './csv-blocks.ts'
import { type FilePort, syncFile, syncFolder, writeAll } from './file-port.ts'
import { checkLog, type LogFileDeps } from './log-file.ts'
import type { LogState, Logs } from './log-state.ts'
import type { Manifest } from './manifest.ts'
import type { Slot } from './partition.ts'
import type { TableState } from './table.ts'
import { basePath } from './table-file.ts'

export interface EraseDeps extends LogFileDeps {
  manifest: Manifest
}

export interface PurgeDeps extends EraseDeps {
  defs: Iterable<AnyDef>
  logs: Logs
  /** The slot of a table, or of one of its partitions. */
  slotOf(def: TableDef, partition?: string): Slot
  load(slot: Slot): Promise<TableState>
  commit(changes: Change[]): Promise<void>
  /** Runs `work` after a checkpoint, and no other before it is done. */
  afterCheckpoint(work: () => Promise<void>): Promise<void>
}

/** Removes everything of one owner, as `Store.purge` says; returns how many rows went, by table and log. */
export async function purge(deps: PurgeDeps, column: string, value: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  const changes: Change[] = []
  const owned = [...deps.defs].filter(
    (def): def is TableDef | LogDef =>
      def.shape !== 'counter' && (def.partitioned || isCounterTable(def) || column in def.columns),
  )
  const states: TableState[] = []
  for (const def of owned)
    if (def.shape === 'table') states.push(await deps.load(deps.slotOf(def, def.partitioned ? value : undefined)))
  // From here to the commit nothing is waited for: a row that is found is there to be deleted.
  for (const state of states) {
    const { def } = state
    const place = isCounterTable(def) ? 'key' : column
    const rows = [...state.all()].filter(row => def.partitioned || row[place] === value)
    counts[def.name] = rows.length
    if (def.partitioned) changes.push({ op: 'clear', table: def, partition: value })
    else for (const row of rows) changes.push({ op: 'delete', table: def, key: state.key(row) })
  }
  await deps.commit(changes)
  await deps.afterCheckpoint(async () => {
    for (const def of owned) {
      if (def.shape === 'log') {
        const log = deps.logs.of(def, def.partitioned ? value : undefined)
        counts[def.name] = def.partitioned
          ? await dropLog(deps, log)
          : await eraseRows(deps, log, column, new Set([value]))
      } else if (def.partitioned) {
        const slot = deps.slotOf(def, value)
        // Rows that came since the clearing stay until the next call.
        if (!slot.dirty && slot.peek()?.size === 0) await dropPartition(deps, slot)
      }
    }
    await deps.manifest.save()
  })
  return counts
}

/** Removes the rows whose `column` holds one of `values` from a log and its closed months; returns how many there were. */
export async function eraseRows(
  deps: EraseDeps,
  log: LogState,
  column: string,
  values: ReadonlySet<string>,
): Promise<number> {
  const { port, dir, manifest } = deps
  await checkLog(deps, log)
  let removed = 0
  for (const name of await filesOf(port, dir, log)) {
    const path = join(dir, name)
    const size = (await port.stat(path))?.size
    if (size === undefined) continue
    const current = name === log.file
    const length = current ? log.length : size
    const isTheirs = matcher(column, values)
    let count = 0
    let records = 0
    for await (const { reader } of blocksOf(port, path, name, length))
      while (reader.next()) {
        records++
        if (isTheirs(reader.cells)) count++
      }
    if (count === 0) continue
    if (!current && count === records - 1) {
      await port.remove(path)
      await syncFolder(port, dirname(path))
      removed += count
      log.generation++
      continue
    }
    const kept = await rewrite(port, path, name, length, matcher(column, values))
    removed += count
    if (!current) continue
    log.length = kept.length
    log.crc = kept.crc
    log.generation++
    manifest.logs.set(name, { length: log.length, crc: log.crc, month: log.month })
  }
  return removed
}

/** Tells rows by a column's value; the first record that it is given is the header. */
function matcher(column: string, values: ReadonlySet<string>): (cells: readonly string[]) => boolean {
  let place: number | undefined
  return cells => {
    if (place !== undefined) return values.has(cells[place]!)
    place = cells.indexOf(column)
    return false
  }
}

async function* blocksOf(port: FilePort, path: string, name: string, length: number) {
  const file = await port.open(path, 'read')
  try {
    yield* csvBlocks(piecesOf(file, length))
  } catch (error) {
    if (!(error instanceof CsvDamage)) throw error
    throw new AppError('unprocessable', `${name} is damaged and cannot be gone through; mend it first.`)
  } finally {
    await file.close()
  }
}

/** Replaces a log by itself without some rows; returns its new length and CRC-32. */
async function rewrite(
  port: FilePort,
  path: string,
  name: string,
  length: number,
  isTheirs: (cells: readonly string[]) => boolean,
): Promise<{ length: number; crc: number }> {
  const kept = { length: 0, crc: 0 }
  const file = await port.open(`${path}.tmp`, 'create')
  try {
    const put = async (bytes: Buffer) => {
      if (bytes.length === 0) return
      await writeAll(file, bytes, kept.length)
      kept.length += bytes.length
      kept.crc = crc32(bytes, kept.crc)
    }
    for await (const { bytes, reader } of blocksOf(port, path, name, length)) {
      let from = 0
      while (reader.next()) {
        if (!isTheirs(reader.cells)) continue
        // Neighbours that stay are taken over in one piece.
        await put(bytes.subarray(from, reader.start))
        from = reader.offset
      }
      await put(bytes.subarray(from, reader.offset))
    }
    await syncFile(file, name)
  } finally {
    await file.close()
  }
  await port.rename(`${path}.tmp`, path)
  await syncFolder(port, dirname(path))
  return kept
}

/** Removes a partition of a log with everything in its folder; returns how many rows there were. */
async function dropLog({ port, dir, manifest }: EraseDeps, log: LogState): Promise<number> {
  let rows = 0
  for (const name of await filesOf(port, dir, log)) {
    const size = (await port.stat(join(dir, name)))?.size
    if (size === undefined) continue
    let records = 0
    for await (const { reader } of blocksOf(port, join(dir, name), name, size)) while (reader.next()) records++
    rows += Math.max(0, records - 1)
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
async function dropPartition({ port, dir, manifest }: EraseDeps, slot: Slot): Promise<void> {
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
