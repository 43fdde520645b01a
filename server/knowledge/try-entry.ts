/** “Test this”: what would be asked of an entry, and whether the bot finds it. */
import type { Index, Reply } from '../answer/types.ts'
import type { KnowledgeRow } from '../store/records.ts'
import { kindOf } from './kind.ts'

export interface Trial {
  question: string
  /** Its place in the ranking, 1 = first; null: not among the first 20. */
  rank: number | null
  answered: boolean
  confidence: number
  /** The answer was taken from this entry. */
  found: boolean
  response: string
  /** Where the answer came from instead. */
  instead: { id: string; title: string } | null
}

export interface TrialDeps {
  index: Index
  ask(question: string): Promise<Reply>
}

const maxQuestions = 8
const depth = 20

export async function tryEntry(
  row: KnowledgeRow,
  asked: readonly string[],
  { index, ask }: TrialDeps,
): Promise<Trial[]> {
  const trials: Trial[] = []
  for (const question of asked.length > 0 ? asked : questionsOf(row)) {
    const place = index.rank(question, { limit: depth }).findIndex(({ entry }) => entry.id === row.id)
    const reply = await ask(question)
    const found = reply.answered && reply.citations.some(({ entry }) => entry.id === row.id)
    const other = reply.answered && !found ? reply.citations[0]?.entry : undefined
    trials.push({
      question,
      rank: place < 0 ? null : place + 1,
      answered: reply.answered,
      confidence: Math.round(reply.confidence * 1000) / 1000,
      found,
      response: reply.text,
      instead: other ? { id: other.id, title: other.question ?? other.title ?? other.text.slice(0, 80) } : null,
    })
  }
  return trials
}

/**
 * A pair is asked its questions; of anything else visitors ask by its heading, by the name of a row's thing with each of its columns,
 * and by its first words.
 */
export function questionsOf(row: KnowledgeRow): string[] {
  const kind = kindOf(row)
  const heading = (row.section.split(' › ').at(-1) || row.title.split(' › ').at(-1) || '').trim()
  const texts =
    kind === 'qa'
      ? [row.question, ...row.alternates]
      : kind === 'row'
        ? fieldsOf(row.content)
            .slice(1, 5)
            .map(name => `${name} ${heading}`.trim())
        : [heading, row.title.split(' › ').slice(-2).join(' '), firstWords(row.content)]
  return [...new Set(texts.map(text => text.trim()).filter(text => text.length >= 3))].slice(0, maxQuestions)
}

/** Names of the columns in `Name: value; Name: value`. */
const fieldsOf = (content: string) => [...content.matchAll(/(?:^|; )([^:;\n]{1,60}): /g)].map(([, name]) => name!)

const firstWords = (content: string) =>
  content
    .split(/[.!?\n。！？]/)[0]!
    .split(/\s+/)
    .slice(0, 12)
    .join(' ')
