/**
 * A backup: `DIR/<time>/` with the data folder's files below `data/` and `backup.csv`, which names each with its size
 * and SHA-256. It appears under its name only when it is complete and on the disk.
 */
import { mkdir, realpath, rm } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import { AppError } from '../errors.ts'
import type { SnapshotFile, Store } from '../store/store.ts'
import { type BackedUpFile, encodeManifest, filesFolder, manifestName } from './backup-manifest.ts'
import { copyFile, inWords, makeWhole, measureFile } from './copy.ts'

export interface BackupDeps {
  store: Store
  /** The data folder. */
  dir: string
  now: () => Date
  version: string
}

export interface BackupReport {
  /** The new folder. */
  path: string
  /** ISO 8601 UTC. */
  time: string
  files: number
  bytes: number
}

/** How long a file that somebody is saving by hand gets to become the same twice, in tries 150 ms apart. */
const settleTries = 40
const settleMs = 150

/** @throws AppError `unprocessable` where `target` cannot take it, `store_unavailable` where the store cannot give it */
export async function makeBackup({ store, dir, now, version }: BackupDeps, target: string): Promise<BackupReport> {
  const time = now().toISOString()
  const path = join(resolve(target), time.replace(/[:.]/g, '-'))
  try {
    await mkdir(resolve(target), { recursive: true })
    const inside = (await realpath(target)) + sep
    if (inside.startsWith((await realpath(dir)) + sep))
      throw new AppError('unprocessable', `${resolve(target)} is in the data folder; a backup belongs elsewhere.`)
    return await makeWhole(path, async beside => {
      const files: BackedUpFile[] = []
      await store.snapshot(async snapshot => {
        for await (const file of snapshot) {
          if (!store.status().ready)
            throw new AppError('store_unavailable', 'The server is stopping; no backup was made.')
          const copied = await copyOne(dir, file, join(beside, filesFolder, file.name))
          if (copied) files.push({ name: file.name, ...copied })
        }
      })
      await copyFile(Buffer.from(encodeManifest({ time, version, files })), join(beside, manifestName))
      return { path, time, files: files.length, bytes: files.reduce((sum, file) => sum + file.bytes, 0) }
    })
  } catch (error) {
    throw inWords(error, path)
  }
}

/** Undefined for a file that has gone, or never was one. */
async function copyOne(dir: string, { name, bytes }: SnapshotFile, to: string) {
  if (bytes) return copyFile(bytes, to)
  const from = join(dir, name)
  try {
    const copied = await copyFile(from, to)
    // The store leaves its files alone now, but a spreadsheet may be saving one: what was copied must be what stays.
    for (let tries = 0; (await measureFile(from))?.sha256 !== copied.sha256; tries++) {
      if (tries === settleTries)
        throw new AppError('unprocessable', `${from} is being changed all the time; no backup was made.`)
      await new Promise(done => setTimeout(done, settleMs))
      await rm(to)
      Object.assign(copied, await copyFile(from, to))
    }
    return copied
  } catch (error) {
    if (!['ENOENT', 'EISDIR', 'ENXIO'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    await rm(to, { force: true })
    return undefined
  }
}
