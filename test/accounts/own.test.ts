/** A signed-in client and its own account. */
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deviceOf } from '../../server/accounts/own/device.ts'
import { clients } from '../../server/store/records.ts'
import { call, password, startServer, type TestClient, type TestServer } from '../support/server.ts'

const day = 86_400_000
let server: TestServer
let at = new Date('2026-03-10T12:00:00.000Z')
beforeAll(async () => {
  server = await startServer({ now: () => at })
})
afterAll(() => server.close())

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0'

async function signIn(client: TestClient, secret = password, email = client.email) {
  const reply = await call(
    server.base,
    'POST',
    '/api/auth/client-login',
    { email, password: secret },
    { 'User-Agent': firefox },
  )
  const Cookie = (reply.headers.get('set-cookie') ?? '').split(';')[0]!
  return {
    status: reply.status,
    ask: (method: string, path: string, body?: unknown) => call(server.base, method, path, body, { Cookie }),
  }
}

describe('the profile', () => {
  it('is changed a part at a time, and says what is wrong with it', async () => {
    const { ask } = await signIn(await server.register())
    expect((await ask('GET', '/api/account')).body).toMatchObject({
      contact_person: '',
      closing_at: null,
      grace_days: 14,
    })
    const changed = await ask('PATCH', '/api/account', { contact_person: 'Ada Marsh', phone: '+44 20 7946 0000' })
    expect([changed.status, changed.body.contact_person, changed.body.company_name]).toEqual([
      200,
      'Ada Marsh',
      'Test company',
    ])
    await ask('PATCH', '/api/account', { tax_number: 'GB 123', address: 'Quay 1\nHarbour' })
    expect((await ask('GET', '/api/account')).body).toMatchObject({
      contact_person: 'Ada Marsh',
      phone: '+44 20 7946 0000',
      tax_number: 'GB 123',
      address: 'Quay 1\nHarbour',
    })
    const wrong = await ask('PATCH', '/api/account', { phone: 'call me', company_name: ' ' })
    expect([wrong.status, wrong.body.errors.map((error: { pointer: string }) => error.pointer).sort()]).toEqual([
      400,
      ['#/company_name', '#/phone'],
    ])
  })

  it('is not opened by a key', async () => {
    const client = await server.register()
    for (const [method, path] of [
      ['GET', '/api/account'],
      ['GET', '/api/account/sessions'],
      ['GET', '/api/account/audit'],
      ['GET', '/api/account/export'],
      ['POST', '/api/account/close'],
    ] as const)
      expect((await client.call(method, path, method === 'POST' ? { password } : undefined)).status, path).toBe(401)
  })
})

describe('password and e-mail', () => {
  it('change with the present password only, and other sessions end', async () => {
    const client = await server.register()
    const [here, elsewhere] = [await signIn(client), await signIn(client)]
    const change = (body: unknown) => here.ask('POST', '/api/account/password', body)
    const wrong = await change({ password: 'not it at all', new_password: 'a longer sentence of mine' })
    expect([wrong.status, wrong.body.errors[0].pointer]).toEqual([400, '#/password'])
    const weak = await change({ password, new_password: 'short' })
    expect([weak.status, weak.body.code, weak.body.errors[0].pointer]).toEqual([400, 'weak_password', '#/new_password'])
    expect((await change({ password, new_password: 'a longer sentence of mine' })).status).toBe(200)
    expect((await here.ask('GET', '/api/auth/me')).status).toBe(200)
    expect((await elsewhere.ask('GET', '/api/auth/me')).status).toBe(401)
    expect((await signIn(client)).status).toBe(401)
    expect((await signIn(client, 'a longer sentence of mine')).status).toBe(200)
  })

  it('cannot be guessed with a stolen session', async () => {
    const limited = await startServer({ env: { RATE_LIMITS: 'on' } })
    try {
      const client = await limited.register()
      const login = await call(limited.base, 'POST', '/api/auth/client-login', { email: client.email, password })
      const Cookie = (login.headers.get('set-cookie') ?? '').split(';')[0]!
      const close = (secret: string) =>
        call(limited.base, 'POST', '/api/account/close', { password: secret }, { Cookie })
      for (let i = 0; i < 10; i++) expect((await close(`wrong ${i}`)).status).toBe(400)
      expect((await close(password)).status).toBe(429)
    } finally {
      await limited.close()
    }
  })

  it('move to a free address, not to a taken one', async () => {
    const [client, other] = [await server.register(), await server.register()]
    const { ask } = await signIn(client)
    const taken = await ask('POST', '/api/account/email', { password, email: other.email })
    expect([taken.status, taken.body.code]).toEqual([409, 'email_taken'])
    const email = `moved-${client.email}`
    expect((await ask('POST', '/api/account/email', { password, email: email.toUpperCase() })).body.email).toBe(email)
    expect((await signIn(client)).status).toBe(401)
    expect((await signIn(client, password, email)).status).toBe(200)
  })
})

