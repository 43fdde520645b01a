/**
 * Work that takes longer than a request. Jobs live in the store: a restart goes on with what was running, from its last
 * checkpoint. One job of a client runs at a time, and `parallel` of all clients together; the others wait in order.
 */
import { AppError } from '../../errors.ts'
import { type JobRow, jobs as jobRows } from '../../store/records.ts'
import { insert, remove, type Store, update } from '../../store/store.ts'
import {
  ended,
  type JobControl,
  type JobState,
  JobStopped,
  type Progress,
  type Runner,
  type StopReason,
} from './job.ts'

export interface Jobs {
  /** @throws AppError `rate_limited` when the client has too many waiting, `conflict` for a `once` that is there already */
  enqueue(clientId: string, kind: string, input: Record<string, unknown>, options?: EnqueueOptions): Promise<JobRow>
  /** @throws AppError `not_found` for jobs of others and unknown ones alike */
  get(clientId: string, id: string): JobRow
  /** Newest first. */
  list(clientId: string, filter?: JobFilter): JobRow[]
  /** @throws AppError `not_found`, `conflict` when it has ended */
  cancel(clientId: string, id: string): Promise<JobRow>
  /** Takes effect at the runner's next safe place; resolves when it has. @throws as `cancel` */
  pause(clientId: string, id: string): Promise<JobRow>
  /** @throws AppError `not_found`, `conflict` when it is not paused */
  resume(clientId: string, id: string): Promise<JobRow>
  /** Called with the job after each change of it. */
  subscribe(id: string, listener: (job: JobRow) => void): () => void
  /** Resolves when the job has ended or is paused. */
  settled(clientId: string, id: string): Promise<JobRow>
  /** Takes up what an earlier process left. */
  start(): void
  /** Jobs by state, for metrics. */
  status(): { running: number; queued: number }
  /** Tells every run to stop and waits for it, at most `graceMs`. They go on at the next start. */
  close(): Promise<void>
}

export interface JobFilter {
  state?: JobState | undefined
  kind?: string | undefined
  /** Jobs that read this source, alone or with others. */
  source_id?: string | undefined
}

export interface EnqueueOptions {
  /** Refuses when the client has a job of this kind that has not ended and has the same value at this input member. */
  once?: string
}

export interface JobDeps {
  store: Store
  runners: Record<string, Runner>
  now: () => Date
  newId: () => string
  /** Runs at the same time, of all clients together. */
  parallel: number
  /** Called with what is not an AppError: a fault of ours. */
  reportError(error: unknown, job: JobRow): void
}

/** Waiting jobs of one client. */
const maxWaiting = 20
/** Ended jobs kept of one client; the oldest leave first. */
const maxEnded = 500
/** Starts without a checkpoint between them, after which a job is the likely reason that the process ended. */
const maxAttempts = 3
/** How long jobs that have ended are kept. */
const keptMs = 30 * 86_400_000
/** Progress is stored this often, in milliseconds. */
const storeEveryMs = 1000
const graceMs = 3000
const retryMs = 5000

interface Run {
  abort: AbortController
  progress: Progress
  timer: NodeJS.Timeout | undefined
  finished: Promise<void>
}

