/** One call of a model for one turn: prompt → budget → server → gate. Whatever fails becomes an empty text with its reason. */
import { nanoid } from 'nanoid'
import type { Model } from '../answer/types.ts'
import type { Change } from '../store/store.ts'
import type { Breaker } from './breaker.ts'
import type { Budget, Tariff, Tokens } from './budget.ts'
import { type CompletionLimits, complete, type Message } from './completion.ts'
import { asFault, type FaultReason, ModelFault } from './fault.ts'
import { createGate, type Gate } from './gate.ts'
import { promptOf } from './prompt.ts'
import type { Endpoint } from './transport.ts'

/** What a turn's `why.model` holds. */
export interface ModelWhy {
  name: string
  /** As it was sent, shortened. */
  prompt?: string
  tokens?: Tokens & { estimated: boolean }
  ms: number
  /** Until the first words came from the server. */
  first_ms?: number
  /** Sentences that were not shown, and why. */
  dropped?: { sentence: string; why: string }[]
  /** Why the passage answered instead. */
  fallback?: FaultReason
  /** What the server said about it. */
  detail?: string
}

export interface WriterDeps {
  clientId: string
  endpoint: Endpoint
  tariff: Tariff
  limits: CompletionLimits
  budget: Budget
  breaker: Breaker
  /** What the call cost, to be made durable with the turn. */
  charge(changes: Change[]): void
  /** How it went; `fault` undefined: its words were used. */
  report(fault: ModelFault | undefined, why: ModelWhy): void
}

const maxPromptKept = 6000

export function createWriter(deps: WriterDeps): Model {
  const { clientId, endpoint, tariff, limits, budget, breaker } = deps
  const id = `${endpoint.baseUrl} ${endpoint.model}`
  return {
    async write({ question, tone, history, passages, signal, onDelta }) {
      const startedAt = performance.now()
      const mark = nanoid(10)
      const messages = promptOf({ question, tone, history, passages, mark })
      const gate = createGate({ passages, question, secrets: [endpoint.key, mark].filter(Boolean), emit: onDelta })
      const why: ModelWhy = { name: endpoint.model, ms: 0 }
      let fault: ModelFault | undefined
      let written = ''
      try {
        breaker.check(id)
        const hold = budget.hold(clientId, tariff, mostOf(messages, limits.maxTokens))
        why.prompt = messages
          .map(message => message.content)
          .join('\n\n')
          .slice(0, maxPromptKept)
        let used: Tokens | undefined
        try {
          const reply = await complete(
            endpoint,
            messages,
            limits,
            text => {
              written += text
              gate.push(text)
            },
            signal,
          )
          breaker.record(id, undefined)
          used = reply.usage
          why.first_ms = reply.firstMs
          gate.end(!reply.truncated)
        } catch (error) {
          fault = asFault(error)
          breaker.record(id, fault)
        }
        const spent = used ?? (isBilled(fault) ? estimate(messages, written) : { input: 0, output: 0 })
        why.tokens = { ...spent, estimated: used === undefined }
        deps.charge(hold.settle(spent))
      } catch (error) {
        fault = asFault(error)
      }
      fault ??= verdict(gate)
      why.ms = Math.round(performance.now() - startedAt)
      if (gate.dropped.length > 0) why.dropped = gate.dropped
      if (fault) {
        why.fallback = fault.reason
        if (fault.detail) why.detail = fault.detail
      }
      deps.report(fault, why)
      return { text: fault ? '' : gate.text, cited: gate.cited, quotes: gate.quotes, why: { ...why } }
    },
  }
}

/**
 * More was dropped than shown: what is left is hardly an answer. Where it was shown already, it stays. What was too short to
 * state anything ("Of course!") is no loss.
 */
function verdict(gate: Gate): ModelFault | undefined {
  if (gate.declined) return new ModelFault('no_answer')
  if (gate.text === '') return new ModelFault(gate.dropped.length > 0 ? 'unsupported' : 'empty')
  const lost = gate.dropped.filter(({ why }) => why !== 'short').length
  return lost > gate.shown ? new ModelFault('unsupported') : undefined
}

/** Faults after which a server has most likely counted what it was sent. */
const billed = new Set<FaultReason>([
  'silent',
  'too_slow',
  'cut',
  'too_large',
  'bad_json',
  'bad_text',
  'filtered',
  'empty',
  'leak',
  'cancelled',
  'failed',
])
const isBilled = (fault: ModelFault | undefined) => fault === undefined || billed.has(fault.reason)

const bytesOf = (text: string) => Buffer.byteLength(text)

/** No tokenizer makes more than one token of a byte, or more than a few dozen of what stands around a message. */
const mostOf = (messages: readonly Message[], maxTokens: number): Tokens => ({
  input: messages.reduce((sum, { content }) => sum + bytesOf(content) + 32, 32),
  output: maxTokens,
})

/** About four bytes a token, for servers that do not count. */
const estimate = (messages: readonly Message[], written: string): Tokens => ({
  input: Math.ceil(messages.reduce((sum, { content }) => sum + bytesOf(content), 0) / 4),
  output: Math.ceil(bytesOf(written) / 4),
})
