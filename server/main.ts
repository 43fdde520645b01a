/** The process: settings → store → demo → app → listen; and an orderly stop with everything on disk. */
import { createServer, type Server } from 'node:http'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { getRequestListener } from '@hono/node-server'
import pino, { type Logger } from 'pino'
import { createPasswords } from './accounts/password.ts'
import { ensurePlans } from './accounts/plan.ts'
import { type App, createApp } from './app.ts'
import { type Config, ConfigError, isLoopback, readConfig, readEnv } from './config.ts'
import { demoAccount, syncDemo } from './demo.ts'
import { AppError } from './errors.ts'
import { problemOf } from './http/problem.ts'
import { cutSlowBodies } from './http/slow-body.ts'
import { type Door, openDoor } from './operator/door.ts'
import { createOperations } from './operator/operations.ts'
import { openCsvStore } from './store/csv/index.ts'
import type { Store } from './store/store.ts'

/** How long a stop waits for requests under way before their connections are cut, in milliseconds. */
const graceMs = 700

/** Slow senders are cut: headers within 10 s, looked at every 2 s; bodies by `slow-body.ts`, and after an hour whatever comes. */
const patience = {
  headersTimeout: 10_000,
  requestTimeout: 3_600_000,
  keepAliveTimeout: 10_000,
  connectionsCheckingInterval: 2_000,
}

/** What a request that never became one is told, where it is not simply malformed; by node's error code. */
const unreadable: Record<string, string> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
}

main().catch(error => {
  // What a person can mend is one sentence; only a fault of ours shows its stack.
  const expected = error instanceof ConfigError || error instanceof AppError
  process.stderr.write(`\nParley cannot start: ${expected ? error.message : (error?.stack ?? error)}\n`)
  process.exit(1)
})

async function main(): Promise<void> {
  // Password hashes and conversations are nobody else's business on a shared machine.
  process.umask(0o077)
  const config = readConfig(readEnv(process.env))
  const log = pino({ level: config.logLevel }, pino.destination({ dest: 2, sync: true }))
  const servers = [createServer(patience), ...(config.portalPort ? [createServer(patience)] : [])]
  // Ports first: a taken one is found before anything is written.
  await listen(servers[0]!, config.port, config.host)
  if (servers[1]) await listen(servers[1], config.portalPort, config.host)

  const now = () => new Date()
  const store = await openCsvStore({ dir: config.dataDir, now, cacheBytes: config.cacheBytes.rows, log })
  await ensurePlans(store)
  const passwords = createPasswords()
  const allowed = config.demo === 'on' || (config.demo === 'auto' && isLoopback(config.host))
  const demo = await syncDemo({ store, passwords, now, allowed })
  const publicDir = join(dirname(fileURLToPath(import.meta.url)), '..', 'public')
  const app = createApp({ store, config, log, publicDir, passwords, development: process.env.PARLEY_DEV === '1' })
  for (const server of servers) serveApp(server, app, config)
  const operations = createOperations({ store, dir: config.dataDir, now, passwords })
  const door = await openDoor(config.dataDir, operations, err => log.error({ err }, 'an operation failed')).catch(
    err => {
      log.warn(
        { err },
        'backups and the like must wait until this server is stopped: it could not open its operator access',
      )
      return undefined
    },
  )
  stopOrderly({ servers, app, door, store, log })
  greet(config, demo)
}

/** @throws ConfigError naming the setting to change */
function listen(server: Server, port: number, host: string): Promise<void> {
  // Until the app is there, early callers are told to come back.
  server.on('request', notYet)
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const name = server.listening ? 'HOST' : `port ${port}`
      const why =
        error.code === 'EADDRINUSE'
          ? `${name} on ${host} is taken by another program; stop that one, or set PORT and PORTAL_PORT to free ports.`
          : error.code === 'EACCES'
            ? `${name} may not be opened by this user; choose one above 1023.`
            : error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND'
              ? `HOST=${host} is no address of this machine.`
              : `${name} on ${host} cannot be opened (${error.code ?? error.message}).`
      reject(new ConfigError(why))
    })
    server.listen(port, host, resolve)
  })
}

function notYet(_: unknown, response: import('node:http').ServerResponse): void {
  const problem = problemOf(new AppError('busy', 'Parley is starting; try again in a second.'), 'start')
  response.writeHead(503, { 'Retry-After': '1', 'Content-Type': 'application/problem+json; charset=UTF-8' })
  response.end(JSON.stringify(problem))
}

function serveApp(server: Server, app: App, config: Config): void {
  server.maxConnections = config.maxConnections
  // Node's limits begin with the first byte; a connection that never sends one is cut here.
  server.on('connection', socket => {
    const silent = setTimeout(() => socket.bytesRead === 0 && socket.destroy(), patience.headersTimeout)
    socket.once('close', () => clearTimeout(silent))
  })
  server.removeListener('request', notYet)
  server.on('request', getRequestListener(app.fetch))
  cutSlowBodies(server)
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const status = unreadable[error.code ?? ''] ?? '400 Bad Request'
    if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
  })
}

interface Running {
  servers: Server[]
  app: App
  door: Door | undefined
  store: Store
  log: Logger
}

function stopOrderly({ servers, app, door, store, log }: Running): void {
  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    const closed = servers.map(server => new Promise<void>(resolve => server.close(() => resolve())))
    for (const server of servers) server.closeIdleConnections()
    await Promise.race([Promise.all(closed), new Promise(resolve => setTimeout(resolve, graceMs).unref())])
    for (const server of servers) server.closeAllConnections()
    try {
      await app.close()
      // What the operator's programs began is told the outcome first.
      await Promise.all([store.close(), door?.close()])
      process.exit(0)
    } catch (err) {
      log.error({ err }, 'the store could not be closed cleanly; the journal holds what the files lack')
      process.exit(1)
    }
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

/** A few lines: where to look, and a call that works as printed. */
function greet(config: Config, demo: 'active' | 'asleep' | 'none'): void {
  const lines = ['', `Parley is running. Data: ${config.dataDir}`, '']
  const portal = config.portalPort
    ? `${config.publicUrl.replace(/:\d+$/, '')}:${config.portalPort}/`
    : `${config.publicUrl}/portal/`
  const local = config.publicUrl === `http://localhost:${config.port}`
  lines.push(`  Portal     ${local ? portal : `${config.publicUrl}/portal/`}`)
  if (demo === 'active') {
    lines.push(`             sign in as ${demoAccount.email} with ${demoAccount.password}, or open an account`)
    lines.push(`  Demo page  ${config.publicUrl}/demo`)
  }
  lines.push(`  API docs   ${config.publicUrl}/docs`)
  if (demo === 'active') {
    const body = JSON.stringify({ message: 'How much is a full service?', company_id: demoAccount.company_id })
    lines.push(
      '',
      '  Ask the demo bot:',
      `  curl -s ${config.publicUrl}/api/chat -H 'Content-Type: application/json' -d '${body}'`,
    )
  }
  if (demo === 'asleep') lines.push('  The demo client is switched off: this server can be reached from elsewhere.')
  lines.push('', 'Stop with Ctrl-C.', '')
  process.stdout.write(`${lines.join('\n')}\n`)
}
