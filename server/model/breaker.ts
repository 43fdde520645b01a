/**
 * Leaves a failing server alone, so that visitors do not wait for what will not come: after a 429 for as long as it asked,
 * after three failures in a row for 10 s, doubled at each further one up to two minutes. Then one call is let through.
 */
import { ModelFault } from './fault.ts'

export interface Breaker {
  /** @throws ModelFault `resting` */
  check(id: string): void
  /** `fault` undefined: the server replied as it should. */
  record(id: string, fault: ModelFault | undefined): void
  /** Servers left alone at the moment. */
  readonly open: number
}

const patience = 3
const shortestMs = 10_000
const longestMs = 120_000
/** A 429 that does not say for how long. */
const quietMs = 5_000
const maxServers = 2_000

/** Faults of the server, or of the way to it; the others say nothing about the next call. */
const counted = new Set([
  'unreachable',
  'silent',
  'too_slow',
  'server_error',
  'cut',
  'unauthorized',
  'unknown_model',
  'wrong_type',
])

export function createBreaker(now: () => number): Breaker {
  const states = new Map<string, { failures: number; until: number }>()
  return {
    check(id) {
      const state = states.get(id)
      if (!state) return
      if (now() < state.until) throw new ModelFault('resting', { retryAfterMs: state.until - now() })
      // The others wait for what becomes of this one.
      if (state.failures >= patience) state.until = now() + shortestMs
    },
    record(id, fault) {
      if (!fault) {
        states.delete(id)
        return
      }
      const state = states.get(id) ?? { failures: 0, until: 0 }
      if (fault.reason === 'rate_limited') {
        state.until = now() + Math.min(fault.retryAfterMs ?? quietMs, longestMs)
      } else if (counted.has(fault.reason)) {
        state.failures++
        const over = state.failures - patience
        if (over >= 0) state.until = now() + Math.min(shortestMs * 2 ** over, longestMs)
      } else return
      states.set(id, state)
      if (states.size > maxServers) states.delete(states.keys().next().value as string)
    },
    get open() {
      return [...states.values()].filter(({ until }) => now() < until).length
    },
  }
}
