/**
 * A data folder as the first released version left it after kill -9 (test/store/format-1: files with that version's
 * columns, and a journal with what no checkpoint had written), opened by this one. Columns and tables that came since are
 * added on the way; the process is killed, and the power lost, between any two operations of it.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { codecOf } from '../../server/store/csv/codec.ts'
import { formatVersion } from '../../server/store/csv/manifest.ts'
import * as records from '../../server/store/records.ts'
import { append, type Store, settle, update } from '../../server/store/store.ts'
import { collect, turnRow } from '../store/suite.ts'
import { type DiskState, type Loss, MemoryDisk, PowerLoss, seeded } from './disk.ts'
import { effort } from './effort.ts'
import { dir, openOn } from './workload.ts'

const { bots, clients, keys, knowledge, plans, requests, sessions, turns, usageLogs } = records
const released = join(import.meta.dirname, '../store/format-1')

function released1(): DiskState {
  const state: DiskState = { files: new Map(), folders: new Set([dir]) }
  for (const entry of readdirSync(released, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    const name = `${dir}/${path
      .slice(released.length + 1)
      .split(sep)
      .join('/')}`
    if (entry.isFile()) state.files.set(name, readFileSync(path))
    else state.folders.add(name)
  }
  return state
}

/** Throws unless all of the old folder is there; says whether the first commit of the new version is as well. */
async function expectAll(store: Store, what: string): Promise<boolean> {
  expect(store.table(clients).get('acme'), what).toMatchObject({ company_name: 'Acme, "Ltd"', requested_plan: 'pro' })
  expect(store.table(plans).size, what).toBe(1)
  expect(store.table(sessions).size, what).toBe(1)
  expect(store.table(keys).find('hash', 'a'.repeat(64)), what).toMatchObject({ client_id: 'acme', key_id: 'k1' })
  expect(store.table(bots).get('acme'), what).toMatchObject({ name: 'Ann', suggestions: ['Hours?'] })
  const entries = await store.partition(knowledge, 'acme')
  expect([...entries.all()].map(row => row.id).sort(), what).toEqual(['e1', 'e2', 'e4'])
  expect(entries.get('e1'), what).toMatchObject({ title: 'Hours', alternates: ['What hours?'], metadata: { n: 1 } })
  expect(entries.get('e4')?.content, what).toBe('Content of e4,\nwith "quotes"')
  expect(entries.liveCount, what).toBe(2)
  const spoken = await collect(store.log(turns).scan({ partition: 'acme' }))
  const more = spoken.length === 5
  expect(
    spoken.map(row => row.turn_id),
    what,
  ).toEqual(['t1', 't2', 't3', 't4', ...(more ? ['t5'] : [])])
  expect(spoken[3], what).toMatchObject({ message: 'Question 4, "quoted"\n🚲', why: { passage: 4 }, kind: 'answer' })
  expect((await collect(store.log(usageLogs).scan())).length, what).toBe(4)
  expect(store.counter(requests).value('acme', '2026-02'), what).toBe(2)
  expect(store.counter(requests).value('acme', '2026-03'), what).toBe(more ? 3 : 2)
  expect(store.table(bots).get('acme')?.greeting, what).toBe(more ? 'Hello from the new version' : 'Hi')
  return more
}

/** The first commit of the new version touches a table, a log and a counter with columns that came since. */
const goOn = (store: Store) =>
  store.commit([
    update(bots, 'acme', { greeting: 'Hello from the new version' }),
    append(turns, turnRow('2026-03-31T23:59:51.000Z', 't5'), 'acme'),
    settle(store.counter(requests).reserve('acme', '2026-03', 1, 1e9)!),
  ])

describe('a data folder of the first released version', () => {
  it('is opened with everything in it, and has all columns of today once it was written to', async () => {
    const disk = new MemoryDisk(released1())
    const store = await openOn(disk, { number: 0 })
    expect(await expectAll(store, 'opened')).toBe(false)
    await goOn(store)
    await store.close()
    const { files } = disk.state()
    const header = (name: string) => parse(files.get(`${dir}/${name}`)!, { to: 1 })[0] as string[]
    for (const def of [bots, turns, knowledge, clients])
      expect(header(def.file.replace('{partition}', 'acme'))).toEqual(codecOf(def as never).names)
    for (const [path, bytes] of files)
      if (path.endsWith('.csv')) expect(() => parse(bytes, { relax_column_count: false }), path).not.toThrow()
    const again = await openOn(disk, { number: 0 })
    expect(await expectAll(again, 'opened again')).toBe(true)
    await again.close()
  })

  it('survives being killed, or losing power, at every step of the way', { timeout: 3_600_000 }, async () => {
    const disk = new MemoryDisk(released1())
    const power = new PowerLoss({ files: disk.inodesAtStart(), folders: disk.state().folders })
    const store = await openOn(disk, { number: 0 })
    await store.checkpoint()
    let acknowledged = Number.POSITIVE_INFINITY
    await goOn(store).then(() => {
      acknowledged = disk.ops.length
    })
    await store.close()
    const random = seeded(17)
    let states = 0
    for (let at = 0; at <= disk.ops.length; at++) {
      const losses: Loss[] = ['kept', 'lost', ...Array.from({ length: effort(1, 60) }, () => 'mixed' as const)]
      for (const loss of losses) {
        const what = `${loss} at operation ${at} (${disk.ops[at]?.kind})`
        const survivor = new MemoryDisk(power.state(loss, random))
        const again = await openOn(survivor, { number: 0 }).catch(error => {
          throw new Error(`${what}: ${error.message}`, { cause: error })
        })
        const more = await expectAll(again, what)
        if (at >= acknowledged) expect(more, what).toBe(true)
        await again.close()
        states++
      }
      const op = disk.ops[at]
      if (op) power.follow(op)
    }
    console.log(`upgrade from format 1: ${states} states at ${disk.ops.length} operations`)
    expect(states).toBeGreaterThan(effort(100, 2000))
  })

  it('of a later format is refused, untouched', async () => {
    const state = released1()
    const manifest = `${dir}/journal/manifest.csv`
    state.files.set(
      manifest,
      Buffer.from(
        state.files
          .get(manifest)!
          .toString()
          .replace('format,,1', `format,,${formatVersion + 1}`),
      ),
    )
    const disk = new MemoryDisk(state)
    await expect(openOn(disk, { number: 0 })).rejects.toThrow(/newer version/)
    expect(disk.ops).toEqual([])
  })
})
