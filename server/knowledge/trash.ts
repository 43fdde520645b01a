/**
 * The way back from changes to many entries: the commit that deletes, changes or adds keeps here how things were before, so
 * that all of it can be undone together, for 30 days.
 */
import type { Allowance } from '../accounts/plan.ts'
import { AppError } from '../errors.ts'
import { type DeletedEntry, deletedEntries, type KnowledgeRow, knowledge, sources } from '../store/records.ts'
import { type Change, insert, limit, type Rows, remove, type Store, update } from '../store/store.ts'

/** What a commit does to entries, as far as it is to be undone. */
export interface Step {
  removed?: readonly KnowledgeRow[]
  /** As they are before; their `updated_at` becomes `at`. */
  changed?: readonly KnowledgeRow[]
  /** As they will be. */
  added?: readonly KnowledgeRow[]
  /** ISO 8601. Default: now. */
  at?: string
}

export interface Undone {
  /** Ids of deleted entries that are back. */
  restored: string[]
  /** Changed entries that are as they were. */
  reverted: number
  /** Added entries that are gone again. */
  withdrawn: number
  /** Entries that were changed once more since, and are left alone. */
  kept: number
  /** Entries that the plan does not take any more; undoing again brings them back once there is room. */
  over_limit: number
}

export interface Trash {
  /** Changes that delete these rows and keep them here; they belong in one commit. */
  changes(clientId: string, rows: readonly KnowledgeRow[]): Promise<{ undoId: string; changes: Change[] }>
  /** Changes that delete `removed` and remember the rest of the step; the caller's own stand in the same commit. */
  remember(clientId: string, step: Step): Promise<{ undoId: string; changes: Change[] }>
  /**
   * Makes things as they were before one step. What is there again or was changed once more by now stays as it is.
   * @throws AppError `not_found` when there is nothing (more) to undo, `knowledge_limit_reached` when nothing fits
   */
  undo(clientId: string, undoId: string): Promise<Undone>
}

export interface TrashDeps {
  store: Store
  allowance(clientId: string): Allowance
  now: () => Date
  newId: () => string
}

const keptMs = 30 * 86_400_000
/** Rows kept for a client; the oldest leave first. */
const maxKept = 10_000

export function createTrash({ store, allowance, now, newId }: TrashDeps): Trash {
  /** What leaves so that `coming` more find room: the expired, and the oldest. */
  const leaving = (kept: Rows<DeletedEntry>, coming: number, at: string): Set<string> => {
    // What a source gave is remembered longer: its next reading must not bring it back.
    const over = [...kept.all()].filter(
      row =>
        row.expires_at < at &&
        !(row.was === '' && row.entry.source_id && store.table(sources).get(String(row.entry.source_id))),
    )
    const excess = [...kept.all()].slice(0, Math.max(0, kept.size - over.length + coming - maxKept))
    return new Set([...over, ...excess].map(row => row.key))
  }

  const remember = async (clientId: string, { removed = [], changed = [], added = [], at: given }: Step) => {
    const kept = await store.partition(deletedEntries, clientId)
    const at = given ?? now().toISOString()
    const expires_at = new Date(Date.parse(at) + keptMs).toISOString()
    const undoId = `undo_${newId()}`
    const keep = (was: string) => (entry: KnowledgeRow) =>
      ({ key: `${undoId}:${entry.id}`, undo_id: undoId, entry, deleted_at: at, expires_at, was }) satisfies DeletedEntry
    const records = [...removed.map(keep('')), ...changed.map(keep('changed')), ...added.map(keep('added'))].slice(
      0,
      maxKept,
    )
    const changes: Change[] = [
      ...[...leaving(kept, records.length, at)].map(key => remove(deletedEntries, key, clientId)),
      ...records.map(record => insert(deletedEntries, record, clientId)),
      ...removed.map(row => remove(knowledge, row.id, clientId)),
    ]
    return { undoId, changes }
  }

  return {
    remember,
    changes: (clientId, removed) => remember(clientId, { removed }),
    async undo(clientId, undoId) {
      const records = [...(await store.partition(deletedEntries, clientId)).all()].filter(
        record => record.undo_id === undoId,
      )
      if (records.length === 0) throw new AppError('not_found', 'This can no longer be undone.')
      const rows = await store.partition(knowledge, clientId)
      const max = allowance(clientId).knowledgeLimit
      const { changes, grows, ...undone } = wayBack(clientId, records, rows, max)
      if (changes.length === 0)
        throw new AppError(
          'knowledge_limit_reached',
          `Your plan holds ${max.toLocaleString('en')} entries; delete some first.`,
          { members: { limit: max, count: rows.liveCount } },
        )
      await store.commit(grows ? [...changes, limit(knowledge, max, clientId)] : changes)
      return undone
    },
  }
}

/** What to change so that everything is as it was; what has moved on since is left alone, what does not fit is kept for later. */
function wayBack(clientId: string, records: readonly DeletedEntry[], rows: Rows<KnowledgeRow>, max: number) {
  const undone: Undone = { restored: [], reverted: 0, withdrawn: 0, kept: 0, over_limit: 0 }
  const changes: Change[] = []
  let live = rows.liveCount
  let grows = false
  /** Whether there is a place for an entry that is to be awake. */
  const wake = (): boolean => {
    if (live >= max) {
      undone.over_limit++
      return false
    }
    live++
    grows = true
    return true
  }
  // What frees places goes first.
  const order = { added: 0, changed: 1, '': 2 } as Record<string, number>
  for (const { key, entry, deleted_at, was } of records.slice().sort((a, b) => order[a.was]! - order[b.was]!)) {
    const before = entry as unknown as KnowledgeRow
    const row = rows.get(before.id)
    if (was === 'added') {
      if (row && row.updated_at !== before.updated_at) undone.kept++
      else if (row) {
        if (row.is_active) live--
        changes.push(remove(knowledge, row.id, clientId))
        undone.withdrawn++
      }
    } else if (was === 'changed') {
      if (row && row.updated_at !== deleted_at) undone.kept++
      else if (row) {
        if (before.is_active && !row.is_active && !wake()) continue
        if (!before.is_active && row.is_active) live--
        const { id, ...set } = before
        changes.push(update(knowledge, id, set, clientId))
        undone.reverted++
      }
    } else if (row) undone.kept++
    else {
      if (before.is_active && !wake()) continue
      changes.push(insert(knowledge, before, clientId))
      undone.restored.push(before.id)
    }
    changes.push(remove(deletedEntries, key, clientId))
  }
  return { ...undone, changes, grows }
}
