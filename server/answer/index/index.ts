/**
 * An inverted index over passages, in typed arrays, in two stages. Words (and, for words it does not know, those they
 * resemble) give candidates by BM25; the best of them are then read again term by term: coverage of the question by the
 * passage and by each of its units (a question's phrasing, a sentence, a title, a field of a row), and adjacent pairs.
 * Nothing is ever rebuilt: an entry's postings are pushed and taken out one by one.
 */

import { noticeLanguage } from '../text/language.ts'
import { passages, sentences } from '../text/sentence.ts'
import { tokenize } from '../text/tokenize.ts'
import type { Entry, Index, Ranked } from '../types.ts'
import { grown, Lists } from './lists.ts'
import { type Question, readQuestion } from './question.ts'
import { Vocabulary } from './vocabulary.ts'

/** Units of a document, coded below zero in its stream of terms: each unit ends with the code of what it was. */
export const unit = { title: -1, question: -2, sentence: -3, field: -4 } as const

/** A passage of an entry: what is ranked. */
interface Doc {
  entry: Entry
  start: number
  end: number
  lang: string
}

const k1 = 1.2
const b = 0.6
const maxCandidates = 50

export interface IndexOptions {
  k1?: number
}

/** An empty index; `add` entries to it. */
export function createIndex(): Index {
  return new PassageIndex()
}

/** Scratch shared by all indexes of the process: a question is ranked without a pause, so no two use it at once. */
let scores = new Float32Array(1024)
let slots = new Int16Array(1024)
let strengths = new Float32Array(1024)

class PassageIndex implements Index {
  private readonly vocabulary = new Vocabulary()
  /** term → documents, each packed as document × 256 + count in it (at most 255). */
  private readonly postings = new Lists()
  /** document → its terms in reading order, units closed by their code. */
  private readonly streams = new Lists()
  private readonly docs: (Doc | undefined)[] = []
  private readonly freeDocs: number[] = []
  private lengths = new Int32Array(64)
  private totalLength = 0
  private readonly entries = new Map<string, number[]>()
  private readonly languages = new Map<string, number>()
  private liveDocs = 0
  private prior: ReadonlyMap<string, number> = new Map()
  /** By term; recomputed after a change. */
  private idfs = new Float32Array(0)
  private rarest = 0
  private stale = true

  get size(): number {
    return this.entries.size
  }

  get bytes(): number {
    return (
      this.vocabulary.bytes +
      this.postings.bytes +
      this.streams.bytes +
      this.lengths.byteLength +
      this.idfs.byteLength +
      this.docs.length * 64 +
      this.entries.size * 80
    )
  }

  add(entry: Entry): void {
    this.remove(entry.id)
    const body = entry.text
    const lang =
      entry.lang?.slice(0, 2).toLowerCase() ||
      noticeLanguage(`${entry.question ?? entry.title ?? ''} ${body.slice(0, 1500)}`, this.shares(), 'en')
    const docs: number[] = []
    const spans = entry.kind === 'row' ? [{ start: 0, end: body.length }] : passages(body)
    for (const [i, span] of spans.entries()) docs.push(this.addDoc({ entry, lang, ...span }, i === 0))
    this.entries.set(entry.id, docs)
    this.languages.set(lang, (this.languages.get(lang) ?? 0) + 1)
    this.stale = true
  }

  remove(id: string): boolean {
    const docs = this.entries.get(id)
    if (!docs) return false
    const lang = this.docs[docs[0]!]!.lang
    for (const doc of docs) this.removeDoc(doc)
    this.entries.delete(id)
    const left = this.languages.get(lang)! - 1
    if (left) this.languages.set(lang, left)
    else this.languages.delete(lang)
    this.stale = true
    return true
  }

  private shares(): ReadonlyMap<string, number> {
    return this.prior
  }

