/**
 * Backups while visitors chat, and what becomes of them. `BACKUPS=50 npx vitest run test/operator/backup.test.ts` makes
 * that many and prints what was in them.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { restoreBackup } from '../../server/operator/restore.ts'
import { checkFolder } from '../../server/store/csv/check.ts'
import type { AnyDef } from '../../server/store/define.ts'
import * as records from '../../server/store/records.ts'
import { createStage, type Ended, type Stage } from './stage.ts'

const defs = Object.values(records) as unknown as AnyDef[]
const backups = Number(process.env.BACKUPS ?? 3)
// Many processes, one after another: a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 })
let stage: Stage
beforeEach(() => {
  stage = createStage()
})
afterEach(() => stage.close())

/** The folder that a backup program names. */
const pathIn = ({ out, err, code }: Ended): string => {
  if (code !== 0) throw new Error(`${code}: ${err}`)
  return / to (\S+) \(/.exec(out)![1]!
}

const rowsOf = (file: string) => parse(readFileSync(file), { columns: true }) as Record<string, string>[]

const contentsOf = (folder: string) =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))
      .map(path => [path.slice(folder.length), createHash('sha256').update(readFileSync(path)).digest('hex')])
      .sort(),
  )

it(
  `holds every row acknowledged before it began, in ${backups} backups under load`,
  async () => {
    const server = await stage.server()
    const client = await server.register('Busy Bakery')
    const key = { 'X-API-Key': client.key }
    const acknowledged = { turns: [] as string[], entries: [] as string[], clients: [client.id] }
    let loading = true
    let sent = 0
    // Busy, but not at full speed: the folder is to be copied as often as it is asked for.
    const breathe = () => new Promise(done => setTimeout(done, 20))
    const talk = async () => {
      for (; loading; await breathe()) {
        const reply = await server.call('POST', '/api/chat', { message: `Is "number", ${sent++}\nfresh? 🥐` }, key)
        if (reply.status === 200) acknowledged.turns.push(reply.body.answer_id)
        else if (reply.status !== 429) throw new Error(`chat: ${reply.status} ${JSON.stringify(reply.body)}`)
        else {
          const next = await server.register(`Another ${sent++}`)
          acknowledged.clients.push(next.id)
          key['X-API-Key'] = next.key
        }
      }
    }
    const teach = async () => {
      while (loading) {
        const { id, key } = await server.register(`Teacher ${sent++}`)
        acknowledged.clients.push(id)
        for (let i = 0; i < 40 && loading; i++) {
          await breathe()
          const headers = { 'X-API-Key': key }
          const reply = await server.call('POST', '/api/knowledge/add', { content: `Loaf ${sent++}, "cut".` }, headers)
          if (reply.status === 200) acknowledged.entries.push(reply.body.knowledge_id)
        }
      }
    }
    const load = Promise.all([talk(), talk(), talk(), talk(), teach()])

    let checked = 0
    for (let round = 0; round < backups; round++) {
      const before = {
        turns: acknowledged.turns.slice(),
        entries: acknowledged.entries.slice(),
        clients: acknowledged.clients.slice(),
      }
      const path = pathIn(await stage.program('backup', [stage.path('backups')]))
      const target = stage.path(`restored-${round}`)
      await restoreBackup(path, target, () => new Date())
      expect((await checkFolder({ dir: target, defs })).problems).toEqual([])

      const all = (folder: string, file: string, column: string) =>
        existsSync(join(target, folder))
          ? readdirSync(join(target, folder)).flatMap(id => {
              const path = join(target, folder, id, file)
              return existsSync(path) ? rowsOf(path).map(row => row[column]!) : []
            })
          : []
      const found = {
        turns: all('conversations', 'turns.csv', 'turn_id'),
        entries: all('knowledge', 'knowledge.csv', 'id'),
        clients: rowsOf(join(target, 'clients.csv')).map(row => row.client_id!),
      }
      for (const kind of ['turns', 'entries', 'clients'] as const) {
        const there = new Set(found[kind])
        expect(there.size).toBe(found[kind].length)
        expect(before[kind].filter(id => !there.has(id))).toEqual([])
        checked += before[kind].length
      }
      // The turn, its usage row and its count are one commit: a backup holds all three or none.
      const chats = rowsOf(join(target, 'usage_logs.csv')).filter(row => row.action === 'chat').length
      expect(chats).toBe(found.turns.length)
      expect(rowsOf(join(target, 'counters.csv')).reduce((sum, row) => sum + Number(row.value), 0)).toBe(chats)
      rmSync(target, { recursive: true })
      rmSync(path, { recursive: true })
    }
    loading = false
    await load
    await server.stop()
    console.log(`${backups} backups under load, each restored; ${checked} acknowledged rows looked for, 0 missing`)
    expect(checked).toBeGreaterThan(backups)
  },
  60_000 + backups * 30_000,
)

