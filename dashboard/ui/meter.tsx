/** How much of a limit is used. Nearing and reaching it is said in words too, never by colour alone. */
import { useEffect, useId, useRef } from 'preact/hooks'
import { count, t } from '../text.ts'

interface MeterProps {
  label: string
  used: number
  limit: number
  /** Below the bar: when it resets, what to do. */
  note?: string
}

export function Meter({ label, used, limit, note }: MeterProps) {
  const id = useId()
  const bar = useRef<HTMLSpanElement>(null)
  const part = limit > 0 ? Math.min(1, used / limit) : 1
  const state = part >= 1 ? 'full' : part >= 0.8 ? 'near' : 'fine'
  useEffect(() => {
    // Anything used at all is visible.
    bar.current!.style.width = used > 0 ? `max(4px, ${part * 100}%)` : '0'
  }, [part, used])
  return (
    <div class={`meter meter-${state}`}>
      <div class="meter-head">
        <span id={id}>{label}</span>
        <span class="meter-figure">
          <b>{count(used)}</b> {t.ofLimit(count(limit))}
        </span>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: browsers do not let a <meter> be drawn like this. */}
      <div
        class="meter-track"
        role="meter"
        aria-labelledby={id}
        aria-valuemin={0}
        aria-valuemax={Math.max(limit, used)}
        aria-valuenow={used}
        aria-valuetext={t.meterText(count(used), count(limit))}
      >
        <span class="meter-bar" ref={bar} />
      </div>
      {(note || state !== 'fine') && (
        <p class="meter-note">
          {state === 'full' && <strong>{t.limitReached} </strong>}
          {state === 'near' && <strong>{t.limitNear} </strong>}
          {note}
        </p>
      )}
    </div>
  )
}
