/**
 * The live search index of each client: built on first use from the client's rows, kept current by the store's changes,
 * and dropped by least recent use when all of them together, with the rows they keep in memory, pass the byte budget.
 * Building yields to other requests.
 */
import type { Entry, Index } from '../answer/types.ts'
import { type KnowledgeRow, knowledge } from '../store/records.ts'
import type { Store, TableChange } from '../store/store.ts'
import { kindOf } from './kind.ts'

export interface Library {
  /** The client's index, with every accepted change in it; large sets of changes arrive in it little by little. */
  index(clientId: string): Promise<Index>
  /** Resolves when every change accepted so far is in the client's index, if that is in memory. */
  settled(clientId: string): Promise<void>
  /** Indexes in memory and their bytes, rows included, for metrics. */
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
  /** Of the rows behind the index's entries. */
  rowBytes: number
  ready: Promise<Index>
  /** Null once built; until then changes wait here. */
  pending: TableChange<KnowledgeRow>['rows'] | null
  /** What a large change brought, while it is worked in between requests. */
  backlog: TableChange<KnowledgeRow>['rows']
  draining: Promise<void> | undefined
}

/** Milliseconds of indexing before other requests get their turn. */
const sliceMs = 8
/** Rows of one change that are worked in at once; more wait for their slices. */
const atOnce = 8

export function createLibrary({ store, createIndex, maxBytes }: LibraryDeps): Library {
  // In order of last use: a Map keeps insertion order, so using a shelf means putting it in again.
  const shelves = new Map<string, Shelf>()

  const unwatch = store.watch(knowledge, ({ partition, rows }) => {
    const shelf = partition === undefined ? undefined : shelves.get(partition)
    if (!shelf) return
    if (shelf.pending) {
      for (const row of rows) shelf.pending.push(row)
      return
    }
    if (rows.length <= atOnce && !shelf.draining) {
      applyAll(shelf, rows)
      return evict(partition)
    }
    for (const row of rows) shelf.backlog.push(row)
    shelf.draining ??= drain(shelf).finally(() => {
      shelf.draining = undefined
      evict(partition)
    })
  })

  /** Works in what waits, a slice at a time: visitors are answered in between, from what is there. */
  const drain = async (shelf: Shelf): Promise<void> => {
    for (let at = 0; at < shelf.backlog.length; ) {
      await new Promise(resolve => setImmediate(resolve))
      const sliceEnd = performance.now() + sliceMs / 4
      while (at < shelf.backlog.length && performance.now() < sliceEnd) applyAll(shelf, [shelf.backlog[at++]!])
    }
    shelf.backlog = []
  }

  const build = async (clientId: string, shelf: Shelf): Promise<Index> => {
    const rows = await store.partition(knowledge, clientId)
    // What changed while the rows were loaded is in them; what changes from here on waits in `pending`.
    shelf.pending = []
    let sliceEnd = performance.now() + sliceMs
    for (const row of [...rows.all()]) {
      if (row.is_active) put(shelf, row)
      if (performance.now() > sliceEnd) {
        await new Promise(resolve => setImmediate(resolve))
        sliceEnd = performance.now() + sliceMs
      }
    }
    applyAll(shelf, shelf.pending)
    shelf.pending = null
    return shelf.index
  }

  /** Lets the least recently used go until the rest fits; never the one that is needed now. */
  const evict = (needed: string | undefined) => {
    let bytes = 0
    for (const shelf of shelves.values()) bytes += bytesOf(shelf)
    for (const [clientId, shelf] of shelves) {
      if (bytes <= maxBytes) return
      if (shelf.pending || clientId === needed) continue
      bytes -= bytesOf(shelf)
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
      const shelf: Shelf = {
        index: createIndex(),
        rowBytes: 0,
        ready: undefined as never,
        pending: [],
        backlog: [],
        draining: undefined,
      }
      shelf.ready = build(clientId, shelf)
      shelves.set(clientId, shelf)
      try {
        return await shelf.ready
      } catch (error) {
        shelves.delete(clientId)
        throw error
      } finally {
        evict(clientId)
      }
    },
    async settled(clientId) {
      const shelf = shelves.get(clientId)
      if (shelf?.pending) await shelf.ready
      await shelf?.draining
    },
    status: () => ({
      indexes: shelves.size,
      bytes: [...shelves.values()].reduce((sum, shelf) => sum + bytesOf(shelf), 0),
    }),
    close: unwatch,
  }
}

const bytesOf = ({ index, rowBytes }: Shelf): number => index.bytes + rowBytes

/** What a row takes beside its text, about: the row itself, its place in the table and in the index. */
const rowOverhead = 350

const weightOf = (row: KnowledgeRow): number => {
  let length = row.content.length + row.title.length + row.question.length + row.url.length
  for (const alternate of row.alternates) length += alternate.length
  return rowOverhead + length
}

function put(shelf: Shelf, row: KnowledgeRow): void {
  shelf.index.add(entryOf(row))
  shelf.rowBytes += weightOf(row)
}

function applyAll(shelf: Shelf, rows: TableChange<KnowledgeRow>['rows']): void {
  for (const { before, after } of rows) {
    if (before?.is_active) shelf.rowBytes -= weightOf(before)
    if (after?.is_active) put(shelf, after)
    else if (before) shelf.index.remove(before.id)
  }
}

/** A stored row as the answer room knows it, without a copy of anything; empty cells are absent. */
class RowEntry implements Entry {
  private readonly row: KnowledgeRow

  constructor(row: KnowledgeRow) {
    this.row = row
  }
  get id(): string {
    return this.row.id
  }
  get kind(): Entry['kind'] {
    return kindOf(this.row)
  }
  get text(): string {
    return this.row.content
  }
  get title(): string | undefined {
    return this.row.title || undefined
  }
  get question(): string | undefined {
    return this.row.question || undefined
  }
  get alternates(): string[] | undefined {
    return this.row.alternates.length > 0 ? this.row.alternates : undefined
  }
  get lang(): string | undefined {
    return this.row.lang || undefined
  }
  get category(): string | undefined {
    return this.row.category || undefined
  }
  get source(): string | undefined {
    return citedAs(this.row) || undefined
  }
  get url(): string | undefined {
    return this.row.url || undefined
  }
}

export const entryOf = (row: KnowledgeRow): Entry => new RowEntry(row)

/** `handbook.pdf, page 3`; a page of a site is cited by its URL instead. */
const citedAs = (row: KnowledgeRow) => (row.origin && !row.url ? `${row.source}, ${row.origin}` : row.source)
