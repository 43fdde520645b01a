/**
 * What a person should look at in their library: entries that say nearly the same, and entries that say different things about the
 * same. Likeness is the share of common runs of three words (Jaccard); pairs are found by prefix filtering, which misses
 * none of them without comparing all (Bayardo, Ma, Srikant 2007). Works in slices, so that visitors are answered in between.
 */
import type { KnowledgeRow } from '../store/records.ts'
import { kindOf } from './kind.ts'

/** How a pair was seen. */
export const causes = [
  'question_figures',
  'question_twice',
  'question_answers',
  'same_answer',
  'figures',
  'same',
  'nearly',
] as const
export type Cause = (typeof causes)[number]

const reasons: Record<Cause, string> = {
  question_figures: 'The same question has answers with different figures.',
  question_twice: 'The same question has the same answer twice.',
  question_answers: 'The same question has two different answers.',
  same_answer: 'Two questions have the same answer.',
  figures: 'Two entries say the same with different figures.',
  same: 'Two entries say the same.',
  nearly: 'Two entries say nearly the same.',
}

export interface Pair {
  /** `duplicate`: nearly the same words; `contradiction`: the same question, or the same words, with different figures or answers. */
  kind: 'duplicate' | 'contradiction'
  ids: [string, string]
  /** 0–1 */
  likeness: number
  cause: Cause
  /** The cause as a sentence for people. */
  reason: string
  /** Of a contradiction: figures that only one of them has. */
  figures: [string[], string[]]
}

/** From this share of common runs on, two texts are nearly the same. */
const alike = 0.8
/** Entries that differ in nothing but figures, in larger numbers than this, are a series: lockers, sizes, rooms. */
const maxSeries = 3
export const maxPairs = 200
const maxRuns = 400
/** Words of an answer that two questions do not share by chance, as they share "Yes, every day". */
const longAnswer = 8
const sliceMs = 4

interface Text {
  row: KnowledgeRow
  runs: number[]
  /** Sorted, as often as they stand there. */
  figures: string[]
  /** The question without small differences; empty for other kinds. */
  asked: string
  /** A long answer, likewise; else empty. */
  said: string
}

/** @param settled pairs that are not to be shown */
export async function review(
  rows: Iterable<KnowledgeRow>,
  settled: (a: KnowledgeRow, b: KnowledgeRow) => boolean = () => false,
): Promise<Pair[]> {
  const rest = breather()
  const texts: Text[] = []
  for (const row of rows) {
    if (!row.is_active) continue
    texts.push(textOf(row))
    await rest()
  }
  const found: Pair[] = []
  const seen = new Set<string>()
  const add = (a: Text, b: Text, kind: Pair['kind'], cause: Cause, likeness: number) => {
    const key = `${a.row.id}\n${b.row.id}`
    if (seen.has(key) || found.length >= maxPairs) return
    seen.add(key)
    if (settled(a.row, b.row)) return
    found.push({
      kind,
      cause,
      likeness,
      reason: reasons[cause],
      ids: [a.row.id, b.row.id],
      figures: [without(a.figures, b.figures), without(b.figures, a.figures)],
    })
  }

  // The same question, answered twice.
  for (const group of groupsOf(texts, text => text.asked)) {
    for (const [a, b] of pairsOf(group)) {
      const likeness = jaccard(a.runs, b.runs)
      if (differ(a, b)) add(a, b, 'contradiction', 'question_figures', likeness)
      else if (likeness >= alike) add(a, b, 'duplicate', 'question_twice', likeness)
      else add(a, b, 'contradiction', 'question_answers', likeness)
    }
    await rest()
  }

  // The same answer to two questions: one entry with another way to ask it. To many, it is a set phrase.
  for (const group of groupsOf(texts, text => text.said)) {
    if (group.length > maxSeries) continue
    for (const [a, b] of pairsOf(group)) if (a.asked !== b.asked) add(a, b, 'duplicate', 'same_answer', 1)
    await rest()
  }

  const { differing, equal, series } = await similar(texts, rest)
  for (const [i, j, likeness] of differing) {
    // Rows of a table are alike by nature, and so is a series.
    if (kindOf(texts[i]!.row) !== 'row' && Math.max(series[i]!, series[j]!) < maxSeries)
      add(texts[i]!, texts[j]!, 'contradiction', 'figures', likeness)
  }
  for (const [i, j, likeness] of equal)
    add(texts[i]!, texts[j]!, 'duplicate', likeness === 1 ? 'same' : 'nearly', likeness)
  return found.sort(
    (a, b) => Number(b.kind === 'contradiction') - Number(a.kind === 'contradiction') || b.likeness - a.likeness,
  )
}

const fold = (text: string) => text.normalize('NFKC').toLowerCase()
const figure = /\d+(?:[.,:]\d+)*/g

