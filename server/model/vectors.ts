/**
 * The second ranking: each client's passages as vectors, made in the background when its knowledge changes, kept in the store
 * by the hash of their text, held in memory while in use. A question of which words are not sure waits for its own vector; whatever
 * fails or is not ready leaves the ranking by words as it is.
 */
import { fuse as fuseRankings, type Similar, wordsSuffice } from '../answer/engine.ts'
import type { Entry, Index, Ranked } from '../answer/types.ts'
import { entryOf } from '../knowledge/library.ts'
import { type KnowledgeRow, knowledge, vectors as vectorRows } from '../store/records.ts'
import { type Change, insert, type Rows, remove, type Store, update } from '../store/store.ts'
import type { Breaker } from './breaker.ts'
import type { Budget, Tariff } from './budget.ts'
import { embed } from './embedding.ts'
import { asFault, type ModelFault } from './fault.ts'
import type { Endpoint } from './transport.ts'
import { cosine, fromText, hashOf, type Packed, pack, partsOf, toText } from './vector.ts'

export interface EmbeddingSource {
  endpoint: Endpoint
  tariff: Tariff
}

export interface Vectors {
  /** Joins the vectors' ranking to a turn's; undefined for a client without embeddings. */
  fuse(
    clientId: string,
    index: Index,
    charge: (changes: Change[]) => void,
  ): ((question: string, ranked: Ranked[]) => Promise<Ranked[]>) | undefined
  /** How far a client's passages have vectors; null while they are not in memory. */
  progress(clientId: string): { passages: number; embedded: number } | null
  readonly bytes: number
  close(): Promise<void>
}

export interface VectorDeps {
  store: Store
  /** Where a client's texts are embedded, if they are. */
  source(clientId: string): EmbeddingSource | undefined
  budget: Budget
  breaker: Breaker
  /** Milliseconds that a question waits. */
  timeoutMs: number
  maxBytes: number
  report(clientId: string, fault: ModelFault | undefined): void
}

/** Texts sent in one call. */
const batchSize = 32
const batchTimeoutMs = 30_000
/** Entries taken from each ranking. */
const depth = 50
const maxQuestions = 500
/** Changes of knowledge that come together are embedded together. */
const settleMs = 200
const shortestRetryMs = 15_000
const longestRetryMs = 600_000
/** Milliseconds of reading before other requests get their turn. */
const sliceMs = 8

interface Shelf {
  /** Server and model that the vectors are of. */
  id: string
  ready: boolean
  entries: Map<string, { entry: Entry; parts: { hash: string; start: number; end: number }[] }>
  packed: Map<string, Packed>
  rows: Rows<KnowledgeRow> | undefined
  /** Entries that changed while the rest was being read. */
  changed: Set<string>
  failures: number
  timer: NodeJS.Timeout | undefined
}

const idOf = ({ baseUrl, model }: Endpoint) => `${baseUrl} ${model}`