it('backs up a folder that no server runs on, and the restored server knows its clients', async () => {
  const server = await stage.server()
  const client = await server.register('Quiet Library')
  const entry = { kind: 'qa', question: 'When do you open?', content: 'We open at nine.' }
  await server.call('POST', '/api/knowledge', entry, { 'X-API-Key': client.key })
  await server.stop()
  const path = pathIn(await stage.program('backup', [stage.path('backups')]))
  expect(statSync(path).mode & 0o077).toBe(0)
  expect(await stage.program('restore', [path, stage.path('new')])).toMatchObject({ code: 0 })

  const again = await stage.server(stage.path('new'))
  const reply = await again.call('POST', '/api/chat', { message: 'When do you open?' }, { 'X-API-Key': client.key })
  expect(reply.body.response).toContain('nine')
  await again.stop('SIGKILL')
  const third = await stage.server(stage.path('new'))
  await third.stop()
  expect(rowsOf(stage.path(`new/conversations/${client.id}/turns.csv`))).toHaveLength(1)
  expect((await stage.program('check-data', [stage.path('new')])).out).toMatch(/^All is well/)
})

it('a restored folder survives kill -9 in the midst of its first checkpoints without a row twice', async () => {
  const server = await stage.server()
  const { id, key } = await server.register('Harbour Cafe')
  const chat = (one: typeof server) => one.call('POST', '/api/chat', { message: 'Hello' }, { 'X-API-Key': key })
  for (let i = 0; i < 5; i++) await chat(server)
  const path = pathIn(await stage.program('backup', [stage.path('backups')]))
  await server.stop()
  await stage.program('restore', [path, stage.path('new')])
  let said = 5
  for (let round = 0; round < 4; round++) {
    const next = await stage.server(stage.path('new'))
    for (let i = 0; i < 3; i++, said++) expect((await chat(next)).status).toBe(200)
    await new Promise(done => setTimeout(done, 850 + round * 40))
    await next.stop('SIGKILL')
  }
  await (await stage.server(stage.path('new'))).stop()
  const turns = rowsOf(stage.path(`new/conversations/${id}/turns.csv`)).map(row => row.turn_id)
  expect(turns).toHaveLength(said)
  expect(new Set(turns).size).toBe(said)
})

it('refuses in one sentence, leaving things as they were', async () => {
  const server = await stage.server()
  await server.register('Corner Shop')
  const path = pathIn(await stage.program('backup', [stage.path('backups')]))
  const refused = async (args: string[], sentence: RegExp, program = 'restore') => {
    const before = readdirSync(stage.path('.')).sort()
    const { code, out, err } = await stage.program(program, args)
    expect(err).toMatch(sentence)
    expect(err.trim().split('\n')).toHaveLength(1)
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(readdirSync(stage.path('.')).sort()).toEqual(before)
  }
  const clients = readFileSync(stage.path('data/clients.csv'), 'utf8')
  await refused([path, stage.path('data')], new RegExp(`in use by a running server \\(pid ${server.pid}\\)`))
  await server.stop()
  await refused([path, stage.path('data')], /is not empty/)
  expect(readFileSync(stage.path('data/clients.csv'), 'utf8')).toBe(clients)
  await refused([stage.path('nothing'), stage.path('new')], /is no backup/)
  await refused([path], /npm run restore -- BACKUP DIR/)
  await refused([], /npm run backup -- DIR/, 'backup')
  await refused([stage.path('data/backups')], /in the data folder/, 'backup')
  writeFileSync(stage.path('file'), '')
  await refused([stage.path('file')], /is not a folder|exists already/, 'backup')

  // One byte flipped in any file, the page itself included.
  const files = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(path.length + 1))
  expect(files).toContain('backup.csv')
  for (const file of files) {
    const damaged = stage.path('damaged')
    rmSync(damaged, { recursive: true, force: true })
    cpSync(path, damaged, { recursive: true })
    const bytes = readFileSync(join(damaged, file))
    bytes[bytes.length >> 1]! ^= 1
    writeFileSync(join(damaged, file), bytes)
    await refused([damaged, stage.path('new')], /damaged|newer version/)
  }
  const newer = stage.path('newer')
  cpSync(path, newer, { recursive: true })
  const body = readFileSync(join(newer, 'backup.csv'), 'utf8').replace('format,,1,,', 'format,,9,,').split('end,')[0]!
  const sum = createHash('sha256').update(body).digest('hex')
  writeFileSync(join(newer, 'backup.csv'), `${body}end,,${body.trim().split('\n').length - 1},,${sum}\n`)
  await refused([newer, stage.path('new')], /newer version \(format 9\)/)
})

