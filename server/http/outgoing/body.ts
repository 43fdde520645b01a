/** Bodies of strangers: decompressed as they come, and cut the moment they pass their cap. */
import type { Duplex, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { FetchFailure } from './failure.ts'

export interface Capped {
  body: Buffer
  /** Bytes before decompression. */
  received: number
}

const decoders: Record<string, () => Duplex> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
}

/**
 * The whole body after decompression. A bomb costs no more than its cap: what comes out is counted, and the stream is
 * destroyed when it is too much.
 * @throws FetchFailure `too_large`, `broken` for an encoding that was not asked for
 */
export async function readCapped(
  stream: Readable,
  encoding: string | undefined,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Capped> {
  const names = (encoding ?? '')
    .toLowerCase()
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '' && name !== 'identity')
  const stages = names.reverse().map(name => decoders[name])
  if (stages.length > 1 || stages.includes(undefined)) {
    stream.on('error', () => {}).destroy()
    throw new FetchFailure('broken', 'The page is compressed in a way that cannot be read.')
  }
  const chunks: Buffer[] = []
  let size = 0
  let received = 0
  const collect = async (source: AsyncIterable<Buffer>) => {
    for await (const chunk of source) {
      size += chunk.byteLength
      if (size > maxBytes) throw tooLarge(maxBytes)
      chunks.push(chunk)
    }
  }
  const count = async function* (source: AsyncIterable<Buffer>) {
    for await (const chunk of source) {
      received += chunk.byteLength
      if (received > maxBytes) throw tooLarge(maxBytes)
      yield chunk
    }
  }
  if (stages[0]) await pipeline(stream, count, stages[0](), collect, { signal })
  else await pipeline(stream, count, collect, { signal })
  return { body: Buffer.concat(chunks), received }
}

export const tooLarge = (maxBytes: number) =>
  new FetchFailure('too_large', `It has more than ${(maxBytes / 1_000_000).toLocaleString('en')} MB.`)
