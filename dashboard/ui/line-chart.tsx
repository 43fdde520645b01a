/**
 * Numbers by day as lines (uPlot, drawn on a canvas). Lines are told apart by their dashes and fill, not by colour alone;
 * the same numbers stand in a table behind it.
 */
import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import { count, shortDayOf, t, utcDayOf } from '../text.ts'

interface Series {
  label: string
  values: number[]
  /** solid with a filled ground, or dashed. */
  kind: 'solid' | 'dashed'
}

interface LineChartProps {
  /** UTC calendar days. */
  dates: string[]
  series: Series[]
  /** What it shows, in a sentence. */
  label: string
}

const height = 220

export function LineChart({ dates, series, label }: LineChartProps) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const host = place.current!
    let plot: uPlot | undefined
    const draw = () => {
      plot?.destroy()
      plot = new uPlot(optionsOf(host, dates, series), [dates.map((_, i) => i), ...series.map(one => one.values)], host)
    }
    draw()
    const sized = new ResizeObserver(() => plot?.setSize({ width: host.clientWidth, height }))
    sized.observe(host)
    // Colours are drawn into the canvas: with the theme they change.
    const themed = new MutationObserver(draw)
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
    return () => {
      sized.disconnect()
      themed.disconnect()
      plot?.destroy()
    }
  }, [dates, series])
  return (
    <figure class="chart">
      <div class="line-chart" ref={place} role="img" aria-label={label} />
      <figcaption class="chart-key">
        {series.map(one => (
          <span key={one.label} class={`line-key line-key-${one.kind}`}>
            {one.label}
          </span>
        ))}
      </figcaption>
      <details class="chart-table">
        <summary>{t.overview.asTable}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{t.overview.day}</th>
              {series.map(one => (
                <th key={one.label} scope="col">
                  {one.label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {dates
              .map((date, i) => (
                <tr key={date}>
                  <th scope="row">{utcDayOf(date)}</th>
                  {series.map(one => (
                    <td key={one.label}>{count(one.values[i]!)}</td>
                  ))}
                </tr>
              ))
              .reverse()}
          </tbody>
        </table>
      </details>
    </figure>
  )
}

function optionsOf(host: HTMLElement, dates: string[], series: Series[]): uPlot.Options {
  const style = getComputedStyle(host)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  const axis = {
    stroke: colour('--ink-soft'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
    font: `12px ${style.fontFamily}`,
  }
  return {
    width: host.clientWidth,
    height,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, y: false, points: { size: 7 } },
    scales: { x: { time: false }, y: { range: (_, __, max) => [0, Math.max(4, Math.ceil(max * 1.1))] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        values: (_, splits) => splits.map(i => (dates[i] ? shortDayOf(dates[i]) : '')),
        space: 70,
        // Below the other axis’s 0, which reaches half a line lower than the drawing.
        gap: 12,
        size: 36,
      },
      { ...axis, values: (_, splits) => splits.map(n => (Number.isInteger(n) ? count(n) : '')), size: 48 },
    ],
    series: [
      {},
      ...series.map(one =>
        one.kind === 'solid'
          ? {
              label: one.label,
              stroke: colour('--bar'),
              width: 2,
              fill: colour('--accent-soft'),
              points: { show: false },
            }
          : { label: one.label, stroke: colour('--gold'), width: 2, dash: [6, 4], points: { show: false } },
      ),
    ],
  }
}
