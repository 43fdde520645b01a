/**
 * A client's zip into this installation. All of it is verified before anything is written. Rows of ended months and
 * uploaded files go first, then everything else in one commit: only that makes the client exist, so an import that was
 * interrupted can be made again, and what it left is not brought twice.
 */
import { createHash } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { unzip } from 'fflate'
import { AppError } from '../errors.ts'
import type { Row } from '../store/csv/codec.ts'
import { CsvReader } from '../store/csv/rfc4180.ts'
import { readTable } from '../store/csv/table-file.ts'
import type { LogDef, TableDef } from '../store/define.ts'
import { type Client, clients } from '../store/records.ts'
import { append, type Change, insert, type Reservation, type Store, settle } from '../store/store.ts'
import { decodeManifest, manifestName } from './backup-manifest.ts'
import { clientCounters, clientLogs, clientTables, uploadsOf } from './client-rows.ts'
import { copyFile, inWords } from './copy.ts'

export interface ImportDeps {
  store: Store
  /** The data folder. */
  dir: string
  now: () => Date
}

export interface ImportReport {
  clientId: string
  company: string
  /** Rows by kind of record. */
  rows: Record<string, number>
  uploads: number
}

/** Unpacked, in bytes: it passes through memory. */
const maxBytes = 2 * 1024 ** 3

/** @throws AppError `unprocessable` for a damaged or newer archive, `conflict` when the client or what is its own is taken */
export async function importClient({ store, dir, now }: ImportDeps, file: string): Promise<ImportReport> {
  const contents = await readArchive(file)
  const rows = new Map<TableDef | LogDef, Row[]>()
  for (const def of [...clientTables, ...clientLogs]) {
    const bytes = contents.get(`${def.name}.csv`)
    rows.set(def, bytes ? readTable(def as TableDef, `${def.name}.csv`, bytes).rows : [])
  }
  const client = rows.get(clients as unknown as TableDef)?.[0] as Client | undefined
  const clientId = client?.client_id ?? ''
  const foreign = [...rows.values()].flat().some(row => 'client_id' in row && row.client_id !== clientId)
  if (!client || !/^[A-Za-z0-9_-]{1,64}$/.test(clientId) || foreign)
    throw new AppError('unprocessable', `${file} does not hold one client and nothing else. Nothing was imported.`)
  mustBeFree(store, clientId, rows)

  const month = now().toISOString().slice(0, 7)
  const changes: Change[] = []
  for (const def of clientTables)
    for (const row of rows.get(def)!) changes.push(insert(def, row, def.partitioned ? clientId : undefined))
  for (const def of clientLogs) {
    const partition = def.partitioned ? clientId : undefined
    const ended = def.monthly ? rows.get(def)!.filter(row => monthOf(def, row) < month) : []
    const there = ended.length > 0 ? await monthsThere(store, def, clientId) : new Set<string>()
    await store.backfill(
      def,
      ended.filter(row => !there.has(monthOf(def, row))),
      partition,
    )
    for (const row of rows.get(def)!)
      if (!def.monthly || monthOf(def, row) >= month) changes.push(append(def, row, partition))
  }
  const uploads = await putUploads(dir, clientId, contents)
  const held = holdCounts(store, clientId, contents.get('counters.csv'))
  try {
    await store.commit([...changes, ...held.map(settle)])
  } finally {
    for (const reservation of held) reservation.release()
  }
  return {
    clientId,
    company: client.company_name,
    rows: Object.fromEntries([...rows].map(([def, list]) => [def.name, list.length])),
    uploads,
  }
}

const monthOf = (def: LogDef, row: Row) => (row[def.time] as string).slice(0, 7)

/** The archive's files, each as its manifest says. */
async function readArchive(file: string): Promise<Map<string, Buffer>> {
  const damaged = (why: string) => new AppError('unprocessable', `${file} is damaged (${why}). Nothing was imported.`)
  const bytes = await readFile(file).catch(error => Promise.reject(inWords(error, file)))
  let size = 0
  const unpacked = await new Promise<Record<string, Uint8Array>>((done, fail) =>
    unzip(
      bytes,
      {
        filter: ({ originalSize }) => {
          size += originalSize
          return size <= maxBytes
        },
      },
      (error, files) => (error ? fail(error) : done(files)),
    ),
  ).catch(error => Promise.reject(damaged((error as Error).message)))
  if (size > maxBytes) throw new AppError('unprocessable', `${file} is too large to be imported.`)
  const page = unpacked[manifestName]
  if (!page) throw damaged(`there is no ${manifestName} in it`)
  const contents = new Map<string, Buffer>()
  for (const { name, sha256 } of decodeManifest(Buffer.from(page), 'archive').files) {
    const content = unpacked[name]
    if (!content) throw damaged(`${name} is missing`)
    if (createHash('sha256').update(content).digest('hex') !== sha256) throw damaged(`${name} is not what was exported`)
    contents.set(name, Buffer.from(content))
  }
  return contents
}

function mustBeFree(store: Store, clientId: string, rows: Map<TableDef | LogDef, Row[]>): void {
  if (store.table(clients).get(clientId))
    throw new AppError('conflict', `The client ${clientId} is here already. Nothing was imported.`)
  for (const def of clientTables) {
    if (def.partitioned) continue
    for (const row of rows.get(def)!)
      for (const column of [def.key, ...def.unique]) {
        const value = row[column] as string
        if (value !== '' && (column === def.key ? store.table(def).get(value) : store.table(def).find(column, value)))
          throw new AppError(
            'conflict',
            `Another client here has the same ${column} in ${def.name}. Nothing was imported.`,
          )
      }
  }
}

/** Months of which an interrupted import has brought this client's rows. */
async function monthsThere(store: Store, def: LogDef, clientId: string): Promise<Set<string>> {
  const months = new Set<string>()
  for await (const row of store.log(def).scan(def.partitioned ? { partition: clientId } : {}))
    if (row.client_id === clientId) months.add(monthOf(def, row as Row))
  return months
}

async function putUploads(dir: string, clientId: string, contents: Map<string, Buffer>): Promise<number> {
  let count = 0
  for (const [name, bytes] of contents) {
    if (!name.startsWith('uploads/')) continue
    const path = join(dir, uploadsOf(clientId), name.slice('uploads/'.length))
    try {
      await rm(path, { force: true })
      await copyFile(bytes, path)
    } catch (error) {
      throw inWords(error, path)
    }
    count++
  }
  return count
}

function holdCounts(store: Store, clientId: string, bytes: Buffer | undefined): Reservation[] {
  const held: Reservation[] = []
  const reader = new CsvReader(bytes ?? Buffer.alloc(0))
  reader.next()
  while (reader.next()) {
    const [name, key, period, value] = reader.cells as [string, string, string, string]
    const def = clientCounters.find(counter => counter.name === name)
    const missing = def && key === clientId ? Number(value) - store.counter(def).value(clientId, period) : 0
    if (missing > 0) held.push(store.counter(def!).reserve(clientId, period, missing, Number.MAX_SAFE_INTEGER)!)
  }
  return held
}
