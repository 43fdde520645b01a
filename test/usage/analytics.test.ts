/** What visitors asked, counted by day. */

import fc from 'fast-check'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Turn, turns } from '../../server/store/records.ts'
import { append } from '../../server/store/store.ts'
import { count, createHistogram, quantile } from '../../server/usage/histogram.ts'
import { growLarge } from '../support/large-client.ts'
import { startServer, type TestClient, type TestServer } from '../support/server.ts'

const now = new Date('2026-03-20T15:30:00.000Z')
let server: TestServer
beforeAll(async () => {
  server = await startServer({ now: () => now })
})
afterAll(() => server.close())

let made = 0
const turnOf = (client: TestClient, timestamp: string, fields: Partial<Turn> = {}): Turn => ({
  timestamp,
  turn_id: `a_${++made}`,
  client_id: client.id,
  session_id: `s_${made}`,
  message: 'When are you open?',
  response: 'At nine.',
  answered: true,
  confidence: 9_000,
  sources: [],
  why: {},
  lang: 'en',
  channel: 'public',
  origin: '',
  kind: 'answer',
  ms: 40,
  page: '',
  ...fields,
})

const store = (client: TestClient, list: Turn[]) =>
  server.store.commit(list.map(turn => append(turns, turn, client.id)))
const report = async (client: TestClient, query = '') => {
  const reply = await client.call('GET', `/api/analytics${query}`)
  expect(reply.status, JSON.stringify(reply.body)).toBe(200)
  return reply.body
}

