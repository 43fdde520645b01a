/**
 * The runner of crawl jobs: reads a site page by page, near pages first, and keeps the library in step with it.
 *
 * The line of pages lives in the store (`frontier.ts`), and a page counts as done only when its entries are durable; so a run
 * that is paused, or whose process dies, goes on where it was. Running it again for a site that was read before visits what is
 * known with conditional requests and changes only what changed.
 */
import { AppError } from '../../errors.ts'
import { FetchFailure, type Outgoing } from '../../http/outgoing/outgoing.ts'
import { type JobRow, type PageRow, type Source, sources, templates } from '../../store/records.ts'
import { insert, type Store, update } from '../../store/store.ts'
import type { Intake } from '../intake/intake.ts'
import type { JobControl, Runner } from '../jobs/job.ts'
import { isSameSite, normalised, oddity } from './address.ts'
import { type Found, Frontier } from './frontier.ts'
import { Outcome } from './outcome.ts'
import { Pace } from './pace.ts'
import type { PageReader } from './reader.ts'
import { type Reason, sentenceOf } from './reason.ts'
import { parseRobots, type Robots, readRobots } from './robots.ts'
import { type SiteSettings, settingsOf } from './site.ts'
import { readSitemaps } from './sitemap.ts'
import { Taker } from './take.ts'
import { countsOf, recentOf, resultOf } from './tally.ts'
import { Template } from './template.ts'
import { type Visit, visit } from './visit.ts'

export interface CrawlDeps {
  store: Store
  outgoing: Outgoing
  reader: PageReader
  intake: Intake
  now: () => Date
  /** Milliseconds between two pages of a site. */
  delayMs: number
  pagesPerHour: number
  /** Caps of one page; default 5 MB and 10 s. */
  maxBytes?: number
  timeoutMs?: number
}

/** Skipped pages that are listed by address, of one kind. */
const listed = 300
/** A page that the sitemap says is unchanged is visited all the same after this time, in milliseconds. */
const trustMs = 30 * 86_400_000
const retries = 2
const reportEveryMs = 250

export function createCrawler(deps: CrawlDeps): Runner {
  return async (job, control) => {
    const source = deps.store.table(sources).get(String(job.input.source_id))
    if (source?.client_id !== job.client_id) throw new AppError('not_found', 'The source was removed.')
    const run = await Run.begin(deps, job, control, source)
    try {
      const result = await run.whole()
      await run.note({ state: 'ready', error: '', last_run_at: deps.now().toISOString() })
      return result
    } catch (error) {
      // Told to stop, it was neither right nor wrong.
      const sentence = error instanceof AppError ? error.message : 'Something went wrong on our side; try again.'
      await run.note(
        control.signal.aborted ? { state: source.last_run_at ? 'ready' : 'new' } : { state: 'failed', error: sentence },
      )
      throw error
    }
  }
}

class Run {
  readonly #deps: CrawlDeps
  readonly #job: JobRow
  readonly #control: JobControl
  readonly #source: Source
  readonly #settings: SiteSettings
  readonly #frontier: Frontier
  readonly #template: Template
  readonly #taker: Taker
  readonly #outcome: Outcome
  readonly #pace: Pace
  #robots: Robots
  /** Decided by where the start leads. */
  #site: string | undefined
  #visited = 0
  #bytes = 0
  /** Links that were offered, as they stand on the pages. */
  readonly #seen = new Set<string>()
  #reportedAt = 0
  readonly #tries = new Map<string, number>()
  readonly #listed = new Map<Reason, number>()

