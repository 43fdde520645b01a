/** Snowball stemmers by language, and the lightest of suffix cuts where there is none (Hebrew prefixes are left alone). */
import { stemmer as ar } from '@orama/stemmers/arabic'
import { stemmer as bg } from '@orama/stemmers/bulgarian'
import { stemmer as da } from '@orama/stemmers/danish'
import { stemmer as nl } from '@orama/stemmers/dutch'
import { stemmer as en } from '@orama/stemmers/english'
import { stemmer as fi } from '@orama/stemmers/finnish'
import { stemmer as fr } from '@orama/stemmers/french'
import { stemmer as de } from '@orama/stemmers/german'
import { stemmer as el } from '@orama/stemmers/greek'
import { stemmer as hu } from '@orama/stemmers/hungarian'
import { stemmer as hi } from '@orama/stemmers/indian'
import { stemmer as id } from '@orama/stemmers/indonesian'
import { stemmer as it } from '@orama/stemmers/italian'
import { stemmer as no } from '@orama/stemmers/norwegian'
import { stemmer as pt } from '@orama/stemmers/portuguese'
import { stemmer as ro } from '@orama/stemmers/romanian'
import { stemmer as ru } from '@orama/stemmers/russian'
import { stemmer as es } from '@orama/stemmers/spanish'
import { stemmer as sv } from '@orama/stemmers/swedish'
import { stemmer as ta } from '@orama/stemmers/tamil'
import { stemmer as tr } from '@orama/stemmers/turkish'
import { stemmer as uk } from '@orama/stemmers/ukrainian'
import { fold } from './characters.ts'

type Stemmer = (word: string) => string
const stemmers: Record<string, Stemmer> = {
  ar,
  bg,
  da,
  nl,
  en,
  fi,
  fr,
  de,
  el,
  hu,
  hi,
  id,
  it,
  no,
  pt,
  ro,
  ru,
  es,
  sv,
  ta,
  tr,
  uk,
}

/** Words longer than this (UTF-16 units) are data, not language: they are cut, never stemmed. */
export const maxWord = 40

/** Stem of a lower-case word, accents folded (kept in Vietnamese, where they tell words apart). */
export function stem(word: string, lang: string): string {
  if (word.length > maxWord) return fold(word.slice(0, maxWord))
  if (lang === 'vi') return word
  const stemmer = stemmers[lang]
  if (!stemmer || word.length < 3) return fold(word)
  return fold(stemmer(word)) || fold(word)
}
