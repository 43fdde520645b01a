/** Many entries at once: categories, moving, switching, deleting, and deciding what a source's news are worth. */
import type { Allowance } from '../accounts/plan.ts'
import { AppError } from '../errors.ts'
import { type KnowledgeRow, knowledge } from '../store/records.ts'
import { limit, type Store, update } from '../store/store.ts'
import type { Editor } from './entry.ts'
import { hashOf, isEdited } from './intake/candidate.ts'
import type { Trash } from './trash.ts'

export interface CategoryCount {
  category: string
  entries: number
  active: number
}

export type BulkAction = { action: 'move'; category: string } | { action: 'activate' | 'deactivate' | 'delete' }

export interface Organiser {
  /** By name. */
  categories(clientId: string): Promise<CategoryCount[]>
  /** Renames it, or joins it with one that is there. Returns how many entries moved. @throws AppError `not_found` */
  renameCategory(clientId: string, from: string, to: string): Promise<number>
  /**
   * All of them or none.
   * @throws AppError `not_found` naming an id that is not there, `knowledge_limit_reached` when too many would wake
   */
  bulk(
    clientId: string,
    ids: readonly string[],
    action: BulkAction,
  ): Promise<{ changed: number; undo_id: string | null }>
  /**
   * Decides about a flagged entry: `mine` keeps what a person wrote, `source` takes over what the source says now (or deletes what
   * it no longer says).
   * @throws AppError `not_found`, `conflict` when there is nothing to decide
   */
  resolve(clientId: string, id: string, take: 'mine' | 'source', by: Editor): Promise<{ undo_id: string | null }>
}

export interface OrganiserDeps {
  store: Store
  trash: Trash
  allowance(clientId: string): Allowance
  now: () => Date
}

export function createOrganiser({ store, trash, allowance, now }: OrganiserDeps): Organiser {
  const rowsOf = (clientId: string) => store.partition(knowledge, clientId)

  return {
    async categories(clientId) {
      const found = new Map<string, CategoryCount>()
      for (const { category, is_active } of (await rowsOf(clientId)).all()) {
        const count = found.get(category) ?? { category, entries: 0, active: 0 }
        count.entries++
        if (is_active) count.active++
        found.set(category, count)
      }
      return [...found.values()].sort((a, b) => a.category.localeCompare(b.category))
    },
    async renameCategory(clientId, from, to) {
      const rows = [...(await rowsOf(clientId)).all()].filter(row => row.category === from)
      if (rows.length === 0) throw new AppError('not_found', 'There is no such category.')
      const updated_at = now().toISOString()
      await store.commit(rows.map(row => update(knowledge, row.id, { category: to, updated_at }, clientId)))
      return rows.length
    },
    async bulk(clientId, ids, act) {
      const rows = await rowsOf(clientId)
      const chosen = [...new Set(ids)].map(id => {
        const row = rows.get(id)
        if (!row) throw new AppError('not_found', `There is no entry ${id.slice(0, 130)}; nothing was changed.`)
        return row
      })
      if (act.action === 'delete') {
        const { undoId, changes } = await trash.changes(clientId, chosen)
        await store.commit(changes)
        return { changed: chosen.length, undo_id: undoId }
      }
      const updated_at = now().toISOString()
      const set: Partial<KnowledgeRow> =
        act.action === 'move' ? { category: act.category } : { is_active: act.action === 'activate' }
      const changing = chosen.filter(row =>
        Object.entries(set).some(([name, value]) => row[name as keyof KnowledgeRow] !== value),
      )
      const changes = changing.map(row => update(knowledge, row.id, { ...set, updated_at }, clientId))
      const max = allowance(clientId).knowledgeLimit
      await store.commit(
        act.action === 'activate' && changes.length > 0 ? [...changes, limit(knowledge, max, clientId)] : changes,
      )
      return { changed: changing.length, undo_id: null }
    },
    async resolve(clientId, id, take, by) {
      const row = (await rowsOf(clientId)).get(id)
      if (!row) throw new AppError('not_found', 'There is no such entry.')
      if (row.flag === '') throw new AppError('conflict', 'There is nothing to decide about this entry.')
      const at = now().toISOString()
      const { kind, title, question, content } = row.incoming as Partial<Record<string, string>>
      if (take === 'mine') {
        // What the source says now has been seen: only what it says after that is news.
        const seen =
          row.flag === 'changed'
            ? { content_hash: String(row.incoming.hash ?? row.content_hash) }
            : { source_id: '', origin: '' }
        const edited = isEdited(row) ? {} : { edited_at: at, edited_by: by }
        await store.commit([
          update(knowledge, id, { ...seen, ...edited, flag: '', incoming: {}, updated_at: at }, clientId),
        ])
        return { undo_id: null }
      }
      if (row.flag === 'gone') {
        const { undoId, changes } = await trash.changes(clientId, [row])
        await store.commit(changes)
        return { undo_id: undoId }
      }
      const words = {
        kind: kind ?? row.kind,
        title: title ?? '',
        question: question ?? '',
        content: content ?? row.content,
      }
      await store.commit([
        update(
          knowledge,
          id,
          {
            ...words,
            content_hash: hashOf(words),
            edited_at: '',
            edited_by: '',
            flag: '',
            incoming: {},
            updated_at: at,
          },
          clientId,
        ),
      ])
      return { undo_id: null }
    },
  }
}
