import { describe, expect, it } from 'vitest'
import type { Store } from '../../server/store/store.ts'
import { type DiskState, type Fault, MemoryDisk, type Op, PowerLoss, seeded } from './disk.ts'
import { effort } from './effort.ts'
import { changesOf, drive, numberOf, type Outcome, openOn } from './workload.ts'

type Kind = 'EIO' | 'ENOSPC' | 'short'
interface Plan {
  kind: Kind
  /** The n-th operation that can fail. */
  at: number
  forever: boolean
  /** After the first one, the next operation of this kind fails as well. */
  then?: Op['kind']
}

/** Makes operations fail as planned; `hit` says which one was the first. */
function inject(disk: MemoryDisk, plan: Plan): { hit: string; second: string } {
  let count = 0
  const result = { hit: '', second: '' }
  const fail = (code: string) => {
    throw Object.assign(new Error(`${code} (planned)`), { code })
  }
  disk.fault = (({ kind, path, bytes }) => {
    if (kind === 'read' || kind === 'list' || (kind === 'open' && plan.kind === 'short')) return undefined
    if (result.hit && !result.second && kind === plan.then) {
      result.second = `${kind} of ${path}`
      fail('EIO')
    }
    if (plan.kind === 'short' && (kind !== 'write' || bytes! < 2)) return undefined
    const index = count++
    if (plan.forever ? index < plan.at : index !== plan.at) return undefined
    result.hit ||= `${kind} of ${path}`
    if (plan.kind === 'short') return Math.floor(bytes! / 2)
    return fail(plan.kind)
  }) satisfies Fault
  return result
}

async function verify(state: DiskState, { acknowledged }: Outcome, atMost: number, what: string): Promise<void> {
  const disk = new MemoryDisk(state)
  const clock = { number: 30 }
  const store = await openOn(disk, clock).catch(error => {
    throw new Error(`${what}: ${error.message}`, { cause: error })
  })
  const found = await numberOf(store).catch(error => {
    throw new Error(`${what}: ${error.message}`)
  })
  expect(found, what).toBeGreaterThanOrEqual(acknowledged)
  expect(found, what).toBeLessThanOrEqual(atMost)
  const later = await drive(store, clock, found + 3, found)
  expect(later.acknowledged, what).toBe(found + 3)
  await store.close()
}

/** One run on a disk that fails as planned, and what is left by it looked at; says which operations failed. */
async function strike(
  plan: Plan,
  random: () => number,
  start?: DiskState,
  already = 0,
): Promise<{ hit: string; second: string }> {
  const disk = new MemoryDisk(start)
  const power = new PowerLoss({ files: disk.inodesAtStart(), folders: disk.state().folders })
  const injected = inject(disk, plan)
  const clock = { number: already }
  let outcome: Outcome = { acknowledged: already, attempted: already }
  let store: Store | undefined
  let poisoned = false
  try {
    store = await openOn(disk, clock)
  } catch (error) {
    expect(error).toMatchObject({ message: expect.any(String) })
    poisoned = true
  }
  const what = `${plan.kind}${plan.forever ? ' for ever' : ''} at ${plan.at}: ${injected.hit}`
  if (store) {
    outcome = await drive(store, clock, already + 12, already)
    ;({ poisoned } = store.status())
    if (outcome.acknowledged < already + 12) expect(store.status().ready, what).toBe(false)
    // Reading goes on, whatever the disk does.
    expect(await numberOf(store).catch(error => error.message), what).toBe(outcome.acknowledged)
  }
  // What was refused because a write failed never comes back; after a failed sync nobody can know.
  const atMost = poisoned ? outcome.attempted : outcome.acknowledged
  const whatNow = `${plan.kind}${plan.forever ? ' for ever' : ''} at ${plan.at}: ${injected.hit}`
  for (const op of disk.ops) power.follow(op)
  await verify(disk.state(), outcome, atMost, `${whatNow}, killed`)
  await verify(power.state('lost', random), outcome, atMost, `${whatNow}, power lost`)
  await verify(power.state('mixed', random), outcome, atMost, `${whatNow}, power lost in part`)
  disk.fault = () => undefined
  if (store) {
    await store.close().catch(error => expect(error).toBeInstanceOf(Error))
    await verify(disk.state(), outcome, atMost, `${whatNow}, closed`)
  }
  return injected
}

/** What failed how often, by operation. */
class Tally {
  points = 0
  private readonly counts = new Map<string, number>()

  /** False when nothing failed: the run was over before. */
  note(kind: string, hit: string): boolean {
    if (hit === '') return false
    const operation = `${kind} ${hit.split(' ')[0]}`
    this.counts.set(operation, (this.counts.get(operation) ?? 0) + 1)
    this.points++
    return true
  }

  print(what: string): void {
    const list = [...this.counts].sort(([a], [b]) => a.localeCompare(b)).map(([name, count]) => `${name} ${count}`)
    console.log(`${what}: ${this.points} points; ${list.join(', ')}`)
  }
}

describe('a disk that fails', () => {
  it('never makes a commit lost, half there or wrongly acknowledged', { timeout: 3_600_000 }, async () => {
    const random = seeded(3)
    const tally = new Tally()
    for (const kind of ['EIO', 'ENOSPC', 'short'] as const)
      for (const forever of [false, true])
        for (let at = 0; ; at += effort(9, 1))
          if (!tally.note(kind, (await strike({ kind, at, forever }, random)).hit)) break
    tally.print('injected faults')
    expect(tally.points).toBeGreaterThan(effort(50, 650))
  })

  it('never does so when taking back what failed fails too', { timeout: 3_600_000 }, async () => {
    const random = seeded(4)
    const tally = new Tally()
    for (const then of ['truncate', 'sync', 'write', 'rename', 'remove', 'sync-folder'] as const)
      for (let at = 0; ; at += effort(13, 1)) {
        const { hit, second } = await strike({ kind: 'ENOSPC', at, forever: false, then }, random)
        if (hit === '') break
        tally.note('EIO after ENOSPC', second)
      }
    tally.print('injected faults, two of them')
    expect(tally.points).toBeGreaterThan(effort(12, 400))
  })

  it('never does so during recovery either', { timeout: 3_600_000 }, async () => {
    const random = seeded(5)
    // A crash in the midst of a checkpoint: the journal is needed, and files are old and new.
    const disk = new MemoryDisk()
    const clock = { number: 0 }
    const store = await openOn(disk, clock)
    await drive(store, clock, 9)
    const crashes: DiskState[] = []
    const seen = disk.ops.length
    disk.fault = () => {
      if (disk.ops.length > seen + 3) crashes.push(disk.state())
      return undefined
    }
    clock.number = 10
    await store.commit(changesOf(store, 10))
    await store.checkpoint()
    await store.close()
    const tally = new Tally()
    for (const crash of crashes.filter((_, i) => i % effort(12, 2) === 0)) {
      for (const kind of ['EIO', 'ENOSPC'] as const) {
        for (let at = 0; ; at += effort(4, 1)) {
          if (at > effort(12, 24)) break
          const { hit } = await strike({ kind, at, forever: at % 2 === 0 }, random, crash, 10)
          if (!tally.note(kind, hit)) break
        }
      }
    }
    tally.print(`injected faults during recovery from ${crashes.length} crashes`)
    expect(tally.points).toBeGreaterThan(effort(10, 300))
  })
})
