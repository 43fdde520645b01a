/** What the bot says when it does not know: in the client's words, for all languages or one by one. */
import { t } from '../../text.ts'
import { IconButton } from '../../ui/button.tsx'
import { Select } from '../../ui/choice.tsx'
import { Field } from '../../ui/field.tsx'
import { Card } from '../../ui/surface.tsx'
import type { BotForm } from './page.tsx'
import { languageName, languageOptions } from './speech.tsx'

export function Refusals({ form }: { form: BotForm }) {
  const { refusals } = form.values.value
  const set = (lang: string, words: string) => form.set('refusals', { ...refusals, [lang]: words })
  const drop = (lang: string) =>
    form.set('refusals', Object.fromEntries(Object.entries(refusals).filter(([one]) => one !== lang)))
  const own = Object.keys(refusals).filter(lang => lang !== '*')
  const words = (lang: string, label: string, hint?: string) => (
    <Field label={label} hint={hint} optional={lang === '*'} error={form.errors.value[`refusals/${lang}`]}>
      {({ id, describedBy, invalid }) => (
        <textarea
          class="control"
          id={id}
          rows={2}
          maxLength={300}
          value={refusals[lang] ?? ''}
          placeholder={lang === '*' ? t.bot.refusalExample : undefined}
          aria-describedby={describedBy}
          aria-invalid={invalid}
          onInput={event => set(lang, event.currentTarget.value)}
        />
      )}
    </Field>
  )
  return (
    <Card title={t.bot.refusal}>
      {words('*', t.bot.refusalAll, t.bot.refusalHint)}
      {own.map(lang => (
        <div class="refusal-line" key={lang}>
          {words(lang, languageName(lang))}
          <IconButton icon="close" label={t.field.remove(languageName(lang))} onClick={() => drop(lang)} />
        </div>
      ))}
      <Select
        label={t.bot.addRefusal}
        value=""
        options={languageOptions(own, t.bot.addRefusal)}
        onChange={lang => lang && set(lang, '')}
      />
    </Card>
  )
}
