/** Tone and languages of what the bot says of its own. */
import { t } from '../../text.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Choice, Select } from '../../ui/choice.tsx'
import { Badge, Card } from '../../ui/surface.tsx'
import { optionsOf } from './look.tsx'
import type { BotForm } from './page.tsx'

/** Those in which the bot has sentences of its own. */
const spoken = 'en de fr es it pt nl pl sv ro el tr ru ar hi vi th zh ja ko'.split(' ')

export function languageName(code: string): string {
  const name = new Intl.DisplayNames([t.locale], { type: 'language' }).of(code) ?? code
  return name.charAt(0).toLocaleUpperCase(t.locale) + name.slice(1)
}

/** Languages that can still be chosen, with an invitation first. */
export const languageOptions = (taken: readonly string[], invitation: string) => [
  { value: '', label: invitation },
  ...spoken
    .filter(code => !taken.includes(code))
    .map(code => ({ value: code, label: languageName(code) }))
    .sort((a, b) => a.label.localeCompare(b.label, t.locale)),
]

export function Speech({ form }: { form: BotForm }) {
  const { tone, languages } = form.values.value
  const set = (next: string[]) => form.set('languages', next)
  return (
    <Card title={t.bot.speech}>
      <Choice
        label={t.bot.tone}
        value={tone}
        options={optionsOf(t.bot.tones)}
        onChange={next => form.set('tone', next)}
      />
      <p class="field-hint">{t.bot.toneText[tone]}</p>
      <fieldset class="field list-field">
        <legend>{t.bot.languages}</legend>
        <p class="field-hint">{languages.length === 0 ? t.bot.allLanguages : t.bot.someLanguages}</p>
        {languages.length > 0 && (
          <ul class="language-list">
            {languages.map((code, i) => (
              <li key={code}>
                <span>{languageName(code)}</span>
                {i === 0 ? (
                  <Badge tone="good">{t.bot.mainLanguage}</Badge>
                ) : (
                  <Button small kind="quiet" onClick={() => set([code, ...languages.filter(one => one !== code)])}>
                    {t.bot.makeMain}
                    <span class="visually-hidden">: {languageName(code)}</span>
                  </Button>
                )}
                <IconButton
                  icon="close"
                  label={t.field.remove(languageName(code))}
                  onClick={() => set(languages.filter(one => one !== code))}
                />
              </li>
            ))}
          </ul>
        )}
        <Select
          label={t.bot.addLanguage}
          value=""
          options={languageOptions(languages, t.bot.addLanguage)}
          onChange={code => code && set([...languages, code])}
        />
      </fieldset>
    </Card>
  )
}
