/** Finding entries in the portal: what the bot itself would rank first, then whatever holds the words. */
import type { Index } from '../answer/types.ts'
import type { KnowledgeEntry } from './wire.ts'

/** `entries` in the order a person searching for `words` wants them; those without any relation are left out. */
export function searchEntries(entries: KnowledgeEntry[], index: Index, words: string): KnowledgeEntry[] {
  const needle = fold(words)
  const rank = new Map(index.rank(words, { limit: 50 }).map(({ entry }, at) => [entry.id, at]))
  const holds = (entry: KnowledgeEntry) =>
    [entry.content, entry.question, entry.title, entry.category, entry.source, entry.id, ...entry.alternates].some(
      text => fold(text).includes(needle),
    )
  const found = entries.map(entry => ({ entry, at: rank.get(entry.id), literal: holds(entry) }))
  return found
    .filter(({ at, literal }) => at !== undefined || literal)
    .sort((a, b) => Number(b.literal) - Number(a.literal) || (a.at ?? Infinity) - (b.at ?? Infinity))
    .map(({ entry }) => entry)
}

const fold = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
