/** A span of days as the portal and spreadsheets show it, beside the span of equal length before it. */
import { AppError } from '../errors.ts'
import { type KnowledgeRow, knowledge } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { type Analytics, sumOf } from './analytics.ts'
import type { DayTally } from './day.ts'
import { quantile } from './histogram.ts'
import type { AnalyticsReport, AnalyticsTotals } from './wire.ts'

const dayMs = 86_400_000
const maxDays = 366
/** Rows of each ranking. */
const top = 25

export type Reports = (
  clientId: string,
  span: { from?: string | undefined; to?: string | undefined },
) => Promise<AnalyticsReport>

/** Days are UTC, both ends included; by default the last 30. @throws AppError `invalid_request` for a span that is none */
export function createReports(deps: { store: Store; analytics: Analytics; now: () => Date }): Reports {
  const { store, analytics, now } = deps
  return async (clientId, span) => {
    const to = span.to ?? now().toISOString().slice(0, 10)
    const from = span.from ?? shift(to, -29)
    const length = (Date.parse(to) - Date.parse(from)) / dayMs + 1
    if (!(length >= 1 && length <= maxDays))
      throw new AppError('invalid_request', `from: must be at most ${maxDays} days before to, and not after it.`, {
        errors: [{ pointer: '#/query/from', detail: `must be at most ${maxDays} days before to, and not after it` }],
      })
    const before = { from: shift(from, -length), to: shift(from, -1) }
    // The earlier one first: it says how far back has to be read.
    const earlier = sumOf((await analytics.days(clientId, before.from, before.to)).values())
    const days = await analytics.days(clientId, from, to)
    const sum = sumOf(days.values())
    const entries = await store.partition(knowledge, clientId)

    return {
      from,
      to,
      totals: totalsOf(sum),
      before: { ...before, totals: totalsOf(earlier) },
      days: Array.from({ length }, (_, i) => {
        const date = shift(from, i)
        const day = days.get(date)
        return {
          date,
          requests: day?.requests ?? 0,
          answered: day?.answered ?? 0,
          refused: day?.refused ?? 0,
          up: day?.up ?? 0,
          down: day?.down ?? 0,
        }
      }),
      week: weekOf(days),
      questions: [...sum.questions.values()].sort((a, b) => b.count - a.count).slice(0, top),
      languages: ranked(sum.languages, 'lang'),
      pages: ranked(sum.pages, 'page'),
      topics: ranked(
        byColumn(sum, id => entries.get(id)?.category),
        'topic',
      ),
      ...sourcesOf(sum, [...entries.all()]),
    }
  }
}

const shift = (date: string, days: number) => new Date(Date.parse(date) + days * dayMs).toISOString().slice(0, 10)

function totalsOf(sum: DayTally): AnalyticsTotals {
  return {
    requests: sum.requests,
    answered: sum.answered,
    refused: sum.refused,
    small_talk: sum.smallTalk,
    conversations: sum.conversations.size,
    up: sum.up,
    down: sum.down,
    median_ms: quantile(sum.times, 0.5),
    slow_ms: quantile(sum.times, 0.95),
  }
}

/** Requests by weekday (Sunday first) and UTC hour. */
function weekOf(days: Map<string, DayTally>): number[][] {
  const week = Array.from({ length: 7 }, () => Array<number>(24).fill(0))
  for (const [date, day] of days) {
    const row = week[new Date(date).getUTCDay()]!
    for (let hour = 0; hour < 24; hour++) row[hour]! += day.hours[hour]!
  }
  return week
}

function ranked<N extends string>(counts: Map<string, number>, name: N) {
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, top)
    .map(([value, count]) => ({ [name]: value, count }) as Record<N, string> & { count: number })
}

/** Answers by a column of the entries they were taken from; entries that are gone are in no row. */
function byColumn(sum: DayTally, columnOf: (id: string) => string | undefined): Map<string, number> {
  const counts = new Map<string, number>()
  for (const [id, n] of sum.entries) {
    const value = columnOf(id)
    if (value) counts.set(value, (counts.get(value) ?? 0) + n)
  }
  return counts
}

function sourcesOf(sum: DayTally, rows: KnowledgeRow[]): Pick<AnalyticsReport, 'sources' | 'used' | 'unused'> {
  const live = rows.filter(row => row.is_active)
  const sources = new Map<string, { source: string; count: number; entries: number; used: number }>()
  for (const row of live) {
    const source = sources.get(row.source) ?? { source: row.source, count: 0, entries: 0, used: 0 }
    const count = sum.entries.get(row.id) ?? 0
    source.count += count
    source.entries++
    if (count > 0) source.used++
    sources.set(row.source, source)
  }
  const named = (row: KnowledgeRow) => ({
    id: row.id,
    name: (row.question || row.title || row.content).slice(0, 160),
    source: row.source,
    count: sum.entries.get(row.id) ?? 0,
  })
  const idle = live.filter(row => !sum.entries.has(row.id))
  return {
    sources: [...sources.values()].sort((a, b) => b.count - a.count || b.entries - a.entries).slice(0, top),
    used: live
      .filter(row => sum.entries.has(row.id))
      .map(named)
      .sort((a, b) => b.count - a.count)
      .slice(0, top),
    unused: { total: idle.length, entries: idle.slice(0, top).map(named) },
  }
}
