/** Embeddings join the ranking: made in the background, kept in the store, and never in the way when they fail. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { standIn } from '../../scripts/quality/stand-in.ts'
import { fuse } from '../../server/answer/engine.ts'
import type { Ranked } from '../../server/answer/types.ts'
import { cosine, fromText, pack, toText } from '../../server/model/vector.ts'
import { knowledge, vectors } from '../../server/store/records.ts'
import { call, password, startServer, type TestClient, type TestServer } from '../support/server.ts'
import { type Behaviour, type ModelServer, sends, startModelServer } from './model-server.ts'

const json = { 'Content-Type': 'application/json' }
let model: ModelServer
beforeAll(async () => {
  model = await startModelServer()
})
afterAll(() => model.close())
afterEach(() => {
  model.behave(embeds)
  model.calls.length = 0
})

/** As a real server replies; the vectors are the stand-in's. */
const embeds: Behaviour = (sent, response) => {
  const data = sent.body.input.map((text: string, index: number) => ({ index, embedding: standIn(text) }))
  // Order is by `index`, not by place.
  sends(
    200,
    json,
    JSON.stringify({ data: data.reverse(), usage: { prompt_tokens: sent.body.input.length * 5 } }),
  )(sent, response)
}

const entries = [
  {
    id: 'hours',
    kind: 'qa',
    question: 'When are you open?',
    content: 'We are open Monday to Friday from 9:00 to 18:30.',
  },
  { id: 'parking', kind: 'text', title: 'Parking', content: 'There are four parking spaces behind the shop.' },
  {
    id: 'long',
    kind: 'text',
    title: 'History',
    content: 'The shop was founded by two sisters in a shed by the harbour. '.repeat(60),
  },
]

/** A question of which words alone are not sure. */
const unsure = 'can I leave my car behind the shop'

async function switchOff(server: TestServer, { email }: TestClient): Promise<void> {
  const { body } = await call(server.base, 'POST', '/api/clients/authenticate', { email, password })
  await call(server.base, 'PUT', '/api/model', { mode: 'off' }, { Authorization: `Bearer ${body.session_token}` })
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise(resolve => setTimeout(resolve, 20))
}
const stateOf = async (client: TestClient) => (await client.call('GET', '/api/model')).body.embeddings
const whole = async (client: TestClient) => {
  const state = await stateOf(client)
  return state?.passages > 0 && state.passages === state.embedded
}

const env = () => ({ EMBEDDINGS_URL: model.url, EMBEDDINGS_NAME: 'stand-in', EMBEDDINGS_PRICE: '2' })

describe('embeddings of the installation', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ env: env() })
  })
  afterAll(() => server.close())

  it('are made when knowledge changes, kept by text, and forgotten with it', async () => {
    model.behave(embeds)
    const client = await server.register()
    await client.call('POST', '/api/knowledge/import', { entries })
    await until(() => whole(client))
    const stored = await server.store.partition(vectors, client.id)
    // The long text has several passages, of which some are equal.
    expect(stored.size).toBeGreaterThanOrEqual(4)
    expect(model.calls[0]).toMatchObject({
      path: '/v1/embeddings',
      body: { model: 'stand-in', encoding_format: 'float' },
    })
    const sent = () => model.calls.flatMap(made => made.body.input as string[])
    expect(sent()).toContain('When are you open?\nWe are open Monday to Friday from 9:00 to 18:30.')

    // A change sends what changed, and nothing else.
    model.calls.length = 0
    await client.call('PATCH', '/api/knowledge/entries/parking', {
      content: 'There are five parking spaces behind the shop.',
    })
    await until(async () => sent().length > 0 && (await whole(client)))
    expect(sent()).toEqual(['Parking\nThere are five parking spaces behind the shop.'])
    const before = stored.size
    await client.call('DELETE', '/api/knowledge/entries/long')
    await until(async () => stored.size < before)
    await until(async () => stored.size === 2)
  })

  it('are joined to the ranking where words are not sure, metered and told in the features', async () => {
    model.behave(embeds)
    const client = await server.register()
    await client.call('POST', '/api/knowledge/import', { entries })
    await until(() => whole(client))
    const asked = () => model.calls.flatMap(made => made.body.input as string[])
    await client.call('POST', '/api/chat', { message: 'When are you open?' })
    expect(asked()).not.toContain('When are you open?')
    await client.call('POST', '/api/chat', { message: unsure })
    expect(asked()).toContain(unsure)
    const { turns } = await import('../../server/store/records.ts')
    const [turn] = await server.store.log(turns).tail(1, client.id)
    expect((turn!.why as any).features.cosine).toBeGreaterThan(0.3)
    const usage = (await client.call('GET', '/api/model/usage')).body.installation
    const texts = asked()
    expect(usage.tokens).toBe(texts.length * 5)
    expect(usage.cost).toBeCloseTo(texts.length * 5 * 2e-6, 9)
    // The same question again needs no call.
    const calls = model.calls.length
    await client.call('POST', '/api/chat', { message: unsure })
    expect(model.calls.length).toBe(calls)
  })

  it.each<[string, Behaviour]>([
    ['500', sends(500, {})],
    ['a page', sends(200, { 'Content-Type': 'text/html' }, '<p>hello')],
    ['too few vectors', sends(200, json, '{"data": []}')],
    ['words for numbers', sends(200, json, '{"data": [{"index": 0, "embedding": ["a", "b"]}]}')],
    ['infinity', sends(200, json, '{"data": [{"index": 0, "embedding": [1e999, 0]}]}')],
    ['zeros', sends(200, json, '{"data": [{"index": 0, "embedding": [0, 0]}]}')],
    ['a vector of another length', sends(200, json, '{"data": [{"index": 0, "embedding": [1, 2, 3]}]}')],
    ['nothing', () => {}],
  ])('leave the ranking to words when the server sends %s', async (name, behaviour) => {
    model.behave(embeds)
    const slow = await startServer({ env: { ...env(), EMBEDDINGS_MS: '200' } })
    try {
      const client = await slow.register()
      await client.call('POST', '/api/knowledge/import', { entries })
      await until(() => whole(client))
      const plain = await slow.register()
      await switchOff(slow, plain)
      await plain.call('POST', '/api/knowledge/import', { entries })
      const wordsAlone = (await plain.call('POST', '/api/chat', { message: unsure })).body.kind
      model.behave(behaviour)
      const { status, body } = await client.call('POST', '/api/chat', { message: unsure })
      expect([status, body.kind], name).toEqual([200, wordsAlone])
      const { last_fault } = (await client.call('GET', '/api/model')).body
      // Another length is no fault: another model stands behind the name.
      if (name !== 'a vector of another length')
        expect(last_fault).toMatchObject({
          reason: expect.stringMatching(/^(server_error|bad_json|wrong_type|silent)$/),
        })
    } finally {
      await slow.close()
    }
  })

  it('are made anew when another model stands behind the name', async () => {
    model.behave(embeds)
    const client = await server.register()
    await client.call('POST', '/api/knowledge/import', { entries })
    await until(() => whole(client))
    const stored = await server.store.partition(vectors, client.id)
    const longest = () => Math.max(...[...stored.all()].map(({ vector }) => vector.length))
    const before = longest()
    model.behave((sent, response) => {
      const data = sent.body.input.map((text: string, index: number) => ({
        index,
        embedding: standIn(text).slice(0, 64),
      }))
      sends(200, json, JSON.stringify({ data }))(sent, response)
    })
    await client.call('POST', '/api/chat', { message: `${unsure}?` })
    await until(async () => longest() < before)
    await until(() => whole(client))
    await client.call('POST', '/api/chat', { message: `${unsure}?` })
    const { turns } = await import('../../server/store/records.ts')
    const [turn] = await server.store.log(turns).tail(1, client.id)
    expect((turn!.why as any).features.cosine).toBeGreaterThan(0)
  })

  it('are switched off with the model', async () => {
    model.behave(embeds)
    const client = await server.register()
    await switchOff(server, client)
    await client.call('POST', '/api/knowledge/import', { entries })
    await client.call('POST', '/api/chat', { message: unsure })
    expect(await stateOf(client)).toBeNull()
    expect(model.calls).toHaveLength(0)
  })
})

