/** A span of days: from and to, both in it. */
import { t } from '../text.ts'

interface DateSpanProps {
  /** YYYY-MM-DD, or empty for an open end. */
  from: string
  to: string
  onChange: (span: { from: string; to: string }) => void
}

export function DateSpan({ from, to, onChange }: DateSpanProps) {
  return (
    <span class="date-span">
      <label class="date-filter">
        {t.talks.from}
        <input
          type="date"
          class="control"
          value={from}
          max={to || undefined}
          onChange={event => onChange({ from: event.currentTarget.value, to })}
        />
      </label>
      <label class="date-filter">
        {t.talks.to}
        <input
          type="date"
          class="control"
          value={to}
          min={from || undefined}
          onChange={event => onChange({ from, to: event.currentTarget.value })}
        />
      </label>
    </span>
  )
}
