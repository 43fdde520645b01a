/** A client's websites as sources: added, changed, run, and looked at page by page. */
import { AppError } from '../../errors.ts'
import type { Outgoing } from '../../http/outgoing/outgoing.ts'
import { type JobRow, type PageRow, pages, type Source, sources, templates } from '../../store/records.ts'
import { insert, remove, type Store, update } from '../../store/store.ts'
import type { Jobs } from '../jobs/queue.ts'
import { normalised } from './address.ts'
import { sentenceOf } from './reason.ts'
import { nextRun } from './schedule.ts'
import { settingsOf } from './site.ts'
import type { AddSiteRequest, ChangeSiteRequest, ScrapeRequest, Site, SitePage } from './wire.ts'

export interface Sites {
  /** @throws AppError `url_not_allowed`, `conflict` when it is there already (`members.source_id`) */
  add(clientId: string, request: Omit<AddSiteRequest, 'run'>): Promise<Source>
  /** @throws AppError `not_found`, also for sources that are no sites */
  get(clientId: string, id: string): Source
  /** @throws AppError `not_found` */
  change(clientId: string, id: string, change: ChangeSiteRequest): Promise<Source>
  /** Reads it (again). @throws AppError `not_found`, `conflict` when that is under way */
  run(clientId: string, id: string): Promise<JobRow>
  /** Every page, near ones first. @throws AppError `not_found` */
  pages(clientId: string, id: string): Promise<PageRow[]>
  /** The source of a one-time reading, made or found again, and the job that reads it. @throws AppError `url_not_allowed` */
  scrape(clientId: string, request: ScrapeRequest): Promise<{ source: Source; job: JobRow }>
}

export interface SiteDeps {
  store: Store
  jobs: Jobs
  outgoing: Outgoing
  now: () => Date
  newId: () => string
  reportError(error: unknown): void
}

/** Sites of one client. */
const mostSites = 100
/** Pages that one call of /api/scrape reads. */
const scrapePages = 50
/** Rows of one commit. */
const batch = 200

