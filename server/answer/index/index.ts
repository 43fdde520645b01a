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
import { combine, featureNames, named } from './features.ts'
import { Headings } from './headings.ts'
import { grown, Lists } from './lists.ts'

import { askedWords, maxWords, mostOf, type Question, readQuestion, type Word } from './question.ts'
import { Reader, unit } from './reader.ts'

import { Vocabulary } from './vocabulary.ts'

/** A passage of an entry: what is ranked. */
interface Doc {
  entry: Entry
  start: number
  end: number
  lang: string
}

/** What the languages of the other entries weigh when a row's is noticed: names and values say little about it. */
const rowPrior = 2

const k1 = 1.2
const b = 0.6
/** Passages read again for a question; a larger limit asks for more. On the sets the 13th to 50th changed no figure. */
const usualCandidates = 12
const maxCandidates = 50

/** An empty index; `add` entries to it. */
export function createIndex(): Index {
  return new PassageIndex()
}

/** Scratch shared by all indexes of the process: a question is ranked without a pause, so no two use it at once. */
let scores = new Float32Array(1024)
let touched = new Int32Array(1024)
const heapDocs = new Int32Array(maxCandidates)
const heapScores = new Float32Array(maxCandidates)
/** Documents found by rarer words from which the commonest are passed over. */
const enough = 200
const width = featureNames.length
/** By candidate: its features, and the score they give. */
const vectors = new Float64Array(maxCandidates * width)
const finalScores = new Float64Array(maxCandidates)
/** By candidate and word of the question: how well the one holds the other. */
const held = new Float32Array(maxCandidates * maxWords)
/** Candidates in order. */
const places = new Int32Array(maxCandidates)
const reader = new Reader()

