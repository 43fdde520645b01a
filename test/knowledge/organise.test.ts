/** Putting a library in order: filters, categories, many at once, undo, what to look at, and testing an entry. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clients, knowledge } from '../../server/store/records.ts'
import { update } from '../../server/store/store.ts'
import { startServer, type TestClient, type TestServer } from '../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const withEntries = async (entries: object[]): Promise<TestClient> => {
  const client = await server.register()
  const { status, body } = await client.call('POST', '/api/knowledge/import', { entries })
  expect([status, body.errors]).toEqual([200, undefined])
  return client
}
const ids = async (client: TestClient, query = '') =>
  (await client.call('GET', `/api/knowledge?${query}`)).body.data.map((entry: any) => entry.id)

const some = [
  { id: 'a', content: 'Alpha text', category: 'one', source: 'x', lang: 'en', updated_at: '2026-01-01T00:00:00.000Z' },
  { id: 'b', content: 'Beta text', category: 'two', source: 'x', lang: 'de', updated_at: '2026-02-01T00:00:00.000Z' },
  {
    id: 'c',
    kind: 'qa',
    question: 'Is it?',
    content: 'Yes.',
    category: 'two',
    is_active: false,
    updated_at: '2026-03-01T00:00:00.000Z',
  },
]

describe('the list', () => {
  it('is filtered, sorted and paged', async () => {
    const client = await withEntries(some)
    for (const [query, found] of [
      ['', ['c', 'b', 'a']],
      ['category=two', ['c', 'b']],
      ['source=x&lang=de', ['b']],
      ['kind=qa', ['c']],
      ['active=1', ['b', 'a']],
      ['active=0', ['c']],
      ['since=2026-02-01T00:00:00Z', ['c', 'b']],
      ['edited=1', []],
      ['sort=oldest', ['a', 'b', 'c']],
      ['sort=title', ['a', 'b', 'c']],
      ['sort=updated&limit=1&page=2', ['b']],
      ['search=beta', ['b']],
    ] as const)
      expect([query, await ids(client, query)]).toEqual([query, found])
    await client.call('PATCH', '/api/knowledge/entries/a', { content: 'Another text' })
    await client.call('PATCH', '/api/knowledge/entries/b', { category: 'three' })
    expect(await ids(client, 'edited=1')).toEqual(['a'])
    for (const query of ['sort=up', 'active=maybe', 'since=yesterday', 'kind=poem'])
      expect((await client.call('GET', `/api/knowledge?${query}`)).status).toBe(400)
  })
})

describe('categories', () => {
  it('are counted, renamed and joined', async () => {
    const client = await withEntries(some)
    expect((await client.call('GET', '/api/knowledge/categories')).body.data).toEqual([
      { category: 'one', entries: 1, active: 1 },
      { category: 'two', entries: 2, active: 1 },
    ])
    const { body } = await client.call('POST', '/api/knowledge/categories/rename', { from: 'one', to: 'two' })
    expect(body).toMatchObject({ changed: 1, message: '1 entry is in two now.' })
    expect((await client.call('GET', '/api/knowledge/categories')).body.data).toEqual([
      { category: 'two', entries: 3, active: 2 },
    ])
    expect((await client.call('POST', '/api/knowledge/categories/rename', { from: 'one', to: 'x' })).status).toBe(404)
  })
})

describe('many at once', () => {
  it('are moved, switched and deleted, all or none, and a deletion is undone', async () => {
    const client = await withEntries(some)
    const bulk = async (body: object) => (await client.call('POST', '/api/knowledge/bulk', body)).body
    expect(await bulk({ action: 'move', ids: ['a', 'b'], category: 'new' })).toMatchObject({
      changed: 2,
      message: '2 entries were moved.',
    })
    expect(await ids(client, 'category=new')).toEqual(['b', 'a'])
    expect(await bulk({ action: 'deactivate', ids: ['a', 'c'] })).toMatchObject({ changed: 1 })
    expect(await ids(client, 'active=1')).toEqual(['b'])
    await server.store.commit([update(clients, client.id, { knowledge_limit: 2 })])
    expect(await bulk({ action: 'activate', ids: ['a', 'c'] })).toMatchObject({
      code: 'knowledge_limit_reached',
      limit: 2,
    })
    expect(await ids(client, 'active=1')).toEqual(['b'])
    expect(await bulk({ action: 'delete', ids: ['a', 'nobody'] })).toMatchObject({ code: 'not_found' })
    const gone = await bulk({ action: 'delete', ids: ['a', 'b'] })
    expect([gone.message, await ids(client)]).toEqual(['2 entries were deleted.', ['c']])
    const back = await client.call('POST', '/api/knowledge/undo', { undo_id: gone.undo_id })
    expect(back.body).toMatchObject({ restored: 2, over_limit: 0, message: '2 entries are back.' })
    expect((await client.call('GET', '/api/knowledge/entries/b')).body.entry).toMatchObject({
      content: 'Beta text',
      category: 'new',
      lang: 'de',
    })
    expect((await client.call('POST', '/api/knowledge/undo', { undo_id: gone.undo_id })).status).toBe(404)
    const other = await server.register()
    const again = await bulk({ action: 'delete', ids: ['c'] })
    expect((await other.call('POST', '/api/knowledge/undo', { undo_id: again.undo_id })).status).toBe(404)
    for (const body of [
      {},
      { action: 'move', ids: ['a'] },
      { action: 'burn', ids: ['a'] },
      { action: 'delete', ids: [] },
      { action: 'delete', ids: 'a' },
    ])
      expect((await client.call('POST', '/api/knowledge/bulk', body)).status).toBe(400)
  })

  it('come back after everything was cleared, as far as the plan takes them', async () => {
    const client = await withEntries([1, 2, 3].map(i => ({ id: `e${i}`, content: `Text ${i}` })))
    const { body } = await client.call('DELETE', `/api/knowledge/${client.id}`)
    await server.store.commit([update(clients, client.id, { knowledge_limit: 2 })])
    expect((await client.call('POST', '/api/knowledge/undo', { undo_id: body.undo_id })).body).toMatchObject({
      restored: 2,
      over_limit: 1,
    })
    expect((await client.call('POST', '/api/knowledge/undo', { undo_id: body.undo_id })).status).toBe(403)
    await client.call('DELETE', '/api/knowledge/entries/e1')
    expect((await client.call('POST', '/api/knowledge/undo', { undo_id: body.undo_id })).body.ids).toEqual(['e3'])
  })
})

describe('what a person should look at', () => {
  it('is what says the same twice, and what contradicts', async () => {
    const text =
      'We deliver within two working days to every address in the country, and on Saturdays to the larger towns.'
    const client = await withEntries([
      { id: 'same1', content: text },
      { id: 'same2', content: `${text} ` },
      {
        id: 'price1',
        content:
          'The full service of a bicycle takes three hours in our workshop and costs 89 euros with all small parts.',
      },
      {
        id: 'price2',
        content:
          'The full service of a bicycle takes three hours in our workshop and costs 95 euros with all small parts.',
      },
      { id: 'q1', kind: 'qa', question: 'Do you open on Sundays?', content: 'Yes, from 10 to 4.' },
      { id: 'q2', kind: 'qa', question: 'do you open on sundays', content: 'No, never.' },
      ...[1, 2, 3, 4, 5].map(i => ({
        id: `locker${i}`,
        content: `The locker with the number ${i} stands in the hall on the left and opens with the code ${i * 11}.`,
      })),
      { id: 'row1', kind: 'row', content: 'Article: Bolt; Size: 8; Price: 3; Material: steel; Colour: grey' },
      { id: 'row2', kind: 'row', content: 'Article: Bolt; Size: 9; Price: 4; Material: steel; Colour: grey' },
      { id: 'asleep', content: text, is_active: false },
    ])
    const { body } = await client.call('GET', '/api/knowledge/duplicates')
    const shown = body.data.map((pair: any) => [pair.kind, ...pair.entries.map((entry: any) => entry.id)])
    expect(shown.sort()).toEqual([
      ['contradiction', 'price1', 'price2'],
      ['contradiction', 'q1', 'q2'],
      ['duplicate', 'same1', 'same2'],
    ])
    expect(body).toMatchObject({ total: 3, duplicates: 1, contradictions: 2 })
    expect(body.data.find((pair: any) => pair.entries[0].id === 'price1')).toMatchObject({
      reason: 'Two entries say the same with different figures.',
      figures: [['89'], ['95']],
    })
  })

  it('is decided: a person’s words or the source’s', async () => {
    const client = await withEntries(['a', 'b', 'c'].map(id => ({ id, content: `Mine ${id}` })))
    const incoming = { kind: 'text', title: '', question: '', content: 'Theirs', hash: 'h' }
    await server.store.commit([
      update(knowledge, 'a', { flag: 'changed', incoming, source_id: 's' }, client.id),
      update(knowledge, 'b', { flag: 'changed', incoming, source_id: 's' }, client.id),
      update(knowledge, 'c', { flag: 'gone', source_id: 's' }, client.id),
    ])
    expect((await client.call('GET', '/api/knowledge?flagged=1')).body).toMatchObject({ total: 3, flagged: 3 })
    const resolve = async (id: string, take: string) =>
      (await client.call('POST', `/api/knowledge/entries/${id}/resolve`, { take })).body
    await resolve('a', 'mine')
    await resolve('b', 'source')
    const { undo_id } = await resolve('c', 'source')
    const shown = (await client.call('GET', '/api/knowledge?sort=title')).body.data
    expect(shown.map(({ id, content, flag, edited_by }: any) => [id, content, flag, edited_by])).toEqual([
      ['a', 'Mine a', '', 'api'],
      ['b', 'Theirs', '', ''],
    ])
    expect(undo_id).toEqual(expect.any(String))
    expect((await resolve('a', 'mine')).code).toBe('conflict')
  })
})

describe('a decision about two entries', () => {
  const pairs = async (client: TestClient, query = '') =>
    (await client.call('GET', `/api/knowledge/duplicates?${query}`)).body
  const counts = async (client: TestClient) => (await client.call('GET', '/api/knowledge/attention')).body
  const undo = (client: TestClient, undo_id: string) => client.call('POST', '/api/knowledge/undo', { undo_id })
  const sundays = [
    { id: 'yes', kind: 'qa', question: 'Do you open on Sundays?', content: 'Yes, from 10 to 4.' },
    {
      id: 'no',
      kind: 'qa',
      question: 'do you open on sundays',
      alternates: ['Sunday hours?', 'DO YOU OPEN on Sundays'],
      content: 'No, never.',
    },
  ]

  it('makes one of them, with the ways to ask both, and is undone whole', async () => {
    const client = await withEntries(sundays)
    expect(await counts(client)).toEqual({ flagged: 0, duplicates: 0, contradictions: 1, total: 1 })
    const before = (await client.call('GET', '/api/knowledge/export?format=jsonl')).body
    const { body } = await client.call('POST', '/api/knowledge/merge', { keep: 'yes', drop: 'no' })
    expect(body.message).toBe('One of the two is left, with 1 further way to ask it.')
    expect((await client.call('GET', '/api/knowledge')).body.data).toMatchObject([
      { id: 'yes', content: 'Yes, from 10 to 4.', alternates: ['Sunday hours?'] },
    ])
    expect(await counts(client)).toMatchObject({ total: 0 })
    expect((await undo(client, body.undo_id)).body).toMatchObject({ restored: 1, reverted: 1, ids: ['no'] })
    const after = (await client.call('GET', '/api/knowledge/export?format=jsonl')).body
    expect(after.split('\n').sort()).toEqual(before.split('\n').sort())
    expect(await pairs(client)).toMatchObject({ total: 1 })
    for (const [drop, status] of [
      ['yes', 400],
      ['nobody', 404],
    ])
      expect((await client.call('POST', '/api/knowledge/merge', { keep: 'yes', drop })).status).toBe(status)
  })

  it('that both are right holds until one of them says something else', async () => {
    const client = await withEntries(sundays)
    const settle = (ids: string[], settled = true) =>
      client.call('POST', '/api/knowledge/duplicates/settle', { ids, settled })
    expect((await settle(['no', 'yes'])).status).toBe(200)
    expect([await pairs(client), await counts(client)]).toMatchObject([{ total: 0, data: [] }, { total: 0 }])
    await settle(['yes', 'no'], false)
    expect(await pairs(client)).toMatchObject({ total: 1 })
    await settle(['yes', 'no'])
    await client.call('PATCH', '/api/knowledge/entries/yes', { category: 'hours' })
    expect(await pairs(client)).toMatchObject({ total: 0 })
    await client.call('PATCH', '/api/knowledge/entries/yes', { content: 'Yes, from 11 to 4.' })
    expect(await pairs(client)).toMatchObject({ total: 1, contradictions: 1 })
    const other = await server.register()
    expect((await other.call('POST', '/api/knowledge/duplicates/settle', { ids: ['yes', 'no'] })).status).toBe(404)
    for (const ids of [['yes'], ['yes', 'yes'], ['yes', 'x', 'y'], 'yes'])
      expect([400, 404]).toContain((await client.call('POST', '/api/knowledge/duplicates/settle', { ids })).status)
  })

  it('is shown page by page, with both entries whole', async () => {
    const text = `${'We deliver to every address in the country, and to the larger islands. '.repeat(60)}`
    const client = await withEntries(
      [1, 2, 3].flatMap(i =>
        ['a', 'b'].map(side => ({ id: `${side}${i}`, content: `Route ${'xyz'[i - 1]}. ${text}` })),
      ),
    )
    const first = await pairs(client, 'limit=2')
    expect(first).toMatchObject({ page: 1, pages: 2 })
    expect(first.data[0].entries[0].content).toHaveLength(text.length + 9)
    expect((await pairs(client, 'limit=2&page=2')).data.length).toBeGreaterThan(0)
    for (const query of ['limit=0', 'page=x', 'limit=201'])
      expect((await client.call('GET', `/api/knowledge/duplicates?${query}`)).status).toBe(400)
  })
})

describe('undo', () => {
  const undo = (client: TestClient, undo_id: string) => client.call('POST', '/api/knowledge/undo', { undo_id })
  const shown = async (client: TestClient) =>
    (await client.call('GET', '/api/knowledge?sort=title')).body.data.map(
      ({ id, category, is_active }: any) => `${id} ${category || '–'}${is_active ? '' : ' asleep'}`,
    )

  it('takes back a move, a switch, and a renamed category, but nothing that was changed once more since', async () => {
    const client = await withEntries(some)
    const before = await shown(client)
    const moved = await client.call('POST', '/api/knowledge/bulk', { action: 'move', ids: ['a', 'b'], category: '' })
    expect(await shown(client)).toEqual(['a –', 'b –', 'c two asleep'])
    const slept = await client.call('POST', '/api/knowledge/bulk', { action: 'deactivate', ids: ['a', 'c'] })
    expect((await undo(client, slept.body.undo_id)).body).toMatchObject({
      reverted: 1,
      message: '1 entry is as before.',
    })
    await undo(client, moved.body.undo_id)
    // The entry was changed by the switch and back, which left it as the move made it.
    expect(await shown(client)).toEqual(before)

    const renamed = await client.call('POST', '/api/knowledge/categories/rename', { from: 'two', to: '' })
    expect(renamed.body.message).toBe('2 entries are in no category now.')
    await client.call('PATCH', '/api/knowledge/entries/b', { category: 'three' })
    expect((await undo(client, renamed.body.undo_id)).body).toMatchObject({ reverted: 1, kept: 1 })
    expect(await shown(client)).toEqual(['a one', 'b three', 'c two asleep'])
    expect((await undo(client, renamed.body.undo_id)).status).toBe(404)
  })

  it('of a switch keeps to the plan', async () => {
    const client = await withEntries(some.slice(0, 2))
    const slept = await client.call('POST', '/api/knowledge/bulk', { action: 'deactivate', ids: ['a', 'b'] })
    await server.store.commit([update(clients, client.id, { knowledge_limit: 1 })])
    expect((await undo(client, slept.body.undo_id)).body).toMatchObject({ reverted: 1, over_limit: 1 })
    expect((await undo(client, slept.body.undo_id)).status).toBe(403)
    await client.call('POST', '/api/knowledge/bulk', { action: 'delete', ids: ['a'] })
    expect((await undo(client, slept.body.undo_id)).body).toMatchObject({ reverted: 1, over_limit: 0 })
    expect(await shown(client)).toEqual(['b two'])
  })

  it('of a decision about a flagged entry brings the flag back', async () => {
    const client = await withEntries([{ id: 'a', content: 'Mine', title: 'A' }])
    const incoming = { kind: 'text', title: '', question: '', content: 'Theirs', hash: 'h' }
    await server.store.commit([update(knowledge, 'a', { flag: 'changed', incoming, source_id: 's' }, client.id)])
    const entry = async () => (await client.call('GET', '/api/knowledge/entries/a')).body.entry
    const before = await entry()
    for (const decision of [{ take: 'source' }, { take: 'mine' }, { take: 'mine', content: 'Both', title: 'B' }]) {
      const { body } = await client.call('POST', '/api/knowledge/entries/a/resolve', decision)
      expect(await entry()).toMatchObject({
        flag: '',
        content: decision.take === 'source' ? 'Theirs' : (decision.content ?? 'Mine'),
      })
      await undo(client, body.undo_id)
      expect(await entry()).toEqual(before)
    }
  })
})

describe('a test of an entry', () => {
  it('asks what would be asked of it, and says what was found instead', async () => {
    const client = await withEntries([
      {
        id: 'dog',
        kind: 'qa',
        question: 'May I bring my dog?',
        alternates: ['Are pets welcome?'],
        content: 'Dogs up to 20 kg are welcome for 12 euros a night.',
      },
      { id: 'park', title: 'Parking', content: 'The car park behind the house costs 8 euros a night.' },
    ])
    const dog = (await client.call('POST', '/api/knowledge/entries/dog/test', {})).body
    expect(dog.data.map(({ question, rank }: any) => [question, rank])).toEqual([
      ['May I bring my dog?', 1],
      ['Are pets welcome?', 1],
    ])
    expect(dog.data[0]).toMatchObject({
      answered: true,
      found: true,
      instead: null,
      response: expect.stringContaining('12 euros'),
    })
    const park = (await client.call('POST', '/api/knowledge/entries/park/test', { questions: ['May I bring my dog?'] }))
      .body
    expect(park).toMatchObject({ found: false, data: [{ found: false, instead: { id: 'dog' } }] })
    expect((await client.call('POST', '/api/knowledge/entries/none/test', {})).status).toBe(404)
    expect((await client.call('GET', '/api/usage')).body.usage?.used ?? 0).toBe(0)
  })
})
