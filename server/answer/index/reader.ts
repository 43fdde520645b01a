/**
 * The second look at a candidate: its stream of terms is read once and compared with the question at three grains — the
 * passage, each unit (a phrasing, a sentence, a title, a field) and neighbouring words — by words and by letter trigrams.
 * `features.ts` says what comes out.
 */
import { at, featureNames } from './features.ts'
import { gramKeys } from './grams.ts'
import { grown } from './lists.ts'
import { type Question, stopWeight } from './question.ts'
import type { Vocabulary } from './vocabulary.ts'

/** Units of a document, coded below zero in its stream of terms: each unit ends with the code of what it was. */
export const unit = { title: -1, question: -2, sentence: -3, field: -4 } as const

const maxGrams = 400
const maxWords = 64
/** BM25 constants within a unit and within a passage. */
const unitK1 = 0.9
const unitB = 0.5
const passageB = 0.6

// Scratch of the process: a question is read without a pause, so no two use it at once. What is by term is cleared by `release`.
let slots = new Int16Array(1024)
let strengths = new Float32Array(1024)
/** term → first link of its chain of question trigrams, +1. */
let heads = new Int32Array(1024)
let links = new Int32Array(4096)
const keys = new Int32Array(64)
const counts = new Float64Array(maxWords)
const best = new Float64Array(maxWords)
const pairCounts = new Float64Array(maxWords)
const unitCounts = new Float64Array(maxWords)
const unitWords = new Int32Array(maxWords)
const gramCounts = new Float64Array(maxGrams)
const unitGramCounts = new Float64Array(maxGrams)
const unitGrams = new Int32Array(maxGrams)

/** The three largest of a figure over the units of a document. */
class Top {
  a = 0
  b = 0
  c = 0

  clear(): void {
    this.a = this.b = this.c = 0
  }

  add(x: number): void {
    if (x <= this.c) return
    if (x > this.a) {
      this.c = this.b
      this.b = this.a
      this.a = x
    } else if (x > this.b) {
      this.c = this.b
      this.b = x
    } else this.c = x
  }

  get mean(): number {
    return (this.a + this.b * 0.5 + this.c * 0.25) / 1.75
  }
}

const hw = new Top()
const hg = new Top()
const hf = new Top()

/** One question against one index; `release` when done. */
export class Reader {
  private readonly marked: number[] = []
  private readonly chained: number[] = []
  private linkCount = 0
  private readonly words: number
  private readonly weights: Float64Array
  private readonly isContent: Uint8Array
  private readonly total: number
  private readonly contentTotal: number
  private readonly norm: number
  private readonly pairTotal: number
  private readonly gramWeights = new Float64Array(maxGrams)
  private grams = 0
  private gramTotal = 0
  private readonly vocabulary: Vocabulary
  private readonly idfs: Float32Array

  /** `passages`: how many the index holds; `idfs`: by term. */
  constructor(question: Question, vocabulary: Vocabulary, passages: number, idfs: Float32Array) {
    this.vocabulary = vocabulary
    this.idfs = idfs
    if (slots.length < vocabulary.size) {
      slots = new Int16Array(vocabulary.size * 2)
      strengths = new Float32Array(vocabulary.size * 2)
      heads = new Int32Array(vocabulary.size * 2)
    }
    const words = question.words.slice(0, maxWords)
    this.words = words.length
    this.weights = new Float64Array(words.length)
    this.isContent = new Uint8Array(words.length)
    let total = 0
    let contentTotal = 0
    let norm = 0
    let pairTotal = 0
    for (let slot = 0; slot < words.length; slot++) {
      const word = words[slot]!
      const { weight } = word
      this.weights[slot] = weight
      total += weight
      norm += weight * weight
      if (!word.stop) {
        this.isContent[slot] = 1
        contentTotal += weight
      }
      if (slot > 0) pairTotal += (weight + words[slot - 1]!.weight) / 2
      if (word.term >= 0) this.mark(word.term, slot, 1)
      else for (const s of word.similar) this.mark(s.term, slot, s.similarity)
    }
    this.total = total || 1
    this.contentTotal = contentTotal
    this.norm = norm || 1
    this.pairTotal = pairTotal || 1
    this.chain(question, passages)
  }

  private mark(term: number, slot: number, strength: number): void {
    if (slots[term] && strengths[term]! >= strength) return
    if (!slots[term]) this.marked.push(term)
    slots[term] = slot + 1
    strengths[term] = strength
  }

  /** Links every term of the index to the trigrams of the question that it holds. */
  private chain(question: Question, passages: number): void {
    const { grams } = this.vocabulary
    const factors = new Map<number, number>()
    for (const { token, stop } of question.words) {
      const factor = stop ? stopWeight : 1
      const count = gramKeys(token.term, token.piece, keys)
      for (let k = 0; k < count; k++) if (factor > (factors.get(keys[k]!) ?? 0)) factors.set(keys[k]!, factor)
    }
    for (const [key, factor] of factors) {
      if (this.grams === maxGrams) break
      const gram = grams.find(key)
      const frequency = gram < 0 ? 0 : grams.frequency[gram]!
      const weight = factor * Math.log(1 + (passages - frequency + 0.5) / (frequency + 0.5))
      const number = this.grams++
      this.gramWeights[number] = weight
      this.gramTotal += weight
      if (gram < 0) continue
      const { data, offset, length } = grams.terms
      const to = offset[gram]! + length[gram]!
      while ((this.linkCount + length[gram]! + 1) * 2 > links.length) links = grown(links, links.length * 2)
      for (let i = offset[gram]!; i < to; i++) {
        const term = data[i]!
        if (heads[term] === 0) this.chained.push(term)
        links[this.linkCount * 2] = number
        links[this.linkCount * 2 + 1] = heads[term]!
        heads[term] = ++this.linkCount
      }
    }
    this.gramTotal ||= 1
  }

