/** A job as its runner, its owner and the store see it. */
import type { JobRow } from '../../store/records.ts'

export const jobStates = ['queued', 'running', 'paused', 'done', 'failed', 'cancelled'] as const
export type JobState = (typeof jobStates)[number]
/** States that nothing leaves. */
export const ended: ReadonlySet<string> = new Set<JobState>(['done', 'failed', 'cancelled'])

/** Something that was left out, and why, as a sentence. */
export interface Skipped {
  /** A file's name, a page's URL, a row. */
  what: string
  reason: string
}

/** What people watch. All numbers are counts of what `phase` is about; a runner leaves out what it does not know. */
export interface Progress {
  /** What is being done, in a few words: `reading prices.pdf`. */
  phase?: string
  /** Items known so far: pages, files, rows. */
  found?: number
  fetched?: number
  /** Items that became entries, or did already. */
  kept?: number
  skipped?: number
  /** Items altogether, once that is known. */
  total?: number
  /** The newest things that were left out; the whole list is in the result. */
  recent?: Skipped[]
  [name: string]: unknown
}

/** Why a run is told to stop: asked for by its owner, or because the process ends (it goes on after a restart). */
export type StopReason = 'cancel' | 'pause' | 'stop'

/** What `signal.reason` holds when a run is to stop. */
export class JobStopped extends Error {
  override name = 'JobStopped'
  readonly reason: StopReason

  constructor(reason: StopReason) {
    super(`The job was told to stop (${reason}).`)
    this.reason = reason
  }
}

export interface JobControl {
  /**
   * Aborted on cancel, pause and the end of the process alike. The runner makes a last `checkpoint` where that is useful
   * and throws (`signal.throwIfAborted()`); one that finishes all the same is done.
   */
  signal: AbortSignal
  /** What was handed to the last `checkpoint`; empty on a first run. */
  state: Readonly<Record<string, unknown>>
  /** Merged into what is known. Cheap: it is stored about once a second. */
  report(progress: Progress): void
  /** Durable when it resolves: after a pause, restart or crash the runner finds it in `state`. */
  checkpoint(state: Record<string, unknown>): Promise<void>
}

/**
 * Does the work of one kind of job. It may be run again from its last checkpoint at any time, so what it did since then
 * must be harmless when repeated. What it returns is shown to the owner; an AppError's sentence is, too.
 */
export type Runner = (job: JobRow, control: JobControl) => Promise<Record<string, unknown>>
