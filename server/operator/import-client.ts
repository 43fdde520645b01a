/**
 * A client's zip into this installation. All of it is read and verified before anything is written. Then come, in small
 * commits, a note that it was begun and the rows of logs, then uploaded files, and last everything else in one commit:
 * only that makes the client exist. An import that was interrupted is made again from the beginning, and what it had
 * brought is taken back first. Rows pass through: a long history needs no more memory than a short one.
 */
import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../errors.ts'
import { CellError, codecOf, type Row } from '../store/csv/codec.ts'
import { CsvDamage, csvBlocks } from '../store/csv/csv-blocks.ts'
import { CsvReader } from '../store/csv/rfc4180.ts'
import type { LogDef, TableDef } from '../store/define.ts'
import { type Client, clients, usageLogs } from '../store/records.ts'
import { append, type Change, insert, type Reservation, type Store, settle } from '../store/store.ts'
import { decodeManifest, manifestName } from './backup-manifest.ts'
import { clientCounters, clientLogs, clientTables, uploadsOf } from './client-rows.ts'
import { copyFile, inWords } from './copy.ts'
import { readZip, type ZipReader } from './zip.ts'

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

/** The action of the usage row that says an import was begun. */
const begun = 'client_import_begun'
/** Rows of logs in one commit, and how many of them may wait for their files. */
const rowsPerCommit = 500
const rowsPerCheckpoint = 20_000

/** @throws AppError `unprocessable` for a damaged or newer archive, `conflict` when the client or what is its own is taken */
export async function importClient({ store, dir, now }: ImportDeps, file: string): Promise<ImportReport> {
  const zip = await readZip(file, why => damaged(file, why)).catch(error => Promise.reject(inWords(error, file)))
  const { tables, counts, rows, clientIds, uploads } = await verify(zip, file)
  const client = tables.get(clients as unknown as TableDef)?.[0] as Client | undefined
  const clientId = client?.client_id ?? ''
  if (!client || !/^[A-Za-z0-9_-]{1,64}$/.test(clientId) || clientIds.size !== 1)
    throw new AppError('unprocessable', `${file} does not hold one client and nothing else. Nothing was imported.`)
  mustBeFree(store, clientId, tables)
  await takeBackInterrupted(store, clientId)

  const started = { timestamp: now().toISOString(), client_id: clientId, action: begun, details: '', ip_address: '' }
  await store.commit([append(usageLogs, started)])
  for (const def of clientLogs) await bringLog(store, zip, file, def, clientId, now().toISOString().slice(0, 7))
  for (const name of uploads) await putUpload(dir, clientId, name, zip)
  const changes: Change[] = []
  for (const [def, list] of tables)
    for (const row of list) changes.push(insert(def, row, def.partitioned ? clientId : undefined))
  const held = holdCounts(store, clientId, counts)
  try {
    await store.commit([...changes, ...held.map(settle)])
  } finally {
    for (const reservation of held) reservation.release()
  }
  return { clientId, company: client.company_name, rows, uploads: uploads.length }
}

const damaged = (file: string, why: string) =>
  new AppError('unprocessable', `${file} is damaged (${why}). Nothing was imported.`)

/** Goes through the whole archive: each file is as its manifest says, each row can be read. Only tables are kept. */
async function verify(zip: ZipReader, file: string) {
  const page = zip.names.includes(manifestName) && (await bytesOf(zip.read(manifestName)))
  if (!page) throw damaged(file, `there is no ${manifestName} in it`)
  const found = {
    tables: new Map<TableDef, Row[]>(clientTables.map(def => [def, []])),
    counts: Buffer.alloc(0) as Buffer,
    /** Rows by kind of record. */
    rows: {} as Record<string, number>,
    /** Whose rows they are. */
    clientIds: new Set<string>(),
    uploads: [] as string[],
  }
  for (const def of [...clientLogs, ...clientTables]) found.rows[def.name] = 0
  for (const { name, sha256 } of decodeManifest(page, 'archive').files) {
    if (!zip.names.includes(name)) throw damaged(file, `${name} is missing`)
    const hash = createHash('sha256')
    const hashed = async function* () {
      for await (const piece of zip.read(name)) {
        hash.update(piece)
        yield piece
      }
    }
    const def = [...clientLogs, ...clientTables].find(def => name === `${def.name}.csv`)
    if (def) {
      for await (const row of rowsOf(def, name, hashed(), file)) {
        found.rows[def.name]!++
        if ('client_id' in row) found.clientIds.add(row.client_id as string)
        if (def.shape === 'table') found.tables.get(def)!.push(row)
      }
    } else if (name === 'counters.csv') found.counts = await bytesOf(hashed())
    else for await (const _ of hashed());
    if (hash.digest('hex') !== sha256) throw damaged(file, `${name} is not what was exported`)
    if (name.startsWith('uploads/')) found.uploads.push(name)
  }
  return found
}

