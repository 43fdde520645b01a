/** What was deleted, for as long as it can be brought back: the same commit that removes an entry keeps it here. */
import type { Allowance } from '../accounts/plan.ts'
import { AppError } from '../errors.ts'
import { type DeletedEntry, deletedEntries, type KnowledgeRow, knowledge, sources } from '../store/records.ts'
import { type Change, insert, limit, remove, type Store } from '../store/store.ts'

export interface Trash {
  /** Changes that delete these rows and keep them here; they belong in one commit. */
  changes(clientId: string, rows: readonly KnowledgeRow[]): Promise<{ undoId: string; changes: Change[] }>
  /**
   * Brings back what was deleted together; what is there again by now, or is over the plan's limit, stays away.
   * @throws AppError `not_found` when there is nothing (more) of it, `knowledge_limit_reached` when nothing fits
   */
  undo(clientId: string, undoId: string): Promise<{ restored: string[]; over_limit: number }>
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
  return {
    async changes(clientId, rows) {
      const kept = await store.partition(deletedEntries, clientId)
      const at = now()
      const undoId = `undo_${newId()}`
      // What a source gave is remembered longer: its next reading must not bring it back.
      const over = [...kept.all()].filter(
        row =>
          row.expires_at < at.toISOString() &&
          !(row.entry.source_id && store.table(sources).get(String(row.entry.source_id))),
      )
      const excess = [...kept.all()].slice(0, Math.max(0, kept.size - over.length + rows.length - maxKept))
      const leaving = new Set([...over, ...excess].map(row => row.key))
      const changes: Change[] = [...leaving].map(key => remove(deletedEntries, key, clientId))
      for (const row of rows.slice(0, maxKept)) {
        const gone: DeletedEntry = {
          key: `${undoId}:${row.id}`,
          undo_id: undoId,
          entry: row,
          deleted_at: at.toISOString(),
          expires_at: new Date(at.getTime() + keptMs).toISOString(),
        }
        changes.push(insert(deletedEntries, gone, clientId))
      }
      for (const row of rows) changes.push(remove(knowledge, row.id, clientId))
      return { undoId, changes }
    },
    async undo(clientId, undoId) {
      const kept = await store.partition(deletedEntries, clientId)
      const rows = await store.partition(knowledge, clientId)
      const gone = [...kept.all()].filter(row => row.undo_id === undoId)
      if (gone.length === 0) throw new AppError('not_found', 'This can no longer be undone.')
      const max = allowance(clientId).knowledgeLimit
      let room = Math.max(0, max - rows.liveCount)
      let over = 0
      const changes: Change[] = []
      const restored: string[] = []
      for (const { key, entry } of gone) {
        const row = entry as unknown as KnowledgeRow
        if (rows.get(row.id)) {
          changes.push(remove(deletedEntries, key, clientId))
          continue
        }
        if (row.is_active && room === 0) {
          over++
          continue
        }
        if (row.is_active) room--
        changes.push(insert(knowledge, row, clientId), remove(deletedEntries, key, clientId))
        restored.push(row.id)
      }
      if (restored.length === 0 && over > 0)
        throw new AppError(
          'knowledge_limit_reached',
          `Your plan holds ${max.toLocaleString('en')} entries; delete some first.`,
          {
            members: { limit: max, count: rows.liveCount },
          },
        )
      await store.commit([...changes, limit(knowledge, max, clientId)])
      return { restored, over_limit: over }
    },
  }
}
