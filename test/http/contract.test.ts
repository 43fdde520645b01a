/** The OpenAPI document is true: status, media type and every member of what is replied stand in it. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { call, password, startServer, type TestClient, type TestServer } from '../support/server.ts'
import { faults } from './schema.ts'

let server: TestServer
let client: TestClient
let document: any
let session: string

beforeAll(async () => {
  server = await startServer({ demo: true })
  client = await server.register()
  document = (await call(server.base, 'GET', '/openapi.json')).body
  const signedIn = await call(server.base, 'POST', '/api/clients/authenticate', { email: client.email, password })
  session = signedIn.body.session_token
})
afterAll(() => server.close())

/** Makes a call and judges the reply; `at` names it as the document does. */
async function keeps(method: string, at: string, path: string, body?: unknown, headers?: Record<string, string>) {
  const reply = headers ? await call(server.base, method, path, body, headers) : await client.call(method, path, body)
  const operation = document.paths[at]?.[method.toLowerCase()]
  expect([method, at, operation !== undefined]).toEqual([method, at, true])
  const media = (reply.headers.get('content-type') ?? '').split(';')[0]!
  const promised = (operation.responses[reply.status] ?? operation.responses.default).content?.[media]
  expect([at, reply.status, media, promised !== undefined]).toEqual([at, reply.status, media, true])
  if (/[/+]json$/.test(media)) expect([at, faults(promised.schema, reply.body, document)]).toEqual([at, []])
  return reply
}

it('for knowledge, from the first entry to its deletion', async () => {
  await keeps('POST', '/api/knowledge/add', '/api/knowledge/add', { content: 'We open at nine.', metadata: { a: 1 } })
  const qa = { kind: 'qa', question: 'Do you ship abroad?', content: 'Yes, to 12 countries.' }
  const { id } = (await keeps('POST', '/api/knowledge', '/api/knowledge', qa)).body.entry
  const at = '/api/knowledge/entries/{id}'
  await keeps('GET', at, `/api/knowledge/entries/${id}`)
  await keeps('PATCH', at, `/api/knowledge/entries/${id}`, { content: 'Yes, to 13 countries.' })
  await keeps('POST', `${at}/test`, `/api/knowledge/entries/${id}/test`, {})
  await keeps('GET', '/api/knowledge', '/api/knowledge?search=ship&limit=5')
  await keeps('GET', '/api/knowledge/{company_id}', `/api/knowledge/${client.id}`)
  for (const name of ['categories', 'attention', 'duplicates', 'edits'])
    await keeps('GET', `/api/knowledge/${name}`, `/api/knowledge/${name}`)
  for (const format of ['csv', 'xlsx', 'jsonl'])
    await keeps('GET', '/api/knowledge/export', `/api/knowledge/export?format=${format}`)
  const entries = [{ content: 'One' }, { kind: 'row', content: 'A: 1; B: 2' }]
  for (const query of ['?dry_run=1', ''])
    await keeps('POST', '/api/knowledge/import', `/api/knowledge/import${query}`, { entries })
  await keeps('POST', '/api/knowledge/bulk', '/api/knowledge/bulk', { action: 'deactivate', ids: [id] })
  const { undo_id } = (await keeps('DELETE', at, `/api/knowledge/entries/${id}`)).body
  await keeps('POST', '/api/knowledge/undo', '/api/knowledge/undo', { undo_id })
  await keeps('DELETE', '/api/knowledge/{company_id}', `/api/knowledge/${client.id}`)
})

it('for a conversation: answer, refusal, small talk, stream, rating', async () => {
  await client.call('POST', '/api/knowledge', {
    kind: 'qa',
    question: 'When are you open?',
    content: 'From nine to six.',
  })
  const { body } = await keeps('POST', '/api/chat', '/api/chat', { message: 'When are you open?' })
  expect(body.answered).toBe(true)
  await keeps('POST', '/api/chat', '/api/chat', { message: 'xylophone lessons on Mars' })
  await keeps('POST', '/api/chat', '/api/chat', { message: 'thank you' })
  await keeps(
    'POST',
    '/api/chat',
    '/api/chat',
    { message: 'hello' },
    { 'X-API-Key': client.key, Accept: 'text/event-stream' },
  )
  await keeps('GET', '/api/chat/{session_id}', `/api/chat/${body.session_id}`)
  await keeps('POST', '/api/chat/{answer_id}/feedback', `/api/chat/${body.answer_id}/feedback`, { rating: 'up' })
  await keeps('GET', '/api/answers/{id}/why', `/api/answers/${body.answer_id}/why`)
  await keeps('GET', '/api/suggest', '/api/suggest?q=wh')
  for (const path of [
    'conversations',
    'unanswered',
    'goldens',
    'usage',
    'analytics',
    'leads',
    'jobs',
    'sources',
    'bot',
  ])
    await keeps('GET', `/api/${path}`, `/api/${path}`)
  for (const path of ['/api/leads/export', '/api/analytics/export']) await keeps('GET', path, path)
  await keeps('DELETE', '/api/chat/{session_id}', `/api/chat/${body.session_id}`)
})

it('for the account, by key and by session', async () => {
  await keeps('GET', '/api/clients/profile', '/api/clients/profile')
  const signedIn = { Authorization: `Bearer ${session}` }
  for (const path of ['auth/me', 'account', 'account/sessions', 'account/audit', 'account/export', 'keys'])
    await keeps('GET', `/api/${path}`, `/api/${path}`, undefined, signedIn)
  await keeps('POST', '/api/keys', '/api/keys', { name: 'shop', scopes: ['chat'] }, signedIn)
  await keeps('GET', '/api/health', '/api/health', undefined, {})
})

it('for what is refused', async () => {
  await keeps('POST', '/api/chat', '/api/chat', {})
  await keeps('POST', '/api/chat', '/api/chat', { message: 'hi' }, { 'X-API-Key': 'cb_unknown' })
  await keeps('GET', '/api/knowledge/entries/{id}', '/api/knowledge/entries/none')
  await keeps('POST', '/api/scrape', '/api/scrape', { url: 'http://127.0.0.1/' })
})