export function createVectors(deps: VectorDeps): Vectors {
  const { store, source, budget, breaker } = deps
  // In order of last use.
  const shelves = new Map<string, Shelf>()
  const questions = new Map<string, Packed>()
  const closing = new AbortController()
  /** One client after another: the work of the background is not to stand in the way of questions. */
  let line: Promise<void> = Promise.resolve()

  const unwatch = store.watch(knowledge, ({ partition, rows }) => {
    if (partition === undefined || closing.signal.aborted || !source(partition)) return
    const shelf = shelves.get(partition)
    if (shelf?.ready) for (const { before, after } of rows) place(shelf, (after ?? before)!.id)
    else if (shelf) for (const { before, after } of rows) shelf.changed.add((after ?? before)!.id)
    schedule(partition, shelfOf(partition), settleMs)
  })

  /** Brings one entry of a shelf in line with its row. */
  const place = (shelf: Shelf, id: string) => {
    const row = shelf.rows?.get(id)
    if (!row?.is_active) {
      shelf.entries.delete(id)
      return
    }
    const entry = entryOf(row)
    const parts = partsOf(entry).map(({ text, passage }) => ({ hash: hashOf(shelf.id, text), ...passage }))
    shelf.entries.set(id, { entry, parts })
  }

  /** The client's shelf, in use from now on; a new one is filled in the background. */
  const shelfOf = (clientId: string): Shelf | undefined => {
    const found = source(clientId)
    if (!found) return undefined
    const id = idOf(found.endpoint)
    let shelf = shelves.get(clientId)
    if (shelf?.id !== id) {
      clearTimeout(shelf?.timer)
      shelf = {
        id,
        ready: false,
        entries: new Map(),
        packed: new Map(),
        rows: undefined,
        changed: new Set(),
        failures: 0,
        timer: undefined,
      }
      schedule(clientId, shelf, 0)
    }
    shelves.delete(clientId)
    shelves.set(clientId, shelf)
    return shelf
  }

  const schedule = (clientId: string, shelf: Shelf | undefined, ms: number) => {
    if (!shelf || closing.signal.aborted) return
    clearTimeout(shelf.timer)
    shelf.timer = setTimeout(() => {
      line = line.then(() => work(clientId, shelf)).catch(() => {})
    }, ms)
    shelf.timer.unref()
  }

  const isCurrent = (clientId: string, shelf: Shelf) => shelves.get(clientId) === shelf && !closing.signal.aborted

  const work = async (clientId: string, shelf: Shelf): Promise<void> => {
    if (!isCurrent(clientId, shelf)) return
    let fault: ModelFault | undefined
    try {
      if (!shelf.ready) await fill(clientId, shelf)
      await complete(clientId, shelf)
    } catch (error) {
      if (closing.signal.aborted) return
      fault = asFault(error)
    }
    deps.report(clientId, fault)
    shelf.failures = fault ? shelf.failures + 1 : 0
    if (fault && isCurrent(clientId, shelf)) {
      schedule(clientId, shelf, Math.min(shortestRetryMs * 2 ** (shelf.failures - 1), longestRetryMs))
    }
    evict()
  }

  /** Reads what is stored. */
  const fill = async (clientId: string, shelf: Shelf): Promise<void> => {
    const [rows, stored] = await Promise.all([
      store.partition(knowledge, clientId),
      store.partition(vectorRows, clientId),
    ])
    shelf.rows = rows
    let sliceEnd = performance.now() + sliceMs
    const breathe = async () => {
      if (performance.now() < sliceEnd) return
      await new Promise(resolve => setImmediate(resolve))
      sliceEnd = performance.now() + sliceMs
    }
    for (const { id } of [...rows.all()]) {
      place(shelf, id)
      await breathe()
    }
    for (const { hash, vector } of [...stored.all()]) {
      const packed = fromText(vector)
      if (packed) shelf.packed.set(hash, packed)
      await breathe()
    }
    for (const id of shelf.changed) place(shelf, id)
    shelf.changed.clear()
    shelf.ready = true
  }

  /** Embeds what has no vector yet, then forgets the vectors of what is gone. */
  const complete = async (clientId: string, shelf: Shelf): Promise<void> => {
    for (;;) {
      const found = source(clientId)
      if (!isCurrent(clientId, shelf) || !found) return
      const batch = missing(shelf)
      if (batch.size === 0) break
      const texts = [...batch.values()]
      const charges: Change[] = []
      const packed = await call(clientId, found, texts, batchTimeoutMs, changes => charges.push(...changes))
      const stored = await store.partition(vectorRows, clientId)
      const fresh = [...batch.keys()].map((hash, i) => ({ hash, packed: packed[i]! }))
      const rows = fresh.map(({ hash, packed }) => {
        const row = { hash, vector: toText(packed) }
        return stored.get(hash) ? update(vectorRows, hash, row, clientId) : insert(vectorRows, row, clientId)
      })
      await store.commit([...rows, ...charges])
      for (const { hash, packed } of fresh) shelf.packed.set(hash, packed)
    }
    const needed = new Set([...shelf.entries.values()].flatMap(({ parts }) => parts.map(({ hash }) => hash)))
    const stored = await store.partition(vectorRows, clientId)
    const gone = [...stored.all()].map(({ hash }) => hash).filter(hash => !needed.has(hash))
    if (gone.length > 0) await store.commit(gone.map(hash => remove(vectorRows, hash, clientId)))
    for (const hash of shelf.packed.keys()) if (!needed.has(hash)) shelf.packed.delete(hash)
  }

  /** The next texts without a vector, by hash. */
  const missing = (shelf: Shelf): Map<string, string> => {
    const batch = new Map<string, string>()
    for (const { entry, parts } of shelf.entries.values()) {
      if (parts.every(({ hash }) => shelf.packed.has(hash))) continue
      for (const [i, { text }] of partsOf(entry).entries()) {
        const { hash } = parts[i]!
        if (!shelf.packed.has(hash)) batch.set(hash, text)
        if (batch.size === batchSize) return batch
      }
    }
    return batch
  }

  /** One call, metered. @throws ModelFault */
  const call = async (
    clientId: string,
    { endpoint, tariff }: EmbeddingSource,
    texts: string[],
    timeoutMs: number,
    charge: (changes: Change[]) => void,
  ): Promise<Packed[]> => {
    const id = idOf(endpoint)
    breaker.check(id)
    const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
    const hold = budget.hold(clientId, tariff, { input: bytes + texts.length * 8, output: 0 })
    try {
      const { vectors, tokens } = await embed(endpoint, texts, { timeoutMs, signal: closing.signal })
      breaker.record(id, undefined)
      charge(hold.settle({ input: tokens ?? Math.ceil(bytes / 4), output: 0 }))
      return vectors.map(pack)
    } catch (error) {
      hold.release()
      const fault = asFault(error)
      breaker.record(id, fault)
      throw fault
    }
  }

  const questionVector = async (
    clientId: string,
    found: EmbeddingSource,
    question: string,
    charge: (changes: Change[]) => void,
  ): Promise<Packed> => {
    const key = `${idOf(found.endpoint)}\n${question}`
    const known = questions.get(key)
    if (known) return known
    const [packed] = await call(clientId, found, [question.slice(0, 2000)], deps.timeoutMs, charge)
    questions.set(key, packed!)
    if (questions.size > maxQuestions) questions.delete(questions.keys().next().value as string)
    return packed!
  }

  /** Entries by the best of their parts. */
  const nearest = (shelf: Shelf, question: Packed): Similar[] => {
    const all: Similar[] = []
    for (const { entry, parts } of shelf.entries.values()) {
      let best: Similar | undefined
      for (const { hash, start, end } of parts) {
        const packed = shelf.packed.get(hash)
        if (!packed) continue
        const similarity = cosine(question, packed)
        if (!best || similarity > best.similarity) best = { entry, passage: { start, end }, similarity }
      }
      if (best) all.push(best)
    }
    return all.sort((a, b) => b.similarity - a.similarity).slice(0, depth)
  }

  const bytesOf = (shelf: Shelf) => {
    let bytes = shelf.entries.size * 200
    for (const packed of shelf.packed.values()) bytes += packed.bytes.byteLength + 120
    return bytes
  }

  const evict = () => {
    let bytes = 0
    for (const shelf of shelves.values()) bytes += bytesOf(shelf)
    for (const [clientId, shelf] of shelves) {
      if (bytes <= deps.maxBytes || shelves.size === 1) return
      bytes -= bytesOf(shelf)
      clearTimeout(shelf.timer)
      shelves.delete(clientId)
    }
  }

  return {
    fuse(clientId, index, charge) {
      const found = source(clientId)
      const shelf = found && shelfOf(clientId)
      if (!shelf) return undefined
      return async (question, ranked) => {
        if (!shelf.ready || shelf.packed.size === 0 || question.trim() === '') return ranked
        if (wordsSuffice(question, ranked)) return ranked
        try {
          const vector = await questionVector(clientId, found, question, charge)
          const [sample] = shelf.packed.values()
          if (sample?.bytes.length !== vector.bytes.length) {
            // The server has another model under the same name: everything is embedded anew.
            shelf.packed.clear()
            questions.clear()
            schedule(clientId, shelf, settleMs)
            return ranked
          }
          return fuseRankings(question, index.rank(question, { limit: depth }), nearest(shelf, vector))
        } catch (error) {
          deps.report(clientId, asFault(error))
          return ranked
        }
      }
    },
    progress(clientId) {
      const shelf = shelves.get(clientId)
      if (!shelf?.ready) return null
      const parts = [...shelf.entries.values()].flatMap(entry => entry.parts)
      return { passages: parts.length, embedded: parts.filter(({ hash }) => shelf.packed.has(hash)).length }
    },
    get bytes() {
      let bytes = 0
      for (const shelf of shelves.values()) bytes += bytesOf(shelf)
      return bytes
    },
    async close() {
      closing.abort()
      unwatch()
      for (const { timer } of shelves.values()) clearTimeout(timer)
      await line
    },
  }
}
