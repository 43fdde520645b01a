/**
 * What a client's entries are called, for completing what a visitor types: questions, their other phrasings, titles. Made at the
 * first keystroke and kept current from then on. A look at every heading is a fraction of a millisecond for thousands.
 */
import { fold, lower } from '../text/characters.ts'
import type { Entry } from '../types.ts'

interface Heading {
  /** As the client wrote it. */
  text: string
  /** Lower case, accents folded, one space before every word. */
  plain: string
}

/** Typed words that are looked for; the last ones, which are being typed, count. */
const maxWords = 8
/** What a word counts for when it stands inside another one, or in a script without spaces. */
const insideWeight = 0.5
/** What a heading counts for that begins with all that was typed. */
const beginsBonus = 4

export class Headings {
  private readonly byEntry = new Map<string, Heading[]>()

  get bytes(): number {
    return this.byEntry.size * 250
  }

  add(entry: Entry): void {
    const texts = [entry.question ?? entry.title, ...(entry.alternates ?? [])].filter(text => text !== undefined)
    if (texts.length > 0)
      this.byEntry.set(
        entry.id,
        texts.map(text => ({ text, plain: plain(text) })),
      )
  }

  remove(id: string): void {
    this.byEntry.delete(id)
  }

  /** Headings that hold every typed word, the last as the beginning of one; best first, one of each entry. */
  complete(typed: string, limit: number): string[] {
    const whole = plain(typed)
    const words = whole.split(' ').filter(Boolean).slice(-maxWords)
    if (words.length === 0) return []
    const found: Found[] = []
    const kept = limit * 4
    for (const headings of this.byEntry.values()) {
      let best: Heading | undefined
      let bestScore = 0
      for (const heading of headings) {
        const score = scoreOf(heading.plain, words, whole)
        if (score > bestScore) {
          best = heading
          bestScore = score
        }
      }
      if (best) keep(found, { text: best.text, score: bestScore }, kept)
    }
    return [...new Set(found.map(each => each.text))].slice(0, limit)
  }
}

interface Found {
  text: string
  score: number
}

/** Puts one where it belongs among the best `size`: sorting thousands for five would be the dearest step. */
function keep(found: Found[], one: Found, size: number): void {
  let at = found.length
  while (at > 0 && before(one, found[at - 1]!)) at--
  if (at === size) return
  found.splice(at, 0, one)
  if (found.length > size) found.pop()
}

const before = (x: Found, y: Found) =>
  x.score !== y.score
    ? x.score > y.score
    : x.text.length !== y.text.length
      ? x.text.length < y.text.length
      : x.text < y.text

/** 0 when a word is missing. */
function scoreOf(heading: string, words: readonly string[], whole: string): number {
  let score = 0
  for (const word of words) {
    let at = heading.indexOf(word)
    if (at < 0) return 0
    const inside = at > 0 && heading.charCodeAt(at - 1) !== 32
    if (inside) at = heading.indexOf(` ${word}`)
    score += word.length * (inside && at < 0 ? insideWeight : 1)
  }
  return heading.startsWith(whole) ? score + beginsBonus : score
}

function plain(text: string): string {
  return ` ${fold(lower(text.slice(0, 300)))
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .trim()}`
}