  release(): void {
    for (const term of this.marked) slots[term] = 0
    for (const term of this.chained) heads[term] = 0
  }

  /**
   * Features of the document whose terms stand in `stream` from `from` to `to`.
   * `length`: of the document, in averages. `averages`: terms in a unit, by kind of unit.
   */
  read(stream: Int32Array, from: number, to: number, length: number, averages: readonly number[]): Float64Array {
    const { words, weights, gramWeights, total, gramTotal, pairTotal, norm, idfs } = this
    const out = new Float64Array(featureNames.length)
    counts.fill(0, 0, words)
    best.fill(0, 0, words)
    pairCounts.fill(0, 0, words)
    gramCounts.fill(0, 0, this.grams)
    hw.clear()
    hg.clear()
    hf.clear()
    let previous = -2
    let unitLength = 0
    let wordCount = 0
    let gramCount = 0
    let pairs = 0
    let rarity = 0
    let rarityNorm = 0
    let hit = 0
    let dot = 0
    for (let i = from; i < to; i++) {
      const term = stream[i]!
      if (term >= 0) {
        unitLength++
        const idf = idfs[term]!
        rarity += idf
        rarityNorm += idf * idf
        const slot = slots[term]! - 1
        if (slot >= 0) {
          const strength = strengths[term]!
          counts[slot]! += strength
          if (unitCounts[slot] === 0) unitWords[wordCount++] = slot
          unitCounts[slot]! += strength
          if (strength > best[slot]!) best[slot] = strength
          hit += idf * strength
          dot += idf * strength * weights[slot]!
          if (slot === previous + 1) {
            pairs += ((weights[slot]! + weights[slot - 1]!) / 2) * strength
            pairCounts[slot]! += strength
          }
          previous = slot
        } else previous = -2
        for (let link = heads[term]!; link !== 0; link = links[link * 2 - 1]!) {
          const number = links[link * 2 - 2]!
          gramCounts[number]!++
          if (unitGramCounts[number]!++ === 0) unitGrams[gramCount++] = number
        }
        continue
      }
      const norms = unitK1 * (1 - unitB + (unitB * unitLength) / averages[-1 - term]!)
      let w = 0
      let c = 0
      for (let k = 0; k < wordCount; k++) {
        const slot = unitWords[k]!
        const tf = unitCounts[slot]!
        unitCounts[slot] = 0
        w += (weights[slot]! * tf) / (tf + norms)
        c += weights[slot]! * Math.min(tf, 1)
      }
      let g = 0
      for (let k = 0; k < gramCount; k++) {
        const number = unitGrams[k]!
        const tf = unitGramCounts[number]!
        unitGramCounts[number] = 0
        g += (gramWeights[number]! * tf) / (tf + norms)
      }
      w /= total
      c /= total
      g /= gramTotal
      const p = pairs / pairTotal
      const f = rarity > 0 ? (hit / rarity) * c : 0
      if (term === unit.question || term === unit.title) {
        hw.add(w)
        hg.add(g)
        hf.add(f)
        if (p > out[at.hp]!) out[at.hp] = p
        if (c > out[at.hc]!) out[at.hc] = c
        const r = rarity > 0 ? hit / rarity : 0
        if (r > out[at.hr]!) out[at.hr] = r
        const x = rarityNorm > 0 ? dot / Math.sqrt(rarityNorm * norm) : 0
        if (x > out[at.hx]!) out[at.hx] = x
      } else {
        if (w > out[at.sw]!) out[at.sw] = w
        if (g > out[at.sg]!) out[at.sg] = g
        if (p > out[at.sp]!) out[at.sp] = p
        if (c > out[at.sc]!) out[at.sc] = c
        if (f > out[at.sf]!) out[at.sf] = f
      }
      previous = -2
      unitLength = wordCount = gramCount = 0
      pairs = rarity = rarityNorm = hit = dot = 0
    }
    const shape = 1 - passageB + passageB * length
    let w1 = 0
    let w6 = 0
    let p6 = 0
    let coverage = 0
    let content = 0
    let missing = 0
    for (let k = 0; k < words; k++) {
      const weight = weights[k]!
      const tf = counts[k]!
      if (tf > 0) {
        w1 += (weight * tf) / (tf + 1.2 * shape)
        w6 += (weight * tf) / (tf + 6 * shape)
        coverage += weight * best[k]!
      }
      if (pairCounts[k]! > 0) p6 += (((weight + weights[k - 1]!) / 2) * pairCounts[k]!) / (pairCounts[k]! + 6 * shape)
      if (this.isContent[k]) {
        content += weight * best[k]!
        const lack = weight * (1 - best[k]!)
        if (lack > missing) missing = lack
      }
    }
    let g1 = 0
    let g6 = 0
    for (let k = 0; k < this.grams; k++) {
      const tf = gramCounts[k]!
      if (tf === 0) continue
      g1 += (gramWeights[k]! * tf) / (tf + 1.2 * shape)
      g6 += (gramWeights[k]! * tf) / (tf + 6 * shape)
    }
    out[at.w1] = w1 / total
    out[at.w6] = w6 / total
    out[at.g1] = g1 / gramTotal
    out[at.g6] = g6 / gramTotal
    out[at.p6] = p6 / pairTotal
    out[at.hw3] = hw.mean
    out[at.hg] = hg.a
    out[at.hg3] = hg.mean
    out[at.hf] = hf.a
    out[at.hf3] = hf.mean
    out[at.coverage] = coverage / total
    out[at.content] = this.contentTotal ? content / this.contentTotal : coverage / total
    out[at.missing] = this.contentTotal ? missing / this.contentTotal : 0
    return out
  }
}
