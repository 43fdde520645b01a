/** Pages that were read → entries of the library. Pages are held until enough of them show what the site repeats. */
import { createHash } from 'node:crypto'
import { contentOf } from '../intake/html/content.ts'
import type { Page } from '../intake/html/page.ts'
import { entriesOf } from '../intake/html/section.ts'
import { addReports, type Intake, type IntakeReport, noReport } from '../intake/intake.ts'
import type { Template } from './template.ts'

export interface Held {
  page: Page
  /** Of what it says, whatever the site repeats around it. */
  contentHash: string
}

export interface Taken {
  url: string
  /** Entries that the page has now. */
  entries: number
  report: IntakeReport
}

export interface TakerDeps {
  intake: Intake
  clientId: string
  sourceId: string
  sourceName: string
  category: string | undefined
  template: Template
  signal: AbortSignal
}

/** Letters of pages that are kept in mind, to be read again when more of the site's repetitions are known. */
const memory = 20_000_000

export class Taker {
  readonly #deps: TakerDeps
  /** Pages taken in this run, with what was taken from them. */
  readonly #taken = new Map<string, { page: Page; entries: string }>()
  #letters = 0
  total = noReport()

  constructor(deps: TakerDeps) {
    this.#deps = deps
  }

  /** Null: nothing is left of the page but what others say, too. */
  async take(page: Page): Promise<Taken | null> {
    const { intake, clientId, sourceId, sourceName, category, template, signal } = this.#deps
    const found = entriesOf(
      page,
      contentOf(page, hash => template.place(hash, page.url)),
    )
    this.#remember(page, JSON.stringify(found))
    const report = await intake.addAll({
      clientId,
      sourceId,
      sourceName,
      entries: found.map(entry => ({ ...entry, origin: page.url })),
      replaces: 'origins',
      origins: [page.url],
      category,
      signal,
    })
    this.total = addReports(this.total, report)
    if (found.length === 0) return null
    return { url: page.url, entries: found.length - report.over_limit - report.duplicates - report.declined, report }
  }

  /** Once more for the pages whose words turned out to be the site's. */
  async again(): Promise<(Taken | { url: string; entries: 0 })[]> {
    const out: (Taken | { url: string; entries: 0 })[] = []
    for (const { page, entries } of [...this.#taken.values()]) {
      const now = entriesOf(
        page,
        contentOf(page, hash => this.#deps.template.place(hash, page.url)),
      )
      if (JSON.stringify(now) === entries) continue
      out.push((await this.take(page)) ?? { url: page.url, entries: 0 })
    }
    return out
  }

  /** The page is gone: its entries leave, those that a person edited are flagged. */
  async remove(url: string): Promise<IntakeReport> {
    const { intake, clientId, sourceId, sourceName, signal } = this.#deps
    const report = await intake.addAll({
      clientId,
      sourceId,
      sourceName,
      entries: [],
      replaces: 'origins',
      origins: [url],
      signal,
    })
    this.total = addReports(this.total, report)
    return report
  }

  #remember(page: Page, entries: string): void {
    if (this.#letters > memory && !this.#taken.has(page.url)) return
    this.#letters += entries.length
    this.#taken.set(page.url, { page: { ...page, links: [] }, entries })
  }
}

/** Of what a page says, by its words. */
export function contentHash(page: Page): string {
  const hashes = contentOf(page).map(block => block.hash)
  return createHash('sha256')
    .update(`${page.lang}\n${hashes.join('\n')}`)
    .digest('hex')
    .slice(0, 32)
}
