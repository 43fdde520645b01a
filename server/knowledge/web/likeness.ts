/**
 * Pages of a site that say nearly the same: print versions, sort orders, the same article under two headings. Only pages of one
 * title are compared, and any difference in a number keeps both: two sizes of a product are two facts.
 * Shingles of four words and their Jaccard likeness (Broder 1997).
 */
import { contentOf } from '../intake/html/content.ts'
import type { Page } from '../intake/html/page.ts'

const likeness = 0.95
const fewest = 40
const mostPages = 40

interface Seen {
  url: string
  shingles: Set<string>
  numbers: string
}

export class Likeness {
  readonly #byTitle = new Map<string, Seen[]>()

  /** The address of an earlier page that says nearly the same; else the page is remembered. */
  find(page: Page): string | undefined {
    const words = contentOf(page)
      .map(block => `${block.question ?? ''} ${block.text}`)
      .join(' ')
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .filter(Boolean)
      .slice(0, 5000)
    if (words.length < fewest) return undefined
    const shingles = new Set(words.slice(3).map((_, i) => words.slice(i, i + 4).join(' ')))
    const numbers = words
      .filter(word => /\d/.test(word))
      .sort()
      .join(' ')
    const key = `${page.lang}\n${page.title}`
    const same = this.#byTitle.get(key) ?? []
    const found = same.find(other => other.numbers === numbers && jaccard(other.shingles, shingles) >= likeness)
    if (!found && same.length < mostPages) this.#byTitle.set(key, [...same, { url: page.url, shingles, numbers }])
    return found?.url
  }
}

function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let both = 0
  for (const one of a) if (b.has(one)) both++
  return both / (a.size + b.size - both)
}
