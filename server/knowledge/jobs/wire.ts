/** Wire shapes of jobs. */
import { z } from '@hono/zod-openapi'
import { jobStates } from './job.ts'

export const Skipped = z.object({ what: z.string(), reason: z.string() }).openapi('Skipped')

/** What is known of the work so far; further numbers may stand beside these. */
export const JobProgress = z
  .looseObject({
    phase: z.string().optional(),
    found: z.number().int().optional(),
    fetched: z.number().int().optional(),
    kept: z.number().int().optional(),
    skipped: z.number().int().optional(),
    total: z.number().int().optional(),
    recent: z.array(Skipped).optional(),
  })
  .openapi('JobProgress')

export const Job = z
  .object({
    job_id: z.string(),
    /** files, crawl … */
    kind: z.string(),
    state: z.enum(jobStates),
    /** What it was asked to do. */
    input: z.record(z.string(), z.unknown()),
    progress: JobProgress,
    /** When done: what came of it. */
    result: z.record(z.string(), z.unknown()),
    /** When failed: why, as a sentence. */
    error: z.string(),
    created_at: z.string(),
    started_at: z.string().nullable(),
    finished_at: z.string().nullable(),
    updated_at: z.string(),
  })
  .openapi('Job')
export type Job = z.infer<typeof Job>

export const JobReply = z.object({ success: z.literal(true), job: Job }).openapi('JobReply')
export const JobList = z.object({ data: z.array(Job), total: z.number().int() }).openapi('JobList')

/** GET /api/jobs/{id}/events. `end` is the last event: the job has ended. */
export interface JobEvents {
  job: Job
  end: Job
}