describe('sessions', () => {
  it('are listed with where they are, and ended one by one or all at once', async () => {
    const client = await server.register()
    const [here, second, third] = [await signIn(client), await signIn(client), await signIn(client)]
    const list = async () => (await here.ask('GET', '/api/account/sessions')).body.data
    const all = await list()
    expect(all).toHaveLength(3)
    expect(all.filter((one: { current: boolean }) => one.current)).toHaveLength(1)
    expect(all[0]).toMatchObject({ device: 'Firefox, Linux', ip_address: '127.0.0.1' })
    const own = (await second.ask('GET', '/api/account/sessions')).body.data.find((one: any) => one.current)
    expect((await here.ask('DELETE', `/api/account/sessions/${own.id}`)).status).toBe(200)
    expect((await second.ask('GET', '/api/auth/me')).status).toBe(401)
    expect((await here.ask('DELETE', '/api/account/sessions')).body.message).toBe('1 session has ended.')
    expect((await third.ask('GET', '/api/auth/me')).status).toBe(401)
    expect(await list()).toHaveLength(1)
  })

  it('of others cannot be ended', async () => {
    const [client, other] = [await server.register(), await server.register()]
    const [{ ask }, theirs] = [await signIn(client), await signIn(other)]
    const { id } = (await theirs.ask('GET', '/api/account/sessions')).body.data[0]
    expect((await ask('DELETE', `/api/account/sessions/${id}`)).status).toBe(404)
    expect((await theirs.ask('GET', '/api/auth/me')).status).toBe(200)
  })
})

it('keeps an audit that its owner can read, page by page, without another client’s events', async () => {
  const [client, other] = [await server.register(), await server.register()]
  const { ask } = await signIn(client)
  await signIn(other)
  await ask('PATCH', '/api/bot/settings', { greeting: 'Ahoy' })
  await ask('POST', '/api/keys', { name: 'Till' })
  await signIn(client, 'wrong password')
  const { body } = await ask('GET', '/api/account/audit')
  expect(body.data.map((event: { action: string }) => event.action)).toEqual([
    'sign_in_failed',
    'key_created',
    'settings_changed',
    'signed_in',
    'registered',
  ])
  expect(body.data[2]).toMatchObject({ details: { fields: ['greeting'] }, ip_address: '127.0.0.1', via: 'session' })
  const second = (await ask('GET', '/api/account/audit?page=2&limit=2')).body
  expect([second.total, second.pages, second.data.length, second.data[0].action]).toEqual([5, 3, 2, 'settings_changed'])
})

