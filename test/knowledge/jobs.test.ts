/** Work that outlives a request: order, pause, cancel, restart. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { AppError } from '../../server/errors.ts'
import type { JobControl, Runner } from '../../server/knowledge/jobs/job.ts'
import { createJobs, type Jobs } from '../../server/knowledge/jobs/queue.ts'
import { openCsvStore } from '../../server/store/csv/index.ts'
import { type JobRow, jobs as jobRows } from '../../server/store/records.ts'
import { insert, type Store } from '../../server/store/store.ts'

let dir: string
let store: Store
let jobs: Jobs
let ids = 0
const faults: unknown[] = []

interface Under {
  job: JobRow
  control: JobControl
  finish(result: Record<string, unknown>): void
  fail(error: unknown): void
}
/** Runs under way, by job. */
const under = new Map<string, Under>()
/** Runs until the test says what comes of it, or it is told to stop. */
const held: Runner = (job, control) =>
  new Promise((finish, fail) => {
    under.set(job.job_id, { job, control, finish, fail })
    control.signal.addEventListener('abort', () => {
      control.checkpoint({ at: 'stopped' }).then(() => fail(control.signal.reason), fail)
    })
  })

const open = async () => {
  store = await openCsvStore({ dir, now: () => new Date() })
  jobs = createJobs({
    store,
    runners: { held, other: held },
    now: () => new Date(),
    newId: () => `${++ids}`,
    parallel: 2,
    reportError: error => faults.push(error),
  })
  jobs.start()
}
const reopen = async () => {
  await jobs.close()
  await store.close()
  under.clear()
  await open()
}

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'jobs-'))
  faults.length = 0
  under.clear()
  await open()
})
afterEach(async () => {
  await jobs.close()
  await store.close()
  await rm(dir, { recursive: true })
})

async function until(test: () => boolean): Promise<void> {
  while (!test()) await new Promise(resolve => setTimeout(resolve, 5))
}
const begun = async (job: JobRow) => {
  await until(() => under.has(job.job_id))
  return under.get(job.job_id)!
}

it('runs one job of a client at a time, in order, and only so many altogether', async () => {
  const [a1, a2, b1, c1] = [
    await jobs.enqueue('a', 'held', { n: 1 }),
    await jobs.enqueue('a', 'held', { n: 2 }),
    await jobs.enqueue('b', 'held', {}),
    await jobs.enqueue('c', 'held', {}),
  ]
  await begun(a1)
  await begun(b1)
  expect([...under.keys()]).toEqual([a1.job_id, b1.job_id])
  under.get(a1.job_id)!.finish({ entries: 3 })
  expect(await jobs.settled('a', a1.job_id)).toMatchObject({ state: 'done', result: { entries: 3 }, error: '' })
  await begun(a2)
  expect(jobs.get('c', c1.job_id).state).toBe('queued')
  under.get(b1.job_id)!.finish({})
  await begun(c1)
  expect(jobs.list('a').map(job => job.job_id)).toEqual([a2.job_id, a1.job_id])
  expect(jobs.status()).toEqual({ running: 2, queued: 0 })
})

it('tells those who watch, and keeps what they saw', async () => {
  const job = await jobs.enqueue('a', 'held', {})
  const seen: unknown[] = []
  jobs.subscribe(job.job_id, ({ state, progress }) => seen.push([state, progress.found]))
  const { control, finish } = await begun(job)
  control.report({ found: 1 })
  control.report({ found: 2, kept: 1 })
  finish({})
  await jobs.settled('a', job.job_id)
  expect(seen).toContainEqual(['running', 2])
  expect(seen.at(-1)).toEqual(['done', 2])
  await reopen()
  expect(jobs.get('a', job.job_id)).toMatchObject({ state: 'done', progress: { found: 2, kept: 1 } })
})

it('is paused, goes on from its checkpoint, and is cancelled', async () => {
  const job = await jobs.enqueue('a', 'held', {})
  await begun(job)
  expect((await jobs.pause('a', job.job_id)).state).toBe('paused')
  await expect(jobs.enqueue('a', 'held', {})).resolves.toMatchObject({ kind: 'held' })
  under.delete(job.job_id)
  await jobs.cancel('a', jobs.list('a')[0]!.job_id)
  await jobs.resume('a', job.job_id)
  expect((await begun(job)).control.state).toEqual({ at: 'stopped' })
  await expect(jobs.resume('a', job.job_id)).rejects.toMatchObject({ code: 'conflict' })
  expect((await jobs.cancel('a', job.job_id)).state).toBe('cancelled')
  await expect(jobs.cancel('a', job.job_id)).rejects.toMatchObject({ code: 'conflict' })
})

