/** A client's knowledge over HTTP: in, out, changed, limited. */
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clients } from '../../server/store/records.ts'
import { update } from '../../server/store/store.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

describe('entries', () => {
  it('keeps any text exactly', async () => {
    const client = await server.register()
    const texts = [
      '“Quotes”, commas; and\r\nline breaks\n',
      '=1+1',
      'e\u0301 é 한국어 العربية 👩‍👩‍👧‍👦',
      ' leading and trailing ',
      'tab\there \u0000 NUL',
      'x'.repeat(20_000),
    ]
    for (const content of texts) expect((await client.call('POST', '/api/knowledge/add', { content })).status).toBe(200)
    const { body } = await client.call('GET', `/api/knowledge/${client.id}`)
    expect(body.knowledge_count).toBe(texts.length)
    expect(body.knowledge.map((entry: any) => entry.content).reverse()).toEqual(texts)
  })

  it('adds, finds, changes and deletes, and the bot follows at once', async () => {
    const client = await server.register()
    const ask = async (message: string) => (await client.call('POST', '/api/chat', { message })).body
    expect((await ask('How much is the entrance fee?')).answered).toBe(false)
    const { body } = await client.call('POST', '/api/knowledge', {
      kind: 'qa',
      question: 'How much is the entrance fee?',
      content: 'The entrance fee is 12 EUR.',
      category: 'prices',
    })
    expect((await ask('How much is the entrance fee?')).response).toContain('12 EUR')
    await client.call('PATCH', `/api/knowledge/entries/${body.entry.id}`, { content: 'The entrance fee is 14 EUR.' })
    expect((await ask('How much is the entrance fee?')).response).toContain('14 EUR')
    const found = await client.call('GET', '/api/knowledge?search=entrance&category=prices')
    expect((await client.call('GET', `/api/knowledge/entries/${body.entry.id}`)).body.entry.content).toContain('14 EUR')
    expect(found.body).toMatchObject({
      total: 1,
      page: 1,
      pages: 1,
      knowledge_count: 1,
      knowledge_limit: 50,
      categories: ['prices'],
    })
    await client.call('PATCH', `/api/knowledge/entries/${body.entry.id}`, { is_active: false })
    expect((await ask('How much is the entrance fee?')).answered).toBe(false)
    await client.call('PATCH', `/api/knowledge/entries/${body.entry.id}`, { is_active: true })
    expect((await ask('How much is the entrance fee?')).answered).toBe(true)
    expect((await client.call('DELETE', `/api/knowledge/entries/${body.entry.id}`)).status).toBe(200)
    expect((await client.call('DELETE', `/api/knowledge/entries/${body.entry.id}`)).status).toBe(404)
    expect((await ask('How much is the entrance fee?')).answered).toBe(false)
  })

  it('pages newest first', async () => {
    const client = await server.register()
    await client.call('POST', '/api/knowledge/import', {
      entries: Array.from({ length: 12 }, (_, i) => ({ id: `e${i}`, content: `Entry ${i}` })),
    })
    const { body } = await client.call('GET', '/api/knowledge?page=2&limit=5')
    expect(body.data.map((entry: any) => entry.id)).toEqual(['e6', 'e5', 'e4', 'e3', 'e2'])
    expect(body).toMatchObject({ total: 12, page: 2, pages: 3 })
    expect((await client.call('GET', '/api/knowledge?page=0')).status).toBe(400)
    expect((await client.call('GET', '/api/knowledge?limit=many')).body.errors[0].pointer).toBe('#/query/limit')
  })

  it('answers a long entry from the right part and cites it as one', async () => {
    const client = await server.register()
    const filler = (topic: string) =>
      Array.from(
        { length: 12 },
        (_, i) => `The ${topic} chapter has a sentence number ${i} about ${topic} and nothing else.`,
      ).join(' ')
    const content = `${filler('garden')}\n\nThe lighthouse was built in 1887 by the harbour guild.\n\n${filler('kitchen')}`
    await client.call('POST', '/api/knowledge/import', {
      entries: [
        { id: 'book', title: 'House book', content },
        { id: 'other', content: filler('cellar') },
      ],
    })
    const { body } = await client.call('POST', '/api/chat', { message: 'When was the lighthouse built?' })
    expect(body.response).toContain('1887')
    expect(body.sources.map((source: any) => source.id)).toEqual(['book'])
  })

  it('clears everything of one client only', async () => {
    const [one, two] = [await server.register(), await server.register()]
    for (const client of [one, two]) await client.call('POST', '/api/knowledge/add', { content: 'Kept or not.' })
    expect((await one.call('DELETE', `/api/knowledge/${one.id}`)).body.message).toBe('1 entry was deleted.')
    expect((await one.call('GET', `/api/knowledge/${one.id}`)).body.knowledge_count).toBe(0)
    expect((await two.call('GET', `/api/knowledge/${two.id}`)).body.knowledge_count).toBe(1)
  })
})

