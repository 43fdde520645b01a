/** Out as a file and back in: exactly the same; edited in a spreadsheet: the difference, and nothing else. */
import fc from 'fast-check'
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clients } from '../../server/store/records.ts'
import { update } from '../../server/store/store.ts'
import { startServer, type TestClient, type TestServer } from '../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const types = {
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  jsonl: 'application/jsonl',
}
type Format = keyof typeof types
const formats = Object.keys(types) as Format[]

const download = async (client: TestClient, format: Format) => {
  const reply = await fetch(`${server.base}/api/knowledge/export?format=${format}`, {
    headers: { 'X-API-Key': client.key },
  })
  expect(reply.headers.get('content-type')).toContain(types[format])
  return Buffer.from(await reply.arrayBuffer())
}
const post = async (client: TestClient, path: string, format: Format, bytes: Buffer | string) => {
  const reply = await fetch(server.base + path, {
    method: 'POST',
    headers: { 'X-API-Key': client.key, 'Content-Type': types[format] },
    body: bytes as never,
  })
  return { status: reply.status, body: (await reply.json()) as any }
}
const rich = async (entries = 5000) => {
  const client = await server.register()
  await server.store.commit([update(clients, client.id, { knowledge_limit: entries })])
  return client
}
const all = async (client: TestClient): Promise<any[]> =>
  ((await client.call('GET', '/api/knowledge/export?format=jsonl')).body as string)
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line))

const awkward = [
  '=HYPERLINK("http://evil.example")',
  "'=1+1",
  "''@x",
  ' -2',
  '\tx',
  '\rx\ry\r\nz\n',
  'NUL \u0000 and bell \u0007',
  '_x000D_ is no line break, and _x005F_ neither',
  '“Quotes”, "these"; and | others',
  ' spaces around ',
  '<b>&amp;</b> &#39;',
  'e\u0301 é 한국어 العربية 👩‍👩‍👧‍👦 \uFFFE',
  'sep=;\nx',
  '1e5',
  'TRUE',
  '{"a":1}',
]

describe.each(formats)('an export as %s', format => {
  it('imports back to the same entries, in the same order', async () => {
    const [from, to] = [await rich(), await rich()]
    const entries = [
      ...awkward.map((content, i) => ({
        id: `e${i}`,
        content,
        title: content.slice(0, 200),
        category: content.slice(0, 100) || 'x',
        metadata: { [`key ${i}`]: content, nested: { list: [1, null, 'x'] } },
        url: i % 2 ? 'https://example.com/a?b=c&d=%20#e' : '',
        is_active: i % 3 > 0,
      })),
      {
        id: 'pair',
        kind: 'qa',
        question: '=Is it?',
        alternates: ['+or not', 'a|b', 'two\nlines'],
        content: 'Yes.',
        lang: 'de',
      },
      {
        id: 'row',
        kind: 'row',
        content: 'Size: 3; Price: 4 €',
        created_at: '2024-02-29T12:00:00.000Z',
        updated_at: '2025-01-01T00:00:00.000Z',
      },
    ]
    expect((await from.call('POST', '/api/knowledge/import', { entries })).status).toBe(200)
    const file = await download(from, format)
    const back = await post(to, '/api/knowledge/import', format, file)
    expect([back.status, back.body.errors]).toEqual([200, undefined])
    expect(await all(to)).toEqual(await all(from))
    expect((await all(to)).slice(0, awkward.length).map(entry => entry.content)).toEqual(awkward)
    const again = await post(from, '/api/knowledge/round-trip', format, file)
    expect(again.body.counts).toEqual({ added: 0, changed: 0, removed: 0, unchanged: entries.length })
  })

  it('imports back to the same whatever the texts are', async () => {
    const text = fc
      .string({ unit: 'binary', maxLength: 40 })
      .filter(value => value.trim() !== '' && value.isWellFormed())
    const [from, to] = [await rich(), await rich()]
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ content: text, title: text, category: text }), { minLength: 1, maxLength: 30 }),
        async entries => {
          for (const client of [from, to]) await client.call('DELETE', `/api/knowledge/${client.id}`)
          expect((await from.call('POST', '/api/knowledge/import', { entries })).status).toBe(200)
          const back = await post(to, '/api/knowledge/import', format, await download(from, format))
          expect([back.status, back.body.errors]).toEqual([200, undefined])
          expect(await all(to)).toEqual(await all(from))
        },
      ),
      { numRuns: 12 },
    )
  })
})

