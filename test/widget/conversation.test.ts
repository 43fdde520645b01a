import { beforeEach, describe, expect, it } from 'vitest'
import type { ChatReply, ChatRequest } from '../../server/chat/wire.ts'
import type { Failure, Listener } from '../../widget/api.ts'
import { createConversation, type Keeper, type Turn } from '../../widget/conversation.ts'
import { reply } from './stub-server.ts'

/** One question under way, answered by the test. */
interface Asked {
  body: ChatRequest
  key: string
  listener: Listener
  answer(given?: Partial<ChatReply>): Promise<void>
  fail(failure: Failure): Promise<void>
}

let asked: Asked[]
let ended: Turn[]
let kept: Map<string, string>
let keeper: Keeper

beforeEach(() => {
  asked = []
  ended = []
  kept = new Map()
  keeper = {
    getItem: key => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: key => kept.delete(key),
  }
})

const settle = () => new Promise<void>(resolve => setTimeout(resolve))

function open(options: { keeper?: Keeper } = { keeper }) {
  return createConversation({
    companyId: 'demo_company',
    ask: (body, key, signal, listener) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new DOMException('', 'AbortError')))
        asked.push({
          body,
          key,
          listener,
          answer(given) {
            resolve({ ...reply(body), ...given })
            return settle()
          },
          fail(failure) {
            reject(failure)
            return settle()
          },
        })
      }),
    changed() {},
    ended: turn => ended.push({ ...turn }),
    ...options,
  })
}

describe('a conversation', () => {
  it('asks, grows the answer, and ends with the whole reply', async () => {
    const conversation = open()
    conversation.send('  When? ')
    expect(conversation.busy).toBe(true)
    expect(asked[0]!.body).toEqual({ message: 'When?', company_id: 'demo_company', session_id: undefined, apart: true })
    asked[0]!.listener.delta({ text: 'At ' })
    asked[0]!.listener.delta({ text: 'nine' })
    expect(conversation.turns[0]).toMatchObject({ state: 'writing', answer: 'At nine' })
    await asked[0]!.answer({ response: 'At nine.', suggestions: ['Why?'] })
    expect(conversation.turns[0]).toMatchObject({ state: 'done', answer: 'At nine.', suggestions: ['Why?'] })
    expect(conversation.busy).toBe(false)
    expect(ended).toHaveLength(1)
  })

  it('goes on in the session the server named', async () => {
    const conversation = open()
    conversation.send('One')
    await asked[0]!.answer({ session_id: 's9' })
    conversation.send('Two')
    expect(asked[1]!.body.session_id).toBe('s9')
    expect(asked[1]!.key).not.toBe(asked[0]!.key)
  })

  it('has one question at a time, and none that is only space', () => {
    const conversation = open()
    conversation.send(' \n ')
    conversation.send('One')
    conversation.send('Two')
    expect(asked).toHaveLength(1)
  })

  it('stops at once, keeps what came, and can try again', async () => {
    const conversation = open()
    conversation.send('One')
    asked[0]!.listener.delta({ text: 'Half' })
    conversation.stop()
    await settle()
    expect(conversation.turns[0]).toMatchObject({ state: 'stopped', answer: 'Half' })
    expect(ended).toHaveLength(0)
    conversation.retry()
    expect(conversation.turns[0]).toMatchObject({ state: 'waiting', answer: '' })
    await asked[1]!.answer()
    expect(conversation.turns).toHaveLength(1)
    expect(conversation.turns[0]!.state).toBe('done')
  })

  it('keeps the question when it fails, and asks it again', async () => {
    const conversation = open()
    conversation.send('One')
    await asked[0]!.fail({ kind: 'offline' })
    expect(conversation.turns[0]).toMatchObject({ question: 'One', state: 'failed', failure: { kind: 'offline' } })
    expect(ended).toHaveLength(1)
    conversation.retry()
    expect(asked[1]!.body).toEqual(asked[0]!.body)
    expect(asked[1]!.key).toBe(asked[0]!.key)
    expect(conversation.turns[0]!.failure).toBeUndefined()
  })

  it('ignores what still arrives for a conversation that was cleared', async () => {
    const conversation = open()
    conversation.send('Old')
    conversation.clear()
    conversation.send('New')
    await asked[0]!.answer({ response: 'late' })
    await asked[1]!.answer({ response: 'right' })
    expect(conversation.turns).toMatchObject([{ question: 'New', answer: 'right', state: 'done' }])
  })
})

describe('what is kept', () => {
  it('is nothing before the first question', () => {
    open()
    expect(kept.size).toBe(0)
  })

  it('is taken up again, session and all', async () => {
    const before = open()
    before.send('One')
    await asked[0]!.answer({ session_id: 's9', response: 'Yes.' })
    const after = open()
    expect(after.turns).toMatchObject([{ question: 'One', answer: 'Yes.', state: 'done' }])
    after.send('Two')
    expect(asked[1]!.body.session_id).toBe('s9')
  })

  it('shows an answer that a reload cut off as stopped', () => {
    open().send('One')
    expect(open().turns[0]!.state).toBe('stopped')
  })

  it('is forgotten with the conversation', async () => {
    const conversation = open()
    conversation.send('One')
    await asked[0]!.answer()
    conversation.clear()
    expect(kept.size).toBe(0)
    expect(open().turns).toEqual([])
  })

  it('may be anything at all, or not to be had', () => {
    for (const value of ['', 'null', '{"turns":3}', '{"turns":[null]}', '{"turns":[{"question":1}]}', '[', '{}']) {
      kept.set('parley:demo_company', value)
      expect(open().turns).toEqual([])
    }
    const refuse = () => {
      throw new DOMException('', 'SecurityError')
    }
    const conversation = open({ keeper: { getItem: refuse, setItem: refuse, removeItem: refuse } })
    conversation.send('One')
    conversation.clear()
    expect(conversation.turns).toEqual([])
  })

  it('is the last fifty turns', async () => {
    const conversation = open()
    for (let i = 0; i < 52; i++) {
      conversation.send(`Question ${i}`)
      await asked[i]!.answer()
    }
    expect(open().turns).toHaveLength(50)
    expect(open().turns[0]!.question).toBe('Question 2')
  })

  it('is nothing where no place is given', async () => {
    const conversation = open({ keeper: undefined })
    conversation.send('One')
    await asked[0]!.answer()
    expect(open({ keeper: undefined }).turns).toEqual([])
  })
})
