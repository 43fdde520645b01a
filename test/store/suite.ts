/** What every engine must do. An engine's test calls `storeSuite` with a way to open a store on a folder of its own. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { emptyProfile } from '../../server/accounts/profile.ts'
import { AppError } from '../../server/errors.ts'
import {
  type Client,
  clients,
  type KnowledgeRow,
  knowledge,
  requests,
  type Session,
  sessions,
  type Turn,
  turns,
  usageLogs,
} from '../../server/store/records.ts'
import {
  append,
  clear,
  insert,
  limit,
  remove,
  type Store,
  settle,
  type TableChange,
  update,
} from '../../server/store/store.ts'
import { unsourced } from '../../server/store/unsourced.ts'

export interface SuiteEngine {
  /** Opens the same data again and again; a closed store's data is there at the next open. */
  open(clock: () => Date): Promise<Store>
  dispose(): Promise<void>
}

export const clientRow = (id: string, extra: Partial<Client> = {}): Client => ({
  client_id: id,
  company_name: `Company ${id}`,
  email: `${id}@example.com`,
  password_hash: 'hash',
  api_key: '',
  created_at: '2026-03-01T10:00:00.000Z',
  last_login: '',
  is_active: true,
  plan: 'free',
  knowledge_limit: null,
  monthly_requests: null,
  used_requests: 0,
  requested_plan: '',
  updated_at: '',
  ...emptyProfile,
  ...extra,
})

export const entryRow = (id: string, extra: Partial<KnowledgeRow> = {}): KnowledgeRow => ({
  id,
  content: `Content of ${id}`,
  category: 'general',
  source: 'manual',
  created_at: '2026-03-01T10:00:00.000Z',
  is_active: true,
  kind: 'qa',
  title: '',
  question: '',
  alternates: [],
  lang: '',
  url: '',
  metadata: {},
  updated_at: '',
  ...unsourced,
  ...extra,
})

export const sessionRow = (id: string, expires: string): Session => ({
  session_id: id,
  client_id: 'acme',
  created_at: '2026-03-01T10:00:00.000Z',
  expires_at: expires,
  is_active: true,
  ip_address: '',
  user_agent: '',
})

export const usageRow = (timestamp: string, details = '') => ({
  timestamp,
  client_id: 'acme',
  action: 'chat',
  details,
  ip_address: '127.0.0.1',
})

export const turnRow = (timestamp: string, id: string, message = 'Hello?'): Turn => ({
  timestamp,
  turn_id: id,
  client_id: 'acme',
  session_id: 's1',
  message,
  response: 'Hi.',
  answered: true,
  confidence: 9000,
  sources: ['e1'],
  why: { threshold: 0.4 },
  lang: 'en',
  channel: 'key',
  origin: '',
  ms: 0,
  page: '',
  kind: 'answer',
})

export async function collect<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const row of rows) all.push(row)
  return all
}

const failure = async (work: Promise<unknown>): Promise<AppError> =>
  work.then(
    () => {
      throw new Error('It was expected to be refused.')
    },
    (error: unknown) => {
      expect(error).toBeInstanceOf(AppError)
      return error as AppError
    },
  )

