/**
 * Table files that people change while, or before, the server runs.
 *
 * A file is looked at by size, time and inode, which costs little; only one that differs is read and hashed. A file
 * must look the same twice in a row before it is read, and one that is not understood gets a second more, since a
 * spreadsheet may be in the midst of saving it. Then it is merged (edit-merge.ts) and its changes go through the journal
 * like any others; or a copy of it is set aside, and the last good state takes its place. Both end with the checkpoint
 * replacing the file, so that there is one at every moment.
 */
import { basename, dirname, join } from 'node:path'
import { AppError } from '../../errors.ts'
import type { Change, EditReport } from '../store.ts'
import { EditError, readEdited } from './edit-file.ts'
import { adoptRows, type MergeDeps, mergeEdit } from './edit-merge.ts'
import { copyFile, type FilePort, type FileStat } from './file-port.ts'
import { replayInto, type Slot } from './partition.ts'
import { rowBytes, TableState } from './table.ts'
import { basePath, hashOf, readTable } from './table-file.ts'

export interface EditDeps extends MergeDeps {
  port: FilePort
  dir: string
  /** Makes the changes durable; conflicts reject. */
  commit(changes: Change[]): Promise<void>
  report(report: EditReport): void
}

const reportLimit = 100
/** So many partitions are looked at every time. */
const fewPartitions = 50
/** How long a file that is not understood may still be in the midst of being saved. */
const patienceMs = 1000

export const stampOf = (stat: FileStat | undefined): string => (stat ? `${stat.size} ${stat.mtimeMs} ${stat.ino}` : '')

export class Edits {
  readonly reports: EditReport[] = []
  private readonly deps: EditDeps
  /** Which partition's turn it is. */
  private next = 0
  /** Files that looked changed, and since when (of the monotonic clock) they have looked like that. */
  private readonly suspects = new Map<Slot, { stamp: string; since: number }>()

  constructor(deps: EditDeps) {
    this.deps = deps
  }

  /** Reads a slot's rows from its file, with whatever the journal and people have done to it since. */
  async load(slot: Slot): Promise<TableState> {
    const { port, dir } = this.deps
    const path = join(dir, slot.file)
    const stat = await port.stat(path)
    const bytes = await port.readFile(path)
    const state = new TableState(slot.def, slot.partition, slot.keyOf)
    const ours = (content: Buffer | undefined) => {
      if (!content) return undefined
      const hash = hashOf(content)
      return [slot.disk, ...slot.intended].find(file => file?.hash === hash)
    }
    let edited: Buffer | undefined
    const own = ours(bytes)
    const base = own ? bytes : await port.readFile(join(dir, basePath(slot.file)))
    const known = own ?? ours(base)
    if (known) {
      this.fill(state, slot, base!)
      slot.disk = known
      edited = own ? undefined : bytes
    } else if (bytes) {
      this.adopt(state, slot, bytes)
      slot.disk = undefined
    } else slot.disk = undefined
    slot.intended = []
    // A partition that nobody wrote to gets no file by being looked at.
    state.rewrite = !own && (!slot.def.partitioned || bytes !== undefined || base !== undefined)
    state.bytes = (bytes?.length ?? 0) + state.size * rowBytes
    slot.stamp = stampOf(stat)
    replayInto(state, slot.replay)
    slot.replay = []
    slot.keep(state)
    if (edited) await this.take(slot, state, edited)
    return state
  }

  private fill(state: TableState, slot: Slot, bytes: Buffer): void {
    const { rows, foreign } = readTable(slot.def, slot.file, bytes)
    state.foreign = foreign
    for (const row of rows) state.load(state.key(row), row)
  }

  /** A file without a past: there is no good state to go back to, so one that is not understood is an error. */
  private adopt(state: TableState, slot: Slot, bytes: Buffer): void {
    try {
      adoptRows(state, readEdited(slot.def, bytes), this.deps)
    } catch (error) {
      if (!(error instanceof EditError)) throw error
      throw new AppError('store_unavailable', `${slot.file} cannot be read: ${error.message}.`, { cause: error })
    }
  }

  /**
   * The slots to look at this time: tables, what looked changed the last time, and the next share of the partitions in
   * memory, so that thousands of them cost little and each still has its turn within three calls.
   */
  due(slots: Iterable<Slot>): Slot[] {
    const due: Slot[] = []
    const partitions: Slot[] = []
    for (const slot of slots) {
      if (!slot.peek()) continue
      if (slot.partition === undefined || this.suspects.has(slot)) due.push(slot)
      else partitions.push(slot)
    }
    const share = Math.max(Math.ceil(partitions.length / 3), fewPartitions)
    if (this.next >= partitions.length) this.next = 0
    due.push(...partitions.slice(this.next, this.next + share))
    this.next += share
    return due
  }

