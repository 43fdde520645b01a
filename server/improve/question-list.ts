/**
 * A list of what visitors asked, those that mean the same put together, from which a client sees what to write next: the
 * questions that found no answer, and those whose answer did not help. Each group can be marked as done or ignored.
 */
import { createHash } from 'node:crypto'
import { decide, fold } from '../answer/engine.ts'
import { AppError } from '../errors.ts'
import type { Library } from '../knowledge/library.ts'
import type { TableDef } from '../store/define.ts'
import type { QuestionMark } from '../store/records.ts'
import { type Change, insert, remove, type Store, update } from '../store/store.ts'
import type { Refusal } from './archive.ts'
import { groupByMeaning } from './grouping.ts'
import type { QuestionFilter, QuestionGroup, QuestionPage } from './wire.ts'

export interface QuestionList {
  list(clientId: string, filter: QuestionFilter): Promise<QuestionPage>
  /** @throws AppError `not_found` for a group that is not in the list */
  mark(clientId: string, id: string, state: QuestionGroup['state']): Promise<void>
  /** What marks a group, to be committed with something else. @throws AppError `not_found` */
  marking(clientId: string, id: string, state: QuestionGroup['state']): Promise<Change[]>
  /** The wording that a group stands for; undefined when it is not in the list. */
  questionOf(clientId: string, id: string): Promise<string | undefined>
  /** Groups that are open, and the newest wording of each. */
  open(clientId: string): Promise<{ question: string; last_at: string }[]>
}

export interface QuestionListDeps<A extends Refusal> {
  store: Store
  marks: TableDef<QuestionMark>
  /** What is in the list, oldest first; what came before `since` (a UTC date) may be among it. */
  asked(clientId: string, since: string): Promise<readonly A[]>
  /** What a group shows besides. */
  more?(newest: A, clientId: string): Promise<Partial<QuestionGroup>>
  library: Library
  /** Confidence from which a client's bot answers. */
  thresholdOf(clientId: string): number
  now: () => Date
}

const days = 90
const dayMs = 86_400_000
/** Clients whose groups are kept. */
const maxKnown = 50
/** Wordings shown beside the one that stands for the group. */
const maxExamples = 8

interface MarkedGroup<A> {
  id: string
  question: string
  mark: QuestionMark | undefined
  asked: A[]
}

export function createQuestionList<A extends Refusal>(deps: QuestionListDeps<A>): QuestionList {
  const { store, library, thresholdOf, now } = deps

  /** By client, with what they were made from: asking again costs nothing until something happens. */
  const known = new Map<string, { of: string; groups: Omit<MarkedGroup<A>, 'mark'>[] }>()

  const groupsOf = async (clientId: string): Promise<MarkedGroup<A>[]> => {
    const since = new Date(now().getTime() - days * dayMs).toISOString().slice(0, 10)
    const asked = (await deps.asked(clientId, since)).filter(each => each.timestamp >= since)
    const rows = await store.partition(deps.marks, clientId)
    const of = [since, asked.length, asked[0]?.turn_id, asked.at(-1)?.turn_id, asked.at(-1)?.timestamp].join()
    let groups = known.get(clientId)?.groups
    const ids = new Set(groups?.map(group => group.id))
    // A mark on a group that is there changes no group.
    if (!groups || known.get(clientId)!.of !== of || [...rows.all()].some(mark => !ids.has(mark.id))) {
      const found = await groupByMeaning(asked, [...rows.all()])
      groups = found.map(({ anchor, question, asked }) => ({ id: anchor ?? idOf(question), question, asked }))
      known.delete(clientId)
      known.set(clientId, { of, groups })
      if (known.size > maxKnown) known.delete(known.keys().next().value as string)
    }
    return groups.map(group => ({ ...group, mark: rows.get(group.id) }))
  }

  const onWire = async (clientId: string, group: MarkedGroup<A>): Promise<QuestionGroup> => {
    const { id, question } = group
    const asked = waiting(group)
    const newest = asked.at(-1)!
    const ranked = (await library.index(clientId)).rank(question)
    const { confidence } = decide(ranked, question)
    const best = ranked[0]?.entry
    // The newest of each; what differs in case and marks alone is one.
    const wordings = new Map<string, string>()
    for (const { message } of asked) wordings.set(fold(message), message)
    wordings.delete(fold(question))
    return {
      id,
      question,
      count: asked.length,
      first_at: asked[0]!.timestamp,
      last_at: newest.timestamp,
      lang: newest.lang,
      state: stateOf(group),
      examples: [...wordings.values()].reverse().slice(0, maxExamples),
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
      ...(await deps.more?.(newest, clientId)),
    }
  }

  const marking = async (clientId: string, id: string, state: QuestionGroup['state']): Promise<Change[]> => {
    const group = (await groupsOf(clientId)).find(each => each.id === id)
    if (!group) throw new AppError('not_found', 'There is no such question in the list.')
    const updated_at = now().toISOString()
    if (state === 'open') return group.mark ? [remove(deps.marks, id, clientId)] : []
    if (group.mark) return [update(deps.marks, id, { state, updated_at }, clientId)]
    const row = { id, client_id: clientId, question: group.question, state, updated_at }
    return [insert(deps.marks, row, clientId)]
  }

  return {
    async list(clientId, { state, lang, search, sort, page, limit }) {
      const all = (await groupsOf(clientId)).filter(group => waiting(group).length > 0)
      const counts = { open: 0, resolved: 0, ignored: 0 }
      for (const group of all) counts[stateOf(group)]++
      const needle = search && fold(search)
      const found = all.filter(
        group =>
          stateOf(group) === state &&
          (!lang || waiting(group).at(-1)!.lang === lang) &&
          (!needle || group.asked.some(each => fold(each.message).includes(needle))),
      )
      const last = (group: MarkedGroup<A>) => waiting(group).at(-1)!.timestamp
      found.sort(
        (a, b) => (sort === 'count' ? waiting(b).length - waiting(a).length : 0) || (last(a) < last(b) ? 1 : -1),
      )
      const from = (page - 1) * limit
      const data: QuestionGroup[] = []
      for (const group of found.slice(from, from + limit)) data.push(await onWire(clientId, group))
      return { data, total: found.length, page, pages: Math.max(1, Math.ceil(found.length / limit)), counts }
    },
    async mark(clientId, id, state) {
      const changes = await marking(clientId, id, state)
      if (changes.length > 0) await store.commit(changes)
    },
    marking,
    questionOf: async (clientId, id) => (await groupsOf(clientId)).find(each => each.id === id)?.question,
    async open(clientId) {
      const all = await groupsOf(clientId)
      return all.flatMap(group => {
        const asked = waiting(group)
        return stateOf(group) === 'open' && asked.length > 0
          ? [{ question: group.question, last_at: asked.at(-1)!.timestamp }]
          : []
      })
    },
  }
}

/** A group that is done is open again when it happened once more since. */
function stateOf({ mark, asked }: MarkedGroup<Refusal>): QuestionGroup['state'] {
  if (!mark) return 'open'
  if (mark.state === 'ignored') return 'ignored'
  return asked.some(each => each.timestamp > mark.updated_at) ? 'open' : 'resolved'
}

/** What counts: of a reopened group only what came since. */
function waiting<A extends Refusal>(group: MarkedGroup<A>): A[] {
  const { mark, asked } = group
  if (!mark || mark.state === 'ignored' || stateOf(group) === 'resolved') return asked
  return asked.filter(each => each.timestamp > mark.updated_at)
}

const idOf = (question: string) => createHash('sha256').update(fold(question)).digest('hex').slice(0, 16)
