/** Conversations can be found, read, noted, taken along and removed without a trace, by those they belong to and nobody else. */
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSheet } from 'read-excel-file/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultThreshold } from '../../server/answer/engine.ts'
import { type Turn, turns } from '../../server/store/records.ts'
import { append } from '../../server/store/store.ts'
import { call, password, startServer, type TestClient, type TestServer } from '../support/server.ts'

let server: TestServer
let client: TestClient
let other: TestClient

beforeAll(async () => {
  server = await startServer()
  client = await server.register('Harbour Ferries')
  other = await server.register('Somebody Else')
  const entries = [
    { id: 'fare', kind: 'qa', question: 'How much is a crossing?', content: 'A crossing costs 6 EUR, return 10 EUR.' },
    {
      id: 'bikes',
      kind: 'qa',
      question: 'May I take my bicycle aboard?',
      content: 'Yes, bicycles travel free of charge.',
    },
  ]
  expect((await client.call('POST', '/api/knowledge/import', { entries })).status).toBe(200)
})
afterAll(() => server.close())

const asVisitor = (method: string, path: string, body?: unknown) =>
  call(server.base, method, path, body, { Origin: 'https://ferries.example' })
const visit = async (message: string, session_id?: string) =>
  (await asVisitor('POST', '/api/chat', { message, session_id, company_id: client.id })).body
const signedIn = async (who: TestClient) => {
  const { body } = await call(server.base, 'POST', '/api/clients/authenticate', { email: who.email, password })
  const headers = { Authorization: `Bearer ${body.session_token}` }
  return (method: string, path: string, sent?: unknown) => call(server.base, method, path, sent, headers)
}
/** Everything below the data folder as one text. */
const onDisk = (dir: string) =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n')

