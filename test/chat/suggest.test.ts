/** Suggestions while typing come from the client's own questions, cost no request, and follow the rules of the chat. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { call, startServer, type TestClient, type TestServer } from '../support/server.ts'

let server: TestServer
let client: TestClient

beforeAll(async () => {
  server = await startServer()
  client = await server.register('Quay Rowing Club')
  const entries = [
    { id: 'fee', kind: 'qa', question: 'What does a membership cost?', content: 'A year is 240 EUR.' },
    { id: 'age', kind: 'qa', question: 'From what age can children row?', content: 'From ten years on.' },
    { id: 'boat', kind: 'text', title: 'Lending a boat', content: 'Members may take a skiff for an hour.' },
  ]
  expect((await client.call('POST', '/api/knowledge/import', { entries })).status).toBe(200)
})
afterAll(() => server.close())

const suggest = (query: string, headers: Record<string, string> = {}) =>
  call(server.base, 'GET', `/api/suggest?company_id=${client.id}&${query}`, undefined, headers)

it('offers questions that resemble what is typed', async () => {
  expect((await suggest('q=membersh')).body.suggestions[0]).toBe('What does a membership cost?')
  expect((await suggest('q=membersh&limit=1')).body.suggestions).toHaveLength(1)
  expect((await suggest('q=lending')).body.suggestions[0]).toBe('Lending a boat')
})

it('offers what the client chose before anything is typed', async () => {
  expect((await suggest('q=')).body).toEqual({ suggestions: [] })
  expect((await suggest('')).status).toBe(200)
})

it('counts as no request', async () => {
  const before = (await client.call('GET', '/api/clients/profile')).body.stats.monthly_requests
  for (const typed of ['m', 'me', 'mem']) await suggest(`q=${typed}`)
  expect((await client.call('GET', '/api/clients/profile')).body.stats.monthly_requests).toBe(before)
})

it('lets a page read it only where the bot may be used', async () => {
  const allowed = await suggest('q=age', { Origin: 'https://club.example' })
  expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([200, 'https://club.example'])
  const unknown = await call(server.base, 'GET', '/api/suggest?company_id=nobody&q=age')
  expect([unknown.status, unknown.body.code]).toEqual([403, 'bot_unavailable'])
  expect((await call(server.base, 'GET', '/api/suggest?q=age')).status).toBe(401)
})

it.each(['🙂🙂', '\u200b\u202e', '%00', '<script>', "' OR 1=1 --", 'x'.repeat(9_000), '字'.repeat(900)])(
  'takes %j',
  async typed => {
    expect((await suggest(`q=${encodeURIComponent(typed)}`)).status).toBe(200)
  },
)

it('refuses what is no number of suggestions, and a text beyond all measure', async () => {
  expect((await suggest('q=age&limit=0')).status).toBe(400)
  expect((await suggest('q=age&limit=many')).status).toBe(400)
  expect((await suggest(`q=${'x'.repeat(11_000)}`)).status).toBe(400)
})
