/**
 * What is measured, each in a process of its own: `main.js target '{"kind":…}'`. It listens on a port of the system's
 * choice, says so to its parent, and from then on answers the parent's questions about its CPU time and its syncs.
 */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { getRequestListener } from '@hono/node-server'
import express from 'express'
import pino from 'pino'
import { createPasswords } from '../../server/accounts/password.ts'
import { createApp } from '../../server/app.ts'
import { readConfig } from '../../server/config.ts'
import { realFiles } from '../../server/store/csv/file-port.ts'
import { openCsvStore } from '../../server/store/csv/index.ts'
import type { Store } from '../../server/store/store.ts'
import { furnish } from './installation.ts'
import { makeKnowledge } from './knowledge.ts'
import { openSqlite } from './sqlite.ts'

export interface TargetOptions {
  /** raw, express: they reply with what was sent. app: the whole product. */
  kind: 'raw' | 'express' | 'app'
  /** What keeps the app's writes: the CSV store; nothing at all; one SQLite transaction per request. */
  log?: 'csv' | 'none' | 'sqlite'
  /** Added to every sync, in milliseconds. */
  slowSync?: number
  /** Entries of the client that is asked. Not used when `furnished`. */
  entries?: number
  /** A folder of its own. */
  dir?: string
  /** The folder holds an installation already. */
  furnished?: boolean
  /** CACHE_MB; default: more than anything here needs. */
  cacheMb?: number
}

export interface Readings {
  /** User and system time since the process began, in milliseconds. */
  cpu: number
  commits: number
  syncs: number
}

/** Memory in bytes, after a collection of garbage. */
export interface Memory {
  heap: number
  rss: number
  /** What the store says its rows take. */
  rows: number
}

/** Runs until the parent says stop or is gone. */
export async function runTarget(options: TargetOptions): Promise<void> {
  const { listener, store, close } = await listenerOf(options)
  const server = createServer(listener)
  server.keepAliveTimeout = 60_000
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))

  process.on('message', (message: { id: number; ask: 'read' | 'memory' | 'stop' }) => {
    if (message.ask === 'read') process.send?.({ id: message.id, reply: read(store) })
    else if (message.ask === 'memory') process.send?.({ id: message.id, reply: readMemory(store) })
    else stop()
  })
  process.on('disconnect', () => stop())
  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    server.closeAllConnections()
    server.close()
    await close()
    process.exit(0)
  }
  process.send?.({ port: (server.address() as AddressInfo).port })
}

function read(store: Store | undefined): Readings {
  const { user, system } = process.cpuUsage()
  const { commits = 0, syncs = 0 } = store?.status() ?? {}
  return { cpu: (user + system) / 1000, commits, syncs }
}

function readMemory(store: Store | undefined): Memory {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage()
  return { heap: heapUsed + arrayBuffers, rss, rows: store?.status().cachedBytes ?? 0 }
}

interface Listening {
  listener: RequestListener
  store?: Store
  close(): Promise<void>
}

async function listenerOf(options: TargetOptions): Promise<Listening> {
  if (options.kind === 'raw') return { listener: rawEcho, close: async () => {} }
  if (options.kind === 'express') return { listener: expressEcho(), close: async () => {} }
  return listenApp(options)
}

const rawEcho: RequestListener = (request, response) => {
  const chunks: Buffer[] = []
  request.on('data', chunk => chunks.push(chunk))
  request.on('end', () => {
    const body = Buffer.concat(chunks)
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length }).end(body)
  })
}

function expressEcho(): RequestListener {
  const app = express()
  app.use(express.json())
  app.post('/api/chat', (request, response) => {
    response.json(request.body)
  })
  return app
}

async function listenApp(options: TargetOptions): Promise<Listening> {
  const dir = options.dir!
  const log = pino({ level: 'error' })
  const config = readConfig({ DATA_DIR: dir, CACHE_MB: String(options.cacheMb ?? 8192), LOG_LEVEL: 'error' })
  const port = options.slowSync ? slowFiles(options.slowSync) : undefined
  const csv = await openCsvStore({ dir, now: () => new Date(), cacheBytes: config.cacheBytes.rows, log, port })
  const passwords = createPasswords()
  if (!options.furnished) {
    await furnish(csv, passwords, makeKnowledge(options.entries ?? 500))
    await csv.checkpoint()
  }
  const store =
    options.log === 'none' ? forgetful(csv) : options.log === 'sqlite' ? openSqlite(csv, dir, options.slowSync) : csv
  const app = createApp({ store, config, log, publicDir: resolve('dist/public'), passwords })
  return {
    listener: getRequestListener(app.fetch),
    store,
    async close() {
      await app.close()
      await csv.close()
    },
  }
}

/** The same store, except that a commit is forgotten at once: what is left of a request is everything but the log. */
function forgetful(store: Store): Store {
  return withCommit(store, async changes => {
    for (const change of changes) if (change.op === 'settle') change.reservation.release()
  })
}

/** A store whose methods are the given one's, with another `commit`. */
export function withCommit(store: Store, commit: Store['commit']): Store {
  return new Proxy(store, {
    get(target, name) {
      if (name === 'commit') return commit
      const value = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** This machine's disk as a slower one. */
function slowFiles(ms: number): typeof realFiles {
  return {
    ...realFiles,
    async open(path, mode) {
      const file = await realFiles.open(path, mode)
      const slow = Object.create(file)
      slow.datasync = async () => {
        await sleep(ms)
        await file.datasync()
      }
      return slow
    },
  }
}
