/**
 * Whether a passage supports a sentence that a model wrote. By words, so it is strict rather than clever: what cannot be seen to
 * be supported is not shown. The sentence is laid over those of the passage that share most with it; then
 * its numbers, currencies, links and names must stand there, about two thirds of its content words too, and both or neither must
 * deny something.
 */
import { noticeLanguage } from '../answer/text/language.ts'
import { sentences } from '../answer/text/sentence.ts'
import { tokenize } from '../answer/text/tokenize.ts'
import type { Citation } from '../answer/types.ts'
import { evidenceText } from './prompt.ts'

/** A passage, prepared. */
export interface Evidence {
  lang: string
  /** Its sentences (of a row: its fields). */
  units: Unit[]
  /** Of title and question: what they name belongs to every unit, what they state to none. */
  context: { terms: Set<string>; numbers: Set<string>; names: Set<string> }
  names: Set<string>
  /** Lower case, with the entry's own link. */
  raw: string
}

interface Unit {
  terms: Set<string>
  numbers: Set<string>
  denies: boolean
  raw: string
}

/** Why a sentence is not supported. */
export type Objection = 'markup' | 'link' | 'short' | 'words' | 'name' | 'number' | 'unit' | 'denial'

/** Share of a sentence's content words that the passage must hold. */
const enough = 0.65
/** Worth of a word that only the question holds. */
const askedWorth = 0.5
/** Sentences of a passage that one sentence may be drawn from. */
const maxAligned = 3

export function prepare({ entry, quote }: Citation): Evidence {
  const text = evidenceText(quote)
  const heading = [entry.title, entry.question].filter(Boolean).join('\n')
  const lang = entry.lang?.slice(0, 2).toLowerCase() || noticeLanguage(`${heading} ${text}`)
  const cuts =
    entry.kind === 'row' ? text.split(/;\s/) : sentences(text).map(({ start, end }) => text.slice(start, end))
  const units = cuts.map(raw => ({
    terms: contentOf(raw, lang),
    numbers: numbersOf(raw),
    denies: denies(raw, lang),
    raw: raw.toLowerCase(),
  }))
  const names = namesOf(text, lang, true)
  return {
    lang,
    units,
    context: { terms: contentOf(heading, lang), numbers: numbersOf(heading), names: namesOf(heading, lang, true) },
    names,
    raw: `${heading}\n${text}\n${entry.url ?? ''}`.toLowerCase(),
  }
}

