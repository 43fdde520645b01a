/** One client out of an installation and into another. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { unzipSync, zipSync } from 'fflate'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { openCsvStore } from '../../server/store/csv/index.ts'
import { turns, usageLogs } from '../../server/store/records.ts'
import { append } from '../../server/store/store.ts'
import { password } from '../support/server.ts'
import { createStage, type RunningServer, type Stage } from './stage.ts'

// Many processes, one after another: a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 })
let stage: Stage
beforeEach(() => {
  stage = createStage()
})
afterEach(() => stage.close())

const rowsOf = (file: string) => parse(readFileSync(stage.path(file)), { columns: true }) as Record<string, string>[]
const question = 'When do you open?'
const awkward = 'Say "cheese", please,\r\nand \\u0000 🧀\0!'

interface Known {
  id: string
  key: string
  email: string
}

/** Two clients with knowledge, settings, chats of this month and of last year, and an uploaded file. */
async function fill(server: RunningServer): Promise<{ ours: Known; others: Known }> {
  const ours = await server.register('Cheese Shop')
  const others = await server.register('Other Shop')
  for (const { key } of [ours, others]) {
    const headers = { 'X-API-Key': key }
    for (const entry of [
      { kind: 'qa', question, content: 'We open at nine.' },
      { content: awkward, metadata: { from: ['a', 1] } },
    ])
      expect((await server.call('POST', '/api/knowledge', entry, headers)).status).toBe(201)
    expect((await server.call('POST', '/api/chat', { message: question }, headers)).status).toBe(200)
    expect((await server.call('POST', '/api/chat', { message: awkward }, headers)).status).toBe(200)
  }
  return { ours, others }
}

/** What only time brings: turns and usage of months that have ended. */
async function addHistory({ id }: Known): Promise<void> {
  const store = await openCsvStore({ dir: stage.path('data'), now: () => new Date() })
  const [sample] = await store.log(turns).tail(1, id)
  const at = (month: number) => `2025-0${month}-05T10:00:00.000Z`
  const rows = [1, 2, 3, 6].map(month => ({ ...sample!, timestamp: at(month), turn_id: `old-${month}` }))
  await store.backfill(turns, rows, id)
  const usage = { client_id: id, action: 'signed_in', details: '', ip_address: '' }
  await store.backfill(
    usageLogs,
    [1, 2, 3, 6].map(month => ({ ...usage, timestamp: at(month) })),
  )
  await store.commit([append(usageLogs, { ...usage, timestamp: new Date().toISOString(), details: 'now' })])
  await store.close()
  mkdirSync(stage.path(`data/uploads/${id}/deep`), { recursive: true })
  writeFileSync(stage.path(`data/uploads/${id}/deep/menu.pdf`), Buffer.from([0, 1, 2, 255]))
}

const programOn =
  (folder: string) =>
  async (name: string, ...args: string[]) => {
    const { code, out, err } = await stage.program(name, args, stage.path(folder))
    return { code, out, err: err.trim() }
  }
const here = programOn('data')
const there = programOn('elsewhere')

it('takes a client from one running server to another, where everything goes on', async () => {
  const first = await stage.server()
  const { ours, others } = await fill(first)
  await first.stop()
  await addHistory(ours)
  const again = await stage.server()
  const file = stage.path('cheese.zip')
  const exported = await here('export-client', ours.id, file)
  expect(exported).toMatchObject({ code: 0, err: '' })
  expect(exported.out).toMatch(
    /Exported Cheese Shop .*turns 6, usage_logs 8, clients 1, keys 1, knowledge 2, uploads 1\./,
  )
  // Nothing of anybody else, and no secret.
  const inside = Object.entries(unzipSync(readFileSync(file))).map(
    ([name, bytes]) => name + Buffer.from(bytes).toString(),
  )
  expect(inside.join('\n')).not.toMatch(new RegExp(`${others.id}|${others.email}|${ours.key}|${password}`))
  await again.stop()

  const second = await stage.server(stage.path('elsewhere'))
  await second.register('Neighbour')
  const imported = await there('import-client', file)
  expect(imported).toMatchObject({ code: 0, err: '' })
  expect(imported.out).toMatch(/Imported Cheese Shop/)
  const headers = { 'X-API-Key': ours.key }
  const reply = await second.call('POST', '/api/chat', { message: question }, headers)
  expect(reply.body.response).toContain('nine')
  expect(reply.body.usage.used).toBe(3)
  const credentials = { email: ours.email, password }
  expect((await second.call('POST', '/api/clients/authenticate', credentials)).status).toBe(200)
  const knowledge = await second.call('GET', '/api/knowledge', undefined, headers)
  expect(JSON.stringify(knowledge.body)).toContain(JSON.stringify(awkward).slice(1, -1))
  // A second import meets the client and leaves it alone.
  expect(await there('import-client', file)).toMatchObject({ code: 1, err: expect.stringMatching(/is here already/) })
  await second.stop()

  expect((await there('check-data')).out).toMatch(/^All is well/)
  for (const name of [
    `knowledge/${ours.id}/knowledge.csv`,
    ...['01', '02', '03', '06'].map(month => `conversations/${ours.id}/turns-2025-${month}.csv`),
    `uploads/${ours.id}/deep/menu.pdf`,
  ])
    expect(readFileSync(stage.path(`elsewhere/${name}`)).equals(readFileSync(stage.path(`data/${name}`)))).toBe(true)
  const kept = rowsOf(`data/conversations/${ours.id}/turns.csv`)
  expect(rowsOf(`elsewhere/conversations/${ours.id}/turns.csv`).slice(0, kept.length)).toEqual(kept)
  expect(rowsOf('elsewhere/usage_logs-2025-06.csv')).toHaveLength(1)
})

