/** What is sent wrong gets an exact answer that says what to do: status, code and the field. */
import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clients } from '../../server/store/records.ts'
import { update } from '../../server/store/store.ts'
import { call, password, startServer, type TestClient, type TestServer } from '../support/server.ts'

let server: TestServer
let client: TestClient
let other: TestClient

beforeAll(async () => {
  server = await startServer()
  client = await server.register()
  other = await server.register()
})
afterAll(() => server.close())

const chat = (body: unknown, headers?: Record<string, string>) => client.call('POST', '/api/chat', body, headers)

/** The members that every problem has, and nothing that a problem must not have. */
function expectProblem(reply: { status: number; headers: Headers; body: any }, status: number, code: string) {
  expect({ status: reply.status, code: reply.body.code }).toEqual({ status, code })
  expect(reply.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  expect(reply.body).toMatchObject({
    status,
    type: `/docs/errors#${code}`,
    title: expect.any(String),
    request_id: expect.any(String),
  })
  expect(reply.body.detail).toMatch(/\S/)
  expect(reply.body.error).toBe(reply.body.detail)
  expect(JSON.stringify(reply.body)).not.toMatch(/\bat \S+ \(|node_modules|cb_[A-Za-z0-9_-]{20}/)
}

describe('bodies', () => {
  it.each([
    ['no body', ''],
    ['half an object', '{"message":'],
    ['text', 'hello'],
    ['a lone surrogate', '{"message":"\\ud800"}'],
    ['200,000 levels', '['.repeat(30_000) + ']'.repeat(30_000)],
  ])('refuses %s as invalid JSON', async (_, body) => {
    expectProblem(await chat(body), 400, 'invalid_json')
  })

  it('refuses bytes that are not UTF-8', async () => {
    const reply = await fetch(`${server.base}/api/chat`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-API-Key': client.key },
      body: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]),
    })
    expect([reply.status, (await reply.json()).code]).toEqual([400, 'invalid_json'])
  })

  it.each([
    ['null', null, '#'],
    ['an array', [], '#'],
    ['a number for the message', { message: 1 }, '#/message'],
    ['1e999 for the message', '{"message":1e999}', '#/message'],
    ['no message', {}, '#/message'],
    ['an empty message', { message: '' }, '#/message'],
    ['a message of spaces', { message: ' \n\t ' }, '#/message'],
    ['a message of 10,001 characters', { message: 'x'.repeat(10_001) }, '#/message'],
    ['a session id with spaces', { message: 'hi', session_id: 'a b' }, '#/session_id'],
    ['a number for the session id', { message: 'hi', session_id: 7 }, '#/session_id'],
  ])('refuses %s and names the field', async (_, body, pointer) => {
    const reply = await chat(typeof body === 'string' ? body : JSON.stringify(body))
    expectProblem(reply, 400, 'invalid_request')
    expect(reply.body.errors.map((error: any) => error.pointer)).toContain(pointer)
  })

  it('refuses a message of 100,000 characters by the size of its body', async () => {
    expectProblem(await chat({ message: 'x'.repeat(100_000) }), 413, 'payload_too_large')
  })

  it('refuses a body that grows past its limit without a Content-Length', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const outgoing = request(`${server.base}/api/chat`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked', 'X-API-Key': client.key },
      })
      outgoing.on('response', response => {
        response.resume()
        resolve(response.statusCode)
        outgoing.destroy()
      })
      outgoing.on('error', reject)
      for (let i = 0; i < 20; i++) outgoing.write('x'.repeat(10_000))
    })
    expect(status).toBe(413)
  })

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'refuses %s',
    async type => {
      expectProblem(await chat('{"message":"hi"}', { 'Content-Type': type }), 415, 'unsupported_media_type')
    },
  )

  it('takes JSON types with a suffix and a charset', async () => {
    expect((await chat('{"message":"hi"}', { 'Content-Type': 'application/vnd.api+json; charset=utf-8' })).status).toBe(
      200,
    )
  })

  it('leaves __proto__ without effect', async () => {
    const reply = await chat('{"message":"hi","__proto__":{"company_id":"demo_company","admin":true}}')
    expect(reply.status).toBe(200)
    expect(({} as any).admin).toBeUndefined()
  })
})

