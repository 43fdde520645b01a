/** What the bot says of its own accord. */
import { t } from '../../text.ts'
import { ListField, TextArea, TextField } from '../../ui/field.tsx'
import { Card } from '../../ui/surface.tsx'
import type { BotForm } from './page.tsx'
import { Speech } from './speech.tsx'

export function Words({ form }: { form: BotForm }) {
  return (
    <>
      <Card title={t.bot.beginning}>
        <TextArea form={form} name="greeting" label={t.bot.greeting} hint={t.bot.greetingHint} rows={2} limit={300} />
        <ListField
          form={form}
          name="suggestions"
          label={t.bot.suggestions}
          hint={t.bot.suggestionsHint}
          optional
          itemLabel={t.bot.suggestion}
          addLabel={t.bot.addSuggestion}
          max={6}
        />
        <TextField form={form} name="placeholder" label={t.bot.placeholder} optional maxLength={80} />
      </Card>
      <Speech form={form} />
    </>
  )
}
