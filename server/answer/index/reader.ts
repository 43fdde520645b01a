/**
 * The second look at a candidate: its stream of terms is read once and compared with the question at three grains — the
 * passage, each unit (a phrasing, a sentence, a title, a field) and neighbouring words — by words and by letter trigrams.
 * `features.ts` says what comes out.
 */
import { fold, kind, kindOf } from '../text/characters.ts'
import { at, type Holding } from './features.ts'
import { gramKeys } from './grams.ts'
import type { Numbers } from './numbers.ts'
import { maxWords, type Question, stopWeight } from './question.ts'
import type { Vocabulary } from './vocabulary.ts'

/** Units of a document, as coded in its stream: each unit ends with the code of what it was. */
export const unit = { title: 0, question: 1, sentence: 2, field: 3 } as const
/** Terms stand in a stream by their number plus this. */
export const firstTerm = 4

const maxGrams = 400
/** BM25 constants within a unit and within a passage. */
const unitK1 = 0.9
const unitB = 0.5
const passageB = 0.6

// Scratch of the process: a question is read without a pause, so no two use it at once. What is by term or trigram of an index
// is cleared by `close`.

/** By term: 0 not looked at yet, 1 shares nothing with the question, else 2 + number of its hit. */
let states = new Int32Array(0)
let looked = new Int32Array(0)
/** By hit: the question's word it stands for (or -1), how well, and where its trigrams begin in `hitGrams`. */
let hitSlots = new Int16Array(0)
let hitStrengths = new Float64Array(0)
let hitStarts = new Int32Array(0)
/** Numbers of the question's trigrams that a hit holds. */
let hitGrams = new Int32Array(2048)
/** By trigram of the index: 1 + its number in the question; 0 when it does not hold it. */
let gramNumbers = new Int16Array(4096)
/** By number: trigram of the index (or -1), its key, the factor of the word it is from, its weight. */
const gramIds = new Int32Array(maxGrams)
const gramKeysOf = new Int32Array(maxGrams)
const gramFactors = new Float64Array(maxGrams)
const gramWeights = new Float64Array(maxGrams)
const keys = new Int32Array(64)

const weights = new Float64Array(maxWords)
const isContent = new Uint8Array(maxWords)
const isNumber = new Uint8Array(maxWords)
const counts = new Float64Array(maxWords)
const best = new Float64Array(maxWords)
const pairCounts = new Float64Array(maxWords)
const unitCounts = new Float64Array(maxWords)
const unitWords = new Int32Array(maxWords)
const gramCounts = new Int32Array(maxGrams)
const grams = new Int32Array(maxGrams)
const unitGramCounts = new Int32Array(maxGrams)
const unitGrams = new Int32Array(maxGrams)

/** tf ÷ (tf + norm) for small tf, which most are. */
class Saturation {
  private readonly values = new Float64Array(8)
  private norm = 0

  set(norm: number): void {
    this.norm = norm
    for (let tf = 1; tf < 8; tf++) this.values[tf] = tf / (tf + norm)
  }

  of(tf: number): number {
    return tf < 8 ? this.values[tf]! : tf / (tf + this.norm)
  }
}

const inUnit = new Saturation()
const firm = new Saturation()
const soft = new Saturation()

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

const hasDigit = (word: string) => {
  for (let i = 0; i < word.length; i++) if (kindOf[word.charCodeAt(i)] === kind.digit) return true
  return false
}

/** One question against one index at a time: `open`, any number of `read`, `close`. */
export class Reader {
  private words = 0
  private total = 1
  private contentTotal = 0
  private norm = 1
  private pairTotal = 1
  private gramCount = 0
  private gramTotal = 1
  private hits = 0
  private lookedCount = 0
  private vocabulary!: Vocabulary
  private idfs!: Float32Array

