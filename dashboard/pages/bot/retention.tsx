/** How long what visitors said is kept, and what would go at once. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { api, type BotSettings, type RetentionPreview } from '../../api.ts'
import { count, t } from '../../text.ts'
import { Card, Notice } from '../../ui/surface.tsx'
import { NumberField } from './number-field.tsx'
import type { BotForm } from './page.tsx'

const pauseMs = 300

export function Retention({ form, saved }: { form: BotForm; saved: BotSettings }) {
  const { retention_days: days, lead_days: leadDays } = form.values.value
  const due = useSignal<RetentionPreview | undefined>(undefined)
  const changed = days !== saved.retention_days || leadDays !== saved.lead_days
  useEffect(() => {
    due.value = undefined
    if (!changed) return
    let current = true
    const timer = setTimeout(() => {
      api.previewRetention({ days: days ?? undefined, lead_days: leadDays ?? undefined }).then(
        found => {
          if (current) due.value = found
        },
        () => {
          // Days that are none are complained of when they are saved.
        },
      )
    }, pauseMs)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [days, leadDays, changed])
  const seen = due.value
  return (
    <Card title={t.bot.retention}>
      <p>{t.bot.retentionText}</p>
      <div class="field-pair">
        <NumberField form={form} name="retention_days" label={t.bot.retentionDays} hint={t.bot.daysHint} />
        <NumberField form={form} name="lead_days" label={t.bot.leadDays} hint={t.bot.daysHint} />
      </div>
      <div role="status">
        {seen && (seen.turns > 0 || seen.leads > 0) && (
          <Notice tone="warn">
            {t.bot.wouldErase(count(seen.conversations), count(seen.turns), count(seen.leads))}
          </Notice>
        )}
        {seen && seen.turns === 0 && seen.leads === 0 && <p class="quiet">{t.bot.wouldEraseNothing}</p>}
      </div>
    </Card>
  )
}
