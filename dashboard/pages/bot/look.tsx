/** The bot's name, colour and signs, and where it stands on a page. */
import { t } from '../../text.ts'
import { Choice } from '../../ui/choice.tsx'
import { ColourField } from '../../ui/colour-field.tsx'
import { TextField } from '../../ui/field.tsx'
import { Card } from '../../ui/surface.tsx'
import type { BotForm } from './page.tsx'

export const optionsOf = <V extends string>(labels: Record<V, string>) =>
  (Object.entries(labels) as [V, string][]).map(([value, label]) => ({ value, label }))

export function Look({ form }: { form: BotForm }) {
  const { color, position, theme } = form.values.value
  return (
    <>
      <Card title={t.bot.look}>
        <div class="field-pair">
          <TextField form={form} name="name" label={t.bot.name} hint={t.bot.nameHint} maxLength={60} />
          <ColourField
            label={t.bot.colour}
            hint={t.bot.colourHint}
            error={form.errors.value.color}
            value={color}
            onChange={next => form.set('color', next)}
          />
        </div>
        <TextField form={form} name="avatar" label={t.bot.avatar} hint={t.bot.avatarHint} optional maxLength={500} />
      </Card>
      <Card title={t.bot.button}>
        <div class="field-pair">
          <TextField form={form} name="icon" label={t.bot.icon} hint={t.bot.iconHint} optional maxLength={500} />
          <TextField
            form={form}
            name="launcher"
            label={t.bot.launcher}
            hint={t.bot.launcherHint}
            optional
            maxLength={40}
          />
        </div>
        <div class="row">
          <Choice
            label={t.bot.side}
            value={position}
            options={optionsOf(t.bot.sides)}
            onChange={side => form.set('position', side)}
          />
          <Choice
            label={t.theme.label}
            value={theme}
            options={optionsOf(t.bot.themes)}
            onChange={next => form.set('theme', next)}
          />
        </div>
      </Card>
    </>
  )
}
