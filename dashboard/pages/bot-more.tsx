/** Further settings of the bot: where it stands, what it asks visitors for, how careful it is, what pages leave it out. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { api, type BotSettings, type ThresholdPreview } from '../api.ts'
import { count, t } from '../text.ts'
import { Choice } from '../ui/choice.tsx'
import { ListField, TextArea, TextField } from '../ui/field.tsx'
import type { Form } from '../ui/form.ts'
import { Card } from '../ui/surface.tsx'

type Props = { form: Form<BotSettings> }

const options = <V extends string>(labels: Record<V, string>) =>
  (Object.entries(labels) as [V, string][]).map(([value, label]) => ({ value, label }))

export function Place({ form }: Props) {
  const values = form.values.value
  return (
    <Card title={t.botMore.place}>
      <div class="row">
        <Choice
          label={t.botMore.side}
          value={values.position}
          options={options(t.botMore.sides)}
          onChange={side => form.set('position', side)}
        />
        <Choice
          label={t.theme.label}
          value={values.theme}
          options={options(t.botMore.themes)}
          onChange={theme => form.set('theme', theme)}
        />
      </div>
      <div class="field-pair">
        <TextField
          form={form}
          name="launcher"
          label={t.botMore.launcher}
          hint={t.botMore.launcherHint}
          optional
          maxLength={40}
        />
        <TextField
          form={form}
          name="avatar"
          label={t.botMore.avatar}
          hint={t.botMore.avatarHint}
          optional
          maxLength={500}
        />
      </div>
      <TextField form={form} name="placeholder" label={t.botMore.placeholder} optional maxLength={80} />
      <ListField
        form={form}
        name="hide_on"
        label={t.botMore.hide}
        hint={t.botMore.hideHint}
        optional
        itemLabel={t.botMore.hidden}
        addLabel={t.botMore.addHidden}
        placeholder="/checkout/*"
        max={50}
      />
    </Card>
  )
}

export function LeadForm({ form }: Props) {
  const { lead } = form.values.value
  const set = (change: Partial<BotSettings['lead']>) => form.set('lead', { ...form.values.peek().lead, ...change })
  const has = (name: string) => lead.fields.some(field => field.name === name)
  const names = ['name', 'email', 'phone', 'message'] as const
  return (
    <Card title={t.leads.title}>
      <Choice
        label={t.botMore.askWhen}
        value={lead.when}
        options={options(t.botMore.whens)}
        onChange={when => set({ when })}
      />
      {lead.when !== 'never' && (
        <>
          <fieldset class="field">
            <legend>{t.botMore.askFor}</legend>
            {names.map(name => (
              <label key={name} class="pick">
                <input
                  type="checkbox"
                  checked={has(name)}
                  onChange={() =>
                    set({
                      fields: names
                        .filter(one => (one === name ? !has(name) : has(one)))
                        .map(one => ({
                          name: one,
                          required: lead.fields.find(field => field.name === one)?.required ?? one === 'email',
                        })),
                    })
                  }
                />
                <span>{t.botMore.leadFields[name]}</span>
              </label>
            ))}
          </fieldset>
          {!has('email') && !has('phone') && <p class="field-error">{t.botMore.needsAddress}</p>}
        </>
      )}
    </Card>
  )
}

export function Privacy({ form }: Props) {
  return (
    <Card title={t.botMore.privacy}>
      <TextArea
        form={form}
        name="consent_text"
        label={t.botMore.consent}
        hint={t.botMore.consentHint}
        optional
        rows={2}
        limit={300}
      />
      <TextField form={form} name="consent_url" type="url" label={t.botMore.consentUrl} optional maxLength={500} />
      <Choice
        label={t.botMore.history}
        value={form.values.value.history}
        options={options(t.botMore.histories)}
        onChange={history => form.set('history', history)}
      />
    </Card>
  )
}

/** The confidence of each step; the server's own names are the same. */
const steps = { helpful: 0.35, balanced: 0.5, careful: 0.65, strict: 0.8 }
type Step = keyof typeof steps

/** How sure the bot must be, with what that would have changed for the questions that were really asked. */
export function Carefulness({ form }: Props) {
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
    <Card title={t.botMore.careful}>
      <p>{t.botMore.carefulText}</p>
      <Choice
        label={t.botMore.careful}
        quietLabel
        value={step}
        options={options(t.botMore.steps)}
        onChange={next => form.set('carefulness', steps[next])}
      />
      <div role="status">
        {seen && seen.questions > 0 && (
          <p>{t.botMore.wouldBe(count(seen.questions), count(seen.before.answered), count(seen.after.answered))}</p>
        )}
        {seen?.questions === 0 && <p class="quiet">{t.botMore.noQuestions}</p>}
      </div>
      {examples.length > 0 && (
        <ul class="bullets">
          {examples.map(one => (
            <li key={one.question + one.timestamp}>
              {one.question} <span class="quiet">{one.now ? t.botMore.wouldAnswer : t.botMore.wouldRefuse}</span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
