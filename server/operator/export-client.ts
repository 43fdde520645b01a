/**
 * One client as a zip: a CSV file for each kind of record with the client's rows, the files it uploaded, and
 * `backup.csv` with the size and SHA-256 of each. Cells are exact, as in the data folder: this is for moving, not for
 * spreadsheets. Keys and the password are in it as hashes, so they go on working elsewhere.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import { type Zippable, zip } from 'fflate'
import { AppError } from '../errors.ts'
import { codecOf, type Row } from '../store/csv/codec.ts'
import { line } from '../store/csv/rfc4180.ts'
import type { LogDef, TableDef } from '../store/define.ts'
import { clients } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { encodeManifest, manifestName } from './backup-manifest.ts'
import { clientCounters, clientLogs, clientTables, monthsBetween, uploadsOf } from './client-rows.ts'
import { copyFile, inWords, makeWhole } from './copy.ts'

export interface ExportDeps {
  store: Store
  /** The data folder. */
  dir: string
  now: () => Date
  version: string
}

export interface ExportReport {
  path: string
  company: string
  bytes: number
  /** Rows by kind of record. */
  rows: Record<string, number>
  uploads: number
}

/** @throws AppError `not_found` for an unknown client, `conflict` when the file exists, `unprocessable` */
export async function exportClient(deps: ExportDeps, clientId: string, file: string): Promise<ExportReport> {
  const { store, dir, now, version } = deps
  const client = store.table(clients).get(clientId)
  if (!client) throw new AppError('not_found', `There is no client ${clientId}.`)
  const path = resolve(file)
  if (existsSync(path)) throw new AppError('conflict', `${path} exists already; name a new file.`)
  const contents: Record<string, Buffer> = {}
  const rows: Record<string, number> = {}
  const put = (def: TableDef | LogDef, list: readonly Row[]) => {
    const codec = codecOf(def)
    contents[`${def.name}.csv`] = Buffer.from(line(codec.names) + list.map(row => `${codec.encode(row)}\n`).join(''))
    rows[def.name] = list.length
  }
  // Logs before counters: a chat that comes meanwhile may be counted and not logged, never the other way round.
  let earliest = client.created_at || now().toISOString()
  for (const def of clientLogs) {
    const list: Row[] = []
    for await (const row of store.log(def).scan(def.partitioned ? { partition: clientId } : {})) {
      if (!def.partitioned && row.client_id !== clientId) continue
      list.push(row)
      if (row[def.time] < earliest) earliest = row[def.time]
    }
    put(def, list)
  }
  for (const def of clientTables) {
    const source = def.partitioned ? await store.partition(def, clientId) : store.table(def)
    put(
      def,
      [...(source.all() as Iterable<Row>)].filter(row => def.partitioned || row.client_id === clientId),
    )
  }
  const counts = clientCounters.flatMap(def =>
    [...monthsBetween(earliest, now().toISOString())].flatMap(period => {
      const value = store.counter(def).value(clientId, period)
      return value > 0 ? [line([def.name, clientId, period, String(value)])] : []
    }),
  )
  contents['counters.csv'] = Buffer.from(line(['counter', 'key', 'period', 'value']) + counts.join(''))
  try {
    const uploads = await readUploads(join(dir, uploadsOf(clientId)), contents)
    const files = Object.entries(contents).map(([name, bytes]) => ({
      name,
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    }))
    const manifest = encodeManifest({ time: now().toISOString(), version, files })
    const bytes = await zipped({ [manifestName]: Buffer.from(manifest), ...contents })
    await makeWhole(path, beside => copyFile(bytes, beside))
    return { path, company: client.company_name, bytes: bytes.length, rows, uploads }
  } catch (error) {
    throw inWords(error, path)
  }
}

async function readUploads(folder: string, into: Record<string, Buffer>): Promise<number> {
  if (!existsSync(folder)) return 0
  let count = 0
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    into[
      `uploads/${path
        .slice(folder.length + 1)
        .split(sep)
        .join('/')}`
    ] = await readFile(path)
    count++
  }
  return count
}

/** In a thread of its own: the server goes on answering. */
const zipped = (files: Zippable): Promise<Buffer> =>
  new Promise((done, fail) =>
    zip(files, { level: 6 }, (error, bytes) => (error ? fail(error) : done(Buffer.from(bytes)))),
  )
