/** The conversation: its turns, what is under way, and what of it outlives a reload. No DOM. */
import type { ChatReply, ChatRequest, ChatSource } from '../server/chat/wire.ts'
import type { Failure, Listener } from './api.ts'

/** One question and its answer. */
export interface Turn {
  question: string
  /** As the question was first asked: asked again in the same words and under the same key, it is counted once. */
  request: ChatRequest
  key: string
  /** What has arrived so far. */
  answer: string
  state: 'waiting' | 'writing' | 'done' | 'stopped' | 'failed'
  sources?: ChatSource[]
  suggestions?: string[]
  failure?: Failure
  /** Once the answer is whole. */
  answerId?: string
  kind?: ChatReply['kind']
  /** Ways on to people, where the answer calls for them. */
  ways?: ChatReply['ways']
  hours?: ChatReply['hours']
  rating?: 'up' | 'down'
}

/** Where a conversation is kept; a part of Web Storage. */
export interface Keeper {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

export interface ConversationDeps {
  companyId: string
  ask(body: ChatRequest, key: string, signal: AbortSignal, listener: Listener): Promise<ChatReply>
  /** Absent: nothing is kept. */
  keeper?: Keeper
  /** Called after every change of `turns` or of a turn. */
  changed(): void
  /** Called once for each turn that has come to an end, but for one the visitor stopped. */
  ended(turn: Turn): void
}

export interface Conversation {
  readonly turns: readonly Turn[]
  readonly busy: boolean
  /** The server's name for it, once it has begun. */
  readonly sessionId: string | undefined
  /** Notes what the visitor thinks of an answer. */
  rate(turn: Turn, rating: Turn['rating']): void
  /** Does nothing while an answer is under way or when there is nothing but space. */
  send(question: string): void
  /** Asks the last question again. */
  retry(): void
  stop(): void
  /** Starts anew and forgets. */
  clear(): void
}

/** Turns that are kept; older ones fall out at the next save. */
const maxKept = 50

/** Takes up the kept conversation, if there is one. Nothing is written before the first question. */
export function createConversation({ companyId, ask, keeper, changed, ended }: ConversationDeps): Conversation {
  const key = `parley:${companyId}`
  let { turns, sessionId } = restore()
  let abort: AbortController | undefined

  /** Storage may be forbidden, full, or hold anything. */
  function restore(): { turns: Turn[]; sessionId?: string } {
    try {
      const kept = JSON.parse(keeper!.getItem(key)!)
      const turns = (kept.turns as Turn[]).filter(
        turn => turn.question.trim() && turn.request && typeof turn.answer === 'string',
      )
      for (const turn of turns) if (turn.state === 'waiting' || turn.state === 'writing') turn.state = 'stopped'
      return { turns, sessionId: kept.sessionId }
    } catch {
      return { turns: [] }
    }
  }

  function save() {
    changed()
    try {
      keeper?.setItem(key, JSON.stringify({ sessionId, turns: turns.slice(-maxKept) }))
    } catch {}
  }

  async function run(turn: Turn) {
    const { signal } = (abort = new AbortController())
    save()
    try {
      const reply = await ask(turn.request, turn.key, signal, {
        start(event) {
          sessionId = event.session_id
        },
        delta({ text }) {
          turn.state = 'writing'
          turn.answer += text
          changed()
        },
      })
      sessionId = reply.session_id
      turn.answer = reply.response
      turn.sources = reply.sources
      turn.suggestions = reply.suggestions
      turn.answerId = reply.answer_id
      turn.kind = reply.kind
      turn.ways = reply.ways
      turn.hours = reply.hours
      turn.state = 'done'
    } catch (reason) {
      if (signal.aborted) return
      turn.failure = (reason as Failure).kind ? (reason as Failure) : { kind: 'interrupted' }
      turn.state = 'failed'
    }
    abort = undefined
    save()
    ended(turn)
  }

  function stop() {
    if (!abort) return
    abort.abort()
    abort = undefined
    turns[turns.length - 1]!.state = 'stopped'
    save()
  }

  return {
    get turns() {
      return turns
    },
    get busy() {
      return !!abort
    },
    get sessionId() {
      return sessionId
    },
    rate(turn, rating) {
      turn.rating = rating
      save()
    },
    send(question) {
      const trimmed = question.trim()
      if (abort || !trimmed) return
      const turn: Turn = {
        question: trimmed,
        request: { message: trimmed, company_id: companyId, session_id: sessionId, apart: true },
        key: crypto.getRandomValues(new Uint32Array(4)).join('-'),
        answer: '',
        state: 'waiting',
      }
      turns = [...turns, turn]
      run(turn)
    },
    retry() {
      const turn = turns[turns.length - 1]
      if (abort || !turn) return
      turn.answer = ''
      turn.state = 'waiting'
      turn.failure = undefined
      run(turn)
    },
    stop,
    clear() {
      abort?.abort()
      abort = undefined
      turns = []
      sessionId = undefined
      try {
        keeper?.removeItem(key)
      } catch {}
      changed()
    },
  }
}
