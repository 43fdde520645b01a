/** How visitors reach people: where they are sent, and what they are asked for. */
import type { BotSettings } from '../../api.ts'
import { t } from '../../text.ts'
import { Choice } from '../../ui/choice.tsx'
import { Field } from '../../ui/field.tsx'
import { Card } from '../../ui/surface.tsx'
import { Hours } from './hours.tsx'
import { optionsOf } from './look.tsx'
import type { BotForm } from './page.tsx'
import { Ways } from './ways.tsx'

export function People({ form }: { form: BotForm }) {
  return (
    <>
      <Ways form={form} />
      <LeadForm form={form} />
      <Hours form={form} />
    </>
  )
}

function LeadForm({ form }: { form: BotForm }) {
  const { lead } = form.values.value
  const set = (change: Partial<BotSettings['lead']>) => form.set('lead', { ...form.values.peek().lead, ...change })
  const has = (name: string) => lead.fields.some(field => field.name === name)
  const names = ['name', 'email', 'phone', 'message'] as const
  return (
    <Card title={t.leads.title}>
      <Choice
        label={t.bot.askWhen}
        value={lead.when}
        options={optionsOf(t.bot.whens)}
        onChange={when => set({ when })}
      />
      {lead.when !== 'never' && (
        <>
          <fieldset class="field">
            <legend>{t.bot.askFor}</legend>
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
                <span>{t.bot.leadFields[name]}</span>
              </label>
            ))}
          </fieldset>
          {!has('email') && !has('phone') && <p class="field-error">{t.bot.needsAddress}</p>}
          {(['title', 'text', 'thanks'] as const).map(name => (
            <Field key={name} label={t.bot.leadWords[name]} hint={t.bot.leadWordsHint} optional>
              {({ id, describedBy }) => (
                <input
                  class="control"
                  id={id}
                  value={lead[name]}
                  maxLength={name === 'title' ? 80 : 300}
                  aria-describedby={describedBy}
                  onInput={event => set({ [name]: event.currentTarget.value })}
                />
              )}
            </Field>
          ))}
        </>
      )}
    </Card>
  )
}