describe('analytics', () => {
  it('counts days, hours, questions, languages, pages and times, beside the span before', async () => {
    const client = await server.register()
    await client.call('POST', '/api/knowledge/import', {
      entries: [
        {
          id: 'open',
          kind: 'qa',
          question: 'When are you open?',
          content: 'At nine.',
          category: 'Hours',
          source: 'Website',
        },
        { id: 'idle', content: 'Nobody asks for this.', category: 'Other', source: 'Handbook' },
      ],
    })
    await store(client, [
      turnOf(client, '2026-03-09T08:00:00.000Z'),
      turnOf(client, '2026-03-18T09:10:00.000Z', { sources: ['open'], page: 'https://shop.example/a', ms: 20 }),
      turnOf(client, '2026-03-18T09:20:00.000Z', {
        sources: ['open'],
        message: 'when are you OPEN',
        session_id: 'same',
        ms: 30,
      }),
      turnOf(client, '2026-03-18T23:59:00.000Z', {
        kind: 'small-talk',
        answered: false,
        session_id: 'same',
        lang: 'de',
      }),
      turnOf(client, '2026-03-19T00:00:00.000Z', { kind: 'refusal', answered: false, message: 'Boats?', ms: 900 }),
    ])
    const body = await report(client, '?from=2026-03-14&to=2026-03-20')
    expect(body.totals).toMatchObject({ requests: 4, answered: 2, refused: 1, small_talk: 1, conversations: 3 })
    expect(body.before).toMatchObject({ from: '2026-03-07', to: '2026-03-13', totals: { requests: 1 } })
    expect(body.days).toHaveLength(7)
    expect(body.days[4]).toEqual({ date: '2026-03-18', requests: 3, answered: 2, refused: 0, up: 0, down: 0 })
    expect([body.week[3][9], body.week[3][23], body.week[4][0]]).toEqual([2, 1, 1])
    expect(body.questions).toEqual([
      { question: 'When are you open?', count: 2, answered: 2 },
      { question: 'Boats?', count: 1, answered: 0 },
    ])
    expect(body.languages).toEqual([
      { lang: 'en', count: 3 },
      { lang: 'de', count: 1 },
    ])
    expect(body.pages).toEqual([{ page: 'https://shop.example/a', count: 1 }])
    expect(body.topics).toEqual([{ topic: 'Hours', count: 2 }])
    expect(body.sources).toEqual([
      { source: 'Website', count: 2, entries: 1, used: 1 },
      { source: 'Handbook', count: 0, entries: 1, used: 0 },
    ])
    expect(body.used).toEqual([{ id: 'open', name: 'When are you open?', source: 'Website', count: 2 }])
    expect(body.unused).toMatchObject({ total: 1, entries: [{ id: 'idle' }] })
    expect(Math.abs(body.totals.median_ms - 35)).toBeLessThan(8)
    expect(Math.abs(body.totals.slow_ms - 900)).toBeLessThan(120)
  })

  it('counts what happens after the first look, ratings and second thoughts included', async () => {
    const client = await server.register()
    await client.call('POST', '/api/knowledge', { kind: 'qa', question: 'When are you open?', content: 'At nine.' })
    expect((await report(client)).totals.requests).toBe(0)
    const ask = (message: string) =>
      client.call('POST', '/api/chat', { message, page: 'https://shop.example/b?token=secret#x' })
    const [first] = [await ask('When are you open?'), await ask('Which boats do you sell?')]
    const rate = (rating: string) =>
      client.call('POST', `/api/chat/${first.body.answer_id}/feedback`, { rating, session_id: first.body.session_id })
    await rate('up')
    expect((await report(client)).totals).toMatchObject({ requests: 2, answered: 1, refused: 1, up: 1, down: 0 })
    await rate('down')
    const after = await report(client)
    expect(after.totals).toMatchObject({ up: 0, down: 1 })
    expect(after.totals.median_ms).toBeGreaterThan(0)
    expect(after.pages).toEqual([{ page: 'https://shop.example/b', count: 2 }])
  })

  it('is of one client alone, and refuses spans that are none', async () => {
    const [client, other] = [await server.register(), await server.register()]
    await store(other, [turnOf(other, '2026-03-18T09:10:00.000Z')])
    expect((await report(client)).totals.requests).toBe(0)
    for (const query of [
      '?from=2026-03-20&to=2026-03-19',
      '?from=2020-01-01&to=2026-03-19',
      '?from=yesterday',
      '?to=2026-02-30',
    ])
      expect((await client.call('GET', `/api/analytics${query}`)).status, query).toBe(400)
  })

  it('comes as CSV that runs nothing in a spreadsheet, and as XLSX with a sheet for each table', async () => {
    const client = await server.register()
    await store(client, [turnOf(client, '2026-03-18T09:10:00.000Z', { message: '=HYPERLINK("http://evil.example")' })])
    const csv = await client.call('GET', '/api/analytics/export?table=questions')
    expect(csv.body.replace(/^\uFEFF/, '')).toBe(
      'question,asked,answered\r\n"\'=HYPERLINK(""http://evil.example"")",1,1\r\n',
    )
    const xlsx = await fetch(`${server.base}/api/analytics/export?format=xlsx`, {
      headers: { 'X-API-Key': client.key },
    })
    expect(xlsx.headers.get('content-disposition')).toBe('attachment; filename="parley-2026-02-19-2026-03-20.xlsx"')
    const files = unzipSync(new Uint8Array(await xlsx.arrayBuffer()))
    expect(Object.keys(files).filter(name => name.startsWith('xl/worksheets/sheet'))).toHaveLength(8)
    expect((await client.call('GET', '/api/analytics/export?format=pdf')).status).toBe(400)
  })

  it('reads a year of 20,000 conversations once, and answers from memory after that', async () => {
    const client = await server.register()
    const size = await growLarge(server, client.id, { 'X-API-Key': client.key }, { now })
    const timed = async () => {
      const start = performance.now()
      const body = await report(client, '?from=2025-03-21&to=2026-03-20')
      return { body, ms: performance.now() - start }
    }
    const [first, again] = [await timed(), await timed()]
    expect(first.body.totals.requests).toBe(size.turns)
    expect(first.body.totals.conversations).toBe(size.conversations)
    expect(again.body).toEqual(first.body)
    expect(first.body.totals.up).toBeGreaterThan(0)
    console.info(
      `analytics of ${size.conversations} conversations (${size.turns} turns), a year: first look ${first.ms.toFixed(0)} ms, again ${again.ms.toFixed(0)} ms`,
    )
  }, 120_000)
})

it('tells quantiles of times within a tenth', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 60_000 }), { minLength: 1, maxLength: 300 }), list => {
      const histogram = createHistogram()
      for (const ms of list) count(histogram, ms)
      const sorted = list.toSorted((a, b) => a - b)
      for (const part of [0.5, 0.95]) {
        const exact = sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)]!
        expect(Math.abs(quantile(histogram, part)! - exact)).toBeLessThanOrEqual(Math.max(1, exact * 0.11))
      }
    }),
  )
})