/** What speaks against showing `sentence` (without its marks) as drawn from `evidence`; undefined: nothing. */
export function objection(sentence: string, evidence: Evidence, question: string): Objection | undefined {
  const claim = sentence.replace(/^\s*(?:[-*•–]|\d{1,2}[.)])\s+/u, '').replace(/[*_`#]+/g, '')
  if (/<[a-z/!]|!\[|\]\(/i.test(claim)) return 'markup'
  for (const link of linksOf(claim)) if (!evidence.raw.includes(link)) return 'link'

  const { lang, units, context } = evidence
  const terms = contentOf(claim, lang)
  const numbers = numbersOf(claim)
  const aligned = align(terms, numbers, units)
  const held = (term: string) => context.terms.has(term) || aligned.some(unit => holds(unit.terms, term))
  let covered = 0
  let missing = 0
  const asked = contentOf(question, lang)
  for (const term of terms) {
    if (held(term)) covered++
    else missing += asked.has(term) ? 1 - askedWorth : 1
  }
  // One word in common says nothing; one word and a number may be an answer.
  if (covered + numbers.size < 2 || aligned.length === 0) return 'short'
  if ((terms.size - missing) / terms.size < enough) return 'words'
  for (const forms of unitsOf(claim)) {
    if (!aligned.some(unit => forms.some(form => unit.raw.includes(form)))) return 'unit'
  }
  for (const name of namesOf(claim, lang, false)) {
    if (!evidence.names.has(name) && !context.names.has(name) && !context.terms.has(name)) return 'name'
  }
  for (const number of numbers) {
    if (!context.numbers.has(number) && !aligned.some(unit => unit.numbers.has(number))) return 'number'
  }
  if (denies(claim, lang) !== aligned[0]!.denies) return 'denial'
  return undefined
}

/**
 * The units that hold most of the claim: the best, then those that add a word, best first. Numbers only decide between equals: a
 * number must not bring along the sentence that it was taken from.
 */
function align(terms: Set<string>, numbers: Set<string>, units: readonly Unit[]): Unit[] {
  const open = new Set(terms)
  const out: Unit[] = []
  while (out.length < maxAligned) {
    let best: Unit | undefined
    let most = 0
    for (const unit of units) {
      let gain = 0
      for (const term of open) if (holds(unit.terms, term)) gain++
      if (gain === 0 || out.includes(unit)) continue
      for (const number of numbers) if (unit.numbers.has(number)) gain += 0.01
      if (gain > most) {
        most = gain
        best = unit
      }
    }
    if (!best) break
    out.push(best)
    for (const term of open) if (holds(best.terms, term)) open.delete(term)
  }
  return out
}

/** The term, or one that is it but for an ending: at least five letters and four fifths of the longer in common. */
function holds(terms: Set<string>, term: string): boolean {
  if (terms.has(term)) return true
  if (term.length < 5) return false
  for (const other of terms) {
    const shorter = Math.min(term.length, other.length)
    if (shorter < 5 || shorter < Math.max(term.length, other.length) * 0.8) continue
    if (term.startsWith(other.slice(0, shorter)) || other.startsWith(term.slice(0, shorter))) return true
  }
  return false
}

/** Terms of content words, without numbers. */
function contentOf(text: string, lang: string): Set<string> {
  const out = new Set<string>()
  for (const token of tokenize(text, lang)) if (!token.stop && !/^\p{Nd}+$/u.test(token.word)) out.add(token.term)
  return out
}

/** Code points of the zeros of scripts with decimal digits of their own. */
const zeros = [0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20, 0xff10]

const western = (text: string) =>
  text.replace(/(?![0-9])\p{Nd}/gu, digit => {
    const code = digit.codePointAt(0)!
    const zero = zeros.find(z => code >= z && code < z + 10)
    return zero === undefined ? digit : String(code - zero)
  })

/** Numbers without their separators: 1,000 = 1.000 = 1 000, 9:00 = 9. */
function numbersOf(text: string): Set<string> {
  const out = new Set<string>()
  for (const [number] of western(text).matchAll(/\d+(?:[.,:'’]\d+|[ \u00a0\u202f]\d{3}(?!\d))*/g)) {
    out.add(
      number
        .replace(/[.,:]00$/, '')
        .replace(/\D/g, '')
        .replace(/^0+(?=\d)/, ''),
    )
  }
  return out
}

/** Words with a capital in the middle of a sentence; of a passage every word with one. German writes every noun so. */
function namesOf(text: string, lang: string, all: boolean): Set<string> {
  if (lang === 'de') return new Set()
  const found = all
    ? text.matchAll(/(?<![\p{L}\p{M}])\p{Lu}[\p{L}\p{M}\p{N}]*/gu)
    : text.matchAll(/(?<=[\p{Ll}\p{N},;:)"»\]] [("«]?)\p{Lu}[\p{L}\p{M}\p{N}]*/gu)
  const out = new Set<string>()
  for (const [word] of found) for (const { term, stop } of tokenize(word, lang)) if (!stop) out.add(term)
  return out
}

function linksOf(text: string): string[] {
  const found =
    text
      .toLowerCase()
      .match(
        /https?:\/\/[^\s)\]>"]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\b(?:\/[^\s)\]>"]*)?/g,
      ) ?? []
  return found.map(link => link.replace(/[.,;:!?]+$/, ''))
}

const currencies = [
  ['€', 'eur'],
  ['$', 'usd', 'dollar'],
  ['£', 'gbp', 'pound'],
  ['¥', 'jpy', 'yen', '円', '元'],
  ['₹', 'inr', 'rupee', '₨'],
  ['%', 'percent', 'per cent', 'prozent', 'por ciento', 'pour cent', 'процент', '％'],
]

/** For each currency and percent sign of a text, the forms it may have in the passage. */
function unitsOf(text: string): string[][] {
  const raw = text.toLowerCase()
  const known = currencies.filter(forms =>
    forms.some(form => (/^[a-z]{3}$/.test(form) ? new RegExp(`\\b${form}\\b`).test(raw) : raw.includes(form))),
  )
  const other = [...raw.matchAll(/\p{Sc}/gu)]
    .map(([sign]) => sign)
    .filter(sign => !known.some(forms => forms.includes(sign)))
  return [...known, ...other.map(sign => [sign])]
}

/** Words that deny, by language. In scripts without spaces they are looked for inside. */
const denials: Record<string, string> = {
  en: 'not no never none nothing neither nor without cannot cant wont dont doesnt isnt arent wasnt werent couldnt shouldnt wouldnt didnt hasnt havent t unable unless except',
  de: 'nicht kein keine keinen keinem keiner keines nie niemals nichts ohne weder außer ausser',
  es: 'no nunca ni sin ningún ninguna ninguno nada jamás excepto salvo',
  fr: 'ne n pas jamais aucun aucune sans ni rien sauf',
  it: 'non mai né senza nessun nessuna nessuno niente nulla tranne',
  pt: 'não nao nunca nem sem nenhum nenhuma nada exceto',
  nl: 'niet geen nooit zonder niets noch behalve',
  sv: 'inte ej aldrig ingen inget inga utan förutom',
  ru: 'не нет ни без никогда нельзя никакой никаких кроме',
  tr: 'değil yok asla hiç hiçbir hariç',
  el: 'δεν δε μη μην όχι χωρίς ποτέ εκτός',
  ro: 'nu niciodată fără nici nimic',
  ar: 'لا ليس ليست لم لن غير بدون ما',
  hi: 'नहीं न मत बिना',
  vi: 'không chưa chẳng',
}
const denying = Object.fromEntries(Object.entries(denials).map(([lang, words]) => [lang, new Set(words.split(' '))]))
const inside: Record<string, RegExp> = {
  zh: /[不没沒無无非未勿]/,
  ja: /ない|ません|なし|ず(?:に|、|。)|不可|無/,
  th: /ไม่|ห้าม/,
  ko: /않|없|못|아니|(?:^|\s)안\s/,
}

function denies(text: string, lang: string): boolean {
  const pattern = inside[lang]
  if (pattern) return pattern.test(text)
  const words = denying[lang] ?? denying.en!
  return tokenize(text, lang).some(({ word }) => words.has(word))
}
