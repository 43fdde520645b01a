/** How fast a site is read: a pause between two pages, and a number of pages an hour. */
import { setTimeout as sleep } from 'node:timers/promises'

export interface PaceOptions {
  /** Milliseconds between the beginnings of two visits. */
  delayMs: number
  perHour: number
  now: () => Date
  /** Earlier visits of this site (ISO 8601), which count for the hour. */
  visits: readonly string[]
}

const hour = 3_600_000
const maxDelayMs = 30_000
/** A site that wants a longer rest is asked once more after it, and left then. */
const maxRestMs = 120_000

export class Pace {
  #delayMs: number
  /** On top of it, since the site asked for rest. */
  #extraMs = 0
  readonly #perHour: number
  readonly #now: () => Date
  readonly #visits: number[]
  #last = -Infinity
  /** Until then (of `performance.now()`) the site asked to be left alone. */
  #restsUntil = -Infinity

  constructor({ delayMs, perHour, now, visits }: PaceOptions) {
    this.#delayMs = delayMs
    this.#perHour = perHour
    this.#now = now
    const since = now().getTime() - hour
    this.#visits = visits
      .map(at => Date.parse(at))
      .filter(at => at > since)
      .sort((a, b) => a - b)
  }

  /** What the site asks for, if it is more. */
  atLeast(delayMs: number): void {
    this.#delayMs = Math.max(this.#delayMs, delayMs)
  }

  /** The site asked for rest; of what it asks for, at most `maxRestMs` is heeded at a time. */
  slower(afterMs = 0): void {
    this.#restsUntil = Math.max(this.#restsUntil, performance.now() + Math.min(maxRestMs, afterMs))
    this.#extraMs = Math.min(maxDelayMs, Math.max(500, this.#extraMs * 2))
  }

  /** It answers again: step by step back to the usual pause. */
  faster(): void {
    this.#extraMs = this.#extraMs < 50 ? 0 : this.#extraMs * 0.7
  }

  /** When the next visit may begin, by the hour's count; undefined: now. */
  fullUntil(): Date | undefined {
    const at = this.#now().getTime()
    while (this.#visits.length > 0 && this.#visits[0]! <= at - hour) this.#visits.shift()
    return this.#visits.length < this.#perHour
      ? undefined
      : new Date(this.#visits[this.#visits.length - this.#perHour]! + hour)
  }

  /** A moment of the time until `fullUntil`; look again after it. */
  async rest(signal: AbortSignal): Promise<void> {
    const until = this.fullUntil()?.getTime() ?? 0
    await sleep(Math.max(0, Math.min(1000, until - this.#now().getTime())), undefined, { signal })
  }

  /** Waits for the turn of the next visit and counts it. Rejects when the signal is aborted. */
  async turn(signal: AbortSignal): Promise<void> {
    const wait = Math.max(this.#last + this.#delayMs + this.#extraMs, this.#restsUntil) - performance.now()
    if (wait > 0) await sleep(wait, undefined, { signal })
    signal.throwIfAborted()
    this.#last = performance.now()
    this.#visits.push(this.#now().getTime())
  }
}
