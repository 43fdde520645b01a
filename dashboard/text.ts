/**
 * The words of the portal, and how numbers and dates are written. Each language is a folder of the shape of `text/en/`:
 * `core` is there before anything is drawn, `pages` before the first page behind the menu is. Nothing else of a language
 * is in this file, so that only the one in use is loaded.
 */
import { recall, remember } from './browser-store.ts'
import type { core } from './text/en/core.ts'
import type { pages } from './text/en/pages.ts'

/** What a translation must provide: the same members, sentences with numbers or names as functions. */
export type Translation<T> = {
  [K in keyof T]: T[K] extends string ? string : T[K] extends (...args: any) => any ? T[K] : Translation<T[K]>
}
type Core = Translation<typeof core>
type Pages = Translation<typeof pages>

const languages = {
  en: {
    name: 'English',
    core: () => import('./text/en/core.ts').then(file => file.core as Core),
    pages: () => import('./text/en/pages.ts').then(file => file.pages as Pages),
  },
  de: {
    name: 'Deutsch',
    core: () => import('./text/de/core.ts').then(file => file.core),
    pages: () => import('./text/de/pages.ts').then(file => file.pages),
  },
} as const
export type Language = keyof typeof languages

/** Each language by its own name. */
export const languageNames = Object.entries(languages).map(([value, { name }]) => ({ value: value as Language, name }))

/** The words of the language in use. */
export const t = {} as Core & Pages

const languageKey = 'parley:language'
const isLanguage = (value: unknown): value is Language => typeof value === 'string' && value in languages

/** The one chosen here, else the first of the browser's that there is, else English. */
export const language: Language =
  [recall<string>(languageKey), ...navigator.languages.map(tag => tag.split('-')[0])].find(isLanguage) ?? 'en'

/** Kept in this browser; the page is loaded anew, with what is being typed kept as drafts. */
export function chooseLanguage(next: Language): void {
  remember(languageKey, next)
  location.reload()
}

let format: ReturnType<typeof formatsOf>

/** Must be done before any module that uses words is loaded. */
export async function loadCore(): Promise<void> {
  Object.assign(t, await languages[language].core())
  document.documentElement.lang = language
  format = formatsOf(t.locale)
}

let loading: Promise<void> | undefined
/** Before the first page behind the menu. A failed load may be tried again. */
export function loadPages(): Promise<void> {
  loading ??= languages[language].pages().then(
    found => void Object.assign(t, found),
    error => {
      loading = undefined
      throw error
    },
  )
  return loading
}

const formatsOf = (locale: string) => ({
  integer: new Intl.NumberFormat(locale),
  decimal: new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }),
  percentage: new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }),
  utcDay: new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', timeZone: 'UTC' }),
  shortDay: new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' }),
  weekday: new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' }),
  date: new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric' }),
  moment: new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }),
  languages: new Intl.DisplayNames(locale, { type: 'language' }),
  relative: new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }),
})

/** 1,000 */
export const count = (n: number) => format.integer.format(n)
/** 1.5 */
export const decimal = (n: number) => format.decimal.format(n)
/** 0.82 → 82% */
export const percent = (part: number) => format.percentage.format(part)
/** de → German, in the language in use. */
export function languageName(tag: string): string {
  try {
    return format.languages.of(tag) ?? tag
  } catch {
    return tag
  }
}
/** 1900, 'USD' → $19.00 */
export const money = (cents: number, currency: string) =>
  new Intl.NumberFormat(t.locale, { style: 'currency', currency }).format(cents / 100)
/** 1 December, for a UTC calendar day or an instant that is meant as one. */
export const utcDayOf = (iso: string) => format.utcDay.format(new Date(iso))
/** 1 Dec, likewise. */
export const shortDayOf = (iso: string) => format.shortDay.format(new Date(iso))
/** Mon for 1: the days of a week begin with Sunday = 0. */
export const weekdayOf = (day: number) => format.weekday.format(new Date(Date.UTC(2023, 0, 1 + day)))
/** 21 November 2026 */
export const dateOf = (iso: string) => format.date.format(new Date(iso))
/** 21 Nov 2026, 02:18 */
export const momentOf = (iso: string) => format.moment.format(new Date(iso))

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

/** "3 minutes ago"; a date after a week. */
export function ago(iso: string, now = Date.now()): string {
  const elapsed = new Date(iso).getTime() - now
  if (elapsed < -7 * 86_400_000) return dateOf(iso)
  for (const [unit, ms] of units)
    if (Math.abs(elapsed) >= ms) return format.relative.format(Math.round(elapsed / ms), unit)
  return t.justNow
}