  /** `passages`: how many the index holds; `idfs`: by term. */
  open(question: Question, vocabulary: Vocabulary, passages: number, idfs: Float32Array): void {
    this.vocabulary = vocabulary
    this.idfs = idfs
    this.hits = 0
    this.lookedCount = 0
    if (states.length < vocabulary.size) growTerms(vocabulary.size * 2)
    const pairs = vocabulary.gramsFrom(vocabulary.size)
    if (hitGrams.length < pairs) hitGrams = new Int32Array(pairs * 2)
    if (gramNumbers.length < vocabulary.grams.size) gramNumbers = new Int16Array(vocabulary.grams.size * 2)
    this.readWords(question)
    this.readGrams(question, passages)
    for (let slot = 0; slot < this.words; slot++) {
      const word = question.words[slot]!
      if (word.term >= 0) this.mark(word.term, slot, 1)
      else for (const s of word.similar) this.mark(s.term, slot, s.similarity)
    }
  }

  close(): void {
    for (let i = 0; i < this.lookedCount; i++) states[looked[i]!] = 0
    for (let i = 0; i < this.gramCount; i++) if (gramIds[i]! >= 0) gramNumbers[gramIds[i]!] = 0
  }

  private readWords(question: Question): void {
    let total = 0
    let contentTotal = 0
    let norm = 0
    let pairTotal = 0
    const words = Math.min(question.words.length, maxWords)
    for (let slot = 0; slot < words; slot++) {
      const { weight, stop, token } = question.words[slot]!
      weights[slot] = weight
      isContent[slot] = stop ? 0 : 1
      isNumber[slot] = hasDigit(token.word) ? 1 : 0
      total += weight
      norm += weight * weight
      if (!stop) contentTotal += weight
      if (slot > 0) pairTotal += (weight + weights[slot - 1]!) / 2
    }
    this.words = words
    this.total = total || 1
    this.contentTotal = contentTotal
    this.norm = norm || 1
    this.pairTotal = pairTotal || 1
  }

  /** Numbers the question's trigrams. One that several words hold counts as in the word that counts most. */
  private readGrams(question: Question, passages: number): void {
    const { grams, terms } = this.vocabulary
    let numbered = 0
    for (let slot = 0; slot < this.words; slot++) {
      const { token, stop, term } = question.words[slot]!
      const factor = stop ? stopWeight : 1
      const known = term >= 0 && terms[term] === token.term
      const from = known ? this.vocabulary.gramsFrom(term) : 0
      const count = known ? this.vocabulary.gramEnds[term]! - from : gramKeys(fold(token.term), token.piece, keys)
      for (let k = 0; k < count; k++) {
        const gram = known ? this.vocabulary.gramIds[from + k]! : grams.find(keys[k]!)
        const number = gram >= 0 ? gramNumbers[gram]! - 1 : unknownGram(keys[k]!, numbered)
        if (number >= 0) {
          if (factor > gramFactors[number]!) gramFactors[number] = factor
          continue
        }
        if (numbered === maxGrams) continue
        gramIds[numbered] = gram
        gramKeysOf[numbered] = gram < 0 ? keys[k]! : 0
        gramFactors[numbered] = factor
        numbered++
        if (gram >= 0) gramNumbers[gram] = numbered
      }
    }
    let total = 0
    for (let number = 0; number < numbered; number++) {
      const gram = gramIds[number]!
      const frequency = gram < 0 ? 0 : grams.frequency[gram]!
      const weight = gramFactors[number]! * Math.log(1 + (passages - frequency + 0.5) / (frequency + 0.5))
      gramWeights[number] = weight
      total += weight
    }
    this.gramCount = numbered
    this.gramTotal = total || 1
  }

  /** A term of the index stands for a word of the question; of several words for the one it is most like. */
  private mark(term: number, slot: number, strength: number): void {
    const hit = (states[term]! || this.look(term, true)) - 2
    if (hitSlots[hit]! >= 0 && hitStrengths[hit]! >= strength) return
    hitSlots[hit] = slot
    hitStrengths[hit] = strength
  }

