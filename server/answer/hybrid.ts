/**
 * Joins a second ranking, by vectors, to the one by words: reciprocal rank fusion (Cormack, Clarke, Büttcher: Reciprocal rank
 * fusion outperforms Condorcet and individual rank learning methods, SIGIR 2009). Ranks are comparable where scores are not, so
 * nothing is tuned to one embedding model.
 */
import { decide } from './decide.ts'
import { noticeLanguage } from './text/language.ts'
import type { Entry, Passage, Ranked } from './types.ts'

/** An entry found by its vector. */
export interface Similar {
  entry: Entry
  passage: Passage
  /** Cosine. */
  similarity: number
}

/** Confidence from which the ranking by words is left as it is. */
const sure = 0.7

/**
 * Whether words alone are sure enough. Half of the questions of the sets are such: they wait for no vector, and a weak
 * embedding model cannot spoil them (docs/model.md has the figures).
 */
export const wordsSuffice = (question: string, ranked: readonly Ranked[]): boolean =>
  decide(ranked, question).confidence >= sure

/** Dampens the first ranks; the value of the paper. */
const k = 60

/**
 * `lexical` and `similar` best first. The k-th of the result takes the k-th lexical score, so that what the decision reads from the
 * scores (margin, how far the best stands out) keeps its meaning; features stay each entry's own. An entry that
 * shares no word with the question has none, and alone it will not pass the decision.
 */
export function fuse(
  question: string,
  lexical: readonly Ranked[],
  similar: readonly Similar[],
  { limit = 10 }: { limit?: number } = {},
): Ranked[] {
  if (similar.length === 0) return lexical.slice(0, limit)
  const fused = new Map<string, { row: Ranked | undefined; found: Similar | undefined; score: number }>()
  for (const [at, row] of lexical.entries()) {
    fused.set(row.entry.id, { row, found: undefined, score: 1 / (k + at + 1) })
  }
  for (const [at, found] of similar.entries()) {
    const known = fused.get(found.entry.id)
    const score = 1 / (k + at + 1)
    if (known) {
      known.found = found
      known.score += score
    } else fused.set(found.entry.id, { row: undefined, found, score })
  }
  const questionLang = lexical[0]?.questionLang ?? noticeLanguage(question)
  const asked = lexical[0]?.asked ?? []
  return [...fused.values()]
    .sort((a, b) => b.score - a.score)
    .slice(0, limit)
    .map(({ row, found }, at) => ({
      ...(row ?? {
        entry: found!.entry,
        passage: found!.passage,
        lang: found!.entry.lang?.slice(0, 2).toLowerCase() || noticeLanguage(found!.entry.text.slice(0, 1500)),
        questionLang,
        asked,
      }),
      score: lexical[at]?.score ?? 0,
      features: { ...row?.features, ...(found && { cosine: found.similarity }) },
    }))
}
