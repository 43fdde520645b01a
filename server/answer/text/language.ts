/**
 * Notices the language of a text: by script where that decides, by stop words and letters among the Latin and Cyrillic
 * ones. A question is short, so the languages of the knowledge base serve as a prior.
 */
import { fold, kind, kindOf, lower } from './characters.ts'
import { latinLanguages, stopWords } from './stop-words.ts'

/** Letters (before folding) that speak for a language; each occurrence counts half a stop word. */
const letters: readonly (readonly [string, RegExp])[] = [
  ['de', /[äöüß]/g],
  ['es', /[ñ¿¡]/g],
  ['fr', /[çœèêëàâîïûù]/g],
  ['it', /[àèìòù]/g],
  ['pt', /[ãõçâê]/g],
  ['sv', /[åäö]/g],
  ['da', /[æøå]/g],
  ['no', /[æøå]/g],
  ['fi', /[äö]/g],
  ['pl', /[ąćęłńśźż]/g],
  ['cs', /[ěščřžýůďťň]/g],
  ['ro', /[ăâîșțşţ]/g],
  ['tr', /[ğışçöü]/g],
  ['vi', /[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]/g],
  ['hu', /[őű]/g],
]

/** How much of a text is looked at, in UTF-16 units. */
const sample = 2000

/**
 * ISO 639-1 code. `prior` gives the share (0–1) of each language in the knowledge base; `fallback` is returned when nothing
 * speaks for any language.
 */
export function noticeLanguage(text: string, prior?: ReadonlyMap<string, number>, fallback = 'en'): string {
  const head = lower(text.length > sample ? text.slice(0, sample) : text)
  const script = dominantScript(head)
  if (script === 'latin') return bestOf(head, latinLanguages, prior, fallback)
  if (script === 'cyrillic') {
    const votes: string[] = ['ru', 'uk', 'bg']
    if (/[іїєґ]/.test(head)) return 'uk'
    return bestOf(head, votes, prior, 'ru')
  }
  if (script === 'arabic') return /[پچژگکی]/.test(head) ? 'fa' : 'ar'
  return script ?? fallback
}

/** Votes by language, in the order of `voters`; scratch of the process. */
const voters: readonly string[] = [...latinLanguages, 'ru', 'uk', 'bg']
const votes = new Float64Array(voters.length)

function bestOf(
  text: string,
  languages: readonly string[],
  prior: ReadonlyMap<string, number> | undefined,
  fallback: string,
): string {
  votes.fill(0)
  const words = countStopWords(text)
  for (const [lang, pattern] of /^[\x00-\x7f]*$/.test(text) ? [] : letters) {
    const hits = text.match(pattern)?.length ?? 0
    if (hits) votes[voters.indexOf(lang)]! += Math.min(hits * 0.5, words * 0.5)
  }
  const score = (lang: string) => (votes[voters.indexOf(lang)] ?? 0) + (prior?.get(lang) ?? 0)
  let best = fallback
  // A longer text that speaks for a language by a single word ("plus", "pro" in a product's name) does not speak for it.
  let bestScore = score(fallback) + (words >= 6 ? 1.4 : 0.4)
  for (const lang of languages) {
    const own = score(lang)
    if (lang !== fallback && own > bestScore) {
      best = lang
      bestScore = own
    }
  }
  return best
}

/**
 * Adds a vote for each language that has a word of the text among its stop words; gives the number of words. A word votes
 * once, however often a name repeats it.
 */
function countStopWords(text: string): number {
  const seen = new Set<string>()
  let words = 0
  for (let i = 0; i < text.length; ) {
    const start = i
    while (i < text.length && isWordPart[kindOf[text.charCodeAt(i)]!]) i++
    if (i === start) {
      i++
      continue
    }
    words++
    const word = text.slice(start, i)
    let mask = speakers(word)
    if (mask === 0) continue
    if (seen.has(word)) continue
    seen.add(word)
    for (; mask !== 0; mask &= mask - 1) votes[31 - Math.clz32(mask & -mask)]!++
  }
  return words
}

const isWordPart: readonly boolean[] = Object.values(kind).map(
  value => value === kind.word || value === kind.mark || (value >= kind.han && value <= kind.thai),
)

/** Folded stop word → languages it belongs to, a bit each; built at the first question. */
let stopMasks: Map<string, number> | undefined
/** The same by word as written: a memo, emptied when full. */
const masks = new Map<string, number>()
const masksLimit = 20_000
/** No stop word is longer, in UTF-16 units. */
const longest = 20

function speakers(word: string): number {
  if (word.length > longest) return 0
  let mask = masks.get(word)
  if (mask !== undefined) return mask
  stopMasks ??= readStopMasks()
  // Vietnamese stop words keep their accents, which tell words apart.
  mask = (stopMasks.get(fold(word)) ?? 0) | (stopMasks.get(`vi:${word}`) ?? 0)
  if (masks.size >= masksLimit) masks.clear()
  masks.set(word, mask)
  return mask
}

function readStopMasks(): Map<string, number> {
  const out = new Map<string, number>()
  voters.forEach((lang, i) => {
    for (const stop of stopWords(lang)) {
      const key = lang === 'vi' ? `vi:${stop}` : stop
      out.set(key, (out.get(key) ?? 0) | (1 << i))
    }
  })
  return out
}

type Script =
  | 'latin'
  | 'cyrillic'
  | 'arabic'
  | 'el'
  | 'he'
  | 'hi'
  | 'th'
  | 'zh'
  | 'ja'
  | 'ko'
  | 'ta'
  | 'hy'
  | 'ka'
  | 'bn'

const ranges: readonly (readonly [number, number, Script])[] = [
  [0x41, 0x24f, 'latin'],
  [0x370, 0x3ff, 'el'],
  [0x400, 0x52f, 'cyrillic'],
  [0x530, 0x58f, 'hy'],
  [0x590, 0x5ff, 'he'],
  [0x600, 0x77f, 'arabic'],
  [0x900, 0x97f, 'hi'],
  [0x980, 0x9ff, 'bn'],
  [0xb80, 0xbff, 'ta'],
  [0xe00, 0xe7f, 'th'],
  [0x10a0, 0x10ff, 'ka'],
  [0x1e00, 0x1eff, 'latin'],
  [0x1f00, 0x1fff, 'el'],
  [0x3040, 0x30ff, 'ja'],
  [0x3400, 0x9fff, 'zh'],
  [0xac00, 0xd7a3, 'ko'],
]

/** Han with any kana is Japanese; a letter of a script with few letters a word (Han, Hangul, Thai) weighs more. */
function dominantScript(text: string): Script | undefined {
  const counts = new Map<Script, number>()
  let ascii = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0xaa) {
      if (code >= 0x61 && code <= 0x7a) ascii++
      continue
    }
    for (const [from, to, script] of ranges) {
      if (code < from) break
      if (code > to) continue
      const weight = script === 'zh' || script === 'ko' ? 3 : script === 'ja' ? 2 : 1
      counts.set(script, (counts.get(script) ?? 0) + weight)
      break
    }
  }
  if (counts.size === 0) return ascii > 0 ? 'latin' : undefined
  if (ascii > 0) counts.set('latin', (counts.get('latin') ?? 0) + ascii)
  const kana = counts.get('ja') ?? 0
  if (kana > 0 && kana * 8 > (counts.get('zh') ?? 0)) {
    counts.set('ja', kana + (counts.get('zh') ?? 0))
    counts.delete('zh')
  }
  let best: Script | undefined
  let most = 0
  for (const [script, count] of counts)
    if (count > most) {
      best = script
      most = count
    }
  return best
}
