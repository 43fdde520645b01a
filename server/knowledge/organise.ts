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
  /** Renames it, joins it with one that is there, or (`to` empty) leaves its entries in none. @throws AppError `not_found` */
  renameCategory(clientId: string, from: string, to: string): Promise<Moved>
  /**
   * All of them or none.
   * @throws AppError `not_found` naming an id that is not there, `knowledge_limit_reached` when too many would wake
   */
  bulk(clientId: string, ids: readonly string[], action: BulkAction): Promise<Moved>
  /**
   * Decides about a flagged entry: `mine` keeps what a person wrote, with `edit` made to it, `source` takes over what the source says
   * now (or deletes what it no longer says).
   * @throws AppError `not_found`, `conflict` when there is nothing to decide
   */
  resolve(clientId: string, id: string, decision: Decision, by: Editor): Promise<{ undo_id: string; deleted: boolean }>
  /**
   * Two entries become one: `keep` stays, the ways to ask the other are further ways to ask it, the other goes.
   * @throws AppError `not_found`, `invalid_request` for one and the same
   */
  merge(clientId: string, keep: string, drop: string): Promise<{ undo_id: string; alternates: number }>
}

export interface Moved {
  changed: number
  /** Undoes it; null when nothing was changed. */
  undo_id: string | null
}

export interface Decision {
  take: 'mine' | 'source'
  edit?: Partial<Pick<KnowledgeRow, 'title' | 'question' | 'content'>>
}

/** Other ways to ask one entry. */
const maxAlternates = 50

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
      if (from === to) return { changed: 0, undo_id: null }
      const updated_at = now().toISOString()
      const { undoId, changes } = await trash.remember(clientId, { changed: rows, at: updated_at })
      await store.commit([
        ...changes,
        ...rows.map(row => update(knowledge, row.id, { category: to, updated_at }, clientId)),
      ])
      return { changed: rows.length, undo_id: undoId }
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
      if (changing.length === 0) return { changed: 0, undo_id: null }
      const { undoId, changes } = await trash.remember(clientId, { changed: changing, at: updated_at })
      for (const row of changing) changes.push(update(knowledge, row.id, { ...set, updated_at }, clientId))
      const max = allowance(clientId).knowledgeLimit
      await store.commit(act.action === 'activate' ? [...changes, limit(knowledge, max, clientId)] : changes)
      return { changed: changing.length, undo_id: undoId }
    },
    async resolve(clientId, id, { take, edit }, by) {
      const row = (await rowsOf(clientId)).get(id)
      if (!row) throw new AppError('not_found', 'There is no such entry.')
      if (row.flag === '') throw new AppError('conflict', 'There is nothing to decide about this entry.')
      if (take === 'source' && row.flag === 'gone') {
        const { undoId, changes } = await trash.changes(clientId, [row])
        await store.commit(changes)
        return { undo_id: undoId, deleted: true }
      }
      const at = now().toISOString()
      const set = take === 'mine' ? minesSet(row, edit ?? {}, at, by) : sourcesSet(row)
      const { undoId, changes } = await trash.remember(clientId, { changed: [row], at })
      await store.commit([
        ...changes,
        update(knowledge, id, { ...set, flag: '', incoming: {}, updated_at: at }, clientId),
      ])
      return { undo_id: undoId, deleted: false }
    },
    async merge(clientId, keep, drop) {
      if (keep === drop) throw new AppError('invalid_request', 'These are one and the same entry.')
      const rows = await rowsOf(clientId)
      const [kept, dropped] = [keep, drop].map(id => {
        const row = rows.get(id)
        if (!row) throw new AppError('not_found', `There is no entry ${id.slice(0, 130)}; nothing was changed.`)
        return row
      }) as [KnowledgeRow, KnowledgeRow]
      const at = now().toISOString()
      const known = new Set([kept.question, ...kept.alternates].map(asAsked))
      const further = [dropped.question, ...dropped.alternates].filter(
        way => way.trim() !== '' && !known.has(asAsked(way)) && known.add(asAsked(way)),
      )
      const alternates = [...kept.alternates, ...further].slice(0, Math.max(maxAlternates, kept.alternates.length))
      const grown = alternates.length - kept.alternates.length
      const { undoId, changes } = await trash.remember(clientId, {
        removed: [dropped],
        changed: grown > 0 ? [kept] : [],
        at,
      })
      if (grown > 0) changes.push(update(knowledge, keep, { alternates, updated_at: at }, clientId))
      await store.commit(changes)
      return { undo_id: undoId, alternates: grown }
    },
  }
}

/** Case, spacing and punctuation make no other question. */
const asAsked = (question: string) => (question.toLowerCase().match(/[\p{L}\p{M}\d]+/gu) ?? []).join(' ')

/** What a person wrote stands; what the source says now has been seen: only what it says after that is news. */
function minesSet(row: KnowledgeRow, edit: NonNullable<Decision['edit']>, at: string, by: Editor) {
  const seen =
    row.flag === 'changed'
      ? { content_hash: String(row.incoming.hash ?? row.content_hash) }
      : { source_id: '', origin: '' }
  const edits = Object.entries(edit).some(([name, value]) => row[name as keyof typeof edit] !== value)
  return { ...seen, ...edit, ...((edits || !isEdited(row)) && { edited_at: at, edited_by: by }) }
}

function sourcesSet(row: KnowledgeRow): Partial<KnowledgeRow> {
  const { kind, title, question, content } = row.incoming as Partial<Record<string, string>>
  const words = {
    kind: kind ?? row.kind,
    title: title ?? '',
    question: question ?? '',
    content: content ?? row.content,
  }
  return { ...words, content_hash: hashOf(words), edited_at: '', edited_by: '' }
}
