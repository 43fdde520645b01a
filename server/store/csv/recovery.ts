/**
 * From what a stop or a crash left to a state that can be written to. Only the newest epoch's journal is read: each start
 * copies the records it still needs into a journal of its own, so whatever a former owner writes later, nobody reads it.
 * (The copy also puts the records on the disk for sure: they may have been read from pages whose sync had failed.)
 *
 * The order matters. Logs are repaired first, with the notes in the old journal; then the new journal appears, complete,
 * in one rename; then the old one goes. A crash in between finds the old journal whole and does the same again.
 */
import { join } from 'node:path'
import { AppError } from '../../errors.ts'
import type { AnyDef, LogDef, TableDef } from '../define.ts'
import { codecOf, type ForeignCells, type Row, unescapeText, withForeign } from './codec.ts'
import { ensureFolder, type FilePort, syncFile, syncFolder } from './file-port.ts'
import { parseChanges, parseFileName, parseJournal } from './journal-record.ts'
import type { LogFileDeps } from './log-file.ts'
import type { Manifest, TableFile } from './manifest.ts'
import type { Replay } from './partition.ts'
import { line } from './rfc4180.ts'

export interface Recovered {
  /** The last record of the old journal. */
  sequence: number
  /** Records that the files may not hold yet. */
  carried: { sequence: number; changes: string }[]
  /** Changes by table name and partition, in order. */
  replay: { def: TableDef; partition: string | undefined; changes: Replay[] }[]
  lines: { def: LogDef; partition: string | undefined; row: Row }[]
  /** Table files that a checkpoint may have put in place without saying so in the manifest. */
  intended: Map<string, TableFile[]>
  oldFiles: string[]
}

export interface RecoveryDeps {
  port: FilePort
  dir: string
  manifest: Manifest
  defs: ReadonlyMap<string, AnyDef>
  logFiles: LogFileDeps
}

export async function recover(deps: RecoveryDeps): Promise<Recovered> {
  const { port, dir, manifest } = deps
  const folder = join(dir, 'journal')
  await ensureFolder(port, dir, 'journal')
  const names = await port.list(folder)
  for (const name of names) if (name.endsWith('.tmp')) await port.remove(join(folder, name))
  const files = names
    .flatMap(name => parseFileName(name) ?? [])
    .sort((a, b) => a.epoch - b.epoch || a.number - b.number)
  const newest = files.at(-1)?.epoch ?? 0
  const recovered: Recovered = {
    sequence: manifest.sequence,
    carried: [],
    replay: [],
    lines: [],
    intended: new Map(),
    oldFiles: files.map(({ name }) => name),
  }
  const reader = makeReplayer(deps, recovered)
  let last = 0
  for (const { name, epoch } of files) {
    if (epoch !== newest || epoch < manifest.epoch) continue
    const content = parseJournal(name, (await port.readFile(join(folder, name)))!, Math.max(last, manifest.sequence))
    if (content.damage) throw new AppError('store_unavailable', `journal/${content.damage}`)
    for (const record of content.records) {
      // Files whose records are all in the tables may be gone already, in any order.
      const expected = Math.max(last, manifest.sequence) + 1
      if (record.sequence > expected || record.sequence <= last)
        throw new AppError(
          'store_unavailable',
          `journal/${name}: record ${expected} is missing before record ${record.sequence}.`,
        )
      last = record.sequence
      recovered.sequence = Math.max(recovered.sequence, record.sequence)
      if (record.sequence > manifest.sequence) reader.replay(record, content.columns, name)
    }
  }
  await repairLogs(deps, reader.notes)
  return recovered
}

interface LogNotes {
  /** The file's length before the first append that the manifest does not know of. */
  from: number
  to: number
  closed: string[]
}

