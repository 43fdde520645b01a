/**
 * Notices the language of a text: by script where that decides, by stop words and letters among the Latin and Cyrillic
 * ones. A question is short, so the languages of the knowledge base serve as a prior.
 */
import { fold, lower } from './characters.ts'
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
  ['hu', /[őűáéíóöú]/g],
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

function bestOf(
  text: string,
  languages: readonly string[],
  prior: ReadonlyMap<string, number> | undefined,
  fallback: string,
): string {
  const votes = new Map<string, number>()
  const seen = new Map<string, number>()
  for (const raw of text.match(/[\p{L}\p{M}]+/gu) ?? []) seen.set(raw, (seen.get(raw) ?? 0) + 1)
  let words = 0
  for (const [raw, count] of seen) {
    const times = Math.min(count, 3)
    words += times
    for (const lang of languagesOf(raw)) if (languages.includes(lang)) votes.set(lang, (votes.get(lang) ?? 0) + times)
  }
  for (const [lang, pattern] of /^[\x00-\x7f]*$/.test(text) ? [] : letters) {
    if (!languages.includes(lang)) continue
    const hits = text.match(pattern)?.length ?? 0
    if (hits) votes.set(lang, (votes.get(lang) ?? 0) + Math.min(hits * 0.5, words * 0.5))
  }
  let best = fallback
  // A longer text that speaks for a language by a single word ("plus", "pro" in a product's name) does not speak for it.
  let bestScore = (votes.get(fallback) ?? 0) + (prior?.get(fallback) ?? 0) + (words >= 6 ? 1.4 : 0.4)
  for (const lang of languages) {
    if (lang === fallback) continue
    const score = (votes.get(lang) ?? 0) + (prior?.get(lang) ?? 0)
    if (score > bestScore) {
      best = lang
      bestScore = score
    }
  }
  return best
}

/** Stop word → languages it belongs to; built at the first question. */
let speakers: Map<string, string[]> | undefined

function languagesOf(word: string): readonly string[] {
  if (!speakers) {
    speakers = new Map()
    for (const lang of [...latinLanguages, 'ru', 'uk', 'bg'])
      for (const stop of stopWords(lang)) {
        const key = lang === 'vi' ? `vi:${stop}` : stop
        const list = speakers.get(key)
        if (list) list.push(lang)
        else speakers.set(key, [lang])
      }
  }
  const found = speakers.get(fold(word)) ?? []
  return speakers.has(`vi:${word}`) ? [...found, 'vi'] : found
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
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x61 || (code > 0x7a && code < 0xaa)) continue
    for (const [from, to, script] of ranges) {
      if (code < from) break
      if (code > to) continue
      const weight = script === 'zh' || script === 'ko' ? 3 : script === 'ja' ? 2 : 1
      counts.set(script, (counts.get(script) ?? 0) + weight)
      break
    }
  }
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
