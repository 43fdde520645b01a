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
import { ShapeBudget } from './budget.ts'
import { type Found, Frontier } from './frontier.ts'
import { Likeness } from './likeness.ts'
import { Pace } from './pace.ts'
import type { PageReader } from './reader.ts'
import { type Reason, sentenceOf } from './reason.ts'
import { parseRobots, type Robots, readRobots } from './robots.ts'
import { type SiteSettings, settingsOf } from './site.ts'
import { readSitemaps } from './sitemap.ts'
import { contentHash, Taker } from './take.ts'
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

/** Pages read before the first are taken: enough to see what the site repeats. */
const firstBatch = 12
const laterBatch = 8
/** Nobody waits longer than this for the first entries, in milliseconds. */
const patienceMs = 5000
/** Skipped pages that are listed by address, of one kind. */
const listed = 300
/** A page that the sitemap says is unchanged is visited all the same after this time, in milliseconds. */
const trustMs = 30 * 86_400_000
const retries = 2

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

interface Held {
  row: PageRow
  visit: Extract<Visit, { kind: 'page' }>
  hash: string
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
  readonly #pace: Pace
  readonly #budget = new ShapeBudget()
  readonly #likeness = new Likeness()
  /** What kept pages say, by hash. */
  readonly #said = new Map<string, string>()
  #robots: Robots
  /** Decided by where the start leads. */
  #site: string | undefined
  #held: Held[] = []
  /** Pages that name another address as theirs, until that one was visited. */
  #deferred: Held[] = []
  #lastTake = performance.now()
  #visited = 0
  #bytes = 0
  #full = false
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
    for (const row of rows) {
      if (row.state === 'kept' && row.content_hash) this.#said.set(row.content_hash, row.url)
      if (frontier.isDone(row)) this.#budget.visited(row.url, row.state === 'kept')
    }
    this.#visited = rows.filter(row => frontier.isDone(row) && row.reason !== 'robots' && row.reason !== 'trap').length
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
      if (!row) {
        // What was held may be worth less than its shape promised, and deferred pages may have to stand for themselves.
        await this.#take()
        await this.#settleDeferred()
        if (this.#frontier.size === 0) break
        continue
      }
      if (this.#visited >= this.#settings.maxPages || this.#full) {
        await this.#frontier.leave([row, ...this.#frontier.drain()], this.#full ? 'over_limit' : 'limit')
        continue
      }
      await this.#one(row)
      const due =
        this.#lastTakeWasLongAgo() || this.#held.length >= (this.#taker.total.added > 0 ? laterBatch : firstBatch)
      if (due) await this.#take()
      this.#report()
    }
    await this.#finish()
    return this.#result()
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
      if (reason === undefined) worth.push(one)
      else if (reason !== 'not_a_page' && (this.#listed.get(reason) ?? 0) < listed) {
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
    if (row.depth > 0 && row.state !== 'kept' && !this.#budget.allows(row.url)) return this.#out(row, 'trap')
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
        this.#budget.visited(row.url, true)
        return this.#frontier.finish(row.url, { reason: 'not_changed', fetched_at: fetchedAt, failures: 0 })
      case 'busy':
        return this.#again(row)
      case 'moved':
        await this.#offer([{ url: result.to, depth: row.depth }])
        return this.#out(row, 'redirected', fetchedAt)
      case 'out':
        if (result.links) await this.#follow(row, result.links)
        this.#budget.visited(row.url, false)
        return this.#out(row, result.reason, fetchedAt)
      case 'page':
        this.#bytes += result.bytes
        await this.#follow(row, result.page.links)
        return this.#hold(row, result)
    }
  }

  #follow(row: PageRow, links: readonly string[]): Promise<void> {
    const depth = row.depth + 1
    if (depth > this.#settings.maxDepth) return Promise.resolve()
    const urls = links.map(normalised).filter((url): url is string => url !== undefined && isSameSite(url, this.#site!))
    return this.#offer([...new Set(urls)].map(url => ({ url, depth })))
  }

  async #hold(row: PageRow, result: Held['visit']): Promise<void> {
    const held: Held = { row, visit: result, hash: contentHash(result.page) }
    if (result.canonical && result.canonical !== row.url) {
      await this.#offer([{ url: result.canonical, depth: row.depth }])
      this.#deferred.push(held)
    } else await this.#judge(held)
  }

  /** A page that says something new waits to be taken; the others are done with. */
  async #judge(held: Held): Promise<void> {
    const { row, visit: result, hash } = held
    const fetched = {
      fetched_at: this.#deps.now().toISOString(),
      etag: result.etag,
      last_modified: result.lastModified,
      failures: 0,
    }
    this.#template.add(result.page)
    if (row.state === 'kept' && row.content_hash === hash) {
      this.#budget.visited(row.url, true)
      return this.#frontier.finish(row.url, { ...fetched, reason: 'not_changed' })
    }
    const earlier = this.#said.get(hash) ?? this.#likeness.find(result.page)
    if (earlier !== undefined && earlier !== row.url) {
      this.#budget.visited(row.url, false)
      if (row.state === 'kept') await this.#taker.remove(row.url)
      return this.#frontier.finish(row.url, { ...fetched, state: 'skipped', reason: 'duplicate', entries: 0 })
    }
    this.#said.set(hash, row.url)
    this.#held.push(held)
  }

  async #settleDeferred(): Promise<void> {
    for (const held of this.#deferred.splice(0)) {
      const other = this.#frontier.get(held.visit.canonical)
      if (other?.state === 'kept') await this.#out(held.row, 'duplicate')
      else await this.#judge(held)
    }
    await this.#take()
  }

