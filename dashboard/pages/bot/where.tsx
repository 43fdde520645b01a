/** The websites and pages on which the bot is to be had. */
import { t } from '../../text.ts'
import { ListField } from '../../ui/field.tsx'
import { Card, Notice } from '../../ui/surface.tsx'
import { NumberField } from './number-field.tsx'
import type { BotForm } from './page.tsx'

export function Where({ form }: { form: BotForm }) {
  return (
    <>
      <Card title={t.bot.where}>
        <p>{t.bot.whereText}</p>
        {form.values.value.allowed_origins.length === 0 && <Notice tone="warn">{t.bot.anywhere}</Notice>}
        <ListField
          form={form}
          name="allowed_origins"
          label={t.bot.origins}
          hint={t.bot.originsHint}
          itemLabel={t.bot.origin}
          addLabel={t.bot.addOrigin}
          placeholder="https://www.example.com"
          inputMode="url"
          max={50}
          tidy={originOf}
        />
      </Card>
      <Card title={t.bot.pages}>
        <ListField
          form={form}
          name="hide_on"
          label={t.bot.hide}
          hint={t.bot.hideHint}
          optional
          itemLabel={t.bot.hidden}
          addLabel={t.bot.addHidden}
          placeholder="/checkout/*"
          max={50}
        />
        <NumberField form={form} name="open_after" label={t.bot.openAfter} hint={t.bot.openAfterHint} />
      </Card>
    </>
  )
}

/** `www.example.com/shop` → `https://www.example.com`; anything that is no address stays as typed, for the server to say so. */
function originOf(text: string): string {
  const typed = text.trim()
  if (!typed) return ''
  try {
    const { origin } = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `https://${typed}`)
    return origin === 'null' ? typed : origin
  } catch {
    return typed
  }
}