it('asks for a plan, and takes the request back', async () => {
  const { ask } = await signIn(await server.register())
  const request = (plan: string) => ask('POST', '/api/account/plan', { plan })
  expect((await request('basic')).body).toMatchObject({ plan: 'free', requested_plan: 'basic' })
  expect((await request('')).body).toMatchObject({ plan: 'free', requested_plan: '' })
  expect((await request('gold')).status).toBe(400)
  const generous = await startServer({ env: { SELF_SERVE_PLANS: 'basic' } })
  try {
    const client = await generous.register()
    const login = await call(generous.base, 'POST', '/api/auth/client-login', { email: client.email, password })
    const Cookie = (login.headers.get('set-cookie') ?? '').split(';')[0]!
    const taken = await call(generous.base, 'POST', '/api/account/plan', { plan: 'basic' }, { Cookie })
    expect(taken.body).toMatchObject({ plan: 'basic', requested_plan: '' })
  } finally {
    await generous.close()
  }
})

it('hands over everything as a zip, of this client alone', async () => {
  const [client, other] = [await server.register('Gulls & Sons'), await server.register('Somebody else')]
  await client.call('POST', '/api/knowledge', { content: 'We mend nets on Mondays.' })
  await other.call('POST', '/api/knowledge', { content: 'Nobody may read this.' })
  const login = await call(server.base, 'POST', '/api/auth/client-login', { email: client.email, password })
  const Cookie = (login.headers.get('set-cookie') ?? '').split(';')[0]!
  const reply = await fetch(`${server.base}/api/account/export`, { headers: { Cookie } })
  expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'application/zip'])
  expect(reply.headers.get('content-disposition')).toContain(client.id)
  const files = unzipSync(new Uint8Array(await reply.arrayBuffer()))
  const text = (name: string) => Buffer.from(files[name]!).toString()
  expect(text('knowledge.csv')).toContain('We mend nets on Mondays.')
  expect(text('clients.csv')).toContain('Gulls & Sons')
  expect(text('audit.csv')).toContain('signed_in')
  // A session that somebody found is not to become a password to guess at leisure.
  const { password_hash } = server.store.table(clients).get(client.id)!
  expect(password_hash).not.toBe('')
  expect(text('clients.csv')).not.toContain(password_hash)
  const everything = Object.values(files).map(bytes => Buffer.from(bytes).toString())
  expect(everything.join('\n')).not.toContain('Somebody else')
  expect(everything.join('\n')).not.toContain('Nobody may read this.')
})

it('closes after the days of grace, and not when it is taken back', async () => {
  const start = at
  const client = await server.register()
  await client.call('POST', '/api/knowledge', { content: 'We mend nets on Mondays.' })
  const chat = async () =>
    (await call(server.base, 'POST', '/api/chat', { message: 'nets', company_id: client.id })).status
  const { ask } = await signIn(client)
  try {
    expect((await ask('POST', '/api/account/close', { password: 'wrong' })).status).toBe(400)
    const closing = (await ask('POST', '/api/account/close', { password })).body.closing_at
    expect(Date.parse(closing) - at.getTime()).toBe(14 * day)
    expect((await ask('GET', '/api/auth/me')).body.account.closing_at).toBe(closing)
    expect(await chat()).toBe(200)
    expect((await ask('POST', '/api/account/reopen')).body.closing_at).toBeNull()

    await ask('POST', '/api/account/close', { password })
    at = new Date(start.getTime() + 14 * day - 1)
    expect([await chat(), (await client.call('GET', '/api/clients/profile')).status]).toEqual([200, 200])
    at = new Date(start.getTime() + 14 * day)
    expect([await chat(), (await client.call('GET', '/api/clients/profile')).status]).toEqual([403, 403])
    expect((await signIn(client)).status).toBe(401)
  } finally {
    at = start
  }
})

it('names a browser as people do', () => {
  const safari = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Safari/604.1'
  const edge = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0 Safari/537.36 Edg/126.0'
  expect([firefox, safari, edge, 'curl/8.5.0', 'something else', ''].map(deviceOf)).toEqual([
    'Firefox, Linux',
    'Safari, iPhone',
    'Edge, Windows',
    'curl',
    '',
    '',
  ])
})
