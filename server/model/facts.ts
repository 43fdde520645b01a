/** What of a sentence can be compared exactly: numbers and what stands beside them, currencies, names, links, denial. */
import { tokenize } from '../answer/text/tokenize.ts'

/** Terms that stand next to a number, before and after it. */
export interface Neighbours {
  before: Set<string>
  after: Set<string>
}

/** A number of a sentence with the terms around it, nearest first, and the forms of a currency that stands at it. */
export interface NumberAt {
  number: string
  before: string[]
  after: string[]
  currency: readonly string[] | undefined
}

/** Code points of the zeros of scripts with decimal digits of their own. */
const zeros = [0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20, 0xff10]

const western = (text: string) =>
  text.replace(/(?![0-9])\p{Nd}/gu, digit => {
    const code = digit.codePointAt(0)!
    const zero = zeros.find(z => code >= z && code < z + 10)
    return zero === undefined ? digit : String(code - zero)
  })

/** Not the digits of `X200`, which is a word. */
const numberPattern =
  /(?<![\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\d])\d+(?:[.,:'’]\d+|[ \u00a0\u202f]\d{3}(?!\d))*/gu

/** A number without its separators: 1,000 = 1.000 = 1 000, 9:00 = 9. */
const plainNumber = (number: string) =>
  number
    .replace(/[.,:]00$/, '')
    .replace(/\D/g, '')
    .replace(/^0+(?=\d)/, '')

/** Every number of a text, in reading order. */
export function numbersOf(text: string, lang: string): NumberAt[] {
  const plain = western(text)
  const parts: (string[] | NumberAt)[] = []
  let at = 0
  for (const match of plain.matchAll(numberPattern)) {
    parts.push(termsIn(plain.slice(at, match.index), lang))
    at = match.index + match[0].length
    const around = plain.slice(Math.max(0, match.index - 5), match.index) + plain.slice(at, at + 12)
    parts.push({ number: plainNumber(match[0]), before: [], after: [], currency: currenciesOf(around)[0] })
  }
  parts.push(termsIn(plain.slice(at), lang))
  const out: NumberAt[] = []
  for (const [i, part] of parts.entries()) {
    if (Array.isArray(part)) continue
    part.before = parts.slice(0, i).filter(Array.isArray).flat().reverse()
    part.after = parts
      .slice(i + 1)
      .filter(Array.isArray)
      .flat()
    out.push(part)
  }
  return out
}

/** The numbers of a sentence with the terms that stand next to each. */
export function neighboursOf(text: string, lang: string): Map<string, Neighbours> {
  const out = new Map<string, Neighbours>()
  for (const { number, before, after } of numbersOf(text, lang)) {
    const known = out.get(number) ?? { before: new Set(), after: new Set() }
    if (before[0]) known.before.add(before[0])
    if (after[0]) known.after.add(after[0])
    out.set(number, known)
  }
  return out
}

/** Terms of content words in reading order, without numbers. */
export function termsIn(text: string, lang: string): string[] {
  return tokenize(text, lang).flatMap(({ term, word, stop }) => (stop || /^\p{Nd}+$/u.test(word) ? [] : [term]))
}

/** Words with a capital in the middle of a sentence; of a passage every word with one. German writes every noun so. */
export function namesOf(text: string, lang: string, all: boolean): Set<string> {
  if (lang === 'de') return new Set()
  const found = all
    ? text.matchAll(/(?<![\p{L}\p{M}])\p{Lu}[\p{L}\p{M}\p{N}]*/gu)
    : text.matchAll(/(?<=[\p{Ll}\p{N},;:)"»\]] [("«]?)\p{Lu}[\p{L}\p{M}\p{N}]*/gu)
  const out = new Set<string>()
  for (const [word] of found)
    for (const { term, stop } of tokenize(word, lang)) if (!stop && !codes.has(term)) out.add(term)
  return out
}

/** Links and addresses, lower case. */
export function linksOf(text: string): string[] {
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

/** ISO codes; they are compared as currencies, not as words. */
export const codes: ReadonlySet<string> = new Set(currencies.flat().filter(form => /^[a-z]{3}$/.test(form)))

/** For each currency and percent sign of a text, the forms it may have elsewhere. */
export function currenciesOf(text: string): readonly (readonly string[])[] {
  const raw = text.toLowerCase()
  const holds = (form: string) => (/^[a-z]{3}$/.test(form) ? new RegExp(`\\b${form}\\b`).test(raw) : raw.includes(form))
  const known = currencies.filter(forms => forms.some(holds))
  const other = [...raw.matchAll(/\p{Sc}/gu)].map(([sign]) => sign)
  return [...known, ...other.filter(sign => !known.some(forms => forms.includes(sign))).map(sign => [sign])]
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

/** Whether a sentence denies something. A “no” that only answers the question does not count. */
export function denies(text: string, lang: string): boolean {
  const pattern = inside[lang]
  if (pattern) return pattern.test(text)
  const words = denying[lang] ?? denying.en!
  return tokenize(text.replace(/^\s*\p{L}{2,4}[,.!]\s/u, ''), lang).some(({ word }) => words.has(word))
}
