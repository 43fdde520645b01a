/** A client's entries: adding, changing, removing, importing, each as one durable commit under the plan's limit. */
import type { Allowance } from '../accounts/plan.ts'
import { AppError, type FieldError } from '../errors.ts'
import { invalid } from '../http/problem.ts'
import { type KnowledgeRow, knowledge } from '../store/records.ts'
import { type Change, insert, limit, type Rows, type Store, update } from '../store/store.ts'
import { unsourced } from '../store/unsourced.ts'
import type { ImportRows } from './intake/file/records.ts'
import { kindOf } from './kind.ts'
import { compare, type Difference } from './round-trip.ts'
import type { Trash } from './trash.ts'
import { type ChangeEntryRequest, type CreateEntryRequest, ImportEntry, type KnowledgeEntry } from './wire.ts'

export interface EntryFilter {
  category?: string | undefined
  source?: string | undefined
}

export interface Entries {
  /**
   * @param also what is committed with the entry or not at all
   * @throws AppError `knowledge_limit_reached`
   */
  add(
    clientId: string,
    fields: CreateEntryRequest,
    also?: (entry: KnowledgeEntry) => Promise<Change[]>,
  ): Promise<KnowledgeEntry>
  /** @throws AppError `not_found` for entries of others and unknown ones alike */
  get(clientId: string, id: string): Promise<KnowledgeEntry>
  /** What an entry is called in a list; null when it is gone. */
  named(clientId: string, id: string | undefined): Promise<{ id: string; title: string } | null>
  /** All entries, newest first. */
  list(clientId: string, filter?: EntryFilter): Promise<KnowledgeEntry[]>
  /** @throws AppError `not_found`, `knowledge_limit_reached` when it becomes active again */
  change(clientId: string, id: string, change: ChangeEntryRequest, by?: Editor): Promise<KnowledgeEntry>
  /** Returns what brings it back. @throws AppError `not_found` */
  remove(clientId: string, id: string): Promise<string>
  /** Removes everything; returns how many entries went, and what brings them back. */
  clear(clientId: string): Promise<{ count: number; undoId: string | undefined }>
  /**
   * All or nothing. Ids are kept; an id that is there already is refused.
   * @throws AppError `invalid_request` with an error for every bad row, `knowledge_limit_reached`, `conflict`
   */
  import(
    clientId: string,
    rows: unknown[],
    options: { dryRun: boolean; place?(row: number): string },
  ): Promise<string[]>
  /**
   * Makes the library what an edited file says, in one commit.
   * @param options.remove delete what the file no longer has
   * @throws AppError `invalid_request`, `knowledge_limit_reached`; `conflict` when it would not do what `expect` stands for
   */
  accept(
    clientId: string,
    file: ImportRows,
    options: AcceptOptions,
  ): Promise<{ difference: Difference; undoId: string | undefined }>
  compare(clientId: string, file: ImportRows): Promise<Difference>
  count(clientId: string): Promise<number>
}

export interface AcceptOptions {
  expect: string | undefined
  remove: boolean
  by: Editor
}

/** Where a change by a person came from. */
export type Editor = 'portal' | 'api'

export interface EntryDeps {
  store: Store
  trash: Trash
  allowance(clientId: string): Allowance
  now: () => Date
  newId: () => string
}

export { kindOf }

