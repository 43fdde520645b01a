/** The road from a source into a library: twice is once, nothing of a person's is lost, the limit holds. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Candidate } from '../../server/knowledge/intake/candidate.ts'
import { createIntake, type Intake } from '../../server/knowledge/intake/intake.ts'
import { openCsvStore } from '../../server/store/csv/index.ts'
import { deletedEntries, type KnowledgeRow, knowledge } from '../../server/store/records.ts'
import { insert, remove, type Store, update } from '../../server/store/store.ts'
import { entryRow } from '../store/suite.ts'

let dir: string
let store: Store
let intake: Intake
let max = 100
let ids = 0

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'intake-'))
  store = await openCsvStore({ dir, now: () => new Date() })
  max = 100
  intake = createIntake({
    store,
    allowance: () => ({ knowledgeLimit: max, monthlyRequests: 1 }),
    now: () => new Date(),
    newId: () => `${++ids}`,
  })
})
afterEach(async () => {
  await store.close()
  await rm(dir, { recursive: true })
})

const take = (entries: Candidate[], extra: Partial<Parameters<Intake['addAll']>[0]> = {}) =>
  intake.addAll({ clientId: 'acme', sourceId: 's1', sourceName: 'a.md', entries, replaces: 'source', ...extra })
const rows = async () => [...(await store.partition(knowledge, 'acme')).all()]
const row = async (content: string): Promise<KnowledgeRow> => (await rows()).find(one => one.content.includes(content))!
const counts = ({ changes: _, ...numbers }: Awaited<ReturnType<Intake['addAll']>>) =>
  Object.fromEntries(Object.entries(numbers).filter(([, n]) => n !== 0))

const page = (text: string, origin = '/a', section = 'Delivery'): Candidate => ({
  title: section,
  content: text,
  origin,
  section,
})

it('adds once, changes in place, removes what is gone', async () => {
  const first = [
    page('Two days.'),
    page('Free from 50 euros.', '/a', 'Costs'),
    page('Monday to Friday.', '/b', 'Hours'),
  ]
  expect(counts(await take(first))).toEqual({ added: 3 })
  expect(counts(await take(first))).toEqual({ unchanged: 3 })
  const { id } = await row('Two days')
  const report = await take([page('Three days.'), first[2]!])
  expect(counts(report)).toEqual({ changed: 1, removed: 1, unchanged: 1 })
  expect(report.changes.map(({ outcome, what }) => [outcome, what])).toEqual([
    ['removed', 'Costs'],
    ['changed', 'Delivery'],
  ])
  expect(await row('Three days')).toMatchObject({
    id,
    source: 'a.md',
    source_id: 's1',
    origin: '/a',
    section: 'Delivery',
  })
})

it('replaces only the origins that were read, where it is told so', async () => {
  await take([page('One.', '/a'), page('Two.', '/b'), page('Three.', '/c')])
  const report = await take([page('Uno.', '/a')], { replaces: 'origins', origins: ['/c'] })
  expect(counts(report)).toEqual({ changed: 1, removed: 1 })
  expect((await rows()).map(({ content }) => content)).toEqual(['Uno.', 'Two.'])
})

it('flags what a person edited, in the portal or in the file, and never overwrites it', async () => {
  await take([page('Two days.'), page('Free.', '/a', 'Costs'), page('Daily.', '/a', 'Hours')])
  await store.commit([
    update(
      knowledge,
      (await row('Two')).id,
      { content: 'Two working days.', edited_at: new Date().toISOString() },
      'acme',
    ),
    // As a spreadsheet does: without saying who or when.
    update(knowledge, (await row('Free')).id, { content: 'Free above 20.' }, 'acme'),
  ])
  expect(counts(await take([page('Two days.'), page('Free.', '/a', 'Costs'), page('Daily.', '/a', 'Hours')]))).toEqual({
    unchanged: 3,
  })
  expect(counts(await take([page('Four days.'), page('Daily.', '/a', 'Hours')]))).toEqual({ flagged: 2, unchanged: 1 })
  expect(await row('Two working')).toMatchObject({ flag: 'changed', incoming: { content: 'Four days.' } })
  expect(await row('Free above')).toMatchObject({ flag: 'gone' })
  // Said once is enough; and when the source says what it said before, there is nothing to look at.
  expect(counts(await take([page('Four days.'), page('Daily.', '/a', 'Hours')]))).toEqual({ unchanged: 2 })
  await take([page('Two days.'), page('Free.', '/a', 'Costs'), page('Daily.', '/a', 'Hours')])
  expect((await rows()).map(({ flag }) => flag)).toEqual(['', '', ''])
})

it('does not bring back what a person deleted, nor what the library has already', async () => {
  await take([page('Two days.'), page('Three.', '/b')])
  const gone = await row('Two days')
  await store.commit([
    remove(knowledge, gone.id, 'acme'),
    insert(
      deletedEntries,
      { key: `u:${gone.id}`, undo_id: 'u', entry: gone, deleted_at: gone.created_at, expires_at: '', was: '' },
      'acme',
    ),
  ])
  expect(counts(await take([page('Two days.'), page('Three.', '/b')]))).toEqual({ unchanged: 1, declined: 1 })
  const elsewhere = await take([page('Three.', '/x'), page('Three.', '/y')], { sourceId: 's2' })
  expect(counts(elsewhere)).toEqual({ duplicates: 2 })
})

it('leaves an entry asleep that was switched off', async () => {
  await take([page('Two days.')])
  await store.commit([update(knowledge, (await row('Two')).id, { is_active: false }, 'acme')])
  await take([page('Five days.')])
  expect(await row('Five')).toMatchObject({ is_active: false })
})

it('takes what fits under parallel intakes and names what did not', async () => {
  max = 130
  const many = (name: string) => Array.from({ length: 90 }, (_, i) => page(`${name} ${i}`, `/${i}`, `${name} ${i}`))
  const typed = Array.from({ length: 30 }, (_, i) => store.commit([insert(knowledge, entryRow(`t${i}`), 'acme')]))
  const [a, b] = await Promise.all([take(many('A')), take(many('B'), { sourceId: 's2', sourceName: 'b.md' }), ...typed])
  expect((await store.partition(knowledge, 'acme')).liveCount).toBe(130)
  expect(a.added + b.added).toBe(100)
  expect(a.over_limit + b.over_limit).toBe(80)
  expect(b.changes.filter(({ outcome }) => outcome === 'over_limit')[0]!.what).toMatch(/^B \d+$/)
  expect(await intake.room('acme')).toEqual({ limit: 130, count: 130, left: 0 })
})

it('makes entries of what is too long, and none of what says nothing', async () => {
  const long = Array.from({ length: 3000 }, (_, i) => `Sentence ${i} of a long text.`).join(' ')
  const report = await take([
    { content: long },
    { content: '  \u0000 ' },
    { content: 'half \ud800 pair', title: 'x'.repeat(400) },
  ])
  const found = await rows()
  expect(report.added).toBe(found.length)
  expect(
    found
      .slice(0, -1)
      .map(({ content }) => content)
      .join(' '),
  ).toBe(long)
  expect(Math.max(...found.map(({ content }) => content.length))).toBeLessThanOrEqual(20_000)
  expect(found.at(-1)!.title).toHaveLength(300)
  expect(found.at(-1)!.content.isWellFormed()).toBe(true)
})

it('stops between two commits when it is told to, and a second run completes it', async () => {
  const many = Array.from({ length: 95 }, (_, i) => page(`Text ${i}`, `/${i}`))
  const abort = new AbortController()
  store.watch(knowledge, () => abort.abort(new Error('stop')))
  await expect(take(many, { signal: abort.signal })).rejects.toThrow('stop')
  expect((await rows()).length).toBeLessThan(95)
  await take(many)
  expect((await rows()).map(({ content }) => content).sort()).toEqual(many.map(({ content }) => content).sort())
})
