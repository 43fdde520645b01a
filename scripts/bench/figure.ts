/** One line of the table: what was measured, what is wanted, and whether it is so. */

export interface Figure {
  /** Short and unique. */
  name: string
  /** Null when it could not be measured; `note` then says why. */
  value: number | null
  goal: { at: 'least' | 'most'; value: number } | null
  unit?: string
  /** The middle half of the ratios. */
  spread?: [number, number]
  /** What the ratio was made from. */
  note?: string
}

export const atLeast = (value: number): Figure['goal'] => ({ at: 'least', value })
export const atMost = (value: number): Figure['goal'] => ({ at: 'most', value })

export type Verdict = 'met' | 'missed' | '–'

export function verdictOf({ value, goal }: Figure): Verdict {
  if (value === null || goal === null) return '–'
  return (goal.at === 'least' ? value >= goal.value : value <= goal.value) ? 'met' : 'missed'
}

/** Three significant digits, thousands apart. */
export function show(value: number | null): string {
  if (value === null) return 'not measured'
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 0.1 ? 2 : 4
  return value.toLocaleString('en', { maximumFractionDigits: digits, minimumFractionDigits: Math.min(digits, 2) })
}

/** The table as text, notes under their line. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map(figure => {
    const unit = figure.unit ? ` ${figure.unit}` : ''
    const goal = figure.goal ? `${figure.goal.at === 'least' ? '≥' : '≤'} ${show(figure.goal.value)}${unit}` : ''
    const spread = figure.spread ? ` (${show(figure.spread[0])}–${show(figure.spread[1])})` : ''
    return [figure.name, `${show(figure.value)}${figure.value === null ? '' : unit}${spread}`, goal, verdictOf(figure)]
  })
  const head = ['figure', 'value (middle half)', 'goal', 'verdict']
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map(row => row[column]!.length)))
  const line = (cells: string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd()
  const out = [line(head), widths.map(width => '─'.repeat(width)).join('  ')]
  rows.forEach((row, i) => {
    out.push(line(row))
    if (figures[i]!.note) out.push(`    ${figures[i]!.note}`)
  })
  return out.join('\n')
}
