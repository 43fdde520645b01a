/**
 * The live search index of each client: built on first use from the client's rows, kept current by the store's changes,
 * and dropped by least recent use when all of them together pass the byte budget. Building yields to other requests.
 */
import type { Entry, Index } from '../answer/types.ts'
import { type KnowledgeRow, knowledge } from '../store/records.ts'
import type { Store, TableChange } from '../store/store.ts'
import { kindOf } from './entry.ts'

export interface Library {
  /** The client's index, with every accepted change in it. */
  index(clientId: string): Promise<Index>
  /** Indexes in memory and their bytes, for metrics. */
  status(): { indexes: number; bytes: number }
  close(): void
}

export interface LibraryDeps {
  store: Store
  createIndex(): Index
  maxBytes: number
}

interface Shelf {
  index: Index
  ready: Promise<Index>
  /** Null once built; until then changes wait here. */
  pending: TableChange<KnowledgeRow>['rows'] | null
}

/** Milliseconds of indexing before other requests get their turn. */
const sliceMs = 8

export function createLibrary({ store, createIndex, maxBytes }: LibraryDeps): Library {
  // In order of last use: a Map keeps insertion order, so using a shelf means putting it in again.
  const shelves = new Map<string, Shelf>()

  const unwatch = store.watch(knowledge, ({ partition, rows }) => {
    const shelf = partition === undefined ? undefined : shelves.get(partition)
    if (!shelf) return
    if (shelf.pending) shelf.pending.push(...rows)
    else applyAll(shelf.index, rows)
  })

  const build = async (clientId: string, shelf: Shelf): Promise<Index> => {
    const rows = await store.partition(knowledge, clientId)
    // What changed while the rows were loaded is in them; what changes from here on waits in `pending`.
    shelf.pending = []
    let sliceEnd = performance.now() + sliceMs
    for (const row of [...rows.all()]) {
      if (row.is_active) shelf.index.add(entryOf(row))
      if (performance.now() > sliceEnd) {
        await new Promise(resolve => setImmediate(resolve))
        sliceEnd = performance.now() + sliceMs
      }
    }
    applyAll(shelf.index, shelf.pending)
    shelf.pending = null
    return shelf.index
  }

  const evict = () => {
    let bytes = 0
    for (const shelf of shelves.values()) bytes += shelf.index.bytes
    for (const [clientId, shelf] of shelves) {
      if (bytes <= maxBytes || shelves.size === 1) return
      if (shelf.pending) continue
      bytes -= shelf.index.bytes
      shelves.delete(clientId)
    }
  }

  return {
    async index(clientId) {
      const known = shelves.get(clientId)
      if (known) {
        shelves.delete(clientId)
        shelves.set(clientId, known)
        return known.pending ? known.ready : known.index
      }
      const shelf: Shelf = { index: createIndex(), ready: undefined as never, pending: [] }
      shelf.ready = build(clientId, shelf)
      shelves.set(clientId, shelf)
      try {
        return await shelf.ready
      } catch (error) {
        shelves.delete(clientId)
        throw error
      } finally {
        evict()
      }
    },
    status: () => ({
      indexes: shelves.size,
      bytes: [...shelves.values()].reduce((sum, shelf) => sum + shelf.index.bytes, 0),
    }),
    close: unwatch,
  }
}

function applyAll(index: Index, rows: TableChange<KnowledgeRow>['rows']): void {
  for (const { before, after } of rows) {
    if (after?.is_active) index.add(entryOf(after))
    else if (before) index.remove(before.id)
  }
}

/** A stored row as the answer room knows it; empty cells are absent. */
export function entryOf(row: KnowledgeRow): Entry {
  return {
    id: row.id,
    kind: kindOf(row),
    text: row.content,
    ...(row.title && { title: row.title }),
    ...(row.question && { question: row.question }),
    ...(row.alternates.length > 0 && { alternates: row.alternates }),
    ...(row.lang && { lang: row.lang }),
    ...(row.category && { category: row.category }),
    ...(row.source && { source: row.source }),
    ...(row.url && { url: row.url }),
  }
}
