/** What visitors think of answers. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createFeedbacks } from '../../server/chat/feedback.ts'
import { feedback } from '../../server/store/records.ts'
import { call, startServer, type TestClient, type TestServer } from '../support/server.ts'

let server: TestServer
let client: TestClient
let answer: { answer_id: string; session_id: string }

beforeAll(async () => {
  server = await startServer()
  client = await server.register()
  await client.call('POST', '/api/knowledge/add', { content: 'We are open all night.' })
  answer = (await client.call('POST', '/api/chat', { message: 'When are you open?' })).body
})
afterAll(() => server.close())

const rate = (said: Record<string, unknown>, id = answer.answer_id) =>
  call(server.base, 'POST', `/api/chat/${id}/feedback`, { company_id: client.id, ...said })
const kept = async () => {
  const rows: unknown[] = []
  for await (const row of server.store.log(feedback).scan({ partition: client.id })) rows.push(row)
  return rows
}

it('a visitor rates an answer of the own conversation, and the last word holds', async () => {
  const { session_id } = answer
  expect((await rate({ session_id, rating: 'up' })).status).toBe(200)
  expect((await rate({ session_id, rating: 'down', comment: '  Not on Mondays.  ' })).status).toBe(200)
  expect(await kept()).toMatchObject([{ rating: 'up' }, { rating: 'down', comment: 'Not on Mondays.' }])
  const feedbacks = createFeedbacks({ store: server.store, now: () => new Date() })
  expect([...(await feedbacks.since(client.id, '2020-01-01T00:00:00.000Z')).values()]).toMatchObject([
    { turn_id: answer.answer_id, rating: 'down' },
  ])
  await rate({ session_id, rating: 'none' })
  expect((await feedbacks.since(client.id, '2020-01-01T00:00:00.000Z')).size).toBe(0)
})

it('nobody rates an answer of another conversation, of another client, or one that never was', async () => {
  const before = await kept()
  const other = await server.register('Another')
  expect((await rate({ session_id: 'guessed', rating: 'up' })).status).toBe(404)
  expect((await rate({ rating: 'up' })).status).toBe(404)
  expect((await rate({ session_id: answer.session_id, rating: 'up' }, 'a_none')).status).toBe(404)
  expect((await other.call('POST', `/api/chat/${answer.answer_id}/feedback`, { rating: 'up' })).status).toBe(404)
  expect(await kept()).toEqual(before)
})

it('a rating that is none and a comment that is too long are refused', async () => {
  const { session_id } = answer
  for (const wrong of [{ rating: 'meh' }, {}, { rating: 'down', comment: 'x'.repeat(1001) }])
    expect((await rate({ session_id, ...wrong })).status).toBe(400)
})

it('an answer is still known after a restart', async () => {
  const feedbacks = createFeedbacks({ store: server.store, now: () => new Date() })
  await feedbacks.rate(client.id, answer.answer_id, answer.session_id, { rating: 'up' })
  expect((await kept()).at(-1)).toMatchObject({ turn_id: answer.answer_id, rating: 'up' })
})

it('a flood of ratings for one answer is not kept', async () => {
  const asked = (await client.call('POST', '/api/chat', { message: 'When are you open?' })).body
  const { session_id, answer_id } = asked
  const before = (await kept()).length
  for (let i = 0; i < 20; i++)
    expect((await rate({ session_id, rating: i % 2 ? 'up' : 'down' }, answer_id)).status).toBe(200)
  const refused = await rate({ session_id, rating: 'down', comment: 'once more' }, answer_id)
  expect([refused.status, refused.body.code]).toEqual([409, 'conflict'])
  expect(await kept()).toHaveLength(before + 20)
  expect((await kept()).at(-1)).toMatchObject({ turn_id: answer_id, rating: 'up' })
})