it('leaves no half backup and no half restored folder when something fails on the way', async () => {
  const server = await stage.server()
  const { key } = await server.register('Paper Mill')
  for (let i = 0; i < 30; i++)
    await server.call('POST', '/api/knowledge/add', { content: `${i} ${'reams '.repeat(2000)}` }, { 'X-API-Key': key })
  const path = pathIn(await stage.program('backup', [stage.path('backups')]))
  const failsIn = async (folder: string, sentence: RegExp) => {
    for (const [program, args] of [
      ['restore', [path, join(folder, 'new')]],
      ['backup', [folder]],
    ] as const) {
      const { code, out, err } = await stage.program(program, [...args])
      expect({ code, out, err }).toEqual({ code: 1, out: '', err: expect.stringMatching(sentence) })
      expect(readdirSync(folder)).toEqual([])
    }
  }
  // Some files' paths are longer than a path may be, others' are not.
  let deep = stage.path('deep')
  while (deep.length < 3800) deep = join(deep, 'd'.repeat(200))
  deep = join(deep, 'd'.repeat(4096 - 67 - deep.length))
  mkdirSync(deep, { recursive: true })
  await failsIn(deep, /too long a path/)

  const small = stage.path('small')
  mkdirSync(small)
  // A full disk needs the right to mount one.
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=200k', 'tmpfs', small]).status !== 0) return
  try {
    await failsIn(small, /the disk is full/)
  } finally {
    spawnSync('umount', [small])
  }
  // The server that could not back itself up goes on.
  const reply = await server.call('POST', '/api/chat', { message: 'Reams?' }, { 'X-API-Key': key })
  expect(reply.status).toBe(200)
  await server.stop()
})

it('tells nobody anything without the token', async () => {
  const server = await stage.server()
  const file = stage.path('data/journal/operator.json')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const { port, token } = JSON.parse(readFileSync(file, 'utf8'))
  const ask = (authorization: string, name = 'backup') =>
    fetch(`http://127.0.0.1:${port}/${name}`, {
      method: 'POST',
      headers: { authorization },
      body: JSON.stringify({ to: stage.path('backups') }),
    })
  for (const wrong of ['', 'Bearer ', `Bearer ${token}x`, token]) {
    const reply = await ask(wrong)
    expect([reply.status, await reply.text()]).toEqual([404, '{}\n'])
  }
  expect(existsSync(stage.path('backups'))).toBe(false)
  expect((await ask(`Bearer ${token}`, 'constructor')).status).toBe(404)
  const made = await ask(`Bearer ${token}`)
  expect(made.status).toBe(200)
  const { result } = (await made.json()) as { result: { path: string } }
  // Locks and tokens belong to a process, not to the data.
  const names = Object.keys(contentsOf(result.path)).join('\n')
  expect(names).not.toMatch(/operator\.json|owner|\.sock|journal\/0/)
  // The public port knows nothing of it.
  expect((await server.call('POST', '/backup', {}, { authorization: `Bearer ${token}` })).status).toBe(404)
  await server.stop()
  expect(existsSync(file)).toBe(false)
})