describe('import', () => {
  it('takes all or nothing and names every bad row', async () => {
    const client = await server.register()
    await client.call('POST', '/api/knowledge/import', { entries: [{ id: 'there', content: 'x' }] })
    const entries = [
      { id: 'a', content: 'fine' },
      { id: 'a', content: 'twice' },
      { content: '' },
      { kind: 'qa', content: 'no question' },
      { id: 'there', content: 'taken' },
      { id: '../x', content: 'x' },
      'text',
      { kind: 'poem', content: 'x' },
    ]
    const { status, body } = await client.call('POST', '/api/knowledge/import', { entries })
    expect([status, body.code]).toEqual([400, 'invalid_request'])
    expect(body.errors.map((error: any) => error.pointer)).toEqual([
      '#/entries/1/id',
      '#/entries/2/content',
      '#/entries/3/question',
      '#/entries/4/id',
      '#/entries/5/id',
      '#/entries/6',
      '#/entries/7/kind',
    ])
    expect((await client.call('GET', `/api/knowledge/${client.id}`)).body.knowledge_count).toBe(1)
  })

  it('checks without storing on a dry run', async () => {
    const client = await server.register()
    const { body } = await client.call('POST', '/api/knowledge/import?dry_run=1', {
      entries: [{ id: 'a', content: 'x' }],
    })
    expect(body).toMatchObject({ success: true, dry_run: true, imported: 0, ids: ['a'] })
    expect((await client.call('GET', `/api/knowledge/${client.id}`)).body.knowledge_count).toBe(0)
  })

  it('refuses an import past the limit whole', async () => {
    const client = await server.register()
    const entries = Array.from({ length: 51 }, (_, i) => ({ content: `Entry ${i}` }))
    const { status, body } = await client.call('POST', '/api/knowledge/import', { entries })
    expect([status, body.code, body.limit, body.count]).toEqual([403, 'knowledge_limit_reached', 50, 0])
    expect((await client.call('POST', '/api/knowledge/import?dry_run=1', { entries })).status).toBe(403)
    expect((await client.call('POST', '/api/knowledge/import', { entries: entries.slice(1) })).status).toBe(200)
  })
})

describe('export', () => {
  it('gives every entry, exact as JSON Lines and harmless as CSV', async () => {
    const client = await server.register()
    const given = [
      '=HYPERLINK("http://evil.example")',
      '+1',
      '-2',
      '@SUM(A1)',
      '  =3',
      '\tx',
      '\rx',
      '\u0000x',
      'plain, "quoted"\nand 2-1=1',
    ]
    await client.call('POST', '/api/knowledge/import', {
      entries: given.map((content, i) => ({ id: `e${i}`, content })),
    })
    const lines = await client.call('GET', '/api/knowledge/export?format=jsonl')
    const entries = (lines.body as unknown as string).trim().split('\n')
    expect(entries.map(line => JSON.parse(line).content)).toEqual(given)
    const csv = await client.call('GET', '/api/knowledge/export')
    expect(csv.headers.get('content-disposition')).toBe(`attachment; filename="knowledge-${client.id}.csv"`)
    const rows = parse(csv.body, { bom: true, columns: true }) as Record<string, string>[]
    const cells = rows.map(row => row.content!)
    expect(cells.slice(0, -1)).toEqual(given.slice(0, -1).map(cell => `'${cell}`))
    expect(cells.at(-1)).toBe(given.at(-1))
    for (const row of rows) for (const cell of Object.values(row)) expect(cell).not.toMatch(/^ *[=+\-@\t\r\0]/)
    expect((await client.call('GET', '/api/knowledge/export?format=pdf')).status).toBe(400)
  })
})

describe('the limit', () => {
  it('gives the last place to one of 100 parallel adds', async () => {
    const client = await server.register()
    await server.store.commit([update(clients, client.id, { knowledge_limit: 3 })])
    await client.call('POST', '/api/knowledge/import', { entries: [{ content: 'one' }, { content: 'two' }] })
    const replies = await Promise.all(
      Array.from({ length: 100 }, (_, i) => client.call('POST', '/api/knowledge/add', { content: `entry ${i}` })),
    )
    const count = (status: number) => replies.filter(reply => reply.status === status).length
    expect([count(200), count(403)]).toEqual([1, 99])
    expect(replies.find(reply => reply.status === 403)!.body).toMatchObject({
      code: 'knowledge_limit_reached',
      limit: 3,
      count: 3,
    })
    expect((await client.call('GET', `/api/knowledge/${client.id}`)).body.knowledge_count).toBe(3)
  })

  it('frees a place with a delete and holds it when an entry wakes', async () => {
    const client = await server.register()
    await server.store.commit([update(clients, client.id, { knowledge_limit: 1 })])
    const first = (await client.call('POST', '/api/knowledge', { content: 'one' })).body.entry
    await client.call('PATCH', `/api/knowledge/entries/${first.id}`, { is_active: false })
    expect((await client.call('POST', '/api/knowledge', { content: 'two' })).status).toBe(201)
    expect((await client.call('PATCH', `/api/knowledge/entries/${first.id}`, { is_active: true })).status).toBe(403)
    expect((await client.call('PATCH', `/api/knowledge/entries/${first.id}`, { content: 'uno' })).status).toBe(200)
  })
})
