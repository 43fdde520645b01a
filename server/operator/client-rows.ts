/** Which records belong to a client: found by their shape, so that a record added later is carried along by itself. */
import type { AnyDef, CounterDef, LogDef, TableDef } from '../store/define.ts'
import * as records from '../store/records.ts'

const all = Object.values(records) as unknown as AnyDef[]
const owned = (def: TableDef | LogDef) => def.partitioned || 'client_id' in def.columns

/** Of one installation: elsewhere nobody is signed in, no mail waits and no link in one opens anything. */
const staying: unknown[] = [records.sessions, records.outbox, records.mailTokens]
/** Tables with a `client_id` column, and those with a partition for each client. */
export const clientTables: TableDef[] = all.filter(
  (def): def is TableDef => def.shape === 'table' && owned(def) && !staying.includes(def),
)
/** Logs likewise. */
export const clientLogs: LogDef[] = all.filter((def): def is LogDef => def.shape === 'log' && owned(def))
/** Folders that hold a folder for each client. */
export const partitionFolders: string[] = [
  ...new Set([...clientTables, ...clientLogs].filter(def => def.partitioned).map(def => def.file.split('/')[0]!)),
]
/** Counters, whose keys are client ids. */
export const clientCounters: CounterDef[] = all.filter((def): def is CounterDef => def.shape === 'counter')

/** Where a client's uploaded files are, relative to the data folder. */
export const uploadsOf = (clientId: string) => `uploads/${clientId}`

/** UTC months (YYYY-MM) from one moment to another, both included. */
export function* monthsBetween(from: string, to: string): Generator<string> {
  const last = to.slice(0, 7)
  const month = new Date(`${from.slice(0, 7)}-01T00:00:00Z`)
  while (month.toISOString().slice(0, 7) <= last) {
    yield month.toISOString().slice(0, 7)
    month.setUTCMonth(month.getUTCMonth() + 1)
  }
}
