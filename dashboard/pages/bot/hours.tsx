/** When somebody is there: a week of hours, and the days without. */
import type { BotSettings } from '../../api.ts'
import { t } from '../../text.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Complaint, Field } from '../../ui/field.tsx'
import { Card } from '../../ui/surface.tsx'
import { dropped, Line, LineInput, replaced } from './line.tsx'
import type { BotForm } from './page.tsx'

type Hours = NonNullable<BotSettings['hours']>
type Ranges = Hours['week'][number]

const usual: Ranges = [['09:00', '17:00']]
const weekdayName = (day: number) =>
  // 5 January 1970 was a Monday.
  new Intl.DateTimeFormat(t.locale, { weekday: 'long', timeZone: 'UTC' }).format((4 + day) * 86_400_000)

function firstHours(): Hours {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
  const week = Array.from({ length: 7 }, (_, day) => (day < 5 ? usual.map(range => [...range] as Ranges[number]) : []))
  return { timezone: timeZone, week, closed: [] }
}

export function Hours({ form }: { form: BotForm }) {
  const { hours } = form.values.value
  const set = (change: Partial<Hours>) => form.set('hours', { ...(hours ?? firstHours()), ...change })
  const complaints = Object.entries(form.errors.value).filter(([field]) => field.startsWith('hours'))
  return (
    <Card title={t.bot.hours}>
      <p>{t.bot.hoursText}</p>
      <label class="pick">
        <input
          type="checkbox"
          checked={hours !== null}
          onChange={() => form.set('hours', hours === null ? firstHours() : null)}
        />
        <span>{t.bot.hoursOn}</span>
      </label>
      {hours && (
        <>
          <Week hours={hours} set={set} />
          <TimeZone value={hours.timezone} error={form.errors.value['hours/timezone']} set={set} />
          <Closed hours={hours} set={set} errors={form.errors.value} />
          {complaints.length > 0 && !form.errors.value['hours/timezone'] && (
            <Complaint id="hours-complaint">{t.bot.hoursWrong}</Complaint>
          )}
        </>
      )}
    </Card>
  )
}

interface PartProps {
  hours: Hours
  set: (change: Partial<Hours>) => void
}

function Week({ hours: { week }, set }: PartProps) {
  const change = (day: number, ranges: Ranges) => set({ week: replaced(week, day, ranges) })
  return (
    <div class="hours-week">
      {week.map((ranges, day) => {
        const name = weekdayName(day)
        return (
          <fieldset class="hours-day" aria-label={name} key={day}>
            <span class="hours-name">{name}</span>
            <div class="hours-ranges">
              {ranges.length === 0 && <span class="quiet">{t.bot.dayClosed}</span>}
              {ranges.map(([from, to], i) => (
                <Line key={i} name={t.bot.hoursOf(name, i + 1)} onRemove={() => change(day, dropped(ranges, i))}>
                  <LineInput
                    type="time"
                    label={t.bot.from}
                    value={from}
                    onInput={value => change(day, replaced(ranges, i, [value, to]))}
                  />
                  <span aria-hidden="true">–</span>
                  <LineInput
                    type="time"
                    label={t.bot.until}
                    value={to === '24:00' ? '00:00' : to}
                    onInput={value => change(day, replaced(ranges, i, [from, value]))}
                  />
                </Line>
              ))}
            </div>
            <IconButton
              icon="plus"
              label={t.bot.addHoursOn(name)}
              onClick={() =>
                change(day, [
                  ...ranges,
                  ...(ranges.length ? ([['18:00', '20:00']] as Ranges) : (week.find(one => one.length > 0) ?? usual)),
                ])
              }
            />
          </fieldset>
        )
      })}
      <Button
        small
        kind="quiet"
        icon="copy"
        onClick={() => set({ week: week.map((ranges, day) => (day < 5 ? week[0]! : ranges)) })}
      >
        {t.bot.likeMonday}
      </Button>
    </div>
  )
}

function TimeZone({ value, error, set }: { value: string; error: string | undefined; set: PartProps['set'] }) {
  return (
    <Field label={t.bot.timezone} hint={t.bot.timezoneHint} error={error}>
      {({ id, describedBy, invalid }) => (
        <>
          <input
            class="control"
            id={id}
            list={`${id}-zones`}
            value={value}
            aria-describedby={describedBy}
            aria-invalid={invalid}
            onInput={event => set({ timezone: event.currentTarget.value.trim() })}
          />
          <datalist id={`${id}-zones`}>
            {Intl.supportedValuesOf('timeZone').map(zone => (
              <option key={zone} value={zone} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  )
}

function Closed({ hours: { closed }, set, errors }: PartProps & { errors: Record<string, string> }) {
  return (
    <fieldset class="field list-field">
      <legend>
        {t.bot.closedDays} <span class="field-optional">{t.field.optional}</span>
      </legend>
      <p class="field-hint">{t.bot.closedHint}</p>
      {closed.map((days, i) => {
        const change = (part: Partial<typeof days>) => set({ closed: replaced(closed, i, { ...days, ...part }) })
        const error = errors[`hours/closed/${i}/to`] ?? errors[`hours/closed/${i}/from`]
        return (
          <Line
            key={i}
            name={t.bot.closedDay(i + 1)}
            error={error}
            onRemove={() => set({ closed: dropped(closed, i) })}
          >
            <LineInput
              type="date"
              label={t.bot.firstDay}
              value={days.from}
              invalid={error !== undefined}
              onInput={from => change({ from, to: [from, days.to].sort()[1]! })}
            />
            <span aria-hidden="true">–</span>
            <LineInput type="date" label={t.bot.lastDay} value={days.to} onInput={to => change({ to })} />
            <LineInput
              label={t.bot.closedNote}
              placeholder={t.bot.closedNote}
              maxLength={60}
              value={days.note}
              onInput={note => change({ note })}
            />
          </Line>
        )
      })}
      <Button
        small
        kind="quiet"
        icon="plus"
        onClick={() => set({ closed: [...closed, { from: '', to: '', note: '' }] })}
      >
        {t.bot.addClosed}
      </Button>
    </fieldset>
  )
}
