import { describe, expect, it } from 'vitest'
import { clients } from '../../server/store/records.ts'
import { insert, type TableChange } from '../../server/store/store.ts'
import { MemoryDisk } from '../faults/disk.ts'
import { openOn } from '../faults/workload.ts'
import { clientRow } from './suite.ts'

const fail = (code: string) => {
  throw Object.assign(new Error(code), { code })
}
/** The first journal file is renamed into place while it is open. */
const isJournal = (path: string) => /\/\d{6}-\d{6}\.csv(\.tmp)?$/.test(path)

describe('a sync that fails', () => {
  it('ends all writing until a restart, though the next sync would say ok; reading goes on', async () => {
    const disk = new MemoryDisk()
    const store = await openOn(disk, { number: 0 })
    await store.commit([insert(clients, clientRow('a'))])
    let failing = true
    disk.fault = ({ kind, path }) => (failing && kind === 'sync' && isJournal(path) ? fail('EIO') : undefined)
    await expect(store.commit([insert(clients, clientRow('b'))])).rejects.toMatchObject({ code: 'store_unavailable' })
    failing = false
    for (let i = 0; i < 3; i++) {
      await expect(store.commit([insert(clients, clientRow(`c${i}`))])).rejects.toMatchObject({ status: 503 })
      await expect(store.checkpoint()).rejects.toMatchObject({ code: 'store_unavailable' })
    }
    expect(store.status()).toMatchObject({
      ready: false,
      poisoned: true,
      reason: expect.stringMatching(/could not be synced/),
    })
    expect([...store.table(clients).all()].map(row => row.client_id)).toEqual(['a'])
    await store.close()
    const again = await openOn(disk, { number: 0 })
    expect(again.table(clients).get('a')).toBeDefined()
    await again.commit([insert(clients, clientRow('d'))])
    await again.close()
  })

  it('in a checkpoint ends it as well, and loses nothing', async () => {
    const disk = new MemoryDisk()
    const store = await openOn(disk, { number: 0 })
    await store.commit([insert(clients, clientRow('a'))])
    disk.fault = ({ kind, path }) => (kind === 'sync' && path.endsWith('clients.csv.tmp') ? fail('EIO') : undefined)
    await expect(store.checkpoint()).rejects.toMatchObject({ code: 'store_unavailable' })
    expect(store.status().poisoned).toBe(true)
    await store.close()
    disk.fault = () => undefined
    const again = await openOn(disk, { number: 0 })
    expect(again.table(clients).get('a')).toBeDefined()
    await again.close()
  })
})

describe('a write that fails', () => {
  it('is taken back with all that was built on it, and those who watch are told', async () => {
    const disk = new MemoryDisk()
    const store = await openOn(disk, { number: 0 })
    await store.commit([insert(clients, clientRow('a'))])
    const seen: TableChange<{ client_id: string }>[] = []
    store.watch(clients, change => seen.push(change))
    disk.fault = ({ kind, path }) => (kind === 'write' && isJournal(path) ? fail('ENOSPC') : undefined)
    const first = store.commit([insert(clients, clientRow('b'))])
    const second = store.commit([insert(clients, clientRow('c'))])
    expect(store.table(clients).size).toBe(3)
    const results = await Promise.allSettled([first, second])
    expect(results.map(result => result.status)).toEqual(['rejected', 'rejected'])
    expect([...store.table(clients).all()].map(row => row.client_id)).toEqual(['a'])
    expect(seen.map(change => change.rows.map(row => [row.before?.client_id, row.after?.client_id]))).toEqual([
      [[undefined, 'b']],
      [[undefined, 'c']],
      [['c', undefined]],
      [['b', undefined]],
    ])
    expect(store.status()).toMatchObject({ ready: false, poisoned: false })
    disk.fault = () => undefined
    await store.commit([insert(clients, clientRow('d'))])
    expect(store.status().ready).toBe(true)
    await store.close()
  })

  it('is found out by itself to be over, so that readiness comes back without a commit', async () => {
    const disk = new MemoryDisk()
    const { openCsvStore } = await import('../../server/store/csv/index.ts')
    const store = await openCsvStore({
      dir: '/data',
      port: disk,
      now: () => new Date('2026-03-10T12:00:00.000Z'),
      editMs: 20,
      claim: async (_, epoch) => ({ epoch: epoch + 1, holds: () => true, release: async () => {} }),
    })
    disk.fault = ({ kind }) => (kind === 'write' ? fail('ENOSPC') : undefined)
    await expect(store.commit([insert(clients, clientRow('a'))])).rejects.toMatchObject({ status: 503 })
    expect(store.status().ready).toBe(false)
    disk.fault = () => undefined
    while (!store.status().ready) await new Promise(resolve => setTimeout(resolve, 20))
    await store.close()
  })
})
