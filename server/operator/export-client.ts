/**
 * One client as a zip: a CSV file for each kind of record with the client's rows, the files it uploaded, and
 * `backup.csv` with the size and SHA-256 of each. Cells are exact, as in the data folder: this is for moving, not for
 * spreadsheets. Keys and the password are in it as hashes, so they go on working elsewhere. Rows pass through: a long
 * history needs no more memory than a short one.
 */
import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import { AppError } from '../errors.ts'
import { codecOf, type Row } from '../store/csv/codec.ts'
import { line } from '../store/csv/rfc4180.ts'
import type { LogDef, TableDef } from '../store/define.ts'
import { clients } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { type BackedUpFile, encodeManifest, manifestName } from './backup-manifest.ts'
import { clientCounters, clientLogs, clientTables, monthsBetween, uploadsOf } from './client-rows.ts'
import { inWords, makeWhole } from './copy.ts'
import { writeZip } from './zip.ts'

export interface ExportDeps {
  store: Store
  /** The data folder. */
  dir: string
  now: () => Date
  version: string
  /** Leaves the password's hash and the sealed key of a model out: for whoever holds no more than a session. */
  withoutSecrets?: boolean
}

const secretColumns: Record<string, string[]> = { clients: ['password_hash'], models: ['sealed_key', 'key_hint'] }

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
  const { store } = deps
  const client = store.table(clients).get(clientId)
  if (!client) throw new AppError('not_found', `There is no client ${clientId}.`)
  const path = resolve(file)
  if (existsSync(path)) throw new AppError('conflict', `${path} exists already; name a new file.`)
  try {
    return await makeWhole(path, async beside => {
      const target = await open(beside, 'wx', 0o600)
      try {
        const { bytes, ...report } = await fill(deps, clientId, client.created_at, writeZip(target))
        return { path, company: client.company_name, bytes, ...report }
      } finally {
        await target.close()
      }
    })
  } catch (error) {
    throw inWords(error, path)
  }
}

async function fill(
  { store, dir, now, version, withoutSecrets = false }: ExportDeps,
  clientId: string,
  since: string,
  zip: ReturnType<typeof writeZip>,
) {
  const files: BackedUpFile[] = []
  const add = async (name: string, pieces: AsyncIterable<Buffer>) => {
    const hash = createHash('sha256')
    let bytes = 0
    const noted = async function* () {
      for await (const piece of pieces) {
        hash.update(piece)
        bytes += piece.length
        yield piece
      }
    }
    await zip.add(name, noted())
    files.push({ name, bytes, sha256: hash.digest('hex') })
  }
  const rows: Record<string, number> = {}
  const addRows = async (def: TableDef | LogDef, source: AsyncIterable<Row>) => {
    rows[def.name] = 0
    const blank = Object.fromEntries((withoutSecrets ? (secretColumns[def.name] ?? []) : []).map(name => [name, '']))
    const counted = async function* () {
      for await (const row of source) {
        rows[def.name]!++
        yield { ...row, ...blank }
      }
    }
    await add(`${def.name}.csv`, csvOf(def, counted()))
  }

  // Logs before counters: a chat that comes meanwhile may be counted and not logged, never the other way round.
  let earliest = since || now().toISOString()
  for (const def of clientLogs) {
    const theirs = async function* () {
      for await (const row of store.log(def).scan(def.partitioned ? { partition: clientId } : {})) {
        if (!def.partitioned && row.client_id !== clientId) continue
        if (row[def.time] < earliest) earliest = row[def.time]
        yield row as Row
      }
    }
    await addRows(def, theirs())
  }
  for (const def of clientTables) {
    const source = def.partitioned ? await store.partition(def, clientId) : store.table(def)
    const all = [...(source.all() as Iterable<Row>)]
    await addRows(def, each(def.partitioned ? all : all.filter(row => row.client_id === clientId)))
  }
  const counts = clientCounters.flatMap(def =>
    [...monthsBetween(earliest, now().toISOString())].flatMap(period => {
      const value = store.counter(def).value(clientId, period)
      return value > 0 ? [line([def.name, clientId, period, String(value)])] : []
    }),
  )
  await add('counters.csv', each([Buffer.from(line(['counter', 'key', 'period', 'value']) + counts.join(''))]))
  let uploads = 0
  const folder = join(dir, uploadsOf(clientId))
  for (const path of await filesBelow(folder)) {
    await add(
      `uploads/${path
        .slice(folder.length + 1)
        .split(sep)
        .join('/')}`,
      createReadStream(path),
    )
    uploads++
  }
  const manifest = encodeManifest({ time: now().toISOString(), version, files })
  await zip.add(manifestName, each([Buffer.from(manifest)]))
  return { bytes: await zip.end(), rows, uploads }
}

async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items
}

const pieceLength = 64 * 1024

async function* csvOf(def: TableDef | LogDef, rows: AsyncIterable<Row>): AsyncGenerator<Buffer> {
  const codec = codecOf(def)
  let text = line(codec.names)
  for await (const row of rows) {
    text += `${codec.encode(row)}\n`
    if (text.length < pieceLength) continue
    yield Buffer.from(text)
    text = ''
  }
  yield Buffer.from(text)
}

async function filesBelow(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return []
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
}
