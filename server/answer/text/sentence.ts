/** Cuts text into sentences and passages as spans of UTF-16 offsets. No regular expression: one look at every unit. */
import { kind, kindOf } from './characters.ts'

export interface Span {
  start: number
  end: number
}

const enders = new Set('.!?…。！？｡؟۔।॥;:'.split(''))
const strong = new Set('!?…。！？｡؟۔।॥'.split(''))
const closers = new Set(`"'”’»)]}」』）】`.split(''))
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
    const char = text[i]!
    if (char === '\n') {
      close(i)
      continue
    }
    if (!enders.has(char)) continue
    if (char === ';' || char === ':') continue
    let end = i + 1
    while (end < to && (enders.has(text[end]!) || closers.has(text[end]!))) end++
    if (strong.has(char)) {
      // "?" inside an address or a word is no end; ideographic marks need no space after them.
      if (char.charCodeAt(0) < 0x80 && end < to && text.charCodeAt(end) > 32) continue
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

/** The last word bound at or before `limit`; never inside a surrogate pair. */
export function cutAt(text: string, start: number, limit: number): number {
  for (let i = limit; i > start + (limit - start) / 2; i--) if (text.charCodeAt(i) <= 32) return i
  const code = text.charCodeAt(limit)
  return code >= 0xdc00 && code <= 0xdfff ? limit - 1 : limit
}
