/**
 * How a program of the operator reaches the process that owns a data folder: an HTTP listener of its own on loopback, on
 * a port of the kernel's choice, and a random token. Both stand in `journal/operator.json`, which only the owner of the
 * folder may read; whoever can read it can read every file of the folder anyway. The door is not the public port, so
 * no proxy leads to it, and without the token it says nothing.
 *
 *   curl -X POST http://127.0.0.1:PORT/backup -H "Authorization: Bearer TOKEN" -d '{"to":"/backups"}'
 */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { hashSecret } from '../accounts/secret.ts'
import { AppError, type ErrorCode, errorStatuses } from '../errors.ts'

/** What can be asked for, by name; each takes and gives what JSON can hold. */
export type Operations = Record<string, (args: any) => Promise<unknown>>

export interface Door {
  close(): Promise<void>
}

const maxBody = 64 * 1024
const startMs = 3000
const doorFile = (dir: string) => join(dir, 'journal/operator.json')

/** Opens the door of the process that owns `dir`. @param onError what was not the caller's fault */
export async function openDoor(dir: string, operations: Operations, onError: (error: unknown) => void): Promise<Door> {
  const token = randomBytes(32).toString('base64url')
  const wanted = Buffer.from(hashSecret(`Bearer ${token}`))
  const server = createServer((incoming, outgoing) => {
    const given = Buffer.from(hashSecret(incoming.headers.authorization ?? ''))
    if (!timingSafeEqual(given, wanted)) return send(outgoing, 404, {})
    answer(operations, incoming).then(
      result => send(outgoing, 200, { result }),
      error => {
        const known = error instanceof AppError
        if (!known) onError(error)
        const code: ErrorCode = known ? error.code : 'internal'
        send(outgoing, errorStatuses[code], { code, error: (error as Error).message })
      },
    )
  })
  server.unref()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const file = doorFile(dir)
  mkdirSync(dirname(file), { recursive: true })
  rmSync(`${file}.new`, { force: true })
  writeFileSync(`${file}.new`, `${JSON.stringify({ port, token, pid: process.pid })}\n`, { mode: 0o600, flag: 'wx' })
  renameSync(`${file}.new`, file)
  return {
    close: () =>
      new Promise(resolve => {
        rmSync(file, { force: true })
        server.close(() => resolve())
        server.closeIdleConnections()
      }),
  }
}

async function answer(operations: Operations, incoming: IncomingMessage): Promise<unknown> {
  const name = incoming.url?.slice(1) ?? ''
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined
  if (!operation || incoming.method !== 'POST') throw new AppError('not_found', 'There is no such operation.')
  let text = ''
  incoming.setEncoding('utf8')
  for await (const chunk of incoming) {
    text += chunk
    if (text.length > maxBody) throw new AppError('payload_too_large', 'The request is too large.')
  }
  let args: unknown
  try {
    args = JSON.parse(text || '{}')
  } catch {
    throw new AppError('invalid_json', 'The request is not JSON.')
  }
  return operation(args)
}

function send(outgoing: ServerResponse, status: number, body: unknown): void {
  outgoing.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', Connection: 'close' })
  outgoing.end(`${JSON.stringify(body)}\n`)
}

/** Asks the owner of `dir`. @throws AppError what the owner answers, or `store_unavailable` when it cannot be reached */
export async function askOwner<T>(dir: string, operation: string, args: unknown): Promise<T> {
  const { status, text } = await reach(dir, operation, JSON.stringify(args))
  const reply = JSON.parse(text) as { result: T; code?: ErrorCode; error?: string }
  if (status === 200) return reply.result
  throw new AppError(
    reply.code ?? 'store_unavailable',
    reply.error ?? `The process that owns ${dir} refuses the token.`,
  )
}

/** A server that is starting opens its door a moment after it owns the folder. */
async function reach(dir: string, operation: string, body: string): Promise<{ status: number; text: string }> {
  for (const until = performance.now() + startMs; ; ) {
    let cause: NodeJS.ErrnoException
    try {
      return await post(JSON.parse(readFileSync(doorFile(dir), 'utf8')), operation, body)
    } catch (error) {
      cause = error as NodeJS.ErrnoException
    }
    const waiting = cause.code === 'ENOENT' || cause.code === 'ECONNREFUSED'
    if (waiting && performance.now() < until) {
      await new Promise(done => setTimeout(done, 100))
      continue
    }
    const why =
      cause.code === 'EACCES'
        ? 'cannot be asked: another user started it'
        : waiting
          ? 'cannot be asked: it has no operator access'
          : 'broke off before it was done'
    throw new AppError('store_unavailable', `The process that owns ${dir} ${why}.`, { cause })
  }
}

/** Without the limits in time that `fetch` has: a backup takes as long as it takes. */
function post({ port, token }: { port: number; token: string }, name: string, body: string) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const outgoing = request(
      { port, host: '127.0.0.1', path: `/${name}`, method: 'POST', headers: { Authorization: `Bearer ${token}` } },
      incoming => {
        let text = ''
        incoming.setEncoding('utf8')
        incoming.on('data', chunk => (text += chunk))
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, text }))
        incoming.on('error', reject)
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}
