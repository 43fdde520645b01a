/**
 * The first stage: BM25 over the words of a question gives the few passages that are read again. The commonest words are
 * passed over when rarer ones already found enough: they order the candidates in the second stage.
 */
import type { Documents } from './documents.ts'
import type { Lists } from './lists.ts'
import type { Word } from './question.ts'

const k1 = 1.2
const b = 0.6
export const maxCandidates = 50
/** Passages found by rarer words from which the commonest are passed over. */
const enough = 200
/** Terms looked at of those that may stand for a word the index does not know. */
const maxStandIns = 6

/** Counts from here on are not in a posting but are looked up. */
export const manyOf = 16

/** A posting: a passage and how often it holds the term (0: `manyOf` or more). */
export const posting = (doc: number, count: number): number => doc * manyOf + (count < manyOf ? count : 0)
export const passageOf = (packed: number): number => packed >> 4

/** BM25's k1 × length norm of a passage. */
export const shapeOf = (length: number, average: number): number => k1 * (1 - b + (b * length) / average)

export interface Searched {
  documents: Documents
  /** term → postings. */
  postings: Lists
  /** By passage: see `shapeOf`. */
  shapes: Float32Array
  /** How often a passage holds a term, at most 255. */
  countIn(doc: number, term: number): number
}

// Scratch shared by all indexes of the process: a question is ranked without a pause, so no two use it at once.

/** What was found, in no order. */
export const found = { docs: new Int32Array(maxCandidates), scores: new Float32Array(maxCandidates) }
let scores = new Float32Array(1024)
let touched = new Int32Array(1024)

/** Leaves the best `wanted` passages in `found` and returns how many there are. */
export function findCandidates(index: Searched, words: readonly Word[], wanted: number): number {
  const { documents, postings } = index
  if (scores.length < documents.size) {
    scores = new Float32Array(documents.size * 2)
    touched = new Int32Array(documents.size * 2)
  }
  let count = 0
  for (const { term, similar, stop, weight } of byWeight(words)) {
    if (count > enough && (stop || (term >= 0 && postings.count(term) > documents.count / 4))) continue
    if (term >= 0) count = accumulate(index, term, weight, count)
    else
      for (let i = 0; i < similar.length && i < maxStandIns; i++)
        count = accumulate(index, similar[i]!.term, weight * similar[i]!.similarity, count)
  }
  return select(documents, count, wanted)
}

/** Adds what a term is worth to the passages that hold it; `count`: how many were touched before. Returns how many are now. */
function accumulate(index: Searched, term: number, weight: number, count: number): number {
  const { postings, shapes } = index
  const { data } = postings
  const from = postings.offset[term]!
  const to = from + postings.length[term]!
  for (let i = from; i < to; i++) {
    const packed = data[i]!
    const doc = packed >> 4
    const tf = packed & 15 || index.countIn(doc, term)
    const score = scores[doc]!
    if (score === 0) touched[count++] = doc
    scores[doc] = score + (weight * tf) / (tf + shapes[doc]!)
  }
  return count
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

/** Moves the best of the touched passages into `found`, a heap at whose root the worst of them stands. */
function select(documents: Documents, count: number, wanted: number): number {
  const heap = found
  let size = 0
  for (let i = 0; i < count; i++) {
    const doc = touched[i]!
    const score = scores[doc]!
    scores[doc] = 0
    if (size < wanted) siftUp(documents, size++, doc, score)
    else if (
      score > heap.scores[0]! ||
      (score === heap.scores[0]! && before(documents, doc, score, heap.docs[0]!, score))
    )
      siftDown(documents, size, doc, score)
  }
  return size
}

function siftUp(documents: Documents, from: number, doc: number, score: number): void {
  const { docs, scores } = found
  let at = from
  while (at > 0) {
    const parent = (at - 1) >> 1
    if (!before(documents, docs[parent]!, scores[parent]!, doc, score)) break
    docs[at] = docs[parent]!
    scores[at] = scores[parent]!
    at = parent
  }
  docs[at] = doc
  scores[at] = score
}

/** Replaces the root of a heap of this size. */
function siftDown(documents: Documents, size: number, doc: number, score: number): void {
  const { docs, scores } = found
  let at = 0
  for (;;) {
    let child = at * 2 + 1
    if (child >= size) break
    if (child + 1 < size && before(documents, docs[child]!, scores[child]!, docs[child + 1]!, scores[child + 1]!))
      child++
    if (!before(documents, doc, score, docs[child]!, scores[child]!)) break
    docs[at] = docs[child]!
    scores[at] = scores[child]!
    at = child
  }
  docs[at] = doc
  scores[at] = score
}

/** Whether passage `x` ranks before `y`; of equals the one of the smaller id, so that the order of adding never shows. */
export function before(documents: Documents, x: number, scoreX: number, y: number, scoreY: number): boolean {
  if (scoreX !== scoreY) return scoreX > scoreY
  return documents.owners[x]!.id < documents.owners[y]!.id
}
