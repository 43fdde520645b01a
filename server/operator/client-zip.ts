/** A client's own copy of everything: the operator's export, through a file that nobody else can read and that does not stay. */
import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { AppError } from '../errors.ts'
import { type ExportDeps, exportClient } from './export-client.ts'

/** Zips made at once: each of them keeps a core busy. */
const maxAtOnce = 2

export type ClientZip = (clientId: string) => Promise<{ name: string; bytes: number; body: ReadableStream<Uint8Array> }>

/** @throws AppError `busy` while others are being made, and those of `exportClient` */
export function createClientZip(deps: ExportDeps): ClientZip {
  let running = 0
  return async clientId => {
    if (running >= maxAtOnce)
      throw new AppError('busy', 'Other downloads are being made; try again in a minute.', { retryAfter: 60 })
    running++
    let folder: string | undefined
    try {
      folder = await mkdtemp(join(tmpdir(), 'parley-export-'))
      const name = `parley-${clientId}-${deps.now().toISOString().slice(0, 10)}.zip`
      const { bytes, path } = await exportClient(deps, clientId, join(folder, name))
      const file = createReadStream(path)
      const made = folder
      file.once('close', () => void rm(made, { recursive: true, force: true }))
      return { name, bytes, body: Readable.toWeb(file) as ReadableStream<Uint8Array> }
    } catch (error) {
      if (folder) await rm(folder, { recursive: true, force: true })
      throw error
    } finally {
      running--
    }
  }
}