it('keeps vectors over a restart, in a file that any CSV reader reads', async () => {
  model.behave(embeds)
  const dir = await mkdtemp(join(tmpdir(), 'parley-vectors-'))
  try {
    const first = await startServer({ dir, env: env() })
    const client = await first.register()
    await client.call('POST', '/api/knowledge/import', { entries })
    await until(() => whole(client))
    await first.close()
    const lines = (await readFile(join(dir, 'knowledge', client.id, 'vectors.csv'), 'utf8')).trim().split(/\r?\n/)
    expect(lines[0]).toBe('hash,vector')
    expect(lines[1]).toMatch(/^[0-9a-f]{32},[A-Za-z0-9+/]+=*$/)
    model.calls.length = 0
    const second = await startServer({ dir, env: env() })
    const again: TestClient = {
      ...client,
      call: (method, path, body) => call(second.base, method, path, body, { 'X-API-Key': client.key }),
    }
    await again.call('POST', '/api/chat', { message: unsure })
    await until(() => whole(again))
    // Only the question: everything else had its vector.
    expect(model.calls.flatMap(made => made.body.input).filter(text => text !== unsure)).toEqual([])
    expect((await second.store.partition(knowledge, client.id)).size).toBe(3)
    await second.close()
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
})

describe('fusion', () => {
  const row = (id: string, score: number): Ranked => ({
    entry: { id, kind: 'text', text: id },
    passage: { start: 0, end: 1 },
    lang: 'en',
    questionLang: 'en',
    asked: [],
    score,
    features: { own: score },
  })
  const similar = (id: string, similarity: number) => ({
    entry: { id, kind: 'text' as const, text: id },
    passage: { start: 0, end: 1 },
    similarity,
  })

  it('puts first what both rankings have near the top, and keeps the scores in their order', () => {
    const fused = fuse(
      'q',
      [row('a', 0.9), row('b', 0.8), row('c', 0.1)],
      [similar('b', 0.9), similar('d', 0.8), similar('a', 0.1)],
    )
    expect(fused.map(r => r.entry.id)).toEqual(['b', 'a', 'd', 'c'])
    expect(fused.map(r => r.score)).toEqual([0.9, 0.8, 0.1, 0])
    expect(fused[0]!.features).toEqual({ own: 0.8, cosine: 0.9 })
    expect(fused[2]!.features).toEqual({ cosine: 0.8 })
  })

  it('leaves a ranking alone that has nothing to be joined to', () => {
    const rows = [row('a', 0.9), row('b', 0.8)]
    expect(fuse('q', rows, [])).toEqual(rows)
  })
})

it('keeps angles when vectors are packed into bytes', () => {
  const [a, b] = ['How much is a full service?', 'The full service costs 119 EUR.'].map(text =>
    Float32Array.from(standIn(text)),
  )
  const exact = a!.reduce((sum, x, i) => sum + x * b![i]!, 0)
  const [packedA, packedB] = [fromText(toText(pack(a!)))!, fromText(toText(pack(b!)))!]
  expect(cosine(packedA, packedB)).toBeCloseTo(exact, 2)
  expect(cosine(packedA, packedA)).toBeCloseTo(1, 6)
})
