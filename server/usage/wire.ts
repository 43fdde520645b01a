/** Wire shapes of usage. */
import { z } from '@hono/zod-openapi'

/** This month against the limit; part of each chat reply. */
export const Usage = z
  .object({ limit: z.number().int(), used: z.number().int(), remaining: z.number().int(), resets_at: z.string() })
  .openapi('Usage')
export type Usage = z.infer<typeof Usage>

/**
 * GET /api/usage: this month against the limit, and the last 30 UTC days, oldest first. `answered` counts every request
 * that did not end in “I don’t know”.
 */
export const UsageOverview = Usage.extend({
  days: z.array(
    z.object({ date: z.string(), requests: z.number().int(), answered: z.number().int() }).openapi('UsageDay'),
  ),
  /** The newest questions that were not answered, newest first, at most 10. */
  unanswered: z.array(z.object({ message: z.string(), timestamp: z.string() }).openapi('UnansweredQuestion')),
}).openapi('UsageOverview')
export type UsageOverview = z.infer<typeof UsageOverview>

const rows = z.number().int()
export const AnalyticsTotals = z
  .object({
    requests: rows,
    /** From the knowledge. */
    answered: rows,
    refused: rows,
    small_talk: rows,
    conversations: rows,
    up: rows,
    down: rows,
    /** Half of all answers came quicker; null without any. */
    median_ms: rows.nullable(),
    /** The slowest twentieth took longer. */
    slow_ms: rows.nullable(),
  })
  .openapi('AnalyticsTotals')
export type AnalyticsTotals = z.infer<typeof AnalyticsTotals>

const EntryUse = z.object({ id: z.string(), name: z.string(), source: z.string(), count: rows }).openapi('EntryUse')

/** GET /api/analytics: a span of UTC days, beside the span of equal length before it. Rankings have at most 25 rows. */
export const AnalyticsReport = z
  .object({
    from: z.string(),
    to: z.string(),
    totals: AnalyticsTotals,
    before: z.object({ from: z.string(), to: z.string(), totals: AnalyticsTotals }),
    days: z.array(
      z
        .object({ date: z.string(), requests: rows, answered: rows, refused: rows, up: rows, down: rows })
        .openapi('AnalyticsDay'),
    ),
    /** Requests by weekday (Sunday first) and UTC hour. */
    week: z.array(z.array(rows)),
    questions: z.array(z.object({ question: z.string(), count: rows, answered: rows }).openapi('AskedQuestion')),
    languages: z.array(z.object({ lang: z.string(), count: rows })),
    pages: z.array(z.object({ page: z.string(), count: rows })),
    /** By category of the cited entries. */
    topics: z.array(z.object({ topic: z.string(), count: rows })),
    /** Answers by source, and how many of its entries gave any. */
    sources: z.array(z.object({ source: z.string(), count: rows, entries: rows, used: rows })),
    used: z.array(EntryUse),
    unused: z.object({ total: rows, entries: z.array(EntryUse) }),
  })
  .openapi('AnalyticsReport')
export type AnalyticsReport = z.infer<typeof AnalyticsReport>

const day = z.iso.date('must be a day like 2026-03-31')
export const AnalyticsQuery = z.object({ from: day.optional(), to: day.optional() })
export const AnalyticsExportQuery = AnalyticsQuery.extend({
  format: z.enum(['csv', 'xlsx']).default('csv'),
  /** Which table, for csv; xlsx has a sheet for each. */
  table: z.enum(['days', 'hours', 'questions', 'topics', 'sources', 'entries', 'languages', 'pages']).default('days'),
})