async function bytesOf(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = []
  for await (const piece of pieces) all.push(piece)
  return Buffer.concat(all)
}

/** Rows of a file with the columns of this or another version. */
async function* rowsOf(
  def: TableDef | LogDef,
  name: string,
  pieces: AsyncIterable<Buffer>,
  file: string,
): AsyncGenerator<Row> {
  const codec = codecOf(def)
  let places: number[] | undefined
  let number = 0
  try {
    for await (const { reader } of csvBlocks(pieces))
      while (reader.next()) {
        number++
        const { cells } = reader
        if (places) yield codec.decode(places.map(place => cells[place] ?? ''))
        else places = codec.names.map(column => cells.indexOf(column))
      }
  } catch (error) {
    if (error instanceof CsvDamage || error instanceof CellError)
      throw damaged(file, `${name}, row ${number}: ${error.message}`)
    throw error
  }
}

function mustBeFree(store: Store, clientId: string, tables: ReadonlyMap<TableDef, Row[]>): void {
  if (store.table(clients).get(clientId))
    throw new AppError('conflict', `The client ${clientId} is here already. Nothing was imported.`)
  for (const [def, rows] of tables) {
    if (def.partitioned) continue
    for (const row of rows)
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

/** Removes what an import that was not completed has left. Anything else under that name is not ours to remove. */
async function takeBackInterrupted(store: Store, clientId: string): Promise<void> {
  let wasBegun = false
  let rows = 0
  for (const def of clientLogs)
    for await (const row of store.log(def).scan(def.partitioned ? { partition: clientId } : {})) {
      if (!def.partitioned && row.client_id !== clientId) continue
      rows++
      if (def === (usageLogs as unknown) && row.action === begun) wasBegun = true
    }
  for (const def of clientTables) if (def.partitioned) rows += (await store.partition(def, clientId)).size
  if (rows === 0) return
  if (!wasBegun)
    throw new AppError(
      'conflict',
      `There are records of a client ${clientId} here already; remove them with npm run erase-client. Nothing was imported.`,
    )
  await store.purge('client_id', clientId)
}

/** Ended months go into files of their own, this month's rows through the journal. */
async function bringLog(store: Store, zip: ZipReader, file: string, def: LogDef, clientId: string, month: string) {
  const name = `${def.name}.csv`
  if (!zip.names.includes(name)) return
  const partition = def.partitioned ? clientId : undefined
  const isEnded = (row: Row) => def.monthly && (row[def.time] as string).slice(0, 7) < month
  const ended = async function* () {
    for await (const row of rowsOf(def, name, zip.read(name), file)) if (isEnded(row)) yield row
  }
  if (def.monthly) await store.backfill(def, ended(), partition)
  let changes: Change[] = []
  let waiting = 0
  for await (const row of rowsOf(def, name, zip.read(name), file)) {
    if (isEnded(row)) continue
    changes.push(append(def, row, partition))
    if (changes.length < rowsPerCommit) continue
    await store.commit(changes)
    waiting += changes.length
    changes = []
    if (waiting < rowsPerCheckpoint) continue
    await store.checkpoint()
    waiting = 0
  }
  if (changes.length > 0) await store.commit(changes)
}

async function putUpload(dir: string, clientId: string, name: string, zip: ZipReader): Promise<void> {
  const path = join(dir, uploadsOf(clientId), name.slice('uploads/'.length))
  try {
    await rm(path, { force: true })
    await copyFile(zip.read(name), path)
  } catch (error) {
    throw inWords(error, path)
  }
}

function holdCounts(store: Store, clientId: string, bytes: Buffer): Reservation[] {
  const held: Reservation[] = []
  const reader = new CsvReader(bytes)
  reader.next()
  while (reader.next()) {
    const [name, key, period, value] = reader.cells as [string, string, string, string]
    const def = clientCounters.find(counter => counter.name === name)
    const missing = def && key === clientId ? Number(value) - store.counter(def).value(clientId, period) : 0
    if (missing > 0) held.push(store.counter(def!).reserve(clientId, period, missing, Number.MAX_SAFE_INTEGER)!)
  }
  return held
}
