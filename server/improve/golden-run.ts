/**
 * Asking all goldens of a client, by call and after changes. A change of knowledge or settings waits until it has been quiet
 * for a while, then the goldens are asked one after another beside the requests: no model is used, and nothing is counted.
 */
import type { Bots } from '../accounts/bot.ts'
import { answer, type Exchange } from '../answer/engine.ts'
import type { Library } from '../knowledge/library.ts'
import {
  bots as botRows,
  type GoldenResult,
  type GoldenRow,
  type GoldenRunRow,
  goldenRuns,
  knowledge,
} from '../store/records.ts'
import { insert, remove, type Store } from '../store/store.ts'
import { breather } from './breather.ts'
import type { Goldens } from './golden.ts'
import type { GoldenRun } from './wire.ts'

export interface GoldenRuns {
  run(clientId: string): Promise<GoldenRun>
  /** Asks now what a change has left waiting for quiet; the newest run then, undefined where there never was one. */
  settle(clientId: string): Promise<GoldenRun | undefined>
  /** Newest first, at most 20. */
  list(clientId: string): Promise<GoldenRun[]>
  close(): Promise<void>
}

export interface GoldenRunDeps {
  store: Store
  goldens: Goldens
  library: Library
  bots: Bots
  now: () => Date
  newId: () => string
  /** Quiet time after the last change, and the longest that a change waits, in milliseconds. */
  quietMs?: number
  patienceMs?: number
  reportError(error: unknown, clientId: string): void
}

const keptRuns = 20

export function createGoldenRuns(deps: GoldenRunDeps): GoldenRuns {
  const { store, goldens, library, bots, now, newId, quietMs = 5000, patienceMs = 60_000 } = deps
  /** Runs follow each other: two at once would compare with the same one before. */
  let lane: Promise<unknown> = Promise.resolve()
  let closed = false

  const ask = async (clientId: string, rows: GoldenRow[]): Promise<Record<string, GoldenResult>> => {
    const index = await library.index(clientId)
    const threshold = bots.settings(clientId).carefulness
    const results: Record<string, GoldenResult> = {}
    const breathe = breather()
    for (const row of rows) {
      const history: Exchange[] = []
      const said = async (message: string) => {
        const reply = await answer(message, history, { index, threshold })
        const sources = reply.citations.map(({ entry }) => entry.id)
        history.push({ message, response: reply.text, answered: reply.answered, sources, topic: reply.topic })
        await breathe()
        return { reply, sources }
      }
      for (const message of row.before) await said(message)
      const { reply, sources } = await said(row.question)
      const found = sources[0] ?? ''
      const ok = row.expected.length === 0 ? !reply.answered : sources.some(id => row.expected.includes(id))
      results[row.golden_id] = { ok, found, confidence: Math.round(reply.confidence * 100) / 100 }
    }
    return results
  }

  const runOnce = async (clientId: string, reason: GoldenRun['reason']): Promise<GoldenRun | undefined> => {
    const rows = await goldens.all(clientId)
    if (rows.length === 0 && reason === 'change') return undefined
    const results = await ask(clientId, rows)
    const kept = await store.partition(goldenRuns, clientId)
    const before = [...kept.all()]
    const row: GoldenRunRow = {
      run_id: `r_${newId()}`,
      client_id: clientId,
      timestamp: now().toISOString(),
      reason,
      total: rows.length,
      passed: Object.values(results).filter(result => result.ok).length,
      results,
    }
    const old = before.slice(0, Math.max(0, before.length - keptRuns + 1))
    await store.commit([...old.map(run => remove(goldenRuns, run.run_id, clientId)), insert(goldenRuns, row, clientId)])
    return compared(row, before.at(-1), new Map(rows.map(each => [each.golden_id, each.question])))
  }

  const inLane = (clientId: string, reason: GoldenRun['reason']) => {
    const done = lane.then(() => runOnce(clientId, reason))
    lane = done.catch(() => {})
    return done
  }

  const waiting = new Map<string, { timer: NodeJS.Timeout; since: number }>()
  const changed = (clientId: string) => {
    if (closed) return
    const known = waiting.get(clientId)
    const since = known?.since ?? performance.now()
    if (known) clearTimeout(known.timer)
    const wait = Math.max(0, Math.min(quietMs, since + patienceMs - performance.now()))
    const timer = setTimeout(() => {
      waiting.delete(clientId)
      inLane(clientId, 'change').catch(error => deps.reportError(error, clientId))
    }, wait)
    timer.unref()
    waiting.set(clientId, { timer, since })
  }
  const unwatch = [
    store.watch(knowledge, ({ partition }) => partition !== undefined && changed(partition)),
    store.watch(botRows, ({ rows }) => {
      for (const { before, after } of rows)
        if (after && before?.carefulness !== after.carefulness) changed(after.client_id)
    }),
  ]

  const list = async (clientId: string): Promise<GoldenRun[]> => {
    const runs = [...(await store.partition(goldenRuns, clientId)).all()]
    const questions = new Map((await goldens.all(clientId)).map(row => [row.golden_id, row.question]))
    return runs.map((run, i) => compared(run, runs[i - 1], questions)).reverse()
  }

  return {
    run: async clientId => (await inLane(clientId, 'call'))!,
    async settle(clientId) {
      const known = waiting.get(clientId)
      if (known) {
        clearTimeout(known.timer)
        waiting.delete(clientId)
        return inLane(clientId, 'change')
      }
      await lane
      return (await list(clientId))[0]
    },
    list,
    async close() {
      closed = true
      for (const stop of unwatch) stop()
      for (const { timer } of waiting.values()) clearTimeout(timer)
      await lane
    },
  }
}
/** A golden that is new is better or worse than nothing: it is told of only when it is wrong. */
function compared(
  run: GoldenRunRow,
  before: GoldenRunRow | undefined,
  questions: ReadonlyMap<string, string>,
): GoldenRun {
  const differences = Object.entries(run.results).flatMap(([id, after]) => {
    const earlier = before?.results[id] ?? null
    const question = questions.get(id)
    // Removed since: there is nothing to look at.
    return question === undefined ? [] : [{ id, question, before: earlier, after }]
  })
  return {
    id: run.run_id,
    timestamp: run.timestamp,
    reason: run.reason as GoldenRun['reason'],
    total: run.total,
    passed: run.passed,
    worse: differences.filter(each => !each.after.ok && each.before?.ok !== false && before !== undefined),
    better: differences.filter(each => each.after.ok && each.before?.ok === false),
  }
}
