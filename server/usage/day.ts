/** One UTC day of a client's chats, counted. Texts are kept only as the questions that were asked most. */
import type { Turn } from '../store/records.ts'
import { count, createHistogram, type Histogram, merge as mergeHistogram } from './histogram.ts'

/** What is counted of a turn. */
export const counted = [
  'timestamp',
  'turn_id',
  'session_id',
  'message',
  'answered',
  'sources',
  'lang',
  'origin',
  'kind',
  'ms',
  'page',
] as const satisfies readonly (keyof Turn)[]
export type CountedTurn = Pick<Turn, (typeof counted)[number]>

export interface Asked {
  /** As it was first written. */
  question: string
  count: number
  answered: number
}

export interface DayTally {
  requests: number
  answered: number
  refused: number
  smallTalk: number
  up: number
  down: number
  /** By UTC hour. */
  hours: Uint32Array
  times: Histogram
  conversations: Set<string>
  languages: Map<string, number>
  pages: Map<string, number>
  /** By id of the cited entry. */
  entries: Map<string, number>
  /** By `sameQuestion`. */
  questions: Map<string, Asked>
}

/** Different questions remembered of a day; those that come later are counted, not listed. */
const maxQuestions = 1_000
const maxPages = 500

export const createDay = (): DayTally => ({
  requests: 0,
  answered: 0,
  refused: 0,
  smallTalk: 0,
  up: 0,
  down: 0,
  hours: new Uint32Array(24),
  times: createHistogram(),
  conversations: new Set(),
  languages: new Map(),
  pages: new Map(),
  entries: new Map(),
  questions: new Map(),
})

/** Case, spaces and closing marks do not make another question. */
export const sameQuestion = (text: string) =>
  text
    .slice(0, 500)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s?!.,;:¿¡؟]+/g, ' ')
    .trim()
    .slice(0, 200)

export function countTurn(day: DayTally, turn: CountedTurn): void {
  day.requests++
  day.hours[Number(turn.timestamp.slice(11, 13))]!++
  day.conversations.add(turn.session_id)
  if (turn.ms > 0) count(day.times, turn.ms)
  if (turn.lang) more(day.languages, turn.lang)
  const page = turn.page || turn.origin
  // Pages are what callers say they are.
  if (page && (day.pages.has(page) || day.pages.size < maxPages)) more(day.pages, page)
  if (turn.kind === 'small-talk') {
    day.smallTalk++
    return
  }
  if (turn.answered) day.answered++
  else if (turn.kind !== 'choice') day.refused++
  for (const id of turn.sources) more(day.entries, id)
  const key = sameQuestion(turn.message)
  if (key) addQuestion(day, key, { question: turn.message.slice(0, 300), count: 1, answered: turn.answered ? 1 : 0 })
}

function addQuestion(day: DayTally, key: string, asked: Asked): void {
  const known = day.questions.get(key)
  if (known) {
    known.count += asked.count
    known.answered += asked.answered
  } else if (day.questions.size < maxQuestions) day.questions.set(key, { ...asked })
}

const more = <K>(map: Map<K, number>, key: K, by = 1) => map.set(key, (map.get(key) ?? 0) + by)

/** Adds a day to a sum of days. */
export function addDay(sum: DayTally, day: DayTally): void {
  for (const name of ['requests', 'answered', 'refused', 'smallTalk', 'up', 'down'] as const) sum[name] += day[name]
  for (let hour = 0; hour < 24; hour++) sum.hours[hour]! += day.hours[hour]!
  mergeHistogram(sum.times, day.times)
  for (const id of day.conversations) sum.conversations.add(id)
  for (const name of ['languages', 'pages', 'entries'] as const)
    for (const [key, n] of day[name]) more(sum[name], key, n)
  for (const [key, asked] of day.questions) {
    const known = sum.questions.get(key)
    if (known) {
      known.count += asked.count
      known.answered += asked.answered
    } else sum.questions.set(key, { ...asked })
  }
}
