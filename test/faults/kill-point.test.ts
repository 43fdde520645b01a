/** SIGKILL not at any moment but at every operation on the disk, in turn: while it starts, commits and checkpoints. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { bundle, run } from '../store/program.ts'
import { effort } from './effort.ts'

let dir: string
let program: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kill-point-'))
  program = await bundle('crash-program')
})
afterAll(() => rm(dir, { recursive: true, force: true }))

it('a process that dies at its n-th operation on the disk loses nothing', { timeout: 3_600_000 }, async () => {
  const tally: Record<string, number> = {}
  let acknowledged = 0
  let points = 0
  for (let at = 1; at <= effort(90, 300); at += effort(9, 1)) {
    const mortal = run(program, [dir], { KILL_AT: String(at) })
    const { signal } = await mortal.ended
    expect(signal, mortal.lines.slice(-3).join('\n')).toBe('SIGKILL')
    const started = mortal.lines.find(line => line.startsWith('start '))
    if (started) {
      const [, last, , state] = started.split(' ')
      expect([state, Number(last) >= acknowledged], `${started} after ${acknowledged} acknowledged`).toEqual([
        'whole',
        true,
      ])
    }
    const operation = mortal.lines.find(line => line.startsWith('dies '))!.slice(5)
    const when = started ? operation : `${operation} while it started`
    tally[when] = (tally[when] ?? 0) + 1
    points++
    acknowledged = Math.max(acknowledged, ...mortal.lines.filter(line => /^\d+$/.test(line)).map(Number))
    // Now and then the log would grow long: what counts is that each start finds it whole.
    if (points % 20 === 0) {
      await rm(dir, { recursive: true })
      acknowledged = 0
    }
  }
  console.log(`SIGKILL at the n-th operation: ${points} points; ${JSON.stringify(tally)}`)
  expect(points).toBeGreaterThanOrEqual(effort(10, 300))
})
