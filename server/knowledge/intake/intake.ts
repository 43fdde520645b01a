/**
 * The one road from a source into a client's library. Given what a source says now, it adds what is new, changes what
 * changed, removes what is gone, and leaves the rest alone: running it twice is the same as once.
 *
 * - The plan's limit holds in the store's atomic step, whoever else adds at the time; what does not fit is named.
 * - What a person edited is never overwritten: it is flagged, with what the source says now beside it.
 * - What a person deleted does not come back with the next reading.
 * - What the library has already, from wherever, is not added again.
 *
 * Decisions and the commit they lead to happen in one turn of the event loop (a commit is applied to memory at once),
 * so nobody's change falls between. Commits are small, so that chats get their turn.
 */
import type { Allowance } from '../../accounts/plan.ts'
import { deletedEntries, type KnowledgeRow, knowledge } from '../../store/records.ts'
import { type Change, insert, limit, type Rows, remove, type Store, update } from '../../store/store.ts'
import { unsourced } from '../../store/unsourced.ts'
import { type Candidate, hashOf, isEdited, nameOf, rowHash, type Words, wordsOf } from './candidate.ts'

export interface IntakeRequest {
  clientId: string
  sourceId: string
  /** As it is cited: the file's or site's name. */
  sourceName: string
  entries: readonly Candidate[]
  /** Which earlier entries of this source these take the place of: those of the same origins, or all. */
  replaces: 'origins' | 'source'
  /** With `origins`: further ones that were read and say nothing any more. */
  origins?: readonly string[]
  /** For entries that name none. Default `general`. */
  category?: string
  signal?: AbortSignal
}

export type Outcome = 'added' | 'changed' | 'removed' | 'flagged' | 'over_limit'

export interface IntakeReport {
  added: number
  changed: number
  unchanged: number
  removed: number
  /** Edited by a person, and the source says something else now or nothing. */
  flagged: number
  /** In the library already, from here or elsewhere. */
  duplicates: number
  /** Deleted by a person earlier, so not taken again. */
  declined: number
  /** Did not fit into the plan. */
  over_limit: number
  /** What happened to which, at most `maxListed`. */
  changes: { outcome: Outcome; what: string; id?: string; origin: string }[]
}

export interface Intake {
  /** @throws AppError `not_found` when the client is gone, `store_unavailable`; `signal.reason` between two commits */
  addAll(request: IntakeRequest): Promise<IntakeReport>
  /** How many entries the plan still takes. */
  room(clientId: string): Promise<{ limit: number; count: number; left: number }>
}

export interface IntakeDeps {
  store: Store
  allowance(clientId: string): Allowance
  now: () => Date
  newId: () => string
}

export const maxListed = 200
/** Rows of one commit. */
const batch = 20
/** Milliseconds of work before other requests get their turn. */
const sliceMs = 2

export const noReport = (): IntakeReport => ({
  added: 0,
  changed: 0,
  unchanged: 0,
  removed: 0,
  flagged: 0,
  duplicates: 0,
  declined: 0,
  over_limit: 0,
  changes: [],
})

/** Sums of two reports, for sources read in parts. */
export function addReports(a: IntakeReport, b: IntakeReport): IntakeReport {
  const sum = { ...a, changes: [...a.changes, ...b.changes].slice(0, maxListed) }
  for (const key of Object.keys(b) as (keyof IntakeReport)[]) if (key !== 'changes') sum[key] = a[key] + b[key]
  return sum
}

export function createIntake(deps: IntakeDeps): Intake {
  const { store } = deps
  /** The end of the line of each client's intakes: one after the other, so that two never add the same text. */
  const lines = new Map<string, Promise<unknown>>()

  return {
    async addAll(request) {
      const before = lines.get(request.clientId)
      const run = (async () => {
        await before?.catch(() => {})
        return takeAll(deps, request)
      })()
      lines.set(request.clientId, run)
      try {
        return await run
      } finally {
        if (lines.get(request.clientId) === run) lines.delete(request.clientId)
      }
    },
    async room(clientId) {
      const max = deps.allowance(clientId).knowledgeLimit
      const count = (await store.partition(knowledge, clientId)).liveCount
      return { limit: max, count, left: Math.max(0, max - count) }
    },
  }
}