describe('GET /api/conversations', () => {
  it('lists them newest first, with what was answered and refused', async () => {
    const first = await visit('How much is a crossing?')
    await visit('Who painted the ceiling of the chapel?', first.session_id)
    const second = await visit('May I take my bicycle aboard?')
    const { body, status } = await client.call('GET', '/api/conversations')
    expect(status).toBe(200)
    expect(body.data.slice(0, 2).map((row: any) => row.session_id)).toEqual([second.session_id, first.session_id])
    expect(body.data[1]).toMatchObject({
      turns: 2,
      answered: 1,
      refused: 1,
      channel: 'public',
      origin: 'https://ferries.example',
      first_message: 'How much is a crossing?',
      ratings: { up: 0, down: 0 },
      note: '',
    })
    expect(body).toMatchObject({ page: 1, complete: true })
  })

  it('follows what happens after the first look', async () => {
    const { session_id, answer_id } = await visit('How much is a crossing?')
    await asVisitor('POST', `/api/chat/${answer_id}/feedback`, { rating: 'down', session_id, company_id: client.id })
    const { body } = await client.call('GET', '/api/conversations?rating=down')
    expect(body.data.map((row: any) => row.session_id)).toEqual([session_id])
    expect(body.data[0].ratings).toEqual({ up: 0, down: 1 })
  })

  it('filters by answer, words, page, channel and time', async () => {
    const count = async (query: string) => (await client.call('GET', `/api/conversations?${query}`)).body.total
    const all = await count('')
    expect(await count('answered=no')).toBe(1)
    expect(await count('answered=yes')).toBe(all - 1)
    expect(await count('search=BICYCLE')).toBe(1)
    expect(await count('search=nowhere')).toBe(0)
    expect(await count('origin=https://ferries.example')).toBe(all)
    expect(await count('origin=https://elsewhere.example')).toBe(0)
    expect(await count('lang=en')).toBe(all)
    const today = new Date().toISOString().slice(0, 10)
    expect(await count(`from=${today}&to=${today}`)).toBe(all)
    expect(await count('to=2020-01-01')).toBe(0)
  })

  it('pages', async () => {
    const one = (await client.call('GET', '/api/conversations?limit=1')).body
    const two = (await client.call('GET', '/api/conversations?limit=1&page=2')).body
    expect(one.pages).toBe(one.total)
    expect(one.data[0].session_id).not.toBe(two.data[0].session_id)
    expect((await client.call('GET', '/api/conversations?page=1000')).body.data).toEqual([])
  })

  it.each(['page=0', 'limit=x', 'from=yesterday', 'answered=maybe', 'search='])('refuses %s', async query => {
    expect((await client.call('GET', `/api/conversations?${query}`)).status).toBe(400)
  })

  it('shows the newest at once while a long history is still being read', async () => {
    const many = await server.register('Old Harbour')
    const rows: Turn[] = Array.from({ length: 4000 }, (_, n) => ({
      timestamp: new Date(Date.now() - (4000 - n) * 10).toISOString(),
      turn_id: `a_${n}`,
      client_id: many.id,
      session_id: `s_${Math.floor(n / 2)}`,
      message: `Question ${n}`,
      response: 'Yes.',
      answered: true,
      confidence: 9000,
      sources: [],
      why: {},
      lang: 'en',
      channel: 'key',
      origin: '',
      kind: 'answer',
      ms: 0,
      page: '',
    }))
    await server.store.commit(rows.map(row => append(turns, row, many.id)))
    const first = (await many.call('GET', '/api/conversations?limit=5')).body
    expect(first.data.map((row: any) => row.session_id)).toEqual([1999, 1998, 1997, 1996, 1995].map(n => `s_${n}`))
    expect(first.complete).toBe(false)
    const whole = (await many.call('GET', '/api/conversations?limit=5&page=2')).body
    expect(whole).toMatchObject({ total: 2000, complete: true })
    expect((await many.call('GET', '/api/conversations/s_0')).body.turns).toHaveLength(2)
  })

  it('tells which languages and pages there are, and finds those of one page', async () => {
    const asked = {
      message: 'How much is a crossing?',
      company_id: client.id,
      page: 'https://ferries.example/fares?x=1',
    }
    const { session_id } = (await asVisitor('POST', '/api/chat', asked)).body
    const { facets, data } = (
      await client.call('GET', '/api/conversations?url=https://ferries.example/fares&lang=en&answered=yes')
    ).body
    expect(data.map((row: any) => row.session_id)).toEqual([session_id])
    expect(data[0].pages).toEqual(['https://ferries.example/fares'])
    expect(facets.urls).toContainEqual({ value: 'https://ferries.example/fares', count: 1 })
    expect(facets.languages[0].value).toBe('en')
    expect((await client.call('GET', '/api/conversations?url=https://ferries.example/none')).body.total).toBe(0)
  })

  it('comes as a file of more than 10,000, the filtered ones alone, in each format', async () => {
    const many = await server.register('Great Harbour')
    const count = 12_000
    const rows: Turn[] = Array.from({ length: count }, (_, n) => ({
      timestamp: new Date(Date.UTC(2025, 0, 1) + n * 60_000).toISOString(),
      turn_id: `a_${n}`,
      client_id: many.id,
      session_id: `s_${n}`,
      message: n === 7 ? '=cmd|"x"' : `Question ${n}, "quoted"`,
      response: 'Yes,\nindeed.',
      answered: n % 2 === 0,
      confidence: 9000,
      sources: ['one', 'two'],
      why: {},
      lang: n % 3 ? 'en' : 'de',
      channel: 'public',
      origin: 'https://ferries.example',
      kind: n % 2 === 0 ? 'answer' : 'refusal',
      ms: 5,
      page: '',
    }))
    await server.store.backfill(turns, rows, many.id)
    const file = async (query: string) => {
      const reply = await fetch(`${server.base}/api/conversations/export?${query}`, {
        headers: { 'X-API-Key': many.key },
      })
      expect(reply.status, query).toBe(200)
      expect(reply.headers.get('content-disposition')).toContain('attachment')
      return Buffer.from(await reply.arrayBuffer())
    }
    const csv = (await file('')).toString().split('\r\n')
    expect(csv).toHaveLength(count + 2)
    expect(csv[1]).toContain(`"Question ${count - 1}, ""quoted"""`)
    expect(csv.find(line => line.includes('cmd'))).toContain(`"'=cmd`)
    const lines = (await file('format=jsonl&of=turns&lang=de&answered=no')).toString().trim().split('\n')
    expect(lines).toHaveLength(count / 6)
    expect(JSON.parse(lines[0]!)).toMatchObject({
      question: 'Question 3, "quoted"',
      answer: 'Yes,\nindeed.',
      kind: 'refusal',
      confidence: 0.9,
      language: 'de',
      page: 'https://ferries.example',
      sources: 'one two',
    })
    const [head, ...sheet] = await readSheet(await file('format=xlsx&of=turns'))
    expect(head).toContain('question')
    expect(sheet).toHaveLength(count)
    expect(sheet[7]).toEqual(expect.arrayContaining(['=cmd|"x"', 0.9]))
    for (const bad of ['format=pdf', 'of=visitors', 'from=never'])
      expect((await many.call('GET', `/api/conversations/export?${bad}`)).status, bad).toBe(400)
    expect((await other.call('GET', '/api/conversations/export')).body.split('\r\n')).toHaveLength(2)
  })

  it('is nobody else’s', async () => {
    expect((await other.call('GET', '/api/conversations')).body).toMatchObject({ data: [], total: 0 })
    expect((await call(server.base, 'GET', '/api/conversations')).status).toBe(401)
  })
})