  /** Finds what a term shares with the question and gives its state. `always`: it is a hit even when it shares no trigram. */
  private look(term: number, always: boolean): number {
    const { vocabulary } = this
    const ids = vocabulary.gramIds
    const to = vocabulary.gramEnds[term]!
    const start = hitStarts[this.hits]!
    let end = start
    for (let i = vocabulary.gramsFrom(term); i < to; i++) {
      const number = gramNumbers[ids[i]!]!
      if (number > 0) hitGrams[end++] = number - 1
    }
    looked[this.lookedCount++] = term
    if (end === start && !always) return (states[term] = 1)
    const hit = this.hits++
    hitSlots[hit] = -1
    hitStrengths[hit] = 0
    hitStarts[hit + 1] = end
    return (states[term] = hit + 2)
  }

  /**
   * Share of the question's content that one document holds and another does not, by what `read` wrote into `held` for each
   * (`maxWords` values a document).
   */
  lead(held: Float32Array, one: number, other: number): number {
    let sum = 0
    for (let k = 0; k < this.words; k++)
      if (isContent[k]) sum += weights[k]! * Math.max(0, held[one * maxWords + k]! - held[other * maxWords + k]!)
    return this.contentTotal ? sum / this.contentTotal : 0
  }

  /** What of the question one document holds, word by word, by what `read` wrote into `held` for it. */
  holding(held: Float32Array, one: number): Holding {
    const from = one * maxWords
    let first = 0
    let last = 0
    let content = 0
    let lacked = 0
    let numbers = 0
    let numbersLacked = 0
    for (let k = 0; k < this.words; k++) {
      const strength = held[from + k]!
      if (isNumber[k]) {
        numbers++
        if (strength < 1) numbersLacked++
      }
      if (!isContent[k]) continue
      if (content === 0) first = strength
      last = strength
      content++
      if (strength < 0.5) lacked++
    }
    return {
      first,
      last,
      lacked,
      lackedShare: content && lacked / content,
      numbers: numbers > 0 ? 1 : 0,
      numbersLacked: numbers && numbersLacked / numbers,
    }
  }

