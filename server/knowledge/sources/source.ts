/** A client's sources: where entries came from, how the last reading went, and taking one away with what it gave. */
import { AppError } from '../../errors.ts'
import {
  type JobRow,
  type KnowledgeRow,
  knowledge,
  pages,
  type Source,
  sources as sourceRows,
} from '../../store/records.ts'
import { insert, remove, type Store, update } from '../../store/store.ts'
import { ended } from '../jobs/job.ts'
import type { Jobs } from '../jobs/queue.ts'
import type { Trash } from '../trash.ts'
import type { Uploads } from './upload.ts'

export interface SourceCounts {
  entries: number
  active: number
  /** Entries that a person should look at. */
  flagged: number
}

export interface Sources {
  /** Newest first. */
  list(clientId: string): Promise<(Source & SourceCounts)[]>
  /** @throws AppError `not_found` */
  get(clientId: string, id: string): Source
  /** Whether files of these names can be taken. @throws AppError `conflict` when there would be too many */
  admit(clientId: string, names: readonly string[]): void
  /** A file that was received: the source of that name reads it from now on, or a new one does. */
  takeFile(clientId: string, file: NewFile): Promise<Source>
  /** Changes what a source is called, or how it is read. @throws AppError `not_found` */
  change(
    clientId: string,
    id: string,
    set: Partial<Pick<Source, 'name' | 'settings' | 'schedule' | 'next_run_at'>>,
  ): Promise<Source>
  /** Reads it again. @throws AppError `not_found`, `conflict` when it is being read */
  read(clientId: string, id: string): Promise<JobRow>
  /** With its file and, unless `keepEntries`, its entries; those can be brought back. @throws AppError `not_found` */
  remove(
    clientId: string,
    id: string,
    options: { keepEntries: boolean },
  ): Promise<{ removed: number; undo_id: string | null }>
}

export interface NewFile {
  name: string
  /** Its name below the client's uploads. */
  stored: string
  settings: Record<string, unknown>
}

export interface SourceDeps {
  store: Store
  jobs: Jobs
  uploads: Uploads
  trash: Trash
  now: () => Date
  newId: () => string
  /** File sources of one client. */
  maxFiles: number
  /** The kind of job that reads a source of a kind: `{file: 'files', site: 'crawl'}`. */
  readers: Record<string, { kind: string; input(source: Source): Record<string, unknown> }>
}

export function createSources(deps: SourceDeps): Sources {
  const { store, jobs, uploads, trash, now, newId } = deps
  const rows = store.table(sourceRows)
  const own = (clientId: string, id: string): Source => {
    const row = rows.get(id)
    if (row?.client_id !== clientId) throw new AppError('not_found', 'There is no such source.')
    return row
  }
  const entriesOf = async (clientId: string, id: string): Promise<KnowledgeRow[]> =>
    [...(await store.partition(knowledge, clientId)).all()].filter(row => row.source_id === id)

  return {
    async list(clientId) {
      const counts = new Map<string, SourceCounts>()
      for (const row of (await store.partition(knowledge, clientId)).all()) {
        if (row.source_id === '') continue
        const count = counts.get(row.source_id) ?? { entries: 0, active: 0, flagged: 0 }
        count.entries++
        if (row.is_active) count.active++
        if (row.flag !== '') count.flagged++
        counts.set(row.source_id, count)
      }
      return [...rows.all()]
        .filter(row => row.client_id === clientId)
        .map(row => ({ ...row, ...(counts.get(row.source_id) ?? { entries: 0, active: 0, flagged: 0 }) }))
        .reverse()
    },
    get: own,
    admit(clientId, names) {
      const files = new Set<string>()
      for (const row of rows.all()) if (row.client_id === clientId && row.kind === 'file') files.add(row.name)
      const count = files.size
      for (const name of names) files.add(name)
      if (files.size <= Math.max(deps.maxFiles, count)) return
      const most = `${deps.maxFiles.toLocaleString('en')} ${deps.maxFiles === 1 ? 'file' : 'files'}`
      throw new AppError(
        'conflict',
        `At most ${most} can be kept; remove some first. A file of a name that is there already takes its place.`,
        { members: { limit: deps.maxFiles, count } },
      )
    },
    async takeFile(clientId, { name, stored, settings }) {
      const at = now().toISOString()
      const known = [...rows.all()].find(row => row.client_id === clientId && row.kind === 'file' && row.name === name)
      if (known) {
        await store.commit([
          update(sourceRows, known.source_id, {
            file: stored,
            settings: { ...known.settings, ...settings },
            state: 'new',
            updated_at: at,
          }),
        ])
        if (known.file) await uploads.remove(clientId, known.file)
        return own(clientId, known.source_id)
      }
      const source: Source = {
        source_id: `src_${newId()}`,
        client_id: clientId,
        kind: 'file',
        name,
        url: '',
        file: stored,
        settings,
        schedule: '',
        last_run_at: '',
        next_run_at: '',
        state: 'new',
        error: '',
        created_at: at,
        updated_at: at,
      }
      await store.commit([insert(sourceRows, source)])
      return source
    },
    async change(clientId, id, set) {
      own(clientId, id)
      await store.commit([update(sourceRows, id, { ...set, updated_at: now().toISOString() })])
      return own(clientId, id)
    },
    async read(clientId, id) {
      const source = own(clientId, id)
      const reader = deps.readers[source.kind]
      if (!reader) throw new AppError('conflict', 'This source cannot be read again.')
      return jobs.enqueue(clientId, reader.kind, reader.input(source), { once: 'source_id' })
    },
    async remove(clientId, id, { keepEntries }) {
      const source = own(clientId, id)
      // What is reading it now would bring it all back.
      for (const job of jobs.list(clientId))
        if (!ended.has(job.state) && job.input.source_id === id) await jobs.cancel(clientId, job.job_id).catch(() => {})
      const seen = [...(await store.partition(pages, clientId)).all()].filter(page => page.source_id === id)
      const entries = await entriesOf(clientId, id)
      const kept = keepEntries
        ? entries.map(row =>
            update(
              knowledge,
              row.id,
              { source_id: '', origin: row.origin, content_hash: '', flag: '', incoming: {} },
              clientId,
            ),
          )
        : []
      const thrown = keepEntries || entries.length === 0 ? undefined : await trash.changes(clientId, entries)
      await store.commit([
        ...kept,
        ...(thrown?.changes ?? []),
        ...seen.map(page => remove(pages, page.page_id, clientId)),
        remove(sourceRows, id),
      ])
      if (source.file) await uploads.remove(clientId, source.file)
      return { removed: thrown ? entries.length : 0, undo_id: thrown?.undoId ?? null }
    },
  }
}
