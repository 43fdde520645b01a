/** What becomes of the pages of a run: held until the site's frame is known, then entries; or left out, or gone. */
import { AppError } from '../../errors.ts'
import type { PageRow } from '../../store/records.ts'
import { ShapeBudget } from './budget.ts'
import type { Frontier } from './frontier.ts'
import { Likeness } from './likeness.ts'
import { type Reason, sentenceOf } from './reason.ts'
import { contentHash, type Taker } from './take.ts'
import type { Template } from './template.ts'
import type { Visit } from './visit.ts'

/** Pages read before the first are taken: enough to see what the site repeats. */
const firstBatch = 12
const laterBatch = 8
/** Nobody waits longer than this for the first entries, in milliseconds. */
const patienceMs = 5000
/** The visit did not get the page; it may at another time. */
const failures: ReadonlySet<Reason> = new Set<Reason>([
  'server_error',
  'too_slow',
  'unreachable',
  'broken',
  'unreadable',
  'bad_redirect',
  'not_found',
])
/** The site does not want it kept, or says it elsewhere. */
const departures: ReadonlySet<Reason> = new Set<Reason>(['redirected', 'duplicate', 'robots', 'noindex', 'outside'])

interface Held {
  row: PageRow
  visit: Extract<Visit, { kind: 'page' }>
  hash: string
}

export class Outcome {
  readonly #frontier: Frontier
  readonly #template: Template
  readonly #taker: Taker
  readonly #now: () => Date
  readonly #budget = new ShapeBudget()
  readonly #likeness = new Likeness()
  /** What kept pages say, by hash. */
  readonly #said = new Map<string, string>()
  readonly #held: Held[] = []
  /** Pages that name another address as theirs, until that one was visited. */
  readonly #deferred: Held[] = []
  #lastTake = performance.now()
  /** The plan takes no more entries. */
  isFull = false

  constructor(deps: { frontier: Frontier; template: Template; taker: Taker; now: () => Date }) {
    this.#frontier = deps.frontier
    this.#template = deps.template
    this.#taker = deps.taker
    this.#now = deps.now
    for (const row of this.#frontier.all()) {
      if (row.state === 'kept' && row.content_hash) this.#said.set(row.content_hash, row.url)
      if (this.#frontier.isDone(row)) this.#budget.visited(row.url, row.state === 'kept')
    }
  }

  /** Pages that wait to be taken. */
  get held(): number {
    return this.#held.length
  }

  /** Enough is held, or it is held for long enough. */
  get isDue(): boolean {
    if (this.#held.length >= (this.#taker.total.added > 0 ? laterBatch : firstBatch)) return true
    return this.#held.length > 0 && performance.now() - this.#lastTake > patienceMs
  }

  /** Whether one more page of this kind is worth a visit. */
  isWorth = (row: PageRow) => row.depth === 0 || row.state === 'kept' || this.#budget.allows(row.url)

  /** It is as it was. */
  async unchanged(row: PageRow): Promise<void> {
    this.#budget.visited(row.url, true)
    await this.#frontier.finish(row.url, { reason: 'not_changed', fetched_at: this.#now().toISOString(), failures: 0 })
  }

  /** A page that was read. @param isDeferred it names another address as its own, which is visited first */
  async read(row: PageRow, visit: Held['visit'], isDeferred: boolean): Promise<void> {
    const held: Held = { row, visit, hash: contentHash(visit.page) }
    if (isDeferred) this.#deferred.push(held)
    else await this.#judge(held)
  }

  /** A page that says something new waits to be taken; the others are done with. */
  async #judge(held: Held): Promise<void> {
    const { row, visit: result, hash } = held
    const fetched = {
      fetched_at: this.#now().toISOString(),
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

  /** Pages whose other address turned out to be nothing stand for themselves. */
  async settleDeferred(): Promise<void> {
    for (const held of this.#deferred.splice(0)) {
      const other = this.#frontier.get(held.visit.canonical)
      if (other?.state === 'kept') await this.leave(held.row, 'duplicate')
      else await this.#judge(held)
    }
    await this.take()
  }

  /** What is held becomes entries, page by page; each page is done when its entries are durable. */
  async take(): Promise<void> {
    for (const held of this.#held.splice(0)) await this.#takeOne(held)
    this.#lastTake = performance.now()
  }

  async #takeOne({ row, visit: result, hash }: Held): Promise<void> {
    const taken = await this.#taker.take(result.page)
    const at = this.#now().toISOString()
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
    this.isFull = report.over_limit > 0
    await this.#frontier.finish(row.url, {
      ...fetched,
      state: entries === 0 && report.over_limit > 0 ? 'skipped' : 'kept',
      reason: report.over_limit > 0 ? 'over_limit' : '',
      entries,
      ...(change && { change, changed_at: at }),
    })
  }

  /** A page that is not read. What was kept of it stays, until it is gone for good. */
  async leave(row: PageRow, reason: Reason, fetchedAt = ''): Promise<void> {
    if (fetchedAt) this.#budget.visited(row.url, false)
    const failed = failures.has(reason)
    const moved = row.state === 'kept' && departures.has(reason)
    if (moved) {
      await this.#taker.remove(row.url)
      const at = this.#now().toISOString()
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

  /**
   * Pages that are gone for good, or where robots may no longer go, in two runs; and what only the whole site shows. A page that
   * nothing leads to any more is visited all the same: it stays as long as it is there.
   */
  async finish(): Promise<void> {
    for (const taken of await this.#taker.again()) {
      await this.#frontier.finish(
        taken.url,
        taken.entries === 0 ? { state: 'skipped', reason: 'duplicate', entries: 0 } : { entries: taken.entries },
      )
    }
    const rows = this.#frontier.all().filter(this.#frontier.isDone)
    const missing = rows.filter(row => row.state === 'kept' && (row.reason === 'not_found' || row.reason === 'robots'))
    // A site that is down for repair says "not found" to everything, or bars everybody; that is no reason to forget it.
    const down = missing.length > 3 && missing.length > rows.filter(row => row.state === 'kept').length / 2
    for (const row of missing) {
      if (row.failures < 2 || down) continue
      await this.#taker.remove(row.url)
      const at = this.#now().toISOString()
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
  }
}
