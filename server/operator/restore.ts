/**
 * A backup becomes a data folder: each file is verified before, copied, verified again where it now lies, and the folder
 * is opened once as the server would, all beside its final name. Whatever is wrong, nothing is left behind.
 */
import { readdir, readFile, rmdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { AppError } from '../errors.ts'
import { openCsvStore } from '../store/csv/index.ts'
import { ownerOf } from '../store/csv/owner.ts'
import { type BackupManifest, decodeManifest, filesFolder, manifestName } from './backup-manifest.ts'
import { copyFile, inWords, makeWhole, measureFile } from './copy.ts'

export interface RestoreReport {
  /** When the backup was begun. */
  time: string
  files: number
  bytes: number
}

/** @throws AppError `unprocessable` with one sentence; then `target` is as it was before */
export async function restoreBackup(backup: string, target: string, now: () => Date): Promise<RestoreReport> {
  const from = resolve(backup)
  const to = resolve(target)
  await mustBeFree(to)
  const manifest = await readManifest(from)
  for (const file of manifest.files) {
    const found = await measureFile(join(from, filesFolder, file.name)).catch(error =>
      Promise.reject(inWords(error, from)),
    )
    if (!found)
      throw new AppError('unprocessable', `The backup is damaged: ${file.name} is missing. Nothing was restored.`)
    if (found.bytes !== file.bytes || found.sha256 !== file.sha256)
      throw new AppError(
        'unprocessable',
        `The backup is damaged: ${file.name} is not what was backed up. Nothing was restored.`,
      )
  }
  try {
    return await makeWhole(to, async beside => {
      let bytes = 0
      for (const file of manifest.files) {
        await copyFile(join(from, filesFolder, file.name), join(beside, file.name))
        const found = await measureFile(join(beside, file.name))
        if (found?.sha256 !== file.sha256)
          throw new AppError('unprocessable', `${file.name} did not reach the disk as it was; nothing was restored.`)
        bytes += file.bytes
      }
      const store = await openCsvStore({ dir: beside, now })
      await store.close()
      // An empty folder gives way; one that has got something in the meantime does not.
      await rmdir(to).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error
      })
      return { time: manifest.time, files: manifest.files.length, bytes }
    })
  } catch (error) {
    throw inWords(error, to)
  }
}

async function mustBeFree(dir: string): Promise<void> {
  let names: string[]
  try {
    names = await readdir(dir)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw inWords(error, dir)
  }
  const owner = await ownerOf(dir)
  if (owner !== undefined)
    throw new AppError(
      'unprocessable',
      `${dir} is in use by a running server${owner > 0 ? ` (pid ${owner})` : ''}. Restore into a new folder, stop the server, and start it with DATA_DIR set to the new one.`,
    )
  if (names.length > 0)
    throw new AppError(
      'unprocessable',
      `${dir} is not empty. Restore into a new folder and start the server with DATA_DIR set to it.`,
    )
}

async function readManifest(backup: string): Promise<BackupManifest> {
  try {
    return decodeManifest(await readFile(join(backup, manifestName)))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ENOTDIR')
      throw new AppError('unprocessable', `${backup} is no backup: there is no ${manifestName} in it.`)
    throw inWords(error, backup)
  }
}
