/** Tells a client by mail when most, and when all, of the month's requests are used: once each, for as long as the limit stays. */
import type { NoticeBoard } from '../mail/notice.ts'
import type { Post } from '../mail/post.ts'
import type { Store } from '../store/store.ts'
import type { Meter } from './meter.ts'
import { periodOf } from './period.ts'

/** Percent of the month's requests, the highest first. */
const marks = [100, 80]

export interface UsageAlerts {
  /** Called after each stored request; costs next to nothing while there is nothing to tell. */
  after(clientId: string): void
}

export function createUsageAlerts(deps: {
  store: Store
  meter: Meter
  post: Post
  board: NoticeBoard
  now: () => Date
  reportError(error: unknown): void
}): UsageAlerts {
  const { store, meter, post, board, now } = deps
  return {
    after(clientId) {
      if (!post.on) return
      const { used, limit, resets_at } = meter.usage(clientId)
      const percent = limit > 0 ? marks.find(mark => used * 100 >= limit * mark) : undefined
      if (percent === undefined || !board.reaches(clientId, 'usage')) return
      // A larger plan has marks of its own.
      const usage_told = `${periodOf(now())}:${percent}:${limit}`
      if (board.row(clientId)?.usage_told === usage_told) return
      // Looked at and noted in one turn of the event loop, so that it is told once.
      store
        .commit([
          board.note(clientId, { usage_told }),
          ...post.toClient(clientId, 'usage', { percent, limit, resets_at }),
        ])
        .catch(deps.reportError)
    },
  }
}
