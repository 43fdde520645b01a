/** The figures that matter, and what they were before. */
import type { AnalyticsReport } from '../../api.ts'
import { count, percent, t } from '../../text.ts'

type Totals = AnalyticsReport['totals']

const rate = (part: number, all: number) => (all > 0 ? part / all : null)
const seconds = (ms: number) =>
  ms < 1_000 ? t.analytics.ms(count(ms)) : t.analytics.s(count(Math.round(ms / 100) / 10))
const maybe = <V,>(value: V | null, show: (value: V) => string) => (value === null ? '–' : show(value))

export function Figures({ totals, before }: { totals: Totals; before: Totals }) {
  const figures = [
    { label: t.overview.questions, of: (one: Totals): number | null => one.requests, show: count },
    { label: t.nav.conversations, of: (one: Totals): number | null => one.conversations, show: count },
    {
      label: t.analytics.answeredRate,
      of: (one: Totals) => rate(one.answered, one.answered + one.refused),
      show: percent,
    },
    { label: t.analytics.helpful, of: (one: Totals) => rate(one.up, one.up + one.down), show: percent },
    { label: t.analytics.median, of: (one: Totals) => one.median_ms, show: seconds },
    { label: t.analytics.slow, of: (one: Totals) => one.slow_ms, show: seconds },
  ]
  return (
    <dl class="figures">
      {figures.map(({ label, of, show }) => (
        <div key={label}>
          <dt class="figure-label">{label}</dt>
          <dd>
            <p class="figure-value">{maybe(of(totals), show)}</p>
            <p class="figure-change">{t.analytics.before(maybe(of(before), show))}</p>
          </dd>
        </div>
      ))}
    </dl>
  )
}
