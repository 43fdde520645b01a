/**
 * A company's opening hours: whether it is open at a moment, and the same in words. Hours are local times of a time zone; what is
 * compared are minutes of the local calendar, so that 9:00 is 9:00 on both sides of a change of the clock.
 */
import { hoursPhrasesOf } from './hours-phrases.ts'

export interface Hours {
  /** IANA, such as Europe/Berlin. */
  timezone: string
  /** Monday first. A day's ranges as local times, `['09:00', '17:30']`; one that ends before it begins ends on the next day. */
  week: (readonly [from: string, to: string])[][]
  /** Days on which nobody is there, both ends included, as `2026-12-24`. */
  closed: { from: string; to: string; note: string }[]
}

export interface OpenState {
  open: boolean
  /** When that changes; null: not within two weeks. */
  change: { days: number; weekday: number; minute: number } | null
}

const dayMinutes = 24 * 60
/** How far ahead the next change is looked for, and closed days are told, in days. */
const horizon = 15
const toldAhead = 30

export function openState(hours: Hours, now: Date): OpenState {
  const { day, minute } = localTime(hours.timezone, now)
  const spans = spansOf(hours, day)
  const current = spans.find(span => span.from <= minute && minute < span.to)
  const at = current ? current.to : spans.find(span => span.from > minute)?.from
  if (at === undefined || at >= horizon * dayMinutes) return { open: current !== undefined, change: null }
  const days = Math.floor(at / dayMinutes)
  return { open: current !== undefined, change: { days, weekday: weekdayOf(day + days), minute: at % dayMinutes } }
}

/** One line for beside the ways on: "Open now, until 17:30". */
export function stateText(hours: Hours, now: Date, lang: string): string {
  const say = hoursPhrasesOf(lang)
  const { open, change } = openState(hours, now)
  if (!change) return open ? say.open : say.shut
  const clock = timeOf(change.minute, lang)
  // Closing past midnight is still "until 2:00" to whoever asks in the evening.
  const soon = change.days === 0 || (open && change.days === 1)
  if (open) return say.until.replace('{when}', soon ? clock : `${dayText(change.weekday, lang)} ${clock}`)
  const relative = new Intl.RelativeTimeFormat(lang, { numeric: 'auto' })
  const day = change.days < 2 ? relative.format(change.days, 'day') : dayText(change.weekday, lang)
  return say.next.replace('{when}', `${day} ${clock}`)
}

/** The whole week, days closed soon, and how it is now. */
export function hoursText(hours: Hours, now: Date, lang: string): string {
  const say = hoursPhrasesOf(lang)
  const lines: string[] = []
  for (let first = 0; first < 7; ) {
    let last = first
    while (last < 6 && same(hours.week[last + 1], hours.week[first])) last++
    const days = first === last ? dayText(first, lang) : `${dayText(first, lang)} – ${dayText(last, lang)}`
    const ranges = (hours.week[first] ?? []).map(range => range.map(time => timeOf(minutesOf(time), lang)).join('–'))
    lines.push(`- ${days}: ${ranges.join(', ') || say.closed}`)
    first = last + 1
  }
  const { day } = localTime(hours.timezone, now)
  for (const { from, to, note } of hours.closed) {
    const begins = serialOf(from)
    if (serialOf(to) < day || begins > day + toldAhead) continue
    const dates = from === to ? dateText(from, lang) : `${dateText(from, lang)} – ${dateText(to, lang)}`
    lines.push(`- ${dates}: ${say.closed}${note ? ` (${note})` : ''}`)
  }
  return `${say.title}\n\n${lines.join('\n')}\n\n${stateText(hours, now, lang)}`
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

/** Times at which it is open, in minutes since the start of day `today`, in order, touching ones joined. */
function spansOf({ week, closed }: Hours, today: number): { from: number; to: number }[] {
  const spans: { from: number; to: number }[] = []
  for (let day = -1; day <= horizon; day++) {
    const serial = today + day
    if (closed.some(({ from, to }) => serialOf(from) <= serial && serial <= serialOf(to))) continue
    for (const [start, end] of week[weekdayOf(serial)] ?? []) {
      const from = minutesOf(start)
      const to = minutesOf(end)
      spans.push({ from: day * dayMinutes + from, to: day * dayMinutes + (to > from ? to : to + dayMinutes) })
    }
  }
  spans.sort((a, b) => a.from - b.from)
  const joined: { from: number; to: number }[] = []
  for (const span of spans) {
    const last = joined.at(-1)
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to)
    else joined.push({ ...span })
  }
  return joined
}

/** Days since 1970-01-01 of the local date, and minutes since its midnight. */
function localTime(timezone: string, now: Date): { day: number; minute: number } {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(now)
  const part = (type: string) => parts.find(one => one.type === type)!.value
  return {
    day: serialOf(`${part('year')}-${part('month')}-${part('day')}`),
    minute: Number(part('hour')) * 60 + Number(part('minute')),
  }
}

const serialOf = (date: string) => Date.parse(`${date}T00:00:00Z`) / 86_400_000
/** 0 = Monday; the first day of 1970 was a Thursday. */
const weekdayOf = (serial: number) => (((serial + 3) % 7) + 7) % 7
const minutesOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))

const formatted = (lang: string, options: Intl.DateTimeFormatOptions, at: number) =>
  new Intl.DateTimeFormat(lang, { ...options, timeZone: 'UTC' }).format(at)
const timeOf = (minute: number, lang: string) =>
  formatted(lang, { hour: 'numeric', minute: '2-digit' }, (minute % dayMinutes) * 60_000)
/** 1970-01-05 was a Monday. */
const dayText = (weekday: number, lang: string) => formatted(lang, { weekday: 'long' }, (4 + weekday) * 86_400_000)
const dateText = (date: string, lang: string) =>
  formatted(lang, { day: 'numeric', month: 'long' }, serialOf(date) * 86_400_000)
