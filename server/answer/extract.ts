/** The words of an entry that answer: sentences around the best one, word for word, or the value a row was asked for. */
import { noticeLanguage } from './text/language.ts'
import { cutAt, type Span, sentences } from './text/sentence.ts'
import { tokenize } from './text/tokenize.ts'
import type { Extract, Ranked } from './types.ts'

/** Length an answer grows to, in UTF-16 units. */
export const defaultMaxChars = 300

export function extract(
  ranked: Ranked,
  question: string,
  { maxChars = defaultMaxChars }: { maxChars?: number } = {},
): Extract {
  const { entry, passage } = ranked
  const { text } = entry
  if (entry.kind !== 'text' || text.length <= maxChars) {
    const end = text.length <= maxChars ? text.length : cutAt(text, 0, maxChars)
    return { text: text.slice(0, end), start: 0, end }
  }
  const spans = sentences(text, passage.start, passage.end)
  const lang = entry.lang ?? noticeLanguage(text)
  const asked = new Set(tokenize(question.slice(0, 2000), noticeLanguage(question, undefined, lang)).map(t => t.term))
  let best = 0
  let most = -1
  spans.forEach((span, i) => {
    const terms = new Set(tokenize(text.slice(span.start, span.end), lang).map(t => t.term))
    let hits = 0
    for (const term of asked) if (terms.has(term)) hits++
    if (hits > most) {
      most = hits
      best = i
    }
  })
  return slice(text, grow(spans, best, maxChars), maxChars)
}

function grow(spans: Span[], best: number, maxChars: number): Span {
  let from = best
  let to = best
  for (;;) {
    const after = spans[to + 1]
    const before = spans[from - 1]
    if (after && after.end - spans[from]!.start <= maxChars) to++
    else if (before && spans[to]!.end - before.start <= maxChars) from--
    else return { start: spans[from]!.start, end: spans[to]!.end }
  }
}

function slice(text: string, span: Span, maxChars: number): Extract {
  const end = span.end - span.start > maxChars ? cutAt(text, span.start, span.start + maxChars) : span.end
  return { text: text.slice(span.start, end), start: span.start, end }
}
