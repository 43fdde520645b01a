/** The process as an operator meets it: what it prints, how it refuses, how it stops. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { freePort } from './support/port.ts'
import { call } from './support/server.ts'

let dir: string
const running: ChildProcess[] = []
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-process-'))
})
afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL')
      await new Promise(done => child.once('exit', done))
    }
  }
  await rm(dir, { recursive: true, force: true })
})

interface Run {
  child: ChildProcess
  out: () => string
  err: () => string
  exit: Promise<{ code: number | null; signal: string | null }>
}

function run(env: Record<string, string>): Run {
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(PORT|HOST|DEMO|DATA_DIR|PUBLIC_URL|NODE_OPTIONS|VITEST.*)$/.test(name),
    ),
  )
  const child = spawn(process.execPath, ['dist/server/main.js'], {
    env: { ...clean, DATA_DIR: dir, PORTAL_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.push(child)
  let out = ''
  let err = ''
  child.stdout!.on('data', chunk => (out += chunk))
  child.stderr!.on('data', chunk => (err += chunk))
  const exit = new Promise<{ code: number | null; signal: string | null }>(done =>
    child.once('exit', (code, signal) => done({ code, signal })),
  )
  return { child, out: () => out, err: () => err, exit }
}

/** Starts and waits for the greeting. */
async function start(env: Record<string, string> = {}): Promise<Run & { base: string }> {
  const port = env.PORT ?? String(await freePort())
  const started = run({ PORT: port, ...env })
  await Promise.race([
    (async () => {
      while (!started.out().includes('Stop with Ctrl-C')) await new Promise(done => setTimeout(done, 10))
    })(),
    started.exit.then(({ code }) => Promise.reject(new Error(`it ended with ${code}: ${started.err()}`))),
  ])
  return { ...started, base: `http://127.0.0.1:${port}` }
}

describe('start', () => {
  it('prints where to look and a curl line that is answered', async () => {
    const { out, base } = await start()
    for (const words of ['Portal', 'Demo page', 'API docs', 'demo@example.com', 'demo123'])
      expect(out()).toContain(words)
    const [, url, header, body] = /curl -s (\S+) -H '([^']+)' -d '([^']+)'/.exec(out())!
    expect(header).toBe('Content-Type: application/json')
    const reply = await call(base, 'POST', new URL(url!).pathname, body!)
    expect(reply.body).toMatchObject({ answered: true, company_id: 'demo_company' })
    expect(reply.body.response).toContain('119')
    expect(out().split('\n').length).toBeLessThan(16)
  })

  it('opens the portal at its own port too', async () => {
    const portal = await freePort()
    await start({ PORTAL_PORT: String(portal) })
    const reply = await call(`http://127.0.0.1:${portal}`, 'GET', '/')
    expect([reply.status, reply.headers.get('location')]).toEqual([302, '/portal/'])
  })

  it('makes plans.csv with the three plans', async () => {
    const { child, exit } = await start()
    child.kill('SIGTERM')
    await exit
    const text = await readFile(join(dir, 'plans.csv'), 'utf8')
    expect(text).toBe(
      'plan,knowledge_limit,monthly_requests,price_cents,currency\nfree,50,1000,0,USD\nbasic,500,10000,1900,USD\npremium,5000,100000,9900,USD\n',
    )
  })

  it('makes no demo client when told so, or when it can be reached from elsewhere', async () => {
    for (const env of [{ DEMO: '0' }, { HOST: '0.0.0.0' }]) {
      const { base, out, child, exit } = await start(env as unknown as Record<string, string>)
      expect(out()).not.toContain('demo123')
      expect((await call(base, 'GET', '/api/demo')).status).toBe(404)
      expect(
        (await call(base, 'POST', '/api/clients/authenticate', { email: 'demo@example.com', password: 'demo123' }))
          .status,
      ).toBe(401)
      child.kill('SIGTERM')
      await exit
    }
  })

  it('switches an existing demo client off when it can be reached from elsewhere', async () => {
    const first = await start()
    first.child.kill('SIGTERM')
    await first.exit
    const { base, out } = await start({ HOST: '0.0.0.0' })
    expect(out()).toContain('switched off')
    expect((await call(base, 'POST', '/api/chat', { message: 'hi', company_id: 'demo_company' })).status).toBe(403)
    expect(
      (await call(base, 'POST', '/api/clients/authenticate', { email: 'demo@example.com', password: 'demo123' }))
        .status,
    ).toBe(401)
  })
})

it('keeps what it writes from other users of the machine', async () => {
  const { child, exit } = await start()
  child.kill('SIGTERM')
  await exit
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    expect([path, statSync(path).mode & 0o077]).toEqual([path, 0])
  }
})

