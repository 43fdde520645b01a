/** Which conversations a client wants to see, and what it can choose from. */
import type { Shelf, Summary } from './archive.ts'
import type { ConversationPage, ConversationWish } from './wire.ts'

/** All that is named must hold. */
export function wantedBy(wish: ConversationWish): (summary: Summary) => boolean {
  const { from, to, answered, origin, url, rating, lang } = wish
  const search = wish.search?.toLowerCase()
  // A day given as the end is meant whole.
  const until = to && (to.length === 10 ? `${to}T23:59:59.999Z` : new Date(to).toISOString())
  const since = from && (from.length === 10 ? from : new Date(from).toISOString())
  return summary =>
    (!since || summary.last_at >= since) &&
    (!until || summary.started_at <= until) &&
    (!answered || (answered === 'no' ? summary.refused > 0 : summary.refused === 0 && summary.answered > 0)) &&
    (!origin || summary.origin === origin) &&
    (!url || summary.pages.includes(url)) &&
    (!lang || summary.lang === lang) &&
    (!rating || ratingsOf(summary).includes(rating)) &&
    (!search || summary.said.includes(search) || summary.session_id === wish.search)
}

export const newestFirst = (a: Summary, b: Summary) => (a.last_at < b.last_at ? 1 : a.last_at > b.last_at ? -1 : 0)

export const ratingsOf = ({ ratings }: Summary) => [...(ratings?.values() ?? [])]

/** Values offered of each filter. */
const maxFacets = 50

/** What the conversations have, the most frequent first. */
export function facetsOf({ summaries }: Shelf): ConversationPage['facets'] {
  const languages = new Map<string, number>()
  const urls = new Map<string, number>()
  const count = (counts: Map<string, number>, value: string) => counts.set(value, (counts.get(value) ?? 0) + 1)
  for (const summary of summaries.values()) {
    if (summary.lang) count(languages, summary.lang)
    for (const page of summary.pages) count(urls, page)
  }
  const top = (counts: Map<string, number>) =>
    [...counts]
      .sort(([, a], [, b]) => b - a)
      .slice(0, maxFacets)
      .map(([value, count]) => ({ value, count }))
  return { languages: top(languages), urls: top(urls) }
}
