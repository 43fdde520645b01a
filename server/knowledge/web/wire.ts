/** Wire shapes of sites: what is read of the web, how far, how often, and what became of each page. */
import { z } from '@hono/zod-openapi'
import { Job } from '../jobs/wire.ts'
import { defaultDepth, defaultPages, mostDepth, mostPages } from './site.ts'

const address = z.string().trim().min(1, 'must not be empty').max(2000)
const schedule = z.enum(['off', 'daily', 'weekly'])
const whole = (min: number, max: number) => z.number().int('must be a whole number').min(min).max(max)

const settings = {
  /** As it is cited. */
  name: z.string().trim().min(1, 'must not be empty').max(200),
  /** Pages visited in one run. */
  max_pages: whole(1, mostPages),
  /** Links away from the start; 0: that page alone. */
  max_depth: whole(0, mostDepth),
  /** Of the entries. */
  category: z.string().trim().max(300),
  schedule,
}

/** POST /api/sources: a website to read. */
export const AddSiteRequest = z
  .object({
    url: address,
    name: settings.name.optional(),
    max_pages: settings.max_pages.default(defaultPages),
    max_depth: settings.max_depth.default(defaultDepth),
    category: settings.category.optional(),
    schedule: schedule.default('off'),
    /** False: it is not read yet. */
    run: z.boolean().default(true),
  })
  .openapi('AddSiteRequest')
export type AddSiteRequest = z.infer<typeof AddSiteRequest>

export const ChangeSiteRequest = z.object(settings).partial().openapi('ChangeSiteRequest')
export type ChangeSiteRequest = z.infer<typeof ChangeSiteRequest>

export const Site = z
  .object({
    source_id: z.string(),
    kind: z.literal('site'),
    name: z.string(),
    url: z.string(),
    max_pages: z.number().int(),
    max_depth: z.number().int(),
    category: z.string(),
    schedule,
    next_run_at: z.string().nullable(),
    last_run_at: z.string().nullable(),
    /** new, running, ready or failed. */
    state: z.string(),
    /** When failed: why, as a sentence. */
    error: z.string(),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .openapi('Site')
export type Site = z.infer<typeof Site>

export const SiteReply = z
  .object({
    success: z.literal(true),
    source: Site,
    /** The run that was begun, if one was. */
    job: Job.nullable(),
    /** Entries that the plan still takes. */
    entries_left: z.number().int(),
  })
  .openapi('SiteReply')
export type SiteReply = z.infer<typeof SiteReply>

export const SitePage = z
  .object({
    url: z.string(),
    title: z.string(),
    /** kept, skipped, failed or gone; waiting: not visited yet. */
    state: z.enum(['kept', 'skipped', 'failed', 'gone', 'waiting']),
    /** A code, and the same as a sentence; both empty where there is nothing to say. */
    reason: z.string(),
    detail: z.string(),
    depth: z.number().int(),
    entries: z.number().int(),
    fetched_at: z.string().nullable(),
    /** What the last run that changed something did. */
    change: z.enum(['', 'added', 'changed', 'removed']),
    changed_at: z.string().nullable(),
    failures: z.number().int(),
  })
  .openapi('SitePage')
export type SitePage = z.infer<typeof SitePage>

export const SitePageList = z
  .object({
    data: z.array(SitePage),
    total: z.number().int(),
    page: z.number().int(),
    pages: z.number().int(),
    /** Pages by state, and those left out by reason. */
    states: z.record(z.string(), z.number().int()),
    reasons: z.record(z.string(), z.number().int()),
  })
  .openapi('SitePageList')
export type SitePageList = z.infer<typeof SitePageList>

/** GET /api/sources/{id}/questions: what to ask first; each was asked, and is answered from this source. */
export const SampleQuestions = z
  .object({
    data: z.array(z.object({ question: z.string(), title: z.string(), url: z.string(), entry_id: z.string() })),
  })
  .openapi('SampleQuestions')
export type SampleQuestions = z.infer<typeof SampleQuestions>

/** POST /api/scrape, as existing callers send it. */
export const ScrapeRequest = z
  .object({
    url: address,
    /** Also the pages that it links to on the same site. */
    include_links: z.boolean().default(false),
    /** Links away from `url`, with `include_links`. */
    max_depth: whole(0, 5).default(1),
  })
  .openapi('ScrapeRequest')
export type ScrapeRequest = z.infer<typeof ScrapeRequest>

export const ScrapeReply = z
  .object({ success: z.literal(true), message: z.string(), pages_scraped: z.number().int(), company_id: z.string() })
  .openapi('ScrapeReply')
/** With `Prefer: respond-async`, or when it takes longer than a caller waits. */
export const ScrapeAccepted = z
  .object({ ...ScrapeReply.shape, job: Job, source_id: z.string() })
  .openapi('ScrapeAccepted')
