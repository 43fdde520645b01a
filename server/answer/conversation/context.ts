/**
 * Follow-up questions: "and on Sundays?", "how much is it?" mean something only after what was said before. No text is
 * glued together — a joined question drags the old topic along. Instead every entry that either the message or the topic
 * brings up is asked two things: how much of what is asked *now* does it hold (`asks`), and how much of what was talked about
 * (`topic`). What is asked now comes first; the topic decides between entries that hold it alike. So a new topic, which its
 * own entry explains by itself, is never pulled back.
 */
import { askedOf } from '../attribute.ts'
import { decide } from '../decide.ts'
import { tokenize } from '../text/tokenize.ts'
import type { AskedWord, Entry, Exchange, Index, Ranked } from '../types.ts'
import { type Signals, signalsOf } from './signals.ts'

/** The message as it was understood. */
export interface Reading {
  ranked: Ranked[]
  confidence: number
  /** Set when the earlier turns decided: what the message was taken to be about. */
  followUp?: { topic: string; signals: string[]; asks: number; about: number }
}

/** Messages with more content words say by themselves what they are about. */
const maxContentWords = 4
/** Pieces of scripts without spaces come about twice as many as words. */
const maxPieces = 16
/**
 * What a shared topic weighs against holding what is asked (1), and what the ranking of the message by itself does: enough to
 * decide between equals. A pronoun stands for the topic, so beside one the message by itself says less.
 */
const plainWeights = { topic: 0.5, alone: 0.3 }
const pronounWeights = { topic: 0.6, alone: 0.1 }
/** What being the entry just cited counts for. */
const sameWeight = 0.05
/** Rows looked at of each ranking. */
const pool = 20
/** What sharing words with the last answer counts for, beside those with its question. */
const saidWeight = 0.3
/** Characters of the last answer that are looked at. */
const maxSaid = 200
/** Characters of an entry that are looked at. */
const maxText = 4000

/** @param alone the ranking of the message by itself */
export function readInContext(message: string, alone: Ranked[], history: readonly Exchange[], index: Index): Reading {
  const { confidence } = decide(alone, message)
  const standing: Reading = { ranked: alone, confidence }
  const topic = topicOf(history)
  if (topic === '' || !isShort(alone, message)) return standing

  const signals = signalsOf(message)
  if (standsAlone(signals, confidence)) return standing
  const topicRows = index.rank(topic, { limit: pool })
  const asked = alone[0]?.asked ?? unknownWords(message)
  const about = topicRows[0]?.asked.filter(word => !word.stop) ?? []
  if (about.length === 0) return standing

  const weights = signals.pronoun ? pronounWeights : plainWeights
  const now = wanted(message, asked, alone[0]?.questionLang ?? 'und')
  const before = wanted(topic, about, topicRows[0]?.questionLang ?? 'und')
  const told = rowsOfResponse(history, index)
  const last = history.findLast(exchange => exchange.topic)?.sources ?? []
  const bestAlone = alone[0]?.score || 1
  const rows = new Map<string, Ranked>()
  for (const row of [...alone, ...topicRows, ...told]) if (!rows.has(row.entry.id)) rows.set(row.entry.id, row)
  const said = told[0]?.asked.filter(word => !word.stop) ?? []
  const aloneScore = new Map(alone.map(row => [row.entry.id, row.score / bestAlone]))
  const candidates = [...rows.values()].map(row => {
    const terms = termsOf(row.entry, row.lang)
    const asks = share(now, terms, row.entry)
    const about = share(before, terms, row.entry) + saidWeight * share({ words: said }, terms, row.entry)
    const alone = aloneScore.get(row.entry.id) ?? 0
    return {
      row,
      asks,
      about,
      score: asks + weights.topic * about + weights.alone * alone + (last.includes(row.entry.id) ? sameWeight : 0),
    }
  })
  candidates.sort((x, y) => y.score - x.score || (x.row.entry.id < y.row.entry.id ? -1 : 1))
  const best = candidates[0]
  if (!best) return standing
  const own = candidates.find(({ row }) => row.entry.id === alone[0]?.entry.id)
  if (!isFollowUp(best, signals)) return standing

  const sure = 0.15 + 0.45 * best.asks + 0.4 * Math.min(1, best.about)
  // What is quoted of the entry is what holds the message's own words, and then those of the topic that are not its heading.
  const known = new Set([...tokenize(best.row.entry.title ?? '', best.row.lang), ...asked].map(({ term }) => term))
  const words = [...asked, ...about.filter(({ term }) => !known.has(term)).map(weaker)]
  const ranked = [{ ...best.row, asked: words }, ...candidates.slice(1, 10).map(({ row }) => row)]
  return {
    ranked,
    confidence: best.row === own?.row ? Math.max(confidence, sure) : sure,
    followUp: {
      topic,
      signals: Object.entries(signals).flatMap(([name, is]) => (is ? [name] : [])),
      asks: best.asks,
      about: best.about,
    },
  }
}

