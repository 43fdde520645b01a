/**
 * Bringing the CSV files up to the journal.
 *
 * The order, and what a crash at each point leaves:
 *  1. The journal's next file is made and synced.                                   (unused so far)
 *  2. At one moment between two batches the dirty tables are copied (references only), the waiting log lines counted,
 *     and the journal goes on in its next file. The snapshot is valid once that batch is durable.
 *  3. Tables are written beside their files and synced.                             (files beside, ignored)
 *  4. What is about to be put in place is noted in the journal: each table's new length and hash, how far each log will
 *     grow, which log moves.                      (from here on a file may be old or new, and recovery knows both as ours)
 *  5. Tables are renamed into place, logs are appended to and synced, logs of ended months moved; then the folders synced.
 *  6. The manifest is replaced: all files hold everything up to the snapshot's sequence.
 *  7. Journal files before the snapshot are removed.                                (superfluous, ignored by sequence)
 * Replaying a record over a file that holds it already changes nothing (rows are put whole), and log files are cut back
 * to the length they had before 5 and appended to again: each row is there exactly once.
 */
import { dirname, join } from 'node:path'
import type { Row } from './codec.ts'
import { type Edits, stampOf } from './edit.ts'
import { type FilePort, syncFolder } from './file-port.ts'
import type { Journal } from './journal.ts'
import { appendLog, intentOf, type LogFileDeps, type LogPlan, needsAppend, planLog } from './log-file.ts'
import type { LogState, Logs } from './log-state.ts'
import type { Manifest, TableFile } from './manifest.ts'
import type { Slot, Slots } from './partition.ts'
import { line } from './rfc4180.ts'
import { rowBytes, type TableState } from './table.ts'
import { basePath, writeTable } from './table-file.ts'

export interface CheckpointDeps {
  port: FilePort
  dir: string
  /** ISO 8601 UTC. */
  now: () => string
  slots: Slots
  logs: Logs
  journal: Journal
  manifest: Manifest
  edits: Edits
  logFiles: LogFileDeps
  /** Throws when the folder has another owner by now. */
  verifyOwner(): void
  /** Brings mirrored counters and expired rows up to date; runs in the moment of the snapshot. */
  beforeSnapshot(now: string): void
}

/** A file changed while the checkpoint was at work; it is to be tried again at once. */
export class ChangedMeanwhile extends Error {}

interface TableJob {
  slot: Slot
  state: TableState
  rows: Row[]
  written?: TableFile
}

/** How many files are synced at the same time: the journal needs a thread too. */
const parallel = 2

/** One checkpoint. Throws what went wrong; the state in memory stays true, and the next one covers what this one did not. */
export async function runCheckpoint(deps: CheckpointDeps): Promise<void> {
  const { slots, logs, journal, manifest, edits } = deps
  deps.verifyOwner()
  for (const slot of slots.all()) if (slot.replay.length > 0) await slots.load(slot)
  if ((await edits.look(dirtySlots(slots))) > 0) throw new ChangedMeanwhile()
  await journal.prepareNext()

  const now = deps.now()
  const jobs: TableJob[] = []
  const cutLogs: LogState[] = []
  const cancel = () => {
    for (const { state } of jobs) state.abandon()
    for (const log of cutLogs) log.cut = 0
  }
  const sequence = await journal.rotate(() => {
    deps.beforeSnapshot(now)
    for (const slot of dirtySlots(slots)) {
      const state = slot.state!
      jobs.push({ slot, state, rows: state.snapshot() })
    }
    for (const log of logs.all()) {
      log.cut = log.lines.length
      if (needsAppend(log, now)) cutLogs.push(log)
    }
  }, cancel)

  try {
    for (const job of jobs)
      job.written = await writeTable(deps.port, deps.dir, job.slot.file, job.slot.def, job.state.foreign, job.rows)
    const plans: LogPlan[] = []
    for (const log of cutLogs) {
      const plan = await planLog(deps.logFiles, log, now)
      if (plan) plans.push(plan)
    }
    if (jobs.length + plans.length > 0) {
      const noted = await journal.note(
        jobs.map(({ slot, written }) => line(['file', slot.file, String(written!.length), written!.hash])).join('') +
          plans.map(intentOf).join(''),
      )
      await putInPlace(deps, jobs)
      await eachOf(plans, async plan => {
        deps.verifyOwner()
        await appendLog(deps.logFiles, plan)
      })
      manifest.noted = noted
    }
    // Also logs that an earlier checkpoint appended to before it failed.
    for (const { checked, file, length, crc, month } of logs.all()) {
      if (checked && manifest.logs.get(file)?.length !== length) manifest.logs.set(file, { length, crc, month })
    }
    deps.verifyOwner()
    manifest.sequence = sequence
    await manifest.save()
    await journal.dropOlder()
  } catch (error) {
    cancel()
    throw error
  }
  slots.trim()
}

function* dirtySlots(slots: Slots): Generator<Slot> {
  for (const slot of slots.all()) if (slot.held?.dirty) yield slot
}

async function putInPlace(
  { port, dir, manifest, verifyOwner }: CheckpointDeps,
  jobs: readonly TableJob[],
): Promise<void> {
  const folders = new Set<string>()
  for (const { slot, state, written } of jobs) {
    const path = join(dir, slot.file)
    // The last look: an edit that came since is merged first.
    if (stampOf(await port.stat(path)) !== slot.stamp) throw new ChangedMeanwhile()
    // A process that was stopped somewhere above must not put old files in the place of its successor's.
    verifyOwner()
    await port.rename(`${path}.tmp`, path)
    slot.stamp = stampOf(await port.stat(path))
    slot.disk = written
    manifest.tables.set(slot.file, written!)
    state.written()
    state.bytes = written!.length + state.size * rowBytes
    folders.add(dirname(path))
    const base = join(dir, basePath(slot.file))
    await port.rename(`${base}.tmp`, base)
  }
  for (const folder of folders) await syncFolder(port, folder)
}

async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values()
  const workers = Array.from({ length: Math.min(parallel, items.length) }, async () => {
    for (const item of waiting) await work(item)
  })
  // All of them are waited for, so that nothing goes on behind a failed checkpoint's back.
  const results = await Promise.allSettled(workers)
  for (const result of results) if (result.status === 'rejected') throw result.reason
}