describe('callers', () => {
  it('refuses a call without key, session or company_id', async () => {
    const reply = await call(server.base, 'POST', '/api/chat', { message: 'hi' })
    expectProblem(reply, 401, 'unauthorized')
    expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer/)
  })

  it('refuses an unknown key', async () => {
    expectProblem(await chat({ message: 'hi' }, { 'X-API-Key': `cb_${'A'.repeat(43)}` }), 401, 'unauthorized')
  })

  it('takes the key as a bearer token too', async () => {
    const reply = await call(
      server.base,
      'POST',
      '/api/chat',
      { message: 'hi' },
      { Authorization: `Bearer ${client.key}` },
    )
    expect(reply.status).toBe(200)
  })

  it('refuses a revoked key', async () => {
    const signedIn = await call(server.base, 'POST', '/api/clients/authenticate', { email: other.email, password })
    const auth = { Authorization: `Bearer ${signedIn.body.session_token}` }
    const made = await call(server.base, 'POST', '/api/keys', { name: 'short-lived' }, auth)
    const key = { 'X-API-Key': made.body.api_key }
    expect((await call(server.base, 'GET', '/api/clients/profile', undefined, key)).status).toBe(200)
    expect((await call(server.base, 'DELETE', `/api/keys/${made.body.key.id}`, undefined, auth)).status).toBe(200)
    expectProblem(await call(server.base, 'GET', '/api/clients/profile', undefined, key), 401, 'unauthorized')
  })

  it("refuses another company's id beside a key, in body, query and path", async () => {
    expectProblem(await chat({ message: 'hi', company_id: other.id }), 403, 'company_mismatch')
    expectProblem(await client.call('GET', `/api/knowledge?company_id=${other.id}`), 403, 'company_mismatch')
    expectProblem(await client.call('GET', `/api/knowledge/${other.id}`), 403, 'company_mismatch')
    expectProblem(await client.call('DELETE', `/api/knowledge/${other.id}`), 403, 'company_mismatch')
    expectProblem(await client.call('DELETE', '/api/knowledge/no_such_company'), 403, 'company_mismatch')
  })

  it('looks at every company that a call names, not at the first one', async () => {
    const path = `/api/knowledge/${other.id}?company_id=${client.id}`
    expectProblem(await client.call('DELETE', path), 403, 'company_mismatch')
    expectProblem(await client.call('GET', path), 403, 'company_mismatch')
    expectProblem(
      await client.call('GET', `/api/knowledge/${client.id}?company_id=${other.id}`),
      403,
      'company_mismatch',
    )
  })

  it.each([[['demo_company']], [{ id: 'demo_company' }], [7], [null]])(
    'tells a visitor that company_id may not be %j',
    async company_id => {
      const reply = await call(server.base, 'POST', '/api/chat', { message: 'hi', company_id })
      expectProblem(reply, 400, 'invalid_request')
      expect(reply.body.errors).toEqual([{ pointer: '#/company_id', detail: 'must be a string' }])
    },
  )

  it('gives unknown, inactive and wrong-origin bots one reply, without CORS headers', async () => {
    const asleep = await server.register()
    await server.store.commit([update(clients, asleep.id, { is_active: false })])
    const locked = await server.register()
    const signedIn = await call(server.base, 'POST', '/api/clients/authenticate', { email: locked.email, password })
    await call(
      server.base,
      'PATCH',
      '/api/bot/settings',
      { allowed_origins: ['https://good.com'] },
      { Authorization: `Bearer ${signedIn.body.session_token}` },
    )
    const ask = (company_id: string, origin = 'https://evil.example') =>
      call(server.base, 'POST', '/api/chat', { message: 'hi', company_id }, { Origin: origin })
    const replies = [await ask('client_unknown'), await ask(asleep.id), await ask(locked.id)]
    for (const origin of [
      'null',
      'https://good.com.evil.io',
      'https://evilgood.com',
      'http://good.com',
      'https://good.com:8443',
      'https://GOOD.com',
      'https://good.com.',
    ]) {
      replies.push(await ask(locked.id, origin))
    }
    for (const reply of replies) {
      expectProblem(reply, 403, 'bot_unavailable')
      expect(reply.headers.get('access-control-allow-origin')).toBeNull()
      expect({ ...reply.body, request_id: '' }).toEqual({ ...replies[0]!.body, request_id: '' })
    }
    const right = await ask(locked.id, 'https://good.com')
    expect([right.status, right.headers.get('access-control-allow-origin')]).toEqual([200, 'https://good.com'])
    expect((await call(server.base, 'POST', '/api/chat', { message: 'hi', company_id: locked.id })).status).toBe(403)
  })

  it('tells an inactive client so by its key', async () => {
    const asleep = await server.register()
    await server.store.commit([update(clients, asleep.id, { is_active: false })])
    expectProblem(await asleep.call('POST', '/api/chat', { message: 'hi' }), 403, 'client_inactive')
  })

  it('refuses a key without the scope', async () => {
    const signedIn = await call(server.base, 'POST', '/api/clients/authenticate', { email: other.email, password })
    const made = await call(
      server.base,
      'POST',
      '/api/keys',
      { name: 'chat only', scopes: ['chat'] },
      { Authorization: `Bearer ${signedIn.body.session_token}` },
    )
    expectProblem(
      await call(server.base, 'POST', '/api/knowledge/add', { content: 'x' }, { 'X-API-Key': made.body.api_key }),
      403,
      'scope_missing',
    )
    for (const path of ['/api/knowledge', '/api/knowledge/export', `/api/knowledge/${other.id}`]) {
      const reply = await call(server.base, 'GET', path, undefined, { 'X-API-Key': made.body.api_key })
      expectProblem(reply, 403, 'scope_missing')
    }
    const asked = await call(server.base, 'POST', '/api/chat', { message: 'hi' }, { 'X-API-Key': made.body.api_key })
    expect(asked.status).toBe(200)
  })
})

