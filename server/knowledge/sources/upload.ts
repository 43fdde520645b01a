/** Where uploaded files are kept: `uploads/<client_id>/`, under names of ours, so that no name of theirs becomes a path. */
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../errors.ts'
import type { FileSink } from '../../http/multipart.ts'

export interface Uploads {
  /** Keeps a file that arrives in pieces; `stored` is its name here once the sink has ended. */
  receive(
    clientId: string,
    name: string,
  ): Promise<{ sink: FileSink; stored: string; bytes(): number; discard(): Promise<void> }>
  path(clientId: string, stored: string): string
  remove(clientId: string, stored: string): Promise<void>
  /** Bytes kept for a client. */
  used(clientId: string): Promise<number>
}

export interface UploadDeps {
  /** The data folder. */
  dir: string
  newId: () => string
  /** Bytes kept for each client. */
  maxBytes: number
}

const safe = /^[A-Za-z0-9_-]{1,64}$/
const storedName = /^[A-Za-z0-9_-]{1,40}\.[a-z0-9]{1,10}$/

export function createUploads({ dir, newId, maxBytes }: UploadDeps): Uploads {
  const folder = (clientId: string) => {
    if (!safe.test(clientId)) throw new AppError('not_found', 'There is no such client.')
    return join(dir, 'uploads', clientId)
  }
  const path = (clientId: string, stored: string) => {
    if (!storedName.test(stored)) throw new AppError('not_found', 'There is no such file.')
    return join(folder(clientId), stored)
  }
  const used = async (clientId: string) => {
    let sum = 0
    for (const name of await readdir(folder(clientId)).catch(() => [])) {
      const found = await stat(join(folder(clientId), name)).catch(() => undefined)
      sum += found?.isFile() ? found.size : 0
    }
    return sum
  }

  /** What uploads under way have left of a client's bytes together, so that many at once cannot each take all of it. */
  const rooms = new Map<string, { left: Promise<number>; taken: number; open: number }>()
  const enter = (clientId: string) => {
    const room = rooms.get(clientId) ?? { left: used(clientId).then(bytes => maxBytes - bytes), taken: 0, open: 0 }
    rooms.set(clientId, room)
    room.open++
    return room
  }

  return {
    path,
    used,
    remove: (clientId, stored) => rm(path(clientId, stored), { force: true }),
    async receive(clientId, name) {
      const extension = /\.([a-z0-9]{1,10})$/i.exec(name)?.[1]?.toLowerCase() ?? 'bin'
      const stored = `${newId()}.${extension}`
      const whole = path(clientId, stored)
      const part = `${whole}.part`
      await mkdir(folder(clientId), { recursive: true, mode: 0o700 })
      const file = await open(part, 'wx', 0o600).catch(inWords)
      const room = enter(clientId)
      let size = 0
      let closed = false
      const close = async () => {
        if (closed) return
        closed = true
        if (--room.open === 0) rooms.delete(clientId)
        await file.close()
      }
      const discard = async () => {
        if (!closed) room.taken -= size
        await close().catch(() => {})
        await Promise.all([rm(part, { force: true }), rm(whole, { force: true })])
      }
      return {
        stored,
        bytes: () => size,
        discard,
        sink: {
          async write(piece) {
            size += piece.length
            room.taken += piece.length
            if (room.taken > (await room.left))
              throw new AppError(
                'payload_too_large',
                `Your files may take ${Math.round(maxBytes / 1024 / 1024)} MB altogether; remove some first.`,
              )
            await file.writeFile(piece).catch(inWords)
          },
          async end() {
            await file.datasync().catch(inWords)
            await close()
            await rename(part, whole).catch(inWords)
            // The name, too, is on disk before anybody relies on it.
            const parent = await open(folder(clientId), 'r')
            await parent.sync().finally(() => parent.close())
          },
        },
      }
    },
  }
}

function inWords(error: NodeJS.ErrnoException): never {
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT')
    throw new AppError('store_unavailable', 'The server’s disk is full; nothing can be uploaded at the moment.')
  throw error
}
