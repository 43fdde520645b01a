import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { type Loss, MemoryDisk, PowerLoss, seeded } from './disk.ts'
import { effort } from './effort.ts'
import { numberOf, openOn, runHistory } from './workload.ts'

async function record(commits: number) {
  const disk = new MemoryDisk()
  const clock = { number: 0 }
  const store = await openOn(disk, clock)
  const { acknowledgedAt } = await runHistory(store, clock, commits, () => disk.ops.length)
  await store.close()
  return { disk, acknowledgedAt }
}

const losses = (mixed: number): Loss[] => ['lost', 'kept', ...Array.from({ length: mixed }, () => 'mixed' as const)]

describe('power loss', () => {
  it('leaves a state that is exactly the one after an acknowledged or later commit, wherever it strikes', {
    timeout: 3_600_000,
  }, async () => {
    const { disk, acknowledgedAt } = await record(effort(12, 40))
    const random = seeded(7)
    const power = new PowerLoss()
    let states = 0
    for (let at = 0; at <= disk.ops.length; at++) {
      for (const loss of power.settled ? losses(0).slice(0, 1) : losses(effort(2, 240))) {
        const acknowledged = acknowledgedAt.filter(time => time <= at).length
        const survivor = new MemoryDisk(power.state(loss, random))
        const clock = { number: 40 }
        const what = `${loss} at operation ${at} (${JSON.stringify({ ...disk.ops[at], bytes: undefined })}), state ${states}`
        const store = await openOn(survivor, clock).catch(error => {
          throw new Error(`${what}: ${error.message}`, { cause: error })
        })
        const found = await numberOf(store).catch(error => {
          throw new Error(`${what}: ${error.message}`)
        })
        expect(found, what).toBeGreaterThanOrEqual(acknowledged)
        // Every tenth survivor goes on, closes, and is read by another reader.
        if (states % 10 === 0) {
          clock.number = found
          await runHistory(store, clock, found + 2, () => 0)
          await store.close()
          for (const [path, bytes] of survivor.state().files)
            if (path.endsWith('.csv'))
              expect(() => parse(bytes, { relax_column_count: false }), `${what} ${path}`).not.toThrow()
          const again = await openOn(survivor, clock)
          expect(await numberOf(again), what).toBe(found + 2)
          await again.close()
        } else await store.close()
        states++
      }
      const op = disk.ops[at]
      if (op) power.follow(op)
    }
    console.log(`power loss: ${states} states at ${disk.ops.length} operations`)
    expect(states).toBeGreaterThan(effort(500, 100_000))
  })

  it('may strike again during recovery', { timeout: 3_600_000 }, async () => {
    const { disk, acknowledgedAt } = await record(effort(9, 20))
    const random = seeded(11)
    const power = new PowerLoss()
    let states = 0
    for (let at = 0; at <= disk.ops.length; at++) {
      if (!power.settled && random() < effort(0.05, 0.5)) {
        const acknowledged = acknowledgedAt.filter(time => time <= at).length
        const first = new MemoryDisk(power.state('mixed', random))
        const start = { files: first.inodesAtStart(), folders: first.state().folders }
        const clock = { number: 20 }
        const store = await openOn(first, clock)
        await store.checkpoint()
        const second = new PowerLoss(start)
        for (let then = 0; then <= first.ops.length; then++) {
          if (!second.settled) {
            const survivor = new MemoryDisk(second.state(then % 3 === 0 ? 'lost' : 'mixed', random))
            const what = `operation ${at}, then ${then} of recovery (${first.ops[then]?.kind})`
            const again = await openOn(survivor, clock).catch(error => {
              throw new Error(`${what}: ${error.message}`, { cause: error })
            })
            const found = await numberOf(again).catch(error => {
              throw new Error(`${what}: ${error.message}`)
            })
            expect(found, what).toBeGreaterThanOrEqual(acknowledged)
            await again.close()
            states++
          }
          const op = first.ops[then]
          if (op) second.follow(op)
        }
        await store.close()
      }
      const op = disk.ops[at]
      if (op) power.follow(op)
    }
    console.log(`power loss during recovery: ${states} states`)
    expect(states).toBeGreaterThan(effort(100, 5000))
  })
})