  private addDoc(doc: Doc, first: boolean): number {
    const { entry, lang } = doc
    const stream: number[] = []
    const units = (text: string, code: number) => {
      const before = stream.length
      for (const token of tokenize(text, lang)) stream.push(this.vocabulary.intern(token.term, token.piece))
      if (stream.length > before) stream.push(code)
    }
    if (entry.title) units(entry.title, unit.title)
    if (first && entry.question) units(entry.question, unit.question)
    if (first) for (const alternate of entry.alternates ?? []) units(alternate, unit.question)
    if (entry.kind === 'row') for (const field of entry.text.split(/;\s/)) units(field, unit.field)
    else
      for (const s of sentences(entry.text, doc.start, doc.end)) units(entry.text.slice(s.start, s.end), unit.sentence)

    const number = this.freeDocs.pop() ?? this.docs.length
    this.docs[number] = doc
    if (number >= this.lengths.length) this.lengths = grown(this.lengths, Math.ceil(number * 1.5) + 1)
    this.streams.set(number, stream)
    let length = 0
    const counts = new Map<number, number>()
    for (const term of stream) {
      if (term < 0) continue
      length++
      counts.set(term, (counts.get(term) ?? 0) + 1)
    }
    for (const [term, count] of counts) this.postings.push(term, number * 256 + Math.min(count, 255))
    this.lengths[number] = length
    this.totalLength += length
    this.liveDocs++
    return number
  }

  private removeDoc(number: number): void {
    const from = this.streams.offset[number]!
    const to = from + this.streams.length[number]!
    const seen = new Set<number>()
    for (let i = from; i < to; i++) {
      const term = this.streams.data[i]!
      if (term < 0 || seen.has(term)) continue
      seen.add(term)
      const at = this.postings.offset[term]!
      const count = this.postings.length[term]!
      for (let j = 0; j < count; j++)
        if (this.postings.data[at + j]! >> 8 === number) {
          this.postings.removeAt(term, j)
          break
        }
    }
    this.streams.clear(number)
    this.totalLength -= this.lengths[number]!
    this.lengths[number] = 0
    this.docs[number] = undefined
    this.freeDocs.push(number)
    this.liveDocs--
  }

  private refresh(): void {
    if (!this.stale) return
    this.stale = false
    const terms = this.vocabulary.size
    if (this.idfs.length < terms) this.idfs = new Float32Array(Math.ceil(terms * 1.2))
    const n = this.liveDocs
    for (let term = 0; term < terms; term++) {
      const df = this.postings.length[term]!
      this.idfs[term] = df ? Math.log(1 + (n - df + 0.5) / (df + 0.5)) : -1
    }
    this.rarest = Math.log(1 + (n - 0.5) / 1.5)
    const shares = new Map<string, number>()
    for (const [lang, count] of [...this.languages].sort((x, y) => y[1] - x[1] || (x[0] < y[0] ? -1 : 1)))
      shares.set(lang, count / this.entries.size)
    this.prior = shares
  }

  rank(text: string, { limit = 10 }: { limit?: number } = {}): Ranked[] {
    if (this.entries.size === 0) return []
    this.refresh()
    const question = readQuestion(text, this.vocabulary, this.prior, term => this.idfs[term]!, this.rarest)
    if (question.words.length === 0) return []
    const candidates = this.candidates(question)
    if (candidates.length === 0) return []
    const rows = this.reread(question, candidates)
    const best = new Map<string, Ranked>()
    for (const row of rows) {
      const known = best.get(row.entry.id)
      if (!known || row.score > known.score) best.set(row.entry.id, row)
    }
    const ranked = [...best.values()].sort((x, y) => y.score - x.score || (x.entry.id < y.entry.id ? -1 : 1))
    const top = ranked.slice(0, limit)
    const first = top[0]!
    const rest = ranked.slice(1, 10)
    const margin = first.score - (ranked[1]?.score ?? 0)
    const mean = rest.length ? rest.reduce((sum, r) => sum + r.score, 0) / rest.length : 0
    for (const row of top) {
      row.features.margin = row === first ? margin : 0
      row.features.stand = row.score - mean
      row.features.words = question.words.filter(w => !w.token.stop).length
    }
    return top
  }