  /**
   * Writes the features of the document whose terms stand in `stream` from `from` to `to` into `out` from `base`, and how well
   * it holds each word of the question into `held` from `heldAt`.
   * `length`: of the document, in averages. `averages`: terms in a unit, by kind of unit.
   */
  read(
    stream: Numbers,
    from: number,
    to: number,
    length: number,
    averages: readonly number[],
    out: Float64Array,
    base: number,
    held: Float32Array,
    heldAt: number,
  ): void {
    const { words, total, gramTotal, pairTotal, norm, idfs } = this
    // Locals, since the compiler cannot know that nobody changes what stands outside.
    const [seen, slots, strengths, starts, shared] = [states, hitSlots, hitStrengths, hitStarts, hitGrams]
    let hp = 0
    let hc = 0
    let hr = 0
    let hx = 0
    let sw = 0
    let sg = 0
    let sp = 0
    let sc = 0
    let sf = 0
    counts.fill(0, 0, words)
    best.fill(0, 0, words)
    pairCounts.fill(0, 0, words)
    hw.clear()
    hg.clear()
    hf.clear()
    let previous = -2
    let unitStart = from
    let wordCount = 0
    let unitGramCount = 0
    let gramCount = 0
    let pairs = 0
    let rarity = 0
    let rarityNorm = 0
    let hit = 0
    let dot = 0
    for (let i = from; i < to; i++) {
      const code = stream[i]!
      if (code >= firstTerm) {
        const term = code - firstTerm
        const idf = idfs[term]!
        rarity += idf
        rarityNorm += idf * idf
        const state = seen[term]! || this.look(term, false)
        if (state === 1) {
          previous = -2
          continue
        }
        const slot = slots[state - 2]!
        if (slot >= 0) {
          const strength = strengths[state - 2]!
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
        const end = starts[state - 1]!
        for (let k = starts[state - 2]!; k < end; k++) {
          const number = shared[k]!
          if (unitGramCounts[number]!++ === 0) unitGrams[unitGramCount++] = number
        }
        continue
      }
      const norms = unitK1 * (1 - unitB + (unitB * (i - unitStart)) / averages[code]!)
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
      inUnit.set(norms)
      for (let k = 0; k < unitGramCount; k++) {
        const number = unitGrams[k]!
        const tf = unitGramCounts[number]!
        unitGramCounts[number] = 0
        if (gramCounts[number] === 0) grams[gramCount++] = number
        gramCounts[number]! += tf
        g += gramWeights[number]! * inUnit.of(tf)
      }
      w /= total
      c /= total
      g /= gramTotal
      const p = pairs / pairTotal
      const r = rarity > 0 ? hit / rarity : 0
      const f = r * c
      if (code === unit.question || code === unit.title) {
        hw.add(w)
        hg.add(g)
        hf.add(f)
        if (p > hp) hp = p
        if (c > hc) hc = c
        if (r > hr) hr = r
        const x = rarityNorm > 0 ? dot / Math.sqrt(rarityNorm * norm) : 0
        if (x > hx) hx = x
      } else {
        if (w > sw) sw = w
        if (g > sg) sg = g
        if (p > sp) sp = p
        if (c > sc) sc = c
        if (f > sf) sf = f
      }
      previous = -2
      unitStart = i + 1
      wordCount = unitGramCount = 0
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
      held[heldAt + k] = best[k]!
      if (tf > 0) {
        w1 += (weight * tf) / (tf + 1.2 * shape)
        w6 += (weight * tf) / (tf + 6 * shape)
        coverage += weight * best[k]!
      }
      if (pairCounts[k]! > 0) p6 += (((weight + weights[k - 1]!) / 2) * pairCounts[k]!) / (pairCounts[k]! + 6 * shape)
      if (isContent[k]) {
        content += weight * best[k]!
        const lack = weight * (1 - best[k]!)
        if (lack > missing) missing = lack
      }
    }
    let g1 = 0
    let g6 = 0
    firm.set(1.2 * shape)
    soft.set(6 * shape)
    for (let k = 0; k < gramCount; k++) {
      const number = grams[k]!
      const tf = gramCounts[number]!
      gramCounts[number] = 0
      g1 += gramWeights[number]! * firm.of(tf)
      g6 += gramWeights[number]! * soft.of(tf)
    }
    const { contentTotal } = this
    out[base + at.w1] = w1 / total
    out[base + at.w6] = w6 / total
    out[base + at.g1] = g1 / gramTotal
    out[base + at.g6] = g6 / gramTotal
    out[base + at.p6] = p6 / pairTotal
    out[base + at.hw3] = hw.mean
    out[base + at.hg] = hg.a
    out[base + at.hg3] = hg.mean
    out[base + at.hp] = hp
    out[base + at.hc] = hc
    out[base + at.hr] = hr
    out[base + at.hf] = hf.a
    out[base + at.hf3] = hf.mean
    out[base + at.hx] = hx
    out[base + at.sw] = sw
    out[base + at.sg] = sg
    out[base + at.sp] = sp
    out[base + at.sc] = sc
    out[base + at.sf] = sf
    out[base + at.coverage] = coverage / total
    out[base + at.content] = contentTotal ? content / contentTotal : coverage / total
    out[base + at.missing] = contentTotal ? missing / contentTotal : 0
  }
}

/** Number of a trigram that no term of the index holds, among the first `numbered`; -1 when it is new. */
function unknownGram(key: number, numbered: number): number {
  for (let number = 0; number < numbered; number++)
    if (gramIds[number] === -1 && gramKeysOf[number] === key) return number
  return -1
}

/** Every term of an index may be a hit. */
function growTerms(terms: number): void {
  states = new Int32Array(terms)
  looked = new Int32Array(terms)
  hitSlots = new Int16Array(terms)
  hitStrengths = new Float64Array(terms)
  hitStarts = new Int32Array(terms + 1)
}
