/**
 * kill -9 under load: the real process is killed at random moments while visitors chat and a client adds knowledge.
 * After every kill all files are read by a strict reader; at the end every acknowledged write is there exactly once,
 * nothing is there in half, and the counts agree.
 *
 * `KILL_ROUNDS=100 npx vitest run test/faults/kill.test.ts` prints how long it took until the first write after each start.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort } from '../support/port.ts'

const rounds = Number(process.env.KILL_ROUNDS ?? 6)
const talkers = 8
let dir: string
let port: number
const children = new Set<ChildProcess>()

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-kill-'))
  port = await freePort()
})
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  await rm(dir, { recursive: true, force: true })
})

function spawnServer(): ChildProcess {
  const env = {
    ...process.env,
    PORT: String(port),
    PORTAL_PORT: '0',
    DATA_DIR: dir,
    RATE_LIMITS: 'off',
    LOG_LEVEL: 'error',
    DEMO: '0',
    NODE_OPTIONS: '',
  }
  const child = spawn(process.execPath, ['dist/server/main.js'], { env, stdio: ['ignore', 'ignore', 'inherit'] })
  children.add(child)
  child.once('exit', () => children.delete(child))
  return child
}

const gone = (child: ChildProcess) => new Promise(done => child.once('exit', done))

/** Resolves to status and body, or to null when the connection broke: then nothing was acknowledged. */
function post(agent: Agent, path: string, body: unknown, key?: string): Promise<{ status: number; body: any } | null> {
  return new Promise(resolve => {
    const text = JSON.stringify(body)
    const outgoing = request(
      {
        agent,
        port,
        host: '127.0.0.1',
        path,
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'Content-Length': Buffer.byteLength(text),
          ...(key && { 'X-API-Key': key }),
        },
      },
      response => {
        let received = ''
        response.setEncoding('utf8')
        response.on('data', chunk => (received += chunk))
        response.on('end', () =>
          resolve(response.complete ? { status: response.statusCode!, body: JSON.parse(received) } : null),
        )
        response.on('error', () => resolve(null))
      },
    )
    outgoing.on('error', () => resolve(null))
    outgoing.end(text)
  })
}

const pause = (ms: number) => new Promise(done => setTimeout(done, ms))

/** Every CSV file below the folder, as rows of cells; throws where one is not whole. */
function readAll(): Map<string, string[][]> {
  const files = new Map<string, string[][]>()
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (!entry.isFile() || !entry.name.endsWith('.csv') || /journal/.test(entry.name)) continue
    files.set(path.slice(dir.length + 1), parse(readFileSync(path), { relax_column_count: false }) as string[][])
  }
  return files
}

const column = (rows: string[][] | undefined, name: string) => {
  const at = rows?.[0]?.indexOf(name) ?? -1
  return (rows ?? []).slice(1).map(row => row[at]!)
}