export function storeSuite(name: string, make: () => Promise<SuiteEngine>): void {
  describe(name, () => {
    let engine: SuiteEngine
    let store: Store
    let now: Date
    const reopen = async () => {
      await store.close()
      store = await engine.open(() => now)
    }

    beforeEach(async () => {
      now = new Date('2026-03-10T12:00:00.000Z')
      engine = await make()
      store = await engine.open(() => now)
    })
    afterEach(async () => {
      await store.close()
      await engine.dispose()
    })

    describe('tables', () => {
      it('finds an inserted row by key and by unique column, also after a restart', async () => {
        const row = clientRow('acme')
        await store.commit([insert(clients, row)])
        const check = () => {
          expect(store.table(clients).get('acme')).toEqual(row)
          expect(store.table(clients).find('email', 'acme@example.com')).toEqual(row)
          expect(store.table(clients).size).toBe(1)
        }
        check()
        await reopen()
        check()
      })

      it('keeps every value exactly', async () => {
        const row = entryRow('e1', {
          content: 'a,"b"\r\nc\rd\0e 🙂 \ud800 \\u0000 é ﷽ =1+1\t',
          alternates: ['x', '"', ',\n'],
          metadata: { deep: [1, null, { a: 'b\0' }] },
          question: ' leading and trailing ',
        })
        await store.commit([insert(knowledge, row, 'acme')])
        await reopen()
        expect((await store.partition(knowledge, 'acme')).get('e1')).toEqual(row)
      })

      it('fills what is not given with the zero value of its column', async () => {
        await store.commit([insert(clients, { client_id: 'a', email: 'a@b.c' } as Client)])
        expect(store.table(clients).get('a')).toMatchObject({
          is_active: false,
          knowledge_limit: null,
          used_requests: 0,
          plan: '',
        })
      })

      it('rejects a taken key and a taken unique value, naming the column', async () => {
        await store.commit([insert(clients, clientRow('a'))])
        const key = await failure(store.commit([insert(clients, clientRow('a', { email: 'other@b.c' }))]))
        expect(key).toMatchObject({ code: 'conflict', extras: { members: { column: 'client_id' } } })
        const email = await failure(store.commit([insert(clients, clientRow('b', { email: 'a@example.com' }))]))
        expect(email).toMatchObject({ code: 'conflict', extras: { members: { column: 'email' } } })
      })

      it('lets many rows share an empty unique value, and frees a value with its row', async () => {
        await store.commit([
          insert(clients, clientRow('a', { email: '' })),
          insert(clients, clientRow('b', { email: '' })),
        ])
        await store.commit([update(clients, 'a', { email: 'x@y.z' })])
        await store.commit([remove(clients, 'a'), insert(clients, clientRow('c', { email: 'x@y.z' }))])
        expect(store.table(clients).find('email', 'x@y.z')?.client_id).toBe('c')
      })

      it('changes, removes and clears rows, durably', async () => {
        await store.commit(['1', '2', '3'].map(id => insert(knowledge, entryRow(id), 'acme')))
        await store.commit([update(knowledge, '1', { title: 'One' }, 'acme'), remove(knowledge, '2', 'acme')])
        await reopen()
        let rows = await store.partition(knowledge, 'acme')
        expect([...rows.all()].map(row => [row.id, row.title])).toEqual([
          ['1', 'One'],
          ['3', ''],
        ])
        await store.commit([clear(knowledge, 'acme')])
        await reopen()
        rows = await store.partition(knowledge, 'acme')
        expect(rows.size).toBe(0)
      })

      it('answers not_found for a change or removal of a row that is not there', async () => {
        expect(await failure(store.commit([update(clients, 'x', { plan: 'basic' })]))).toMatchObject({
          code: 'not_found',
        })
        expect(await failure(store.commit([remove(clients, 'x')]))).toMatchObject({ code: 'not_found' })
      })

      it('takes a set as a whole or not at all, and leaves rows in their order', async () => {
        await store.commit(['1', '2', '3'].map(id => insert(knowledge, entryRow(id), 'acme')))
        const rows = await store.partition(knowledge, 'acme')
        const before = [...rows.all()]
        const refused = store.commit([
          append(usageLogs, usageRow('2026-03-10T12:00:00.000Z')),
          remove(knowledge, '1', 'acme'),
          update(knowledge, '2', { title: 'Two' }, 'acme'),
          insert(knowledge, entryRow('4'), 'acme'),
          insert(knowledge, entryRow('3'), 'acme'),
        ])
        expect(await failure(refused)).toMatchObject({ code: 'conflict' })
        expect([...rows.all()]).toEqual(before)
        expect(await collect(store.log(usageLogs).scan())).toEqual([])
        await reopen()
        expect([...(await store.partition(knowledge, 'acme')).all()]).toEqual(before)
      })

      it('shows an accepted change at once, before it is durable', async () => {
        const done = store.commit([insert(clients, clientRow('a'))])
        expect(store.table(clients).get('a')).toBeDefined()
        await done
      })

      it('keeps partitions apart, and a partition that nobody wrote empty', async () => {
        await store.commit([insert(knowledge, entryRow('1'), 'acme'), insert(knowledge, entryRow('1'), 'beta')])
        expect((await store.partition(knowledge, 'acme')).size).toBe(1)
        expect((await store.partition(knowledge, 'gamma')).size).toBe(0)
      })

      it.each(['', '..', '../acme', 'a/b', 'a b', 'a.b', 'ü', 'x'.repeat(65), 'a\0'])(
        'refuses %j as the name of a partition',
        async name => {
          await failure(store.partition(knowledge, name))
          await failure(store.commit([insert(knowledge, entryRow('1'), name)]))
          await failure(store.commit([append(turns, turnRow('2026-03-10T12:00:00.000Z', 't'), name)]))
        },
      )

      it('follows later commits in a view that is held', async () => {
        const rows = await store.partition(knowledge, 'acme')
        await store.commit([insert(knowledge, entryRow('1'), 'acme')])
        expect(rows.get('1')?.id).toBe('1')
      })
    })

    describe('limit', () => {
      it('counts live rows after the whole set', async () => {
        await store.commit([
          insert(knowledge, entryRow('1'), 'acme'),
          insert(knowledge, entryRow('2', { is_active: false }), 'acme'),
          limit(knowledge, 1, 'acme'),
        ])
        const refused = await failure(
          store.commit([insert(knowledge, entryRow('3'), 'acme'), limit(knowledge, 1, 'acme')]),
        )
        expect(refused).toMatchObject({ code: 'knowledge_limit_reached', extras: { members: { limit: 1, count: 1 } } })
        await store.commit([
          limit(knowledge, 1, 'acme'),
          insert(knowledge, entryRow('3'), 'acme'),
          remove(knowledge, '1', 'acme'),
        ])
        expect((await store.partition(knowledge, 'acme')).liveCount).toBe(1)
      })

      it('lets exactly as many of a hundred parallel adds through as there is room', async () => {
        const results = await Promise.allSettled(
          Array.from({ length: 100 }, (_, i) =>
            store.commit([insert(knowledge, entryRow(`e${i}`), 'acme'), limit(knowledge, 7, 'acme')]),
          ),
        )
        expect(results.filter(result => result.status === 'fulfilled')).toHaveLength(7)
        await reopen()
        expect((await store.partition(knowledge, 'acme')).liveCount).toBe(7)
      })
    })

    describe('logs', () => {
      it('gives back appended rows oldest first, before and after they are in a file', async () => {
        const rows = Array.from({ length: 5 }, (_, i) => turnRow(`2026-03-10T12:00:0${i}.000Z`, `t${i}`, `a\n"${i}"`))
        await store.commit(rows.slice(0, 3).map(row => append(turns, row, 'acme')))
        await store.checkpoint()
        await store.commit(rows.slice(3).map(row => append(turns, row, 'acme')))
        expect(await collect(store.log(turns).scan({ partition: 'acme' }))).toEqual(rows)
        expect(await store.log(turns).tail(3, 'acme')).toEqual(rows.slice(2))
        await reopen()
        expect(await collect(store.log(turns).scan({ partition: 'acme' }))).toEqual(rows)
        expect(await store.log(turns).tail(100, 'acme')).toEqual(rows)
        expect(await store.log(turns).tail(1, 'acme')).toEqual(rows.slice(4))
      })

      it('scans a range: from is in it, to is not', async () => {
        for (let day = 1; day <= 5; day++)
          await store.commit([append(usageLogs, usageRow(`2026-03-0${day}T00:00:00.000Z`))])
        const found = await collect(
          store.log(usageLogs).scan({ from: '2026-03-02T00:00:00.000Z', to: '2026-03-04T00:00:00.000Z' }),
        )
        expect(found.map(row => row.timestamp.slice(0, 10))).toEqual(['2026-03-02', '2026-03-03'])
      })

      it('gives the columns that are asked for alone, the same as in whole rows', async () => {
        const rows = Array.from({ length: 4 }, (_, i) => turnRow(`2026-03-10T12:00:0${i}.000Z`, `t${i}`, `ä\n"${i}"`))
        await store.commit(rows.slice(0, 3).map(row => append(turns, row, 'acme')))
        await store.checkpoint()
        await store.commit([append(turns, rows[3]!, 'acme')])
        const found = await collect(store.log(turns).scan({ partition: 'acme', columns: ['message', 'sources'] }))
        const taken = (list: typeof found) => list.map(({ message, sources }) => ({ message, sources }))
        expect(taken(found)).toEqual(taken(rows))
        expect(found.some(row => 'why' in row)).toBe(false)
      })

      it('is empty where nobody wrote', async () => {
        expect(await collect(store.log(turns).scan({ partition: 'nobody' }))).toEqual([])
        expect(await store.log(turns).tail(5, 'nobody')).toEqual([])
      })

      it('keeps the rows of ended months in reach', async () => {
        await store.commit([append(usageLogs, usageRow('2026-03-31T23:59:59.000Z', 'march'))])
        await store.checkpoint()
        now = new Date('2026-04-01T00:00:01.000Z')
        await store.commit([append(usageLogs, usageRow('2026-04-01T00:00:00.500Z', 'april'))])
        await store.checkpoint()
        expect((await collect(store.log(usageLogs).scan())).map(row => row.details)).toEqual(['march', 'april'])
        expect((await store.log(usageLogs).tail(10)).map(row => row.details)).toEqual(['april'])
        const last = async (count: number, since: string) =>
          (await store.log(usageLogs).tail(count, undefined, since)).map(row => row.details)
        expect(await last(10, '')).toEqual(['march', 'april'])
        expect(await last(1, '')).toEqual(['april'])
        expect(await last(10, '2026-04-01')).toEqual(['april'])
        await reopen()
        expect(
          (await collect(store.log(usageLogs).scan({ to: '2026-04-01T00:00:00.000Z' }))).map(row => row.details),
        ).toEqual(['march'])
      })
    })

    describe('counters', () => {
      it('never holds more than the ceiling, whoever races', async () => {
        const counter = store.counter(requests)
        const held = Array.from({ length: 100 }, () => counter.reserve('acme', '2026-03', 1, 30)).filter(
          r => r !== null,
        )
        expect(held).toHaveLength(30)
        for (const reservation of held.slice(0, 10)) await store.commit([settle(reservation)])
        expect(counter.value('acme', '2026-03')).toBe(10)
        for (const reservation of held.slice(10)) reservation.release()
        expect(counter.reserve('acme', '2026-03', 21, 30)).toBeNull()
        expect(counter.reserve('acme', '2026-03', 20, 30)).not.toBeNull()
      })

      it('settles once and releases once', async () => {
        const counter = store.counter(requests)
        const reservation = counter.reserve('acme', '2026-03', 1, 1)!
        await store.commit([settle(reservation), settle(reservation)])
        await store.commit([settle(reservation)])
        reservation.release()
        expect(counter.value('acme', '2026-03')).toBe(1)
        expect(counter.reserve('acme', '2026-03', 1, 1)).toBeNull()
        await reopen()
        expect(store.counter(requests).value('acme', '2026-03')).toBe(1)
      })

      it('holds a settled unit again when its set is refused', async () => {
        const counter = store.counter(requests)
        const reservation = counter.reserve('acme', '2026-03', 1, 1)!
        await failure(store.commit([settle(reservation), remove(clients, 'nobody')]))
        expect(counter.value('acme', '2026-03')).toBe(0)
        expect(counter.reserve('acme', '2026-03', 1, 1)).toBeNull()
        reservation.release()
        expect(counter.reserve('acme', '2026-03', 1, 1)).not.toBeNull()
      })

      it('shows the month in the mirrored column, and starts the next month at nothing', async () => {
        await store.commit([insert(clients, clientRow('acme'))])
        const reservation = store.counter(requests).reserve('acme', '2026-03', 3, 10)!
        await store.commit([settle(reservation)])
        await store.checkpoint()
        expect(store.table(clients).get('acme')?.used_requests).toBe(3)
        now = new Date('2026-04-01T00:00:00.000Z')
        await store.checkpoint()
        expect(store.table(clients).get('acme')?.used_requests).toBe(0)
      })
    })

    it('drops rows past their time at a checkpoint', async () => {
      await store.commit([
        insert(sessions, sessionRow('old', '2026-03-10T12:00:01.000Z')),
        insert(sessions, sessionRow('new', '2026-03-11T12:00:00.000Z')),
        insert(sessions, sessionRow('ever', '')),
      ])
      await store.checkpoint()
      expect(store.table(sessions).size).toBe(3)
      now = new Date('2026-03-10T12:00:02.000Z')
      await store.commit([insert(sessions, sessionRow('another', '2026-03-12T12:00:00.000Z'))])
      await store.checkpoint()
      await reopen()
      expect([...store.table(sessions).all()].map(row => row.session_id)).toEqual(['new', 'ever', 'another'])
    })

    it('tells those who watch what changed, until they stop', async () => {
      const seen: TableChange<Client>[] = []
      const stop = store.watch(clients, change => seen.push(change))
      await store.commit([insert(clients, clientRow('a'))])
      await store.commit([update(clients, 'a', { plan: 'basic' })])
      await store.commit([remove(clients, 'a')])
      await failure(store.commit([insert(clients, clientRow('b')), remove(clients, 'nobody')]))
      expect(seen.map(change => change.rows.map(row => [row.before?.plan, row.after?.plan]))).toEqual([
        [[undefined, 'free']],
        [['free', 'basic']],
        [['basic', undefined]],
      ])
      stop()
      await store.commit([insert(clients, clientRow('c'))])
      expect(seen).toHaveLength(3)
    })

    it('finishes what was accepted before it closes, and accepts nothing after', async () => {
      const commits = Array.from({ length: 50 }, (_, i) => store.commit([insert(clients, clientRow(`c${i}`))]))
      const closed = store.close()
      await Promise.all(commits)
      expect(await failure(store.commit([insert(clients, clientRow('late'))]))).toMatchObject({
        code: 'store_unavailable',
      })
      await closed
      store = await engine.open(() => now)
      expect(store.table(clients).size).toBe(50)
    })
  })
}
