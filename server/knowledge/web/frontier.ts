/**
 * The pages of one site in the store, and which of them the present run still has to visit. What waits is a row like any
 * other, so a run goes on after a crash where it was: nothing is visited twice but what was under way.
 */
import { createHash } from 'node:crypto'
import { type PageRow, pages } from '../../store/records.ts'
import { type Change, insert, type Rows, type Store, update } from '../../store/store.ts'
import type { Reason } from './reason.ts'

export interface Found {
  url: string
  depth: number
  /** As the sitemap says. */
  lastmod?: string
}

/** Rows of one commit. */
const batch = 100

export class Frontier {
  readonly #store: Store
  readonly #rows: Rows<PageRow>
  readonly #clientId: string
  readonly #sourceId: string
  readonly #runId: string
  /** Ids by address: pages of a site link to the same ones again and again. */
  readonly #ids = new Map<string, string>()
  /** Addresses that wait, by depth. */
  readonly #waiting: string[][] = []

  private constructor(store: Store, rows: Rows<PageRow>, ids: { clientId: string; sourceId: string; runId: string }) {
    this.#store = store
    this.#rows = rows
    this.#clientId = ids.clientId
    this.#sourceId = ids.sourceId
    this.#runId = ids.runId
  }

  static async open(store: Store, ids: { clientId: string; sourceId: string; runId: string }): Promise<Frontier> {
    const frontier = new Frontier(store, await store.partition(pages, ids.clientId), ids)
    for (const row of frontier.all()) if (frontier.isWaiting(row)) frontier.#push(row)
    return frontier
  }

  /** Every page of the site. */
  all(): PageRow[] {
    return [...this.#rows.all()].filter(row => row.source_id === this.#sourceId)
  }

  get(url: string): PageRow | undefined {
    return this.#rows.get(this.#idOf(url))
  }

  isOfRun = (row: PageRow) => row.queued_run === this.#runId
  isWaiting = (row: PageRow) => row.queued_run === this.#runId && row.run_id !== this.#runId
  isDone = (row: PageRow) => row.run_id === this.#runId

  /** What the run has to visit. What it knows already, done or waiting, stays as it is. */
  async offer(found: readonly Found[]): Promise<void> {
    const changes: Change[] = []
    const added = new Set<string>()
    for (const { url, depth, lastmod } of found) {
      const row = this.get(url)
      if (row?.queued_run === this.#runId || added.has(url)) continue
      added.add(url)
      const set = { depth, queued_run: this.#runId, ...(lastmod && { lastmod }) }
      if (row) changes.push(update(pages, row.page_id, set, this.#clientId))
      else
        changes.push(
          insert(
            pages,
            { ...emptyPage, ...set, page_id: this.#idOf(url), source_id: this.#sourceId, url },
            this.#clientId,
          ),
        )
    }
    for (let i = 0; i < changes.length; i += batch) await this.#store.commit(changes.slice(i, i + batch))
    for (const { url, depth } of found) if (added.delete(url)) this.#push({ url, depth })
  }

  /** The nearest page that waits, or undefined. It waits on until `finish`. */
  next(): PageRow | undefined {
    for (const urls of this.#waiting) {
      const url = urls?.shift()
      if (url !== undefined) return this.get(url)
    }
    return undefined
  }

  /** It was not its turn; behind the others of its depth. */
  putBack(row: PageRow): void {
    this.#push(row)
  }

  get size(): number {
    return this.#waiting.reduce((sum, urls) => sum + urls.length, 0)
  }

  /** The run is done with a page. */
  async finish(url: string, set: Partial<PageRow>): Promise<void> {
    const row = this.get(url)
    if (row) await this.#store.commit([update(pages, row.page_id, { ...set, run_id: this.#runId }, this.#clientId)])
  }

  /** Pages that will not be visited in this run. Those that are kept stay as they are; that robots may no longer go there counts. */
  async leave(urls: readonly { url: string; depth: number }[], reason: Reason): Promise<void> {
    const changes = urls.flatMap(({ url, depth }): Change[] => {
      const row = this.get(url)
      const done = { queued_run: this.#runId, run_id: this.#runId, reason }
      if (!row) {
        const fresh = {
          ...emptyPage,
          ...done,
          depth,
          state: 'skipped',
          page_id: this.#idOf(url),
          source_id: this.#sourceId,
          url,
        }
        return [insert(pages, fresh, this.#clientId)]
      }
      if (row.run_id === this.#runId) return []
      return [
        update(
          pages,
          row.page_id,
          row.state !== 'kept'
            ? { ...done, state: 'skipped' }
            : reason === 'robots'
              ? { ...done, failures: row.failures + 1 }
              : { ...done, reason: row.reason },
          this.#clientId,
        ),
      ]
    })
    for (let i = 0; i < changes.length; i += batch) await this.#store.commit(changes.slice(i, i + batch))
  }

  /** Takes all that still waits out of the line. */
  drain(): PageRow[] {
    const rest: PageRow[] = []
    for (let row = this.next(); row; row = this.next()) rest.push(row)
    return rest
  }

  #idOf(url: string): string {
    let id = this.#ids.get(url)
    if (id === undefined) this.#ids.set(url, (id = pageId(this.#sourceId, url)))
    return id
  }

  #push({ url, depth }: { url: string; depth: number }): void {
    const at = Math.min(100, depth)
    while (this.#waiting.length <= at) this.#waiting.push([])
    this.#waiting[at]!.push(url)
  }
}

export const pageId = (sourceId: string, url: string) =>
  `${sourceId}.${createHash('sha256').update(url).digest('base64url').slice(0, 16)}`

const emptyPage: PageRow = {
  page_id: '',
  source_id: '',
  url: '',
  state: '',
  reason: '',
  title: '',
  depth: 0,
  entries: 0,
  fetched_at: '',
  etag: '',
  last_modified: '',
  lastmod: '',
  content_hash: '',
  failures: 0,
  queued_run: '',
  run_id: '',
  change: '',
  changed_at: '',
}
