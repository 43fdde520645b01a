/** Questions to begin with: taken from what the pages themselves say, each tried before it is shown. */
import type { Index, Reply } from '../../answer/types.ts'
import type { KnowledgeRow } from '../../store/records.ts'
import type { SampleQuestions } from './wire.ts'

export interface QuestionDeps {
  /** Entries of the source. */
  rows: readonly KnowledgeRow[]
  index: Index
  ask(question: string): Promise<Reply>
}

/** Tried before giving up, and the longest that is shown, in characters. */
const mostTries = 40
const longest = 120
const question = /[?？؟]\s*$/

type Sample = SampleQuestions['data'][number]

/**
 * At most `limit` questions that the source answers, of different pages first. Pairs ask for themselves; a heading that is
 * a question is one; any other heading is shown as it stands, which is right in every language.
 */
export async function sampleQuestions({ rows, ask }: QuestionDeps, limit: number): Promise<Sample[]> {
  const own = new Set(rows.map(row => row.id))
  const found: Sample[] = []
  const pages = new Set<string>()
  const later: Sample[] = []
  let tries = 0
  for (const sample of candidates(rows)) {
    if (found.length >= limit || tries++ >= mostTries) break
    const reply = await ask(sample.question)
    const [best] = reply.citations
    if (!reply.answered || !best || !own.has(best.entry.id)) continue
    const page = pageOf(best.entry.url ?? '')
    if (page !== pageOf(sample.url)) continue
    const cited = { ...sample, entry_id: best.entry.id, url: best.entry.url ?? sample.url }
    if (pages.has(page)) later.push(cited)
    else found.push(cited)
    pages.add(page)
  }
  return [...found, ...later].slice(0, limit)
}

const pageOf = (url: string) => url.replace(/#.*$/, '')

/** Best first: questions, then headings; in each, one of every page in turn. */
function candidates(rows: readonly KnowledgeRow[]): Sample[] {
  const seen = new Set<string>()
  const groups: Sample[][] = [[], [], [], []]
  for (const row of rows) {
    if (!row.is_active) continue
    const heading = (row.section.split(' › ').at(-1) || row.title).trim()
    const text = row.kind === 'qa' ? row.question : heading
    const key = text.toLowerCase()
    if (text.length < 4 || text.length > longest || seen.has(key)) continue
    seen.add(key)
    const rank =
      row.kind === 'qa'
        ? 0
        : question.test(text)
          ? 1
          : row.content.length < 40
            ? -1
            : row.section.includes(' › ')
              ? 2
              : 3
    if (rank >= 0) groups[rank]!.push({ question: text, title: row.title, url: row.url, entry_id: row.id })
  }
  return groups.flatMap(byPageInTurn)
}

function byPageInTurn(samples: readonly Sample[]): Sample[] {
  const byPage = new Map<string, Sample[]>()
  for (const sample of samples) {
    const page = pageOf(sample.url)
    byPage.set(page, [...(byPage.get(page) ?? []), sample])
  }
  const out: Sample[] = []
  for (let i = 0; out.length < samples.length; i++) for (const list of byPage.values()) if (list[i]) out.push(list[i]!)
  return out
}
