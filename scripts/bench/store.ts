/** Lines about the store: against SQLite, and how little a long history, many clients and much knowledge weigh. */
import { createPasswords } from '../../server/accounts/password.ts'
import { ensurePlans } from '../../server/accounts/plan.ts'
import { openCsvStore } from '../../server/store/csv/index.ts'
import { inTurn, questionBytes, ratioFigure } from './chat.ts'
import { benchFolder, type Slice, startTarget } from './child.ts'
import { atLeast, atMost, type Figure, show } from './figure.ts'
import { addClient, addKnowledge, addUsage, clientNumber, furnish } from './installation.ts'
import { makeKnowledge, rawBytes } from './knowledge.ts'
import type { BenchRun } from './main.ts'
import { compare, median, paired } from './pairing.ts'
import { fetchSqlite } from './sqlite.ts'
import { startToFirstAnswer } from './start.ts'

interface Amounts {
  usageRows: number
  clients: number
  entries: number
}
const full: Amounts = { usageRows: 1_000_000, clients: 1000, entries: 500 }
/** What `--quick` makes do with. */
const tenth: Amounts = { usageRows: 100_000, clients: 100, entries: 500 }

export async function storeFigures(run: BenchRun): Promise<Figure[]> {
  const amounts = run.quick ? tenth : full
  const folders: Folder[] = []
  const folder = async (fill: Parameters<typeof prepare>[0]) => {
    const made = await prepare(fill)
    folders.push(made)
    return made.path
  }
  try {
    return [
      ...(await againstSqlite(run)),
      await historyFigure(run, amounts, folder),
      await sizeFigure(run, amounts, folder),
      ...(await largeFigures(run, amounts, folder)),
    ]
  } finally {
    for (const { remove } of folders) remove()
  }
}

type Folder = ReturnType<typeof benchFolder>
type MakeFolder = (fill: Parameters<typeof prepare>[0]) => Promise<string>

/** A data folder filled and closed, ready for another process. */
async function prepare(fill: (store: Awaited<ReturnType<typeof openCsvStore>>) => Promise<void>): Promise<Folder> {
  const folder = benchFolder()
  const store = await openCsvStore({ dir: folder.path, now: () => new Date() })
  await ensurePlans(store)
  await fill(store)
  await store.close()
  return folder
}

async function againstSqlite(run: BenchRun): Promise<Figure[]> {
  const name = 'durable chat ÷ the same on SQLite, a commit per request'
  const missing = fetchSqlite()
  if (missing) return [{ name, value: null, goal: atLeast(2.5), note: missing }]
  const figures: Figure[] = []
  for (const slowSync of [0, 2]) {
    const ours = await startTarget({ kind: 'app', log: 'csv', slowSync })
    const theirs = await startTarget({ kind: 'app', log: 'sqlite', slowSync })
    const { a, b } = await inTurn(run, ours, theirs)
    await ours.stop()
    await theirs.stop()
    const label = slowSync ? `${name}, 2 ms added to each sync` : name
    figures.push(ratioFigure(label, a, b, atLeast(slowSync ? 12 : 2.5), ['durable', 'SQLite']))
    if (slowSync) continue
    const p99 = compare(
      a.map(slice => slice.p99),
      b.map(slice => slice.p99),
    )
    figures.push({
      name: 'its p99 ÷ p99 on SQLite',
      value: p99.ratio,
      spread: p99.spread,
      goal: atMost(0.2),
      note: `${show(median(a.map(s => s.p99)))} ms against ${show(median(b.map(s => s.p99)))} ms`,
    })
  }
  return figures
}

async function historyFigure(run: BenchRun, { usageRows }: Amounts, folder: MakeFolder): Promise<Figure> {
  const fill = (rows: number) =>
    folder(async store => {
      await furnish(store, createPasswords(), makeKnowledge(500))
      await addUsage(store, rows, 1)
    })
  const long = await startTarget({ kind: 'app', dir: await fill(usageRows), furnished: true })
  const short = await startTarget({ kind: 'app', dir: await fill(1000), furnished: true })
  const { a, b } = await inTurn(run, long, short)
  await long.stop()
  await short.stop()
  return cpuFigure(`chat CPU at ${show(usageRows)} usage rows ÷ at 1,000`, a, b, atMost(1.05))
}