it(
  `loses no acknowledged write in ${rounds} rounds of kill -9`,
  async () => {
    const acknowledged = { answers: new Set<string>(), entries: new Set<string>() }
    const sentMessages = new Set<string>()
    const untilWritable: number[] = []
    let client: { id: string; key: string } | undefined
    let sent = 0

    for (let round = 0; round < rounds; round++) {
      const startedAt = performance.now()
      const server = spawnServer()
      const agent = new Agent({ keepAlive: true, maxSockets: talkers + 1 })
      while (!client) {
        const reply = await post(agent, '/api/clients/register', {
          company_name: 'Kill',
          email: 'kill@example.com',
          password: 'a long password',
          plan: 'free',
        })
        if (reply?.status === 201) client = { id: reply.body.client_id, key: reply.body.api_key }
        else await pause(5)
      }
      const { key } = client
      // The plan's limits would end the test early; an operator raises them in the file, and so does this.
      if (round === 0) {
        await raiseLimits(client.id, server)
        continue
      }
      for (;;) {
        const message = `first of round ${round}, try ${sent++}`
        sentMessages.add(message)
        const first = await post(agent, '/api/chat', { message }, key)
        if (first?.status === 200) {
          acknowledged.answers.add(first.body.answer_id)
          break
        }
        await pause(2)
      }
      untilWritable.push(performance.now() - startedAt)

      let alive = true
      const talk = async (talker: number) => {
        while (alive) {
          const message = `round ${round}, talker ${talker}: "question", number\n${sent++} 🚲`
          sentMessages.add(message)
          const reply = await post(agent, '/api/chat', { message, session_id: `s-${round}-${talker}` }, key)
          if (reply?.status === 200) acknowledged.answers.add(reply.body.answer_id)
          else if (reply) throw new Error(`chat: ${reply.status} ${JSON.stringify(reply.body)}`)
        }
      }
      const teach = async () => {
        while (alive) {
          const reply = await post(
            agent,
            '/api/knowledge/add',
            { content: `Fact ${sent++}, "quoted",\nwith a line break.` },
            key,
          )
          if (reply?.status === 200) acknowledged.entries.add(reply.body.knowledge_id)
          else if (reply) throw new Error(`add: ${reply.status} ${JSON.stringify(reply.body)}`)
          await pause(4)
        }
      }
      const load = Promise.all([...Array.from({ length: talkers }, (_, i) => talk(i)), teach()])
      await pause(20 + Math.random() * 280)
      const exit = gone(server)
      server.kill('SIGKILL')
      alive = false
      await exit
      await load
      agent.destroy()
      readAll()
    }

    // One more start and an orderly stop bring the files up to the journal.
    const last = spawnServer()
    const agent = new Agent()
    while ((await post(agent, '/api/chat', { message: 'the last one' }, client!.key))?.status !== 200) await pause(5)
    agent.destroy()
    last.kill('SIGTERM')
    await gone(last)

    const files = readAll()
    const turns = files.get(join('conversations', client!.id, 'turns.csv'))
    const ids = column(turns, 'turn_id')
    const stored = new Set(ids)
    expect(stored.size).toBe(ids.length)
    expect([...acknowledged.answers].filter(id => !stored.has(id))).toEqual([])
    const strange = column(turns, 'message').filter(message => !sentMessages.has(message) && message !== 'the last one')
    expect(strange).toEqual([])
    const entries = new Set(column(files.get(join('knowledge', client!.id, 'knowledge.csv')), 'id'))
    expect([...acknowledged.entries].filter(id => !entries.has(id))).toEqual([])
    const usage = column(files.get('usage_logs.csv'), 'action').filter(action => action === 'chat')
    expect(usage.length).toBe(ids.length)
    expect(column(files.get('clients.csv'), 'used_requests')).toEqual([String(ids.length)])
    agreesWithPython(files)

    const sorted = untilWritable.toSorted((a, b) => a - b)
    console.log(
      `${rounds} rounds, ${acknowledged.answers.size} answers and ${acknowledged.entries.size} entries acknowledged, 0 lost; ` +
        `start to first write: median ${sorted[sorted.length >> 1]?.toFixed(0)} ms, longest ${sorted.at(-1)?.toFixed(0)} ms`,
    )
  },
  120_000 + rounds * 5_000,
)

/** Stops the server, writes the limits into clients.csv as a person would, and leaves the file for the next start. */
async function raiseLimits(clientId: string, server: ChildProcess): Promise<void> {
  const exit = gone(server)
  server.kill('SIGTERM')
  await exit
  const file = join(dir, 'clients.csv')
  const rows = parse(readFileSync(file)) as string[][]
  const at = (name: string) => rows[0]!.indexOf(name)
  const row = rows.find(each => each[at('client_id')] === clientId)!
  row[at('knowledge_limit')] = '1000000'
  row[at('monthly_requests')] = '100000000'
  const { writeFileSync } = await import('node:fs')
  writeFileSync(
    file,
    `${rows
      .map(cells => cells.map(cell => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(','))
      .join('\n')}\n`,
  )
}

/** Python's csv module is the third reader, where there is a Python. */
function agreesWithPython(files: Map<string, string[][]>): void {
  const python = ['/usr/bin/python3', '/usr/local/bin/python3'].find(existsSync) ?? 'python3'
  const script =
    'import csv,json,sys\ncsv.field_size_limit(10**9)\nprint(json.dumps({f:list(csv.reader(open(sys.argv[1]+"/"+f,newline="",encoding="utf-8"))) for f in sys.argv[2:]}))'
  let out: string
  try {
    out = execFileSync(python, ['-c', script, dir, ...files.keys()], { encoding: 'utf8', maxBuffer: 1 << 30 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  expect(JSON.parse(out)).toEqual(Object.fromEntries(files))
}
