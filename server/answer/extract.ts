/**
 * The words of an entry that answer, word for word. A text is cut into sentences (long ones at commas, then at spaces); of all
 * stretches that fit, the one is taken whose sentences hold most of the question.
 */

import { askedOf } from './attribute.ts'
import { resemblance } from './index/likeness.ts'
import { tables } from './record.ts'
import { cutAt, type Span, segments, sentences } from './text/sentence.ts'
import { tokenize } from './text/tokenize.ts'
import type { AskedWord, Extract, Ranked } from './types.ts'

/** Length an answer grows to, in UTF-16 units. */
export const defaultMaxChars = 300

/** A list, a table or an answer the client wrote is given whole up to this many times `maxChars`. */
const whole = 4

/**
 * What of the best entry answers the question. From running text about `maxChars`; a qa answer, a list and a table are not
 * cut unless they are several times as long; of a row the fields asked for, else all of it.
 */
export function extract(
  ranked: Ranked,
  question: string,
  { maxChars = defaultMaxChars }: { maxChars?: number } = {},
): Extract {
  const { entry, passage } = ranked
  const { text } = entry
  const take = ({ start, end }: Span): Extract => ({ text: text.slice(start, end), start, end })
  if (entry.kind === 'row') return take(rowSpan(text, question))
  if (entry.kind === 'qa')
    return take(
      trimmed(text, text.length <= maxChars * whole ? { start: 0, end: text.length } : opening(text, maxChars * whole)),
    )
  const line = lineAsked(ranked)
  if (line) return take(line)
  if (text.length <= maxChars) return take(trimmed(text, { start: 0, end: text.length }))
  const parts = segments(text, passage.start, passage.end, Math.min(80, maxChars))
  if (parts.length === 0) return take(trimmed(text, opening(text, maxChars)))
  const stretch = toSentenceEnd(text, bestStretch(text, parts, ranked, maxChars), maxChars)
  return take(withBlock(text, stretch, maxChars * whole))
}

/** By how much a line of a table must hold more of the question than whatever else stands in the passage. */
const lineLead = 1.5

/** The line of a table that the question is about, if it is about a single one. */
function lineAsked({ entry: { text }, passage, asked, lang }: Ranked): Span | undefined {
  const lines = tables(text)
    .flat()
    .filter(({ start, end }) => start >= passage.start && end <= passage.end)
  if (lines.length === 0) return undefined
  const inLine = (at: number) => lines.some(({ start, end }) => at >= start && at < end)
  const others = sentences(text, passage.start, passage.end).filter(({ start }) => !inLine(start))
  const holding = holdingOf(asked, lang)
  const held = [...lines, ...others].map(({ start, end }) => holding(text.slice(start, end)))
  const worth = held.map(h =>
    asked.reduce((sum, word, k) => {
      // What every line holds, the names of columns above all, speaks for none.
      const common = held.slice(0, lines.length).every(line => line[k]! > 0)
      return word.stop || common ? sum : sum + word.weight * h[k]!
    }, 0),
  )
  const best = worth.indexOf(Math.max(...worth))
  const line = lines[best]
  if (!line || worth[best]! <= 0) return undefined
  return worth.every((x, i) => i === best || x * lineLead <= worth[best]!) ? line : undefined
}

/** Goes on to where its last sentence ends, if that is near. */
function toSentenceEnd(text: string, { start, end }: Span, maxChars: number): Span {
  const cut = sentences(text).find(sentence => sentence.start < end && sentence.end > end)
  return { start, end: cut && cut.end - end <= maxChars / 2 ? cut.end : end }
}

/** The one field asked for, else the whole row. */
function rowSpan(text: string, question: string): Span {
  const asked = askedOf(text, question)
  if (asked.fields.length === 1) return { start: asked.fields[0]!.start, end: asked.fields[0]!.end }
  return { start: 0, end: text.length }
}