  private candidates(question: Question): { doc: number; score: number }[] {
    if (scores.length < this.docs.length) scores = new Float32Array(this.docs.length * 2)
    const touched: number[] = []
    const average = this.totalLength / this.liveDocs || 1
    const self = question.weight * (k1 + 1) || 1
    const accumulate = (term: number, weight: number) => {
      const from = this.postings.offset[term]!
      const to = from + this.postings.length[term]!
      for (let i = from; i < to; i++) {
        const packed = this.postings.data[i]!
        const doc = packed >> 8
        const tf = packed & 255
        if (scores[doc] === 0) touched.push(doc)
        scores[doc]! += (weight * tf * (k1 + 1)) / (tf + k1 * (1 - b + (b * this.lengths[doc]!) / average))
      }
    }
    for (const word of question.words) {
      if (word.weight <= 0) continue
      if (word.term >= 0) accumulate(word.term, word.weight)
      else for (const s of word.similar.slice(0, 6)) accumulate(s.term, word.weight * s.similarity)
    }
    const found = touched.map(doc => ({ doc, score: scores[doc]! / self }))
    for (const doc of touched) scores[doc] = 0
    found.sort((x, y) => y.score - x.score)
    return found.slice(0, maxCandidates)
  }

  private reread(question: Question, candidates: { doc: number; score: number }[]): Ranked[] {
    if (slots.length < this.vocabulary.size) {
      slots = new Int16Array(this.vocabulary.size * 2)
      strengths = new Float32Array(this.vocabulary.size * 2)
    }
    const marked: number[] = []
    const mark = (term: number, slot: number, strength: number) => {
      if (slots[term] && strengths[term]! >= strength) return
      if (!slots[term]) marked.push(term)
      slots[term] = slot + 1
      strengths[term] = strength
    }
    question.words.forEach((word, slot) => {
      if (word.term >= 0) mark(word.term, slot, 1)
      for (const s of word.similar) mark(s.term, slot, s.similarity)
    })
    const rows = candidates.map(c => this.read(question, c.doc, c.score))
    for (const term of marked) slots[term] = 0
    return rows
  }

  private read(question: Question, number: number, bm25: number): Ranked {
    const { words } = question
    const doc = this.docs[number]!
    const total = question.weight || 1
    const inDoc = new Float32Array(words.length)
    const inUnit = new Float32Array(words.length)
    let bestUnit = 0
    let bestPairs = 0
    let previous = -1
    let pairs = 0
    let unitLength = 0
    const from = this.streams.offset[number]!
    const to = from + this.streams.length[number]!
    for (let i = from; i < to; i++) {
      const term = this.streams.data[i]!
      if (term < 0) {
        let covered = 0
        for (let w = 0; w < words.length; w++) {
          covered += inUnit[w]! * words[w]!.weight
          inUnit[w] = 0
        }
        covered /= total
        const score = term === unit.question ? covered * (0.7 + 0.3 * Math.min(1, words.length / unitLength)) : covered
        if (score > bestUnit) bestUnit = score
        if (pairs > bestPairs) bestPairs = pairs
        pairs = 0
        previous = -1
        unitLength = 0
        continue
      }
      unitLength++
      const slot = slots[term]! - 1
      if (slot >= 0) {
        const strength = strengths[term]!
        if (strength > inUnit[slot]!) inUnit[slot] = strength
        if (strength > inDoc[slot]!) inDoc[slot] = strength
        if (slot === previous + 1 && slot > 0)
          pairs += ((words[slot]!.weight + words[slot - 1]!.weight) * strength) / (2 * total)
      }
      previous = slot
    }
    let coverage = 0
    let content = 0
    let contentCovered = 0
    for (let w = 0; w < words.length; w++) {
      coverage += inDoc[w]! * words[w]!.weight
      if (words[w]!.token.stop) continue
      content += words[w]!.weight
      contentCovered += inDoc[w]! * words[w]!.weight
    }
    coverage /= total
    const score = bm25 + bestUnit + bestPairs * 0.7
    return {
      entry: doc.entry,
      passage: { start: doc.start, end: doc.end },
      score,
      features: {
        bm25,
        coverage,
        content: content ? contentCovered / content : coverage,
        unit: bestUnit,
        pairs: bestPairs,
      },
    }
  }

  suggest(typed: string, limit = 5): string[] {
    const out: string[] = []
    for (const row of this.rank(typed, { limit: limit * 2 })) {
      const text = row.entry.question ?? row.entry.title
      if (text && !out.includes(text)) out.push(text)
      if (out.length === limit) break
    }
    return out
  }
}
