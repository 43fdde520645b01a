/**
 * Request bodies, read with a cap on their bytes whatever Content-Length says, and JSON that cannot hurt: at most
 * `maxDepth` levels, no `__proto__` members, no unpaired surrogates, valid UTF-8.
 */
import type { IncomingMessage } from 'node:http'
import type { Context } from 'hono'
import { AppError } from '../errors.ts'

export const maxDepth = 64
const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * The body as JSON.
 * @throws AppError `unsupported_media_type`, `payload_too_large`, `invalid_json`
 */
export async function readJson(c: Context, maxBytes: number): Promise<unknown> {
  const type = c.req.header('content-type') ?? ''
  if (!/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type)) {
    throw new AppError(
      'unsupported_media_type',
      'Send the body as JSON, with the header Content-Type: application/json.',
    )
  }
  const coding = c.req.header('content-encoding')?.trim().toLowerCase()
  if (coding && coding !== 'identity') {
    throw new AppError(
      'unsupported_media_type',
      `Send the body as it is, without Content-Encoding: ${coding.slice(0, 40)}.`,
    )
  }
  return parseJson(await readBytes(c, maxBytes))
}

/** Parses untrusted JSON. @throws AppError `invalid_json` with where it went wrong */
export function parseJson(bytes: Uint8Array): unknown {
  let text: string
  try {
    text = utf8.decode(bytes)
  } catch {
    throw new AppError('invalid_json', 'The body is not valid UTF-8.')
  }
  if (text.trim() === '') throw new AppError('invalid_json', 'The body is empty; send a JSON object.')
  if (tooDeep(text)) throw new AppError('invalid_json', `The JSON is nested deeper than ${maxDepth} levels.`)
  try {
    // The reviver costs time, so it runs only on texts that could contain what it removes or refuses.
    return /__proto__|\\u/i.test(text) ? JSON.parse(text, harmless) : JSON.parse(text)
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError('invalid_json', `The body is not valid JSON: ${(error as Error).message}`)
  }
}

function harmless(key: string, value: unknown): unknown {
  if (key === '__proto__') return undefined
  if (!key.isWellFormed() || (typeof value === 'string' && !value.isWellFormed())) {
    throw new AppError(
      'invalid_json',
      'The body has half of a surrogate pair (such as \\ud800 alone), which is no character.',
    )
  }
  return value
}

function tooDeep(text: string): boolean {
  let depth = 0
  let inString = false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (inString) {
      if (code === 92) i++
      else if (code === 34) inString = false
    } else if (code === 34) inString = true
    else if (code === 123 || code === 91) {
      if (++depth > maxDepth) return true
    } else if (code === 125 || code === 93) depth--
  }
  return false
}

/** The raw body. @throws AppError `payload_too_large` */
export async function readBytes(c: Context, maxBytes: number): Promise<Uint8Array> {
  if (Number(c.req.header('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes)
  // Under node the socket's own stream is read: building a web Request for it costs several times the rest.
  const incoming = (c.env as { incoming?: IncomingMessage } | undefined)?.incoming
  if (incoming) return readIncoming(incoming, maxBytes)
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of webChunks(c.req.raw.body)) {
    size += chunk.byteLength
    if (size > maxBytes) throw tooLarge(maxBytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** By events: an async iterator costs more than everything else that happens to a small body. */
function readIncoming(incoming: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    let whole = false
    const cut = () => {
      if (!whole) reject(new AppError('invalid_request', 'The connection was closed before the whole body was here.'))
    }
    if (incoming.destroyed) return cut()
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.byteLength
      if (size <= maxBytes) chunks.push(chunk)
      else {
        // Nothing more of it is kept; the reply closes the connection.
        incoming.pause()
        reject(tooLarge(maxBytes))
      }
    })
    incoming.once('end', () => {
      whole = true
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks))
    })
    incoming.once('error', cut)
    incoming.once('close', cut)
  })
}

async function* webChunks(body: ReadableStream<Uint8Array> | null) {
  const reader = body?.getReader()
  while (reader) {
    const { done, value } = await reader.read()
    if (done) return
    yield value
  }
}

const tooLarge = (maxBytes: number) =>
  new AppError('payload_too_large', `The body may have at most ${maxBytes.toLocaleString('en')} bytes.`)
