/** Settings tried out before they are saved: what the widget would be told, and real answers that nobody counts. */
import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { call, password, startServer, type TestServer } from '../support/server.ts'

let server: TestServer
let session: Record<string, string>
let clientId: string
beforeAll(async () => {
  server = await startServer()
  const client = await server.register('Quay Books')
  clientId = client.id
  const signedIn = await call(server.base, 'POST', '/api/clients/authenticate', { email: client.email, password })
  session = { Authorization: `Bearer ${signedIn.body.session_token}` }
  await client.call('POST', '/api/knowledge/import', {
    entries: [
      { kind: 'qa', question: 'How much is delivery?', content: 'Delivery is 4 EUR.' },
      { kind: 'qa', question: 'How long does delivery take?', content: 'Two working days.' },
    ],
  })
})
afterAll(() => server.close())

const preview = (body: unknown) => call(server.base, 'POST', '/api/bot/preview', body, session)
const ask = (body: unknown) => call(server.base, 'POST', '/api/bot/preview/chat', body, session)

it('says what the widget would be told, and stores nothing of it', async () => {
  const { body, status } = await preview({
    name: 'Pilot',
    color: '#aa0000',
    position: 'left',
    lead: { when: 'refusal' },
  })
  expect(status).toBe(200)
  expect(body.launcher).toEqual({ color: '#aa0000', position: 'left' })
  expect(body.bot).toMatchObject({ company_id: clientId, name: 'Pilot', lead: { when: 'refusal' } })
  const saved = await call(server.base, 'GET', '/api/bot/settings', undefined, session)
  expect(saved.body).toMatchObject({ name: 'Quay Books', position: 'right', lead: { when: 'never' } })
})

it('is told the same by the same change once it is saved', async () => {
  const change = { greeting: 'Ahoy.', suggestions: ['How much is delivery?'], placeholder: 'Ask', theme: 'dark' }
  const before = await preview(change)
  await call(server.base, 'PATCH', '/api/bot/settings', change, session)
  const bot = await call(server.base, 'GET', `/api/bot?company_id=${clientId}`)
  const launcher = await call(server.base, 'GET', `/widget/${clientId}`)
  expect(before.body).toEqual({ ...launcher.body, bot: bot.body })
})

it('complains of a setting as saving it would', async () => {
  const { status, body } = await preview({ color: 'red', allowed_origins: ['ftp://example.com'] })
  expect(status).toBe(400)
  expect(body.errors[0].pointer).toBe('#/color')
  for (const origin of ['ftp://example.com', 'https://*.example.com'])
    expect((await preview({ allowed_origins: [origin] })).body.errors[0].pointer).toBe('#/allowed_origins/0')
})

it('answers from the knowledge, follows up, refuses in the settings’ words, and counts and keeps nothing', async () => {
  const before = await call(server.base, 'GET', '/api/usage', undefined, session)
  const first = await ask({ message: 'How much is delivery?' })
  expect(first.body).toMatchObject({ response: 'Delivery is 4 EUR.', answered: true })
  const next = await ask({ message: 'and how long does it take?', session_id: first.body.session_id })
  expect(next.body).toMatchObject({ response: 'Two working days.', session_id: first.body.session_id })
  const refused = await ask({ message: 'Who won the regatta?', settings: { contact: 'pilot@example.com' } })
  expect(refused.body.response).toContain('pilot@example.com')

  const after = await call(server.base, 'GET', '/api/usage', undefined, session)
  expect(after.body).toEqual(before.body)
  const talks = await call(server.base, 'GET', '/api/conversations', undefined, session)
  expect(talks.body.total).toBe(0)
  await server.store.checkpoint()
  expect(await readdir(server.dir)).not.toContain('conversations')
})

it('is for a signed-in client alone, and not without end', async () => {
  expect((await call(server.base, 'POST', '/api/bot/preview', {})).status).toBe(401)
  expect(
    (await call(server.base, 'POST', '/api/bot/preview/chat', { message: 'x', company_id: clientId })).status,
  ).toBe(401)
  const limited = await startServer({ env: { RATE_LIMITS: 'on' } })
  try {
    const client = await limited.register()
    const token = (await call(limited.base, 'POST', '/api/clients/authenticate', { email: client.email, password }))
      .body
    const headers = { Authorization: `Bearer ${token.session_token}` }
    const replies = []
    for (let i = 0; i < 41; i++)
      replies.push((await call(limited.base, 'POST', '/api/bot/preview/chat', { message: 'hello' }, headers)).status)
    expect(replies.slice(0, 40).every(status => status === 200)).toBe(true)
    expect(replies[40]).toBe(429)
  } finally {
    await limited.close()
  }
})

it('may be framed by the portal alone, and has no origin', async () => {
  const page = await fetch(`${server.base}/portal/preview`)
  const policy = page.headers.get('content-security-policy')!
  expect(page.headers.get('content-type')).toContain('text/html')
  expect(policy).toContain("frame-ancestors 'self'")
  expect(policy).toMatch(/sandbox(?!.*allow-same-origin)/)
  expect(page.headers.get('x-frame-options')).toBe('SAMEORIGIN')
  const portal = await fetch(`${server.base}/portal/bot`)
  expect(portal.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
})
