/** Cuts text into sentences and passages as spans of UTF-16 offsets. No regular expression: one look at every unit. */
import { kind, kindOf } from './characters.ts'

export interface Span {
  start: number
  end: number
}

/** Ends a sentence whatever follows; ends one when a space and a new beginning follow; may stand between the end and the space. */
const strong = 1
const stop = 2
const closer = 4
const lineBreak = 8
/** By UTF-16 unit. */
const marks = new Uint8Array(0x10000)
for (const char of '!?…。！？｡؟۔।॥') marks[char.charCodeAt(0)]! |= strong
for (const char of '.!?…。！？｡؟۔।॥;:') marks[char.charCodeAt(0)]! |= stop
for (const char of `"'”’»)]}」』）】`) marks[char.charCodeAt(0)]! |= closer
marks[0x0a] = lineBreak
const semicolon = 0x3b
const colon = 0x3a
/** Words before a full stop that seldom end a sentence. */
const abbreviations = new Set(
  'mr mrs ms dr prof st vs etc no nr ca z b bzw usw sr sra dra av ave inc ltd jr fig art vol p pp pag núm tel al approx dept est min max e g i.e e.g cf m mme'.split(
    ' ',
  ),
)

/** Sentences; a line break always ends one. Spaces around are left out. */
export function sentences(text: string, from = 0, to = text.length): Span[] {
  const out: Span[] = []
  let start = from
  const close = (end: number) => {
    let a = start
    let b = end
    while (a < b && text.charCodeAt(a) <= 32) a++
    while (b > a && text.charCodeAt(b - 1) <= 32) b--
    if (b > a) out.push({ start: a, end: b })
    start = end
  }
  for (let i = from; i < to; i++) {
    const char = text.charCodeAt(i)
    const mark = marks[char]!
    if (mark === 0) continue
    if (mark === lineBreak) {
      close(i)
      continue
    }
    if (!(mark & stop) || char === semicolon || char === colon) continue
    let end = i + 1
    while (end < to && marks[text.charCodeAt(end)]! & (stop | closer)) end++
    if (mark & strong) {
      // "?" inside an address or a word is no end; ideographic marks need no space after them.
      if (char < 0x80 && end < to && text.charCodeAt(end) > 32) continue
      close(end)
      i = end - 1
      continue
    }
    if (end < to && text.charCodeAt(end) > 32) continue // 3.5, example.com
    if (end < to && endsWithAbbreviation(text, start, i)) {
      i = end - 1
      continue
    }
    let next = end
    while (next < to && text.charCodeAt(next) <= 32) next++
    const code = next < to ? text.charCodeAt(next) : 0
    // A small letter after a full stop goes on with the sentence; so does a bare number before it ("on 3. May").
    if (code >= 0x61 && code <= 0x7a) continue
    close(end)
    i = end - 1
  }
  close(to)
  return out
}

function endsWithAbbreviation(text: string, start: number, dot: number): boolean {
  let i = dot
  while (i > start && dot - i < 8 && kindOf[text.charCodeAt(i - 1)] === kind.word) i--
  const word = text.slice(i, dot)
  if (word.length === 1 && word !== word.toLowerCase()) return true // an initial
  return abbreviations.has(word.toLowerCase())
}

/**
 * Sentences, those longer than `longest` cut further: at commas and the like, else at spaces. `opens` marks the first part of
 * a sentence.
 */
export function segments(
  text: string,
  from: number,
  to: number,
  longest: number,
): (Span & { opens: boolean; sentence: number })[] {
  const out: (Span & { opens: boolean; sentence: number })[] = []
  for (const [number, sentence] of sentences(text, from, to).entries()) {
    let { start } = sentence
    let opens = true
    while (sentence.end - start > longest) {
      let end = -1
      for (let i = start + longest - 1; i > start + longest / 3; i--)
        if (isPause(text, i)) {
          end = i + 1
          break
        }
      if (end < 0) end = cutAt(text, start, start + longest)
      out.push({ start, end, opens, sentence: number })
      opens = false
      start = end
      while (start < sentence.end && text.charCodeAt(start) <= 32) start++
    }
    if (start < sentence.end) out.push({ start, end: sentence.end, opens, sentence: number })
  }
  return out
}

const pauses = new Set(',;:，、；：،'.split(''))

/** A comma that ends a clause, not one inside a number. */
function isPause(text: string, i: number): boolean {
  if (!pauses.has(text[i]!)) return false
  const next = text.charCodeAt(i + 1)
  return (text.charCodeAt(i) > 0x80 || next <= 32) && !inNumber(text, i + 1)
}

/** Longest passage, in UTF-16 units. */
export const maxPassage = 1200

/** Passages of at most `maxPassage`, cut at paragraphs, else at sentences, else at spaces. */
export function passages(text: string): Span[] {
  if (text.length <= maxPassage) return [{ start: 0, end: text.length }]
  const out: Span[] = []
  let start = -1
  let end = 0
  const flush = () => {
    if (start >= 0) out.push({ start, end })
    start = -1
  }
  for (const sentence of sentences(text)) {
    const paragraph = start >= 0 && text.slice(end, sentence.start).split('\n').length > 2
    if (start >= 0 && (sentence.end - start > maxPassage || (paragraph && end - start > maxPassage / 2))) flush()
    if (start < 0) start = sentence.start
    end = sentence.end
    while (end - start > maxPassage) {
      const full = end
      end = cutAt(text, start, start + maxPassage)
      const next = end
      flush()
      start = next
      while (start < full && text.charCodeAt(start) <= 32) start++
      end = full
      if (start >= full) {
        start = -1
        break
      }
    }
  }
  flush()
  return out
}

/** The last word bound at or before `limit`; never inside a number ("1 000", "12.50") or a surrogate pair. */
export function cutAt(text: string, start: number, limit: number): number {
  for (let i = limit; i > start + (limit - start) / 2; i--) if (text.charCodeAt(i) <= 32 && !inNumber(text, i)) return i
  let i = limit
  while (i > start + 1 && inNumber(text, i)) i--
  if (inNumber(text, i)) i = limit // nothing but digits as far as one sees
  const code = text.charCodeAt(i)
  return code >= 0xdc00 && code <= 0xdfff ? i - 1 : i
}

/** Whether a cut before `i` would part a number: digits on both sides, or with one separator between. */
function inNumber(text: string, i: number): boolean {
  if (isDigit(text, i - 1) && isDigit(text, i)) return true
  if (isDigit(text, i - 1) && isDigit(text, i + 1)) return numberSeparators.includes(text[i]!)
  return isDigit(text, i - 2) && isDigit(text, i) && numberSeparators.includes(text[i - 1]!)
}

const numberSeparators = ' .,:/-\u00a0\u202f'
const isDigit = (text: string, i: number) => kindOf[text.charCodeAt(i)] === kind.digit
