/** What visitors leave: the form the client made decides, the client alone reads it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { maxPerDay } from '../../server/leads/lead.ts'
import { leads } from '../../server/store/records.ts'
import { insert } from '../../server/store/store.ts'
import { call, startServer, type TestClient, type TestServer } from '../support/server.ts'

let server: TestServer
let client: TestClient
let token: string

beforeAll(async () => {
  server = await startServer()
  client = await server.register('Rope Street Bikes')
  token = await signIn(client)
})
afterAll(() => server.close())

async function signIn({ email }: TestClient): Promise<string> {
  const reply = await call(server.base, 'POST', '/api/clients/authenticate', {
    email,
    password: 'correct horse battery',
  })
  return reply.body.session_token
}

const settings = (change: unknown) =>
  call(server.base, 'PATCH', '/api/bot', change, { Authorization: `Bearer ${token}` })
const leave = (lead: Record<string, unknown>) =>
  call(server.base, 'POST', '/api/leads', { company_id: client.id, ...lead }, { Origin: 'https://shop.example' })

describe('a visitor', () => {
  it('can leave nothing with a bot that asks for nothing', async () => {
    const reply = await leave({ email: 'ann@example.com' })
    expect([reply.status, reply.body.code]).toEqual([403, 'forbidden'])
  })

  it('is told which fields are missing or wrong, and nothing is kept', async () => {
    const fields = [
      { name: 'name', required: true },
      { name: 'phone', required: true },
    ]
    expect((await settings({ lead: { when: 'refusal', fields } })).status).toBe(200)
    const missing = await leave({ email: 'ann@example.com' })
    expect(missing.status).toBe(400)
    expect(missing.body.errors.map((error: any) => error.pointer)).toEqual(['#/name', '#/phone'])
    for (const wrong of [
      { phone: 'call me' },
      { email: 'ann@' },
      { name: 'two\nlines' },
      { message: 'x'.repeat(2001) },
      { name: 7 },
      { session_id: 'a b' },
    ]) {
      const reply = await leave({ name: 'Ann', phone: '+49 30 123456', ...wrong })
      expect([wrong, reply.status, reply.body.code]).toEqual([wrong, 400, 'invalid_request'])
    }
    expect((await client.call('GET', '/api/leads')).body.total).toBe(0)
  })

  it('leaves word, and the client reads, finds, exports and deletes it', async () => {
    const first = await leave({
      name: 'Ann',
      phone: '+49 30 123456',
      message: '=HYPERLINK("x")',
      page: 'https://shop.example/bikes?token=1#top',
    })
    expect(first.status).toBe(201)
    await leave({ name: 'Bo', phone: '030 99', page: 'javascript:alert(1)' })
    const { body } = await client.call('GET', '/api/leads')
    expect(body).toMatchObject({ total: 2, page: 1, pages: 1 })
    expect(body.data.map((lead: any) => [lead.name, lead.page])).toEqual([
      ['Bo', ''],
      ['Ann', 'https://shop.example/bikes'],
    ])
    expect((await client.call('GET', '/api/leads?search=ann')).body.total).toBe(1)
    const file = await client.call('GET', '/api/leads/export')
    expect(file.headers.get('content-disposition')).toContain('attachment')
    expect(file.body).toContain(`'=HYPERLINK`)
    const remove = (session: string) =>
      call(server.base, 'DELETE', `/api/leads/${first.body.lead_id}`, undefined, { Authorization: `Bearer ${session}` })
    const workbook = await fetch(`${server.base}/api/leads/export?format=xlsx`, {
      headers: { 'X-API-Key': client.key },
    })
    expect(
      Buffer.from(await workbook.arrayBuffer())
        .subarray(0, 2)
        .toString(),
    ).toBe('PK')
    expect((await client.call('GET', '/api/leads/export?format=pdf')).status).toBe(400)
    const other = await server.register('Another')
    expect((await remove(await signIn(other))).status).toBe(404)
    expect((await other.call('GET', '/api/leads')).body.total).toBe(0)
    expect((await remove(token)).status).toBe(200)
    expect((await client.call('GET', '/api/leads')).body.total).toBe(1)
  })

  it('waits until somebody says that it was dealt with, which can be taken back', async () => {
    const { lead_id } = (await leave({ name: 'Cy', phone: '030 77' })).body
    const mark = (handled: unknown) => client.call('PATCH', `/api/leads/${lead_id}`, { handled })
    const ids = async (state: string) =>
      (await client.call('GET', `/api/leads?state=${state}`)).body.data.map((lead: any) => lead.id)
    expect(await ids('new')).toContain(lead_id)
    const before = (await client.call('GET', '/api/leads')).body.counts
    expect((await mark(true)).body.lead.handled_at).toMatch(/^\d{4}-/)
    expect(await ids('new')).not.toContain(lead_id)
    expect(await ids('handled')).toEqual([lead_id])
    expect((await client.call('GET', '/api/leads')).body.counts).toEqual({
      new: before.new - 1,
      handled: before.handled + 1,
    })
    expect((await mark(false)).body.lead.handled_at).toBe('')
    expect(await ids('new')).toContain(lead_id)
    expect((await mark('yes')).status).toBe(400)
    const other = await server.register('Third')
    expect((await other.call('PATCH', `/api/leads/${lead_id}`, { handled: true })).status).toBe(404)
    expect((await client.call('GET', '/api/leads?state=old')).status).toBe(400)
  })

  it('is stopped after ten forms', async () => {
    const limited = await startServer({ env: { RATE_LIMITS: 'on' } })
    try {
      const { id } = await limited.register()
      const send = () => call(limited.base, 'POST', '/api/leads', { company_id: id, email: 'a@example.com' })
      for (let i = 0; i < 10; i++) expect((await send()).status).toBe(403)
      expect((await send()).status).toBe(429)
    } finally {
      await limited.close()
    }
  })

  it('reads no leads', async () => {
    expect((await call(server.base, 'GET', `/api/leads?company_id=${client.id}`)).status).toBe(401)
  })
})

describe('the settings of a bot', () => {
  it('reach the widget under the names of its attributes, when they differ from the defaults', async () => {
    const other = await server.register('Quiet')
    const launcher = (id: string) => call(server.base, 'GET', `/widget/${id}`)
    expect((await launcher(other.id)).body).toEqual({ launcher: {} })
    expect((await launcher('nobody')).body).toEqual({ launcher: {} })
    const { status } = await settings({
      position: 'left',
      theme: 'dark',
      launcher: 'Ask us',
      open_after: 5,
      hide_on: ['/checkout*', '/admin'],
      texts: { newChat: 'Start over' },
    })
    expect(status).toBe(200)
    const reply = await launcher(client.id)
    expect(reply.body.launcher).toEqual({
      position: 'left',
      theme: 'dark',
      launcher: 'Ask us',
      open: '5',
      'hide-on': '/checkout* /admin',
      'text-newChat': 'Start over',
    })
    expect(reply.headers.get('cache-control')).toContain('max-age=60')
  })

  it('say what the bot may show: consent and the form, no more than is on', async () => {
    await settings({ consent_text: 'We keep what you write.', consent_url: 'https://shop.example/privacy' })
    const { body } = await call(server.base, 'GET', `/api/bot?company_id=${client.id}`)
    expect(body.consent).toEqual({ text: 'We keep what you write.', url: 'https://shop.example/privacy' })
    expect(body.lead.when).toBe('refusal')
    await settings({ lead: { when: 'never' } })
    expect((await call(server.base, 'GET', `/api/bot?company_id=${client.id}`)).body.lead).toBeNull()
  })

  it('are refused when they are none, and nothing changes', async () => {
    const before = (await client.call('GET', '/api/bot/settings')).body
    for (const wrong of [
      { position: 'middle' },
      { theme: 'pink' },
      { lang: 'not a language' },
      { icon: 'http://shop.example/i.png' },
      { icon: 'four' },
      { avatar: 'javascript:alert(1)' },
      { consent_url: 'javascript:alert(1)' },
      { open_after: -1 },
      { hide_on: ['checkout'] },
      { hide_on: ['/a b'] },
      { history: 'for ever' },
      { lead: { when: 'sometimes' } },
      { lead: { fields: [] } },
      { lead: { fields: [{ name: 'name', required: true }] } },
      {
        lead: {
          fields: [
            { name: 'email', required: true },
            { name: 'email', required: true },
          ],
        },
      },
      { texts: { 'a b': 'x' } },
    ])
      expect([wrong, (await settings(wrong)).status]).toEqual([wrong, 400])
    expect((await client.call('GET', '/api/bot/settings')).body).toEqual(before)
  })

  it('accept one to three characters or an https image as a picture', async () => {
    for (const icon of ['', '🚲', '👩🏽‍🔧', 'HL', 'https://shop.example/i.svg'])
      expect([icon, (await settings({ icon, avatar: icon })).body.icon]).toEqual([icon, icon])
  })
})

it('a flood of visitors is refused for the day, from whatever addresses, and spares other bots and programs', async () => {
  const flooded = await server.register('Flooded')
  const session = { Authorization: `Bearer ${await signIn(flooded)}` }
  const form = { when: 'refusal', fields: [{ name: 'email', required: true }] }
  await call(server.base, 'PATCH', '/api/bot', { lead: form }, session)
  const rows = (from: number, count: number, created_at: string) =>
    Array.from({ length: count }, (_, i) => {
      const empty = { name: '', phone: '', message: '', session_id: '', page: '', handled_at: '' }
      const row = { ...empty, lead_id: `lead_${from + i}`, client_id: flooded.id, created_at, email: 'a@example.com' }
      return insert(leads, row, flooded.id)
    })
  await server.store.commit(rows(0, maxPerDay, new Date(Date.now() - 2 * 86_400_000).toISOString()))
  await server.store.commit(rows(maxPerDay, maxPerDay - 1, new Date().toISOString()))
  const visit = () => call(server.base, 'POST', '/api/leads', { company_id: flooded.id, email: 'ann@example.com' })
  expect((await visit()).status).toBe(201)
  const refused = await visit()
  expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([429, 'rate_limited', '3600'])
  expect((await flooded.call('POST', '/api/leads', { email: 'ann@example.com' })).status).toBe(201)
})
