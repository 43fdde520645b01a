import fs, { readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openCsvStore } from '../../server/store/csv/index.ts'
import { clients, usageLogs } from '../../server/store/records.ts'
import { append, insert, update } from '../../server/store/store.ts'
import { bundle, type Running, run } from '../store/program.ts'
import { clientRow, collect, usageRow } from '../store/suite.ts'
import { seeded } from './disk.ts'
import { effort } from './effort.ts'

let dir: string
let running: Running[] = []
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'owners-'))
  running = []
})
afterEach(async () => {
  for (const { child, ended } of running) {
    child.kill('SIGKILL')
    await ended
  }
  await rm(dir, { recursive: true })
})

const numbersOf = ({ lines }: Running) => lines.filter(line => /^\d+$/.test(line)).map(Number)

describe('processes that race', () => {
  let program: string
  beforeAll(async () => {
    program = await bundle('owner-program')
  })

  it('leave one owner, however many start together', { timeout: 3_600_000 }, async () => {
    const random = seeded(9)
    const rounds = effort(2, 300)
    let starters = 0
    for (let round = 0; round < rounds; round++) {
      const all = Array.from({ length: 2 + Math.floor(random() * 7) }, () => run(program, [dir]))
      running.push(...all)
      starters += all.length
      const words = await Promise.all(all.map(one => one.line(line => /^(open|refused) /.test(line))))
      expect(
        words.filter(word => word.startsWith('open ')),
        `round ${round}: ${words.join('\n')}`,
      ).toHaveLength(1)
      const owner = all[words.findIndex(word => word.startsWith('open '))]!
      if (random() < 0.6) owner.child.kill('SIGKILL')
      else owner.child.stdin!.write('close\n')
      await Promise.all(all.map(one => one.ended))
      running = []
    }
    console.log(`processes that race: ${rounds} rounds, ${starters} processes, one owner each time`)
  })
})

describe('an owner that was stopped', () => {
  let program: string
  beforeAll(async () => {
    program = await bundle('crash-program')
  })
  const start = async () => {
    const one = run(program, [dir])
    running.push(one)
    const [, last, , state] = (await one.line(line => line.startsWith('start '))).split(' ')
    expect(state, one.lines[0]).toBe('whole')
    return { ...one, last: Number(last) }
  }

  it('acknowledges nothing and writes nowhere anyone reads, when it continues after another took its place', {
    timeout: 3_600_000,
  }, async () => {
    let acknowledged = 0
    const rounds = effort(1, 50)
    for (let round = 0; round < rounds; round++) {
      const first = await start()
      expect(first.last).toBeGreaterThanOrEqual(acknowledged)
      await first.line(line => Number(line) > first.last + 20)
      first.child.kill('SIGSTOP')
      // Nobody can take the place of a living process, unless its socket is removed by force.
      for (const name of readdirSync(join(dir, 'journal')))
        if (name.endsWith('.sock')) await rm(join(dir, 'journal', name))
      await rm(join(dir, 'owner.lock'), { recursive: true })
      const second = await start()
      expect(second.last).toBeGreaterThanOrEqual(Math.max(...numbersOf(first)))
      first.child.kill('SIGCONT')
      await first.line(line => line.startsWith('refused '))
      await first.ended
      // Whatever it had acknowledged, also what came through the pipe late, is part of the second's history.
      expect(Math.max(...numbersOf(first))).toBeLessThanOrEqual(second.last)
      await second.line(line => Number(line) > second.last + 20)
      second.child.kill('SIGKILL')
      await second.ended
      acknowledged = Math.max(...numbersOf(second))
    }
    expect((await start()).last).toBeGreaterThanOrEqual(acknowledged)
    console.log(`owners stopped and continued: ${rounds} rounds, ${acknowledged} acknowledged writes, 0 lost`)
  })
})

describe('a folder that cannot be claimed', () => {
  it('is refused with a sentence at the call that fails, and can be had once it works again', async () => {
    const tally: Record<string, number> = {}
    const real = { ...fs }
    for (const call of ['linkSync', 'unlinkSync', 'chmodSync', 'readdirSync', 'statSync', 'writeFileSync'] as const)
      for (const code of ['EIO', 'ENOSPC', 'EACCES'])
        for (const forever of [false, true])
          for (let at = 1; at <= effort(2, 12); at++) {
            let count = 0
            const broken = (...args: unknown[]) => {
              count++
              if (forever ? count >= at : count === at) throw Object.assign(new Error(`${code} (planned)`), { code })
              return (real[call] as (...all: unknown[]) => unknown)(...args)
            }
            Object.assign(fs, { [call]: broken })
            const opened = await openCsvStore({ dir, now: () => new Date() }).catch((error: Error) => error)
            Object.assign(fs, { [call]: real[call] })
            const what = `${call} ${at}, ${code}${forever ? ' for ever' : ''}`
            if (opened instanceof Error) expect(opened, what).toMatchObject({ code: 'store_unavailable' })
            else {
              await expect(openCsvStore({ dir, now: () => new Date() }), what).rejects.toThrow(/in use/)
              await opened.close()
            }
            if (count < at) break
            tally[call] = (tally[call] ?? 0) + 1
            const again = await openCsvStore({ dir, now: () => new Date() })
            await again.commit([append(usageLogs, usageRow(new Date().toISOString(), what))])
            await again.close()
          }
    console.log(`faults while a folder is claimed: ${JSON.stringify(tally)}`)
    expect(tally.linkSync).toBeGreaterThanOrEqual(6)
  })
})

describe('a clock that jumps', () => {
  it('by an hour or a day, either way, costs nothing', { timeout: 3_600_000 }, async () => {
    const random = seeded(21)
    const hour = 3_600_000
    const rounds = effort(3, 40)
    for (let round = 0; round < rounds; round++) {
      const folder = join(dir, String(round))
      let at = Date.parse('2026-03-31T22:30:00.000Z')
      const now = () => new Date(at)
      let store = await openCsvStore({ dir: folder, now, checkpointMs: 5 })
      await store.commit([insert(clients, clientRow('acme'))])
      for (let number = 1; number <= 25; number++) {
        at += [0, 1000, hour, -hour, 24 * hour, -24 * hour][Math.floor(random() * 6)]!
        await store.commit([
          append(usageLogs, usageRow(now().toISOString(), String(number))),
          update(clients, 'acme', { company_name: String(number) }),
        ])
        if (random() < 0.4) await store.checkpoint()
        if (random() < 0.1) {
          await store.close()
          store = await openCsvStore({ dir: folder, now, checkpointMs: 5 })
        }
      }
      await store.close()
      store = await openCsvStore({ dir: folder, now })
      const numbers = (await collect(store.log(usageLogs).scan())).map(row => Number(row.details))
      expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 25 }, (_, i) => i + 1))
      expect(store.table(clients).get('acme')!.company_name).toBe('25')
      await store.close()
    }
    console.log(`a clock that jumps an hour or a day: ${rounds} rounds of 25 commits, none lost, none twice`)
  })
})
