/** The numbers of a run, for those who watch it and for its end. */
import type { PageRow } from '../../store/records.ts'
import type { IntakeReport } from '../intake/intake.ts'
import type { Frontier } from './frontier.ts'
import { sentenceOf } from './reason.ts'

export function countsOf(frontier: Frontier) {
  const rows = frontier.all()
  const done = rows.filter(frontier.isDone)
  const count = (test: (row: PageRow) => boolean) => done.filter(test).length
  return {
    found: rows.filter(frontier.isOfRun).length,
    kept: count(row => row.state === 'kept'),
    skipped: count(row => row.state === 'skipped' || row.state === 'gone'),
    failed: count(row => row.state === 'failed'),
    unchanged: count(row => row.state === 'kept' && row.reason === 'not_changed'),
  }
}

/** The newest pages that were left out. */
export const recentOf = (frontier: Frontier) =>
  frontier
    .all()
    .filter(row => frontier.isDone(row) && row.state !== 'kept' && row.reason)
    .slice(-5)
    .map(row => ({ what: row.url, reason: sentenceOf(row.reason) }))

/** Entries that a run names. */
const maxListed = 40

/** @param since ISO 8601: the beginning of the run */
export function resultOf(frontier: Frontier, total: IntakeReport, since: string) {
  const reasons: Record<string, number> = {}
  const changes: Record<string, number> = { added: 0, changed: 0, removed: 0 }
  for (const row of frontier.all().filter(frontier.isDone)) {
    if (row.reason) reasons[row.reason] = (reasons[row.reason] ?? 0) + 1
    if (row.change && row.changed_at >= since) changes[row.change] = (changes[row.change] ?? 0) + 1
  }
  const { changes: list, ...entries } = total
  return { entries, reasons, changes, list: list.slice(0, maxListed) }
}