describe('addresses', () => {
  it('answers an unknown address with a problem', async () => {
    expectProblem(await client.call('GET', '/api/nothing/here'), 404, 'not_found')
  })

  it('answers a method that is not there with 405 and the ones that are', async () => {
    const reply = await client.call('PUT', '/api/chat', {})
    expectProblem(reply, 405, 'method_not_allowed')
    expect(reply.headers.get('allow')).toBe('POST')
  })

  it.each([
    '/api/knowledge/entries/..%2f..%2fetc',
    '/api/knowledge/entries/%00',
    '/api/knowledge/entries/CON',
    `/api/knowledge/entries/${'x'.repeat(300)}`,
  ])('never takes the id in %s for a path', async path => {
    const reply = await client.call('DELETE', path)
    expect([400, 404]).toContain(reply.status)
    expect(reply.body.error).toMatch(/\S/)
  })

  it('answers broken percent signs with a 4xx', async () => {
    const reply = await client.call('DELETE', '/api/knowledge/entries/%E0%A4%A')
    expect(reply.status).toBeGreaterThanOrEqual(400)
    expect(reply.status).toBeLessThan(500)
  })

  it.each([
    '/portal/assets/..%2f..%2fserver%2fmain.js',
    '/widget/..%2f..%2fpackage.json',
    '/docs/..%2fportal%2findex.html',
  ])('serves nothing for %s', async path => {
    const reply = await call(server.base, 'GET', path)
    expect(reply.status).toBe(404)
  })
})

describe('accounts', () => {
  const register = (body: Record<string, unknown>) =>
    call(server.base, 'POST', '/api/clients/register', {
      company_name: 'Acme',
      email: 'new@example.com',
      password: 'a long password',
      ...body,
    })

  it.each([
    ['no company name', { company_name: undefined }, '#/company_name'],
    ['an empty company name', { company_name: '  ' }, '#/company_name'],
    ['an address without @', { email: 'nobody' }, '#/email'],
    ['an object for an address', { email: {} }, '#/email'],
    ['an unknown plan', { plan: 'gold' }, '#/plan'],
    ['a password of 201 characters', { password: 'ab'.repeat(101) }, '#/password'],
  ])('refuses %s', async (_, body, pointer) => {
    const reply = await register(body)
    expectProblem(reply, 400, 'invalid_request')
    expect(reply.body.errors[0].pointer).toBe(pointer)
  })

  it.each(['short', 'password', '12345678', 'aaaaaaaaaa', 'new@example.com', '        '])(
    'refuses the weak password "%s"',
    async weak => {
      expectProblem(await register({ password: weak }), 400, 'weak_password')
    },
  )

  it('refuses an address that has an account, in any case', async () => {
    expectProblem(await register({ email: ` ${client.email.toUpperCase()} ` }), 409, 'email_taken')
  })

  it('ignores what a registration may not set', async () => {
    const reply = await register({
      email: 'sly@example.com',
      plan: 'premium',
      role: 'admin',
      is_active: false,
      client_id: 'mine',
      used_requests: -5,
      knowledge_limit: 9e9,
    })
    expect(reply.status).toBe(201)
    const row = server.store.table(clients).get(reply.body.client_id)
    expect(row).toMatchObject({
      plan: 'free',
      requested_plan: 'premium',
      is_active: true,
      used_requests: 0,
      knowledge_limit: null,
    })
    expect(reply.body.client_id).not.toBe('mine')
  })

  it('gives an unknown address and a wrong password the same reply', async () => {
    const wrong = await call(server.base, 'POST', '/api/clients/authenticate', {
      email: client.email,
      password: 'not this one',
    })
    const unknown = await call(server.base, 'POST', '/api/clients/authenticate', {
      email: 'nobody@example.com',
      password: 'not this one',
    })
    expectProblem(wrong, 401, 'invalid_credentials')
    expect({ ...unknown.body, request_id: '' }).toEqual({ ...wrong.body, request_id: '' })
  })
})

