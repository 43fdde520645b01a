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
import { before, findCandidates, found, maxCandidates, passageOf, posting, shapeOf } from './candidates.ts'
import { Documents } from './documents.ts'
import { featureNames, named, score } from './features.ts'
import { Headings } from './headings.ts'
import { Labels } from './labels.ts'
import { Lists } from './lists.ts'
import { askedWords, maxWords, mostOf, type Question, readQuestion } from './question.ts'
import { firstTerm, Reader, unit } from './reader.ts'
import { Vocabulary } from './vocabulary.ts'

/** What the languages of the other entries weigh when a row's is noticed: names and values say little about it. */
const rowPrior = 2
/** Passages read again for a question; a larger limit asks for more. On the sets the 13th to 50th changed no figure. */
const usualCandidates = 12
/** Share of entries that came or went after which what they left to grow into is given back. */
const tidyShare = 1 / 8

/** An empty index; `add` entries to it. */
export function createIndex(): Index {
  return new PassageIndex()
}

const width = featureNames.length
// Scratch shared by all indexes of the process: a question is ranked without a pause, so no two use it at once.
/** By candidate: its features, and the score they give. */
const vectors = new Float64Array(maxCandidates * width)
const finalScores = new Float64Array(maxCandidates)
/** By candidate and word of the question: how well the one holds the other. */
const held = new Float32Array(maxCandidates * maxWords)
/** Candidates in order. */
const places = new Int32Array(maxCandidates)
const reader = new Reader()

class PassageIndex implements Index {
  readonly documents = new Documents()
  /** term → passages that hold it, and how often: see `posting`. */
  readonly postings = new Lists()
  /** By passage: BM25's k1 × length norm. */
  shapes = new Float32Array(0)
  private vocabulary = new Vocabulary()
  /** passage → its terms in reading order from `firstTerm` on, each unit closed by its code. */
  private streams = new Lists()
  private languages = new Map<string, number>()
  /** From the first `suggest` on. */
  private headings: Headings | undefined
  /** From the first entry on that is offered. */
  private labels: Labels | undefined
  /** By kind of unit: terms in all such units, and how many there are. */
  private unitTerms = [0, 0, 0, 0]
  private unitCounts = [0, 0, 0, 0]
  private unitAverages = [1, 1, 1, 1]
  private prior: ReadonlyMap<string, number> = new Map()
  /** By term; recomputed after a change. */
  private idfs = new Float32Array(0)
  private rarest = 0
  private stale = true
  /** Entries that came or went since the last tidying. */
  private changes = 0

  get size(): number {
    return this.documents.entries
  }

  get language(): string {
    return mostOf(this.languages)
  }

  get bytes(): number {
    return (
      this.vocabulary.bytes +
      this.postings.bytes +
      this.streams.bytes +
      this.documents.bytes +
      this.shapes.byteLength +
      this.idfs.byteLength +
      (this.headings?.bytes ?? 0) +
      (this.labels?.bytes ?? 0)
    )
  }

  add(entry: Entry): void {
    this.remove(entry.id)
    const body = entry.text
    const lang =
      entry.lang?.slice(0, 2).toLowerCase() ||
      noticeLanguage(
        `${entry.question ?? entry.title ?? ''} ${body.slice(0, 1500)}`,
        this.shares(entry.kind === 'row' ? rowPrior : 1),
        mostOf(this.languages),
      )
    const spans = entry.kind !== 'text' ? [{ start: 0, end: body.length }] : passages(body)
    let previous: number | undefined
    for (const { start, end } of spans) previous = this.addPassage(entry, start, end, lang, previous)
    this.headings?.add(entry)
    this.labels?.count(entry, 1)
    this.languages.set(lang, (this.languages.get(lang) ?? 0) + 1)
    this.stale = true
    this.changes++
  }

  /** Share of each language, the largest first, times `scale`. */
  private shares(scale: number): ReadonlyMap<string, number> {
    const counts = [...this.languages].sort((x, y) => y[1] - x[1] || (x[0] < y[0] ? -1 : 1))
    return new Map(counts.map(([lang, count]) => [lang, (count * scale) / this.size]))
  }

  remove(id: string): boolean {
    const passages = this.documents.of(id)
    if (passages.length === 0) return false
    const lang = this.documents.languageOf(passages[0]!)
    this.labels?.count(this.documents.owners[passages[0]!]!, -1)
    for (const passage of passages) this.forget(passage)
    this.documents.remove(id)
    this.headings?.remove(id)
    const left = this.languages.get(lang)! - 1
    if (left) this.languages.set(lang, left)
    else this.languages.delete(lang)
    this.stale = true
    this.changes++
    return true
  }

