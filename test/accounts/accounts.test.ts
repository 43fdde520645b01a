/** Registration, sign-in, sessions, keys and the attacks on them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keys, sessions, usageLogs } from '../../server/store/records.ts'
import { call, password, startServer, type TestServer } from '../support/server.ts'

let server: TestServer
let at = new Date('2026-03-10T12:00:00.000Z')
beforeAll(async () => {
  server = await startServer({ now: () => at })
})
afterAll(() => server.close())

const login = (email: string, headers: Record<string, string> = {}, secret = password) =>
  call(server.base, 'POST', '/api/auth/client-login', { email, password: secret }, headers)
const cookieOf = (reply: { headers: Headers }) => (reply.headers.get('set-cookie') ?? '').split(';')[0]!

describe('registration', () => {
  it('gives a key of 32 random bytes once and keeps its hash', async () => {
    const client = await server.register()
    expect(client.key).toMatch(/^cb_[A-Za-z0-9_-]{43}$/)
    const rows = [...server.store.table(keys).all()].filter(row => row.client_id === client.id)
    expect(rows).toHaveLength(1)
    expect(rows[0]!.hash).toMatch(/^[0-9a-f]{64}$/)
    expect(JSON.stringify(rows)).not.toContain(client.key)
  })

  it('lets one of ten parallel registrations have an address', async () => {
    const body = { company_name: 'Race', email: 'race@example.com', password }
    const replies = await Promise.all(
      Array.from({ length: 10 }, () => call(server.base, 'POST', '/api/clients/register', body)),
    )
    expect(replies.map(reply => reply.status).sort()).toEqual([201, ...Array(9).fill(409)])
  })

  it('grants a paid plan only where the operator offers it', async () => {
    const generous = await startServer({ env: { SELF_SERVE_PLANS: 'basic' } })
    try {
      const register = async (plan: string) => {
        const { body } = await call(generous.base, 'POST', '/api/clients/register', {
          company_name: 'X',
          email: `${plan}@example.com`,
          password,
          plan,
        })
        return (await call(generous.base, 'GET', '/api/clients/profile', undefined, { 'X-API-Key': body.api_key })).body
      }
      expect(await register('basic')).toMatchObject({
        plan: 'basic',
        requested_plan: '',
        stats: { knowledge_limit: 500, monthly_limit: 10_000 },
      })
      expect(await register('premium')).toMatchObject({
        plan: 'free',
        requested_plan: 'premium',
        stats: { knowledge_limit: 50, monthly_limit: 1000 },
      })
    } finally {
      await generous.close()
    }
  })
})

describe('sessions', () => {
  it('last 24 hours and not a moment longer', async () => {
    const client = await server.register()
    at = new Date('2026-03-10T12:00:00.000Z')
    const signedIn = await call(server.base, 'POST', '/api/clients/authenticate', { email: client.email, password })
    expect(signedIn.body).toMatchObject({
      success: true,
      client_id: client.id,
      expires_at: '2026-03-11T12:00:00.000Z',
      plan: 'free',
      company_name: 'Test company',
    })
    expect(client.key.startsWith(signedIn.body.api_key_hint.replace('…', ''))).toBe(true)
    const auth = { Authorization: `Bearer ${signedIn.body.session_token}` }
    at = new Date('2026-03-11T11:59:59.999Z')
    expect((await call(server.base, 'GET', '/api/auth/me', undefined, auth)).status).toBe(200)
    at = new Date('2026-03-11T12:00:00.000Z')
    expect((await call(server.base, 'GET', '/api/auth/me', undefined, auth)).status).toBe(401)
  })

  it('keep only a hash of the token', async () => {
    const client = await server.register()
    const cookie = cookieOf(await login(client.email))
    const token = cookie.split('=')[1]!
    expect(token.length).toBeGreaterThanOrEqual(43)
    expect(JSON.stringify([...server.store.table(sessions).all()])).not.toContain(token)
  })

  it('come as a cookie that scripts and other sites do not get', async () => {
    const client = await server.register()
    const reply = await login(client.email)
    expect(reply.headers.get('set-cookie')).toMatch(/^parley=[\w-]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=86400$/)
    expect(JSON.stringify(reply.body)).not.toContain(cookieOf(reply).split('=')[1])
  })

  it('carry the __Host- prefix behind https', async () => {
    const secure = await startServer({ env: { PUBLIC_URL: 'https://chat.example.com' } })
    try {
      const client = await secure.register()
      const reply = await call(secure.base, 'POST', '/api/auth/client-login', { email: client.email, password })
      expect(reply.headers.get('set-cookie')).toMatch(
        /^__Host-parley=[\w-]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=86400; Secure$/,
      )
    } finally {
      await secure.close()
    }
  })

  it('end with sign-out', async () => {
    const client = await server.register()
    const Cookie = cookieOf(await login(client.email))
    expect((await call(server.base, 'GET', '/api/auth/me', undefined, { Cookie })).body.account.email).toBe(
      client.email,
    )
    expect((await call(server.base, 'POST', '/api/auth/logout', undefined, { Cookie })).status).toBe(200)
    expect((await call(server.base, 'GET', '/api/auth/me', undefined, { Cookie })).status).toBe(401)
  })

  it('never take over a token that was there before the sign-in', async () => {
    const client = await server.register()
    const planted = 'parley=planted-by-someone-else-0123456789abcdefghij'
    const reply = await login(client.email, { Cookie: planted })
    expect(cookieOf(reply)).not.toBe(planted)
    expect((await call(server.base, 'GET', '/api/auth/me', undefined, { Cookie: planted })).status).toBe(401)
  })

  it('refuse what another site sends with the cookie', async () => {
    const client = await server.register()
    const Cookie = cookieOf(await login(client.email))
    const add = (headers: Record<string, string>) =>
      call(server.base, 'POST', '/api/knowledge', { content: 'x' }, { Cookie, ...headers })
    expect((await add({ Origin: 'https://evil.example' })).status).toBe(403)
    expect((await add({ Origin: 'null' })).status).toBe(403)
    expect((await add({ 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403)
    expect((await add({ Origin: server.base })).status).toBe(201)
    expect((await login(client.email, { Origin: 'https://evil.example' })).status).toBe(403)
    const form = await call(server.base, 'POST', '/api/knowledge', 'content=x', {
      Cookie,
      'Content-Type': 'application/x-www-form-urlencoded',
    })
    expect(form.status).toBe(415)
  })
})

describe('keys', () => {
  it('are made, shown once, rotated with a day of grace, and revoked', async () => {
    at = new Date('2026-03-12T00:00:00.000Z')
    const client = await server.register()
    const Cookie = cookieOf(await login(client.email))
    const session = (method: string, path: string, body?: unknown) => call(server.base, method, path, body, { Cookie })
    const works = async (key: string) =>
      (await call(server.base, 'GET', '/api/clients/profile', undefined, { 'X-API-Key': key })).status === 200

    const made = await session('POST', '/api/keys', {
      name: 'Shop',
      scopes: ['read', 'chat'],
      expires_at: '2026-04-01T00:00:00Z',
    })
    expect(made.body.key).toMatchObject({
      name: 'Shop',
      scopes: ['chat', 'read'],
      expires_at: '2026-04-01T00:00:00.000Z',
    })
    const list = await session('GET', '/api/keys')
    expect(list.body.total).toBe(2)
    expect(JSON.stringify(list.body)).not.toContain(made.body.api_key)

    const rotated = await session('POST', `/api/keys/${made.body.key.id}/rotate`)
    expect(rotated.body.key).toMatchObject({
      name: 'Shop',
      scopes: ['chat', 'read'],
      expires_at: '2026-04-01T00:00:00.000Z',
    })
    expect([await works(made.body.api_key), await works(rotated.body.api_key)]).toEqual([true, true])
    at = new Date('2026-03-13T00:00:00.001Z')
    expect([await works(made.body.api_key), await works(rotated.body.api_key)]).toEqual([false, true])

    const again = cookieOf(await login(client.email))
    expect(
      (await call(server.base, 'DELETE', `/api/keys/${rotated.body.key.id}`, undefined, { Cookie: again })).status,
    ).toBe(200)
    expect(await works(rotated.body.api_key)).toBe(false)
    expect(
      (await call(server.base, 'DELETE', `/api/keys/${rotated.body.key.id}`, undefined, { Cookie: again })).status,
    ).toBe(404)
  })

  it('cannot be made or seen with a key, and not of another client', async () => {
    const [client, other] = [await server.register(), await server.register()]
    expect((await client.call('GET', '/api/keys')).status).toBe(401)
    const Cookie = cookieOf(await login(client.email))
    const theirs = [...server.store.table(keys).all()].find(row => row.client_id === other.id)!
    expect((await call(server.base, 'DELETE', `/api/keys/${theirs.key_id}`, undefined, { Cookie })).status).toBe(404)
    expect((await other.call('GET', '/api/clients/profile')).status).toBe(200)
  })

  it('are not replaced without end, nor once they have expired', async () => {
    const client = await server.register()
    const { body } = await call(server.base, 'POST', '/api/clients/authenticate', { email: client.email, password })
    const auth = { Authorization: `Bearer ${body.session_token}` }
    const soon = new Date(at.getTime() + 60_000).toISOString()
    const made = await call(server.base, 'POST', '/api/keys', { name: 'short', expires_at: soon }, auth)
    const rotate = (id: string) => call(server.base, 'POST', `/api/keys/${id}/rotate`, undefined, auth)
    const before = at
    at = new Date(at.getTime() + 120_000)
    try {
      expect((await rotate(made.body.key.id)).status).toBe(404)
      const [first] = (await call(server.base, 'GET', '/api/keys', undefined, auth)).body.data
      const replies = await Promise.all(Array.from({ length: 45 }, () => rotate(first.id)))
      expect(replies.filter(reply => reply.status === 201)).toHaveLength(39)
      expect(replies.filter(reply => reply.status === 409)).toHaveLength(6)
    } finally {
      at = before
    }
  })

  it('refuse an expiry in the past', async () => {
    const client = await server.register()
    const Cookie = cookieOf(await login(client.email))
    const reply = await call(
      server.base,
      'POST',
      '/api/keys',
      { name: 'Old', expires_at: '2020-01-01T00:00:00Z' },
      { Cookie },
    )
    expect([reply.status, reply.body.errors[0].pointer]).toEqual([400, '#/expires_at'])
  })
})

describe('guessing', () => {
  it('stops after ten wrong passwords for an address, and lets others in', async () => {
    const limited = await startServer({ env: { RATE_LIMITS: 'on' } })
    try {
      const [client, other] = [await limited.register(), await limited.register()]
      const attempt = (email: string, secret: string) =>
        call(limited.base, 'POST', '/api/clients/authenticate', { email, password: secret })
      for (let i = 0; i < 10; i++) expect((await attempt(client.email, `wrong ${i}`)).status).toBe(401)
      const refused = await attempt(client.email, password)
      expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited'])
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
      expect((await attempt(other.email, password)).status).toBe(200)
    } finally {
      await limited.close()
    }
  })

  it('takes a queue of 20 of 200 parallel sign-ins and tells the rest when to come back', async () => {
    const client = await server.register()
    const replies = await Promise.all(
      Array.from({ length: 200 }, () =>
        call(server.base, 'POST', '/api/clients/authenticate', { email: client.email, password }),
      ),
    )
    const busy = replies.filter(reply => reply.status === 503)
    const fine = replies.filter(reply => reply.status === 200)
    expect(busy.length + fine.length).toBe(200)
    expect(fine.length).toBeGreaterThanOrEqual(20)
    expect(busy.length).toBeGreaterThan(100)
    for (const reply of busy) expect([reply.body.code, reply.headers.get('retry-after')]).toEqual(['busy', '5'])
  })
})

it('writes sign-ins and key changes into the usage log, with the address they came from', async () => {
  const client = await server.register()
  await login(client.email)
  await login(client.email, {}, 'wrong password')
  const rows: { action: string; ip_address: string }[] = []
  for await (const row of server.store.log(usageLogs).scan()) if (row.client_id === client.id) rows.push(row)
  expect(rows.map(row => row.action)).toEqual(['registered', 'signed_in', 'sign_in_failed'])
  expect(new Set(rows.map(row => row.ip_address))).toEqual(new Set(['127.0.0.1']))
})
