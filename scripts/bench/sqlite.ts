/**
 * The peer that keeps a chat in SQLite: the same store for everything else, and for each request one transaction that
 * holds its turn, its usage row and its count (WAL, synchronous=FULL: what an acknowledged write there means is the
 * same). better-sqlite3 is not among our packages, as installing it compiles C: `npm install --no-save better-sqlite3`.
 */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Store } from '../../server/store/store.ts'
import { withCommit } from './target.ts'

interface Database {
  exec(sql: string): void
  pragma(sql: string): unknown
  prepare(sql: string): { run(...values: unknown[]): void }
  transaction<A extends unknown[]>(work: (...args: A) => void): (...args: A) => void
}

type Open = new (file: string) => Database

/** Undefined where it is not installed. */
export function findSqlite(): Open | undefined {
  try {
    const Database = createRequire(import.meta.url)('better-sqlite3') as Open
    new Database(':memory:')
    return Database
  } catch {
    return undefined
  }
}

/** @param slowSync milliseconds added to every commit, for a slower disk */
export function openSqlite(store: Store, dir: string, slowSync = 0): Store {
  const Database = findSqlite()
  if (!Database) throw new Error('better-sqlite3 is not installed')
  const db = new Database(join(dir, 'bench.sqlite'))
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.exec(`CREATE TABLE turns (timestamp, turn_id PRIMARY KEY, client_id, session_id, kind, message, response, answered,
      confidence, sources, why, lang, channel, origin);
    CREATE TABLE usage_logs (timestamp, client_id, action, details, ip_address);
    CREATE TABLE counters (key, period, value, PRIMARY KEY (key, period))`)
  const count = db.prepare(
    'INSERT INTO counters VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = value + excluded.value',
  )
  const inserts = new Map<string, ReturnType<Database['prepare']>>()
  const insertInto = (name: string, row: Record<string, unknown>) => {
    const columns = Object.keys(row)
    const key = `${name} ${columns}`
    let statement = inserts.get(key)
    if (!statement) {
      statement = db.prepare(`INSERT INTO ${name} (${columns}) VALUES (${columns.map(() => '?')})`)
      inserts.set(key, statement)
    }
    statement.run(...Object.values(row).map(cell))
  }
  const pause = new Int32Array(new SharedArrayBuffer(4))
  const write = db.transaction((changes: Parameters<Store['commit']>[0]) => {
    for (const change of changes) {
      if (change.op === 'append') insertInto(change.log.name, change.row)
      if (change.op === 'settle') count.run(change.reservation.key, change.reservation.period, change.reservation.by)
    }
  })
  return withCommit(store, async changes => {
    if (!changes.some(change => change.op === 'append' || change.op === 'settle')) return store.commit(changes)
    write(changes)
    if (slowSync) Atomics.wait(pause, 0, 0, slowSync)
    for (const change of changes) if (change.op === 'settle') change.reservation.release()
  })
}

const cell = (value: unknown) =>
  typeof value === 'boolean'
    ? Number(value)
    : typeof value === 'object' && value !== null
      ? JSON.stringify(value)
      : value
