import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openCsvStore } from '../../server/store/csv/index.ts'
import { knowledge } from '../../server/store/records.ts'
import { insert, type Store, update } from '../../server/store/store.ts'
import { entryRow } from './suite.ts'

const now = () => new Date('2026-03-10T12:00:00.000Z')
const cacheBytes = 100_000
/** About 20 KB each: five of them fill the budget. */
const fill = (store: Store, name: string) =>
  store.commit(
    Array.from({ length: 20 }, (_, i) =>
      insert(knowledge, entryRow(`${name}${i}`, { content: 'x'.repeat(800) }), name),
    ),
  )
const names = Array.from({ length: 20 }, (_, i) => `p${i}`)

let dir: string
let store: Store
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'cache-'))
  store = await openCsvStore({ dir, now, cacheBytes, checkpointMs: 1e8, editMs: 20 })
})
afterEach(async () => {
  await store.close()
  await rm(dir, { recursive: true })
})

describe('partitions in memory', () => {
  it('leave when they are past the byte budget, and come back whole', async () => {
    for (const name of names) {
      await fill(store, name)
      await store.checkpoint()
    }
    expect(store.status().cachedBytes).toBeLessThanOrEqual(cacheBytes)
    for (const name of names) {
      const rows = await store.partition(knowledge, name)
      expect(rows.size).toBe(20)
      expect(rows.get(`${name}7`)?.content).toHaveLength(800)
      expect(store.status().cachedBytes).toBeLessThanOrEqual(cacheBytes)
    }
  })

  it('never leave while they hold what no checkpoint has written', async () => {
    for (const name of names) await fill(store, name)
    expect(store.status().cachedBytes).toBeGreaterThan(cacheBytes)
    for (const name of names) expect((await store.partition(knowledge, name)).size).toBe(20)
    await store.checkpoint()
    expect(store.status().cachedBytes).toBeLessThanOrEqual(cacheBytes)
  })

  it('go on being seen, changed and edited by hand through a view that somebody kept', async () => {
    await fill(store, 'kept')
    await store.checkpoint()
    const view = await store.partition(knowledge, 'kept')
    for (const name of names) {
      await fill(store, name)
      await store.checkpoint()
    }
    await store.commit([update(knowledge, 'kept0', { title: 'New' }, 'kept')])
    expect(view.get('kept0')?.title).toBe('New')
    expect(await store.partition(knowledge, 'kept')).toBe(view)
    await store.checkpoint()
    await writeFile(join(dir, 'knowledge/kept/knowledge.csv'), 'id,title\nkept1,By hand\n')
    while (view.get('kept1')?.title !== 'By hand') await new Promise(resolve => setTimeout(resolve, 10))
    expect(view.size).toBe(20)
  })

  it('are committed to together however small the budget is', async () => {
    await store.close()
    store = await openCsvStore({ dir, now, cacheBytes: 1 })
    await Promise.all(
      names.map((name, i) =>
        store.commit([
          insert(knowledge, entryRow(`a${i}`), name),
          insert(knowledge, entryRow(`b${i}`), names[(i + 1) % 20]!),
        ]),
      ),
    )
    await store.checkpoint()
    for (const name of names) expect((await store.partition(knowledge, name)).size).toBe(2)
  })
})