async function takeAll(deps: IntakeDeps, request: IntakeRequest): Promise<IntakeReport> {
  const { store, now, newId } = deps
  const { clientId } = request
  const report = noReport()
  const rows = await store.partition(knowledge, clientId)
  const deleted = await store.partition(deletedEntries, clientId)
  const given = await wordsIn(request.entries, report)
  // The hashes of what is there are remembered by row: made in slices here, so that planning below is only looking up.
  const rest = breather()
  for (const row of [...rows.all()]) {
    rowHash(row)
    await rest()
  }
  const plan = makePlan(request, given, rows, deleted.all(), report)
  const at = now().toISOString()
  const list = (outcome: Outcome, words: Pick<Words, 'title' | 'question' | 'content' | 'origin'>, id?: string) => {
    report[outcome]++
    if (report.changes.length < maxListed)
      report.changes.push({ outcome, what: nameOf(words), ...(id && { id }), origin: words.origin })
  }
  let began = performance.now()
  /** As long as the work itself took: half of the time is the visitors'. */
  const pause = async () => {
    await new Promise(resolve => setTimeout(resolve, Math.min(20, performance.now() - began)))
    request.signal?.throwIfAborted()
    began = performance.now()
  }

  // What frees places goes first.
  for (let i = 0; i < plan.gone.length; i += batch) {
    const changes: Change[] = []
    for (const { id } of plan.gone.slice(i, i + batch)) {
      const row = rows.get(id)
      if (!row) continue
      if (!isEdited(row)) {
        changes.push(remove(knowledge, id, clientId))
        list('removed', row, id)
      } else if (row.flag !== 'gone') {
        changes.push(update(knowledge, id, { flag: 'gone', incoming: {} }, clientId))
        list('flagged', row, id)
      }
    }
    await store.commit(changes)
    await pause()
  }

  for (let i = 0; i < plan.kept.length; i += batch) {
    const changes: Change[] = []
    for (const { id, words, hash } of plan.kept.slice(i, i + batch)) {
      const row = rows.get(id)
      if (!row) continue
      const set = changeOf(row, words, hash)
      if (!set) {
        report.unchanged++
        continue
      }
      if (set.flag === 'changed') list('flagged', row, id)
      else if (set.content === undefined) report.unchanged++
      else list('changed', words, id)
      changes.push(update(knowledge, id, set.content === undefined ? set : { ...set, updated_at: at }, clientId))
    }
    await store.commit(changes)
    await pause()
  }

  for (let i = 0; i < plan.fresh.length; i += batch) {
    const part = plan.fresh.slice(i, i + batch)
    const max = deps.allowance(clientId).knowledgeLimit
    const fitting = part.slice(0, Math.max(0, max - rows.liveCount))
    const made = fitting.map(
      ({ words, hash, category }): KnowledgeRow => ({
        ...unsourced,
        ...words,
        id: `k_${newId()}`,
        category: category || request.category || 'general',
        source: request.sourceName,
        source_id: request.sourceId,
        content_hash: hash,
        is_active: true,
        created_at: at,
        updated_at: at,
      }),
    )
    for (const row of made) list('added', row, row.id)
    for (const { words } of part.slice(fitting.length)) list('over_limit', words)
    if (made.length > 0)
      await store.commit([...made.map(row => insert(knowledge, row, clientId)), limit(knowledge, max, clientId)])
    await pause()
  }
  return report
}

interface Fresh {
  words: Words
  hash: string
  category: string | undefined
}

interface Plan {
  fresh: Fresh[]
  /** Entries that stand for what the source says now. */
  kept: { id: string; words: Words; hash: string }[]
  gone: KnowledgeRow[]
}