const weaker = (word: AskedWord): AskedWord => ({ ...word, weight: word.weight / 2 })

interface Candidate {
  row: Ranked
  asks: number
  about: number
}

/** Whether the topic may decide: the entry must answer what is asked now and belong to the topic. */
function isFollowUp(best: Candidate, signals: Signals): boolean {
  const leans = signals.connective || signals.pronoun
  return best.asks >= (leans ? 0.3 : 0.5) && best.about >= 0.15
}

/** What is surely answered by itself needs a sign to be read otherwise. */
const standsAlone = (signals: Signals, confidence: number) =>
  confidence >= 0.9 && !signals.connective && !signals.pronoun

/**
 * What the conversation is about: the last question that was not small talk, and the heading of the entry that answered it.
 * A follow-up hands the topic on by the heading of its own answer.
 */
export function topicOf(history: readonly Exchange[]): string {
  return history.findLast(exchange => exchange.topic)?.topic ?? ''
}

/** What the last answer said, as a question to the index: entries that speak of the same things. */
function rowsOfResponse(history: readonly Exchange[], index: Index): Ranked[] {
  const last = history.findLast(exchange => exchange.topic)
  return last?.answered ? index.rank(last.response.slice(0, maxSaid), { limit: pool }) : []
}

function isShort(alone: readonly Ranked[], message: string): boolean {
  if (message.length > 200) return false
  const asked = alone[0]?.asked ?? unknownWords(message)
  const content = asked.filter(word => !word.stop)
  const spaceless = /[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]/.test(message)
  return content.length <= (spaceless ? maxPieces : maxContentWords)
}

function unknownWords(message: string): AskedWord[] {
  return tokenize(message, 'und').map(({ term, stop }) => ({ term, stop, weight: 1, similar: [] }))
}

/** Words looked for, and those among them that ask for a price, which an entry may give without the word. */
interface Wanted {
  words: readonly AskedWord[]
  price?: ReadonlySet<string>
}

function wanted(text: string, words: readonly AskedWord[], lang: string): Wanted {
  const { found, cues } = askedOf('X: x; Price: 1', text)
  return found > 0 ? { words, price: new Set(tokenize(cues, lang).map(t => t.term)) } : { words }
}

/** Share of the content words, by weight, that an entry holds, a resembling word counting by its likeness. */
function share({ words, price }: Wanted, terms: ReadonlySet<string>, entry: Entry): number {
  let total = 0
  let found = 0
  for (const { term, weight, stop, similar } of words) {
    if (stop) continue
    total += weight
    if (terms.has(term) || (price?.has(term) && hasPrice(entry))) found += weight
    else {
      let likeness = 0
      for (const s of similar) if (s.similarity > likeness && terms.has(s.term)) likeness = s.similarity
      found += weight * likeness
    }
  }
  return total === 0 ? 0 : found / total
}

/** An amount of money, by its sign or code. */
const hasPrice = ({ text }: Entry) => /\p{Sc}\s?\d|\d\s?\p{Sc}|\d\s?[A-Z]{3}\b|\b[A-Z]{3}\s?\d/u.test(text)

/** Terms of entries that came up lately. Begun anew when full, so that long conversations cost no memory. */
let termsByEntry = new WeakMap<Entry, ReadonlySet<string>>()
let termsHeld = 0
const maxTermsHeld = 2000

function termsOf(entry: Entry, lang: string): ReadonlySet<string> {
  let terms = termsByEntry.get(entry)
  if (terms) return terms
  const text = [entry.title, entry.question, ...(entry.alternates ?? []), entry.text].filter(Boolean).join('\n')
  terms = new Set(tokenize(text.slice(0, maxText), lang).map(token => token.term))
  if (++termsHeld > maxTermsHeld) {
    termsByEntry = new WeakMap()
    termsHeld = 1
  }
  termsByEntry.set(entry, terms)
  return terms
}