  /** Adds a passage and gives its number. `previous`: the one before it, if it is not the entry's first. */
  private addPassage(entry: Entry, start: number, end: number, lang: string, previous: number | undefined): number {
    const first = previous === undefined
    const stream: number[] = []
    const units = (text: string, code: number) => {
      const before = stream.length
      for (const { term, piece } of tokenize(text, lang)) stream.push(firstTerm + this.vocabulary.intern(term, piece))
      if (stream.length > before) stream.push(code)
    }
    if (entry.title) units(entry.title, unit.title)
    if (first && entry.question) units(entry.question, unit.question)
    if (first) for (const alternate of entry.alternates ?? []) units(alternate, unit.question)
    if (entry.kind === 'row') for (const field of entry.text.split(/;\s/)) units(field, unit.field)
    else for (const s of sentences(entry.text, start, end)) units(entry.text.slice(s.start, s.end), unit.sentence)

    const counts = new Map<number, number>()
    let length = 0
    for (const value of stream) {
      if (value < firstTerm) continue
      length++
      counts.set(value - firstTerm, (counts.get(value - firstTerm) ?? 0) + 1)
    }
    const number = this.documents.add(entry, start, end, lang, length, previous)
    this.streams.set(number, stream)
    for (const [term, count] of counts) this.postings.push(term, posting(number, count))
    this.countUnits(stream, 0, stream.length, 1)
    this.countGrams(counts.keys(), 1)
    return number
  }

  /** Takes a passage out of everything but the documents. */
  private forget(number: number): void {
    const from = this.streams.offset[number]!
    const to = from + this.streams.count(number)
    const seen = new Set<number>()
    for (let i = from; i < to; i++) {
      const term = this.streams.data[i]! - firstTerm
      if (term < 0 || seen.has(term)) continue
      seen.add(term)
      const at = this.postings.offset[term]!
      const count = this.postings.count(term)
      for (let j = 0; j < count; j++)
        if (passageOf(this.postings.data[at + j]!) === number) {
          this.postings.removeAt(term, j)
          break
        }
    }
    this.countUnits(this.streams.data, from, to, -1)
    this.countGrams(seen, -1)
    this.streams.clear(number)
  }

  /** How often a passage holds a term, at most 255: for what a posting has no room for. */
  countIn(number: number, term: number): number {
    const from = this.streams.offset[number]!
    const to = from + this.streams.count(number)
    let count = 0
    for (let i = from; i < to; i++) if (this.streams.data[i] === firstTerm + term) count++
    return Math.min(count, 255)
  }

  private countUnits(stream: ArrayLike<number>, from: number, to: number, sign: 1 | -1): void {
    let terms = 0
    for (let i = from; i < to; i++) {
      const code = stream[i]!
      if (code >= firstTerm) {
        terms++
        continue
      }
      this.unitTerms[code]! += sign * terms
      this.unitCounts[code]! += sign
      terms = 0
    }
  }

  private countGrams(terms: Iterable<number>, sign: 1 | -1): void {
    const { grams, gramIds, gramEnds } = this.vocabulary
    const seen = new Set<number>()
    for (const term of terms) {
      for (let i = this.vocabulary.gramsFrom(term); i < gramEnds[term]!; i++) seen.add(gramIds[i]!)
    }
    for (const gram of seen) grams.counted(gram, sign)
  }

  /** Brings what depends on the whole index up to date; called before a question, so that adding many entries pays once. */
  private refresh(): void {
    if (!this.stale) return
    this.stale = false
    if (this.changes > this.size * tidyShare) this.tidy()
    const { documents } = this
    const n = documents.count
    const terms = this.vocabulary.size
    if (this.idfs.length < terms) this.idfs = new Float32Array(terms + (this.changes && Math.ceil(terms / 16)))
    let live = 0
    for (let term = 0; term < terms; term++) {
      const df = this.postings.count(term)
      if (df) live++
      this.idfs[term] = df ? inverse(n, df) : -1
    }
    if (terms > 4096 && live < terms * 0.4) {
      this.compact()
      return
    }
    const passages = documents.size
    if (this.shapes.length < passages)
      this.shapes = new Float32Array(passages + (this.changes && Math.ceil(passages / 16)))
    const average = documents.totalLength / n || 1
    for (let doc = 0; doc < passages; doc++) this.shapes[doc] = shapeOf(documents.lengths[doc]!, average)
    this.unitAverages = this.unitTerms.map((sum, code) => sum / this.unitCounts[code]! || 1)
    this.rarest = inverse(n, 0)
    this.prior = this.shares(1)
    this.vocabulary.forget()
  }

  /** Terms of removed entries stay in the vocabulary; when most are such, everything is read in afresh. */
  private compact(): void {
    const entries = [...this.documents.eachEntry()]
    Object.assign(this, new PassageIndex())
    for (const entry of entries) this.add(entry)
    this.refresh()
  }

