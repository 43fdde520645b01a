/**
 * Whether a passage supports a sentence that a model wrote. By words, so it is strict rather than clever: what cannot be seen to
 * be supported is not shown. The sentence is laid over the one sentence of the passage that shares most with it (a row is one), and
 * three quarters of its content words must stand there; words from elsewhere in the passage are refused, because joining two
 * facts makes a third ("closed on Sundays", "open from 9:00"). Its numbers must stand there beside the same words, its currencies,
 * links and names too, and both or neither must deny something.
 */
import { noticeLanguage } from '../answer/text/language.ts'
import { sentences } from '../answer/text/sentence.ts'
import type { Citation } from '../answer/types.ts'
import {
  codes,
  currenciesOf,
  denies,
  linksOf,
  type Neighbours,
  namesOf,
  neighboursOf,
  numbersOf,
  termsIn,
} from './facts.ts'
import { glueOf } from './glue.ts'
import { evidenceText } from './prompt.ts'

/** A passage, prepared. */
export interface Evidence {
  lang: string
  units: Unit[]
  /** Of the title: what it names belongs to every unit. */
  title: { terms: Set<string>; numbers: Set<string> }
  names: Set<string>
  /** Lower case, with the entry's own link. */
  raw: string
}

/** A sentence, or a whole row. */
interface Unit {
  /** As it stands in the passage. */
  text: string
  terms: Set<string>
  /** A sentence is one part; a row has its fields. */
  parts: Part[]
  denies: boolean
}

interface Part {
  raw: string
  terms: Set<string>
  numbers: Map<string, Neighbours>
}

/** Why a sentence is not supported. */
export type Objection = 'markup' | 'link' | 'short' | 'words' | 'mixed' | 'currency' | 'name' | 'number' | 'denial'

/** Share of a sentence's content words that may be missing, from here on too many. */
const tooMuch = 0.25
/** The same in scripts without spaces, whose pieces change with every word beside them. */
const tooManyPieces = 0.4
const spaceless = new Set(['zh', 'ja', 'th'])
/** What a word counts as missing that only the visitor's question holds. */
const askedWorth = 0.5

export function prepare({ entry, quote }: Citation): Evidence {
  const text = evidenceText(quote)
  const heading = [entry.title, entry.question].filter(Boolean).join('\n')
  const lang = entry.lang?.slice(0, 2).toLowerCase() || noticeLanguage(`${heading} ${text}`)
  const units =
    entry.kind === 'row'
      ? [unitOf(text, text.split(/;\s/), lang)]
      : sentences(text).map(({ start, end }) => unitOf(text.slice(start, end), [text.slice(start, end)], lang))
  const title = entry.title ?? ''
  return {
    lang,
    units,
    title: {
      terms: new Set(termsIn(title, lang)),
      numbers: new Set(numbersOf(title, lang).map(({ number }) => number)),
    },
    names: namesOf(`${heading}\n${text}`, lang, true),
    raw: `${heading}\n${text}\n${entry.url ?? ''}`.toLowerCase(),
  }
}

const unitOf = (text: string, parts: string[], lang: string): Unit => ({
  text,
  terms: new Set(termsIn(text, lang)),
  parts: parts.map(part => ({
    raw: part.toLowerCase(),
    terms: new Set(termsIn(part, lang)),
    numbers: neighboursOf(part, lang),
  })),
  denies: denies(text, lang),
})

/** Either what of the passage supports a sentence, or what speaks against showing it. */
export type Support = { quote: string; against?: undefined } | { against: Objection }

/** Whether `sentence` (without its marks) may be shown as drawn from `evidence`. */
export function supportOf(sentence: string, evidence: Evidence, question: string): Support {
  const claim = sentence.replace(/^\s*(?:[-*•–]|\d{1,2}[.)])\s+/u, '').replace(/[*_`#]+/g, '')
  if (/<[a-z/!]|!\[|\]\(/i.test(claim)) return { against: 'markup' }
  for (const link of linksOf(claim)) if (!evidence.raw.includes(link)) return { against: 'link' }
  for (const name of namesOf(claim, evidence.lang, false)) if (!evidence.names.has(name)) return { against: 'name' }

  const glue = glueOf(evidence.lang)
  const terms = new Set(termsIn(claim, evidence.lang).filter(term => !glue.has(term) && !codes.has(term)))
  const asked = new Set(termsIn(question, evidence.lang))
  let nearest: Objection = 'short'
  for (const unit of bestUnits(terms, evidence.units)) {
    const against = objectionOf(claim, terms, unit, evidence, asked)
    if (!against) return { quote: unit.text }
    nearest = against
  }
  return { against: nearest }
}

/** The units that hold most of the terms; several where they hold as many. */
function bestUnits(terms: ReadonlySet<string>, units: readonly Unit[]): Unit[] {
  const held = units.map(unit => [...terms].filter(term => holds(unit.terms, term)).length)
  const most = Math.max(1, ...held)
  return units.filter((_, i) => held[i] === most)
}

function objectionOf(
  claim: string,
  terms: ReadonlySet<string>,
  unit: Unit,
  { lang, units, title }: Evidence,
  asked: ReadonlySet<string>,
): Objection | undefined {
  const numbers = numbersOf(claim, lang)
  const pieces = spaceless.has(lang)
  let covered = 0
  let missing = 0
  for (const term of terms) {
    if (holds(unit.terms, term) || holds(title.terms, term)) covered++
    else if (!pieces && units.some(other => holds(other.terms, term))) return 'mixed'
    else if (/\p{Nd}/u.test(term)) return 'number'
    else missing += asked.has(term) ? askedWorth : 1
  }
  // One word in common says nothing; one word and a number may be an answer.
  if (covered + numbers.length < 2) return 'short'
  if (missing > 0 && missing >= terms.size * (pieces ? tooManyPieces : tooMuch)) return 'words'
  for (const { number, before, after, currency } of numbers) {
    if (title.numbers.has(number)) continue
    const found = unit.parts.some(
      part => agree(part, number, before, after, unit) && (!currency || currency.some(form => part.raw.includes(form))),
    )
    if (!found) return 'number'
  }
  for (const forms of currenciesOf(claim)) {
    if (!unit.parts.some(({ raw }) => forms.some(form => raw.includes(form)))) return 'currency'
  }
  return denies(claim, lang) === unit.denies ? undefined : 'denial'
}

/**
 * Whether a number stands beside the same word in both: the last one before it that the part knows, or the next one after it. What
 * follows a number is most often what it counts, so it must not be what another part of the row is about.
 */
function agree(part: Part, number: string, before: readonly string[], after: readonly string[], unit: Unit): boolean {
  const beside = part.numbers.get(number)
  if (!beside) return false
  const previous = before.find(term => holds(part.terms, term))
  const next = after.find(term => holds(unit.terms, term))
  if (previous === undefined && next === undefined) return true
  return (previous !== undefined && holds(beside.before, previous)) || (next !== undefined && holds(beside.after, next))
}

/** The term, or one that is it but for an ending: at least five letters and four fifths of the longer in common. */
function holds(terms: ReadonlySet<string>, term: string): boolean {
  if (terms.has(term)) return true
  if (term.length < 5) return false
  for (const other of terms) {
    const shorter = Math.min(term.length, other.length)
    if (shorter < 5 || shorter < Math.max(term.length, other.length) * 0.8) continue
    if (term.startsWith(other.slice(0, shorter)) || other.startsWith(term.slice(0, shorter))) return true
  }
  return false
}