  /** What is held becomes entries, page by page; each page is done when its entries are durable. */
  async #take(): Promise<void> {
    for (const held of this.#held.splice(0)) await this.#takeOne(held)
    this.#lastTake = performance.now()
    // The line is in the store: there is nothing more to remember, but that the run got on.
    await this.#control.checkpoint({ site: this.#site })
  }

  async #takeOne({ row, visit: result, hash }: Held): Promise<void> {
    const taken = await this.#taker.take(result.page)
    const at = this.#deps.now().toISOString()
    const fetched = {
      fetched_at: at,
      etag: result.etag,
      last_modified: result.lastModified,
      content_hash: hash,
      failures: 0,
      title: result.page.title,
    }
    this.#budget.visited(row.url, taken !== null)
    if (!taken) {
      await this.#frontier.finish(row.url, { ...fetched, state: 'skipped', reason: 'duplicate', entries: 0 })
      return
    }
    const { report, entries } = taken
    const moved = report.added + report.changed + report.removed + report.flagged > 0
    const change = row.state === 'kept' ? (moved ? 'changed' : '') : 'added'
    this.#full = report.over_limit > 0
    await this.#frontier.finish(row.url, {
      ...fetched,
      state: entries === 0 && report.over_limit > 0 ? 'skipped' : 'kept',
      reason: report.over_limit > 0 ? 'over_limit' : '',
      entries,
      ...(change && { change, changed_at: at }),
    })
  }

  /** A page that is not read. What was kept of it stays, until it is gone for good. */
  async #out(row: PageRow, reason: Reason, fetchedAt = ''): Promise<void> {
    const failed = [
      'server_error',
      'too_slow',
      'unreachable',
      'broken',
      'unreadable',
      'bad_redirect',
      'not_found',
    ].includes(reason)
    const moved = row.state === 'kept' && ['redirected', 'duplicate', 'robots', 'noindex', 'outside'].includes(reason)
    if (moved) {
      await this.#taker.remove(row.url)
      const at = this.#deps.now().toISOString()
      await this.#frontier.finish(row.url, {
        state: 'gone',
        reason,
        entries: 0,
        change: 'removed',
        changed_at: at,
        content_hash: '',
      })
    } else {
      const state = row.state === 'kept' ? 'kept' : failed ? 'failed' : 'skipped'
      const failures = failed ? row.failures + 1 : 0
      await this.#frontier.finish(row.url, { state, reason, failures, ...(fetchedAt && { fetched_at: fetchedAt }) })
    }
  }

  /** The site said that it is asked too much: more slowly, and later. */
  async #again(row: PageRow): Promise<void> {
    this.#visited--
    this.#pace.slower()
    const tries = (this.#tries.get(row.url) ?? 0) + 1
    this.#tries.set(row.url, tries)
    if (tries > retries) await this.#out(row, 'server_error')
    else this.#frontier.putBack(row)
  }

  #isUnchangedByList(row: PageRow): boolean {
    if (row.state !== 'kept' || !row.lastmod || !row.fetched_at || row.reason === 'over_limit') return false
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

  #lastTakeWasLongAgo = () => this.#held.length > 0 && performance.now() - this.#lastTake > patienceMs

  /** Pages that are gone for good, and what only the whole site shows. */
  async #finish(): Promise<void> {
    for (const taken of await this.#taker.again()) {
      await this.#frontier.finish(
        taken.url,
        taken.entries === 0 ? { state: 'skipped', reason: 'duplicate', entries: 0 } : { entries: taken.entries },
      )
    }
    const rows = this.#frontier.all().filter(this.#frontier.isDone)
    const missing = rows.filter(row => row.state === 'kept' && row.reason === 'not_found')
    // A site that is down for repair says "not found" to everything; that is no reason to forget it.
    const down = missing.length > 3 && missing.length > rows.filter(row => row.state === 'kept').length / 2
    for (const row of missing) {
      if (row.failures < 2 || down) continue
      await this.#taker.remove(row.url)
      const at = this.#deps.now().toISOString()
      await this.#frontier.finish(row.url, {
        state: 'gone',
        entries: 0,
        change: 'removed',
        changed_at: at,
        content_hash: '',
      })
    }
    const kept = this.#frontier.all().some(row => row.state === 'kept')
    if (!kept) {
      const [first] = rows.sort((a, b) => a.depth - b.depth)
      throw new AppError('unprocessable', `Nothing could be read. ${sentenceOf(first?.reason ?? 'empty')}`)
    }
    await this.#remember()
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
    const rows = this.#frontier.all()
    const done = rows.filter(this.#frontier.isDone)
    const count = (test: (row: PageRow) => boolean) => done.filter(test).length
    return {
      found: rows.filter(row => row.queued_run === this.#job.job_id).length,
      fetched: this.#visited,
      kept: count(row => row.state === 'kept') + this.#held.length,
      skipped: count(row => row.state === 'skipped' || row.state === 'gone'),
      failed: count(row => row.state === 'failed'),
      unchanged: count(row => row.state === 'kept' && row.reason === 'not_changed'),
      bytes: this.#bytes,
    }
  }

  #report(): void {
    const recent = this.#frontier
      .all()
      .filter(row => this.#frontier.isDone(row) && row.state !== 'kept' && row.reason)
      .slice(-5)
      .map(row => ({ what: row.url, reason: sentenceOf(row.reason) }))
    this.#control.report({
      phase: 'reading pages',
      waiting_until: '',
      ...this.#counts(),
      entries: this.#taker.total.added,
      recent,
    })
  }

  #result(): Record<string, unknown> {
    const done = this.#frontier.all().filter(this.#frontier.isDone)
    const by = (key: 'reason' | 'change') => {
      const out: Record<string, number> = {}
      const since = this.#job.created_at
      for (const row of done) {
        const value = key === 'change' && row.changed_at < since ? '' : row[key]
        if (value) out[value] = (out[value] ?? 0) + 1
      }
      return out
    }
    const { changes: _, ...entries } = this.#taker.total
    this.#report()
    return {
      pages: this.#counts(),
      entries,
      reasons: by('reason'),
      changes: { added: 0, changed: 0, removed: 0, ...by('change') },
    }
  }

  /** On the row of the source, as long as there is one. */
  async note(set: Partial<Source>): Promise<void> {
    const { store } = this.#deps
    if (store.table(sources).get(this.#source.source_id))
      await store.commit([update(sources, this.#source.source_id, set)])
  }
}