describe('one conversation', () => {
  it('is read with sources, ratings and its note', async () => {
    const { session_id, answer_id } = await visit('May I take my bicycle aboard?')
    const portal = await signedIn(client)
    await portal('PUT', `/api/conversations/${session_id}/note`, { note: 'Called back.' })
    const { body } = await client.call('GET', `/api/conversations/${session_id}`)
    expect(body).toMatchObject({
      session_id,
      note: 'Called back.',
      turns: [
        { answer_id, kind: 'answer', sources: ['bikes'], message: 'May I take my bicycle aboard?', rating: null },
      ],
    })
    expect((await client.call('GET', '/api/conversations?limit=1')).body.data[0].note).toBe('Called back.')
    await portal('PUT', `/api/conversations/${session_id}/note`, { note: '' })
    expect((await client.call('GET', `/api/conversations/${session_id}`)).body.note).toBe('')
  })

  it.each(['GET', 'DELETE'])('of another client is as unknown as one that never was, for %s', async method => {
    const { session_id } = await visit('How much is a crossing?')
    const stranger = await signedIn(other)
    const theirs = await stranger(method, `/api/conversations/${session_id}`)
    const none = await stranger(method, '/api/conversations/s_never')
    expect([theirs.status, theirs.body.code]).toEqual([404, 'not_found'])
    expect({ ...theirs.body, request_id: '' }).toEqual({ ...none.body, request_id: '' })
    expect((await client.call('GET', `/api/conversations/${session_id}`)).status).toBe(200)
  })

  it('is removed from memory and from every file', async () => {
    const secret = `crossing with otters ${Math.random().toString(36).slice(2)}`
    const { session_id, answer_id } = await visit(secret)
    await asVisitor('POST', `/api/chat/${answer_id}/feedback`, {
      rating: 'down',
      comment: secret,
      session_id,
      company_id: client.id,
    })
    await server.store.checkpoint()
    expect(onDisk(server.dir)).toContain(secret)
    const before = (await client.call('GET', '/api/conversations')).body.total
    const portal = await signedIn(client)
    const reply = await portal('DELETE', `/api/conversations/${session_id}`)
    expect([reply.status, reply.body.turns]).toEqual([200, 1])
    expect(onDisk(server.dir)).not.toContain(secret)
    const after = (await client.call('GET', '/api/conversations')).body
    expect(after.total).toBe(before - 1)
    expect(JSON.stringify((await client.call('GET', '/api/usage')).body)).not.toContain(secret)
    expect(JSON.stringify((await client.call('GET', '/api/unanswered')).body)).not.toContain(secret)
    expect((await portal('DELETE', `/api/conversations/${session_id}`)).status).toBe(404)
  })
})

