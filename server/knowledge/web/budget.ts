/** Keeps a crawl out of circles: how many addresses of one shape are worth a visit. */
import { shapeOf } from './address.ts'

/** Of a calendar; it may say what is on in the months around today. */
const days = 12
/** Of pages that one template makes, before it is looked at what they are worth. */
const trial = 25

export class ShapeBudget {
  readonly #seen = new Map<string, { visits: number; kept: number }>()

  /** Whether one more address of this shape is worth a visit. */
  allows(address: string): boolean {
    const { key, kind } = shapeOf(address)
    const seen = this.#seen.get(key)
    if (kind === 'single' || !seen) return true
    if (kind === 'days') return seen.visits < days
    return seen.visits < trial || seen.kept >= seen.visits / 2
  }

  /** @param kept the page said something that no page before had said */
  visited(address: string, kept: boolean): void {
    const { key } = shapeOf(address)
    const seen = this.#seen.get(key) ?? { visits: 0, kept: 0 }
    this.#seen.set(key, { visits: seen.visits + 1, kept: seen.kept + (kept ? 1 : 0) })
  }
}