/** Whole sentences from the beginning. */
function opening(text: string, maxChars: number): Span {
  let end = 0
  for (const sentence of sentences(text)) {
    if (sentence.end > maxChars) break
    end = sentence.end
  }
  return { start: 0, end: end || cutAt(text, 0, Math.min(maxChars, text.length)) }
}

function trimmed(text: string, { start, end }: Span): Span {
  while (start < end && text.charCodeAt(start) <= 32) start++
  while (end > start && text.charCodeAt(end - 1) <= 32) end--
  return { start, end }
}

/** A stretch that touches a list or a table takes it in whole, with the line that leads to it. */
function withBlock(text: string, span: Span, maxChars: number): Span {
  if (!text.includes('\n')) return span
  const lines: (Span & { item: boolean })[] = []
  for (let start = 0; start < text.length; ) {
    const at = text.indexOf('\n', start)
    const end = at < 0 ? text.length : at
    lines.push({ start, end, item: isItem(text, start, end) })
    start = end + 1
  }
  for (const line of tables(text).flat()) for (const other of lines) if (other.start === line.start) other.item = true
  let { start, end } = span
  for (let i = 0; i < lines.length; ) {
    if (!lines[i]!.item) {
      i++
      continue
    }
    let last = i
    while (last + 1 < lines.length && lines[last + 1]!.item) last++
    let first = i
    while (first > 0 && first > i - 2 && !lines[first - 1]!.item) {
      first--
      if (lines[first]!.end > lines[first]!.start) break
    }
    const lead = lines[first]!
    const block: Span = {
      start: text.slice(lead.start, lead.end).trimEnd().endsWith(':') ? lead.start : lines[i]!.start,
      end: lines[last]!.end,
    }
    const touches = block.start < end && block.end > start
    if (touches && Math.max(end, block.end) - Math.min(start, block.start) <= maxChars) {
      start = Math.min(start, block.start)
      end = Math.max(end, block.end)
    }
    i = last + 1
  }
  return trimmed(text, { start, end })
}

/** A line of a list ("- …", "3. …") or of a table. */
function isItem(text: string, start: number, end: number): boolean {
  const line = text.slice(start, Math.min(end, start + 200)).trim()
  if (line.length < 2) return false
  if ('-*•–·▪'.includes(line[0]!) && line.charCodeAt(1) <= 32) return true
  if (line.split('|').length > 2 || line.split('\t').length > 2) return true
  let digits = 0
  while (digits < 3 && line.charCodeAt(digits) >= 0x30 && line.charCodeAt(digits) <= 0x39) digits++
  return (
    digits > 0 &&
    (line[digits] === '.' || line[digits] === ')') &&
    (line.charCodeAt(digits + 1) <= 32 || line.length === digits + 1)
  )
}

interface Part extends Span {
  /** Number of its sentence. */
  sentence: number
  /** First part of its sentence. */
  opens: boolean
}

/** How sharply the best sentence is preferred to the next. */
const sharpness = 0.12
/** Share of a sentence's likelihood that the next and the one before get: an answer often stands beside the words asked about. */
const after = 0.15
const before = 0.1