describe('an edited spreadsheet', () => {
  it('shows what is different, and does it when it is accepted', async () => {
    const client = await rich()
    const entries = ['one', 'two', 'three', 'four'].map(id => ({ id, content: `Text ${id}`, category: 'a' }))
    await client.call('POST', '/api/knowledge/import', { entries })
    const parts = unzipSync(await download(client, 'xlsx'))
    const sheet = 'xl/worksheets/sheet1.xml'
    const edited = strFromU8(parts[sheet]!)
      .replace('Text two', 'Text two, mended')
      // The row of `three` is deleted, a new one typed below.
      .replace(/<row r="4">.*?<\/row>/, '')
      .replace('</sheetData>', '<row r="6"><c r="F6" t="inlineStr"><is><t>A new one</t></is></c></row></sheetData>')
    const file = Buffer.from(zipSync({ ...parts, [sheet]: strToU8(edited) }))
    const look = await post(client, '/api/knowledge/round-trip', 'xlsx', file)
    expect(look.body).toMatchObject({
      counts: { added: 1, changed: 1, removed: 1, unchanged: 2 },
      added: [{ place: 'row 6', what: 'A new one' }],
      changed: [{ id: 'two', fields: { content: { from: 'Text two', to: 'Text two, mended' } } }],
      removed: [{ id: 'three', what: 'Text three' }],
      room: { count: 4, after: 4 },
      accepted: false,
    })
    expect((await all(client)).map(entry => entry.id)).toEqual(['one', 'two', 'three', 'four'])

    await client.call('PATCH', '/api/knowledge/entries/one', { content: 'Changed meanwhile' })
    const path = `/api/knowledge/round-trip?accept=1&expect=${look.body.fingerprint}`
    expect((await post(client, path, 'xlsx', file)).status).toBe(409)
    await client.call('PATCH', '/api/knowledge/entries/one', { content: 'Text one' })
    const done = await post(client, path, 'xlsx', file)
    expect(done.body).toMatchObject({ accepted: true, undo_id: expect.any(String) })
    expect((await all(client)).map(entry => entry.content)).toEqual([
      'Text one',
      'Text two, mended',
      'Text four',
      'A new one',
    ])
    const two = (await client.call('GET', '/api/knowledge/entries/two')).body.entry
    expect([two.edited_by, two.edited_at]).toEqual(['api', expect.any(String)])
    const { body } = await client.call('POST', '/api/knowledge/undo', { undo_id: done.body.undo_id })
    expect(body).toMatchObject({
      restored: 1,
      reverted: 1,
      withdrawn: 1,
      message: '1 entry is back, 2 entries are as before.',
    })
    expect((await all(client)).map(entry => entry.content).sort()).toEqual([
      'Text four',
      'Text one',
      'Text three',
      'Text two',
    ])
  })

  it('tells a long difference part by part', async () => {
    const client = await rich()
    const entries = Array.from({ length: 2500 }, (_, i) => ({ id: `e${i}`, content: `Text ${i}`, category: 'a' }))
    await client.call('POST', '/api/knowledge/import', { entries })
    const csv = `id,category,content\n${entries.map(({ id, content }) => `${id},b,${content}`).join('\n')}`
    const ids = async (query: string) => {
      const { body } = await post(client, `/api/knowledge/round-trip?${query}`, 'csv', csv)
      expect(body.counts).toMatchObject({ added: 0, changed: 2500, removed: 0 })
      return body.changed.map((one: any) => one.id)
    }
    expect((await ids('')).length).toBe(200)
    const found = []
    for (const from of [0, 1000, 2000]) found.push(...(await ids(`from=${from}&limit=1000`)))
    expect(found).toEqual(entries.map(({ id }) => id))
    expect((await post(client, '/api/knowledge/round-trip?limit=1001', 'csv', csv)).status).toBe(400)
  })

  it('names every bad row by its number, and changes nothing', async () => {
    const client = await rich()
    await client.call('POST', '/api/knowledge/import', { entries: [{ id: 'one', content: 'x' }] })
    const csv =
      'id,kind,question,content,is_active,metadata,url\none,text,,,true,,\ntwo,qa,,answer,,,\nthree,poem,,x,,,\nfour,,,x,perhaps,,\nfive,,,x,,not json,\nsix,,,x,,,javascript:alert(1)\none,,,x,,,\n'
    for (const path of ['/api/knowledge/round-trip?accept=1', '/api/knowledge/import']) {
      const { status, body } = await post(client, path, 'csv', csv)
      expect([status, body.code]).toEqual([400, 'invalid_request'])
      const rows = body.errors.map((error: any) => /^row \d+/.exec(error.detail)![0])
      for (const row of rows) expect(['row 2', 'row 3', 'row 4', 'row 5', 'row 6', 'row 7', 'row 8']).toContain(row)
    }
    const round = await post(client, '/api/knowledge/round-trip', 'csv', csv)
    expect(round.body.errors.map((error: any) => error.detail.split(':')[0])).toEqual([
      'row 2',
      'row 3',
      'row 4',
      'row 5',
      'row 6',
      'row 7',
      'row 8',
    ])
    expect(await all(client)).toMatchObject([{ id: 'one', content: 'x' }])
    expect((await post(client, '/api/knowledge/import', 'csv', 'a,b\n1,2\n')).body.detail).toContain(
      'one of them `content`',
    )
    expect((await post(client, '/api/knowledge/import', 'xlsx', 'no workbook')).status).toBe(422)
    expect((await post(client, '/api/knowledge/import', 'csv', '')).status).toBe(422)
  })

  it('holds the plan’s limit', async () => {
    const client = await rich(2)
    const csv = 'content\none\ntwo\nthree\n'
    expect((await post(client, '/api/knowledge/import?dry_run=1', 'csv', csv)).status).toBe(403)
    expect((await post(client, '/api/knowledge/round-trip?accept=1', 'csv', csv)).status).toBe(403)
    expect(await all(client)).toEqual([])
  })
})

it('imports 5,000 rows whole, and the bot knows them when the reply is there', async () => {
  const client = await rich()
  await client.call('POST', '/api/chat', { message: 'Is there anything?' })
  const csv = `content,title\n${Array.from({ length: 5000 }, (_, i) => `"Locker number ${i} is opened with the code ${i * 7 + 1000}.",Lockers`).join('\n')}`
  const { body } = await post(client, '/api/knowledge/import', 'csv', csv)
  expect(body.imported).toBe(5000)
  const { response } = (await client.call('POST', '/api/chat', { message: 'What is the code of locker number 4321?' }))
    .body
  expect(response).toContain(String(4321 * 7 + 1000))
})