export function createJobs(deps: JobDeps): Jobs {
  const { store, now, newId } = deps
  const rows = store.table(jobRows)
  const runs = new Map<string, Run>()
  const listeners = new Map<string, Set<(job: JobRow) => void>>()
  let closed = false

  /** The row with the progress that is newer than the stored one. */
  const current = (row: JobRow): JobRow => {
    const run = runs.get(row.job_id)
    return run ? { ...row, progress: run.progress } : row
  }
  const tell = (id: string) => {
    const row = rows.get(id)
    if (row) for (const listener of [...(listeners.get(id) ?? [])]) listener(current(row))
  }
  const own = (clientId: string, id: string): JobRow => {
    const row = rows.get(id)
    if (row?.client_id !== clientId) throw new AppError('not_found', 'There is no such job.')
    return row
  }
  const change = async (id: string, set: Partial<JobRow>): Promise<void> => {
    await store.commit([update(jobRows, id, { ...set, updated_at: now().toISOString() })])
    tell(id)
  }
  const end = (id: string, set: Partial<JobRow> & { state: JobState }) =>
    change(id, {
      checkpoint: {},
      finished_at: now().toISOString(),
      expires_at: new Date(now().getTime() + keptMs).toISOString(),
      ...set,
    })

  /** Starts what may start; called whenever something changed. */
  const pump = () => {
    if (closed) return
    const busy = new Set([...runs.keys()].map(id => rows.get(id)?.client_id))
    for (const row of rows.all()) {
      if (runs.size >= deps.parallel) return
      if (row.state !== 'queued' || busy.has(row.client_id) || !deps.runners[row.kind]) continue
      busy.add(row.client_id)
      begin(row)
    }
  }

  const begin = (row: JobRow) => {
    const run: Run = {
      abort: new AbortController(),
      progress: row.progress,
      timer: undefined,
      finished: Promise.resolve(),
    }
    runs.set(row.job_id, run)
    const leave = () => {
      clearTimeout(run.timer)
      runs.delete(row.job_id)
      tell(row.job_id)
    }
    run.finished = execute(row, run).then(
      () => {
        leave()
        pump()
      },
      error => {
        // Erased with its client, or the store takes no writes: then it is tried again, but not at once.
        if (!(error instanceof AppError)) deps.reportError(error, row)
        leave()
        setTimeout(pump, retryMs).unref()
      },
    )
  }

  const execute = async (row: JobRow, run: Run): Promise<void> => {
    const id = row.job_id
    if (row.attempts >= maxAttempts) {
      const error = `The server stopped ${maxAttempts} times while this was running, so it was given up.`
      return end(id, { state: 'failed', error })
    }
    await change(id, {
      state: 'running',
      attempts: row.attempts + 1,
      started_at: row.started_at || now().toISOString(),
      error: '',
    })
    const control: JobControl = {
      signal: run.abort.signal,
      state: row.checkpoint,
      report(progress) {
        run.progress = { ...run.progress, ...progress }
        tell(id)
        run.timer ??= setTimeout(() => {
          run.timer = undefined
          change(id, { progress: run.progress }).catch(() => {})
        }, storeEveryMs)
      },
      checkpoint: state => change(id, { checkpoint: state, progress: run.progress, attempts: 0 }),
    }
    try {
      // Told to stop while the store was busy.
      run.abort.signal.throwIfAborted()
      const result = await deps.runners[row.kind]!(row, control)
      clearTimeout(run.timer)
      await end(id, { state: 'done', result, progress: run.progress })
    } catch (error) {
      clearTimeout(run.timer)
      const stopped: StopReason | undefined = run.abort.signal.aborted
        ? (run.abort.signal.reason as JobStopped).reason
        : undefined
      if (stopped === 'cancel') return end(id, { state: 'cancelled', progress: run.progress })
      if (stopped === 'pause') return change(id, { state: 'paused', progress: run.progress, attempts: 0 })
      // An orderly stop is no failed attempt.
      if (stopped === 'stop') return change(id, { state: 'queued', progress: run.progress, attempts: row.attempts })
      if (!(error instanceof AppError)) deps.reportError(error, row)
      const sentence =
        error instanceof AppError ? error.message : 'Something went wrong on our side; it was logged. Try again.'
      await end(id, { state: 'failed', error: sentence, progress: run.progress })
    }
  }

  const stop = async (id: string, reason: StopReason): Promise<void> => {
    const run = runs.get(id)
    run?.abort.abort(new JobStopped(reason))
    await run?.finished
  }
  const notEnded = (row: JobRow) => {
    if (ended.has(row.state)) throw new AppError('conflict', `This job is ${row.state} already.`)
  }
  const subscribe: Jobs['subscribe'] = (id, listener) => {
    const set = listeners.get(id) ?? new Set()
    listeners.set(id, set.add(listener))
    return () => {
      set.delete(listener)
      if (set.size === 0) listeners.delete(id)
    }
  }

  return {
    async enqueue(clientId, kind, input, { once } = {}) {
      if (!deps.runners[kind]) throw new TypeError(`There is no runner for jobs of kind ${kind}.`)
      const theirs = [...rows.all()].filter(row => row.client_id === clientId)
      const waiting = theirs.filter(row => !ended.has(row.state))
      const same = once && waiting.find(row => row.kind === kind && row.input[once] === input[once])
      if (same)
        throw new AppError('conflict', 'This is being done already; wait for it, or cancel it.', {
          members: { job_id: same.job_id },
        })
      if (waiting.length >= maxWaiting)
        throw new AppError('rate_limited', `${maxWaiting} jobs are waiting already; wait until some are done.`, {
          retryAfter: 30,
        })
      const at = now().toISOString()
      const row: JobRow = {
        job_id: `job_${newId()}`,
        client_id: clientId,
        kind,
        state: 'queued',
        input,
        progress: {},
        checkpoint: {},
        result: {},
        error: '',
        attempts: 0,
        created_at: at,
        started_at: '',
        finished_at: '',
        updated_at: at,
        expires_at: '',
      }
      const old = theirs.filter(each => ended.has(each.state) && !runs.has(each.job_id)).slice(0, -maxEnded)
      await store.commit([insert(jobRows, row), ...old.map(each => remove(jobRows, each.job_id))])
      pump()
      return current(rows.get(row.job_id) ?? row)
    },
    get: (clientId, id) => current(own(clientId, id)),
    list: (clientId, { state, kind, source_id } = {}) =>
      [...rows.all()]
        .filter(
          row =>
            row.client_id === clientId &&
            (!state || row.state === state) &&
            (!kind || row.kind === kind) &&
            (!source_id || reads(row, source_id)),
        )
        .map(current)
        .reverse(),
    async cancel(clientId, id) {
      notEnded(own(clientId, id))
      if (runs.has(id)) await stop(id, 'cancel')
      else await end(id, { state: 'cancelled' })
      return own(clientId, id)
    },
    async pause(clientId, id) {
      const row = own(clientId, id)
      notEnded(row)
      if (runs.has(id)) await stop(id, 'pause')
      else if (row.state === 'queued') await change(id, { state: 'paused' })
      return own(clientId, id)
    },
    async resume(clientId, id) {
      const row = own(clientId, id)
      if (row.state !== 'paused')
        throw new AppError('conflict', `Only a paused job can be resumed; this one is ${row.state}.`)
      await change(id, { state: 'queued' })
      pump()
      return own(clientId, id)
    },
    subscribe,
    async settled(clientId, id) {
      const resting = (row: JobRow) => ended.has(row.state) || row.state === 'paused'
      const row = own(clientId, id)
      if (!resting(row))
        await new Promise<void>(done => {
          const unsubscribe = subscribe(id, job => {
            if (!resting(job)) return
            unsubscribe()
            done()
          })
        })
      return own(clientId, id)
    },
    start() {
      // What says that it is running was cut off: no run of this process has begun yet.
      const cut = [...rows.all()].filter(row => row.state === 'running')
      const taken = cut.map(row => update(jobRows, row.job_id, { state: 'queued' }))
      if (taken.length === 0) pump()
      else store.commit(taken).then(pump, () => {})
    },
    status: () => ({
      running: runs.size,
      queued: [...rows.all()].filter(row => row.state === 'queued').length,
    }),
    async close() {
      closed = true
      const stopping = [...runs.keys()].map(id => stop(id, 'stop'))
      let timer: NodeJS.Timeout | undefined
      await Promise.race([
        Promise.all(stopping),
        new Promise(done => {
          timer = setTimeout(done, graceMs)
        }),
      ])
      clearTimeout(timer)
      for (const run of runs.values()) clearTimeout(run.timer)
    },
  }
}

/** Whether a job is about a source, alone or with others. */
const reads = ({ input }: JobRow, sourceId: string) =>
  input.source_id === sourceId || (Array.isArray(input.source_ids) && input.source_ids.includes(sourceId))