it.each(['running', 'stopped'] as const)(
  'erases a client from a %s server without a trace, and nobody else',
  async state => {
    const first = await stage.server()
    const { ours, others } = await fill(first)
    await first.call('POST', '/api/clients/authenticate', { email: ours.email, password })
    await first.stop()
    await addHistory(ours)
    await addHistory(others)
    const othersBefore = rowsOf(`data/conversations/${others.id}/turns.csv`)
    const usageBefore = rowsOf('data/usage_logs.csv').filter(row => row.client_id === others.id)
    const server = state === 'running' ? await stage.server() : undefined
    let talking = true
    const talk = async () => {
      while (talking && server) {
        const reply = await server.call('POST', '/api/chat', { message: question }, { 'X-API-Key': ours.key })
        if (reply.status >= 500) throw new Error(`chat: ${reply.status}`)
      }
    }
    const load = Promise.all([talk(), talk(), talk()])
    const receipt = stage.path('receipt.txt')
    const erased = await here('erase-client', ours.id, receipt)
    expect(erased).toMatchObject({ code: 0, err: '' })
    expect(readFileSync(receipt, 'utf8')).toContain(`Erased the client ${ours.id}`)
    expect(erased.out).toMatch(/clients 1, .*keys 1, .*knowledge 2, .*uploads 1\./)
    talking = false
    await load
    if (server) {
      const refused = await server.call('POST', '/api/chat', { message: question }, { 'X-API-Key': ours.key })
      expect(refused.status).toBe(401)
      const reply = await server.call('POST', '/api/chat', { message: question }, { 'X-API-Key': others.key })
      expect(reply.body.response).toContain('nine')
    }
    // As it is on the disk now: nothing waits for a stop to be gone.
    for (const entry of readdirSync(stage.path('data'), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name)
      expect(path).not.toContain(ours.id)
      if (entry.isFile())
        expect({ path, has: readFileSync(path).includes(ours.id) || readFileSync(path).includes(ours.email) }).toEqual({
          path,
          has: false,
        })
    }
    await server?.stop()
    expect((await here('check-data')).out).toMatch(/^All is well/)
    expect(rowsOf(`data/conversations/${others.id}/turns.csv`).slice(0, othersBefore.length)).toEqual(othersBefore)
    expect(
      rowsOf('data/usage_logs.csv')
        .filter(row => row.client_id === others.id)
        .slice(0, usageBefore.length),
    ).toEqual(usageBefore)
    // What was only theirs is gone with its file.
    expect(existsSync(stage.path('data/usage_logs-2025-02.csv'))).toBe(false)
    expect(rowsOf('data/usage_logs-2025-02-2.csv')).toHaveLength(1)
    expect(await here('erase-client', ours.id, stage.path('again.txt'))).toEqual({
      code: 1,
      out: '',
      err: `There is no client ${ours.id}.`,
    })
    await (await stage.server()).stop('SIGKILL')
    await (await stage.server()).stop()
    expect((await here('check-data')).out).toMatch(/^All is well/)
  },
)

