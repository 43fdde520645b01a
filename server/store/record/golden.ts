/** Questions with known answers, and how they were answered. */
import { type InferRow, table } from '../define.ts'
import { int, json, text, time } from './column.ts'

/** Questions with the entries that a client expects to answer them. */
export const goldens = table({
  name: 'goldens',
  file: 'goldens/{partition}/goldens.csv',
  partitioned: true,
  key: 'golden_id',
  columns: {
    golden_id: text,
    client_id: text,
    question: text,
    /** Ids of entries, any of which is right; none: it should be refused. */
    expected: json<string[]>([]),
    /** Messages said before, for a follow-up. */
    before: json<string[]>([]),
    created_at: time,
    updated_at: time,
  },
})
export type GoldenRow = InferRow<typeof goldens>

/** What became of the goldens each time they were asked; the newest few are kept. */
export const goldenRuns = table({
  name: 'golden_runs',
  file: 'golden_runs/{partition}/golden_runs.csv',
  partitioned: true,
  key: 'run_id',
  columns: {
    run_id: text,
    client_id: text,
    timestamp: time,
    /** call: asked for; change: after a change of knowledge or settings. */
    reason: text,
    total: int,
    passed: int,
    /** By golden: what was found. */
    results: json<Record<string, GoldenResult>>({}),
  },
})
export type GoldenRunRow = InferRow<typeof goldenRuns>

export interface GoldenResult {
  ok: boolean
  /** The entry that was cited; empty for a refusal. */
  found: string
  /** 0–1, two decimals. */
  confidence: number
}
