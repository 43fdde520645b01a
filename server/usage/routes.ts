/** HTTP of usage. */
import { route } from '../http/route.ts'
import { tableTypes } from '../http/table-file.ts'
import { csvOf, xlsxOf } from './export.ts'
import type { Overview } from './overview.ts'
import type { Reports } from './report.ts'
import { AnalyticsExportQuery, AnalyticsQuery, AnalyticsReport, UsageOverview } from './wire.ts'

export function usageRoutes(deps: { overview: Overview; reports: Reports }) {
  return {
    overview: route({
      summary: 'This month and the last 30 days',
      tag: 'Usage',
      replies: { 200: { description: 'Usage', schema: UsageOverview } },
      handle: async ({ caller }) => ({ body: await deps.overview.of(caller.clientId) }),
    }),

    analytics: route({
      summary: 'What was asked in a span of days, beside the span before it',
      description: 'Days are UTC, both ends included; the last 30 by default, 366 at most.',
      tag: 'Usage',
      query: AnalyticsQuery,
      replies: { 200: { description: 'The report', schema: AnalyticsReport } },
      handle: async ({ caller, query }) => ({ body: await deps.reports(caller.clientId, query) }),
    }),

    exportAnalytics: route({
      summary: 'The same as a file',
      description: '`format=csv` with `table`, or `format=xlsx` with a sheet for each table.',
      tag: 'Usage',
      query: AnalyticsExportQuery,
      replies: { 200: { description: 'The file', schema: null, media: tableTypes.slice(0, 2) } },
      async handle({ caller, query }) {
        const report = await deps.reports(caller.clientId, query)
        const name = `parley-${report.from}-${report.to}${query.format === 'csv' ? `-${query.table}` : ''}.${query.format}`
        const headers = { 'Content-Disposition': `attachment; filename="${name}"`, 'Cache-Control': 'no-store' }
        return query.format === 'csv'
          ? new Response(csvOf(report, query.table), {
              headers: { ...headers, 'Content-Type': 'text/csv; charset=UTF-8' },
            })
          : new Response(new Uint8Array(await xlsxOf(report)), {
              headers: {
                ...headers,
                'Content-Type': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
              },
            })
      },
    }),
  }
}
