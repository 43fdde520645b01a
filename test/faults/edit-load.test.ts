/** Edits of knowledge.csv while visitors chat as fast as they can: how long until the bot answers from them. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startServer } from '../support/server.ts'
import { effort } from './effort.ts'

const talkers = 8

it('an edit by hand is answered from while visitors chat', { timeout: 600_000 }, async () => {
  const server = await startServer()
  try {
    const { id, call } = await server.register()
    const question = 'What is the word of the day?'
    await call('POST', '/api/knowledge', { kind: 'qa', question, content: 'The word is edit0.' })
    const file = join(server.dir, 'knowledge', id, 'knowledge.csv')
    await expect.poll(() => existsSync(file)).toBe(true)
    let alive = true
    let chats = 0
    let word = 'edit0'
    let heard = ''
    const talk = async () => {
      while (alive) {
        const { status, body } = await call('POST', '/api/chat', { message: question })
        if (status === 429) break
        expect(status).toBe(200)
        chats++
        heard = /edit\d+/.exec(body.response)?.[0] ?? heard
      }
    }
    const { store } = server
    // The plan's month is not what this is about.
    const { clients } = await import('../../server/store/records.ts')
    const { update } = await import('../../server/store/store.ts')
    await store.commit([update(clients, id, { monthly_requests: 1_000_000 })])
    const load = Promise.all(Array.from({ length: talkers }, talk))
    const waits: number[] = []
    for (let edit = 1; edit <= effort(3, 40); edit++) {
      const next = `edit${edit}`
      await expect.poll(() => readFileSync(file, 'utf8'), { timeout: 60_000 }).toContain(word)
      const began = performance.now()
      writeFileSync(file, readFileSync(file, 'utf8').replace(word, next))
      word = next
      await expect.poll(() => heard, { interval: 10, timeout: 60_000 }).toBe(word)
      waits.push(performance.now() - began)
    }
    alive = false
    await load
    waits.sort((a, b) => a - b)
    console.log(
      `edits under load: ${waits.length} edits among ${chats} chats, answered from after ${waits[waits.length >> 1]!.toFixed(0)} ms ` +
        `(median), ${waits.at(-1)!.toFixed(0)} ms at most; ${waits.filter(ms => ms <= 2000).length} of them within 2 s`,
    )
  } finally {
    await server.close()
  }
})
