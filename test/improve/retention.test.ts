/** What is older than a client wants is gone: from lists, files, closed months and the journal, and stays gone. */
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { feedback, type Turn, turns } from '../../server/store/records.ts'
import { append } from '../../server/store/store.ts'
import { call, password, startServer, type TestClient, type TestServer } from '../support/server.ts'

let server: TestServer
let client: TestClient
let other: TestClient
let at = new Date('2026-06-30T12:00:00.000Z')
const now = () => at

/** Everything below the data folder as one text. */
const onDisk = () =>
  readdirSync(server.dir, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n')

const turn = (clientId: string, sessionId: string, timestamp: string, message: string): Turn => ({
  timestamp,
  turn_id: `a_${message.replace(/\W/g, '')}`,
  client_id: clientId,
  session_id: sessionId,
  message,
  response: `Reply to ${message}`,
  answered: false,
  confidence: 0,
  sources: [],
  why: {},
  lang: 'en',
  channel: 'key',
  origin: '',
  kind: 'refusal',
  ms: 3,
  page: '',
})
const daysAgo = (days: number) => new Date(at.getTime() - days * 86_400_000).toISOString()

beforeAll(async () => {
  server = await startServer({ now })
  client = await server.register('Harbour Ferries')
  other = await server.register('Somebody Else')
  for (const { id } of [client, other]) {
    // Two closed months, and a conversation that goes on for years.
    await server.store.backfill(
      turns,
      [
        turn(id, 'april', '2026-04-02T10:00:00.000Z', `april words of ${id}`),
        turn(id, 'endless', '2026-05-20T10:00:00.000Z', `endless old words of ${id}`),
        turn(id, 'may', '2026-05-31T13:00:00.000Z', `may words of ${id}`),
      ],
      id,
    )
    for (const row of [
      turn(id, 'june', daysAgo(29), `june words of ${id}`),
      turn(id, 'edge', daysAgo(30), `edge words of ${id}`),
      turn(id, 'endless', daysAgo(1), `endless new words of ${id}`),
    ])
      await server.store.commit([append(turns, row, id)])
  }
  // Rated lately: it goes with its turn all the same.
  const rating = { client_id: client.id, turn_id: `a_aprilwordsof${client.id.replace(/\W/g, '')}`, session_id: 'april' }
  await server.store.commit([
    append(feedback, { ...rating, timestamp: daysAgo(0), rating: 'down', comment: 'comment on april' }, client.id),
  ])
  at = new Date('2026-05-20T10:01:00.000Z')
  await client.call('POST', '/api/leads', { email: 'old@example.com', message: 'old lead' })
  await session(client, 'PUT', '/api/conversations/april/note', { note: 'note about april' })
  await session(client, 'PUT', '/api/conversations/endless/note', { note: 'note about endless' })
  at = new Date('2026-06-30T12:00:00.000Z')
  await client.call('POST', '/api/leads', { email: 'new@example.com', message: 'new lead' })
})
afterAll(async () => {
  await server.close()
  rmSync(server.dir, { recursive: true, force: true })
})

async function session(who: TestClient, method: string, path: string, body?: unknown) {
  const signedIn = await call(server.base, 'POST', '/api/clients/authenticate', { email: who.email, password })
  return call(server.base, method, path, body, { Authorization: `Bearer ${signedIn.body.session_token}` })
}
const talks = async (who: TestClient) =>
  (await who.call('GET', '/api/conversations')).body.data.map((row: any) => `${row.session_id} ${row.turns}`).sort()

it('nothing goes without being asked for', async () => {
  await server.tick()
  expect(await talks(client)).toEqual(['april 1', 'edge 1', 'endless 2', 'june 1', 'may 1'])
})

it('says beforehand what would go, and refuses days that are none', async () => {
  const { body } = await client.call('GET', '/api/bot/retention?days=30&lead_days=14')
  expect(body).toEqual({ conversations: 2, turns: 2, leads: 1 })
  expect((await client.call('GET', '/api/bot/retention?days=0')).status).toBe(400)
  for (const retention_days of [0, -1, 1.5, 4000, '30'])
    expect((await session(client, 'PATCH', '/api/bot/settings', { retention_days })).status).toBe(400)
})

it('what is older is gone from lists and every file the day after, what is not stays', async () => {
  await session(client, 'PATCH', '/api/bot/settings', { retention_days: 30, lead_days: 14 })
  for (const there of [`april words of ${client.id}`, 'comment on april', 'old lead']) expect(onDisk()).toContain(there)
  at = new Date(at.getTime() + 86_400_000)
  await server.tick()
  expect(await talks(client)).toEqual(['endless 1', 'june 1'])
  const files = onDisk()
  for (const gone of ['april', 'endless old', 'may', 'edge'])
    expect(files).not.toContain(`${gone} words of ${client.id}`)
  for (const gone of ['old lead', 'note about april', 'comment on april']) expect(files).not.toContain(gone)
  for (const kept of ['june words of', 'endless new words of']) expect(files).toContain(`${kept} ${client.id}`)
  for (const kept of ['new lead', 'note about endless']) expect(files).toContain(kept)
})

it('another client’s are untouched', async () => {
  expect(await talks(other)).toEqual(['april 1', 'edge 1', 'endless 2', 'june 1', 'may 1'])
  for (const kept of ['april', 'endless old', 'may', 'edge', 'june'])
    expect(onDisk()).toContain(`${kept} words of ${other.id}`)
})

it('it stays so through a restart, and the next day takes what has grown old since', async () => {
  const { dir } = server
  await server.store.close()
  server = await startServer({ now, dir })
  const again = {
    ...client,
    call: (method: string, path: string, body?: unknown) =>
      call(server.base, method, path, body, { 'X-API-Key': client.key }),
  }
  expect(await talks(again)).toEqual(['endless 1', 'june 1'])
  at = new Date(at.getTime() + 86_400_000)
  await server.tick()
  expect(await talks(again)).toEqual(['endless 1'])
  expect(onDisk()).not.toContain(`june words of ${client.id}`)
})