  /** Gives back what was only there to grow into. */
  private tidy(): void {
    this.changes = 0
    this.vocabulary.tidy()
    this.documents.tidy()
    this.postings.tidy(this.vocabulary.size)
    this.streams.tidy(this.documents.size)
    this.idfs = this.shapes = new Float32Array(0)
  }

  rank(text: string, { limit = 10 }: { limit?: number } = {}): Ranked[] {
    if (this.size === 0) return []
    this.refresh()
    const question = this.read(text)
    if (question.words.length === 0) return []
    const count = findCandidates(this, question.words, Math.min(maxCandidates, Math.max(usualCandidates, limit)))
    if (count === 0) return []
    const { documents, streams } = this
    reader.open(question, this.vocabulary, documents.count, this.idfs)
    const average = documents.totalLength / documents.count || 1
    for (let i = 0; i < count; i++) {
      const number = found.docs[i]!
      const from = streams.offset[number]!
      const to = from + streams.count(number)
      const length = documents.lengths[number]! / average
      reader.read(streams.data, from, to, length, this.unitAverages, vectors, i * width, held, i * maxWords)
    }
    score(vectors, count, i => documents.owners[found.docs[i]!]!.kind, finalScores)
    const order = this.bestOf(count, limit)
    const [first, second] = order as [number, number | undefined]
    const ahead = second === undefined ? 0 : reader.lead(held, first, second)
    const behind = second === undefined ? 0 : reader.lead(held, second, first)
    const holdings = order.map(i => reader.holding(held, i))
    reader.close()
    const asked = askedWords(question, this.vocabulary)
    return order.map((i, n) => {
      const number = found.docs[i]!
      return {
        entry: documents.owners[number]!,
        lang: documents.languageOf(number),
        questionLang: question.lang,
        asked,
        passage: documents.spanOf(number),
        score: finalScores[i]!,
        features: named(
          question.features,
          vectors,
          i * width,
          i === first ? ahead : 0,
          i === first ? behind : 0,
          holdings[n]!,
        ),
      }
    })
  }

  /** What the first stage alone finds, best first, without the second look: to see what it costs and whether it is enough. */
  candidatesOf(text: string, limit = usualCandidates): { entry: Entry; score: number }[] {
    if (this.size === 0) return []
    this.refresh()
    const count = findCandidates(this, this.read(text).words, Math.min(limit, maxCandidates))
    for (let i = 0; i < count; i++) finalScores[i] = found.scores[i]!
    return this.bestOf(count, limit).map(i => ({
      entry: this.documents.owners[found.docs[i]!]!,
      score: finalScores[i]!,
    }))
  }

  private read(text: string): Question {
    return readQuestion(text, this.vocabulary, this.prior, this.idfs, this.rarest)
  }

  /** Places of the best candidates, best first, one of each entry. */
  private bestOf(count: number, limit: number): number[] {
    const { documents } = this
    for (let i = 0; i < count; i++) {
      const [doc, score] = [found.docs[i]!, finalScores[i]!]
      let at = i
      for (; at > 0; at--) {
        const other = places[at - 1]!
        if (!before(documents, doc, score, found.docs[other]!, finalScores[other]!)) break
        places[at] = other
      }
      places[at] = i
    }
    const out: number[] = []
    const entryAt = (place: number) => documents.owners[found.docs[place]!]
    const severalOfAnEntry = documents.count > this.size
    for (let at = 0; at < count && out.length < limit; at++) {
      const place = places[at]!
      if (severalOfAnEntry && out.some(other => entryAt(other) === entryAt(place))) continue
      out.push(place)
    }
    return out
  }

  label({ kind, question, title }: Entry): string | undefined {
    return question ?? (title && this.shortTitle(title, kind === 'row'))
  }

  private shortTitle(title: string, row = false): string {
    if (!this.labels) {
      this.labels = new Labels()
      for (const entry of this.documents.eachEntry()) this.labels.count(entry, 1)
    }
    return this.labels.short(title, row)
  }

  suggest(typed: string, limit = 5): string[] {
    if (!this.headings) {
      this.headings = new Headings()
      for (const entry of this.documents.eachEntry()) this.headings.add(entry)
    }
    const out = this.headings.complete(typed, limit).map(text => this.shortTitle(text))
    if (out.length === limit) return out
    // Mistyped, or in other words.
    for (const { entry } of this.rank(typed, { limit: limit * 2 })) {
      const text = this.label(entry)
      if (text && !out.includes(text)) out.push(text)
      if (out.length === limit) break
    }
    return out
  }
}

/** Inverse document frequency of a term that `df` of `n` documents hold. */
const inverse = (n: number, df: number) => Math.log(1 + (n - df + 0.5) / (df + 0.5))