describe('knowledge', () => {
  it.each([
    ['no content', {}, '#/content'],
    ['empty content', { content: ' ' }, '#/content'],
    ['20,001 characters', { content: 'x'.repeat(20_001) }, '#/content'],
    ['a number', { content: 5 }, '#/content'],
    ['metadata that is a list', { content: 'x', metadata: [] }, '#/metadata'],
  ])('refuses %s', async (_, body, pointer) => {
    const reply = await client.call('POST', '/api/knowledge/add', body)
    expectProblem(reply, 400, 'invalid_request')
    expect(reply.body.errors[0].pointer).toBe(pointer)
  })

  it('refuses a pair without a question and an address that is no web address', async () => {
    expectProblem(await client.call('POST', '/api/knowledge', { kind: 'qa', content: 'x' }), 400, 'invalid_request')
    expectProblem(
      await client.call('POST', '/api/knowledge', { content: 'x', url: 'javascript:alert(1)' }),
      400,
      'invalid_request',
    )
  })

  it("answers another client's entry and an unknown one with the same bytes", async () => {
    const added = await other.call('POST', '/api/knowledge/add', { content: 'theirs' })
    const replies = [
      await client.call('PATCH', `/api/knowledge/entries/${added.body.knowledge_id}`, { content: 'mine' }),
      await client.call('PATCH', '/api/knowledge/entries/unknown', { content: 'mine' }),
    ]
    for (const reply of replies) expectProblem(reply, 404, 'not_found')
    expect({ ...replies[0]!.body, request_id: '' }).toEqual({ ...replies[1]!.body, request_id: '' })
    expect((await other.call('GET', `/api/knowledge/${other.id}`)).body.knowledge[0].content).toBe('theirs')
  })
})

describe('what is wrong', () => {
  it.each([
    ['/api/knowledge?limit=100000', 'query/limit: must be at most '],
    ['/api/knowledge?page=0', 'query/page: must be at least 1.'],
    ['/api/knowledge?sort=evil', 'query/sort: must be one of "newest", "oldest"'],
    [`/api/knowledge?search=${'x'.repeat(600)}`, 'query/search: must have at most 500 characters.'],
  ])('is said in plain words: %#', async (path, sentence) => {
    const reply = await client.call('GET', path)
    expectProblem(reply, 400, 'invalid_request')
    expect(reply.body.detail).toContain(sentence)
  })

  it.each([
    [{ content: 'x', url: 'javascript:alert(1)' }, 'url: must be an address that begins with https:// or http://.'],
    [{ content: 'x', metadata: [1] }, 'metadata: must be an object.'],
    [{ content: 'x', metadata: { a: 'x'.repeat(30_000) } }, 'metadata: must have at most 20,000 characters as JSON.'],
    [{ content: 'x', kind: 'poem' }, 'kind: must be one of "text", "qa" or "row".'],
  ])('of an entry is said in plain words: %#', async (body, sentence) => {
    const reply = await client.call('POST', '/api/knowledge', body)
    expectProblem(reply, 400, 'invalid_request')
    expect(reply.body.detail).toBe(sentence)
  })

  it('is a list where something else was chosen', async () => {
    const reply = await client.call('POST', '/api/knowledge/bulk', { action: 'explode', ids: ['x'] })
    expectProblem(reply, 400, 'invalid_request')
    expect(reply.body.detail).toBe('action: must be one of "move", "activate", "deactivate" or "delete".')
  })

  it('with a body is that it is compressed', async () => {
    for (const coding of ['gzip', 'br']) {
      const reply = await chat('{"message":"hi"}', { 'Content-Encoding': coding })
      expectProblem(reply, 415, 'unsupported_media_type')
      expect(reply.body.detail).toContain(`without Content-Encoding: ${coding}`)
    }
    expect((await chat('{"message":"hi"}', { 'Content-Encoding': 'identity' })).status).toBe(200)
  })

  it('with an address is the slash at its end', async () => {
    const reply = await client.call('POST', '/api/chat/', { message: 'hi' })
    expectProblem(reply, 404, 'not_found')
    expect(reply.body.detail).toBe('There is nothing at this address; leave out the slash at its end.')
  })

  it('is that a secret key is sent where a person must sign in', async () => {
    const reply = await client.call('GET', '/api/keys')
    expectProblem(reply, 401, 'unauthorized')
    expect(reply.body.detail).toMatch(/^A secret key is not enough here\. Sign in with POST/)
  })
})
