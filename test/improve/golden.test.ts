/** Goldens tell what a change of knowledge or carefulness made better and worse; the preview tells before it is made. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBots, emptyBot } from '../../server/accounts/bot.ts'
import { createIndex, defaultThreshold } from '../../server/answer/engine.ts'
import { createGoldens } from '../../server/improve/golden.ts'
import { createGoldenRuns } from '../../server/improve/golden-run.ts'
import { createEntries } from '../../server/knowledge/entry.ts'
import { createLibrary } from '../../server/knowledge/library.ts'
import { createTrash } from '../../server/knowledge/trash.ts'
import { openCsvStore } from '../../server/store/csv/index.ts'
import { bots as botRows, clients } from '../../server/store/records.ts'
import { insert } from '../../server/store/store.ts'
import { call, password, startServer, type TestClient, type TestServer } from '../support/server.ts'

let server: TestServer
let client: TestClient
let other: TestClient
let portal: (method: string, path: string, body?: unknown) => ReturnType<typeof call>

const entries = [
  { id: 'keys', kind: 'qa', question: 'Do you cut house keys?', content: 'Yes, while you wait, from 6 EUR.' },
  { id: 'locks', kind: 'qa', question: 'Do you open locked doors at night?', content: 'Yes, at any hour, 90 EUR.' },
  { id: 'safes', kind: 'qa', question: 'Do you repair safes?', content: 'Yes, in our workshop.' },
]

beforeAll(async () => {
  server = await startServer()
  client = await server.register('Locksmith Tern')
  other = await server.register('Somebody Else')
  expect((await client.call('POST', '/api/knowledge/import', { entries })).status).toBe(200)
  const { body } = await call(server.base, 'POST', '/api/clients/authenticate', { email: client.email, password })
  portal = (method, path, sent) =>
    call(server.base, method, path, sent, { Authorization: `Bearer ${body.session_token}` })
})
afterAll(() => server.close())

const add = async (golden: Record<string, unknown>) => (await client.call('POST', '/api/goldens', golden)).body.golden
const run = async () => (await client.call('POST', '/api/goldens/run')).body

describe('goldens', () => {
  it('are asked, and what became worse or better since the last run is told', async () => {
    const keys = await add({ question: 'can you cut a house key', expected: ['keys'] })
    const doors = await add({ question: 'do you open doors at night', expected: ['locks', 'safes'] })
    const refused = await add({ question: 'Who won the regatta of 1931?', expected: [] })
    expect(await run()).toMatchObject({ reason: 'call', total: 3, passed: 3, worse: [], better: [] })

    await client.call('PATCH', '/api/knowledge/entries/keys', { is_active: false })
    const second = await run()
    expect(second).toMatchObject({ total: 3, passed: 2, better: [] })
    expect(second.worse).toEqual([
      {
        id: keys.id,
        question: 'can you cut a house key',
        before: { ok: true, found: 'keys', confidence: expect.any(Number) },
        after: { ok: false, found: expect.any(String), confidence: expect.any(Number) },
      },
    ])
    const wrong = (await client.call('GET', '/api/goldens?ok=no')).body.data
    expect(wrong.map((golden: any) => golden.id)).toEqual([keys.id])

    await client.call('PATCH', '/api/knowledge/entries/keys', { is_active: true })
    expect((await run()).better.map((each: any) => each.id)).toEqual([keys.id])
    const { body } = await client.call('GET', '/api/goldens/runs')
    expect(body.data.map((each: any) => each.passed)).toEqual([3, 2, 3])
    expect(body.data[1].worse).toHaveLength(1)
    for (const { id } of [keys, doors, refused]) await client.call('DELETE', `/api/goldens/${id}`)
  })

  it('may follow up earlier messages', async () => {
    const { id } = await add({ question: 'and safes?', expected: ['safes'], before: ['Do you cut house keys?'] })
    expect(await run()).toMatchObject({ total: 1, passed: 1 })
    await client.call('DELETE', `/api/goldens/${id}`)
  })

  it('count as no request', async () => {
    const before = (await client.call('GET', '/api/clients/profile')).body.stats.monthly_requests
    const { id } = await add({ question: 'Do you repair safes?', expected: ['safes'] })
    await run()
    expect((await client.call('GET', '/api/clients/profile')).body.stats.monthly_requests).toBe(before)
    await client.call('DELETE', `/api/goldens/${id}`)
  })

  it('are changed and removed', async () => {
    const { id } = await add({ question: 'Safes?', expected: ['keys'] })
    const changed = await client.call('PATCH', `/api/goldens/${id}`, { expected: ['safes'] })
    expect(changed.body.golden).toMatchObject({ id, question: 'Safes?', expected: ['safes'], before: [] })
    expect((await client.call('DELETE', `/api/goldens/${id}`)).status).toBe(200)
    expect((await client.call('DELETE', `/api/goldens/${id}`)).status).toBe(404)
  })

  it('leave as a file and come back from it', async () => {
    await add({ question: 'Do you repair safes?', expected: ['safes'] })
    const file = await client.call('GET', '/api/goldens/export')
    expect(file.headers.get('content-disposition')).toContain('attachment')
    expect(file.body.goldens).toHaveLength(1)
    const extra = { question: 'Who is the mayor?', expected: [] }
    const back = await client.call('POST', '/api/goldens/import', { goldens: [...file.body.goldens, extra] })
    expect(back.body).toMatchObject({ success: true, added: 1, replaced: 1 })
    expect((await client.call('GET', '/api/goldens')).body.total).toBe(2)
  })

  it('are taken all or none, with every bad row named', async () => {
    const before = (await client.call('GET', '/api/goldens')).body.total
    const reply = await client.call('POST', '/api/goldens/import', {
      goldens: [
        { question: 'Good', expected: ['keys'] },
        { question: '', expected: ['keys'] },
        { question: 'Unknown entry', expected: ['nothing'] },
        'nonsense',
        { id: 'twice', question: 'A', expected: [] },
        { id: 'twice', question: 'B', expected: [] },
      ],
    })
    expect([reply.status, reply.body.code]).toEqual([400, 'invalid_request'])
    const rows = new Set(reply.body.errors.map((error: any) => error.pointer.split('/')[2]))
    expect([...rows].sort()).toEqual(['1', '2', '3', '5'])
    expect((await client.call('GET', '/api/goldens')).body.total).toBe(before)
  })

  it.each([
    {},
    { question: '  ', expected: [] },
    { question: 'Q', expected: 'keys' },
    { question: 'Q', expected: ['no such entry'] },
    { question: 'Q', expected: [], before: ['x'.repeat(3000)] },
    { question: 7, expected: [] },
    [],
  ])('refuses %j', async golden => {
    expect((await client.call('POST', '/api/goldens', golden)).status).toBe(400)
  })

  it('are at most 500', async () => {
    const many = await server.register('Many Questions')
    const goldens = Array.from({ length: 500 }, (_, i) => ({ question: `Question ${i}`, expected: [] }))
    expect((await many.call('POST', '/api/goldens/import', { goldens })).body.added).toBe(500)
    const reply = await many.call('POST', '/api/goldens', { question: 'One more', expected: [] })
    expect([reply.status, reply.body.code]).toEqual([403, 'knowledge_limit_reached'])
    expect(reply.body.error).toContain('goldens')
    expect(await many.call('POST', '/api/goldens/run')).toMatchObject({
      status: 200,
      body: { total: 500, passed: 500 },
    })
  })

  it('are nobody else’s', async () => {
    const { id } = await add({ question: 'Mine', expected: [] })
    expect((await other.call('GET', '/api/goldens')).body.total).toBe(0)
    expect((await other.call('PATCH', `/api/goldens/${id}`, { question: 'Theirs' })).status).toBe(404)
    expect((await other.call('POST', '/api/goldens/run')).body).toMatchObject({ total: 0, passed: 0 })
  })
})

it('asks the goldens by itself once a change has settled, and tells the difference', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'parley-goldens-'))
  const now = () => new Date()
  const store = await openCsvStore({ dir, now })
  let ids = 0
  const newId = () => `id${ids++}`
  const library = createLibrary({ store, createIndex, maxBytes: 1e8 })
  const bots = createBots({ store, now, publicUrl: 'http://localhost' })
  const allowance = () => ({ knowledgeLimit: 100, monthlyRequests: 100 })
  const own = createEntries({ store, trash: createTrash({ store, allowance, now, newId }), allowance, now, newId })
  const goldens = createGoldens({ store, now, newId })
  const failed: unknown[] = []
  const runs = createGoldenRuns({
    store,
    goldens,
    library,
    bots,
    now,
    newId,
    quietMs: 20,
    reportError: error => failed.push(error),
  })
  const id = 'tern'
  await store.commit([
    insert(clients, {
      client_id: id,
      company_name: 'Tern',
      email: 'a@example.com',
      created_at: '',
      is_active: true,
      plan: 'free',
    } as any),
    insert(botRows, { ...emptyBot, client_id: id }),
  ])
  const entry = await own.add(id, { kind: 'qa', question: 'Do you repair safes?', content: 'Yes, in our workshop.' })
  await goldens.add(id, { question: 'do you repair safes', expected: [entry.id] })
  await expect.poll(async () => (await runs.list(id)).length, { timeout: 20_000 }).toBeGreaterThan(0)
  const before = (await runs.list(id)).length
  await own.remove(id, entry.id)
  await expect.poll(async () => (await runs.list(id)).length, { timeout: 20_000 }).toBe(before + 1)
  expect((await runs.list(id))[0]).toMatchObject({ reason: 'change', passed: 0, worse: [{ before: { ok: true } }] })
  await bots.change(id, { carefulness: 0.9 })
  await expect.poll(async () => (await runs.list(id)).length, { timeout: 20_000 }).toBe(before + 2)
  expect(failed).toEqual([])
  await runs.close()
  library.close()
  await store.close()
  await rm(dir, { recursive: true })
}, 60_000)

describe('carefulness', () => {
  const ask = async (message: string) => (await client.call('POST', '/api/chat', { message })).body

  it('is a number or a name, and decides what is answered', async () => {
    expect((await portal('GET', '/api/bot/settings')).body.carefulness).toBe(defaultThreshold)
    const sure = await ask('Do you cut house keys?')
    const unsure = await ask('something with keys for my boat house')
    expect(sure.answered).toBe(true)
    const between = Math.floor(((sure.confidence + unsure.confidence) / 2) * 100) / 100
    expect(unsure.confidence).toBeLessThan(between)
    expect((await portal('PATCH', '/api/bot/settings', { carefulness: between })).body.carefulness).toBe(between)
    expect((await ask('Do you cut house keys?')).answered).toBe(true)
    expect((await ask('something with keys for my boat house')).answered).toBe(false)
    expect((await portal('PATCH', '/api/bot/settings', { carefulness: 0 })).body.carefulness).toBe(0)
    expect((await ask('something with keys for my boat house')).answered).toBe(true)
    expect((await portal('PATCH', '/api/bot/settings', { carefulness: 'careful' })).body.carefulness).toBe(0.65)
    expect((await portal('PATCH', '/api/bot/settings', { carefulness: null })).body.carefulness).toBe(defaultThreshold)
  })

  it.each([-0.1, 1.1, 'brave', '0.5', [], {}])('refuses %j', async carefulness => {
    expect((await portal('PATCH', '/api/bot/settings', { carefulness })).status).toBe(400)
  })

  it('shows beforehand what it would do to the last questions', async () => {
    const shop = await server.register('Preview')
    await shop.call('POST', '/api/knowledge/import', { entries })
    for (const message of ['Do you cut house keys?', 'Hello', 'Who won the regatta of 1931?'])
      await shop.call('POST', '/api/chat', { message })
    const used = (await shop.call('GET', '/api/clients/profile')).body.stats.monthly_requests
    const preview = async (value: string) => (await shop.call('GET', `/api/bot/threshold-preview?value=${value}`)).body
    expect(await preview('helpful')).toMatchObject({ value: 0.35, current: defaultThreshold, questions: 2 })
    const nothing = await preview('1')
    expect(nothing).toMatchObject({
      before: { answered: 1, refused: 1 },
      after: { answered: 0, refused: 2 },
      would_answer: [],
      would_refuse: [{ question: 'Do you cut house keys?', entry: { id: 'keys' } }],
    })
    const all = await preview('0')
    expect(all.after).toEqual({ answered: 2, refused: 0 })
    expect(all.would_answer.map((each: any) => each.question)).toEqual(['Who won the regatta of 1931?'])
    expect((await shop.call('GET', '/api/clients/profile')).body.stats.monthly_requests).toBe(used)
    for (const bad of ['', 'value=', 'value=2', 'value=brave', 'value=0.5&last=0'])
      expect((await shop.call('GET', `/api/bot/threshold-preview?${bad}`)).status).toBe(400)
  })
})
