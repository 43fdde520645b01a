/** Lines about answers in a model's words: what the check of its sentences costs, beside the same stream read without it. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Citation } from '../../server/answer/types.ts'
import { type CompletionLimits, complete } from '../../server/model/completion.ts'
import { createGate } from '../../server/model/gate.ts'
import { promptOf } from '../../server/model/prompt.ts'
import type { Endpoint } from '../../server/model/transport.ts'
import { atMost, type Figure, show } from './figure.ts'
import type { BenchRun } from './main.ts'
import { median, paired } from './pairing.ts'

const facts = [
  'The workshop is open Monday to Friday from 9:00 to 18:30, on Saturday until 14:00.',
  'A full service costs 119 EUR and takes two working days.',
  'There are four parking spaces behind the shop, entrance from Rope Street.',
  'Parcels to Sweden take three days and cost 12 EUR.',
]
const passages: Citation[] = facts.map((text, i) => ({ entry: { id: `${i}`, kind: 'text', text }, quote: text }))
const reply = facts.map((text, i) => `${text} [${i + 1}]`).join(' ')
/** Between two tokens, in milliseconds: a quick model. */
const tokenMs = 4
const limits: CompletionLimits = { maxTokens: 400, firstMs: 60_000, totalMs: 60_000 }

export async function modelFigures(run: BenchRun): Promise<Figure[]> {
  const server = await startModel()
  const endpoint: Endpoint = { baseUrl: server.url, model: 'bench', key: '' }
  const messages = promptOf({ question: 'When can I come?', history: [], passages, mark: 'bench' })
  /** Milliseconds until the first sentence is there. */
  const first = async (checked: boolean): Promise<number> => {
    const startedAt = performance.now()
    let at = Number.NaN
    const seen = () => {
      if (Number.isNaN(at)) at = performance.now() - startedAt
    }
    const gate = createGate({ passages, question: 'When can I come?', secrets: [], emit: seen })
    let text = ''
    await complete(endpoint, messages, limits, piece => {
      text += piece
      if (checked) gate.push(piece)
      else if (text.includes('[1]')) seen()
    })
    gate.end(true)
    return at
  }
  await first(true)
  const { ratio, spread, a, b } = await paired({
    rounds: run.rounds,
    a: () => first(true),
    b: () => first(false),
    value: ms => ms,
  })
  await server.close()
  return [
    {
      name: 'a model’s first sentence, checked ÷ unchecked',
      value: ratio,
      goal: atMost(1.15),
      spread,
      note: `${show(median(a))} ms, ${show(median(b))} ms at ${tokenMs} ms a token: it waits for the beginning of the next sentence; checking all ${facts.length} sentences takes ${show(checkMs())} ms`,
    },
  ]
}

/** CPU of one reply through the gate, token by token, in milliseconds. */
function checkMs(): number {
  const times = 200
  const once = () => {
    const gate = createGate({ passages, question: 'When can I come?', secrets: [] })
    for (const token of tokens(reply)) gate.push(token)
    gate.end(true)
  }
  for (let i = 0; i < times; i++) once()
  const { user, system } = process.cpuUsage()
  for (let i = 0; i < times; i++) once()
  const after = process.cpuUsage()
  return (after.user + after.system - user - system) / 1000 / times
}

const tokens = (text: string) => text.match(/.{1,4}/gsu) ?? []

async function startModel(): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(async (_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' })
    for (const content of tokens(reply)) {
      response.write(`data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`)
      await sleep(tokenMs)
    }
    response.end(`data: ${JSON.stringify({ choices: [{ delta: {}, finish_reason: 'stop' }] })}\n\ndata: [DONE]\n\n`)
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    close() {
      server.closeAllConnections()
      return new Promise(done => server.close(() => done()))
    },
  }
}
