/** Sites that are read again by the clock. The next time stands in the store, so a restart forgets none. */
import { createHash } from 'node:crypto'
import { AppError } from '../../errors.ts'
import { type Source, sources } from '../../store/records.ts'
import { type Store, update } from '../../store/store.ts'
import type { Jobs } from '../jobs/queue.ts'

export interface Schedule {
  /** Begins what is due now; returns how many. The clock calls it every minute. */
  tick(): Promise<number>
  close(): void
}

export interface ScheduleDeps {
  store: Store
  jobs: Jobs
  now: () => Date
  isActive(clientId: string): boolean
  reportError(error: unknown): void
}

const everyMs: Record<string, number> = { daily: 86_400_000, weekly: 7 * 86_400_000 }
/** Sites do not all begin at the same minute, nor at the same one every day. */
const jitter = 0.05
const tickMs = 60_000

export function createSchedule({ store, jobs, now, isActive, reportError }: ScheduleDeps): Schedule {
  const rows = store.table(sources)

  const begin = async (row: Source): Promise<boolean> => {
    // First the next time, so that a failure is not tried again every minute.
    await store.commit([update(sources, row.source_id, { next_run_at: nextRun(row, now()) })])
    if (!isActive(row.client_id)) return false
    try {
      await jobs.enqueue(
        row.client_id,
        'crawl',
        { source_id: row.source_id, url: row.url, by: 'schedule' },
        { once: 'source_id' },
      )
      return true
    } catch (error) {
      // It is being read already, or too much waits: the next time will do.
      if (error instanceof AppError && (error.code === 'conflict' || error.code === 'rate_limited')) return false
      throw error
    }
  }
  const tick = async (): Promise<number> => {
    const at = now().toISOString()
    let begun = 0
    for (const row of [...rows.all()]) {
      if (row.kind !== 'site' || !row.next_run_at || row.next_run_at > at || !everyMs[row.schedule]) continue
      if (await begin(row)) begun++
    }
    return begun
  }
  const timer = setInterval(() => tick().catch(reportError), tickMs)
  timer.unref()
  return { tick, close: () => clearInterval(timer) }
}

/** ISO 8601; empty when nothing is scheduled. A twentieth of the interval earlier or later, by source and day. */
export function nextRun(row: Pick<Source, 'source_id' | 'schedule'>, from: Date): string {
  const every = everyMs[row.schedule]
  if (!every) return ''
  const chance =
    createHash('sha256')
      .update(row.source_id + from.toISOString())
      .digest()
      .readUInt32BE() / 0xffff_ffff
  return new Date(from.getTime() + every * (1 + jitter * (2 * chance - 1))).toISOString()
}
