import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createIndex } from '../../server/answer/index/index.ts'
import { createLibrary, type Library } from '../../server/knowledge/library.ts'
import { openCsvStore } from '../../server/store/csv/index.ts'
import { knowledge } from '../../server/store/records.ts'
import { insert, remove, type Store, update } from '../../server/store/store.ts'
import { entryRow } from '../store/suite.ts'

const maxBytes = 300_000
const names = Array.from({ length: 12 }, (_, i) => `client_${i}`)
let dir: string
let store: Store
let library: Library
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'library-'))
  store = await openCsvStore({ dir, now: () => new Date(), cacheBytes: maxBytes / 3 })
  library = createLibrary({ store, createIndex, maxBytes })
  for (const name of names)
    await store.commit(
      Array.from({ length: 60 }, (_, i) =>
        insert(knowledge, entryRow(`e${i}`, { content: `The word of ${name} number ${i} is delivery.` }), name),
      ),
    )
})
afterEach(async () => {
  library.close()
  await store.close()
  await rm(dir, { recursive: true })
})

const found = async (name: string, question: string) =>
  (await library.index(name)).rank(question).map(({ entry }) => entry.text)

describe('the indexes in memory', () => {
  it('stay within their budget, however many clients are asked, and each is right when it comes back', async () => {
    for (let round = 0; round < 2; round++)
      for (const name of names) {
        expect((await found(name, 'what is the word number 7?'))[0]).toBe(`The word of ${name} number 7 is delivery.`)
        expect(library.status().bytes).toBeLessThanOrEqual(maxBytes)
      }
    expect(library.status().indexes).toBeGreaterThan(1)
    expect(library.status().indexes).toBeLessThan(names.length)
  })

  it('make room when one of them grows, never by the one that grows', async () => {
    const [first, second] = names as [string, string]
    await library.index(first)
    await library.index(second)
    for (let i = 0; library.status().indexes > 1; i++) {
      expect(i, 'nothing made room').toBeLessThan(1000)
      await store.commit([insert(knowledge, entryRow(`more${i}`, { content: `Grown ${'x'.repeat(2000)}` }), second)])
    }
    expect(await found(second, 'grown')).not.toEqual([])
    expect(await found(first, 'number 3')).toContain(`The word of ${first} number 3 is delivery.`)
  })

  it('count what they hold, and forget what was removed', async () => {
    const [name] = names as [string]
    await library.index(name)
    const before = library.status().bytes
    await store.commit([update(knowledge, 'e1', { content: 'y'.repeat(20_000) }, name)])
    expect(library.status().bytes).toBeGreaterThan(before + 19_000)
    await store.commit([remove(knowledge, 'e1', name)])
    expect(await found(name, 'number 1')).not.toContain(`The word of ${name} number 1 is delivery.`)
    const rest = library.status().bytes
    await store.commit([update(knowledge, 'e2', { is_active: false }, name)])
    expect(library.status().bytes).toBeLessThan(rest)
    expect(await found(name, 'number 2')).not.toContain(`The word of ${name} number 2 is delivery.`)
  })

  it('see what changes while they are built', async () => {
    const [name] = names as [string]
    const building = library.index(name)
    await store.commit([insert(knowledge, entryRow('late', { content: 'Umbrellas are in the cellar.' }), name)])
    await building
    expect(await found(name, 'umbrellas')).toEqual(['Umbrellas are in the cellar.'])
  })
})
