/** What is new since the last visit, by the account and not by the browser; and that the widget was seen on a client's site. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { call, password, startServer, type TestClient, type TestServer } from '../support/server.ts'

let server: TestServer
let clock = new Date('2026-03-20T08:00:00.000Z')
const later = (minutes: number) => {
  clock = new Date(clock.getTime() + minutes * 60_000)
}
beforeAll(async () => {
  server = await startServer({ now: () => clock })
})
afterAll(() => server.close())

const signIn = async ({ email }: TestClient) => {
  const { body } = await call(server.base, 'POST', '/api/clients/authenticate', { email, password })
  return { Authorization: `Bearer ${body.session_token}` }
}
const visit = async (headers: Record<string, string>) => {
  const reply = await call(server.base, 'POST', '/api/visit', {}, headers)
  expect(reply.status, JSON.stringify(reply.body)).toBe(200)
  return reply.body
}
const none = {
  conversations: 0,
  unanswered: 0,
  complaints: 0,
  leads: 0,
  jobs: { done: 0, failed: 0 },
  hand_edits: 0,
}

it('counts what came since the end of the visit before, in whatever browser that was', async () => {
  const client = await server.register('Pier Shop')
  const browser = await signIn(client)
  expect(await visit(browser)).toMatchObject({ since: null, ...none, goldens: null, embed: null })
  later(10)
  expect((await visit(browser)).since).toBeNull()
  const left = clock.toISOString()
  later(60)
  const { answer_id, session_id } = (await client.call('POST', '/api/chat', { message: 'Do you sell oars?' })).body
  await client.call('POST', `/api/chat/${answer_id}/feedback`, { rating: 'down', session_id })
  await client.call('POST', '/api/leads', { email: 'ann@example.com' })
  await client.call('POST', '/api/goldens', { question: 'Do you sell oars?', expected: [] })
  await client.call('POST', '/api/goldens/run')
  later(1)
  const phone = await signIn(client)
  const news = { ...none, since: left, conversations: 1, unanswered: 1, complaints: 1, leads: 1 }
  expect(await visit(phone)).toMatchObject({ ...news, goldens: { wrong: 0, total: 1, worse: [] } })
  later(2)
  // Still the same visit: nothing is old news yet.
  expect(await visit(browser)).toMatchObject(news)
  later(60)
  expect(await visit(browser)).toMatchObject(none)
  const other = await server.register('Another Pier')
  expect(await visit(await signIn(other))).toMatchObject({ since: null, ...none })
  expect((await client.call('POST', '/api/visit', {})).status).toBe(401)
})

it('knows that the widget was seen on a site of the client, and is not taken in by others', async () => {
  const client = await server.register('Seen Shop')
  const headers = await signIn(client)
  const load = (origin: string | undefined) =>
    call(server.base, 'GET', `/widget/${client.id}`, undefined, origin ? { Origin: origin } : {})
  const bot = { allowed_origins: ['https://shop.example', 'http://localhost:3000', server.base] }
  expect((await call(server.base, 'PATCH', '/api/bot/settings', bot, headers)).status).toBe(200)
  for (const origin of [undefined, server.base, 'null', 'http://localhost:3000', 'https://thief.example', 'nonsense'])
    await load(origin)
  expect((await visit(headers)).embed).toBeNull()
  await load('https://shop.example')
  const first_at = clock.toISOString()
  await expect
    .poll(async () => (await visit(headers)).embed)
    .toEqual({
      origin: 'https://shop.example',
      first_at,
      last_at: first_at,
    })
  later(30 * 60)
  const nextDay = await signIn(client)
  const lastAt = async () => {
    // Again, for the note before may still be on its way to the disk.
    await load('https://shop.example')
    return (await visit(nextDay)).embed?.last_at
  }
  await expect.poll(lastAt, { timeout: 20_000 }).toBe(clock.toISOString())
  expect((await visit(nextDay)).embed.first_at).toBe(first_at)
})