export function createEntries(deps: EntryDeps): Entries {
  const { store, now, newId } = deps
  const rowsOf = (clientId: string) => store.partition(knowledge, clientId)

  const rowOf = (fields: ImportEntry, at: string): KnowledgeRow => {
    const kind = fields.kind ?? (fields.question ? 'qa' : 'text')
    return {
      id: fields.id ?? `k_${newId()}`,
      content: fields.content,
      category: fields.category ?? 'general',
      source: fields.source ?? 'manual',
      created_at: fields.created_at ? new Date(fields.created_at).toISOString() : at,
      is_active: fields.is_active ?? true,
      kind,
      title: fields.title ?? '',
      question: fields.question ?? '',
      alternates: fields.alternates ?? [],
      lang: fields.lang ?? '',
      url: fields.url ?? '',
      metadata: fields.metadata ?? {},
      updated_at: fields.updated_at ? new Date(fields.updated_at).toISOString() : at,
      ...unsourced,
    }
  }

  /** Commits under the limit, and says it in the client's words. */
  const commitWithin = async (clientId: string, changes: Change[]): Promise<void> => {
    const max = deps.allowance(clientId).knowledgeLimit
    try {
      await store.commit([...changes, limit(knowledge, max, clientId)])
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'knowledge_limit_reached') throw error
      const entries = max === 1 ? '1 entry' : `${max.toLocaleString('en')} entries`
      throw new AppError(
        'knowledge_limit_reached',
        `Your plan holds ${entries}; delete some, or ask for a larger plan.`,
        {
          members: { limit: max, ...(await rowsOf(clientId).then(rows => ({ count: rows.liveCount }))) },
        },
      )
    }
  }

  const own = async (clientId: string, id: string): Promise<KnowledgeRow> => {
    const row = (await rowsOf(clientId)).get(id)
    if (!row) throw new AppError('not_found', 'There is no such entry.')
    return row
  }

  return {
    async add(clientId, fields, also) {
      const row = rowOf(fields, now().toISOString())
      needsQuestion(row)
      const entry = onWire(row)
      await commitWithin(clientId, [insert(knowledge, row, clientId), ...((await also?.(entry)) ?? [])])
      return entry
    },
    get: async (clientId, id) => onWire(await own(clientId, id)),
    async named(clientId, id) {
      const row = id === undefined ? undefined : (await rowsOf(clientId)).get(id)
      return row ? { id: row.id, title: (row.question || row.title || row.content).slice(0, 200) } : null
    },
    async list(clientId, { category, source } = {}) {
      const rows = [...(await rowsOf(clientId)).all()].reverse()
      return rows
        .filter(
          row =>
            (category === undefined || row.category === category) && (source === undefined || row.source === source),
        )
        .map(onWire)
    },
    async change(clientId, id, change, by = 'api') {
      const before = await own(clientId, id)
      const at = now().toISOString()
      const set = { ...change, updated_at: at, ...(saysOtherwise(before, change) && { edited_at: at, edited_by: by }) }
      needsQuestion({ ...before, ...set })
      const changes = [update(knowledge, id, set, clientId)]
      // Only what makes the count grow is held against the limit: a client over it may still mend its entries.
      if (change.is_active && !before.is_active) await commitWithin(clientId, changes)
      else await store.commit(changes)
      return onWire(await own(clientId, id))
    },
    async remove(clientId, id) {
      const { undoId, changes } = await deps.trash.changes(clientId, [await own(clientId, id)])
      await store.commit(changes)
      return undoId
    },
    async clear(clientId) {
      const rows = [...(await rowsOf(clientId)).all()]
      if (rows.length === 0) return { count: 0, undoId: undefined }
      const { undoId, changes } = await deps.trash.changes(clientId, rows)
      await store.commit(changes)
      return { count: rows.length, undoId }
    },
    async import(clientId, given, { dryRun, place }) {
      const current = await rowsOf(clientId)
      const at = now().toISOString()
      const { rows, errors } = readRows(given, current, fields => rowOf(fields, at), place)
      if (errors.length > 0) {
        const count = new Set(errors.map(error => error.pointer.split('/')[2])).size
        const what = `${count} of ${given.length} ${given.length === 1 ? 'row' : 'rows'} cannot be taken, so none was; see errors.`
        throw new AppError('invalid_request', what, { errors: errors.slice(0, 200) })
      }
      const max = deps.allowance(clientId).knowledgeLimit
      if (dryRun && current.liveCount + rows.filter(row => row.is_active).length > max) {
        throw new AppError(
          'knowledge_limit_reached',
          `Your plan holds ${max.toLocaleString('en')} entries, ${Math.max(0, max - current.liveCount).toLocaleString('en')} more than now; this import has ${rows.length.toLocaleString('en')}.`,
          { members: { limit: max, count: current.liveCount } },
        )
      }
      if (!dryRun)
        await commitWithin(
          clientId,
          rows.map(row => insert(knowledge, row, clientId)),
        )
      return rows.map(row => row.id)
    },
    compare: async (clientId, file) => compare(file, await rowsOf(clientId)),
    async accept(clientId, file, { expect, remove, by }) {
      const rows = await rowsOf(clientId)
      const difference = compare(file, rows)
      if (expect !== undefined && expect !== difference.fingerprint)
        throw new AppError('conflict', 'The entries have changed since you looked at the difference; look at it again.')
      const at = now().toISOString()
      const added = difference.added.map(({ fields }) => rowOf(fields, at))
      const step = {
        removed: remove ? difference.removed.flatMap(({ id }) => rows.get(id) ?? []) : [],
        changed: difference.changed.map(({ id }) => rows.get(id)!),
        added,
        at,
      }
      if (step.removed.length + step.changed.length + added.length === 0) return { difference, undoId: undefined }
      const { undoId, changes } = await deps.trash.remember(clientId, step)
      const changed = difference.changed.map(({ id, fields }) => {
        const set = Object.fromEntries(
          Object.entries(fields).map(([name, value]) => [name, value.to]),
        ) as Partial<KnowledgeRow>
        const edited = saysOtherwise(rows.get(id)!, set as ChangeEntryRequest)
        return update(
          knowledge,
          id,
          { ...set, updated_at: at, ...(edited && { edited_at: at, edited_by: by }) },
          clientId,
        )
      })
      for (const change of changed) changes.push(change)
      for (const row of added) changes.push(insert(knowledge, row, clientId))
      const grows = added.length > 0 || difference.changed.some(({ fields }) => fields.is_active?.to === true)
      if (grows) await commitWithin(clientId, changes)
      else await store.commit(changes)
      return { difference, undoId }
    },
    count: async clientId => (await rowsOf(clientId)).liveCount,
  }
}