/** What a source says, each thing once; in slices. */
async function wordsIn(entries: readonly Candidate[], report: IntakeReport): Promise<Fresh[]> {
  const rest = breather()
  const given: Fresh[] = []
  const seen = new Set<string>()
  for (const candidate of entries) {
    for (const words of wordsOf(candidate)) {
      const hash = hashOf(words)
      if (seen.has(hash)) report.duplicates++
      else given.push({ words, hash, category: candidate.category?.slice(0, 300) })
      seen.add(hash)
    }
    await rest()
  }
  return given
}

/** Lets other requests have their turn once in a while. */
function breather(): () => Promise<void> {
  let end = performance.now() + sliceMs
  return async () => {
    if (performance.now() < end) return
    await new Promise(resolve => setImmediate(resolve))
    end = performance.now() + sliceMs
  }
}

/** Which entry stands for what: first by equal words, then by equal place, in order. */
function makePlan(
  request: IntakeRequest,
  given: readonly Fresh[],
  rows: Rows<KnowledgeRow>,
  deleted: Iterable<{ entry: Record<string, unknown>; was: string }>,
  report: IntakeReport,
): Plan {
  const origins = new Set([...given.map(({ words }) => words.origin), ...(request.origins ?? [])])
  const mine: KnowledgeRow[] = []
  const elsewhere = new Set<string>()
  for (const row of rows.all()) {
    const here = row.source_id === request.sourceId && (request.replaces === 'source' || origins.has(row.origin))
    if (here) mine.push(row)
    else elsewhere.add(rowHash(row))
  }
  const declined = new Set<string>()
  for (const { entry, was } of deleted)
    if (was === '' && entry.source_id === request.sourceId && typeof entry.content_hash === 'string')
      declined.add(entry.content_hash)

  const byHash = new Map(mine.map(row => [row.content_hash, row]))
  const left = new Set(mine)
  const plan: Plan = { fresh: [], kept: [], gone: [] }
  const unmatched: Fresh[] = []
  for (const one of given) {
    const row = byHash.get(one.hash)
    if (row && left.delete(row)) plan.kept.push({ id: row.id, ...one })
    else unmatched.push(one)
  }
  const byPlace = new Map<string, KnowledgeRow[]>()
  for (const row of left) {
    const place = placeOf(row)
    byPlace.set(place, [...(byPlace.get(place) ?? []), row])
  }
  for (const one of unmatched) {
    const row = byPlace.get(placeOf(one.words))?.shift()
    if (row) {
      left.delete(row)
      plan.kept.push({ id: row.id, ...one })
    } else if (elsewhere.has(one.hash)) report.duplicates++
    else if (declined.has(one.hash)) report.declined++
    else plan.fresh.push(one)
  }
  plan.gone = [...left]
  return plan
}

const placeOf = (words: Pick<Words, 'origin' | 'section' | 'kind' | 'question' | 'title'>) =>
  [words.origin, words.kind, words.kind === 'qa' ? words.question : words.section || words.title].join('\n')

/** What to change in an entry so that it says what its source says; undefined when nothing is to be done. */
function changeOf(row: KnowledgeRow, words: Words, hash: string): Partial<KnowledgeRow> | undefined {
  const { title, question, content, kind } = words
  const place = row.origin !== words.origin || row.section !== words.section || row.url !== words.url
  if (row.content_hash === hash) {
    // The source says what it said; whatever a person made of it stands.
    const moved = place ? { origin: words.origin, section: words.section, url: words.url } : undefined
    return row.flag === '' ? moved : { ...moved, flag: '', incoming: {} }
  }
  if (isEdited(row)) {
    if (row.flag === 'changed' && row.incoming.hash === hash) return undefined
    return { flag: 'changed', incoming: { kind, title, question, content, hash } }
  }
  return {
    ...words,
    // Other ways to ask that a person added to a source's entry stay with it.
    alternates: words.alternates.length > 0 ? words.alternates : row.alternates,
    content_hash: hash,
    flag: '',
    incoming: {},
  }
}
