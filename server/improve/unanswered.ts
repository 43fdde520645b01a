/**
 * Questions that found no answer, those that mean the same put together: the list from which a client sees what to write
 * next. Wordings belong together when they share most of their content words, or of the letter trigrams of these.
 */
import { createHash } from 'node:crypto'
import { decide, fold, tokenize } from '../answer/engine.ts'
import { AppError } from '../errors.ts'
import type { Library } from '../knowledge/library.ts'
import { type UnansweredMark, unanswered } from '../store/records.ts'
import { insert, remove, type Store, update } from '../store/store.ts'
import type { Archive, Refusal } from './archive.ts'
import { breather } from './breather.ts'
import type { UnansweredFilter, UnansweredGroup, UnansweredPage } from './wire.ts'

export interface UnansweredQuestions {
  list(clientId: string, filter: UnansweredFilter): Promise<UnansweredPage>
  /** @throws AppError `not_found` for a group that is not in the list */
  mark(clientId: string, id: string, state: UnansweredGroup['state']): Promise<void>
}

export interface UnansweredDeps {
  store: Store
  archive: Archive
  library: Library
  /** Confidence from which the client's bot answers. */
  thresholdOf(clientId: string): number
  now: () => Date
}

const days = 90
const dayMs = 86_400_000
/** Clients whose groups are kept. */
const maxKnown = 50
/** Wordings shown beside the one that stands for the group. */
const maxExamples = 5
/** Share of words or trigrams from which two wordings mean the same. */
const alike = 0.5

interface Group {
  id: string
  question: string
  words: Set<string>
  grams: Set<string>
  mark: UnansweredMark | undefined
  refusals: Refusal[]
}

export function createUnanswered(deps: UnansweredDeps): UnansweredQuestions {
  const { store, archive, library, thresholdOf, now } = deps

  /** By client, with what they were made from: asking again costs nothing until something happens. */
  const known = new Map<string, { of: string; groups: Group[] }>()

  const groupsOf = async (clientId: string): Promise<Group[]> => {
    const all = (await archive.all(clientId)).refusals
    const marks = [...(await store.partition(unanswered, clientId)).all()]
    const since = new Date(now().getTime() - days * dayMs).toISOString().slice(0, 10)
    const refusals = all.filter(refusal => refusal.timestamp >= since)
    const of = JSON.stringify([since, refusals.length, refusals.at(-1)?.turn_id, marks])
    const before = known.get(clientId)
    if (before?.of === of) return before.groups
    const groups = await grouped(refusals, marks)
    known.delete(clientId)
    known.set(clientId, { of, groups })
    if (known.size > maxKnown) known.delete(known.keys().next().value as string)
    return groups
  }

  const onWire = async (clientId: string, group: Group): Promise<UnansweredGroup> => {
    const { id, question } = group
    const refusals = asked(group)
    const newest = refusals.at(-1)!
    const ranked = (await library.index(clientId)).rank(question)
    const { confidence } = decide(ranked, question)
    const best = ranked[0]?.entry
    const wordings = [...new Set(refusals.map(refusal => refusal.message).reverse())].filter(text => text !== question)
    return {
      id,
      question,
      count: refusals.length,
      first_at: refusals[0]!.timestamp,
      last_at: newest.timestamp,
      lang: newest.lang,
      state: stateOf(group),
      examples: wordings.slice(0, maxExamples),
      session_id: newest.session_id,
      answer_id: newest.turn_id,
      answered_now: confidence >= thresholdOf(clientId),
      nearest: best
        ? {
            id: best.id,
            title: (best.question ?? best.title ?? best.text).slice(0, 200),
            confidence: Math.round(confidence * 100) / 100,
          }
        : null,
    }
  }

  return {
    async list(clientId, { state, lang, search, sort, page, limit }) {
      const all = (await groupsOf(clientId)).filter(group => asked(group).length > 0)
      const counts = { open: 0, resolved: 0, ignored: 0 }
      for (const group of all) counts[stateOf(group)]++
      const needle = search && fold(search)
      const found = all.filter(
        group =>
          stateOf(group) === state &&
          (!lang || asked(group).at(-1)!.lang === lang) &&
          (!needle || group.refusals.some(refusal => fold(refusal.message).includes(needle))),
      )
      const last = (group: Group) => asked(group).at(-1)!.timestamp
      found.sort((a, b) => (sort === 'count' ? asked(b).length - asked(a).length : 0) || (last(a) < last(b) ? 1 : -1))
      const from = (page - 1) * limit
      const data: UnansweredGroup[] = []
      for (const group of found.slice(from, from + limit)) data.push(await onWire(clientId, group))
      return { data, total: found.length, page, pages: Math.max(1, Math.ceil(found.length / limit)), counts }
    },
    async mark(clientId, id, state) {
      const group = (await groupsOf(clientId)).find(each => each.id === id)
      if (!group) throw new AppError('not_found', 'There is no such question in the list.')
      const updated_at = now().toISOString()
      if (state === 'open') {
        if (group.mark) await store.commit([remove(unanswered, id, clientId)])
      } else if (group.mark) await store.commit([update(unanswered, id, { state, updated_at }, clientId)])
      else {
        const row = { id, client_id: clientId, question: group.question, state, updated_at }
        await store.commit([insert(unanswered, row, clientId)])
      }
    },
  }
}

