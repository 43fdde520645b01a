/** What was asked in a span of days, and how it went, beside the span before it. */

import { useMemo } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { type AnalyticsReport, api } from '../../api.ts'
import { useAddressFilter } from '../../filter.ts'
import { paths } from '../../navigation.ts'
import { useResource } from '../../resource.ts'
import { count, languageName, percent, t, utcDayOf, weekdayOf } from '../../text.ts'
import { ButtonLink } from '../../ui/button.tsx'
import { Select } from '../../ui/choice.tsx'
import { DateSpan } from '../../ui/date-span.tsx'
import { LineChart } from '../../ui/line-chart.tsx'
import { Card, Empty, Failed, Loading, Page } from '../../ui/surface.tsx'
import { Figures } from './figures.tsx'
import { Shares } from './shares.tsx'

const dayMs = 86_400_000
const none = { days: '30', from: '', to: '' }
const spans = ['7', '30', '90', '365']

const isoDay = (ms: number) => new Date(ms).toISOString().slice(0, 10)

export default function Analytics() {
  const { filter, change } = useAddressFilter(paths.analytics, none)
  const { path } = useLocation()
  const own = filter.from !== '' || filter.to !== ''
  const to = filter.to || isoDay(Date.now())
  const from = filter.from || isoDay(Date.parse(to) - (Number(filter.days) - 1) * dayMs)
  const span = { from, to }
  const report = useResource(`analytics:${path}:${from}:${to}`, () => api.analytics(span))
  const data = report.data.value
  return (
    <Page
      title={t.nav.analytics}
      lead={
        data &&
        t.analytics.lead(utcDayOf(data.from), utcDayOf(data.to), utcDayOf(data.before.from), utcDayOf(data.before.to))
      }
      actions={
        <>
          <a class="button button-secondary button-small" href={api.analyticsExportPath(span, 'csv')} download>
            CSV
          </a>
          <a class="button button-secondary button-small" href={api.analyticsExportPath(span, 'xlsx')} download>
            XLSX
          </a>
        </>
      }
    >
      <search class="filters">
        <Select
          label={t.analytics.span}
          value={own ? '' : filter.days}
          options={[
            ...spans.map(days => ({ value: days, label: t.analytics.days(days) })),
            { value: '', label: t.analytics.own },
          ]}
          onChange={days => change(days ? { days, from: '', to: '' } : { from, to })}
        />
        <DateSpan from={from} to={to} onChange={change} />
      </search>
      {report.error.value && <Failed error={report.error.value} onRetry={report.reload} />}
      {!data && !report.error.value && <Loading lines={8} />}
      {data && data.totals.requests === 0 && (
        <Empty
          icon="chart"
          title={t.analytics.empty}
          actions={<ButtonLink href={paths.integrate}>{t.nav.integrate}</ButtonLink>}
        >
          {t.analytics.emptyText}
        </Empty>
      )}
      {data && data.totals.requests > 0 && <Report report={data} />}
    </Page>
  )
}

function Report({ report }: { report: AnalyticsReport }) {
  const { totals, days } = report
  const dates = useMemo(() => days.map(day => day.date), [report])
  const series = useMemo(
    () => [
      { label: t.overview.questions, values: days.map(day => day.requests), kind: 'solid' as const },
      { label: t.overview.unanswered, values: days.map(day => day.refused), kind: 'dashed' as const },
    ],
    [report],
  )
  return (
    <>
      <Card title={t.analytics.overall}>
        <Figures totals={totals} before={report.before.totals} />
      </Card>
      <Card title={t.analytics.byDay}>
        <LineChart
          dates={dates}
          series={series}
          label={t.analytics.chartLabel(count(totals.requests), count(totals.refused))}
        />
      </Card>
      <Card title={t.analytics.byHour}>
        <p class="quiet">{t.analytics.byHourText}</p>
        <Week week={report.week} />
      </Card>
      <div class="tiles">
        <Shares
          title={t.analytics.questions}
          rows={report.questions.map(one => ({
            name: one.question,
            count: one.count,
            note: one.answered < one.count ? t.analytics.missed(count(one.count - one.answered)) : undefined,
          }))}
        />
        <Shares title={t.analytics.topics} rows={report.topics.map(one => ({ name: one.topic, count: one.count }))} />
        <Shares
          title={t.analytics.sources}
          rows={report.sources.map(one => ({
            name: one.source,
            count: one.count,
            note: t.analytics.entriesUsed(count(one.used), count(one.entries)),
          }))}
        />
        <Shares
          title={t.analytics.entries}
          rows={report.used.map(one => ({ name: one.name, count: one.count, href: paths.entry(one.id) }))}
        />
        <Shares
          title={t.analytics.languages}
          rows={report.languages.map(one => ({ name: languageName(one.lang), count: one.count }))}
        />
        <Shares
          title={t.analytics.pages}
          rows={report.pages.map(one => ({ name: one.page.replace(/^https?:\/\//, ''), count: one.count }))}
        />
      </div>
      {report.unused.total > 0 && (
        <Card title={t.analytics.unused(report.unused.total)} flush>
          <p class="card-lead">{t.analytics.unusedText}</p>
          <ul class="rows">
            {report.unused.entries.slice(0, 10).map(entry => (
              <li key={entry.id} class="row-item">
                <a href={paths.entry(entry.id)}>{entry.name}</a>
                <span class="quiet">{entry.source}</span>
              </li>
            ))}
          </ul>
        </Card>
      )}
      {totals.up + totals.down > 0 && (
        <p class="quiet">
          {t.analytics.satisfaction(count(totals.up + totals.down), percent(totals.up / (totals.up + totals.down)))}
        </p>
      )}
    </>
  )
}

/** The reader's own hours: the counts are by UTC hour, Sunday first. */
function inReadersTime(week: number[][]): number[][] {
  const shift = -Math.round(new Date().getTimezoneOffset() / 60)
  const shifted = Array.from({ length: 7 }, () => Array<number>(24).fill(0))
  for (const [day, hours] of week.entries())
    for (const [hour, n] of hours.entries()) {
      const at = (((day * 24 + hour + shift) % 168) + 168) % 168
      shifted[Math.floor(at / 24)]![at % 24]! += n
    }
  // A week begins with Monday.
  return [...shifted.slice(1), shifted[0]!]
}

function Week({ week }: { week: number[][] }) {
  const rows = inReadersTime(week)
  const top = Math.max(1, ...rows.flat())
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, so the keyboard must reach it.
    <section class="week-scroll" tabIndex={0} aria-label={t.analytics.byHourText}>
      <table class="week">
        <thead>
          <tr>
            <td />
            {Array.from({ length: 24 }, (_, hour) => (
              <th key={hour} scope="col" class="week-head">
                {hour}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((hours, i) => (
            <tr key={i}>
              <th scope="row" class="week-head week-day">
                {weekdayOf((i + 1) % 7)}
              </th>
              {hours.map((n, hour) => (
                <td key={hour} class="week-cell">
                  <span class="week-heat" style={{ height: `${(100 * n) / top}%` }} />
                  <span class="week-count">{n > 0 ? count(n) : ''}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