describe('a visitor’s own conversation', () => {
  const address = (session: string) => `/api/chat/${session}?company_id=${client.id}`

  it('can be taken along', async () => {
    const { session_id, response } = await visit('How much is a crossing?')
    const reply = await asVisitor('GET', address(session_id))
    expect(reply.headers.get('access-control-allow-origin')).toBe('https://ferries.example')
    expect(reply.body).toMatchObject({
      company_id: client.id,
      session_id,
      turns: [{ message: 'How much is a crossing?', response }],
    })
  })

  it('can be deleted, many at once', async () => {
    const sessions = []
    for (let i = 0; i < 4; i++) sessions.push((await visit('How much is a crossing?')).session_id as string)
    const replies = await Promise.all(sessions.map(id => asVisitor('DELETE', address(id))))
    expect(replies.map(reply => [reply.status, reply.body.turns])).toEqual(sessions.map(() => [200, 1]))
    for (const id of sessions) expect((await asVisitor('GET', address(id))).status).toBe(404)
  })

  it('is not to be had of a conversation held with a key, whose id may be guessed', async () => {
    await client.call('POST', '/api/chat', { message: 'How much is a crossing?', session_id: 'phone-4711' })
    for (const method of ['GET', 'DELETE']) expect((await asVisitor(method, address('phone-4711'))).status).toBe(404)
    await visit('and back?', 'phone-4711')
    for (const method of ['GET', 'DELETE']) expect((await asVisitor(method, address('phone-4711'))).status).toBe(404)
    expect((await client.call('GET', '/api/chat/phone-4711')).status).toBe(200)
  })

  it('tells a page that may delete so', async () => {
    const preflight = await fetch(`${server.base}${address('s_x')}`, {
      method: 'OPTIONS',
      headers: { Origin: 'https://ferries.example', 'Access-Control-Request-Method': 'DELETE' },
    })
    expect(preflight.headers.get('access-control-allow-methods')).toContain('DELETE')
  })
})

describe('GET /api/answers/{id}/why', () => {
  it('shows passages, features and threshold as they were then', async () => {
    const { answer_id } = await visit('How much is a crossing?')
    const { body, status } = await client.call('GET', `/api/answers/${answer_id}/why`)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      answer_id,
      kind: 'answer',
      threshold: defaultThreshold,
      follow_up: null,
      small_talk: '',
      model: null,
    })
    expect(body.passages[0]).toMatchObject({
      id: 'fare',
      title: 'How much is a crossing?',
      text: 'A crossing costs 6 EUR, return 10 EUR.',
      cited: true,
      now: 'same',
    })
    expect(Object.keys(body.features).length).toBeGreaterThan(5)
    await client.call('PATCH', '/api/knowledge/entries/fare', { content: 'A crossing costs 7 EUR.' })
    const later = (await client.call('GET', `/api/answers/${answer_id}/why`)).body.passages[0]
    expect(later).toMatchObject({ text: 'A crossing costs 6 EUR, return 10 EUR.', now: 'changed' })
    await client.call('PATCH', '/api/knowledge/entries/fare', { content: 'A crossing costs 6 EUR, return 10 EUR.' })
  })

  it('says what a follow-up was taken to be about', async () => {
    const { session_id } = await visit('May I take my bicycle aboard?')
    const { answer_id } = await visit('and is it free?', session_id)
    const { body } = await client.call('GET', `/api/answers/${answer_id}/why`)
    expect(body.follow_up).toMatchObject({ topic: expect.stringContaining('bicycle') })
  })

  it('says which small talk it was', async () => {
    const { answer_id } = await visit('Hello!')
    expect((await client.call('GET', `/api/answers/${answer_id}/why`)).body).toMatchObject({
      small_talk: 'greeting',
      threshold: null,
      passages: [],
    })
  })

  it('keeps little of long entries', async () => {
    const entries = Array.from({ length: 8 }, (_, i) => ({
      id: `long${i}`,
      kind: 'text',
      title: `Timetable of the island line ${i}`,
      content: 'The island ferry leaves the island pier. '.repeat(480),
    }))
    await client.call('POST', '/api/knowledge/import', { entries })
    const { answer_id } = await visit('When does the island ferry leave the island pier?')
    const [turn] = (await server.store.log(turns).tail(1, client.id)) as Turn[]
    expect(turn!.turn_id).toBe(answer_id)
    expect(JSON.stringify(turn!.why).length).toBeLessThan(8_000)
    for (const { id } of entries) await client.call('DELETE', `/api/knowledge/entries/${id}`)
  })

  it('is nobody else’s', async () => {
    const { answer_id } = await visit('How much is a crossing?')
    const theirs = await other.call('GET', `/api/answers/${answer_id}/why`)
    const none = await other.call('GET', '/api/answers/a_never/why')
    expect(theirs.status).toBe(404)
    expect({ ...theirs.body, request_id: '' }).toEqual({ ...none.body, request_id: '' })
    expect((await client.call('GET', `/api/answers/${encodeURIComponent('../x')}/why`)).status).toBe(404)
  })
})

