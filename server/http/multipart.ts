/**
 * multipart/form-data (RFC 7578), read as it arrives: files go to where `onFile` says, piece by piece, so that an upload never stands
 * in memory. Every length is capped whatever the request says of itself.
 */
import type { IncomingMessage } from 'node:http'
import type { Context } from 'hono'
import { AppError } from '../errors.ts'

export interface FileSink {
  write(piece: Uint8Array): Promise<void>
  /** The file is whole. */
  end(): Promise<void>
}

export interface MultipartLimits {
  maxFiles: number
  maxFileBytes: number
  /** Of the whole body. */
  maxBytes: number
}

const maxHeader = 8192
const maxFields = 20
const maxFieldBytes = 64 * 1024

/**
 * The form's fields; a repeated one has its last value.
 * @param onFile called for each file in turn, with its name as sent, without folders
 * @throws AppError `unsupported_media_type`, `payload_too_large`, `invalid_request`, and whatever a sink throws
 */
export async function readMultipart(
  c: Context,
  limits: MultipartLimits,
  onFile: (name: string, field: string) => Promise<FileSink>,
): Promise<Record<string, string>> {
  const type = c.req.header('content-type') ?? ''
  const boundary = /^multipart\/form-data\s*;.*?boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(type)
  if (!boundary)
    throw new AppError(
      'unsupported_media_type',
      'Send the files as multipart/form-data, as a form with file fields does.',
    )
  if (Number(c.req.header('content-length') ?? 0) > limits.maxBytes) throw tooLarge(limits.maxBytes, 'The upload')
  const delimiter = Buffer.from(`\r\n--${boundary[1] ?? boundary[2]}`)
  const fields: Record<string, string> = Object.create(null)
  let files = 0
  let fieldCount = 0
  let size = 0
  // The first delimiter may begin the body, so that the line break before it is ours.
  let rest: Buffer = Buffer.from('\r\n')
  let part:
    | { sink: FileSink; name: string; size: number }
    | { field: string; value: Buffer[]; size: number }
    | undefined
  let state: 'preamble' | 'after-delimiter' | 'headers' | 'body' | 'done' = 'preamble'

  const take = async (piece: Buffer) => {
    if (!part || piece.length === 0) return
    part.size += piece.length
    if ('sink' in part) {
      if (part.size > limits.maxFileBytes) throw tooLarge(limits.maxFileBytes, `${part.name.slice(0, 100)}: a file`)
      await part.sink.write(piece)
    } else {
      if (part.size > maxFieldBytes) throw tooLarge(maxFieldBytes, `The field ${part.field.slice(0, 100)}`)
      part.value.push(piece)
    }
  }
  const close = async () => {
    if (part && 'sink' in part) await part.sink.end()
    else if (part) fields[part.field] = Buffer.concat(part.value).toString('utf8')
    part = undefined
  }
  const begin = async (headers: string) => {
    const disposition = /^content-disposition:\s*form-data\s*;(.*)$/im.exec(headers)?.[1] ?? ''
    const field = parameter(disposition, 'name')
    const file = fileName(disposition)
    if (field === undefined) throw malformed()
    if (file !== undefined) {
      // A form's file field that was left empty sends a nameless nothing.
      if (file !== '' && ++files > limits.maxFiles)
        throw new AppError('payload_too_large', `At most ${limits.maxFiles} files can be sent at once.`)
      part = { sink: file === '' ? nowhere : await onFile(file, field), name: file, size: 0 }
    } else {
      if (++fieldCount > maxFields) throw malformed()
      part = { field, value: [], size: 0 }
    }
  }

  for await (const chunk of chunksOf(c)) {
    size += chunk.length
    if (size > limits.maxBytes) throw tooLarge(limits.maxBytes, 'The upload')
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    for (;;) {
      if (state === 'done') {
        rest = Buffer.alloc(0)
        break
      }
      if (state === 'preamble' || state === 'body') {
        const at = rest.indexOf(delimiter)
        if (at < 0) {
          const safe = rest.length - delimiter.length
          if (safe > 0) {
            if (state === 'body') await take(rest.subarray(0, safe))
            rest = rest.subarray(safe)
          }
          break
        }
        if (state === 'body') {
          await take(rest.subarray(0, at))
          await close()
        }
        rest = rest.subarray(at + delimiter.length)
        state = 'after-delimiter'
      } else if (state === 'after-delimiter') {
        if (rest.length < 2) break
        if (rest[0] === 45 && rest[1] === 45) state = 'done'
        else {
          const end = rest.indexOf('\r\n')
          if (end < 0 && rest.length < 200) break
          if (end < 0 || rest.toString('latin1', 0, end).trim() !== '') throw malformed()
          rest = rest.subarray(end)
          state = 'headers'
        }
      } else {
        const end = rest.indexOf('\r\n\r\n')
        if (end < 0) {
          if (rest.length > maxHeader) throw malformed()
          break
        }
        await begin(rest.toString('utf8', 0, end))
        rest = rest.subarray(end + 4)
        state = 'body'
      }
    }
  }
  if (state !== 'done') throw malformed()
  return fields
}

const nowhere: FileSink = { write: async () => {}, end: async () => {} }

async function* chunksOf(c: Context): AsyncGenerator<Buffer> {
  const incoming = (c.env as { incoming?: IncomingMessage } | undefined)?.incoming
  // Ending early must not cut the connection: the refusal is to be read.
  if (incoming) for await (const chunk of incoming.iterator({ destroyOnReturn: false })) yield chunk as Buffer
  else for await (const chunk of (c.req.raw.body ?? []) as AsyncIterable<Uint8Array>) yield Buffer.from(chunk)
}

function parameter(disposition: string, name: string): string | undefined {
  const found = new RegExp(`(?:^|;)\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;]+))`, 'i').exec(disposition)
  const value = found?.[1] ?? found?.[2]
  return value
    ?.replace(/%22/g, '"')
    .replace(/%0D|%0A/gi, ' ')
    .replace(/\\(["\\])/g, '$1')
}

/** The last part of what may be a path, of either kind. */
function fileName(disposition: string): string | undefined {
  const extended = /(?:^|;)\s*filename\*=UTF-8''([^\s;]+)/i.exec(disposition)?.[1]
  let name = parameter(disposition, 'filename')
  try {
    if (extended) name = decodeURIComponent(extended)
  } catch {
    // Badly encoded: the plain name will do.
  }
  if (name === undefined) return undefined
  return (name.split(/[\\/]/).at(-1) ?? '')
    .replace(/\p{Cc}/gu, '')
    .trim()
    .slice(0, 200)
}

const tooLarge = (bytes: number, what: string) =>
  new AppError('payload_too_large', `${what} may have at most ${Math.round(bytes / 1024 / 1024) || 1} MB.`)
const malformed = () =>
  new AppError('invalid_request', 'The upload is damaged: it is no complete multipart/form-data. Send it again.')
