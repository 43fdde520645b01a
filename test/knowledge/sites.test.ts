/** Sites as sources: added, refused, paused, scheduled, killed, limited; and the one-call scrape. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createPageReader } from '../../server/knowledge/web/reader.ts'
import { restOf } from '../../server/knowledge/web/visit.ts'
import { clients, pages, sources } from '../../server/store/records.ts'
import { remove, update } from '../../server/store/store.ts'
import { pageWorker } from '../support/page-worker.ts'
import { freePort } from '../support/port.ts'
import { call, startServer, type TestServer } from '../support/server.ts'
import { settledJob } from './settled.ts'

const open: (() => unknown)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

interface SmallSite {
  base: string
  host: string
  requests: string[]
}

const words = 'mast keel rope hull deck sail oar bow stern cabin'.split(' ')
const text = (n: number) =>
  `<html lang="en"><head><title>Page ${n}</title></head><body><main><h1>The ${words[n % 10]} number ${n}</h1><p>The ${words[n % 10]} of boat ${n} was built in ${1900 + n} by ${n + 3} people from the village, who had never built one before.</p><a href="/${n + 1}">On</a></main></body></html>`

/** `count` pages in a row, each linking to the next. */
async function startSite(count: number, listener?: RequestListener): Promise<SmallSite> {
  const requests: string[] = []
  const server: Server = createServer((request, reply) => {
    requests.push(request.url!)
    if (listener) return listener(request, reply)
    const n = Number(request.url!.slice(1) || 0)
    if (!(n < count)) reply.writeHead(404).end()
    else reply.setHeader('Content-Type', 'text/html').end(text(n))
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  open.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return { base: `http://${host}`, host, requests }
}

async function startFor(site: { host: string }, options: Parameters<typeof startServer>[0] = {}): Promise<TestServer> {
  const server = await startServer({
    ...options,
    env: { SCRAPE_ALLOW_HOSTS: site.host, SCRAPE_DELAY_MS: '0', ...options.env },
  })
  open.push(() => server.close())
  return server
}

describe('POST /api/scrape', () => {
  it('reads one page, and the bot answers from it', async () => {
    const site = await startSite(5)
    const client = await (await startFor(site)).register()
    const { status, body } = await client.call('POST', '/api/scrape', { url: `${site.base}/3` })
    expect([status, body]).toEqual([
      200,
      { success: true, message: '1 page was read; 1 entry was added.', pages_scraped: 1, company_id: client.id },
    ])
    expect(site.requests).toEqual(['/robots.txt', '/3'])
    const reply = (await client.call('POST', '/api/chat', { message: 'When was the hull of boat 3 built?' })).body
    expect([reply.answered, reply.sources[0].url, reply.sources[0].title]).toEqual([
      true,
      `${site.base}/3`,
      'The hull number 3',
    ])
    expect(reply.response).toContain('1903')
    const again = await client.call('POST', '/api/scrape', { url: `${site.base}/3#part` })
    expect(again.body).toMatchObject({ message: '1 page was read; 0 entries were added.', pages_scraped: 1 })
  })

  it('follows links as far as it is told, and answers at once when asked to', async () => {
    const site = await startSite(9)
    const client = await (await startFor(site)).register()
    const two = await client.call('POST', '/api/scrape', { url: site.base, include_links: true, max_depth: 2 })
    expect(two.body).toMatchObject({ success: true, pages_scraped: 3 })
    const later = await client.call('POST', '/api/scrape', { url: `${site.base}/7` }, { Prefer: 'respond-async' })
    expect([later.status, later.body.job.kind, later.body.pages_scraped]).toEqual([202, 'crawl', 0])
    expect((await settledJob(client, later.body.job.job_id)).state).toBe('done')
  })

  it('says what is wrong with an address or a page', async () => {
    const site = await startSite(0, (request, reply) => {
      if (request.url === '/robots.txt') reply.end('User-agent: *\nDisallow: /no')
      else if (request.url === '/blank') reply.setHeader('Content-Type', 'text/html').end('<p> </p>')
      else if (request.url === '/busy') reply.writeHead(500).end()
      else reply.writeHead(404).end()
    })
    const client = await (await startFor(site)).register()
    const scrape = async (url: unknown) => {
      const { status, body } = await client.call('POST', '/api/scrape', { url })
      return [status, body.code]
    }
    for (const url of [
      'http://127.0.0.1/',
      'http://10.0.0.1:80/',
      'file:///etc/passwd',
      'http://localhost',
      'ftp://example.com',
      `http://user:pw@${site.host}/`,
    ])
      expect([url, ...(await scrape(url))]).toEqual([url, 400, 'url_not_allowed'])
    for (const url of ['', 7, null, 'x'.repeat(3000)]) expect((await scrape(url))[0]).toBe(400)
    expect((await client.call('POST', '/api/scrape', { url: site.base, max_depth: 99 })).status).toBe(400)
    const { status, body } = await client.call('POST', '/api/scrape', { url: `${site.base}/no/way` })
    expect([status, body.code, body.error]).toEqual([
      422,
      'unprocessable',
      'Nothing could be read. The site asks robots not to read it (robots.txt).',
    ])
    expect((await client.call('POST', '/api/scrape', { url: `${site.base}/blank` })).body.error).toContain('no text')
    expect((await client.call('POST', '/api/scrape', { url: `${site.base}/busy` })).body.error).toContain('error')
    expect((await client.call('POST', '/api/scrape', { url: `${site.base}/gone` })).body.error).toContain('not there')
    expect((await client.call('POST', '/api/scrape', { url: site.base }, { 'X-API-Key': 'cb_wrong' })).status).toBe(401)
  })
})

describe('a site', () => {
  it('belongs to its client, is there once, and is changed and looked at over HTTP', async () => {
    const site = await startSite(3)
    const server = await startFor(site)
    const [client, other] = [await server.register(), await server.register()]
    const made = (await client.call('POST', '/api/sources', { url: site.base, run: false, schedule: 'weekly' })).body
    expect(made).toMatchObject({
      success: true,
      job: null,
      entries_left: 50,
      source: { state: 'new', schedule: 'weekly', max_pages: 200, name: site.host },
    })
    expect(Date.parse(made.source.next_run_at)).toBeGreaterThan(Date.now() + 6 * 86_400_000)
    const id = made.source.source_id
    const twice = await client.call('POST', '/api/sources', { url: `${site.base}/?utm_source=x` })
    expect([twice.status, twice.body.source_id]).toEqual([409, id])
    for (const [method, path, body] of [
      ['PATCH', '', {}],
      ['POST', '/run', undefined],
      ['GET', '/pages', undefined],
      ['GET', '/questions', undefined],
    ] as const) {
      const theirs = await other.call(method, `/api/sources/${id}${path}`, body)
      const unknown = await other.call(method, `/api/sources/unknown${path}`, body)
      expect([theirs.status, theirs.body.error]).toEqual([404, unknown.body.error])
    }
    const changed = await client.call('PATCH', `/api/sources/${id}`, {
      schedule: 'off',
      max_depth: 1,
      category: 'boats',
      name: 'Boats',
    })
    expect(changed.body.source).toMatchObject({
      schedule: 'off',
      next_run_at: null,
      max_depth: 1,
      category: 'boats',
      name: 'Boats',
    })
    expect((await client.call('PATCH', `/api/sources/${id}`, { schedule: 'hourly' })).status).toBe(400)
    const run = await client.call('POST', `/api/sources/${id}/run`)
    expect(run.status).toBe(202)
    expect((await settledJob(client, run.body.job.job_id)).result.pages.kept).toBe(2)
    const list = (await client.call('GET', `/api/sources/${id}/pages?state=kept&limit=1`)).body
    expect([list.total, list.pages, list.data[0].title, list.states]).toEqual([2, 2, 'The mast number 0', { kept: 2 }])
    const entries = (await client.call('GET', `/api/knowledge?category=boats`)).body
    expect(entries.total).toBe(2)

    // With the source its pages go, whoever removes it.
    await server.store.commit([remove(sources, id)])
    await expect.poll(async () => (await server.store.partition(pages, client.id)).size).toBe(0)
  })

  it('is no longer read once it is removed, and nothing of it stays', async () => {
    const site = await startSite(40)
    const server = await startFor(site, { env: { SCRAPE_DELAY_MS: '15' } })
    const client = await server.register()
    const { job, source } = (await client.call('POST', '/api/sources', { url: site.base, max_depth: 20 })).body
    await expect.poll(() => site.requests.length).toBeGreaterThan(6)
    expect((await client.call('DELETE', `/api/sources/${source.source_id}`)).status).toBe(200)
    expect((await settledJob(client, job.job_id)).state).toMatch(/failed|cancelled/)
    expect(site.requests.length).toBeLessThan(20)
    await expect
      .poll(async () => (await client.call('GET', `/api/knowledge/${client.id}`)).body.knowledge_count)
      .toBe(0)
  })

  it('is paused, goes on where it was, and is cancelled', async () => {
    const site = await startSite(40)
    const client = await (await startFor(site, { env: { SCRAPE_DELAY_MS: '15' } })).register()
    const { job, source } = (await client.call('POST', '/api/sources', { url: site.base, max_depth: 20 })).body
    await expect.poll(() => site.requests.length).toBeGreaterThan(6)
    const paused = (await client.call('POST', `/api/jobs/${job.job_id}/pause`)).body.job
    expect(paused.state).toBe('paused')
    const before = site.requests.length
    expect((await client.call('POST', `/api/sources/${source.source_id}/run`)).status).toBe(409)
    expect(site.requests.length).toBe(before)
    await client.call('POST', `/api/jobs/${job.job_id}/resume`)
    const done = await settledJob(client, job.job_id)
    expect([done.state, done.result.pages.kept]).toEqual(['done', 21])
    const next = (await client.call('POST', `/api/sources/${source.source_id}/run`)).body.job
    await client.call('POST', `/api/jobs/${next.job_id}/cancel`)
    expect((await settledJob(client, next.job_id)).state).toBe('cancelled')
    expect((await client.call('GET', `/api/sources/${source.source_id}/pages?state=kept`)).body.total).toBe(21)
  })

  it('stops at its number of pages, at the plan, and at the hour', async () => {
    const site = await startSite(30)
    const server = await startFor(site, { env: { SCRAPE_PAGES_PER_HOUR: '12' } })
    const client = await server.register()
    const few = (await client.call('POST', '/api/sources', { url: site.base, max_pages: 4, max_depth: 20 })).body
    const first = await settledJob(client, few.job.job_id)
    expect([first.result.pages.kept, first.result.reasons]).toEqual([4, { limit: 1 }])

    await server.store.commit([update(clients, client.id, { knowledge_limit: 7 })])
    await client.call('PATCH', `/api/sources/${few.source.source_id}`, { max_pages: 20 })
    const full = (await client.call('POST', `/api/sources/${few.source.source_id}/run`)).body
    expect(full.entries_left).toBe(3)
    // The hour's pages are used up in the middle: what was read is there, the rest waits.
    await expect
      .poll(
        async () => (await client.call('GET', `/api/jobs/${full.job.job_id}`)).body.job.progress.waiting_until ?? '',
      )
      .toMatch(/^20/)
    expect(site.requests.filter(path => path !== '/robots.txt' && path !== '/sitemap.xml').length).toBe(12)
    expect((await client.call('GET', `/api/knowledge/${client.id}`)).body.knowledge_count).toBe(7)
    expect(
      (await client.call('GET', `/api/sources/${few.source.source_id}/pages?reason=over_limit`)).body.total,
    ).toBeGreaterThan(0)
    await client.call('POST', `/api/jobs/${full.job.job_id}/cancel`)
  })

  it('gives up a page where robots may no longer go, or that is gone, in the second run, and says why', async () => {
    let robots = ''
    let status = 200
    let missing = ''
    const site = await startSite(0, (request, reply) => {
      if (request.url === '/robots.txt') return void reply.writeHead(status).end(robots)
      const n = Number(request.url!.slice(1) || 0)
      if (!(n < 6) || request.url === missing) reply.writeHead(404).end()
      else reply.setHeader('Content-Type', 'text/html').end(text(n))
    })
    const client = await (await startFor(site)).register()
    const { body } = await client.call('POST', '/api/sources', { url: site.base })
    const path = `/api/sources/${body.source.source_id}`
    await settledJob(client, body.job.job_id)
    const kept = async () =>
      (await client.call('GET', `${path}/pages?state=kept`)).body.data.map((page: any) => new URL(page.url).pathname)
    const again = async () => settledJob(client, (await client.call('POST', `${path}/read`)).body.job.job_id)
    expect((await kept()).length).toBe(6)

    // A site that cannot say what it asks for, or bars everybody for a while, loses nothing.
    status = 503
    for (let run = 0; run < 3; run++) await again()
    status = 200
    robots = 'User-agent: *\nDisallow: /'
    for (let run = 0; run < 3; run++) await again()
    expect((await kept()).length).toBe(6)
    robots = ''
    await again()

    robots = 'User-agent: *\nDisallow: /4'
    missing = '/5'
    await again()
    expect((await kept()).length).toBe(6)
    const second = await again()
    expect((await kept()).sort()).toEqual(['/', '/1', '/2', '/3'])
    expect(second.result).toMatchObject({ changes: { removed: 2 }, entries: { removed: 2 } })
    const removed = (await client.call('GET', `${path}/pages?change=removed`)).body.data
    expect(removed.map((page: any) => [new URL(page.url).pathname, page.state, page.reason]).sort()).toEqual([
      ['/4', 'gone', 'robots'],
      ['/5', 'gone', 'not_found'],
    ])
    expect((await client.call('GET', '/api/jobs?source_id=nothing')).body.total).toBe(0)
    expect((await client.call('GET', `/api/jobs?source_id=${body.source.source_id}`)).body.total).toBe(10)
    // Allowed again, it comes back.
    robots = ''
    await again()
    expect((await kept()).length).toBe(5)
  })

  it('is left alone for as long as it asks, and read on then', async () => {
    const asked: number[] = []
    let resting = true
    const site = await startSite(0, (request, reply) => {
      if (request.url === '/robots.txt') return void reply.end('')
      if (request.url === '/1') {
        asked.push(performance.now())
        if (resting) {
          resting = false
          return void reply.writeHead(503, { 'Retry-After': '2' }).end()
        }
      }
      const n = Number(request.url!.slice(1) || 0)
      if (!(n < 3)) reply.writeHead(404).end()
      else reply.setHeader('Content-Type', 'text/html').end(text(n))
    })
    const client = await (await startFor(site)).register()
    const { body } = await client.call('POST', '/api/sources', { url: site.base })
    const { result } = await settledJob(client, body.job.job_id)
    expect(result.pages.kept).toBe(3)
    expect(asked.length).toBe(2)
    // It never comes before its time, however late a busy machine may be.
    expect(asked[1]! - asked[0]!).toBeGreaterThanOrEqual(1990)
    const now = Date.parse('2026-01-01T00:00:00Z')
    const cases: [string | undefined, number | undefined][] = [
      ['7', 7000],
      ['Thu, 01 Jan 2026 00:00:09 GMT', 9000],
      ['Wed, 31 Dec 2025 23:00:00 GMT', 0],
      ['soon', undefined],
      ['-3', undefined],
      ['', undefined],
      [undefined, undefined],
    ]
    for (const [header, ms] of cases) expect([header, restOf(header, now)]).toEqual([header, ms])
  })

  it('is read by the clock, once when it is due, also after a restart', async () => {
    const site = await startSite(3)
    let now = new Date('2026-03-01T10:00:00Z')
    const dir = await mkdtemp(join(tmpdir(), 'parley-schedule-'))
    open.push(() => rm(dir, { recursive: true, force: true }))
    const options = { dir, now: () => now, env: { SCRAPE_ALLOW_HOSTS: site.host, SCRAPE_DELAY_MS: '0' } }
    const first = await startServer(options)
    const client = await first.register()
    const { source } = (await client.call('POST', '/api/sources', { url: site.base, run: false, schedule: 'daily' }))
      .body
    expect(Math.abs(Date.parse(source.next_run_at) - Date.parse('2026-03-02T10:00:00Z'))).toBeLessThan(
      0.06 * 86_400_000,
    )
    expect(await first.tick()).toBe(0)
    await first.close()

    now = new Date('2026-03-03T10:00:00Z')
    const second = await startServer(options)
    open.push(() => second.close())
    const ask = (method: string, path: string) =>
      call(second.base, method, path, undefined, { 'X-API-Key': client.key })
    expect([await second.tick(), await second.tick()]).toEqual([1, 0])
    await expect
      .poll(async () =>
        (await ask('GET', '/api/jobs')).body.data.map((job: any) => [job.state, job.result.pages?.kept]),
      )
      .toEqual([['done', 3]])
    const after = second.store.table(sources).get(source.source_id)!
    expect([after.state, after.last_run_at, after.next_run_at > '2026-03-04T08:00']).toEqual([
      'ready',
      now.toISOString(),
      true,
    ])
  })

  it('goes on after a kill -9 where it was, and loses and doubles nothing', async () => {
    const site = await startSite(60)
    const dir = await mkdtemp(join(tmpdir(), 'parley-killed-'))
    const running: ChildProcess[] = []
    open.push(() => rm(dir, { recursive: true, force: true }))
    open.push(() => running.map(child => child.kill('SIGKILL')))
    const port = await freePort()
    const base = `http://127.0.0.1:${port}`
    const start = async () => {
      const env = {
        ...process.env,
        NODE_OPTIONS: '',
        PORT: String(port),
        PORTAL_PORT: '0',
        DATA_DIR: dir,
        DEMO: '0',
        LOG_LEVEL: 'error',
        RATE_LIMITS: 'off',
        SCRAPE_ALLOW_HOSTS: site.host,
        SCRAPE_DELAY_MS: '10',
      }
      const child = spawn(process.execPath, ['dist/server/main.js'], { env, stdio: 'ignore' })
      running.push(child)
      await expect
        .poll(
          () =>
            fetch(`${base}/readyz`).then(
              reply => reply.status,
              () => 0,
            ),
          { timeout: 20_000 },
        )
        .toBe(200)
      return child
    }
    let child = await start()
    const account = (
      await call(base, 'POST', '/api/clients/register', {
        company_name: 'Boats',
        email: 'a@example.com',
        password: 'correct horse battery',
      })
    ).body
    const ask = (method: string, path: string, body?: unknown) =>
      call(base, method, path, body, { 'X-API-Key': account.api_key })
    const { job, source } = (await ask('POST', '/api/sources', { url: site.base, max_depth: 20 })).body
    for (const fetched of [4, 14]) {
      await expect.poll(() => site.requests.length, { timeout: 20_000 }).toBeGreaterThan(fetched)
      child.kill('SIGKILL')
      await new Promise(done => child.once('exit', done))
      child = await start()
    }
    await expect
      .poll(async () => (await ask('GET', `/api/jobs/${job.job_id}`)).body.job.state, { timeout: 30_000 })
      .toBe('done')
    const kept = (await ask('GET', `/api/sources/${source.source_id}/pages?state=kept&limit=100`)).body.data
    expect(kept.map((page: any) => page.url.replace(site.base, '')).sort()).toEqual(
      ['/', ...Array.from({ length: 20 }, (_, i) => `/${i + 1}`)].sort(),
    )
    const entries = (await ask('GET', `/api/knowledge/${account.client_id}`)).body.knowledge
    expect([entries.length, new Set(entries.map((entry: any) => entry.content)).size]).toEqual([21, 21])
  }, 90_000)
})

describe('the thread that reads pages', () => {
  it('ends with a page that takes too long or too much, and reads the next one', async () => {
    const reader = createPageReader({ file: pageWorker, timeoutMs: 3000, memoryMb: 64 })
    open.push(() => reader.close())
    const read = (html: string) => reader.read(Buffer.from(html), 'text/html', 'https://www.example.com/')
    expect((await read('<main><h1>First</h1><p>words</p></main>'))!.title).toBe('First')
    expect(await read('<div>'.repeat(400_000))).toBe(null)
    expect((await read('<main><h1>Second</h1><p>words</p></main>'))!.title).toBe('Second')
    expect(await read('<p>x</p><a href=y>z</a>'.repeat(200_000))).toBe(null)
    const both = await Promise.all([read('<h1>Third</h1>'), read('<h1>Fourth</h1>')])
    expect(both.map(page => page!.title)).toEqual(['Third', 'Fourth'])
  })
})
