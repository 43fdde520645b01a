/** HTTP of sites: add, change, run, look; and the one-call scrape that existing callers know. */
import { z } from '@hono/zod-openapi'
import type { Reply as Answer } from '../../answer/types.ts'
import { AppError } from '../../errors.ts'
import { route } from '../../http/route.ts'
import { type JobRow, knowledge } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import type { Intake } from '../intake/intake.ts'
import type { Jobs } from '../jobs/queue.ts'
import { jobOnWire } from '../jobs/routes.ts'
import type { Library } from '../library.ts'
import { sampleQuestions } from './question.ts'
import { pageOnWire, type Sites, siteOnWire } from './sites.ts'
import * as wire from './wire.ts'

export interface SiteRouteDeps {
  store: Store
  sites: Sites
  jobs: Jobs
  intake: Intake
  library: Library
  /** What the bot would say. */
  ask(clientId: string, question: string): Promise<Answer>
  /** How long a scrape waits for its job, in milliseconds; default 50,000. */
  patienceMs?: number
}

const tag = 'Sites'
const SourceParams = z.object({ id: z.string().max(200) })
const whole = (fallback: number, max: number) =>
  z.coerce.number('must be a whole number').int('must be a whole number').min(1).max(max).default(fallback)

export function siteRoutes({ store, sites, jobs, intake, library, ask, patienceMs = 50_000 }: SiteRouteDeps) {
  const reply = async (clientId: string, id: string, job: JobRow | null): Promise<wire.SiteReply> => ({
    success: true,
    source: siteOnWire(sites.get(clientId, id)),
    job: job && jobOnWire(job),
    entries_left: (await intake.room(clientId)).left,
  })

  return {
    add: route({
      summary: 'Add a website',
      description:
        'Its pages are read from `url` on: robots.txt, sitemaps and links within the site are followed at a polite rate. The reply names the job that reads it.',
      tag,
      body: wire.AddSiteRequest,
      replies: { 201: { description: 'Added', schema: wire.SiteReply } },
      async handle({ body: { run, ...request }, caller }) {
        const source = await sites.add(caller.clientId, request)
        const job = run ? await sites.run(caller.clientId, source.source_id) : null
        return { status: 201, body: await reply(caller.clientId, source.source_id, job) }
      },
    }),

    change: route({
      summary: 'Change a website: how far and how often it is read',
      tag,
      params: SourceParams,
      body: wire.ChangeSiteRequest,
      replies: { 200: { description: 'As it is now', schema: wire.SiteReply } },
      async handle({ params, body, caller }) {
        await sites.change(caller.clientId, params.id, body)
        return { body: await reply(caller.clientId, params.id, null) }
      },
    }),

    run: route({
      summary: 'Read a website again (another name of `read`)',
      description:
        'As `POST /api/sources/{id}/read`, which reads any source; the reply has the source and the room left, too.',
      tag,
      params: SourceParams,
      replies: { 202: { description: 'Begun', schema: wire.SiteReply } },
      async handle({ params, caller }) {
        const job = await sites.run(caller.clientId, params.id)
        return { status: 202, body: await reply(caller.clientId, params.id, job) }
      },
    }),

    pages: route({
      summary: 'Pages of a website, and what became of each',
      tag,
      params: SourceParams,
      query: z.object({
        state: z.enum(['kept', 'skipped', 'failed', 'gone', 'waiting']).optional(),
        change: z.enum(['added', 'changed', 'removed']).optional(),
        /** Changes since then, ISO 8601. */
        since: z.iso.datetime().optional(),
        reason: z.string().max(40).optional(),
        search: z.string().trim().max(200).optional(),
        page: whole(1, 1_000_000),
        limit: whole(50, 500),
      }),
      replies: { 200: { description: 'One page of pages', schema: wire.SitePageList } },
      async handle({ params, query, caller }) {
        const all = (await sites.pages(caller.clientId, params.id)).map(pageOnWire)
        const found = all.filter(
          page =>
            (!query.state || page.state === query.state) &&
            (!query.change || page.change === query.change) &&
            (!query.since || (page.changed_at ?? '') >= query.since) &&
            (!query.reason || page.reason === query.reason) &&
            (!query.search || `${page.url} ${page.title}`.toLowerCase().includes(query.search.toLowerCase())),
        )
        const from = (query.page - 1) * query.limit
        return {
          body: {
            data: found.slice(from, from + query.limit),
            total: found.length,
            page: query.page,
            pages: Math.max(1, Math.ceil(found.length / query.limit)),
            states: countsOf(all.map(page => page.state)),
            reasons: countsOf(all.filter(page => page.state !== 'kept').map(page => page.reason)),
          },
        }
      },
    }),

    questions: route({
      summary: 'Questions to begin with',
      description: 'Taken from the pages; each was asked, and is answered from this website.',
      tag,
      params: SourceParams,
      query: z.object({ limit: whole(3, 10) }),
      replies: { 200: { description: 'Questions, best first', schema: wire.SampleQuestions } },
      async handle({ params, query, caller }) {
        const { clientId } = caller
        const source = sites.get(clientId, params.id)
        const rows = [...(await store.partition(knowledge, clientId)).all()].filter(
          row => row.source_id === source.source_id,
        )
        const index = await library.index(clientId)
        return {
          body: { data: await sampleQuestions({ rows, index, ask: question => ask(clientId, question) }, query.limit) },
        }
      },
    }),

    scrape: route({
      summary: 'Read a page, or a page and what it links to',
      description:
        'Waits until it is read. With `Prefer: respond-async`, or when it takes longer than a minute, 202 and the job that goes on.',
      tag,
      body: wire.ScrapeRequest,
      replies: {
        200: { description: 'Read', schema: wire.ScrapeReply },
        202: { description: 'Being read', schema: wire.ScrapeAccepted },
      },
      async handle({ body, caller, c }) {
        const { clientId } = caller
        const { source, job } = await sites.scrape(clientId, body)
        const begun = (now: JobRow) => ({
          status: 202,
          body: {
            success: true,
            message: 'The pages are being read; the job says how far it is.',
            pages_scraped: countOf(now.progress, 'kept'),
            company_id: clientId,
            job: jobOnWire(now),
            source_id: source.source_id,
          },
        })
        if (/\brespond-async\b/i.test(c.req.header('prefer') ?? '')) return begun(job)
        const done = await within(jobs.settled(clientId, job.job_id), patienceMs)
        if (done === undefined || done.state === 'paused') return begun(jobs.get(clientId, job.job_id))
        if (done.state !== 'done') throw new AppError('unprocessable', done.error || 'The reading was cancelled.')
        const { pages = {}, entries = {} } = done.result as Record<string, Record<string, unknown>>
        const kept = countOf(pages, 'kept')
        const over = countOf(entries, 'over_limit')
        return {
          body: {
            success: true,
            message: [
              `${counted(kept, 'page was', 'pages were')} read; ${counted(countOf(entries, 'added'), 'entry was', 'entries were')} added.`,
              over > 0 ? ` ${counted(over, 'entry', 'entries')} did not fit into your plan.` : '',
            ].join(''),
            pages_scraped: kept,
            company_id: clientId,
          },
        }
      },
    }),
  }
}

const countOf = (of: Record<string, unknown>, name: string) => (typeof of[name] === 'number' ? of[name] : 0)
const counted = (n: number, one: string, many: string) => `${n.toLocaleString('en')} ${n === 1 ? one : many}`

function countsOf(values: readonly string[]): Record<string, number> {
  const out: Record<string, number> = {}
  for (const value of values) if (value) out[value] = (out[value] ?? 0) + 1
  return out
}

async function within<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>(resolve => {
    timer = setTimeout(() => resolve(undefined), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
