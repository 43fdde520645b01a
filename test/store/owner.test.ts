import fs, { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import lockfile from 'proper-lockfile'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { openCsvStore } from '../../server/store/csv/index.ts'
import { ownerOf } from '../../server/store/csv/owner.ts'
import { clients } from '../../server/store/records.ts'
import { insert } from '../../server/store/store.ts'
import { bundle, type Running, run } from './program.ts'
import { clientRow } from './suite.ts'

const opened = (line: string) => line.startsWith('open ')
const said = (line: string) => opened(line) || line.startsWith('refused ')
const now = () => new Date()

describe('one owner per data folder', () => {
  let program: string
  let dir: string
  let running: Running[]
  const start = (folder = dir) => {
    const process = run(program, [folder])
    running.push(process)
    return process
  }

  beforeAll(async () => {
    program = await bundle('owner-program')
  })
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'owner-'))
    running = []
  })
  afterEach(async () => {
    for (const { child, ended } of running) {
      child.kill('SIGKILL')
      await ended
    }
    await rm(dir, { recursive: true })
  })

  it('refuses a second process, naming the folder and the pid of the first', async () => {
    const first = start()
    await first.line(opened)
    const second = start()
    const refusal = await second.line(said)
    expect(refusal).toContain(dir)
    expect(refusal).toContain(`pid ${first.child.pid}`)
    expect((await second.ended).code).toBe(1)
    expect(await ownerOf(dir)).toBe(first.child.pid)
  })

  it('refuses while the owner is stopped, and the owner goes on when it continues', async () => {
    const first = start()
    await first.line(opened)
    first.child.kill('SIGSTOP')
    const refusal = await start().line(said)
    expect(refusal).toContain(`pid ${first.child.pid}`)
    first.child.kill('SIGCONT')
    first.child.stdin!.write('close\n')
    expect((await first.ended).code).toBe(0)
    expect(await start().line(said)).toMatch(/^open /)
  })

  it('is writable at once after the owner was killed, in a later epoch', async () => {
    const first = start()
    const before = Number((await first.line(opened)).split(' ')[1])
    first.child.kill('SIGKILL')
    await first.ended
    expect(existsSync(join(dir, 'owner.lock'))).toBe(true)
    const after = Number((await start().line(said)).split(' ')[1])
    expect(after).toBeGreaterThan(before)
  })

  it('leaves one owner of eight that start together, again and again', async () => {
    for (let round = 0; round < 2; round++) {
      const all = Array.from({ length: 8 }, () => start())
      const words = await Promise.all(all.map(process => process.line(said)))
      expect(words.filter(opened), words.join('\n')).toHaveLength(1)
      const owner = all[words.findIndex(opened)]!
      // Killed every other time, so that the next ones meet what it left.
      if (round % 2) owner.child.kill('SIGKILL')
      else owner.child.stdin!.write('close\n')
      await Promise.all(all.map(process => process.ended))
    }
  })

  it('works in a folder whose path is longer than the address of a socket', async () => {
    const deep = join(dir, 'd'.repeat(100), 'e'.repeat(100))
    mkdirSync(deep, { recursive: true })
    const first = start(deep)
    await first.line(opened)
    expect(readdirSync(join(deep, 'journal')).some(name => name.endsWith('.sock'))).toBe(true)
    expect(await start(deep).line(said)).toContain(`pid ${first.child.pid}`)
  })

  it('holds the lock that other tools know, and respects it when another tool holds it', async () => {
    const store = await openCsvStore({ dir, now })
    const lockfilePath = join(dir, 'owner.lock')
    expect(await lockfile.check(dir, { lockfilePath })).toBe(true)
    await store.close()
    expect(await lockfile.check(dir, { lockfilePath })).toBe(false)
    const release = await lockfile.lock(dir, { lockfilePath })
    await expect(openCsvStore({ dir, now })).rejects.toThrow('locked by another program')
    await release()
    await (await openCsvStore({ dir, now })).close()
  })

  it('acknowledges nothing more once its place was taken', async () => {
    const store = await openCsvStore({ dir, now })
    await store.commit([insert(clients, clientRow('before'))])
    const [socket] = readdirSync(join(dir, 'journal')).filter(name => name.endsWith('.sock'))
    await rm(join(dir, 'journal', socket!))
    await expect(store.commit([insert(clients, clientRow('after'))])).rejects.toThrow('taken over')
    expect(store.table(clients).get('after')).toBeUndefined()
    expect(store.status()).toMatchObject({ ready: false, poisoned: true })
    await expect(store.checkpoint()).rejects.toThrow('taken over')
    await store.close()
  })

  it('works where a socket cannot have a second name', async () => {
    const link = vi.spyOn(fs, 'linkSync').mockImplementation(() => {
      throw Object.assign(new Error('ENOTSUP'), { code: 'ENOTSUP' })
    })
    try {
      for (let round = 0; round < 2; round++) {
        const store = await openCsvStore({ dir, now })
        await expect(openCsvStore({ dir, now })).rejects.toThrow(`pid ${process.pid}`)
        expect(await start().line(said)).toContain(`pid ${process.pid}`)
        await store.close()
        expect(readdirSync(join(dir, 'journal')).filter(name => name.startsWith('owner-'))).toEqual([])
      }
      expect(link).toHaveBeenCalled()
    } finally {
      link.mockRestore()
    }
  })

  it('leaves no socket behind when it closes', async () => {
    const store = await openCsvStore({ dir, now })
    await store.close()
    expect(readdirSync(join(dir, 'journal')).filter(name => name.startsWith('owner-'))).toEqual([])
    expect(await ownerOf(dir)).toBeUndefined()
  })
})