  private constructor(
    deps: CrawlDeps,
    job: JobRow,
    control: JobControl,
    source: Source,
    frontier: Frontier,
    template: Template,
  ) {
    this.#deps = deps
    this.#job = job
    this.#control = control
    this.#source = source
    this.#settings = settingsOf(source)
    this.#frontier = frontier
    this.#template = template
    this.#taker = new Taker({
      intake: deps.intake,
      clientId: job.client_id,
      sourceId: source.source_id,
      sourceName: source.name,
      category: this.#settings.category,
      template: this.#template,
      signal: control.signal,
    })
    const rows = frontier.all()
    const { delayMs, pagesPerHour: perHour, now } = deps
    this.#pace = new Pace({ delayMs, perHour, now, visits: rows.map(row => row.fetched_at) })
    this.#robots = parseRobots(source.url, '')
    this.#outcome = new Outcome({ frontier, template, taker: this.#taker, now })
    this.#visited = rows.filter(row => frontier.isDone(row) && row.fetched_at >= job.created_at).length
  }

  static async begin(deps: CrawlDeps, job: JobRow, control: JobControl, source: Source): Promise<Run> {
    const ids = { clientId: job.client_id, sourceId: source.source_id, runId: job.job_id }
    const frontier = await Frontier.open(deps.store, ids)
    await deps.store.commit([update(sources, source.source_id, { state: 'running' })])
    const known = (await deps.store.partition(templates, job.client_id)).get(source.source_id)
    return new Run(deps, job, control, source, frontier, new Template(known?.blocks))
  }

  async whole(): Promise<Record<string, unknown>> {
    const { signal } = this.#control
    await this.#start()
    for (let row = this.#frontier.next(); ; row = this.#frontier.next()) {
      signal.throwIfAborted()
      if (!this.#deps.store.table(sources).get(this.#source.source_id))
        throw new AppError('not_found', 'The source was removed.')
      if (!row) {
        // What was held may be worth less than its shape promised, and deferred pages may have to stand for themselves.
        await this.#take()
        await this.#outcome.settleDeferred()
        if (this.#frontier.size === 0) break
        continue
      }
      if (this.#visited >= this.#settings.maxPages || this.#outcome.isFull) {
        await this.#frontier.leave([row, ...this.#frontier.drain()], this.#outcome.isFull ? 'over_limit' : 'limit')
        continue
      }
      await this.#one(row)
      if (this.#outcome.isDue) await this.#take()
      if (performance.now() - this.#reportedAt > reportEveryMs) this.#report()
    }
    await this.#outcome.finish()
    await this.#remember()
    this.#report()
    return { pages: this.#counts(), ...resultOf(this.#frontier, this.#taker.total, this.#job.created_at) }
  }

  /** Where the site is, what it asks for, and what is to be visited. */
  async #start(): Promise<void> {
    const { signal, state } = this.#control
    const start = normalised(typeof state.site === 'string' ? state.site : this.#source.url)!
    await this.#readRobots(start)
    if (typeof state.site === 'string') this.#site = start
    else await this.#enter(start)
    await this.#control.checkpoint({ site: this.#site })
    const known = this.#frontier.all().filter(row => row.state === 'kept' || row.state === 'failed')
    await this.#offer(known.map(({ url, depth }) => ({ url, depth })))
    if (this.#settings.maxDepth === 0) return
    const pages = await readSitemaps(this.#deps.outgoing, this.#site!, {
      named: this.#robots.sitemaps,
      limit: this.#settings.maxPages * 2,
      allows: address => this.#robots.allows(address),
      signal,
    })
    await this.#offer(pages.map(({ url, lastmod }) => ({ url, depth: 1, lastmod })))
  }

  /** The first page. Where it leads decides which site it is: from http to https, from a bare name to www. */
  async #enter(start: string): Promise<void> {
    await this.#offer([{ url: start, depth: 0 }])
    const row = this.#frontier.next()
    if (!row) {
      // Robots may not go there.
      this.#site = start
      return
    }
    const result = await this.#visit(row)
    if (result.kind === 'out' && (result.reason === 'unreachable' || result.reason === 'too_slow')) {
      throw new AppError('unprocessable', `${new URL(start).host} cannot be read: ${sentenceOf(result.reason)}`)
    }
    this.#site = result.kind === 'moved' ? result.to : start
    if (new URL(this.#site).origin !== new URL(start).origin) await this.#readRobots(this.#site)
    await this.#settle(row, result)
  }

  async #readRobots(site: string): Promise<void> {
    const { signal } = this.#control
    this.#robots = await readRobots(this.#deps.outgoing, site, signal).catch(error => {
      signal.throwIfAborted()
      if (!(error instanceof FetchFailure)) throw error
      throw new AppError('unprocessable', `${new URL(site).host} cannot be read: ${error.message}`)
    })
    this.#pace.atLeast(this.#robots.delayMs)
  }

  /** Takes into the line what is worth a visit, and lists what is not. */
  async #offer(found: readonly Found[]): Promise<void> {
    const worth: Found[] = []
    const left = new Map<Reason, Found[]>()
    const room = this.#settings.maxPages * 5 - this.#frontier.size
    for (const one of found) {
      const known = this.#frontier.get(one.url)
      if (known?.queued_run === this.#job.job_id) continue
      const reason = this.#reasonAgainst(one)
      // Where the site cannot say what it asks for, what is kept stays as it is.
      if (reason === 'robots' && this.#robots.isUnknown && known?.state === 'kept') continue
      if (reason === undefined) worth.push(one)
      else if (known?.state === 'kept' || (reason !== 'not_a_page' && (this.#listed.get(reason) ?? 0) < listed)) {
        this.#listed.set(reason, (this.#listed.get(reason) ?? 0) + 1)
        left.set(reason, [...(left.get(reason) ?? []), one])
      }
    }
    await this.#frontier.offer(worth.slice(0, Math.max(0, room)))
    for (const [reason, ones] of left) await this.#frontier.leave(ones, reason)
  }

  #reasonAgainst({ url, depth }: Found): Reason | undefined {
    if (depth > 0 && /\.(?:pdf|docx?|xlsx?)$/i.test(new URL(url).pathname)) return 'document'
    const odd = depth === 0 ? undefined : oddity(url)
    if (odd) return odd
    return this.#robots.allows(url) ? undefined : 'robots'
  }

  async #one(row: PageRow): Promise<void> {
    if (!this.#outcome.isWorth(row)) return this.#outcome.leave(row, 'trap')
    if (this.#isUnchangedByList(row)) return this.#frontier.finish(row.url, { reason: 'not_changed' })
    await this.#settle(row, await this.#visit(row))
  }

  async #visit(row: PageRow): Promise<Visit> {
    const { signal } = this.#control
    await this.#untilHourAllows()
    await this.#pace.turn(signal)
    this.#visited++
    const { outgoing, reader, maxBytes, timeoutMs } = this.#deps
    return visit(row, { outgoing, reader, robots: this.#robots, site: this.#site, signal, maxBytes, timeoutMs })
  }

  async #settle(row: PageRow, result: Visit): Promise<void> {
    const fetchedAt = this.#deps.now().toISOString()
    if (result.kind !== 'busy') this.#pace.faster()
    switch (result.kind) {
      case 'not_changed':
        return this.#outcome.unchanged(row)
      case 'busy':
        return this.#again(row, result.afterMs)
      case 'moved':
        await this.#offer([{ url: result.to, depth: row.depth }])
        return this.#outcome.leave(row, 'redirected', fetchedAt)
      case 'out':
        if (result.links) await this.#follow(row, result.links)
        return this.#outcome.leave(row, result.reason, fetchedAt)
      case 'page':
        this.#bytes += result.bytes
        await this.#follow(row, result.page.links)
        return this.#read(row, result)
    }
  }

  #follow(row: PageRow, links: readonly string[]): Promise<void> {
    const depth = row.depth + 1
    if (depth > this.#settings.maxDepth) return Promise.resolve()
    // Near pages come first, so what was seen before was seen from nearer.
    const fresh = links.filter(link => !this.#seen.has(link))
    for (const link of fresh) this.#seen.add(link)
    const urls = fresh.map(normalised).filter((url): url is string => url !== undefined && isSameSite(url, this.#site!))
    return this.#offer([...new Set(urls)].map(url => ({ url, depth })))
  }

  async #read(row: PageRow, result: Extract<Visit, { kind: 'page' }>): Promise<void> {
    const isDeferred = result.canonical !== '' && result.canonical !== row.url
    if (isDeferred) await this.#offer([{ url: result.canonical, depth: row.depth }])
    await this.#outcome.read(row, result, isDeferred)
  }

  async #take(): Promise<void> {
    await this.#outcome.take()
    // The line is in the store: there is nothing more to remember, but that the run got on.
    await this.#control.checkpoint({ site: this.#site })
  }

  /** The site said that it is asked too much: more slowly, and later. */
  async #again(row: PageRow, afterMs: number | undefined): Promise<void> {
    this.#visited--
    this.#pace.slower(afterMs)
    const tries = (this.#tries.get(row.url) ?? 0) + 1
    this.#tries.set(row.url, tries)
    if (tries > retries) await this.#outcome.leave(row, 'server_error')
    else this.#frontier.putBack(row)
  }

  #isUnchangedByList(row: PageRow): boolean {
    if (row.state !== 'kept' || !row.lastmod || !row.fetched_at || row.failures > 0 || row.reason === 'over_limit')
      return false
    return row.lastmod < row.fetched_at && this.#deps.now().getTime() - Date.parse(row.fetched_at) < trustMs
  }

  async #untilHourAllows(): Promise<void> {
    const { signal } = this.#control
    for (let until = this.#pace.fullUntil(); until; until = this.#pace.fullUntil()) {
      await this.#take()
      this.#control.report({ phase: 'waiting, so as not to read too fast', waiting_until: until.toISOString() })
      await this.#pace.rest(signal)
    }
  }

  /** What the site repeats, for the next run. */
  async #remember(): Promise<void> {
    const { store, now } = this.#deps
    const { client_id, source_id } = this.#source
    const row = { source_id, blocks: this.#template.toJSON(), updated_at: now().toISOString() }
    const known = (await store.partition(templates, client_id)).get(source_id)
    await store.commit([known ? update(templates, source_id, row, client_id) : insert(templates, row, client_id)])
  }

  #counts() {
    const { kept, ...counts } = countsOf(this.#frontier)
    return { ...counts, fetched: this.#visited, kept: kept + this.#outcome.held, bytes: this.#bytes }
  }

  #report(): void {
    this.#reportedAt = performance.now()
    const entries = this.#taker.total.added
    this.#control.report({
      phase: 'reading pages',
      waiting_until: '',
      ...this.#counts(),
      entries,
      recent: recentOf(this.#frontier),
    })
  }

  /** On the row of the source, as long as there is one. */
  async note(set: Partial<Source>): Promise<void> {
    const { store } = this.#deps
    if (store.table(sources).get(this.#source.source_id))
      await store.commit([update(sources, this.#source.source_id, set)])
  }
}
