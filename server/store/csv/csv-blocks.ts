/** Records of a file that is too long to be held: it is gone through in blocks of whole records. */
import type { OpenFile } from './file-port.ts'
import { CsvReader } from './rfc4180.ts'

/** Bytes that end with a record, but for the last of them, and a reader that stands before the first one. */
export interface CsvBlock {
  bytes: Buffer
  reader: CsvReader
}

/** What comes next cannot be read. */
export class CsvDamage extends Error {}

const pieceBytes = 256 * 1024
/** A record longer than this is damage. */
const recordBytes = 64 * 1024 * 1024

/** A file's bytes, up to `length`. */
export async function* piecesOf(file: OpenFile, length: number): AsyncGenerator<Buffer> {
  for (let position = 0; position < length; ) {
    const piece = Buffer.allocUnsafe(Math.min(pieceBytes, length - position))
    const count = await file.read(piece, position)
    if (count === 0) return
    position += count
    yield piece.subarray(0, count)
  }
}

/**
 * Whoever takes a block reads it to its end before the next one: `while (reader.next()) …`. A last record without its
 * line end gets one. @throws CsvDamage after the last block that could be read
 */
export async function* csvBlocks(pieces: AsyncIterable<Buffer>): AsyncGenerator<CsvBlock> {
  let rest: Buffer = Buffer.alloc(0)
  let waiting: Buffer[] = []
  let size = 0
  const blockOf = (bytes: Buffer): CsvBlock => ({ bytes, reader: new CsvReader(bytes) })
  for await (const piece of pieces) {
    waiting.push(piece)
    size += piece.length
    // A long record is not looked at again for every piece of it.
    if (size < rest.length) continue
    const block = blockOf(Buffer.concat([rest, ...waiting]))
    waiting = []
    size = 0
    yield block
    rest = block.bytes.subarray(block.reader.offset)
    if (block.reader.damage === 'quote' || rest.length > recordBytes) throw new CsvDamage('a quote is damaged')
  }
  if (rest.length + size === 0) return
  const bytes = Buffer.concat([rest, ...waiting])
  const block = blockOf(bytes.at(-1) === 10 ? bytes : Buffer.concat([bytes, Buffer.from('\n')]))
  yield block
  if (block.reader.damage) throw new CsvDamage('a quote is damaged')
}
