/** The real app on a real socket over a real data folder, for tests. */

import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import pino from 'pino'
import { createPasswords } from '../../server/accounts/password.ts'
import { ensurePlans } from '../../server/accounts/plan.ts'
import { createApp } from '../../server/app.ts'
import { type Config, readConfig } from '../../server/config.ts'
import { syncDemo } from '../../server/demo.ts'
import { openCsvStore } from '../../server/store/csv/index.ts'
import type { Store } from '../../server/store/store.ts'
import { pageWorker } from './page-worker.ts'

export interface TestServer {
  base: string
  dir: string
  store: Store
  config: Config
  /** Opens an account; the password is `password`. */
  register(name?: string): Promise<TestClient>
  /** What the clock does every minute. */
  tick(): Promise<number>
  close(): Promise<void>
}

export interface TestClient {
  id: string
  key: string
  email: string
  /** A call with the client's secret key; JSON in and out. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<TestReply>
}

export interface TestReply {
  status: number
  headers: Headers
  body: any
}

export const password = 'correct horse battery'

/** @param options.now the app's clock; @param options.dir keeps the folder of an earlier server */
export async function startServer(
  options: {
    env?: Record<string, string>
    now?: () => Date
    dir?: string
    demo?: boolean
    pageTimeoutMs?: number
  } = {},
): Promise<TestServer> {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'parley-test-')))
  // Idle connections are the caller's to close: closed here, one may be cut just as a busy test takes it up again.
  const server: Server = createServer({ keepAliveTimeout: 0 })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  const base = `http://127.0.0.1:${port}`
  const config = readConfig({
    PORT: String(port),
    PORTAL_PORT: '0',
    DATA_DIR: dir,
    PUBLIC_URL: base,
    RATE_LIMITS: 'off',
    LOG_LEVEL: 'error',
    ...options.env,
  })
  const now = options.now ?? (() => new Date())
  const store = await openCsvStore({ dir, now })
  await ensurePlans(store)
  const passwords = createPasswords()
  if (options.demo) await syncDemo({ store, passwords, now, allowed: true })
  const log = pino({ level: config.logLevel })
  const app = createApp({
    store,
    config,
    log,
    publicDir: resolve('dist/public'),
    passwords,
    now,
    pageWorker,
    pageTimeoutMs: options.pageTimeoutMs,
  })
  server.on('request', getRequestListener(app.fetch))

  let registered = 0
  return {
    base,
    dir,
    store,
    config,
    async register(name = 'Test company') {
      const email = `client${registered++}-${Math.random().toString(36).slice(2)}@example.com`
      const reply = await call(base, 'POST', '/api/clients/register', { company_name: name, email, password })
      if (reply.status !== 201) throw new Error(`register: ${reply.status} ${JSON.stringify(reply.body)}`)
      const key: string = reply.body.api_key
      return {
        id: reply.body.client_id,
        key,
        email,
        call: (method, path, body, headers) => call(base, method, path, body, { 'X-API-Key': key, ...headers }),
      }
    },
    tick: app.tick,
    async close() {
      server.closeAllConnections()
      await new Promise(done => server.close(done))
      await app.close()
      await store.close()
      if (!options.dir) await rm(dir, { recursive: true, force: true })
    },
  }
}

/** One call; a body that is not a string is sent as JSON, a reply that is JSON is parsed. */
export async function call(
  base: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<TestReply> {
  const response = await fetch(base + path, {
    method,
    redirect: 'manual',
    headers: { ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '')
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
}
