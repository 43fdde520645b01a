/**
 * The rhythm behind the commits: checkpoints a moment after something changed, looks at files that people may have
 * edited, tries whether a disk that refused takes writes again. All of it runs in one lane, one thing after another, so
 * that a checkpoint, a look and a snapshot never meet.
 */
import { AppError } from '../../errors.ts'
import type { AnyDef, LogDef } from '../define.ts'
import { ChangedMeanwhile, type CheckpointDeps, runCheckpoint } from './checkpoint.ts'
import { SyncError } from './file-port.ts'
import type { StoreLog } from './index.ts'
import { sentenceOf } from './journal.ts'
import { needsAppend } from './log-file.ts'
import type { Mirrors } from './mirror.ts'
import { partitionOf } from './partition.ts'

export interface UpkeepDeps extends CheckpointDeps {
  mirrors: Mirrors
  defs: ReadonlyMap<string, AnyDef>
  checkpointMs: number
  editMs: number
  log: StoreLog | undefined
  /** Why nothing can be written until a restart. */
  poison(): Error | undefined
  lose(reason: string): void
  /** The disk refused the last write. */
  refused(): boolean
}

/** After a failed checkpoint, or while the disk takes nothing, the next try waits this long. */
const retryMs = 1000
/** A checkpoint that finds a file being edited looks again this soon, and takes it as it is after so many tries. */
const editWaitMs = 150
const editTries = 20

export class Upkeep {
  /** Why the last checkpoint failed. */
  problem: Error | undefined
  private readonly deps: UpkeepDeps
  private lane: Promise<unknown> = Promise.resolve()
  private waiting = 0
  private timer: NodeJS.Timeout | undefined
  private readonly interval: NodeJS.Timeout
  private stopped = false
  private triedAt = 0

  constructor(deps: UpkeepDeps) {
    this.deps = deps
    this.interval = setInterval(() => this.look(), deps.editMs)
    this.interval.unref()
    this.schedule(0)
  }

  /** Something changed: the files follow within the time allowed. */
  changed(): void {
    this.schedule(this.deps.checkpointMs)
  }

  /** Ends the rhythm; what is called for by name still runs. */
  stop(): void {
    this.stopped = true
    clearInterval(this.interval)
    clearTimeout(this.timer)
  }

  /** Waits for its turn, then runs `work` with nothing beside it. */
  inLane<T>(work: () => Promise<T>): Promise<T> {
    this.waiting++
    const done = this.lane.then(work).finally(() => {
      this.waiting--
    })
    this.lane = done.catch(() => {})
    return done
  }

  /** One checkpoint, if anything is dirty. Only in the lane. */
  async checkpoint(): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        await this.checkpointOnce()
        this.problem = undefined
        return
      } catch (error) {
        if (error instanceof ChangedMeanwhile && attempt < editTries + 5) {
          if (attempt < editTries) await new Promise(resolve => setTimeout(resolve, editWaitMs))
          else await this.deps.edits.look(this.deps.slots.all(), true)
          continue
        }
        throw this.failed(error as Error)
      }
    }
  }

  private async checkpointOnce(): Promise<void> {
    const poison = this.deps.poison()
    if (poison) throw poison
    this.findEndedMonths(this.deps.now())
    if (!this.dirty()) return
    clearTimeout(this.timer)
    this.timer = undefined
    await runCheckpoint(this.deps)
  }

  private failed(error: Error): AppError {
    const { mirrors, log, lose } = this.deps
    mirrors.forget()
    this.problem = error
    if (error instanceof SyncError) lose(error.message)
    else log?.error({ err: error }, 'the CSV files could not be brought up to date')
    if (error instanceof AppError) return error
    const sentence = `The CSV files could not be brought up to date: ${sentenceOf(error)}`
    return new AppError('store_unavailable', sentence, { cause: error })
  }

  private dirty(): boolean {
    const { slots, logs, mirrors } = this.deps
    const now = this.deps.now()
    for (const slot of slots.all()) if (slot.dirty) return true
    for (const log of logs.all()) if (log.lines.length > 0 || needsAppend(log, now)) return true
    return mirrors.stale(now)
  }

  /** Logs of partitions that nobody has touched since the start are moved to their month's name as well. */
  private findEndedMonths(now: string): void {
    const { mirrors, manifest, defs, logs } = this.deps
    if (!mirrors.stale(now)) return
    for (const [file, { month }] of manifest.logs) {
      if (month === '' || month >= now.slice(0, 7)) continue
      for (const def of defs.values()) {
        const partition = def.shape === 'log' && def.partitioned ? partitionOf(def, file) : undefined
        if (partition !== undefined) logs.of(def as LogDef, partition)
      }
    }
  }

  private schedule(ms: number): void {
    if (this.timer || this.stopped) return
    this.timer = setTimeout(() => {
      this.timer = undefined
      if (this.stopped || this.deps.poison()) return
      this.inLane(() => this.checkpoint())
        .catch(() => this.schedule(retryMs))
        .then(() => {
          if (this.dirty()) this.schedule(this.deps.checkpointMs)
        })
    }, ms)
    this.timer.unref()
  }

  private look(): void {
    const { edits, slots, journal, log } = this.deps
    if (this.deps.poison() || this.waiting > 0) return
    this.inLane(async () => {
      await edits.look(edits.due(slots.all()))
    })
      .catch(error => log?.error({ err: error }, 'files could not be looked at for edits'))
      .then(() => {
        if (this.dirty()) this.schedule(0)
      })
    if (this.deps.refused() && performance.now() - this.triedAt > retryMs) {
      this.triedAt = performance.now()
      journal.note('').catch(() => {})
    }
  }
}