function makeReplayer({ defs, manifest }: RecoveryDeps, recovered: Recovered) {
  const notes = new Map<string, LogNotes>()
  const groups = new Map<string, Recovered['replay'][number]>()
  const groupOf = (def: TableDef, partition: string | undefined) => {
    const id = `${def.name}/${partition ?? ''}`
    let group = groups.get(id)
    if (!group) {
      groups.set(id, (group = { def, partition, changes: [] }))
      recovered.replay.push(group)
    }
    return group.changes
  }

  function replay(record: { sequence: number; changes: string }, columns: Map<string, string[]>, file: string): void {
    let kept = ''
    for (const cells of parseChanges(record.changes)) {
      const [op, name, third] = cells as [string, string, string]
      if (record.sequence <= manifest.noted && (op === 'tail' || op === 'close' || op === 'file')) continue
      if (op === 'tail') {
        const known = notes.get(name)
        if (known) {
          known.to = Number(cells[3])
          // A file that was set aside since began anew, with less in it.
          if (known.closed.length === 0) known.from = Math.min(known.from, Number(third))
        } else notes.set(name, { from: Number(third), to: Number(cells[3]), closed: [] })
        continue
      }
      if (op === 'close') {
        notes.get(name)?.closed.push(third)
        continue
      }
      if (op === 'file') {
        const list = recovered.intended.get(name) ?? []
        list.push({ length: Number(third), hash: cells[3]! })
        recovered.intended.set(name, list)
        kept += line(cells)
        continue
      }
      const def = defs.get(name)
      if (!def || def.shape === 'counter')
        throw new AppError('store_unavailable', `journal/${file}, record ${record.sequence}: ${name} is not known.`)
      const partition = def.partitioned ? third : undefined
      const order = columns.get(name) ?? codecOf(def).names
      if (op === 'append' && def.shape === 'log') {
        const row = rowOf(def, order, cells.slice(3))
        recovered.lines.push({ def, partition, row })
        kept += `append,${name},${third},${codecOf(def).encode(row)}\n`
      } else if (op === 'put' && def.shape === 'table') {
        const row = rowOf(def, order, cells.slice(3))
        groupOf(def, partition).push({ op: 'put', row })
        // Cells that this version's columns do not name went along as foreign ones; the order is ours from now on.
        kept += line(['put', name, third, ...reordered(def, order, cells.slice(3))])
      } else if (op === 'delete' && def.shape === 'table') {
        groupOf(def, partition).push({ op: 'delete', key: cells[3]! })
        kept += line(cells)
      } else if (op === 'clear' && def.shape === 'table') {
        groupOf(def, partition).push({ op: 'clear' })
        kept += line(cells)
      } else throw new AppError('store_unavailable', `journal/${file}, record ${record.sequence}: ${op} is not known.`)
    }
    recovered.carried.push({ sequence: record.sequence, changes: kept })
  }
  return { replay, notes }
}

/** Cells of a record, which may come from a version with other columns, in our order with the foreign pairs behind. */
function reordered(def: TableDef | LogDef, order: readonly string[], cells: readonly string[]): string[] {
  const { names } = codecOf(def)
  const own = names.map(name => cells[order.indexOf(name)] ?? '')
  const others = order.flatMap((name, i) => (names.includes(name) ? [] : [name, cells[i] ?? '']))
  return [...own, ...others, ...cells.slice(order.length)]
}

function rowOf(def: TableDef | LogDef, order: readonly string[], cells: readonly string[]): Row {
  const codec = codecOf(def)
  const all = reordered(def, order, cells)
  const row = codec.decode(all)
  const pairs = all.slice(codec.names.length)
  if (pairs.length === 0) return row
  const foreign: ForeignCells = {}
  for (let i = 0; i + 1 < pairs.length; i += 2) foreign[pairs[i]!] = unescapeText(pairs[i + 1]!)
  return withForeign(row, foreign)
}

/** Takes back appends that no manifest knows of; the journal has their rows. */
async function repairLogs(
  { port, dir, manifest, logFiles }: RecoveryDeps,
  notes: Map<string, LogNotes>,
): Promise<void> {
  for (const [name, { from, to, closed }] of notes) {
    const path = join(dir, name)
    const folder = join(path, '..')
    for (const target of closed.reverse()) {
      if (!(await port.stat(join(dir, target)))) continue
      await port.rename(join(dir, target), path)
      await syncFolder(port, folder)
    }
    const size = (await port.stat(path))?.size
    if (size !== undefined && size > from) {
      if (size > to && closed.length === 0) await keepForeignTail(port, path, name, to, size, logFiles)
      if (from === 0) {
        await port.remove(path)
        await syncFolder(port, folder)
      } else {
        const file = await port.open(path, 'edit')
        try {
          await file.truncate(from)
          await syncFile(file, name)
        } finally {
          await file.close()
        }
      }
    }
    if ((manifest.logs.get(name)?.length ?? 0) !== from) manifest.logs.delete(name)
  }
}

/** Rows that somebody appended behind ours while we were not looking are set aside before ours are taken back. */
async function keepForeignTail(
  port: FilePort,
  path: string,
  name: string,
  from: number,
  to: number,
  logs: LogFileDeps,
) {
  const aside = `${name}.rejected-${logs.stamp()}`
  const source = await port.open(path, 'read')
  const bytes = Buffer.alloc(to - from)
  await source.read(bytes, from).finally(() => source.close())
  const target = await port.open(`${path}.rejected-${logs.stamp()}`, 'create')
  try {
    await target.write(bytes, 0)
    await syncFile(target, aside)
  } finally {
    await target.close()
  }
  logs.onForeign(name, 'rows were added to it in the midst of a crash', aside)
}
