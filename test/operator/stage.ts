/** Real processes over a real folder: a server, and the operator's programs beside it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../support/port.ts'
import { call, password, type TestReply } from '../support/server.ts'

export interface Ended {
  code: number | null
  out: string
  err: string
}

export interface RunningServer {
  base: string
  pid: number
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<TestReply>
  register(name: string): Promise<{ id: string; key: string; email: string }>
  /** Orderly, or at once. */
  stop(signal?: NodeJS.Signals): Promise<void>
}

export interface Stage {
  /** A path within this stage's own folder. */
  path(name: string): string
  /** `npm run NAME -- ARGS` on the data folder `data`. */
  program(name: string, args: string[], data?: string): Promise<Ended>
  /** As `program`, killed after so many milliseconds if it still runs then; its code is null. */
  killed(name: string, args: string[], afterMs: number): Promise<Ended>
  server(data?: string, env?: Record<string, string>): Promise<RunningServer>
  close(): void
}

const clean = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(PORT|HOST|DEMO|DATA_DIR|PUBLIC_URL|NODE_OPTIONS|VITEST.*)$/.test(name),
  ),
)

export function createStage(): Stage {
  const root = mkdtempSync(join(tmpdir(), 'parley-operator-'))
  const children = new Set<ChildProcess>()
  const path = (name: string) => join(root, name)

  const begin = (file: string, args: string[], env: Record<string, string>) => {
    const child = spawn(process.execPath, [file, ...args], {
      env: { ...clean, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    children.add(child)
    const ended: Ended = { code: null, out: '', err: '' }
    child.stdout!.on('data', chunk => (ended.out += chunk))
    child.stderr!.on('data', chunk => (ended.err += chunk))
    const end = new Promise<Ended>(resolve =>
      child.once('close', code => {
        children.delete(child)
        resolve({ ...ended, code })
      }),
    )
    return { child, ended, end }
  }

  return {
    path,
    program: (name, args, data = path('data')) => begin(`dist/scripts/${name}.js`, args, { DATA_DIR: data }).end,
    async killed(name, args, afterMs) {
      const { child, end } = begin(`dist/scripts/${name}.js`, args, { DATA_DIR: path('data') })
      const timer = setTimeout(() => child.kill('SIGKILL'), afterMs)
      return end.finally(() => clearTimeout(timer))
    },
    async server(data = path('data'), env = {}) {
      const port = await freePort()
      const { child, ended, end } = begin('dist/server/main.js', [], {
        PORT: String(port),
        PORTAL_PORT: '0',
        DATA_DIR: data,
        RATE_LIMITS: 'off',
        LOG_LEVEL: 'error',
        DEMO: '0',
        ...env,
      })
      while (!ended.out.includes('Stop with Ctrl-C')) {
        if (child.exitCode !== null) throw new Error(`The server ended: ${ended.err}`)
        await new Promise(done => setTimeout(done, 10))
      }
      const base = `http://127.0.0.1:${port}`
      let registered = 0
      return {
        base,
        pid: child.pid!,
        call: (method, url, body, headers) => call(base, method, url, body, headers),
        async register(name) {
          const email = `owner${registered++}@${name.toLowerCase().replace(/\W+/g, '-')}.example`
          const reply = await call(base, 'POST', '/api/clients/register', { company_name: name, email, password })
          if (reply.status !== 201) throw new Error(`register: ${reply.status} ${JSON.stringify(reply.body)}`)
          return { id: reply.body.client_id, key: reply.body.api_key, email }
        },
        async stop(signal = 'SIGTERM') {
          child.kill(signal)
          await end
        },
      }
    },
    close() {
      for (const child of children) child.kill('SIGKILL')
      rmSync(root, { recursive: true, force: true })
    },
  }
}
