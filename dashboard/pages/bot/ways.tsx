/** Where visitors are sent when the bot does not know: several addresses, each with what it is for. */
import { t } from '../../text.ts'
import { Button } from '../../ui/button.tsx'
import { Select } from '../../ui/choice.tsx'
import { Card } from '../../ui/surface.tsx'
import { dropped, Line, LineInput, replaced } from './line.tsx'
import { optionsOf } from './look.tsx'
import type { BotForm } from './page.tsx'

const most = 6

export function Ways({ form }: { form: BotForm }) {
  const { ways } = form.values.value
  const set = (next: typeof ways) => form.set('ways', next)
  return (
    <Card title={t.bot.whenUnsure}>
      <p>{t.bot.waysText}</p>
      {ways.map((way, i) => {
        const change = (part: Partial<typeof way>) => set(replaced(ways, i, { ...way, ...part }))
        const error = form.errors.value[`ways/${i}/value`] ?? form.errors.value[`ways/${i}/label`]
        return (
          <Line key={i} name={t.bot.way(i + 1)} error={error} onRemove={() => set(dropped(ways, i))}>
            <Select
              label={t.bot.wayKind}
              value={way.kind}
              options={optionsOf(t.bot.wayKinds)}
              onChange={kind => change({ kind: kind as typeof way.kind })}
            />
            <LineInput
              label={t.bot.wayKinds[way.kind]}
              value={way.value}
              placeholder={t.bot.wayExamples[way.kind]}
              maxLength={300}
              invalid={error !== undefined}
              onInput={value => change({ value })}
            />
            <LineInput
              label={t.bot.wayLabel}
              value={way.label}
              placeholder={t.bot.wayLabel}
              maxLength={60}
              onInput={label => change({ label })}
            />
          </Line>
        )
      })}
      {ways.length < most && (
        <Button
          small
          kind="quiet"
          icon="plus"
          onClick={() => set([...ways, { kind: ways.length ? 'phone' : 'email', value: '', label: '' }])}
        >
          {t.bot.addWay}
        </Button>
      )}
    </Card>
  )
}
