/**
 * A limit on the size of files (`ulimit -f`), put on a running server from outside and lifted again. Linux's `prlimit`
 * does that; where it is missing, the disk in memory (injection.test.ts) has to answer for it.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { checkFolder } from '../../server/store/csv/check.ts'
import * as records from '../../server/store/records.ts'
import { freePort } from '../support/port.ts'
import { call } from '../support/server.ts'
import { effort } from './effort.ts'

const canLimit = spawnSync('prlimit', ['--version']).status === 0
let dir: string
let base: string
let server: ChildProcess | undefined
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'file-size-'))
})
afterEach(async () => {
  server?.kill('SIGKILL')
  await rm(dir, { recursive: true, force: true })
})

const ended = (child: ChildProcess) => new Promise(done => child.once('exit', done))
const limit = (bytes: number | 'unlimited') =>
  execFileSync('prlimit', ['--pid', String(server!.pid), `--fsize=${bytes}:unlimited`])

async function start(): Promise<void> {
  const port = await freePort()
  base = `http://127.0.0.1:${port}`
  const env = {
    PORT: String(port),
    PORTAL_PORT: '0',
    DATA_DIR: dir,
    RATE_LIMITS: 'off',
    LOG_LEVEL: 'silent',
    DEMO: '0',
  }
  server = spawn(process.execPath, ['dist/server/main.js'], { env: { ...process.env, ...env }, stdio: 'ignore' })
  await expect.poll(() => readiness(), { timeout: 20_000 }).toBe(200)
}

const readiness = () =>
  call(base, 'GET', '/readyz').then(
    ({ status }) => status,
    () => 0,
  )

/** The largest file that the server writes to at this moment. */
const journalSize = () =>
  Math.max(
    ...readdirSync(join(dir, 'journal'))
      .filter(name => /^\d{6}-\d{6}\.csv$/.test(name))
      .map(name => statSync(join(dir, 'journal', name)).size),
  )

it('a limit on the size of files is refused honestly, and forgotten when it is lifted', {
  timeout: 1_200_000,
}, async () => {
  const counts = { levels: 0, acknowledged: 0, refused: 0 }
  const answers = new Set<string>()
  const register = { company_name: 'Limited', email: 'limited@example.com', password: 'a long password' }
  await start()
  const { api_key: key, client_id: id } = (await call(base, 'POST', '/api/clients/register', register)).body
  const ask = async (message: string) => {
    const { status, body } = await call(base, 'POST', '/api/chat', { message }, { 'X-API-Key': key })
    expect([200, 503], JSON.stringify(body)).toContain(status)
    if (status === 200) answers.add(body.answer_id)
    else expect(body).toMatchObject({ code: 'store_unavailable', error: expect.any(String) })
    return status
  }
  const entry = { kind: 'qa', question: 'When are you open?', content: 'We are open from nine to five.' }
  expect((await call(base, 'POST', '/api/knowledge', entry, { 'X-API-Key': key })).status).toBe(201)

  for (let level = 0; canLimit && level < effort(4, 50); level++) {
    counts.levels++
    expect(await ask(`before level ${level}`)).toBe(200)
    // From far too little for anything to what takes a batch in part.
    const bytes = level % 4 === 0 ? 1 : journalSize() + level * effort(2500, 300)
    limit(bytes)
    const during = await Promise.all(
      Array.from({ length: 6 }, (_, i) => ask(`level ${level}, ${i}: ${'x'.repeat(900)}`)),
    )
    counts.acknowledged += during.filter(status => status === 200).length
    counts.refused += during.filter(status => status === 503).length
    if (bytes === 1) {
      expect(during).toEqual([503, 503, 503, 503, 503, 503])
      const { status, body } = await call(base, 'GET', '/readyz')
      expect([status, body]).toEqual([503, expect.stringMatching(/ulimit -f/)])
    }
    // Reading goes on, and so does looking for answers.
    for (const path of ['/api/knowledge?search=nine', '/api/suggest?q=when%20are%20you%20open']) {
      const found = await call(base, 'GET', path, undefined, { 'X-API-Key': key })
      expect([found.status, JSON.stringify(found.body)]).toEqual([200, expect.stringMatching(/open/)])
    }
    expect((await call(base, 'GET', '/api/health')).status).toBe(200)
    if (level % 3 === 2) {
      // Killed while nothing fits.
      const exit = ended(server!)
      server!.kill('SIGKILL')
      await exit
      await start()
    } else {
      limit('unlimited')
      await expect.poll(() => readiness(), { timeout: 20_000 }).toBe(200)
    }
  }

  expect(await ask('the last one')).toBe(200)
  const exit = ended(server!)
  server!.kill('SIGTERM')
  await exit
  const { problems } = await checkFolder({ dir, defs: Object.values(records) as never })
  expect(problems).toEqual([])
  const turns = execFileSync('cat', [join(dir, 'conversations', id, 'turns.csv')], { encoding: 'utf8' })
  expect([...answers].filter(answer => !turns.includes(answer))).toEqual([])
  expect(turns.match(/,"level \d+, \d: /g)?.length ?? 0).toBe(counts.acknowledged)
  console.log(
    `limits on file sizes: ${counts.levels} levels, ${counts.acknowledged} acknowledged, ${counts.refused} refused`,
  )
  expect(counts.refused).toBeGreaterThanOrEqual(counts.levels)
})
