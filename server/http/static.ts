/**
 * The built files, read into memory at start: a request is a look-up in a map, so no path of a request ever reaches the
 * file system. Compressed forms (`.br`, `.gz`) are made by the build.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { Context } from 'hono'
import { setHeaders } from './headers.ts'

interface StaticFile {
  type: string
  etag: string
  plain: Uint8Array
  br?: Uint8Array
  gz?: Uint8Array
}

/** By path below the public folder, such as `widget/widget.js`. */
export type StaticFiles = Map<string, StaticFile>

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ts': 'text/plain; charset=utf-8',
  '.tsx': 'text/plain; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.zip': 'application/zip',
}

/** Reads a folder and everything below it; a missing folder is an empty one. */
export function readStatic(dir: string): StaticFiles {
  const files: StaticFiles = new Map()
  if (!existsSync(dir)) return files
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name)
    const type = types[extname(entry.name)]
    if (!entry.isFile() || !type) continue
    const plain = readFileSync(file)
    const form = (ending: string) => (existsSync(file + ending) ? readFileSync(file + ending) : undefined)
    const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`
    const path = file.slice(dir.length + 1).replaceAll('\\', '/')
    files.set(path, { type, etag, plain, br: form('.br'), gz: form('.gz') })
  }
  return files
}

/** The file as a reply, or undefined when there is none: the caller decides what that means. */
export function sendStatic(
  c: Context,
  files: StaticFiles,
  path: string,
  headers: Readonly<Record<string, string>>,
): Response | undefined {
  const file = files.get(path)
  if (!file) return undefined
  setHeaders(c, headers)
  c.header('ETag', file.etag)
  c.header('Vary', 'Accept-Encoding')
  if (c.req.header('if-none-match')?.split(/,\s*/).includes(file.etag)) return c.body(null, 304)
  c.header('Content-Type', file.type)
  const accepted = c.req.header('accept-encoding') ?? ''
  if (file.br && accepts(accepted, 'br')) {
    c.header('Content-Encoding', 'br')
    return c.body(file.br as Uint8Array<ArrayBuffer>)
  }
  if (file.gz && accepts(accepted, 'gzip')) {
    c.header('Content-Encoding', 'gzip')
    return c.body(file.gz as Uint8Array<ArrayBuffer>)
  }
  return c.body(file.plain as Uint8Array<ArrayBuffer>)
}

/** Whether Accept-Encoding names a coding, and not to refuse it with `q=0` (RFC 9110, 12.5.3). */
function accepts(header: string, coding: string): boolean {
  const item = header.split(',').find(part => part.split(';')[0]?.trim().toLowerCase() === coding)
  return item !== undefined && !/;\s*q=0(?:\.0*)?\s*$/i.test(item)
}