  /**
   * Looks at the files of `slots`. Returns how many look changed and are not dealt with yet. `hurry` takes them as they
   * are.
   */
  async look(slots: Iterable<Slot>, hurry = false): Promise<number> {
    const { port, dir } = this.deps
    let waiting = 0
    for (const slot of slots) {
      const state = slot.peek()
      if (!state || slot.loading) continue
      const path = join(dir, slot.file)
      const stamp = stampOf(await port.stat(path))
      if (stamp === slot.stamp) {
        this.suspects.delete(slot)
        continue
      }
      if (stamp === '') {
        // Removed: what it held comes back at the next checkpoint.
        slot.stamp = ''
        state.rewrite = true
        slot.keep(state)
        continue
      }
      const suspect = this.suspects.get(slot)
      if (!hurry && suspect?.stamp !== stamp) {
        this.suspects.set(slot, { stamp, since: performance.now() })
        waiting++
        continue
      }
      const bytes = await port.readFile(path)
      if (!bytes || stampOf(await port.stat(path)) !== stamp) {
        waiting++
        continue
      }
      // Also what was saved and then taken back again is an edit, though the file is as the checkpoint left it.
      if (slot.disk && !state.wasEdited && hashOf(bytes) === slot.disk.hash) slot.stamp = stamp
      else {
        slot.keep(state)
        const patient = !hurry && performance.now() - suspect!.since < patienceMs
        if (!(await this.take(slot, state, bytes, patient))) {
          waiting++
          continue
        }
        slot.stamp = stamp
      }
      this.suspects.delete(slot)
    }
    return waiting
  }

  /** Merges an edited file or sets it aside; false when it was not understood and `patient` says to look again. */
  private async take(slot: Slot, state: TableState, bytes: Buffer, patient = false): Promise<boolean> {
    slot.pins++
    try {
      const merge = mergeEdit(state, readEdited(slot.def, bytes), this.deps)
      state.rewrite = true
      if (merge.changes.length > 0) {
        await this.deps.commit(merge.changes)
        for (const { key, row } of merge.saved) state.saved(key, row)
        const rows = (count: number, what: string) =>
          count > 0 ? [`${count} ${count === 1 ? 'row' : 'rows'} ${what}`] : []
        this.report(slot, 'accepted', [...rows(merge.added, 'added'), ...rows(merge.changed, 'changed')].join(', '))
      }
      return true
    } catch (error) {
      const conflict = error instanceof AppError && error.code === 'conflict'
      if (!(error instanceof EditError) && !conflict) throw error
      if (patient) return false
      const aside = await this.setAside(slot.file, bytes)
      state.rewrite = true
      this.report(slot, 'rejected', error.message, aside)
      return true
    } finally {
      slot.pins--
    }
  }

  /** Copies a refused file; one that is refused again, after a crash or by a program that keeps saving it, once. */
  private async setAside(file: string, bytes: Buffer): Promise<string> {
    const { port, dir, now } = this.deps
    const path = join(dir, file)
    const former = `${basename(file)}.rejected-`
    for (const name of await port.list(dirname(path))) {
      if (!name.startsWith(former)) continue
      const copy = join(dirname(path), name)
      if ((await port.stat(copy))?.size === bytes.length && (await port.readFile(copy))?.equals(bytes))
        return join(dirname(file), name)
    }
    const aside = `${file}.rejected-${now().replace(/[:.]/g, '-')}`
    await copyFile(port, path, join(dir, aside))
    return aside
  }

  private report(slot: Slot, outcome: EditReport['outcome'], detail: string, setAside?: string): void {
    const sentence = `${detail.charAt(0).toUpperCase()}${detail.slice(1)}${detail.endsWith('.') ? '' : '.'}`
    this.note({ file: slot.file, at: this.deps.now(), outcome, detail: sentence, setAside })
  }

  /** Keeps the last report of each file. */
  note(report: EditReport): void {
    const former = this.reports.findIndex(({ file }) => file === report.file)
    if (former >= 0) this.reports.splice(former, 1)
    this.reports.push(report)
    if (this.reports.length > reportLimit) this.reports.shift()
    this.deps.report(report)
  }
}
