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

const height = 120
const step = 20
const barWidth = 13

export function BarChart({ days, label }: { days: DayCount[]; label: string }) {
  const top = niceTop(Math.max(...days.map(day => day.requests), 0))
  const width = days.length * step
  const y = (value: number) => height - (value / top) * height
  return (
    <figure class="chart">
      <div class="chart-plot">
        <div class="chart-scale" aria-hidden="true">
          <span>{count(top)}</span>
          <span>{count(top / 2)}</span>
          <span>0</span>
        </div>
        <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={label}>
          <defs>
            <pattern id="chart-hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
              <rect class="chart-hatch-ground" width="5" height="5" />
              <rect class="chart-hatch-line" width="2" height="5" />
            </pattern>
          </defs>
          {[0, 0.5, 1].map(part => (
            <line key={part} class="chart-grid" x1="0" x2={width} y1={height * part} y2={height * part} />
          ))}
          {days.map((day, i) => (
            <g key={day.date}>
              <title>{t.overview.dayTip(utcDayOf(day.date), count(day.requests), count(day.answered))}</title>
              <rect class="chart-hit" x={i * step} y="0" width={step} height={height} />
              <rect
                class="chart-unanswered"
                fill="url(#chart-hatch)"
                x={i * step + (step - barWidth) / 2}
                y={y(day.requests)}
                width={barWidth}
                height={y(day.answered) - y(day.requests)}
              />
              <rect
                class="chart-answered"
                x={i * step + (step - barWidth) / 2}
                y={y(day.answered)}
                width={barWidth}
                height={height - y(day.answered)}
              />
            </g>
          ))}
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