it('finishes an erasure that kill -9 stopped', async () => {
  const first = await stage.server()
  const { ours, others } = await fill(first)
  await first.stop()
  await addHistory(ours)
  for (const afterMs of [500, 800, 1000, 1100])
    await stage.killed('erase-client', [ours.id, stage.path(`receipt-${afterMs}.txt`)], afterMs)
  const { code, err } = await here('erase-client', ours.id, stage.path('receipt.txt'))
  if (code !== 0) expect(err).toBe(`There is no client ${ours.id}.`)
  for (const entry of readdirSync(stage.path('data'), { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    expect(path).not.toContain(ours.id)
    if (entry.isFile() && entry.parentPath !== stage.path('data/journal'))
      expect(readFileSync(path, 'utf8')).not.toContain(ours.id)
  }
  expect((await here('check-data')).out).toMatch(/^All is well/)
  expect(rowsOf(`data/conversations/${others.id}/turns.csv`)).toHaveLength(2)
})

it('brings nothing twice after an import was killed on the way', async () => {
  const first = await stage.server()
  const { ours } = await fill(first)
  await first.stop()
  await addHistory(ours)
  const file = stage.path('cheese.zip')
  expect(await here('export-client', ours.id, file)).toMatchObject({ code: 0 })
  // What a kill between the history and the last commit leaves: rows of logs without their client.
  const store = await openCsvStore({ dir: stage.path('elsewhere'), now: () => new Date() })
  const text = Buffer.from(unzipSync(readFileSync(file))['usage_logs.csv']!).toString()
  const rows = parse(text, { columns: true }) as any[]
  const history = rows.filter(row => row.timestamp < '2025-03')
  await store.backfill(usageLogs, history)
  await store.commit([append(usageLogs, rows.at(-1))])
  await store.close()
  // Nobody knows that an import brought them: they are left alone.
  expect(await there('import-client', file)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/records of a client/),
  })
  const again = await openCsvStore({ dir: stage.path('elsewhere'), now: () => new Date() })
  await again.commit([append(usageLogs, { ...rows.at(-1), action: 'client_import_begun' })])
  await again.close()
  expect(await there('import-client', file)).toMatchObject({ code: 0, err: '' })
  expect((await there('check-data')).out).toMatch(/^All is well/)
  const months = readdirSync(stage.path('elsewhere')).filter(name => name.startsWith('usage_logs-'))
  expect(months.sort()).toEqual(['01', '02', '03', '06'].map(month => `usage_logs-2025-${month}.csv`))
})

it('refuses in one sentence what it cannot take, and leaves nothing behind', async () => {
  const first = await stage.server()
  const { ours } = await fill(first)
  await first.stop()
  const file = stage.path('cheese.zip')
  expect(await here('export-client', 'nobody', file)).toEqual({ code: 1, out: '', err: 'There is no client nobody.' })
  expect(await here('export-client', '../x', file)).toMatchObject({ code: 1, out: '' })
  expect(existsSync(file)).toBe(false)
  expect(await here('export-client', ours.id, stage.path('data/clients.csv/x.zip'))).toMatchObject({ code: 1, out: '' })
  expect(await here('export-client', ours.id, file)).toMatchObject({ code: 0 })
  expect(await here('export-client', ours.id, file)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/exists already/),
  })

  mkdirSync(stage.path('elsewhere'))
  const bytes = readFileSync(file)
  const refused = async (content: Buffer, sentence: RegExp) => {
    const bad = stage.path('bad.zip')
    writeFileSync(bad, content)
    const { code, out, err } = await there('import-client', bad)
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(sentence)
    expect(err.split('\n')).toHaveLength(1)
  }
  await refused(bytes.subarray(0, bytes.length >> 1), /damaged/)
  await refused(Buffer.from('hello'), /damaged/)
  const parts = unzipSync(bytes)
  // One byte flipped in any file, the page that names them included.
  for (const [name, content] of Object.entries(parts)) {
    const flipped = Uint8Array.from(content)
    flipped[content.length >> 1]! ^= 1
    await refused(Buffer.from(zipSync({ ...parts, [name]: flipped })), /damaged/)
  }
  await refused(Buffer.from(zipSync({ ...parts, 'clients.csv': parts['keys.csv']! })), /damaged/)
  const { 'knowledge.csv': _, ...without } = parts
  await refused(Buffer.from(zipSync(without)), /knowledge\.csv is missing/)
  expect(await there('import-client', stage.path('nothing.zip'))).toMatchObject({
    code: 1,
    err: expect.stringMatching(/does not exist/),
  })
  expect(rowsOf('elsewhere/clients.csv')).toEqual([])
  expect(existsSync(stage.path(join('elsewhere', 'knowledge', ours.id)))).toBe(false)

  // Somebody there has the e-mail address already.
  const other = await stage.server(stage.path('elsewhere'))
  const account = { company_name: 'Same Address', email: ours.email, password }
  expect((await other.call('POST', '/api/clients/register', account)).status).toBe(201)
  expect(await there('import-client', file)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/same email in clients/),
  })
  await other.stop()
  expect(rowsOf('elsewhere/clients.csv')).toHaveLength(1)
})
