/**
 * What a site repeats on page after page: menus, banners, footers, notes, wherever they stand. Learnt from the pages themselves
 * while they come, by the words of their blocks. A repeated passage that says something is kept on the page where it was
 * seen first.
 */
import type { Page } from '../intake/html.ts'

/** A block is repeated when it stands on this many pages, and on this share of those seen. */
const fewPages = 3
const fewShare = 0.25
/** Of a large site, parts have templates of their own. */
const manyPages = 8
const manyShare = 0.04
/** Remembered from run to run. */
const maxKept = 600

export type Place = 'alone' | 'here' | 'elsewhere'

export class Template {
  /** Hash of a block → the pages it stands on; only the first is named. */
  readonly #blocks = new Map<string, { pages: number; first: string }>()
  readonly #seen = new Set<string>()
  readonly #known: Map<string, string>

  /** @param known what `toJSON` gave after an earlier run */
  constructor(known: readonly (readonly [string, string])[] = []) {
    this.#known = new Map(known)
  }

  /** Counts the blocks of a page, once for each page. */
  add(page: Page): void {
    if (this.#seen.has(page.url)) return
    this.#seen.add(page.url)
    for (const hash of new Set(page.blocks.map(block => block.hash))) {
      const found = this.#blocks.get(hash)
      if (found) found.pages++
      else this.#blocks.set(hash, { pages: 1, first: page.url })
    }
  }

  /** Where a block of a page belongs: to this page alone, or to many, of which this is the first or a later one. */
  place(hash: string, url: string): Place {
    const known = this.#known.get(hash)
    if (known !== undefined) return known === url ? 'here' : 'elsewhere'
    const found = this.#blocks.get(hash)
    if (!found || !this.#isRepeated(found.pages)) return 'alone'
    return found.first === url ? 'here' : 'elsewhere'
  }

  #isRepeated(pages: number): boolean {
    const seen = this.#seen.size
    return (pages >= fewPages && pages >= seen * fewShare) || (pages >= manyPages && pages >= seen * manyShare)
  }

  /** Hash and first page of what is repeated. */
  toJSON(): [string, string][] {
    const found = [...this.#blocks].filter(([hash, { pages }]) => this.#isRepeated(pages) && !this.#known.has(hash))
    return [...this.#known, ...found.map(([hash, { first }]): [string, string] => [hash, first])].slice(-maxKept)
  }
}
