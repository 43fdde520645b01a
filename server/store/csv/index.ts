/** The default engine: plain CSV files behind one journal. What it promises is said in `../store.ts`. */
import { join, parse, relative, resolve } from 'node:path'
import { nanoid } from 'nanoid'
import { AppError } from '../../errors.ts'
import type { AnyDef } from '../define.ts'
import * as records from '../records.ts'
import type { Store } from '../store.ts'
import { CsvStore } from './engine.ts'
import { ensureFolder, type FilePort, realFiles } from './file-port.ts'
import { sentenceOf } from './journal.ts'
import { parseFileName } from './journal-record.ts'
import { Manifest } from './manifest.ts'
import { type Claim, claimFolder } from './owner.ts'

export interface StoreLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export interface CsvStoreOptions {
  /** The data folder; made when it is missing. */
  dir: string
  now: () => Date | number
  /** Ids for rows that people add to a file without one. */
  newId?: () => string
  /** The disk. Default: this machine's. */
  port?: FilePort
  /** How many bytes of partitions (clients' knowledge) stay in memory. Default 256 MB. */
  cacheBytes?: number
  /** How long the CSV files may be behind under load, in milliseconds. Default 900. */
  checkpointMs?: number
  /** How often files are looked at for edits by hand, in milliseconds. Default 400. */
  editMs?: number
  log?: StoreLog
  /** What is kept. Default: everything in records.ts. */
  defs?: readonly AnyDef[]
  /** How the folder is claimed. Default: a lock that the kernel releases, see owner.ts. */
  claim?: Claim
}

const allRecords = Object.values(records) as readonly (AnyDef | unknown)[] as readonly AnyDef[]

/**
 * Opens a data folder, recovering what a crash left. Rejects with `store_unavailable` and one sentence when the folder
 * has another owner, was written by a newer version, cannot be written to, or holds a file that cannot be read.
 */
export async function openCsvStore(options: CsvStoreOptions): Promise<Store> {
  const dir = resolve(options.dir)
  const port = options.port ?? realFiles
  try {
    await ensureFolder(port, parse(dir).root, relative(parse(dir).root, join(dir, 'journal')))
    return await claimAndOpen(options, dir, port)
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError(
      'store_unavailable',
      `The data folder ${dir} cannot be opened for writing: ${sentenceOf(error as Error)}`,
      { cause: error },
    )
  }
}

async function claimAndOpen(options: CsvStoreOptions, dir: string, port: FilePort): Promise<Store> {
  const claim = options.claim ?? claimFolder
  for (;;) {
    const before = await lastEpoch(port, dir)
    let lost: (reason: string) => void = () => {}
    const ownership = await claim(dir, before, reason => lost(reason))
    try {
      if ((await lastEpoch(port, dir)) >= ownership.epoch) {
        // Somebody came and went between our look and our claim.
        await ownership.release()
        continue
      }
      const manifest = new Manifest(port, join(dir, 'journal/manifest.csv'))
      await manifest.load()
      const store = new CsvStore({
        dir,
        port,
        ownership,
        manifest,
        now: () => new Date(options.now()).toISOString(),
        newId: options.newId ?? (() => nanoid(12)),
        cacheBytes: options.cacheBytes ?? 256 * 1024 * 1024,
        checkpointMs: options.checkpointMs ?? 900,
        editMs: options.editMs ?? 400,
        log: options.log,
        defs: options.defs ?? allRecords,
      })
      lost = reason => store.lose(reason)
      await store.open()
      return store
    } catch (error) {
      await ownership.release()
      throw error
    }
  }
}

/** The highest epoch that ever wrote to the folder. */
async function lastEpoch(port: FilePort, dir: string): Promise<number> {
  const manifest = new Manifest(port, join(dir, 'journal/manifest.csv'))
  await manifest.load()
  const journals = (await port.list(join(dir, 'journal'))).flatMap(name => parseFileName(name)?.epoch ?? [])
  return Math.max(manifest.epoch, ...journals)
}