function textOf(row: KnowledgeRow): Text {
  const whole = fold([row.question, row.content].join(' '))
  const words = whole.replace(figure, '#').match(/#|[\p{L}\p{M}]+/gu) ?? []
  // Scripts without spaces have one long word a sentence: there, letters are the words.
  const units = words.flatMap(word => (/[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]/.test(word) ? [...word] : [word]))
  const runs = new Set<number>()
  for (let i = 0; i < Math.max(1, units.length - 2) && runs.size < maxRuns; i++)
    runs.add(hash(units.slice(i, i + 3).join(' ')))
  const isPair = kindOf(row) === 'qa'
  const said = isPair ? plainWords(row.content) : []
  return {
    row,
    runs: [...runs],
    figures: (fold(row.content).match(figure) ?? []).sort(),
    asked: isPair ? plainWords(row.question).join(' ') : '',
    said: isPair && said.length >= longAnswer ? said.join(' ') : '',
  }
}

const plainWords = (text: string): string[] => fold(text).match(/[\p{L}\p{M}\d]+/gu) ?? []

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return value >>> 0
}

/** Two positions and their likeness. */
type Alike = [number, number, number]

interface Similar {
  /** Alike, with other figures; of a long series only the first. */
  differing: Alike[]
  equal: Alike[]
  /** How many others each text is alike with. */
  series: Uint32Array
}

/** Pairs whose likeness is at least `alike`. */
async function similar(texts: readonly Text[], rest: () => Promise<void>): Promise<Similar> {
  // Runs as small numbers, so that what is known of each is a place in an array.
  const numbers = new Map<number, number>()
  const frequency: number[] = []
  const runsOf: Uint32Array[] = []
  for (const { runs } of texts) {
    const own = new Uint32Array(runs.length)
    for (const [i, run] of runs.entries()) {
      let number = numbers.get(run)
      if (number === undefined) numbers.set(run, (number = numbers.size))
      frequency[number] = (frequency[number] ?? 0) + 1
      own[i] = number
    }
    runsOf.push(own)
    await rest()
  }
  const holders: (number[] | undefined)[] = new Array(numbers.size)
  /** The last text that each run was seen in. */
  const seenIn = new Int32Array(numbers.size).fill(-1)
  const found: Similar = { differing: [], equal: [], series: new Uint32Array(texts.length) }
  const { differing, equal, series } = found
  for (const [i, text] of texts.entries()) {
    const runs = runsOf[i]!
    if (runs.length < 3) continue
    for (const run of runs) seenIn[run] = i
    const rare = runs.slice().sort((a, b) => frequency[a]! - frequency[b]! || a - b)
    const prefix = rare.slice(0, runs.length - Math.ceil(runs.length * alike) + 1)
    const tried = new Set<number>()
    for (const run of prefix) {
      const list = (holders[run] ??= [])
      // A series longer than this is no news.
      for (const j of list.slice(-50)) {
        if (tried.has(j)) continue
        tried.add(j)
        const other = runsOf[j]!
        let common = 0
        for (const one of other) if (seenIn[one] === i) common++
        const likeness = common / (runs.length + other.length - common)
        if (likeness < alike) continue
        series[i]!++
        series[j]!++
        if (!differ(texts[j]!, text)) {
          if (equal.length < maxPairs * 10) equal.push([j, i, likeness])
        } else if (Math.max(series[i]!, series[j]!) < maxSeries) differing.push([j, i, likeness])
      }
      list.push(i)
    }
    await rest()
  }
  return found
}

function jaccard(a: readonly number[], b: readonly number[]): number {
  const set = new Set(a)
  let common = 0
  for (const run of b) if (set.has(run)) common++
  const all = a.length + b.length - common
  return all === 0 ? 0 : common / all
}

const without = (a: readonly string[], b: readonly string[]) => [...new Set(a.filter(value => !b.includes(value)))]
/** As many figures but others; or each has one that the other has not. One that only says more does not differ. */
const differ = (a: Text, b: Text) =>
  a.figures.length === b.figures.length
    ? a.figures.some((value, i) => value !== b.figures[i])
    : without(a.figures, b.figures).length > 0 && without(b.figures, a.figures).length > 0

function groupsOf(texts: readonly Text[], key: (text: Text) => string): Text[][] {
  const groups = new Map<string, Text[]>()
  for (const text of texts) {
    const value = key(text)
    if (value !== '') groups.set(value, [...(groups.get(value) ?? []), text])
  }
  return [...groups.values()].filter(group => group.length > 1)
}

function* pairsOf(group: readonly Text[]): Generator<[Text, Text]> {
  for (let i = 0; i < Math.min(group.length, 10); i++)
    for (let j = i + 1; j < Math.min(group.length, 10); j++) yield [group[i]!, group[j]!]
}

/** Lets other requests have their turn once in a while. */
function breather(): () => Promise<void> {
  let end = performance.now() + sliceMs
  return async () => {
    if (performance.now() < end) return
    await new Promise(resolve => setImmediate(resolve))
    end = performance.now() + sliceMs
  }
}
