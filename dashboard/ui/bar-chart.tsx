/**
 * Requests by day as bars: the answered part filled, the unanswered part hatched on top, so that it reads without
 * colour. The same numbers stand in a table behind it.
 */
import { count, t, utcDayOf } from '../text.ts'

export interface DayCount {
  /** UTC calendar day, 2026-11-21. */
  date: string
  requests: number
  answered: number
}

/** Places in per cent of the drawing, so that bars keep sharp edges at any width. */
const pc = (part: number) => `${Math.round(part * 10_000) / 100}%`
/** How much of a day's place its bar fills. */
const fill = 0.66

export function BarChart({ days, label }: { days: DayCount[]; label: string }) {
  const top = niceTop(Math.max(...days.map(day => day.requests), 0))
  const step = 1 / days.length
  return (
    <figure class="chart">
      <div class="chart-plot">
        <div class="chart-scale" aria-hidden="true">
          <span>{count(top)}</span>
          <span>{count(top / 2)}</span>
          <span>0</span>
        </div>
        <svg role="img" aria-label={label}>
          <defs>
            <pattern id="chart-hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
              <rect class="chart-hatch-ground" width="5" height="5" />
              <rect class="chart-hatch-line" width="2" height="5" />
            </pattern>
          </defs>
          {[0, 0.5, 1].map(part => (
            <line key={part} class="chart-grid" x1="0" x2="100%" y1={pc(part)} y2={pc(part)} />
          ))}
          {days.map((day, i) => {
            const place = { x: pc(step * (i + (1 - fill) / 2)), width: pc(step * fill) }
            const bar = (value: number, from: number) => ({
              ...place,
              y: pc(1 - (from + value) / top),
              height: pc(value / top),
            })
            return (
              <g key={day.date}>
                <title>{t.overview.dayTip(utcDayOf(day.date), count(day.requests), count(day.answered))}</title>
                <rect class="chart-hit" x={pc(step * i)} y="0" width={pc(step)} height="100%" />
                <rect fill="url(#chart-hatch)" {...bar(day.requests - day.answered, day.answered)} />
                <rect class="chart-answered" {...bar(day.answered, 0)} />
              </g>
            )
          })}
        </svg>
        <div class="chart-dates" aria-hidden="true">
          <span>{days[0] && utcDayOf(days[0].date)}</span>
          <span>{days.length > 0 && utcDayOf(days[days.length - 1]!.date)}</span>
        </div>
      </div>
      <figcaption class="chart-key">
        <span class="chart-key-answered">{t.overview.answered}</span>
        <span class="chart-key-unanswered">{t.overview.unanswered}</span>
      </figcaption>
      <details class="chart-table">
        <summary>{t.overview.asTable}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{t.overview.day}</th>
              <th scope="col">{t.overview.questions}</th>
              <th scope="col">{t.overview.answered}</th>
            </tr>
          </thead>
          <tbody>
            {[...days].reverse().map(day => (
              <tr key={day.date}>
                <th scope="row">{utcDayOf(day.date)}</th>
                <td>{count(day.requests)}</td>
                <td>{count(day.answered)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  )
}

/** The smallest even 2, 4, 10, 20, 40, 100 … that holds `max`, so that the half line is a whole number too. */
function niceTop(max: number): number {
  for (let scale = 1; ; scale *= 10) for (const step of [2, 4, 10]) if (step * scale >= max) return step * scale
}