it('goes on after a restart from the last checkpoint, also what was waiting or paused', async () => {
  const [running, waiting, paused] = [
    await jobs.enqueue('a', 'held', {}),
    await jobs.enqueue('a', 'other', {}),
    await jobs.enqueue('b', 'held', {}),
  ]
  await (await begun(running)).control.checkpoint({ page: 7 })
  await begun(paused)
  await jobs.pause('b', paused.job_id)
  await reopen()
  expect((await begun(running)).control.state).toEqual({ at: 'stopped' })
  expect(jobs.get('b', paused.job_id).state).toBe('paused')
  under.get(running.job_id)!.finish({})
  await begun(waiting)
})

it('takes up what a killed process left, but not for ever', async () => {
  const row = (id: string, attempts: number): JobRow => ({
    job_id: id,
    client_id: id,
    kind: 'held',
    state: 'running',
    input: {},
    progress: {},
    checkpoint: { page: 3 },
    result: {},
    error: '',
    attempts,
    created_at: '2026-01-01T00:00:00.000Z',
    started_at: '2026-01-01T00:00:00.000Z',
    finished_at: '',
    updated_at: '',
    expires_at: '',
  })
  await store.commit([insert(jobRows, row('cut', 1)), insert(jobRows, row('deadly', 3))])
  await reopen()
  await until(() => under.has('cut'))
  expect(under.get('cut')!.control.state).toEqual({ page: 3 })
  expect(await jobs.settled('deadly', 'deadly')).toMatchObject({
    state: 'failed',
    error: 'The server stopped 3 times while this was running, so it was given up.',
  })
})

it('says why it failed, in a sentence for its owner, and reports a fault of ours', async () => {
  const [known, fault] = [await jobs.enqueue('a', 'held', {}), await jobs.enqueue('b', 'held', {})]
  ;(await begun(known)).fail(new AppError('unprocessable', 'The site cannot be reached.'))
  ;(await begun(fault)).fail(new Error('secret detail'))
  expect(await jobs.settled('a', known.job_id)).toMatchObject({ state: 'failed', error: 'The site cannot be reached.' })
  expect((await jobs.settled('b', fault.job_id)).error).toBe(
    'Something went wrong on our side; it was logged. Try again.',
  )
  expect(faults).toHaveLength(1)
})

it('is nobody else’s, refuses to be doubled, and waits in a line that ends', async () => {
  const job = await jobs.enqueue('a', 'held', { source_id: 's' }, { once: 'source_id' })
  for (const act of [jobs.get, jobs.cancel, jobs.pause, jobs.resume])
    await expect((async () => act('b', job.job_id))()).rejects.toMatchObject({ code: 'not_found' })
  await expect(jobs.enqueue('a', 'held', { source_id: 's' }, { once: 'source_id' })).rejects.toMatchObject({
    code: 'conflict',
    extras: { members: { job_id: job.job_id } },
  })
  for (let i = 1; i < 20; i++) await jobs.enqueue('a', 'held', {})
  await expect(jobs.enqueue('a', 'held', {})).rejects.toMatchObject({ code: 'rate_limited' })
})

it('keeps no more than 500 of a client that have ended, and none of another’s fewer', async () => {
  const at = new Date().toISOString()
  const row = (client_id: string, i: number): JobRow => ({
    job_id: `${client_id}_${i}`,
    client_id,
    kind: 'held',
    state: 'cancelled',
    input: {},
    progress: {},
    checkpoint: {},
    result: {},
    error: '',
    attempts: 0,
    created_at: at,
    started_at: '',
    finished_at: at,
    updated_at: at,
    expires_at: '',
  })
  await store.commit(Array.from({ length: 510 }, (_, i) => insert(jobRows, row('a', i))))
  await store.commit([insert(jobRows, row('b', 0))])
  const job = await jobs.enqueue('a', 'held', {})
  const left = jobs.list('a')
  expect(left).toHaveLength(501)
  expect([left[0]!.job_id, left.at(-1)!.job_id]).toEqual([job.job_id, 'a_10'])
  expect(jobs.list('b')).toHaveLength(1)
})
