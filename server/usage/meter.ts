/** The monthly limit: one request is held before the work, settled with the turn, or given back when it failed. */
import type { Allowance } from '../accounts/plan.ts'
import { AppError } from '../errors.ts'
import { requests } from '../store/records.ts'
import type { Reservation, Store } from '../store/store.ts'
import { periodOf, resetsAt } from './period.ts'
import type { Usage } from './wire.ts'

export interface Meter {
  /** Atomic: of two callers, one gets the last request. @throws AppError `quota_exceeded` with `resets_at` */
  reserve(clientId: string): Reservation
  /** This month's use, settled requests only. */
  usage(clientId: string): Usage
}

export function createMeter(deps: { store: Store; allowance(clientId: string): Allowance; now: () => Date }): Meter {
  const counter = deps.store.counter(requests)
  return {
    reserve(clientId) {
      const at = deps.now()
      const limit = deps.allowance(clientId).monthlyRequests
      const reservation = counter.reserve(clientId, periodOf(at), 1, limit)
      if (reservation) return reservation
      const until = resetsAt(at)
      throw new AppError('quota_exceeded', `The monthly limit of ${limit.toLocaleString('en')} requests is reached.`, {
        members: { resets_at: until, limit },
        retryAfter: Math.ceil((Date.parse(until) - at.getTime()) / 1000),
      })
    },
    usage(clientId) {
      const at = deps.now()
      const limit = deps.allowance(clientId).monthlyRequests
      const used = counter.value(clientId, periodOf(at))
      return { limit, used, remaining: Math.max(0, limit - used), resets_at: resetsAt(at) }
    },
  }
}
