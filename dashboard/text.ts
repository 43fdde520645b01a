/**
 * The words of the portal, and how numbers and dates are written. A further language is one more file of
 * the shape of `text/en.ts`, to be put into `t` before the rest of the portal is loaded.
 */
import { en } from './text/en.ts'

/** What a translation must provide: the same members, sentences with numbers or names as functions. */
export type Text = typeof en

/** The language in use. */
export const t: Text = en

const locale = en.locale

const integer = new Intl.NumberFormat(locale)
const percentage = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 })
const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long' })
const utcDay = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', timeZone: 'UTC' })
const date = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric' })
const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })

/** 1,000 */
export const count = (n: number) => integer.format(n)
/** 0.82 → 82% */
export const percent = (part: number) => percentage.format(part)
/** 1 December, for an instant, in the reader's time zone. */
export const dayOf = (iso: string) => day.format(new Date(iso))
/** 1 December, for a UTC calendar day or an instant that is meant as one. */
export const utcDayOf = (iso: string) => utcDay.format(new Date(iso))
/** 21 November 2026 */
export const dateOf = (iso: string) => date.format(new Date(iso))
/** 21 Nov 2026, 02:18 */
export const momentOf = (iso: string) => moment.format(new Date(iso))

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

/** "3 minutes ago"; a date after a week. */
export function ago(iso: string, now = Date.now()): string {
  const elapsed = new Date(iso).getTime() - now
  if (elapsed < -7 * 86_400_000) return dateOf(iso)
  for (const [unit, ms] of units) if (Math.abs(elapsed) >= ms) return relative.format(Math.round(elapsed / ms), unit)
  return t.justNow
}
