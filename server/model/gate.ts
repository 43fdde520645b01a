/**
 * Between a model and a visitor. Words are held back until their sentence is whole, and shown only when a passage supports it,
 * with the mark of that passage: a mark that points to the wrong one is put right, a missing one is added. Marks are numbered in
 * the order in which they appear, as the reply's sources are.
 */
import { sentences } from '../answer/text/sentence.ts'
import type { Citation } from '../answer/types.ts'
import { ModelFault } from './fault.ts'
import { noAnswer, tellsRules } from './prompt.ts'
import { type Evidence, type Objection, prepare, type Support, supportOf } from './support.ts'

export interface Gate {
  /** @throws ModelFault `leak`, `too_large` */
  push(text: string): void
  /** What is left; `whole` false: the last sentence broke off, so it is not looked at. */
  end(whole: boolean): void
  /** What was let through. */
  readonly text: string
  /** Sentences let through. */
  readonly shown: number
  /** Positions of the passages that it cites, in the order of their marks. */
  readonly cited: number[]
  /** For each of them the sentences of the passage that were drawn on, in its order. */
  readonly quotes: string[]
  readonly dropped: { sentence: string; why: Objection }[]
  /** The model said that the passages do not answer. */
  readonly declined: boolean
}

export interface GateRequest {
  passages: readonly Citation[]
  question: string
  /** Strings that must never come out. */
  secrets: readonly string[]
  emit?: (text: string) => void
}

const marks = /\s*\[\s*\d{1,2}(?:\s*,\s*\d{1,2})*\s*\]/g
/** Marks at the beginning, which belong to the sentence before. */
const leadingMarks = /^(?:\s*\[\s*\d{1,2}(?:\s*,\s*\d{1,2})*\s*\])+[.。]?/
/** So far only marks, perhaps not yet whole: they may still belong to the sentence before. */
const onlyMarks = /^(?:\s*\[\s*\d{1,2}(?:\s*,\s*\d{1,2})*\s*\])*\s*(?:\[[\d\s,]*)?[.。]?$/
/** A sentence longer than this is none. */
const maxSentence = 4000
const maxDropped = 20

export function createGate({ passages, question, secrets, emit }: GateRequest): Gate {
  const evidence = passages.map(prepare)
  const cited: number[] = []
  const quoted = new Map<number, Set<string>>()
  const dropped: Gate['dropped'] = []
  const said = new Set<string>()
  /** Words whose sentence is not whole. */
  let pending = ''
  let text = ''
  let declined = false
  let count = 0
  let thinking: boolean | undefined

  const markOf = ({ passage, quote }: { passage: number; quote: string }) => {
    if (!cited.includes(passage)) cited.push(passage)
    quoted.set(passage, (quoted.get(passage) ?? new Set()).add(quote))
    return `[${cited.indexOf(passage) + 1}]`
  }

  const judge = (raw: string, gap: string) => {
    if (tellsRules(raw) || secrets.some(secret => raw.includes(secret))) throw new ModelFault('leak')
    const named = [...raw.matchAll(/\[([\d\s,]+)\]/g)].flatMap(([, list]) => list!.split(',').map(n => Number(n) - 1))
    const sentence = raw.replace(marks, '').trim()
    // A model that goes round in circles says things twice.
    if (sentence === '' || said.has(sentence)) return
    said.add(sentence)
    const { found, why } = supporters(sentence, named, evidence, question)
    if (found.length === 0) {
      if (dropped.length < maxDropped) dropped.push({ sentence: sentence.slice(0, 300), why })
      return
    }
    const space = text === '' ? '' : (gap.match(/\n/g)?.length ?? 0) > 1 ? '\n\n' : gap.includes('\n') ? '\n' : ' '
    const shown = `${space}${sentence} ${found.map(markOf).join('')}`
    text += shown
    count++
    emit?.(shown)
  }

  /** Judges every sentence of `pending` that is whole. */
  const advance = (all: boolean) => {
    pending = pending.replace(/([.!?…。！？])(\[\d)/gu, '$1 $2')
    const spans = unitsIn(pending)
    let at = 0
    for (const [i, { start, end }] of spans.entries()) {
      const next = spans[i + 1]
      if (!all && !next && !pending.slice(end).includes('\n')) break
      const rest = pending.slice(end)
      if (!all && onlyMarks.test(rest)) break
      const trailing = leadingMarks.exec(rest)?.[0] ?? ''
      if (start < at && end <= at) continue
      judge(pending.slice(Math.max(start, at), end) + trailing, pending.slice(at, start))
      at = end + trailing.length
    }
    pending = pending.slice(at)
    if (pending.length > maxSentence) throw new ModelFault('too_large')
  }

  return {
    push(piece) {
      pending += piece
      // Some models think aloud first, between marks of their own.
      if (thinking !== false) {
        const opening = pending.trimStart()
        thinking = '<think>'.startsWith(opening.slice(0, 7)) || opening.startsWith('<think>')
        if (thinking) {
          const end = pending.indexOf('</think>')
          if (end < 0) return
          pending = pending.slice(end + 8)
          thinking = false
        }
      }
      advance(false)
    },
    end(whole) {
      if (
        text === '' &&
        pending
          .trim()
          .replace(/[.[\]\d]+$/g, '')
          .trim() === noAnswer
      )
        declined = true
      else if (thinking !== true) {
        const last = unitsIn(pending).at(-1)
        if (!whole && last) pending = pending.slice(0, last.start)
        advance(true)
      }
      pending = ''
    },
    get text() {
      return text
    },
    get shown() {
      return count
    },
    get declined() {
      return declined
    },
    cited,
    get quotes() {
      return cited.map(passage => quoteOf(passages[passage]!.quote, quoted.get(passage)!))
    },
    dropped,
  }
}

/** Sentences, without those that are marks alone. */
function unitsIn(text: string) {
  return sentences(text).filter(({ start, end }) => text.slice(start, end).replace(marks, '').trim() !== '')
}

/** The passages that support a sentence: those it names, else the first of the others that does. */
function supporters(
  sentence: string,
  named: readonly number[],
  evidence: readonly Evidence[],
  question: string,
): { found: { passage: number; quote: string }[]; why: Objection } {
  const known = [...new Set(named)].filter(at => evidence[at])
  const all: Support[] = evidence.map(passage => supportOf(sentence, passage, question))
  const holding = (passage: number) => {
    const support = all[passage]!
    return support.against === undefined ? [{ passage, quote: support.quote }] : []
  }
  const found = known.flatMap(holding)
  const why = all[known[0] ?? 0]?.against ?? 'words'
  return { found: found.length > 0 ? found : all.flatMap((_, at) => holding(at)).slice(0, 1), why }
}

/** Sentences of a passage in its order; what stands between them is left out. */
function quoteOf(passage: string, sentences: ReadonlySet<string>): string {
  const spans = [...sentences].map(text => ({ text, at: passage.indexOf(text) })).sort((a, b) => a.at - b.at)
  let out = ''
  let end = 0
  for (const { text, at } of spans) {
    const gap = passage.slice(end, at)
    if (out !== '') out += at >= end && gap.trim() === '' ? gap : ' … '
    out += text
    end = at + text.length
  }
  return out
}
