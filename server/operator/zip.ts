/**
 * Zip files as a stream, in both directions: nothing is held whole, and compression runs in threads of its own. Written by
 * the format's specification (APPNOTE.TXT 6.3), without its 64-bit extension: 4 GB and 65,535 files are the limit.
 */
import { createReadStream } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { crc32, createDeflateRaw, createInflateRaw } from 'node:zlib'
import { AppError } from '../errors.ts'

const limit = 0xffff_ffff
const signature = { local: 0x04034b50, descriptor: 0x08074b50, central: 0x02014b50, end: 0x06054b50 }
/** Sizes follow the data; names are UTF-8. */
const flags = 0x0808
const deflated = 8

export interface ZipWriter {
  /** Adds a file; its bytes are taken as they come. */
  add(name: string, pieces: AsyncIterable<Buffer>): Promise<void>
  /** Writes the list of files and syncs; returns the size of the whole. */
  end(): Promise<number>
}

/** Writes into an open, empty file. @throws AppError `unprocessable` past the format's limits */
export function writeZip(file: FileHandle): ZipWriter {
  const central: Buffer[] = []
  let position = 0
  const put = async (bytes: Buffer) => {
    await file.writeFile(bytes)
    position += bytes.length
  }
  return {
    async add(name, pieces) {
      const label = Buffer.from(name)
      const at = position
      await put(Buffer.concat([localHeader(label.length), label]))
      const data = position
      let size = 0
      let crc = 0
      const measured = async function* () {
        for await (const piece of pieces) {
          size += piece.length
          crc = crc32(piece, crc)
          yield piece
        }
      }
      // An error of the source ends the stream between them, and with it the loop.
      const source = Readable.from(measured())
      const deflate = createDeflateRaw()
      source.once('error', error => deflate.destroy(error))
      for await (const piece of source.pipe(deflate)) await put(piece as Buffer)
      const compressed = position - data
      if (size > limit || position > limit || central.length === 0xffff)
        throw new AppError('unprocessable', 'A zip file holds 4 GB and 65,535 files at most, and this would be more.')
      await put(words(16, [0, 4, signature.descriptor], [4, 4, crc], [8, 4, compressed], [12, 4, size]))
      central.push(centralEntry(label, crc, compressed, size, at))
    },
    async end() {
      const at = position
      const list = Buffer.concat(central)
      await put(list)
      const count = central.length
      await put(words(22, [0, 4, signature.end], [8, 2, count], [10, 2, count], [12, 4, list.length], [16, 4, at]))
      await file.sync()
      return position
    },
  }
}

/** `size` bytes with numbers in them, each as [offset, bytes, value]. */
function words(size: number, ...fields: [number, number, number][]): Buffer {
  const bytes = Buffer.alloc(size)
  for (const [at, length, value] of fields) bytes.writeUIntLE(value, at, length)
  return bytes
}

const localHeader = (name: number) =>
  words(30, [0, 4, signature.local], [4, 2, 20], [6, 2, flags], [8, 2, deflated], [26, 2, name])

const centralEntry = (name: Buffer, crc: number, compressed: number, size: number, at: number) =>
  Buffer.concat([
    words(
      46,
      [0, 4, signature.central],
      [4, 2, 20],
      [6, 2, 20],
      [8, 2, flags],
      [10, 2, deflated],
      [16, 4, crc],
      [20, 4, compressed],
      [24, 4, size],
      [28, 2, name.length],
      [42, 4, at],
    ),
    name,
  ])

export interface ZipReader {
  names: string[]
  /** The bytes of a file; ends early or throws where the archive is damaged, so whoever needs them checks a hash. */
  read(name: string): AsyncIterable<Buffer>
}

interface Place {
  at: number
  method: number
  compressed: number
}

/** Reads the list of files. @param damaged makes the error for an archive that cannot be read */
export async function readZip(path: string, damaged: (why: string) => Error): Promise<ZipReader> {
  const places = new Map<string, Place>()
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const at = async (position: number, length: number) => {
      const bytes = Buffer.alloc(Math.max(0, Math.min(length, size - position)))
      await file.read(bytes, 0, bytes.length, position)
      return bytes
    }
    // The end may be followed by a comment of at most 64 KB.
    const tailAt = Math.max(0, size - 22 - 0xffff)
    const tail = await at(tailAt, size)
    const end = tail.lastIndexOf(words(4, [0, 4, signature.end]))
    if (end < 0 || end + 22 > tail.length) throw damaged('it is no zip file')
    const list = await at(tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12))
    for (let offset = 0; offset + 46 <= list.length; ) {
      if (list.readUInt32LE(offset) !== signature.central) throw damaged('its list of files cannot be read')
      const [name, extra, comment] = [28, 30, 32].map(field => list.readUInt16LE(offset + field)) as [
        number,
        number,
        number,
      ]
      const local = await at(list.readUInt32LE(offset + 42), 30)
      if (local.length < 30 || local.readUInt32LE(0) !== signature.local) throw damaged('a file in it cannot be found')
      places.set(list.toString('utf8', offset + 46, offset + 46 + name), {
        at: list.readUInt32LE(offset + 42) + 30 + local.readUInt16LE(26) + local.readUInt16LE(28),
        method: list.readUInt16LE(offset + 10),
        compressed: list.readUInt32LE(offset + 20),
      })
      offset += 46 + name + extra + comment
    }
  } finally {
    await file.close()
  }
  return {
    names: [...places.keys()],
    async *read(name) {
      const place = places.get(name)
      if (!place) throw damaged(`${name} is missing`)
      if (place.compressed === 0 && place.method === 0) return
      const source = createReadStream(path, { start: place.at, end: place.at + place.compressed - 1 })
      try {
        if (place.method === 0) yield* source
        else {
          const inflate = createInflateRaw()
          source.once('error', error => inflate.destroy(error))
          yield* source.pipe(inflate)
        }
      } catch (error) {
        if (/^Z_/.test((error as NodeJS.ErrnoException).code ?? '')) throw damaged(`${name} cannot be unpacked`)
        throw error
      } finally {
        source.destroy()
      }
    },
  }
}