/** Ten clients are asked in both; in the large installation they have 5,000 entries each and 990 others beside them. */
async function sizeFigure(run: BenchRun, { clients }: Amounts, folder: MakeFolder): Promise<Figure> {
  const asked = 10
  const fill = (clientCount: number, entries: number) =>
    folder(async store => {
      const base = makeKnowledge(entries)
      for (let n = 0; n < clientCount; n++) {
        await addClient(store, clientNumber(n))
        if (n < asked) await addKnowledge(store, clientNumber(n).id, base)
      }
    })
  const questions = (entries: number) => {
    const lists = Array.from({ length: asked }, (_, n) => questionBytes(entries, clientNumber(n)))
    return lists[0]!.map((_, i) => lists[i % asked]![i]!)
  }
  const large = await startTarget({ kind: 'app', dir: await fill(clients, 5000), furnished: true })
  const small = await startTarget({ kind: 'app', dir: await fill(asked, 50), furnished: true })
  const { a, b } = await inTurn(run, large, small, { first: questions(5000), second: questions(50) })
  await large.stop()
  await small.stop()
  return cpuFigure(`chat CPU at ${show(clients)} clients, 5,000 entries ÷ at 10, 50`, a, b, atMost(1.25))
}

function cpuFigure(name: string, a: Slice[], b: Slice[], goal: Figure['goal']): Figure {
  const { ratio, spread } = compare(
    a.map(slice => slice.cpu),
    b.map(slice => slice.cpu),
  )
  const mean = (slices: Slice[]) => `${show(median(slices.map(slice => slice.cpu)))} ms`
  return { name, value: ratio, spread, goal, note: `${mean(a)} against ${mean(b)} a request` }
}

/** Start and memory of an installation with everything in it, beside an empty one. */
async function largeFigures(run: BenchRun, amounts: Amounts, folder: MakeFolder): Promise<Figure[]> {
  const { usageRows, clients, entries } = amounts
  let text = 0
  const large = await folder(async store => {
    for (let n = 0; n < clients; n++) {
      const base = makeKnowledge(entries, 1, n)
      text += rawBytes(base.entries)
      await addClient(store, clientNumber(n))
      await addKnowledge(store, clientNumber(n).id, base)
    }
    await addUsage(store, usageRows, clients)
  })
  const empty = await folder(async () => {})
  const memory = await memoryFigures(large, empty, clients, text, `${show(clients)} clients × ${entries} entries`)

  // Each once before: the first start makes the demo client and its password.
  await startToFirstAnswer(large)
  await startToFirstAnswer(empty)
  const start = await paired({
    rounds: run.quick ? 3 : 8,
    a: () => startToFirstAnswer(large),
    b: () => startToFirstAnswer(empty),
    value: ms => ms,
  })
  return [
    {
      name: `start to first answer, ${show(usageRows)} usage rows and ${show(clients)} clients ÷ empty`,
      value: start.ratio,
      spread: start.spread,
      goal: atMost(1.2),
      note: `${show(median(start.a))} ms against ${show(median(start.b))} ms`,
    },
    ...memory,
  ]
}

async function memoryFigures(large: string, empty: string, clients: number, text: number, of: string) {
  const bare = await startTarget({ kind: 'app', dir: empty, furnished: true })
  const nothing = await bare.memory()
  await bare.stop()
  const { idle, hot } = await askEveryone(large, clients)
  // A budget that is far too small for all of them.
  const cacheMb = Math.max(16, Math.round(clients / 10))
  const tight = await askEveryone(large, clients, cacheMb)
  const mb = (bytes: number) => `${show(bytes / 1e6)} MB`
  const figures: Figure[] = [
    {
      name: `all-hot memory ÷ raw text, ${of}`,
      value: (hot.heap - idle.heap) / text,
      goal: atMost(2),
      note: `${mb(hot.heap - idle.heap)} for ${mb(text)} of text, ${mb(hot.rows)} of it rows, the rest indexes; the process has ${mb(hot.rss)}`,
    },
    {
      name: `memory for knowledge with CACHE_MB=${cacheMb} ÷ that, ${of} asked in turn`,
      value: (tight.hot.heap - tight.idle.heap) / (cacheMb * 1024 * 1024),
      goal: atMost(1),
      note: `${mb(tight.hot.heap - tight.idle.heap)} where all of it would take ${mb(hot.heap - idle.heap)}`,
    },
    {
      name: `idle memory, ${of} − empty`,
      value: (idle.heap - nothing.heap) / 1e6,
      unit: 'MB',
      goal: atMost(20),
    },
  ]
  return figures
}

/** Memory before and after every client was asked once. */
async function askEveryone(dir: string, clients: number, cacheMb?: number) {
  const target = await startTarget({ kind: 'app', dir, furnished: true, cacheMb })
  const idle = await target.memory()
  for (let n = 0; n < clients; n++) {
    const response = await fetch(`http://127.0.0.1:${target.port}/api/chat`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-API-Key': clientNumber(n).key },
      body: '{"message":"How long does delivery take?"}',
    })
    if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`)
    await response.arrayBuffer()
  }
  const hot = await target.memory()
  await target.stop()
  return { idle, hot }
}