function bestStretch(text: string, parts: Part[], ranked: Ranked, maxChars: number): Span {
  const { asked, lang } = ranked
  const total = asked.reduce((sum, w) => sum + w.weight, 0) || 1
  // How likely the answer stands in each sentence, from what it holds of the question. A word that every sentence here holds
  // tells none of them apart, so a word's weight is its rarity in the index times its rarity in the passage.
  const sentenceCount = parts[parts.length - 1]!.sentence + 1
  const holding = holdingOf(asked, lang)
  const held: Float64Array[] = []
  /** By part; that of its sentence where it is the whole of it. */
  const own: Float64Array[] = []
  for (let i = 0; i < parts.length; ) {
    let j = i
    while (j < parts.length && parts[j]!.sentence === parts[i]!.sentence) j++
    const whole = holding(text.slice(parts[i]!.start, parts[j - 1]!.end))
    held.push(whole)
    if (j - i === 1) own.push(whole)
    else for (const part of parts.slice(i, j)) own.push(holding(text.slice(part.start, part.end)))
    i = j
  }
  const weights = asked.map((word, k) => {
    const holders = held.reduce((sum, h) => sum + (h[k]! > 0 ? 1 : 0), 0)
    return (word.weight / total) * (0.3 + Math.log(1 + (sentenceCount - holders + 0.5) / (holders + 0.5)))
  })
  const worth = (h: Float64Array) => h.reduce((sum, x, k) => sum + x * weights[k]!, 0)
  const scores = held.map(worth)
  const top = Math.max(...scores)
  const sharp = scores.map(s => Math.exp((s - top) / sharpness))
  const likely = sharp.map((x, i) => x + after * (sharp[i - 1] ?? 0) + before * (sharp[i + 1] ?? 0))
  // Within a sentence the answer stands near the words asked about.
  const near = own.map(worth)
  const masses = parts.map((part, i) => {
    const left = parts[i - 1]?.sentence === part.sentence ? near[i - 1]! : 0
    const right = parts[i + 1]?.sentence === part.sentence ? near[i + 1]! : 0
    return (part.end - part.start) * (0.2 + near[i]! + 0.5 * (left + right))
  })
  const sums = new Float64Array(sentenceCount)
  parts.forEach((part, i) => {
    sums[part.sentence]! += masses[i]!
  })
  let best: Span = { start: parts[0]!.start, end: parts[0]!.end }
  let bestMass = -1
  for (let from = 0; from < parts.length; from++) {
    let mass = parts[from]!.opens ? 0.02 : 0
    for (let to = from; to < parts.length; to++) {
      const part = parts[to]!
      if (part.end - parts[from]!.start > maxChars && to > from) break
      mass += (likely[part.sentence]! * masses[to]!) / (sums[part.sentence]! || 1)
      if (mass > bestMass) {
        bestMass = mass
        best = { start: parts[from]!.start, end: part.end }
      }
    }
  }
  return best
}

/** How well a text holds each of the asked words, 0–1. */
type Holding = (text: string) => Float64Array

function holdingOf(asked: readonly AskedWord[], lang: string): Holding {
  // term → what it says about asked words. Terms of the text that the index took for none of them are compared letter by letter.
  const known = new Map<string, { k: number; similarity: number }[]>()
  const say = (term: string, k: number, similarity: number) => {
    const list = known.get(term)
    if (list) list.push({ k, similarity })
    else known.set(term, [{ k, similarity }])
  }
  asked.forEach((word, k) => {
    say(word.term, k, 1)
    for (const s of word.similar) say(s.term, k, s.similarity)
  })
  const guessed = asked.flatMap((word, k) => (!word.stop && word.term.length > 3 ? [k] : []))
  /** term → its likeness to each of `guessed`; -1 where nobody asked yet. */
  const guesses = new Map<string, number[]>()
  const nothing = guessed.map(() => -1)
  return text => {
    const out = new Float64Array(asked.length)
    const terms: string[] = []
    for (const { term } of tokenize(text, lang)) {
      const list = known.get(term)
      if (list) for (const { k, similarity } of list) if (similarity > out[k]!) out[k] = similarity
      if (term.length > 3) terms.push(term)
    }
    const missing = guessed.map(k => out[k] === 0)
    if (!missing.includes(true)) return out
    for (const term of terms) {
      let likeness = guesses.get(term)
      if (!likeness) guesses.set(term, (likeness = nothing.slice()))
      for (let i = 0; i < guessed.length; i++) {
        if (!missing[i]) continue
        const k = guessed[i]!
        if (likeness[i]! < 0) likeness[i] = resemblance(asked[k]!.term, term)
        if (likeness[i]! > out[k]!) out[k] = likeness[i]!
      }
    }
    return out
  }
}