describe('a start that cannot be', () => {
  async function refused(env: Record<string, string>): Promise<string> {
    const { exit, err, out } = run({ PORT: String(await freePort()), ...env })
    expect((await exit).code).toBe(1)
    expect(out()).toBe('')
    const lines = err().trim().split('\n')
    expect([lines.length, err()]).toEqual([1, expect.stringMatching(/^\s*Parley cannot start: /)])
    return lines[0]!
  }

  it.each([
    ['PORT', 'eighty', /PORT=eighty/],
    ['PORT', '70000', /whole number from 1 to 65535/],
    ['HOST', 'not a host', /HOST=not a host/],
    ['HOST', '203.0.113.7', /HOST=203\.0\.113\.7 is no address of this machine/],
    ['DEMO', 'perhaps', /one of auto, 1, 0/],
    ['SESSION_HOURS', '0', /whole number from 1 to 8760/],
    ['PUBLIC_URL', 'chat.example.com', /scheme and host/],
    ['PUBLIC_URL', 'https://example.com/chat', /without a path/],
    ['TRUST_PROXY', 'everyone', /neither an address nor a range/],
    ['LOG_LEVEL', 'loud', /one of debug, info/],
    ['RATE_LIMITS', 'maybe', /one of on, off/],
    ['CACHE_MB', '-1', /whole number from 16/],
  ])('says what is wrong with %s=%s', async (name, value, sentence) => {
    expect(await refused({ [name]: value })).toMatch(sentence)
  })

  it('names a taken port', async () => {
    const { base } = await start()
    const port = new URL(base).port
    const elsewhere = await mkdtemp(join(tmpdir(), 'parley-process-'))
    expect(await refused({ PORT: port, DATA_DIR: elsewhere })).toMatch(new RegExp(`port ${port} .*taken`))
    await rm(elsewhere, { recursive: true, force: true })
  })

  it('names a data folder that is used, and its owner', async () => {
    const { child } = await start()
    const sentence = await refused({})
    expect(sentence).toContain(dir)
    expect(sentence).toContain(String(child.pid))
  })

  it('names a data folder that is a file', async () => {
    const file = join(dir, 'file')
    await writeFile(file, '')
    expect(await refused({ DATA_DIR: file })).toContain(file)
  })

  it('names a data folder that cannot be made', async () => {
    const where = process.getuid?.() === 0 ? '/proc/parley-data' : join(dir, 'locked', 'data')
    if (process.getuid?.() !== 0) {
      await writeFile(join(dir, 'locked'), '')
      await chmod(join(dir, 'locked'), 0o400)
    }
    expect(await refused({ DATA_DIR: where })).toContain(where)
  })
})

it('cuts 300 connections that are silent or slow within 15 seconds, while others are answered', async () => {
  const { base } = await start()
  const { connect } = await import('node:net')
  const { port, hostname } = new URL(base)
  const sockets = Array.from({ length: 300 }, (_, i) => {
    const socket = connect(Number(port), hostname)
    socket.on('error', () => {})
    if (i % 2) socket.write('POST /api/chat HTTP/1.1\r\nHost: x\r\nX-Slow: ')
    return socket
  })
  const cut = Promise.all(sockets.map(socket => new Promise(done => socket.once('close', done).resume())))
  expect((await call(base, 'GET', '/api/health')).status).toBe(200)
  const tooLong = new Promise((_, reject) => setTimeout(() => reject(new Error('some are still open')), 15_000).unref())
  await Promise.race([cut, tooLong])
}, 30_000)

it('tells a sender of too many headers so, and one of nonsense that it is nonsense', async () => {
  const { base } = await start()
  const { connect } = await import('node:net')
  const first = (sent: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(base).port), '127.0.0.1', () => socket.write(sent))
      socket.once('error', reject)
      socket.once('data', data => {
        resolve(data.toString().split('\r\n')[0]!)
        socket.destroy()
      })
    })
  const large = `GET /livez HTTP/1.1\r\nHost: x\r\nX-Large: ${'a'.repeat(40_000)}\r\n\r\n`
  expect(await first(large)).toBe('HTTP/1.1 431 Request Header Fields Too Large')
  expect(await first('nonsense\r\n\r\n')).toBe('HTTP/1.1 400 Bad Request')
})

describe('stop', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('ends on %s with everything in the files', async signal => {
    const { base, child, exit } = await start()
    const reply = await call(base, 'POST', '/api/chat', { message: 'When are you open?', company_id: 'demo_company' })
    child.kill(signal)
    expect(await exit).toEqual({ code: 0, signal: null })
    const turns = parse(await readFile(join(dir, 'conversations/demo_company/turns.csv')), { columns: true }) as Record<
      string,
      string
    >[]
    expect(turns.map(turn => turn.turn_id)).toEqual([reply.body.answer_id])
  })

  it('does not wait for connections that do nothing', async () => {
    const { base, child, exit } = await start()
    const { port, hostname } = new URL(base)
    const { connect } = await import('node:net')
    const idle = connect(Number(port), hostname)
    idle.on('error', () => {})
    await new Promise(done => idle.once('connect', done))
    idle.write('POST /api/chat HTTP/1.1\r\nHost: x\r\n')
    child.kill('SIGINT')
    expect((await exit).code).toBe(0)
    idle.destroy()
  })
})