export function createSites({ store, jobs, outgoing, now, newId, reportError }: SiteDeps): Sites {
  const rows = store.table(sources)
  const sitesOf = (clientId: string) => [...rows.all()].filter(row => row.client_id === clientId && row.kind === 'site')

  const own = (clientId: string, id: string): Source => {
    const row = rows.get(id)
    if (row?.client_id !== clientId || row.kind !== 'site') throw new AppError('not_found', 'There is no such site.')
    return row
  }
  /** @throws AppError `url_not_allowed` */
  const checked = (input: string): string => {
    const url = /^[a-z][a-z0-9+.-]*:/i.test(input) && !/^[^/]*:\d/.test(input) ? input : `https://${input}`
    return normalised(outgoing.check(url).url.href)!
  }
  const add = async (clientId: string, url: string, request: Omit<AddSiteRequest, 'run' | 'url'>): Promise<Source> => {
    if (sitesOf(clientId).length >= mostSites)
      throw new AppError('conflict', `There are ${mostSites} sites already; remove some first.`)
    const at = now()
    const row: Source = {
      source_id: `src_${newId()}`,
      client_id: clientId,
      kind: 'site',
      name: request.name ?? nameOf(url),
      url,
      file: '',
      settings: {
        max_pages: request.max_pages,
        max_depth: request.max_depth,
        ...(request.category && { category: request.category }),
      },
      schedule: request.schedule,
      last_run_at: '',
      next_run_at: '',
      state: 'new',
      error: '',
      created_at: at.toISOString(),
      updated_at: at.toISOString(),
    }
    await store.commit([insert(sources, { ...row, next_run_at: nextRun(row, at) })])
    return rows.get(row.source_id)!
  }
  const run = async (row: Source): Promise<JobRow> => {
    const job = await jobs.enqueue(
      row.client_id,
      'crawl',
      { source_id: row.source_id, url: row.url },
      { once: 'source_id' },
    )
    const at = now()
    // What was read just now need not be read again by the clock.
    await store.commit([update(sources, row.source_id, { next_run_at: nextRun(row, at) })])
    return job
  }

  // Whoever removes a site: its pages go with it.
  const forget = async (clientId: string, id: string) => {
    const gone = [...(await store.partition(pages, clientId)).all()].filter(row => row.source_id === id)
    const template = (await store.partition(templates, clientId)).get(id)
    for (let i = 0; i < gone.length; i += batch)
      await store.commit(gone.slice(i, i + batch).map(row => remove(pages, row.page_id, clientId)))
    if (template) await store.commit([remove(templates, id, clientId)])
  }
  store.watch(sources, ({ rows: changed }) => {
    for (const { before, after } of changed)
      if (before && !after && before.kind === 'site') forget(before.client_id, before.source_id).catch(reportError)
  })

  return {
    async add(clientId, request) {
      const url = checked(request.url)
      const same = sitesOf(clientId).find(
        row => row.url === url && settingsOf(row).maxDepth > 0 === request.max_depth > 0,
      )
      if (same)
        throw new AppError('conflict', 'This site is among your sources already; run it again, or change it.', {
          members: { source_id: same.source_id },
        })
      return add(clientId, url, request)
    },
    get: own,
    async change(clientId, id, change) {
      const row = own(clientId, id)
      const { name = row.name, schedule = row.schedule, max_pages, max_depth, category } = change
      const settings = {
        ...row.settings,
        ...(max_pages !== undefined && { max_pages }),
        ...(max_depth !== undefined && { max_depth }),
        ...(category !== undefined && { category }),
      }
      const at = now()
      const next = schedule === row.schedule ? row.next_run_at : nextRun({ ...row, schedule }, at)
      await store.commit([
        update(sources, id, { name, schedule, settings, next_run_at: next, updated_at: at.toISOString() }),
      ])
      return own(clientId, id)
    },
    run: async (clientId, id) => run(own(clientId, id)),
    async pages(clientId, id) {
      own(clientId, id)
      const all = await store.partition(pages, clientId)
      return [...all.all()].filter(row => row.source_id === id).sort((a, b) => a.depth - b.depth)
    },
    async scrape(clientId, { url: given, include_links, max_depth }) {
      const url = checked(given)
      const depth = include_links ? max_depth : 0
      const same = sitesOf(clientId).find(row => row.url === url && settingsOf(row).maxDepth > 0 === depth > 0)
      const options = { max_pages: depth > 0 ? scrapePages : 1, max_depth: depth, schedule: 'off' as const }
      const source = same ?? (await add(clientId, url, options))
      return { source, job: await run(source) }
    },
  }
}

/** Host, and path where it is not the front page. */
function nameOf(url: string): string {
  const { host, pathname } = new URL(url)
  return `${host.replace(/^www\./, '')}${pathname === '/' ? '' : pathname.replace(/\/$/, '')}`.slice(0, 200)
}

/** A stored source as its owner sees it. */
export function siteOnWire(row: Source): Site {
  const { maxPages, maxDepth, category = '' } = settingsOf(row)
  return {
    source_id: row.source_id,
    kind: 'site',
    name: row.name,
    url: row.url,
    max_pages: maxPages,
    max_depth: maxDepth,
    category,
    schedule: row.schedule === 'daily' || row.schedule === 'weekly' ? row.schedule : 'off',
    next_run_at: row.next_run_at || null,
    last_run_at: row.last_run_at || null,
    state: row.state,
    error: row.error,
    created_at: row.created_at,
    updated_at: row.updated_at,
  }
}

export function pageOnWire(row: PageRow): SitePage {
  return {
    url: row.url,
    title: row.title,
    state: (row.state || 'waiting') as SitePage['state'],
    reason: row.reason,
    detail: sentenceOf(row.reason),
    depth: row.depth,
    entries: row.entries,
    fetched_at: row.fetched_at || null,
    change: row.change as SitePage['change'],
    changed_at: row.changed_at || null,
    failures: row.failures,
  }
}
