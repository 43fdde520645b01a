/** Lines about one chat: against the same without a log, against bare echoes, syncs counted, and beside logins. */

import { loadOn, type Slice, startTarget, type Target } from './child.ts'
import { atLeast, type Figure, show } from './figure.ts'
import { clientNumber } from './installation.ts'
import { makeKnowledge } from './knowledge.ts'
import { openLoad, postBytes } from './load.ts'
import type { BenchRun } from './main.ts'
import { compare, median, paired } from './pairing.ts'

const entries = 500

export async function chatFigures(run: BenchRun): Promise<Figure[]> {
  const targets = {
    durable: await startTarget({ kind: 'app', log: 'csv', entries }),
    forgetful: await startTarget({ kind: 'app', log: 'none', entries }),
    raw: await startTarget({ kind: 'raw' }),
    express: await startTarget({ kind: 'express' }),
  }
  try {
    const right = await shareRight(targets.durable)
    return [
      ...(await againstNoLog(run, targets)),
      await batches(run, targets.durable, 32, 0.85),
      await batches(run, targets.durable, 64, 0.8),
      ...(await againstEchoes(run, targets, right)),
      await besideLogins(run, targets.durable),
    ]
  } finally {
    for (const target of Object.values(targets)) await target.stop()
  }
}

type Targets = Record<'durable' | 'forgetful' | 'raw' | 'express', Target>

/** Visitors' questions, each as the first of its conversation. */
export function questionBytes(size = entries, client = clientNumber(0)): Buffer[] {
  return makeKnowledge(size).questions.map(({ text }) =>
    postBytes('/api/chat', { message: text }, { 'X-API-Key': client.key }),
  )
}

async function againstNoLog(run: BenchRun, { durable, forgetful }: Targets): Promise<Figure[]> {
  const { a, b } = await inTurn(run, durable, forgetful)
  return [
    ratioFigure('durable chat ÷ the same without a log, 32 connections', a, b, atLeast(0.8), ['durable', 'no log']),
  ]
}

async function againstEchoes(run: BenchRun, targets: Targets, right: string): Promise<Figure[]> {
  const raw = await inTurn(run, targets.durable, targets.raw)
  const express = await inTurn(run, targets.durable, targets.express)
  const whole = ratioFigure('whole chat ÷ raw node:http echo', raw.a, raw.b, atLeast(0.25), ['chat', 'echo'])
  whole.note += `; ${right}`
  return [whole, ratioFigure('whole chat ÷ Express echo', express.a, express.b, atLeast(1.5), ['chat', 'Express'])]
}

/** Slices of 32 connections on both, after one on each that is thrown away. */
export async function inTurn(
  run: BenchRun,
  first: Target,
  second: Target,
  requests: { first: Buffer[]; second: Buffer[] } = { first: questionBytes(), second: questionBytes() },
) {
  const a = await loadOn(first, 32, requests.first)
  const b = await loadOn(second, 32, requests.second)
  await a.slice(run.warmMs)
  await b.slice(run.warmMs)
  const result = await paired<Slice>({
    rounds: run.rounds,
    a: () => a.slice(run.sliceMs),
    b: () => b.slice(run.sliceMs),
    value: slice => slice.perSecond,
  })
  a.close()
  b.close()
  return result
}

/** Requests per second as the value, CPU in the note. */
export function ratioFigure(
  name: string,
  a: Slice[],
  b: Slice[],
  goal: Figure['goal'],
  names: [string, string],
): Figure {
  const rate = compare(
    a.map(slice => slice.perSecond),
    b.map(slice => slice.perSecond),
  )
  const cpu = compare(
    b.map(slice => slice.cpu),
    a.map(slice => slice.cpu),
  )
  const describe = (slices: Slice[], label: string) =>
    `${label} ${show(median(slices.map(s => s.perSecond)))}/s at ${show(median(slices.map(s => s.cpu)))} ms CPU`
  return {
    name,
    value: rate.ratio,
    spread: rate.spread,
    goal,
    note: `${describe(a, names[0])}, ${describe(b, names[1])}; by CPU ${show(cpu.ratio)}`,
  }
}

async function batches(run: BenchRun, target: Target, connections: number, goal: number): Promise<Figure> {
  const load = await loadOn(target, connections, questionBytes())
  await load.slice(run.warmMs)
  const slices: Slice[] = []
  for (let i = 0; i < run.rounds / 2; i++) slices.push(await load.slice(run.sliceMs))
  load.close()
  const sum = (pick: (slice: Slice) => number) => slices.reduce((total, slice) => total + pick(slice), 0)
  const [commits, syncs] = [sum(slice => slice.commits), sum(slice => slice.syncs)]
  return {
    name: `rows per fdatasync ÷ connections, ${connections} connections`,
    value: commits / syncs / connections,
    goal: atLeast(goal),
    note: `${show(commits)} chats in ${show(syncs)} syncs`,
  }
}

/** Eight connections that sign in again and again, beside the 32 that chat. */
async function besideLogins(run: BenchRun, target: Target): Promise<Figure> {
  const { email, password } = clientNumber(0)
  const chat = await loadOn(target, 32, questionBytes())
  const logins = await openLoad(target.port, 8, [postBytes('/api/clients/authenticate', { email, password })])
  let loginCount = 0
  await chat.slice(run.warmMs)
  const { a, b } = await paired<Slice>({
    rounds: run.rounds,
    a: async () => {
      const ms = Math.max(run.sliceMs, 1500)
      const under = logins.run(ms)
      const slice = await chat.slice(ms)
      const { requests, statuses } = await under
      if (statuses[200] !== requests) throw new Error(`logins were refused: ${JSON.stringify(statuses)}`)
      loginCount += requests
      return slice
    },
    b: () => chat.slice(run.sliceMs),
    value: slice => slice.perSecond,
  })
  chat.close()
  logins.close()
  const figure = ratioFigure('chat beside 8 logins ÷ without', a, b, atLeast(0.8), ['beside logins', 'without'])
  figure.note += `; ${loginCount} logins`
  return figure
}

/** How many of the questions the running server answers from the right entry: speed counts only with it. */
async function shareRight(target: Target): Promise<string> {
  const { questions } = makeKnowledge(entries)
  const asked = questions.slice(0, 100)
  let right = 0
  let answered = 0
  for (const { text, gold } of asked) {
    const response = await fetch(`http://127.0.0.1:${target.port}/api/chat`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-API-Key': clientNumber(0).key },
      body: JSON.stringify({ message: text }),
    })
    const reply: any = await response.json()
    if (reply.answered) answered++
    if (reply.sources?.some((source: { id: string }) => gold.includes(source.id))) right++
  }
  return `of ${asked.length} questions ${answered} answered, ${right} from the right entry`
}