class PassageIndex implements Index {
  private vocabulary = new Vocabulary()
  /** term → documents, each packed as document × 256 + count in it (at most 255). */
  private postings = new Lists()
  /** document → its terms in reading order, units closed by their code. */
  private streams = new Lists()
  private docs: (Doc | undefined)[] = []
  private freeDocs: number[] = []
  private lengths = new Int32Array(64)
  private totalLength = 0
  private entries = new Map<string, number[]>()
  private languages = new Map<string, number>()
  private liveDocs = 0
  /** From the first `suggest` on. */
  private headings: Headings | undefined
  /** By kind of unit (0 title … 3 field): terms in all such units, and how many there are. */
  private unitTerms = [0, 0, 0, 0]
  private unitCounts = [0, 0, 0, 0]
  private unitAverages = [1, 1, 1, 1]
  private prior: ReadonlyMap<string, number> = new Map()
  /** By term; recomputed after a change. */
  private idfs = new Float32Array(0)
  private rarest = 0
  /** By document: BM25's k1 × length norm. */
  private shapes = new Float32Array(0)
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
      this.entries.size * 80 +
      (this.headings?.bytes ?? 0)
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
    const docs: number[] = []
    const spans = entry.kind !== 'text' ? [{ start: 0, end: body.length }] : passages(body)
    for (const [i, span] of spans.entries()) docs.push(this.addDoc({ entry, lang, ...span }, i === 0))
    this.entries.set(entry.id, docs)
    this.headings?.add(entry)
    this.languages.set(lang, (this.languages.get(lang) ?? 0) + 1)
    this.stale = true
  }

  /** Share of each language, the largest first, times `scale`. */
  private shares(scale: number): ReadonlyMap<string, number> {
    const counts = [...this.languages].sort((x, y) => y[1] - x[1] || (x[0] < y[0] ? -1 : 1))
    return new Map(counts.map(([lang, count]) => [lang, (count * scale) / this.entries.size]))
  }

  remove(id: string): boolean {
    const docs = this.entries.get(id)
    if (!docs) return false
    const lang = this.docs[docs[0]!]!.lang
    for (const doc of docs) this.removeDoc(doc)
    this.entries.delete(id)
    this.headings?.remove(id)
    const left = this.languages.get(lang)! - 1
    if (left) this.languages.set(lang, left)
    else this.languages.delete(lang)
    this.stale = true
    return true
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
    this.countUnits(stream, 0, stream.length, 1)
    this.countGrams(counts.keys(), 1)
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
    this.countUnits(this.streams.data, from, to, -1)
    this.countGrams(seen, -1)
    this.streams.clear(number)
    this.totalLength -= this.lengths[number]!
    this.lengths[number] = 0
    this.docs[number] = undefined
    this.freeDocs.push(number)
    this.liveDocs--
  }

  private countUnits(stream: ArrayLike<number>, from: number, to: number, sign: 1 | -1): void {
    let terms = 0
    for (let i = from; i < to; i++) {
      if (stream[i]! >= 0) {
        terms++
        continue
      }
      const code = -1 - stream[i]!
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
    for (const gram of seen) grams.frequency[gram]! += sign
  }

  /** Brings what depends on the whole index up to date; called before a question, so that adding many entries pays once. */
  private refresh(): void {
    if (!this.stale) return
    this.stale = false
    const n = this.liveDocs
    const terms = this.vocabulary.size
    if (this.idfs.length < terms) this.idfs = new Float32Array(Math.ceil(terms * 1.2))
    let live = 0
    for (let term = 0; term < terms; term++) {
      const df = this.postings.length[term]!
      if (df) live++
      this.idfs[term] = df ? inverse(n, df) : -1
    }
    if (terms > 4096 && live < terms * 0.4) {
      this.compact()
      return
    }
    if (this.shapes.length < this.docs.length) this.shapes = new Float32Array(Math.ceil(this.docs.length * 1.2))
    const average = this.totalLength / n || 1
    for (let doc = 0; doc < this.docs.length; doc++)
      this.shapes[doc] = k1 * (1 - b + (b * this.lengths[doc]!) / average)
    this.unitAverages = this.unitTerms.map((sum, code) => sum / this.unitCounts[code]! || 1)
    this.rarest = inverse(n, 0)
    this.prior = this.shares(1)
    this.vocabulary.forget()
  }

  /** Terms of removed entries stay in the vocabulary; when most are such, everything is read in afresh. */
  private compact(): void {
    const entries = [...this.entries.values()].map(docs => this.docs[docs[0]!]!.entry)
    Object.assign(this, new PassageIndex())
    for (const entry of entries) this.add(entry)
    this.refresh()
  }

  rank(text: string, { limit = 10 }: { limit?: number } = {}): Ranked[] {
    if (this.entries.size === 0) return []
    this.refresh()
    const question = this.read(text)
    if (question.words.length === 0) return []
    const found = this.candidates(question, Math.min(maxCandidates, Math.max(usualCandidates, limit)))
    if (found === 0) return []
    reader.open(question, this.vocabulary, this.liveDocs, this.idfs)
    const average = this.totalLength / this.liveDocs || 1
    for (let i = 0; i < found; i++) {
      const number = heapDocs[i]!
      const from = this.streams.offset[number]!
      const to = from + this.streams.length[number]!
      const length = this.lengths[number]! / average
      reader.read(this.streams.data, from, to, length, this.unitAverages, vectors, i * width, held, i * maxWords)
      finalScores[i] = combine(vectors, i * width, this.docs[number]!.entry.kind)
    }
    const order = this.bestOf(found, limit)
    const [first, second] = order as [number, number | undefined]
    const ahead = second === undefined ? 0 : reader.lead(held, first, second)
    const behind = second === undefined ? 0 : reader.lead(held, second, first)
    reader.close()
    const asked = askedWords(question, this.vocabulary)
    return order.map(i => {
      const { entry, lang, start, end } = this.docs[heapDocs[i]!]!
      return {
        entry,
        lang,
        questionLang: question.lang,
        asked,
        passage: { start, end },
        score: finalScores[i]!,
        features: named(question.features, vectors, i * width, i === first ? ahead : 0, i === first ? behind : 0),
      }
    })
  }

  /** What the first stage alone finds, best first, without the second look: to see what it costs and whether it is enough. */
  candidatesOf(text: string, limit = usualCandidates): { entry: Entry; score: number }[] {
    if (this.entries.size === 0) return []
    this.refresh()
    const found = this.candidates(this.read(text), Math.min(limit, maxCandidates))
    for (let i = 0; i < found; i++) finalScores[i] = heapScores[i]!
    return this.bestOf(found, limit).map(i => ({ entry: this.docs[heapDocs[i]!]!.entry, score: finalScores[i]! }))
  }

  private read(text: string): Question {
    return readQuestion(text, this.vocabulary, this.prior, this.idfs, this.rarest)
  }

  /** Places of the best candidates, best first, one of each entry. */
  private bestOf(found: number, limit: number): number[] {
    for (let i = 0; i < found; i++) {
      const [doc, score] = [heapDocs[i]!, finalScores[i]!]
      let at = i
      for (; at > 0; at--) {
        const other = places[at - 1]!
        if (!this.before(doc, score, heapDocs[other]!, finalScores[other]!)) break
        places[at] = other
      }
      places[at] = i
    }
    const out: number[] = []
    const severalOfAnEntry = this.liveDocs > this.entries.size
    for (let at = 0; at < found && out.length < limit; at++) {
      const place = places[at]!
      const { entry } = this.docs[heapDocs[place]!]!
      if (severalOfAnEntry && out.some(other => this.docs[heapDocs[other]!]!.entry === entry)) continue
      out.push(place)
    }
    return out
  }

  /**
   * First stage: BM25 over words. Leaves the best documents in `heapDocs` (in no order) and returns how many. The commonest words
   * are passed over when rarer ones already found enough: they order the candidates in the second stage.
   */
  private candidates(question: Question, wanted: number): number {
    if (scores.length < this.docs.length) {
      scores = new Float32Array(this.docs.length * 2)
      touched = new Int32Array(this.docs.length * 2)
    }
    const { data, offset, length } = this.postings
    const { shapes } = this
    let count = 0
    const accumulate = (term: number, weight: number) => {
      const to = offset[term]! + length[term]!
      for (let i = offset[term]!; i < to; i++) {
        const packed = data[i]!
        const doc = packed >> 8
        const tf = packed & 255
        const score = scores[doc]!
        if (score === 0) touched[count++] = doc
        scores[doc] = score + (weight * tf) / (tf + shapes[doc]!)
      }
    }
    for (const { term, similar, stop, weight } of byWeight(question.words)) {
      if (count > enough && (stop || (term >= 0 && length[term]! > this.liveDocs / 4))) continue
      if (term >= 0) accumulate(term, weight)
      else
        for (let i = 0; i < similar.length && i < 6; i++) accumulate(similar[i]!.term, weight * similar[i]!.similarity)
    }
    let size = 0
    for (let i = 0; i < count; i++) {
      const doc = touched[i]!
      const score = scores[doc]!
      scores[doc] = 0
      if (size < wanted) this.siftUp(size++, doc, score)
      else if (score > heapScores[0]! || (score === heapScores[0]! && this.before(doc, score, heapDocs[0]!, score)))
        this.siftDown(size, doc, score)
    }
    return size
  }

  /** Puts a candidate into the heap, at whose root the worst of the best stands. */
  private siftUp(at: number, doc: number, score: number): void {
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.before(heapDocs[parent]!, heapScores[parent]!, doc, score)) break
      heapDocs[at] = heapDocs[parent]!
      heapScores[at] = heapScores[parent]!
      at = parent
    }
    heapDocs[at] = doc
    heapScores[at] = score
  }

  /** Replaces the root of a heap of this size. */
  private siftDown(size: number, doc: number, score: number): void {
    let at = 0
    for (;;) {
      let child = at * 2 + 1
      if (child >= size) break
      if (
        child + 1 < size &&
        this.before(heapDocs[child]!, heapScores[child]!, heapDocs[child + 1]!, heapScores[child + 1]!)
      )
        child++
      if (!this.before(doc, score, heapDocs[child]!, heapScores[child]!)) break
      heapDocs[at] = heapDocs[child]!
      heapScores[at] = heapScores[child]!
      at = child
    }
    heapDocs[at] = doc
    heapScores[at] = score
  }

  /** Whether document `x` ranks before `y`; of equals the smaller id, so that the order of adding never shows. */
  private before(x: number, scoreX: number, y: number, scoreY: number): boolean {
    if (scoreX !== scoreY) return scoreX > scoreY
    return this.docs[x]!.entry.id < this.docs[y]!.entry.id
  }

  suggest(typed: string, limit = 5): string[] {
    if (!this.headings) {
      this.headings = new Headings()
      for (const docs of this.entries.values()) this.headings.add(this.docs[docs[0]!]!.entry)
    }
    const out = this.headings.complete(typed, limit)
    if (out.length === limit) return out
    // Mistyped, or in other words.
    for (const { entry } of this.rank(typed, { limit: limit * 2 })) {
      const text = entry.question ?? entry.title
      if (text && !out.includes(text)) out.push(text)
      if (out.length === limit) break
    }
    return out
  }
}

/** Words that weigh anything, the heaviest first. */
function byWeight(words: readonly Word[]): Word[] {
  const out: Word[] = []
  for (const word of words) {
    if (word.weight <= 0) continue
    let at = out.length
    while (at > 0 && out[at - 1]!.weight < word.weight) at--
    out.splice(at, 0, word)
  }
  return out
}

/** Inverse document frequency of a term that `df` of `n` documents hold. */
const inverse = (n: number, df: number) => Math.log(1 + (n - df + 0.5) / (df + 0.5))
