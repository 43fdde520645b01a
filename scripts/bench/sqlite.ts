/**
 * The peer that keeps a chat in SQLite: the same store for everything else, and for each request one transaction that
 * holds its turn, its usage row and its count (WAL, synchronous=FULL: what an acknowledged write there means is the
 * same). better-sqlite3 compiles C where it is installed, which nobody should have to wait for who does not compare: the
 * bench fetches it by itself, once, into a folder beside the tests' results.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { turns, usageLogs } from '../../server/store/records.ts'
import type { Store } from '../../server/store/store.ts'
import { withCommit } from './target.ts'

interface Database {
  exec(sql: string): void
  pragma(sql: string): unknown
  prepare(sql: string): { run(...values: unknown[]): void }
  transaction<A extends unknown[]>(work: (...args: A) => void): (...args: A) => void
}

type Open = new (file: string) => Database

const wanted = 'better-sqlite3@12'
const fetchMs = 10 * 60_000
const folder = () => resolve('test-results/bench-sqlite')

/** Undefined where it has not been fetched. */
function findSqlite(): Open | undefined {
  try {
    const Database = createRequire(join(folder(), 'package.json'))('better-sqlite3') as Open
    new Database(':memory:')
    return Database
  } catch {
    return undefined
  }
}

/** Makes sure that the peer is there; returns why it is not, as a sentence. */
export function fetchSqlite(): string | undefined {
  if (findSqlite()) return undefined
  mkdirSync(folder(), { recursive: true })
  console.log(`Fetching ${wanted} to compare with (it may compile for a minute) …`)
  const args = ['install', '--prefix', folder(), '--no-audit', '--no-fund', '--loglevel=error', wanted]
  const { status, stderr } = spawnSync('npm', args, {
    encoding: 'utf8',
    timeout: fetchMs,
    shell: process.platform === 'win32',
  })
  if (status === 0 && findSqlite()) return undefined
  return `${wanted} could not be installed: ${(stderr || 'it does not load').trim().split('\n').at(-1)}`
}

/** @param slowSync milliseconds added to every commit, for a slower disk */
export function openSqlite(store: Store, dir: string, slowSync = 0): Store {
  const Database = findSqlite()
  if (!Database) throw new Error(`${wanted} is not installed`)
  const db = new Database(join(dir, 'bench.sqlite'))
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  const columnsOf = (log: { columns: object }) => Object.keys(log.columns)
  db.exec(`CREATE TABLE turns (${columnsOf(turns).map(name => (name === 'turn_id' ? `${name} PRIMARY KEY` : name))});
    CREATE TABLE usage_logs (${columnsOf(usageLogs)});
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
