/** HTTP of jobs: look, watch, pause, resume, cancel. */
import { z } from '@hono/zod-openapi'
import { eventStream } from '../../http/event-stream.ts'
import { apiHeaders, setHeaders } from '../../http/headers.ts'
import { type Reply, route } from '../../http/route.ts'
import type { JobRow } from '../../store/records.ts'
import { ended, jobStates } from './job.ts'
import type { Jobs } from './queue.ts'
import * as wire from './wire.ts'

const tag = 'Jobs'
const JobParams = z.object({ id: z.string().max(200) })
/** A quiet stream says that it is there, in milliseconds. */
const beatMs = 15_000

export function jobRoutes({ jobs }: { jobs: Jobs }) {
  const oneJob = (summary: string, act: (clientId: string, id: string) => JobRow | Promise<JobRow>) =>
    route({
      summary,
      tag,
      params: JobParams,
      replies: { 200: { description: 'The job as it is now', schema: wire.JobReply } },
      handle: async ({ params, caller }): Promise<Reply> => ({
        body: { success: true, job: jobOnWire(await act(caller.clientId, params.id)) },
      }),
    })

  return {
    list: route({
      summary: 'Jobs, newest first',
      description: 'Those that have ended are kept for 30 days.',
      tag,
      query: z.object({
        state: z.enum(jobStates).optional(),
        kind: z.string().max(40).optional(),
        source_id: z.string().max(200).optional(),
        limit: z.coerce.number('must be a whole number').int('must be a whole number').min(1).max(200).default(50),
      }),
      replies: { 200: { description: 'Jobs', schema: wire.JobList } },
      handle({ query, caller }) {
        const found = jobs.list(caller.clientId, query)
        return { body: { data: found.slice(0, query.limit).map(jobOnWire), total: found.length } }
      },
    }),

    get: oneJob('One job', (clientId, id) => jobs.get(clientId, id)),
    cancel: oneJob('Cancel a job', (clientId, id) => jobs.cancel(clientId, id)),
    pause: oneJob('Pause a job', (clientId, id) => jobs.pause(clientId, id)),
    resume: oneJob('Resume a paused job', (clientId, id) => jobs.resume(clientId, id)),

    events: route({
      summary: 'Watch a job',
      description:
        'Server-sent events: `job` with the job whenever it changes (at most four a second), `end` with it when it has ended.',
      tag,
      params: JobParams,
      replies: { 200: { description: 'The events', schema: null, media: ['text/event-stream'] } },
      handle({ params, caller, c }) {
        const first = jobs.get(caller.clientId, params.id)
        let close = () => {}
        const { body, sink } = eventStream<wire.JobEvents>(() => close())
        const beat = setInterval(() => sink.beat(), beatMs)
        const calm = calmly(job => {
          sink.send(ended.has(job.state) ? 'end' : 'job', jobOnWire(job))
          if (!ended.has(job.state)) return
          close()
          sink.end()
        })
        const unsubscribe = jobs.subscribe(params.id, calm.see)
        close = () => {
          unsubscribe()
          calm.stop()
          clearInterval(beat)
        }
        calm.see(first)
        setHeaders(c, apiHeaders)
        return c.body(body, 200, { 'Content-Type': 'text/event-stream; charset=UTF-8', 'X-Accel-Buffering': 'no' })
      },
    }),
  }
}

/** Passes on the newest job, at most four times a second; what has ended at once. */
function calmly(send: (job: JobRow) => void) {
  let waiting: JobRow | undefined
  let timer: NodeJS.Timeout | undefined
  const flush = () => {
    timer = undefined
    if (!waiting) return
    const job = waiting
    waiting = undefined
    timer = setTimeout(flush, 250)
    send(job)
  }
  const stop = () => {
    clearTimeout(timer)
    waiting = undefined
  }
  return {
    see(job: JobRow) {
      waiting = job
      if (ended.has(job.state)) clearTimeout(timer)
      if (!timer || ended.has(job.state)) flush()
    },
    stop,
  }
}

/** A stored job as its owner sees it. */
export function jobOnWire(job: JobRow): wire.Job {
  return {
    job_id: job.job_id,
    kind: job.kind,
    state: job.state as wire.Job['state'],
    input: job.input,
    progress: job.progress,
    result: job.result,
    error: job.error,
    created_at: job.created_at,
    started_at: job.started_at || null,
    finished_at: job.finished_at || null,
    updated_at: job.updated_at,
  }
}
