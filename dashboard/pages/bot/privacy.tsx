/** What visitors are told, and how long what they said is kept. */
import type { BotSettings } from '../../api.ts'
import { t } from '../../text.ts'
import { Choice } from '../../ui/choice.tsx'
import { TextArea, TextField } from '../../ui/field.tsx'
import { Card } from '../../ui/surface.tsx'
import { optionsOf } from './look.tsx'
import type { BotForm } from './page.tsx'
import { Retention } from './retention.tsx'

export function Privacy({ form, saved }: { form: BotForm; saved: BotSettings }) {
  return (
    <>
      <Card title={t.bot.privacy}>
        <TextArea
          form={form}
          name="consent_text"
          label={t.bot.consent}
          hint={t.bot.consentHint}
          optional
          rows={2}
          limit={300}
        />
        <TextField form={form} name="consent_url" type="url" label={t.bot.consentUrl} optional maxLength={500} />
        <Choice
          label={t.bot.history}
          value={form.values.value.history}
          options={optionsOf(t.bot.histories)}
          onChange={history => form.set('history', history)}
        />
      </Card>
      <Retention form={form} saved={saved} />
    </>
  )
}
