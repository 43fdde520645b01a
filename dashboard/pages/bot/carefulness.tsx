/** How sure the bot must be, with what that would have changed for the questions that were really asked. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { api, type ThresholdPreview } from '../../api.ts'
import { count, t } from '../../text.ts'
import { Choice } from '../../ui/choice.tsx'
import { Card } from '../../ui/surface.tsx'
import { optionsOf } from './look.tsx'
import type { BotForm } from './page.tsx'

/** The confidence of each step; the server's own names are the same. */
const steps = { helpful: 0.35, balanced: 0.5, careful: 0.65, strict: 0.8 }
type Step = keyof typeof steps

export function Carefulness({ form }: { form: BotForm }) {
  const value = form.values.value.carefulness
  const step = (Object.keys(steps) as Step[]).reduce((best, next) =>
    Math.abs(steps[next] - value) < Math.abs(steps[best] - value) ? next : best,
  )
  const preview = useSignal<ThresholdPreview | undefined>(undefined)
  useEffect(() => {
    let current = true
    api.previewThreshold(String(value)).then(
      found => {
        if (current) preview.value = found
      },
      () => {
        // Without a preview the setting can still be changed.
      },
    )
    return () => {
      current = false
    }
  }, [value])
  const seen = preview.value
  const examples = [
    ...(seen?.would_answer ?? []).map(one => ({ ...one, now: true })),
    ...(seen?.would_refuse ?? []).map(one => ({ ...one, now: false })),
  ].slice(0, 6)
  return (
    <Card title={t.bot.careful}>
      <p>{t.bot.carefulText}</p>
      <Choice
        label={t.bot.careful}
        quietLabel
        value={step}
        options={optionsOf(t.bot.steps)}
        onChange={next => form.set('carefulness', steps[next])}
      />
      <div role="status">
        {seen && seen.questions > 0 && (
          <p>{t.bot.wouldBe(count(seen.questions), count(seen.before.answered), count(seen.after.answered))}</p>
        )}
        {seen?.questions === 0 && <p class="quiet">{t.bot.noQuestions}</p>}
      </div>
      {examples.length > 0 && (
        <ul class="bullets">
          {examples.map(one => (
            <li key={one.question + one.timestamp}>
              {one.question} <span class="quiet">{one.now ? t.bot.wouldAnswer : t.bot.wouldRefuse}</span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