/** A resolved group is open again when it was asked in vain since. */
function stateOf({ mark, refusals }: Group): UnansweredGroup['state'] {
  if (!mark) return 'open'
  if (mark.state === 'ignored') return 'ignored'
  return refusals.some(refusal => refusal.timestamp > mark.updated_at) ? 'open' : 'resolved'
}

/** What counts: of a reopened group only what came since. */
function asked(group: Group): Refusal[] {
  const { mark, refusals } = group
  if (!mark || mark.state === 'ignored' || stateOf(group) === 'resolved') return refusals
  return refusals.filter(refusal => refusal.timestamp > mark.updated_at)
}

/** @param refusals oldest first. What was marked stands first, so that its group stays the same whatever else was asked. */
async function grouped(refusals: readonly Refusal[], marks: readonly UnansweredMark[]): Promise<Group[]> {
  const breathe = breather()
  const groups: Group[] = []
  /** Beginnings of words → groups whose representative has such a word. */
  const places = new Map<string, Group[]>()
  const open = (question: string, lang: string, mark?: UnansweredMark): Group => {
    const words = contentOf(question, lang)
    const group = { id: mark?.id ?? idOf(question), question, words, grams: gramsOf(words), mark, refusals: [] }
    groups.push(group)
    for (const key of keysOf(words)) places.set(key, [...(places.get(key) ?? []), group])
    return group
  }
  for (const mark of marks) open(mark.question, 'und', mark)
  const known = new Map(groups.map(group => [fold(group.question), group]))
  for (const refusal of refusals) {
    const folded = fold(refusal.message)
    let group = known.get(folded)
    if (!group) {
      const words = contentOf(refusal.message, refusal.lang)
      const grams = gramsOf(words)
      let most = alike
      for (const candidate of new Set([...keysOf(words)].flatMap(key => places.get(key) ?? []))) {
        const likeness = Math.max(jaccard(words, candidate.words), jaccard(grams, candidate.grams))
        if (likeness < most) continue
        most = likeness
        group = candidate
      }
      group ??= open(refusal.message, refusal.lang)
      known.set(folded, group)
    }
    group.refusals.push(refusal)
    await breathe()
  }
  return groups
}

const idOf = (question: string) => createHash('sha256').update(fold(question)).digest('hex').slice(0, 16)

/** Stems of the content words; of a question without any, all of them. */
function contentOf(text: string, lang: string): Set<string> {
  const tokens = tokenize(text.slice(0, 500), lang)
  const content = tokens.filter(token => !token.stop)
  return new Set((content.length > 0 ? content : tokens).map(token => token.term))
}

const keysOf = (words: ReadonlySet<string>) => new Set([...words].map(word => word.slice(0, 4)))

function gramsOf(words: ReadonlySet<string>): Set<string> {
  const grams = new Set<string>()
  for (const word of words)
    for (let i = 0; i < Math.max(1, word.length - 2); i++) grams.add(`_${word}_`.slice(i, i + 4))
  return grams
}

function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0
  for (const each of a) if (b.has(each)) shared++
  const all = a.size + b.size - shared
  return all === 0 ? 0 : shared / all
}
