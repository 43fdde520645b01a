/** What a key may do, for how long, and what becomes of one that is replaced or revoked. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, password, startServer, type TestClient, type TestServer } from '../support/server.ts'

let server: TestServer
let at = Date.parse('2026-03-10T12:00:00.000Z')
beforeAll(async () => {
  server = await startServer({ now: () => new Date(at) })
})
afterAll(() => server.close())

const hour = 3_600_000

async function signIn(client: TestClient) {
  const { body } = await call(server.base, 'POST', '/api/clients/authenticate', { email: client.email, password })
  const Authorization = `Bearer ${body.session_token}`
  return (method: string, path: string, sent?: unknown) => call(server.base, method, path, sent, { Authorization })
}
const status = async (key: string) =>
  (await call(server.base, 'GET', '/api/usage', undefined, { 'X-API-Key': key })).status

describe('deleting a conversation', () => {
  it('takes a key that may do so, the client, or the visitor whose it is', async () => {
    const client = await server.register()
    const ask = await signIn(client)
    const talk = (id: string) => client.call('POST', '/api/chat', { message: 'Are there boats?', session_id: id })
    const remove = (id: string, headers: Record<string, string>) =>
      call(server.base, 'DELETE', `/api/chat/${id}`, undefined, headers)
    await talk('number-4930123')
    // A key that was made without saying more: chat, knowledge, read.
    expect(await remove('number-4930123', { 'X-API-Key': client.key })).toMatchObject({
      status: 403,
      body: { code: 'scope_missing' },
    })
    expect((await client.call('GET', '/api/chat/number-4930123')).body.turns).toHaveLength(1)

    const eraser = await ask('POST', '/api/keys', { name: 'Erasing', scopes: ['erase'] })
    expect(eraser.body.key.scopes).toEqual(['erase'])
    expect((await remove('number-4930123', { 'X-API-Key': eraser.body.api_key })).status).toBe(200)
    expect(await status(eraser.body.api_key)).toBe(403)

    const visitor = await call(server.base, 'POST', '/api/chat', { message: 'Are there boats?', company_id: client.id })
    const own = await call(server.base, 'DELETE', `/api/chat/${visitor.body.session_id}?company_id=${client.id}`)
    expect(own.status).toBe(200)
  })
})

describe('a key', () => {
  it('that is replaced works on for as long as is said, or not at all', async () => {
    const ask = await signIn(await server.register())
    const make = async () => (await ask('POST', '/api/keys', { name: 'Till', scopes: ['read'] })).body
    const [now, week, usual] = [await make(), await make(), await make()]
    expect((await ask('POST', `/api/keys/${now.key.id}/rotate?grace_hours=0`)).status).toBe(201)
    expect((await ask('POST', `/api/keys/${week.key.id}/rotate?grace_hours=168`)).status).toBe(201)
    expect((await ask('POST', `/api/keys/${usual.key.id}/rotate`)).status).toBe(201)
    const statuses = async () => [await status(now.api_key), await status(week.api_key), await status(usual.api_key)]
    expect(await statuses()).toEqual([401, 200, 200])
    at += 25 * hour
    expect(await statuses()).toEqual([401, 200, 401])
    at += 143 * hour
    expect(await statuses()).toEqual([401, 401, 401])
  })

  it.each(['-1', '721', '1.5', 'long', ''])('is not replaced with grace_hours=%s', async grace => {
    const ask = await signIn(await server.register())
    const { body } = await ask('GET', '/api/keys')
    const reply = await ask('POST', `/api/keys/${body.data[0].id}/rotate?grace_hours=${grace}`)
    expect(reply.status).toBe(400)
  })

  it('that is revoked stops at once; this is taken back within ten minutes, by its owner alone', async () => {
    const [client, other] = [await server.register(), await server.register()]
    const [ask, askOther] = [await signIn(client), await signIn(other)]
    const { body } = await ask('GET', '/api/keys')
    const path = `/api/keys/${body.data[0].id}`
    expect((await ask('POST', `${path}/restore`)).status).toBe(404)
    await ask('DELETE', path)
    expect(await status(client.key)).toBe(401)
    expect((await askOther('POST', `${path}/restore`)).status).toBe(404)
    expect((await client.call('POST', `${path}/restore`)).status).toBe(401)
    expect((await ask('POST', `${path}/restore`)).status).toBe(200)
    expect(await status(client.key)).toBe(200)
    await ask('DELETE', path)
    at += 11 * 60_000
    expect((await ask('POST', `${path}/restore`)).status).toBe(409)
    expect(await status(client.key)).toBe(401)
  })
})