describe('GET /api/unanswered', () => {
  it('puts wordings of the same question together, counts them, and shows the nearest entry', async () => {
    const shop = await server.register('Rope Loft')
    await shop.call('POST', '/api/knowledge', { kind: 'qa', question: 'Do you splice ropes?', content: 'Yes.' })
    for (const message of [
      'Do you repair broken sails?',
      'can you repair a broken sail',
      'repairing broken sails?',
      'Is there a sauna nearby?',
    ])
      await shop.call('POST', '/api/chat', { message })
    await shop.call('POST', '/api/chat', { message: 'Hello' })
    const { body } = await shop.call('GET', '/api/unanswered')
    expect(body).toMatchObject({ total: 2, counts: { open: 2, resolved: 0, ignored: 0 } })
    expect(body.data[0]).toMatchObject({ question: 'Do you repair broken sails?', count: 3, state: 'open', lang: 'en' })
    expect(body.data[0].examples).toHaveLength(2)
    expect(body.data.map((group: any) => group.answered_now)).toEqual([false, false])

    const { id } = body.data[0]
    expect((await shop.call('PATCH', `/api/unanswered/${id}`, { state: 'resolved' })).status).toBe(200)
    expect((await shop.call('GET', '/api/unanswered')).body.total).toBe(1)
    expect((await shop.call('GET', '/api/unanswered?state=resolved')).body.data[0]).toMatchObject({ id, count: 3 })

    await shop.call('POST', '/api/chat', { message: 'Do you repair broken sails?' })
    const again = (await shop.call('GET', '/api/unanswered')).body
    expect(again.data.find((group: any) => group.id === id)).toMatchObject({ count: 1, state: 'open' })

    await shop.call('PATCH', `/api/unanswered/${id}`, { state: 'ignored' })
    await shop.call('POST', '/api/chat', { message: 'Do you repair broken sails?' })
    expect((await shop.call('GET', '/api/unanswered')).body.data.map((group: any) => group.id)).not.toContain(id)
    await shop.call('PATCH', `/api/unanswered/${id}`, { state: 'open' })
    expect((await shop.call('GET', '/api/unanswered')).body.data[0]).toMatchObject({ id, count: 5 })

    await shop.call('POST', '/api/knowledge', {
      kind: 'qa',
      question: 'Do you repair broken sails?',
      content: 'Yes, within a week.',
    })
    expect((await shop.call('GET', '/api/unanswered')).body.data[0]).toMatchObject({ id, answered_now: true })
  })

  it('refuses what it does not know, and other clients', async () => {
    expect((await client.call('GET', '/api/unanswered?state=lost')).status).toBe(400)
    expect((await client.call('PATCH', '/api/unanswered/none', { state: 'ignored' })).status).toBe(404)
    expect((await client.call('PATCH', '/api/unanswered/none', { state: 'gone' })).status).toBe(400)
    expect((await other.call('GET', '/api/unanswered')).body.total).toBe(0)
  })
})

describe('GET /api/complaints', () => {
  const badly = async (shop: TestClient, message: string, comment = '') => {
    const { answer_id, session_id } = (await shop.call('POST', '/api/chat', { message })).body
    await shop.call('POST', `/api/chat/${answer_id}/feedback`, { rating: 'down', session_id, comment })
    return { answer_id, session_id }
  }

  it('puts questions with an answer that did not help together, with what was said and where it came from', async () => {
    const shop = await server.register('Sail Loft')
    const sails = { kind: 'qa', question: 'Do you repair broken sails?', content: 'Only in summer.' }
    const { entry } = (await shop.call('POST', '/api/knowledge', sails)).body
    await badly(shop, 'Do you repair broken sails?')
    expect((await shop.call('GET', '/api/complaints')).body.total).toBe(1)
    await badly(shop, 'can you repair a broken sail', 'When exactly?')
    const { answer_id, session_id } = await badly(shop, 'Is there a sauna nearby?')
    const { body } = await shop.call('GET', '/api/complaints')
    expect(body).toMatchObject({ total: 2, counts: { open: 2 } })
    expect(body.data[0]).toMatchObject({
      question: 'Do you repair broken sails?',
      count: 2,
      examples: ['can you repair a broken sail'],
      response: expect.stringContaining('Only in summer.'),
      comment: 'When exactly?',
      entry: { id: entry.id, title: 'Do you repair broken sails?' },
    })
    // A rating that was taken back is none, and what was erased is gone.
    await shop.call('POST', `/api/chat/${answer_id}/feedback`, { rating: 'none', session_id })
    expect((await shop.call('GET', '/api/complaints')).body.total).toBe(1)
    const { id } = body.data[0]
    expect((await shop.call('PATCH', `/api/complaints/${id}`, { state: 'resolved' })).status).toBe(200)
    expect((await shop.call('GET', '/api/complaints')).body.total).toBe(0)
    await badly(shop, 'Do you repair broken sails?')
    expect((await shop.call('GET', '/api/complaints')).body.data[0]).toMatchObject({ id, count: 1 })
    const portal = await signedIn(shop)
    for (const row of (await shop.call('GET', '/api/conversations')).body.data)
      await portal('DELETE', `/api/conversations/${row.session_id}`)
    expect((await shop.call('GET', '/api/complaints?state=open')).body.total).toBe(0)
    expect((await other.call('PATCH', `/api/complaints/${id}`, { state: 'ignored' })).status).toBe(404)
  })

  it('remembers them over a restart', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'parley-complaints-'))
    const first = await startServer({ dir })
    const shop = await first.register('Old Loft')
    await badly(shop, 'Is there a sauna nearby?')
    await first.close()
    const second = await startServer({ dir })
    const { body } = await call(second.base, 'GET', '/api/complaints', undefined, { 'X-API-Key': shop.key })
    expect(body.data).toMatchObject([{ question: 'Is there a sauna nearby?', count: 1, entry: null }])
    await second.close()
    await rm(dir, { recursive: true })
  })
})

