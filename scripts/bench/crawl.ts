/** How fast a website becomes knowledge, and what visitors feel of it: the real server reads a site of this process. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { atMost, type Figure } from './figure.ts'
import { randomFrom } from './knowledge.ts'
import type { BenchRun } from './main.ts'

/** Pages of about 40 KB, as shops and companies have them: a tenth of it is text. */
const pageCount = 300
const quickPages = 60
const parallel = 2

export async function crawlFigures({ quick, rounds }: BenchRun): Promise<Figure[]> {
  const count = quick ? quickPages : pageCount
  const site = await startSite(count)
  const dir = mkdtempSync(join(tmpdir(), 'parley-bench-crawl-'))
  const server = await startServer(dir, site.host)
  try {
    const rates: { pages: number; megabytes: number }[] = []
    const ratios: number[] = []
    for (let round = 0; round < Math.max(2, Math.round(rounds / 4)); round++) {
      // A site and a client of its own each time: what was read before would be found unchanged, and no plan fills up.
      const alone = await register(server.base)
      const startedAt = performance.now()
      const { kept, bytes } = await crawl(server.base, alone, `${site.base}/${2 * round}/0`, count)
      const seconds = (performance.now() - startedAt) / 1000
      rates.push({ pages: kept / seconds, megabytes: bytes / 1e6 / seconds })

      const client = await register(server.base)
      await ask(server.base, client)
      const idle = await latencies(server.base, client, AbortSignal.timeout(quick ? 1000 : 3000))
      const stop = new AbortController()
      const during = latencies(server.base, client, stop.signal)
      await crawl(server.base, client, `${site.base}/${2 * round + 1}/0`, count)
      stop.abort()
      ratios.push(quantile(await during, 0.99) / quantile(idle, 0.99))
    }
    const middle = (values: number[]) => quantile(values, 0.5)
    const note = `${count} pages of ${Math.round(site.bytes / 1000)} KB in each of ${rates.length} rounds, no pause between pages, entries durable`
    return [
      {
        name: 'pages of a website read and kept',
        value: middle(rates.map(rate => rate.pages)),
        goal: null,
        unit: 'pages/s',
        note,
      },
      { name: 'the same, HTML', value: middle(rates.map(rate => rate.megabytes)), goal: null, unit: 'MB/s' },
      {
        name: 'chat p99 while a website is read ÷ idle',
        value: middle(ratios),
        goal: atMost(2),
        note: `${parallel} chats at a time`,
      },
    ]
  } finally {
    server.child.kill('SIGKILL')
    site.close()
    rmSync(dir, { recursive: true, force: true })
  }
}