/** Reads every row, so that all that is wrong is said at once. */
function readRows(
  given: unknown[],
  current: Rows<KnowledgeRow>,
  make: (fields: ImportEntry) => KnowledgeRow,
  place?: (row: number) => string,
) {
  const rows: KnowledgeRow[] = []
  const errors: FieldError[] = []
  const firstAt = new Map<string, number>()
  given.forEach((item, i) => {
    const pointer = `#/entries/${i}`
    const result = ImportEntry.safeParse(item)
    if (!result.success) {
      for (const error of invalid(result.error, 'body').extras.errors ?? []) {
        errors.push({ pointer: pointer + error.pointer.slice(1), detail: error.detail })
      }
      return
    }
    const row = make(result.data)
    const earlier = firstAt.get(row.id)
    if (row.kind === 'qa' && row.question === '')
      errors.push({ pointer: `${pointer}/question`, detail: 'is required for kind qa' })
    else if (earlier !== undefined)
      errors.push({ pointer: `${pointer}/id`, detail: `is the same as in row ${earlier}` })
    else if (current.get(row.id))
      errors.push({ pointer: `${pointer}/id`, detail: 'is taken by an entry that is there already' })
    else firstAt.set(row.id, i)
    rows.push(row)
  })
  if (place) for (const error of errors) error.detail = `${place(Number(error.pointer.split('/')[2]))}: ${error.detail}`
  return { rows, errors }
}

function needsQuestion(row: Pick<KnowledgeRow, 'kind' | 'question'>): void {
  if (row.kind === 'qa' && row.question === '') {
    throw new AppError('invalid_request', 'question: is required for kind qa.', {
      errors: [{ pointer: '#/question', detail: 'is required for kind qa' }],
    })
  }
}

/** Whether a change touches what an entry says, not only where it is filed or whether it is awake. */
const saysOtherwise = (row: KnowledgeRow, change: ChangeEntryRequest) =>
  (['content', 'question', 'title', 'kind', 'url'] as const).some(
    name => change[name] !== undefined && change[name] !== row[name],
  )

/** A row as callers see it; rows written by hand may leave the newer columns empty. */
export function onWire(row: KnowledgeRow): KnowledgeEntry {
  return {
    id: row.id,
    kind: kindOf(row),
    title: row.title,
    question: row.question,
    alternates: row.alternates,
    content: row.content,
    category: row.category,
    source: row.source,
    lang: row.lang,
    url: row.url,
    metadata: row.metadata,
    is_active: row.is_active,
    source_id: row.source_id,
    origin: row.origin,
    section: row.section,
    created_at: row.created_at,
    updated_at: row.updated_at || row.created_at,
    edited_at: row.edited_at || null,
    edited_by: row.edited_by,
    flag: row.flag === 'changed' || row.flag === 'gone' ? row.flag : '',
    incoming: row.incoming,
  }
}
