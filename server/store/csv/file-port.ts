/**
 * The few file operations that the engine is built from. Everything the engine does to a disk goes through this port,
 * so that a test can put a disk behind it that fails, tears, reorders and forgets.
 *
 * What the engine assumes of a disk, and no more: bytes written are safe after `sync`/`datasync` of that file; a name
 * (made, renamed, removed) is safe after `syncFolder` of its folder; `rename` is atomic for whoever looks meanwhile;
 * a write may be short, and may fail.
 */
import fs from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

export interface FileStat {
  size: number
  mtimeMs: number
  ino: number
}

export interface OpenFile {
  /** Fills `into` from `position` on; returns how many bytes there were. */
  read(into: Buffer, position: number): Promise<number>
  /** Writes at `position`; returns how many bytes were taken, which may be fewer than given. */
  write(bytes: Buffer, position: number): Promise<number>
  sync(): Promise<void>
  datasync(): Promise<void>
  truncate(length: number): Promise<void>
  stat(): Promise<FileStat>
  close(): Promise<void>
}

export interface FilePort {
  /** `create` makes or empties the file, `edit` needs an existing one, `read` cannot write. */
  open(path: string, mode: 'read' | 'edit' | 'create'): Promise<OpenFile>
  /** Undefined when there is none. */
  readFile(path: string): Promise<Buffer | undefined>
  /** Undefined when there is none. */
  stat(path: string): Promise<FileStat | undefined>
  /** Names in a folder; none when the folder is missing. */
  list(folder: string): Promise<string[]>
  /** False when it was there already. The parent must exist. */
  makeFolder(path: string): Promise<boolean>
  rename(from: string, to: string): Promise<void>
  /** A missing file is no error. */
  remove(path: string): Promise<void>
  syncFolder(path: string): Promise<void>
}

const open = promisify(fs.open)
const close = promisify(fs.close)
const fsync = promisify(fs.fsync)
const fdatasync = promisify(fs.fdatasync)
const ftruncate = promisify(fs.ftruncate)
const fstat = promisify(fs.fstat)
const stat = promisify(fs.stat)
const rename = promisify(fs.rename)
const unlink = promisify(fs.unlink)
const mkdir = promisify(fs.mkdir)
const readdir = promisify(fs.readdir)
const readFile = promisify(fs.readFile)

export const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException)?.code ?? ''
const missing = (error: unknown) => codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR'
const shape = (s: fs.Stats): FileStat => ({ size: s.size, mtimeMs: s.mtimeMs, ino: s.ino })

function openFile(fd: number): OpenFile {
  return {
    read: (into, position) =>
      new Promise((resolve, reject) =>
        fs.read(fd, into, 0, into.length, position, (error, count) => (error ? reject(error) : resolve(count))),
      ),
    write: (bytes, position) =>
      new Promise((resolve, reject) =>
        fs.write(fd, bytes, 0, bytes.length, position, (error, count) => (error ? reject(error) : resolve(count))),
      ),
    sync: () => fsync(fd),
    datasync: () => fdatasync(fd),
    truncate: length => ftruncate(fd, length),
    stat: async () => shape(await fstat(fd)),
    close: () => close(fd),
  }
}

/** The disk of this machine. */
export const realFiles: FilePort = {
  async open(path, mode) {
    // For our user alone, whoever starts the engine.
    return openFile(await open(path, mode === 'read' ? 'r' : mode === 'edit' ? 'r+' : 'w+', 0o600))
  },
  async readFile(path) {
    try {
      return await readFile(path)
    } catch (error) {
      if (missing(error)) return undefined
      throw error
    }
  },
  async stat(path) {
    try {
      return shape(await stat(path))
    } catch (error) {
      if (missing(error)) return undefined
      throw error
    }
  },
  async list(folder) {
    try {
      return await readdir(folder)
    } catch (error) {
      if (missing(error)) return []
      throw error
    }
  },
  async makeFolder(path) {
    try {
      await mkdir(path, 0o700)
      return true
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false
      throw error
    }
  },
  rename: (from, to) => rename(from, to),
  async remove(path) {
    try {
      await unlink(path)
    } catch (error) {
      if (!missing(error)) throw error
    }
  },
  async syncFolder(path) {
    let fd: number
    try {
      fd = await open(path, 'r')
    } catch (error) {
      // Windows opens no folders, and needs no sync of them.
      if (process.platform === 'win32') return
      throw error
    }
    try {
      await fsync(fd)
    } catch (error) {
      // File systems that cannot sync a folder say so with these; any other code is a real failure.
      if (!['EINVAL', 'ENOTSUP', 'EPERM', 'EISDIR', 'EBADF'].includes(codeOf(error))) throw error
    } finally {
      await close(fd)
    }
  },
}

/** A failed sync. What the disk holds is unknown from here on, and a second sync would say ok: nobody may retry. */
export class SyncError extends Error {
  constructor(what: string, cause: unknown) {
    super(`${what} could not be synced to the disk (${codeOf(cause) || (cause as Error)?.message}).`, { cause })
    this.name = 'SyncError'
  }
}

/** Writes all of it: a disk that is nearly full takes fewer bytes than given, without an error. */
export async function writeAll(file: OpenFile, bytes: Buffer, position: number): Promise<void> {
  let done = 0
  while (done < bytes.length) {
    const count = await file.write(done === 0 ? bytes : bytes.subarray(done), position + done)
    if (count <= 0) throw Object.assign(new Error('The disk took no more bytes.'), { code: 'ENOSPC' })
    done += count
  }
}

export async function syncFile(file: OpenFile, name: string, data = false): Promise<void> {
  try {
    await (data ? file.datasync() : file.sync())
  } catch (error) {
    throw new SyncError(name, error)
  }
}

export async function syncFolder(port: FilePort, folder: string): Promise<void> {
  try {
    await port.syncFolder(folder)
  } catch (error) {
    throw new SyncError(folder, error)
  }
}

/** Makes `relative` and its parents below `root`; each new name is synced before anything is put under it. */
export async function ensureFolder(port: FilePort, root: string, relative: string): Promise<void> {
  if (relative === '' || relative === '.') return
  const path = join(root, relative)
  if (await port.stat(path)) return
  await ensureFolder(port, root, dirname(relative))
  if (await port.makeFolder(path)) await syncFolder(port, dirname(path))
}

/** Puts `bytes` in place of a whole file: beside it, synced, renamed, the folder synced. */
export async function replaceFile(port: FilePort, path: string, bytes: Buffer): Promise<void> {
  const beside = `${path}.tmp`
  const file = await port.open(beside, 'create')
  try {
    await writeAll(file, bytes, 0)
    await syncFile(file, beside)
  } finally {
    await file.close()
  }
  await port.rename(beside, path)
  await syncFolder(port, dirname(path))
}

const copyLength = 1024 * 1024

/** Copies a whole file to a new name; the copy and its name are safe when this resolves. */
export async function copyFile(port: FilePort, from: string, to: string): Promise<void> {
  const source = await port.open(from, 'read')
  try {
    const target = await port.open(to, 'create')
    try {
      const buffer = Buffer.allocUnsafe(Math.min(copyLength, (await source.stat()).size + 1))
      for (let at = 0; ; ) {
        const count = await source.read(buffer, at)
        if (count === 0) break
        await writeAll(target, buffer.subarray(0, count), at)
        at += count
      }
      await syncFile(target, to)
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
  await syncFolder(port, dirname(to))
}