describe('POST /api/answers', () => {
  it('saves the entry, a golden in the visitor’s words and the mark together, and tells what became worse', async () => {
    const shop = await server.register('Answer Loft')
    const knots = { id: 'knots', kind: 'qa', question: 'Which knots do you teach?', content: 'Bowline and sheet bend.' }
    await shop.call('POST', '/api/knowledge/import', { entries: [knots] })
    await shop.call('POST', '/api/goldens', { question: 'Which knots do you teach?', expected: ['knots'] })
    await shop.call('POST', '/api/goldens/run')
    await shop.call('POST', '/api/chat', { message: 'is there a sauna neerby' })
    const [group] = (await shop.call('GET', '/api/unanswered')).body.data
    const reply = await shop.call('POST', '/api/answers', {
      question: 'Is there a sauna nearby?',
      content: 'Yes, beside the pier.',
      alternates: [group.question],
      category: 'Around',
      group: { list: 'unanswered', id: group.id },
    })
    expect(reply.status).toBe(201)
    const { entry, golden, run } = reply.body
    expect(entry).toMatchObject({ kind: 'qa', category: 'Around', alternates: ['is there a sauna neerby'] })
    expect(golden).toMatchObject({ question: 'is there a sauna neerby', expected: [entry.id] })
    expect(run).toMatchObject({ reason: 'change', total: 2, passed: 2, worse: [] })
    expect((await shop.call('GET', '/api/unanswered')).body.counts).toMatchObject({ open: 0, resolved: 1 })

    const spoiling = { question: 'Which knots do you teach?', content: 'None any more.' }
    await shop.call('DELETE', '/api/knowledge/entries/knots')
    const worse = (await shop.call('POST', '/api/answers', spoiling)).body.run
    expect(worse.worse.map((each: any) => each.question)).toEqual(['Which knots do you teach?'])
    expect((await shop.call('POST', '/api/goldens/settle')).body.run.id).toBe(worse.id)
  })

  it('saves nothing when something of it cannot be', async () => {
    const shop = await server.register('Nothing Loft')
    const answer = { question: 'Q?', content: 'A.' }
    for (const [wrong, status] of [
      [{ ...answer, group: { list: 'unanswered', id: 'none' } }, 404],
      [{ ...answer, group: { list: 'elsewhere', id: 'none' } }, 400],
      [{ question: ' ', content: 'A.' }, 400],
      [{ question: 'Q?' }, 400],
      [{ ...answer, alternates: [''] }, 400],
    ] as const)
      expect((await shop.call('POST', '/api/answers', wrong)).status).toBe(status)
    expect((await shop.call('GET', '/api/knowledge')).body.total).toBe(0)
    expect((await shop.call('GET', '/api/goldens')).body.total).toBe(0)
    expect((await shop.call('POST', '/api/goldens/settle')).body).toEqual({ run: null })
  })
})
