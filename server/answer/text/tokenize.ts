/**
 * Cuts text into terms. Words are split at anything that is no letter, digit or mark; scripts without spaces give single
 * characters and adjacent pairs. One loop over code units and a memo from word to stem: most words of a text were seen before.
 */
import { fold, kind, kindOf, lower } from './characters.ts'
import { maxWord, stem } from './stem.ts'
import { stopWords } from './stop-words.ts'

export interface Token {
  /** What is indexed: the stem, accents folded. */
  term: string
  /** The word as written, lower case. */
  word: string
  /** A function word of the language. */
  stop: boolean
  /** From a script without spaces: characters and pairs, which are never corrected. */
  piece: boolean
}

/** Stems already computed, by language and word. Emptied when full, so that a flood of made-up words costs no memory. */
const memo = new Map<string, Map<string, Token>>()
const memoLimit = 60_000

/** The same text in memory of its own: a long part of a string otherwise keeps all of it, in the memo for good. */
const detached = (part: string) => (part.isWellFormed() ? Buffer.from(part).toString() : part)

function wordToken(found: string, lang: string): Token {
  let words = memo.get(lang)
  if (!words) memo.set(lang, (words = new Map()))
  let token = words.get(found)
  if (token) return token
  const word = detached(found)
  const folded = fold(word)
  const stop = stopWords(lang).has(lang === 'vi' ? word : folded)
  token = { term: stem(word, lang), word: word.length > maxWord ? word.slice(0, maxWord) : word, stop, piece: false }
  if (words.size >= memoLimit) words.clear()
  words.set(word, token)
  return token
}

function pieceToken(piece: string, lang: string): Token {
  const key = `${lang}·`
  let pieces = memo.get(key)
  if (!pieces) memo.set(key, (pieces = new Map()))
  let token = pieces.get(piece)
  if (token) return token
  token = { term: piece, word: piece, stop: stopWords(lang).has(piece), piece: true }
  if (pieces.size >= memoLimit) pieces.clear()
  pieces.set(piece, token)
  return token
}

/** Terms of `text` in reading order. */
export function tokenize(text: string, lang: string): Token[] {
  const s = lower(text)
  const out: Token[] = []
  let start = -1
  let dirty = false // the word holds invisible characters
  const flush = (end: number) => {
    if (start < 0) return
    let word = s.slice(start, end)
    if (dirty) word = strip(word)
    if (word) out.push(wordToken(word, lang))
    start = -1
    dirty = false
  }
  for (let i = 0; i < s.length; i++) {
    const k = kindOf[s.charCodeAt(i)]!
    if (k === kind.word || k === kind.digit) {
      if (start < 0) start = i
    } else if (k === kind.mark) {
      if (start < 0) continue
    } else if (k === kind.ignored) {
      if (start >= 0) dirty = true
    } else if (k === kind.separator || k === kind.apostrophe) flush(i)
    else {
      flush(i)
      i = pieces(s, i, lang, out) - 1
    }
  }
  flush(s.length)
  return out
}

const strip = (word: string) => {
  let clean = ''
  for (let i = 0; i < word.length; i++) if (kindOf[word.charCodeAt(i)] !== kind.ignored) clean += word[i]
  return clean
}

/** Characters and adjacent pairs of a run of one or more spaceless scripts. Returns the index after the run. */
function pieces(s: string, from: number, lang: string, out: Token[]): number {
  let previous = ''
  let previousKind = -1
  let alone = '' // a first character not yet written: written only when no pair holds it
  let i = from
  for (; i < s.length; ) {
    const code = s.charCodeAt(i)
    let k = kindOf[code]!
    let size = 1
    if (k === kind.highSurrogate) {
      const point = s.codePointAt(i)!
      if (point < 0x20000 || point > 0x3ffff) {
        // Emoji and rare scripts: no word.
        i += point > 0xffff ? 2 : 1
        break
      }
      k = kind.han
      size = 2
    }
    if (k < kind.han || k > kind.thai) {
      if (k === kind.ignored) {
        i++
        continue
      }
      break
    }
    let end = i + size
    while (end < s.length && kindOf[s.charCodeAt(end)] === kind.mark) end++
    const char = s.slice(i, end)
    if (k === kind.han) out.push(pieceToken(char, lang))
    if (previousKind >= 0) {
      out.push(pieceToken(previous + char, lang))
      alone = ''
    } else alone = k === kind.han ? '' : char
    previous = char
    previousKind = k
    i = end
  }
  if (alone) out.push(pieceToken(alone, lang))
  return i
}
