/** Reads a message that asks two or three things, each by itself, and decides whether answering each is better than the whole. */
import { smallTalk } from '../talk/small-talk.ts'
import type { Exchange, Index, Ranked } from '../types.ts'
import { type Reading, readInContext } from './context.ts'
import { splitQuestions } from './split.ts'

export interface Part extends Reading {
  question: string
}

/** Confidence that each part needs at least: a message is taken apart only where that surely helps. */
const surePart = 0.6

export interface PartDeps {
  index: Index
  threshold: number
  /** Ranks a part as the whole was. */
  rank(question: string): Promise<Ranked[]>
}

/**
 * The parts, when all of them are answered, by entries of their own. Where the whole is answered too, its entry must be among
 * theirs: what would have been said is still said.
 */
export async function readParts(
  message: string,
  whole: Reading,
  history: readonly Exchange[],
  { index, threshold, rank }: PartDeps,
): Promise<Part[] | undefined> {
  const questions = splitQuestions(message)?.filter(part => !smallTalk(part))
  if (!questions || questions.length < 2) return undefined
  const parts: Part[] = []
  const said = [...history]
  for (const question of questions) {
    const reading = readInContext(question, await rank(question), said, index)
    const best = reading.ranked[0]
    if (!best || reading.confidence < Math.max(threshold, surePart)) return undefined
    if (parts.some(part => part.ranked[0]!.entry.id === best.entry.id)) return undefined
    parts.push({ question, ...reading })
    const topic = `${question} ${best.entry.question ?? best.entry.title ?? ''}`
    said.push({ message: question, response: '', answered: false, sources: [best.entry.id], topic })
  }
  const first = whole.ranked[0]
  if (first && whole.confidence >= threshold && !parts.some(part => part.ranked[0]!.entry.id === first.entry.id))
    return undefined
  return parts
}
