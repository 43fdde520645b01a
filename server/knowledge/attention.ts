/**
 * What waits for a person's decision in a library. Looking through it (review.ts) takes a second for 5,000 entries, so the
 * pairs that were found are kept until texts come or change; entries that go, and pairs that are settled, only leave them.
 */
import { createHash } from 'node:crypto'
import { AppError } from '../errors.ts'
import { type KnowledgeRow, knowledge, settledPairs } from '../store/records.ts'
import { insert, type Rows, remove, type Store } from '../store/store.ts'
import { rowHash } from './intake/candidate.ts'
import { maxPairs, type Pair, review } from './review.ts'

export interface FoundPair extends Omit<Pair, 'ids'> {
  rows: [KnowledgeRow, KnowledgeRow]
}

export interface Attention {
  /** Contradictions first; as of now. */
  pairs(clientId: string): Promise<FoundPair[]>
  /** What is decided leaves the counts at once, what is new comes in within a minute. */
  counts(clientId: string): Promise<{ flagged: number; duplicates: number; contradictions: number; total: number }>
  /**
   * Both of a pair are right: it is not shown again as long as both say what they say. `settled` false takes that back.
   * @throws AppError `not_found`
   */
  settle(clientId: string, ids: readonly [string, string], settled: boolean): Promise<void>
  close(): void
}

export interface AttentionDeps {
  store: Store
  now: () => Date
}

interface Findings {
  pairs: Pair[]
  /** When it was begun, in milliseconds. */
  at: number
  /** Texts came or changed since. */
  stale: boolean
}

/** A count may be as old as this when texts changed. */
const freshMs = 60_000
/** Clients whose findings are kept. */
const maxKept = 200

const pairOf = (a: string, b: string) => [a, b].sort().join(' ')
const wordsOf = (a: KnowledgeRow, b: KnowledgeRow) =>
  createHash('sha256')
    .update([rowHash(a), rowHash(b)].sort().join(' '))
    .digest('hex')
    .slice(0, 32)

export function createAttention({ store, now }: AttentionDeps): Attention {
  const known = new Map<string, Findings>()
  const running = new Map<string, Promise<Findings>>()

  const unwatch = store.watch(knowledge, ({ partition, rows }) => {
    const found = known.get(partition ?? '')
    if (found && rows.some(({ before, after }) => after?.is_active && !saysTheSame(before, after))) found.stale = true
  })

  const look = async (clientId: string): Promise<Findings> => {
    const found: Findings = { pairs: [], at: now().getTime(), stale: false }
    const rows = await store.partition(knowledge, clientId)
    const settled = await store.partition(settledPairs, clientId)
    known.delete(clientId)
    // Known from the beginning, so that a change during the search makes it stale.
    known.set(clientId, found)
    found.pairs = await review([...rows.all()], (a, b) => isSettled(settled, a, b))
    if (known.size > maxKept) known.delete(known.keys().next().value!)
    return found
  }
  /** One search of a client at a time; whoever asks meanwhile gets its findings. */
  const lookOnce = (clientId: string): Promise<Findings> => {
    const under = running.get(clientId)
    if (under) return under
    const search = look(clientId)
      .catch(error => {
        known.delete(clientId)
        throw error
      })
      .finally(() => running.delete(clientId))
    running.set(clientId, search)
    return search
  }

  const isSettled = (settled: Rows<{ words: string }>, a: KnowledgeRow, b: KnowledgeRow) =>
    settled.get(pairOf(a.id, b.id))?.words === wordsOf(a, b)

  /** Those pairs whose entries are both there, awake and not settled. */
  const standing = async (clientId: string, pairs: readonly Pair[]): Promise<FoundPair[]> => {
    const rows = await store.partition(knowledge, clientId)
    const settled = await store.partition(settledPairs, clientId)
    return pairs.flatMap(({ ids, ...pair }) => {
      const [a, b] = [rows.get(ids[0]), rows.get(ids[1])]
      return a?.is_active && b?.is_active && !isSettled(settled, a, b) ? [{ ...pair, rows: [a, b] }] : []
    })
  }

  const findings = async (clientId: string, staleFor: number): Promise<FoundPair[]> => {
    const under = running.get(clientId)
    if (under) await under.catch(() => {})
    const last = known.get(clientId)
    const old = !last || (last.stale && now().getTime() - last.at >= staleFor)
    const found = old ? await lookOnce(clientId) : last
    const pairs = await standing(clientId, found.pairs)
    // A full list may have left some out, which now have their turn.
    if (found.pairs.length < maxPairs || pairs.length > maxPairs / 2) return pairs
    return standing(clientId, (await lookOnce(clientId)).pairs)
  }

  return {
    pairs: clientId => findings(clientId, 0),
    async counts(clientId) {
      const pairs = await findings(clientId, freshMs)
      const contradictions = pairs.filter(pair => pair.kind === 'contradiction').length
      let flagged = 0
      for (const { flag } of (await store.partition(knowledge, clientId)).all()) if (flag !== '') flagged++
      return { flagged, duplicates: pairs.length - contradictions, contradictions, total: pairs.length + flagged }
    },
    async settle(clientId, [one, other], on) {
      const rows = await store.partition(knowledge, clientId)
      const settled = await store.partition(settledPairs, clientId)
      const [a, b] = [rows.get(one), rows.get(other)]
      if (!a || !b || a === b) throw new AppError('not_found', 'There is no such pair of entries.')
      const pair = pairOf(one, other)
      // What was decided about entries that are gone leaves with the next decision.
      const over = [...settled.all()].filter(
        row => row.pair === pair || !row.pair.split(' ').every(id => rows.get(id) !== undefined),
      )
      const changes = over.map(row => remove(settledPairs, row.pair, clientId))
      if (on)
        changes.push(insert(settledPairs, { pair, words: wordsOf(a, b), settled_at: now().toISOString() }, clientId))
      const found = known.get(clientId)
      // It was not looked for when it was settled.
      if (!on && found && !found.pairs.some(({ ids }) => pairOf(...ids) === pair)) found.stale = true
      if (changes.length > 0) await store.commit(changes)
    },
    close: unwatch,
  }
}

const saysTheSame = (before: KnowledgeRow | undefined, after: KnowledgeRow) =>
  before?.is_active === true &&
  before.content === after.content &&
  before.question === after.question &&
  before.kind === after.kind