async function startSite(count: number) {
  const random = randomFrom(7)
  const words = Array.from({ length: 3000 }, () =>
    Array.from(
      { length: 2 + Math.floor(random() * 3) },
      () => 'kanelostimuradesipo'.match(/../g)![Math.floor(random() * 9)],
    ).join(''),
  )
  const sentence = () => `${Array.from({ length: 12 }, () => words[Math.floor(random() * words.length)]).join(' ')}.`
  const menu = Array.from(
    { length: Math.min(count, 120) },
    (_, i) =>
      `<li class="menu-item menu-item-type-page level-2"><a class="menu-link" href="/section/${i}" title="${words[i]}"><span>${words[i]}</span></a></li>`,
  ).join('\n')
  const noise = `<div class="widget" data-options='${JSON.stringify(words.slice(0, 300))}'></div>`
  const make = (round: number, n: number) =>
    `<!doctype html><html lang="en"><head><title>${words[n]} ${n} | Site</title><style>${'.a{color:red}'.repeat(300)}</style></head><body><nav><ul>${menu.replaceAll('/section/', `/${round}/`)}</ul></nav>${noise.repeat(4)}<main><h1>${words[n]} ${n}</h1>${Array.from({ length: 6 }, (_, i) => `<h2 id="s${i}">${words[n + i]} ${words[i + 7]}</h2><p>${sentence()} ${sentence()} ${sentence()}</p>`).join('')}<table><tr><th>Size</th><th>Price</th></tr><tr><td>S</td><td>${n}</td></tr></table><a href="/${round}/${n + 1}">next</a></main><footer><p>${words.slice(0, 40).join(' ')}</p></footer></body></html>`
  const pages = new Map<string, string>()
  const server = createServer((request, reply) => {
    const [, round, n] = /^\/(\d+)\/(\d+)$/.exec(request.url!) ?? []
    if (n === undefined || Number(n) >= count) return void reply.writeHead(404).end()
    const page = pages.get(request.url!) ?? make(Number(round), Number(n))
    pages.set(request.url!, page)
    reply.setHeader('Content-Type', 'text/html').end(page)
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return { base: `http://${host}`, host, bytes: make(0, 0).length, close }
}

export async function startServer(dir: string, host: string): Promise<{ child: ChildProcess; base: string }> {
  const probe = createServer()
  await new Promise<void>(done => probe.listen(0, '127.0.0.1', done))
  const { port } = probe.address() as AddressInfo
  await new Promise(done => probe.close(done))
  const env = {
    PATH: process.env.PATH,
    PORT: String(port),
    PORTAL_PORT: '0',
    DATA_DIR: dir,
    DEMO: '0',
    LOG_LEVEL: 'error',
    RATE_LIMITS: 'off',
    SELF_SERVE_PLANS: 'premium',
    SCRAPE_ALLOW_HOSTS: host,
    SCRAPE_DELAY_MS: '0',
    SCRAPE_PAGES_PER_HOUR: '100000',
  }
  const child = spawn(process.execPath, ['dist/server/main.js'], { env, stdio: ['ignore', 'ignore', 'inherit'] })
  const base = `http://127.0.0.1:${port}`
  while (
    !(await fetch(`${base}/readyz`).then(
      reply => reply.ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null) throw new Error('the server ended before it was ready')
    await sleep(20)
  }
  return { child, base }
}

export interface Client {
  key: string
}

export async function register(base: string): Promise<Client> {
  const body = {
    company_name: 'Bench',
    email: `bench-${performance.now()}@example.com`,
    password: 'correct horse battery',
    plan: 'premium',
  }
  const { api_key } = await post(base, '/api/clients/register', body)
  await post(base, '/api/knowledge', { content: 'The entrance fee is 12 EUR.', title: 'Entrance fee' }, api_key)
  return { key: api_key }
}

async function crawl(base: string, { key }: Client, url: string, count: number) {
  const { job } = await post(base, '/api/sources', { url, max_pages: count, max_depth: 20 }, key)
  for (;;) {
    const reply = await fetch(`${base}/api/jobs/${job.job_id}`, { headers: { 'X-API-Key': key } })
    const { state, error, result } = ((await reply.json()) as any).job
    if (state === 'failed') throw new Error(error)
    if (state === 'done') return { kept: result.pages.kept as number, bytes: result.pages.bytes as number }
    await sleep(50)
  }
}

/** Milliseconds of each chat until `signal` says stop. */
export async function latencies(base: string, client: Client, signal: AbortSignal): Promise<number[]> {
  const out: number[] = []
  const one = async () => {
    while (!signal.aborted) {
      const startedAt = performance.now()
      await ask(base, client)
      out.push(performance.now() - startedAt)
    }
  }
  await Promise.all(Array.from({ length: parallel }, one))
  return out
}

export const ask = (base: string, { key }: Client) =>
  post(base, '/api/chat', { message: 'How much is the entrance fee?' }, key)

export async function post(base: string, path: string, body: unknown, key?: string): Promise<any> {
  const headers = { 'Content-Type': 'application/json', ...(key && { 'X-API-Key': key }) }
  const reply = await fetch(base + path, { method: 'POST', headers, body: JSON.stringify(body) })
  const json = await reply.json()
  if (!reply.ok && reply.status !== 429) throw new Error(`${path}: ${reply.status} ${JSON.stringify(json)}`)
  return json
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN
}
