/** Copying a file to where it must stay: hashed on the way, synced, and only then done. */
import { createHash } from 'node:crypto'
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AppError } from '../errors.ts'

const chunkBytes = 1024 * 1024

/** Copies `from` (a path, or bytes) to the new file `to`; returns its size and SHA-256 (hex). */
export async function copyFile(
  from: string | Buffer | AsyncIterable<Buffer>,
  to: string,
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  await mkdir(dirname(to), { recursive: true, mode: 0o700 })
  const source = typeof from === 'string' ? await open(from, 'r') : undefined
  try {
    const target = await open(to, 'wx', 0o600)
    try {
      let bytes = 0
      const put = async (chunk: Buffer) => {
        hash.update(chunk)
        await target.writeFile(chunk)
        bytes += chunk.length
      }
      if (source) {
        const buffer = Buffer.allocUnsafe(chunkBytes)
        for (;;) {
          const { bytesRead } = await source.read(buffer, 0, chunkBytes, bytes)
          if (bytesRead === 0) break
          await put(buffer.subarray(0, bytesRead))
        }
      } else if (Buffer.isBuffer(from)) await put(from)
      else for await (const piece of from as AsyncIterable<Buffer>) await put(piece)
      await target.sync()
      return { bytes, sha256: hash.digest('hex') }
    } finally {
      await target.close()
    }
  } finally {
    await source?.close()
  }
}

/** Size and SHA-256 (hex) of a file; undefined when there is none. */
export async function measureFile(path: string): Promise<{ bytes: number; sha256: string } | undefined> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw error
  })
  if (!file) return undefined
  try {
    const hash = createHash('sha256')
    const buffer = Buffer.allocUnsafe(chunkBytes)
    let bytes = 0
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, chunkBytes, bytes)
      if (bytesRead === 0) return { bytes, sha256: hash.digest('hex') }
      hash.update(buffer.subarray(0, bytesRead))
      bytes += bytesRead
    }
  } finally {
    await file.close()
  }
}

/**
 * Makes a folder or file as a whole: `fill` works on a name beside it, which is synced and renamed when it is complete,
 * and removed when anything goes wrong.
 */
export async function makeWhole<T>(path: string, fill: (beside: string) => Promise<T>): Promise<T> {
  const beside = join(dirname(path), `.${basename(path)}.part`)
  await mkdir(dirname(path), { recursive: true })
  await rm(beside, { recursive: true, force: true })
  try {
    const result = await fill(beside)
    await syncFolders(beside)
    await rename(beside, path)
    await syncFolder(dirname(path))
    return result
  } catch (error) {
    await rm(beside, { recursive: true, force: true }).catch(() => {})
    throw error
  }
}

async function syncFolders(path: string): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOTDIR') return undefined
    throw error
  })
  if (!entries) return
  for (const entry of entries) if (entry.isDirectory()) await syncFolders(join(path, entry.name))
  await syncFolder(path)
}

async function syncFolder(path: string): Promise<void> {
  // Windows opens no folders, and needs no sync of them.
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  await folder.sync().finally(() => folder.close())
}

/** An error of the file system as a sentence about `path`; anything else stays what it is. */
export function inWords(error: unknown, path: string): unknown {
  const sentences: Record<string, string> = {
    ENOENT: 'does not exist',
    ENOTDIR: 'is not a folder',
    EEXIST: 'exists already',
    EACCES: 'may not be written or read by this user',
    EPERM: 'may not be written or read by this user',
    EROFS: 'is on a read-only disk',
    ENOSPC: 'does not fit: the disk is full',
    EDQUOT: 'does not fit: the disk is full',
    EFBIG: 'does not fit: files may not grow that large here',
    ENAMETOOLONG: 'is too long a path',
    EIO: 'cannot be written or read: the disk reports an error',
    EXDEV: 'is the top of a disk; name a folder within it',
    EBUSY: 'is the top of a disk, or in use; name a folder within it',
  }
  const { code = '' } = error as NodeJS.ErrnoException
  return sentences[code] ? new AppError('unprocessable', `${path} ${sentences[code]}.`, { cause: error }) : error
}
