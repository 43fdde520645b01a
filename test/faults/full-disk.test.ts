import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { realFiles } from '../../server/store/csv/file-port.ts'
import { turns } from '../../server/store/records.ts'
import { append, type Store } from '../../server/store/store.ts'
import { turnRow } from '../store/suite.ts'
import { MemoryDisk } from './disk.ts'
import { effort } from './effort.ts'
import { drive, numberOf, openOn } from './workload.ts'

/** Refused with 503, not ready, with a reason; and everything that was there can still be read. */
async function expectRefusal(store: Store, acknowledged: number, reason: RegExp): Promise<void> {
  const big = append(turns, turnRow('2026-03-31T23:59:59.000Z', 'big', 'x'.repeat(1_000_000)), 'other')
  await expect(store.commit([big])).rejects.toMatchObject({ code: 'store_unavailable', status: 503 })
  expect(store.status()).toMatchObject({ ready: false, reason: expect.stringMatching(reason) })
  expect(await numberOf(store)).toBe(acknowledged)
}

describe('a full disk', () => {
  it('refuses what does not fit, keeps what was acknowledged, and goes on when there is room again', {
    timeout: 600_000,
  }, async () => {
    let refusals = 0
    for (let level = 0; level < effort(40, 200); level++) {
      const disk = new MemoryDisk()
      const clock = { number: 0 }
      let store = await openOn(disk, clock)
      const before = await drive(store, clock, 3)
      await store.checkpoint()
      disk.capacity = disk.used + level * effort(500, 100)
      const during = await drive(store, clock, 15, before.acknowledged)
      await store.checkpoint().catch(() => {})
      if (during.acknowledged < 15) refusals++
      await expectRefusal(store, during.acknowledged, /full/)
      // Killed while it is full: the start may fail for want of room, and must not lose anything either.
      const killed = new MemoryDisk(disk.state())
      killed.capacity = killed.used
      await openOn(killed, clock).then(
        survivor => numberOf(survivor).then(number => expect(number).toBe(during.acknowledged)),
        error => expect(error.message).toMatch(/full|ENOSPC/),
      )
      killed.capacity = Number.POSITIVE_INFINITY
      store = await openOn(new MemoryDisk(killed.state()), clock)
      expect(await numberOf(store)).toBe(during.acknowledged)
      await store.close()
      store = await openOn(new MemoryDisk(disk.state()), clock)
      const after = await drive(store, clock, during.acknowledged + 6, during.acknowledged)
      expect(after.acknowledged).toBe(during.acknowledged + 6)
      expect(store.status().ready).toBe(true)
      await store.close()
    }
    console.log(`a full disk in memory: ${effort(40, 200)} fill levels, ${refusals} of them refused commits`)
    expect(refusals).toBeGreaterThan(effort(5, 25))
  })

  it('does so without a restart too', async () => {
    const disk = new MemoryDisk()
    const clock = { number: 0 }
    const store = await openOn(disk, clock)
    await drive(store, clock, 3)
    disk.capacity = disk.used
    await expectRefusal(store, 3, /full/)
    disk.capacity = Number.POSITIVE_INFINITY
    const after = await drive(store, clock, 9, 3)
    expect(after.acknowledged).toBe(9)
    await store.checkpoint()
    expect(store.status()).toMatchObject({ ready: true, reason: undefined })
    await store.close()
    const again = await openOn(new MemoryDisk(disk.state()), clock)
    expect(await numberOf(again)).toBe(9)
    await again.close()
  })

  it('does so on a real one', { timeout: 600_000 }, async () => {
    const dir = await mkdtemp(join(tmpdir(), 'full-'))
    let mounted = true
    try {
      // Needs a privileged Linux; elsewhere the disk in memory above has to answer for it.
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', dir], { stdio: 'ignore' })
    } catch {
      mounted = false
    }
    try {
      const clock = { number: 0 }
      for (let level = 0; mounted && level < effort(6, 200); level++) {
        const data = join(dir, String(level))
        let store = await openOn(realFiles, clock, data)
        clock.number = 0
        const before = await drive(store, clock, 3)
        const free = Number(execFileSync('df', ['--output=avail', '-k', dir]).toString().split('\n')[1])
        await writeFile(join(dir, 'ballast'), Buffer.alloc(Math.max(0, free - (level % 40)) * 1024)).catch(() => {})
        const during = await drive(store, clock, 12, before.acknowledged)
        await expectRefusal(store, during.acknowledged, /full/)
        await rm(join(dir, 'ballast'))
        const after = await drive(store, clock, during.acknowledged + 3, during.acknowledged)
        expect(after.acknowledged).toBe(during.acknowledged + 3)
        await store.close()
        store = await openOn(realFiles, clock, data)
        expect(await numberOf(store)).toBe(after.acknowledged)
        await store.close()
        await rm(data, { recursive: true })
      }
      console.log(`a full tmpfs: ${mounted ? effort(6, 200) : 0} fill levels`)
      expect(mounted ? (await readdir(dir)).length : 0).toBe(0)
    } finally {
      if (mounted) execFileSync('umount', [dir])
      await rm(dir, { recursive: true })
    }
  })
})

describe('a read-only disk', () => {
  const readOnly = (disk: MemoryDisk) => {
    disk.fault = ({ kind }) => {
      if (kind !== 'read' && kind !== 'list') throw Object.assign(new Error('EROFS'), { code: 'EROFS' })
      return undefined
    }
  }

  it('refuses writes with a reason while a server runs, reads on, and recovers', async () => {
    const disk = new MemoryDisk()
    const clock = { number: 0 }
    const store = await openOn(disk, clock)
    await drive(store, clock, 6)
    readOnly(disk)
    const during = await drive(store, clock, 12, 6)
    expect(during.acknowledged).toBe(6)
    expect(store.status()).toMatchObject({ ready: false, reason: expect.stringMatching(/read-only/) })
    expect(await numberOf(store)).toBe(6)
    await store.close().catch(() => {})
    disk.fault = () => undefined
    const again = await openOn(disk, clock)
    expect(await numberOf(again)).toBe(6)
    await again.close()
  })

  it('refuses to start, with a sentence', async () => {
    const disk = new MemoryDisk()
    const store = await openOn(disk, { number: 0 })
    await store.close()
    readOnly(disk)
    await expect(openOn(disk, { number: 0 })).rejects.toThrow(/read-only/)
  })
})
