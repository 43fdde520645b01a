/**
 * Removes a client everywhere: its row, keys, sessions, bot, knowledge, conversations, usage (closed months too), counts,
 * uploads, and out of the journal, which a checkpoint replaces. The receipt says how much of what went, and what a
 * program cannot decide about: files that were set aside, and backups.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../errors.ts'
import { clients, usageLogs } from '../store/records.ts'
import { append, type Store, update } from '../store/store.ts'
import { partitionFolders, uploadsOf } from './client-rows.ts'
import { inWords } from './copy.ts'

export interface EraseReceipt {
  clientId: string
  /** When it was done, ISO 8601 UTC. */
  time: string
  /** Rows removed, by kind of record. */
  rows: Record<string, number>
  uploads: number
  /** Files set aside earlier that still name the client, relative to the data folder. */
  remaining: string[]
}

/** How long replies under way get to be stored before they are removed with the rest, in milliseconds. */
const lastReplyMs = 500
const maxRounds = 10

/** @throws AppError `not_found` for a client of whom there is nothing; `store_unavailable`, `unprocessable` */
export async function eraseClient(
  { store, dir, now }: { store: Store; dir: string; now: () => Date },
  clientId: string,
): Promise<EraseReceipt> {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(clientId)) throw new AppError('not_found', `There is no client ${clientId}.`)
  const uploads = join(dir, uploadsOf(clientId))
  // Without its row it may still be half erased: an interrupted run is finished by the next one.
  if (store.table(clients).get(clientId)) await store.commit([update(clients, clientId, { is_active: false })])
  const rows: Record<string, number> = {}
  for (let round = 0; round < maxRounds; round++) {
    await new Promise(done => setTimeout(done, lastReplyMs))
    const counts = await store.purge('client_id', clientId)
    for (const [name, count] of Object.entries(counts)) rows[name] = (rows[name] ?? 0) + count
    if (Object.values(counts).every(count => count === 0)) break
  }
  for (const folder of partitionFolders)
    for (const base of ['', 'journal/base']) await rmdir(join(dir, base, folder, clientId)).catch(() => {})
  const files = existsSync(uploads)
    ? readdirSync(uploads, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile()).length
    : 0
  if (files === 0 && Object.values(rows).every(count => count === 0))
    throw new AppError('not_found', `There is no client ${clientId}.`)
  try {
    await rm(uploads, { recursive: true, force: true })
  } catch (error) {
    throw inWords(error, uploads)
  }
  const time = now().toISOString()
  // Who it was is in the receipt alone; here stands what proves the receipt right.
  const details = JSON.stringify({ client_sha256: createHash('sha256').update(clientId).digest('hex') })
  await store.commit([
    append(usageLogs, { timestamp: time, client_id: '', action: 'client_erased', details, ip_address: '' }),
  ])
  await store.checkpoint()
  return { clientId, time, rows, uploads: files, remaining: setAside(dir, clientId) }
}

function setAside(dir: string, clientId: string): string[] {
  return readdirSync(dir)
    .filter(name => name.includes('.rejected-'))
    .filter(name => readFileSync(join(dir, name)).includes(clientId))
}
