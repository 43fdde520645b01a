/** What goes into the answer room and what comes out of it. The room is pure: no files, no clock, no other room. */

import type { Hours } from './talk/hours.ts'
import type { Tone } from './talk/tones.ts'

export type EntryKind = 'text' | 'qa' | 'row'

/** One piece of knowledge as the client put it in. */
export interface Entry {
  id: string
  kind: EntryKind
  /** The passage (text), the answer (qa) or "Column: value; Column: value" (row). */
  text: string
  title?: string
  question?: string
  alternates?: string[]
  /** BCP 47 hint; noticed from the text when absent. */
  lang?: string
  category?: string
  source?: string
  url?: string
}

/** A part of an entry that is ranked by itself, as a span of `entry.text` (UTF-16 offsets). */
export interface Passage {
  start: number
  end: number
}

/** A word of the question as the ranking weighed it. */
export interface AskedWord {
  /** Stem, accents folded. */
  term: string
  /** Rarity in the index; function words count less. */
  weight: number
  /** A function word. */
  stop: boolean
  /** Terms of the index that stand for a word it does not know, with their likeness (0–1). */
  similar: readonly { term: string; similarity: number }[]
}

export interface Ranked {
  entry: Entry
  passage: Passage
  /** Language of the entry, as given or noticed (ISO 639-1). */
  lang: string
  /** Language of the question, as noticed (ISO 639-1). */
  questionLang: string
  /** The question's distinct words, the same for every row of a ranking. */
  asked: readonly AskedWord[]
  /** Comparable within one question only. */
  score: number
  /** What the decision is made from, by name; kept with the turn for "why this answer". */
  features: Record<string, number>
}

export interface Index {
  /** Entries held. */
  readonly size: number
  /** Estimate of the memory held, in bytes, without the entries themselves. */
  readonly bytes: number
  /** ISO 639-1 code of the language that most entries are in; English when there are none. */
  readonly language: string
  /** Adds an entry, or replaces the one with its id. Cost grows with the entry, not with the index. */
  add(entry: Entry): void
  /** False when there is no such entry. */
  remove(id: string): boolean
  /** Best first, one row an entry. Empty when nothing in the index resembles the question. */
  rank(question: string, options?: { limit?: number }): Ranked[]
  /** Questions of qa entries (and titles) that continue or resemble what was typed, best first. */
  suggest(typed: string, limit?: number): string[]
  /** What an entry is offered as: its question, or its title without the one that its whole document stands under. */
  label(entry: Entry): string | undefined
}

/** `confidence` is calibrated: of the answers given at 0.8, eight in ten are right. */
export interface Decision {
  answered: boolean
  confidence: number
}

/** Words taken from `entry.text`, and where they stand in it. */
export interface Extract {
  text: string
  start: number
  end: number
}

/** An earlier turn of the same conversation, oldest first. */
export interface Exchange {
  message: string
  response: string
  answered: boolean
  /** Ids of the entries the answer was taken from. */
  sources: string[]
  /** What it was about, for follow-up questions; empty for small talk. */
  topic?: string
}

export interface Citation {
  entry: Entry
  /** The words the answer rests on. */
  quote: string
}

/** choice: it does not know which of two questions was meant. */
export type ReplyKind = 'answer' | 'refusal' | 'choice' | 'small-talk'

export interface Reply {
  kind: ReplyKind
  answered: boolean
  confidence: number
  text: string
  /** Language of the question, BCP 47. */
  lang: string
  citations: Citation[]
  /** Questions the bot can answer, to offer next. */
  suggestions: string[]
  /** What it was about, for the questions that follow; empty for small talk. */
  topic: string
  /** People should be offered: it does not know, or was asked for one. */
  onward?: boolean
  /** Passages, features, threshold: what made this reply. JSON. */
  why: Record<string, unknown>
}

/**
 * A model behind an OpenAI-compatible endpoint. An empty text means that it gave no answer that the passages support, and
 * `why` says why; the caller falls back to extraction, as it does when `write` rejects.
 */
export interface Model {
  write(request: {
    question: string
    lang: string
    tone?: Tone
    history: Exchange[]
    /** Best first; `quote` is the passage that the model sees. */
    passages: Citation[]
    signal?: AbortSignal
    /** Called with what has been checked; the parts joined are the text, or its beginning where it failed later. */
    onDelta?: (text: string) => void
  }): Promise<{
    text: string
    /** Positions in `passages` of what the text cites: `[1]` in it is the first of these. Default: the first passage. */
    cited?: number[]
    /** For each of these what of the passage the text rests on. Default: what would be shown without a model. */
    quotes?: string[]
    /** Kept with the turn, for "why this answer". */
    why?: Record<string, unknown>
  }>
}

export interface AnswerDeps {
  index: Index
  /** Confidence from which an answer is given, 0–1. Default: the engine's own. */
  threshold?: number
  /** Ways on, named in a refusal: an address, number or link, or several, with what each is for. */
  contact?: string | readonly string[]
  /** The caller shows ways on and suggested questions beside the reply; its text does not repeat them. */
  apart?: boolean
  /** Of the bot's own sentences. Default: neutral. */
  tone?: Tone
  /** Languages (ISO 639-1) that the bot's own sentences are in, the main one first; none: all. */
  languages?: readonly string[]
  /** What is said instead of the bot's own refusal, by language; `*` for every other one. */
  refusals?: Readonly<Record<string, string>>
  /** Told who asks for them, where the entries do not. */
  openingHours?: { hours: Hours; now: Date }
  /** Named in small talk. */
  botName?: string
  /** Questions that the client wants to be offered. */
  suggestions?: readonly string[]
  model?: Model
  /** Joins a second ranking (embeddings) to the first; gives the first back when it cannot. */
  fuse?: (question: string, ranked: Ranked[]) => Promise<Ranked[]>
  maxChars?: number
  signal?: AbortSignal
  /** Called with the text as it is written; the parts joined are `Reply.text`. */
  onDelta?: (text: string) => void
}
