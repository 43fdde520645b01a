/** A whole website read into a client's library: what is kept, what is left out and why, and what the bot says afterwards. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { clients } from '../../server/store/records.ts'
import { update } from '../../server/store/store.ts'
import { startServer, type TestClient, type TestServer } from '../support/server.ts'
import { settledJob } from './settled.ts'
import { guides, guideTopic, hidden, products, startTrapSite, type TrapSite } from './trap-site.ts'

let canary: Server
let reached = 0
let site: TrapSite
let server: TestServer
let client: TestClient
let sourceId = ''
let job: any

const every = async (query = ''): Promise<any[]> => {
  const { body } = await client.call('GET', `/api/sources/${sourceId}/pages?limit=500${query}`)
  return body.data
}
const settled = (id: string) => settledJob(client, id)
const again = async () => settled((await client.call('POST', `/api/sources/${sourceId}/run`)).body.job.job_id)

beforeAll(async () => {
  canary = createServer((_, reply) => reply.end('canary'))
  canary.on('connection', () => reached++)
  await new Promise<void>(done => canary.listen(0, '127.0.0.1', done))
  site = await startTrapSite((canary.address() as AddressInfo).port)
  server = await startServer({
    env: { SCRAPE_ALLOW_HOSTS: site.host, SCRAPE_DELAY_MS: '0', SCRAPE_PAGES_PER_HOUR: '100000' },
    pageTimeoutMs: 4000,
  })
  client = await server.register('Harbour Supplies')
  await server.store.commit([update(clients, client.id, { knowledge_limit: 5000 })])
  const { status, body } = await client.call('POST', '/api/sources', {
    url: `${site.base}/`,
    max_pages: 1000,
    max_depth: 8,
  })
  expect([status, body.source?.state]).toEqual([201, 'new'])
  sourceId = body.source.source_id
  job = await settled(body.job.job_id)
}, 180_000)
afterAll(async () => {
  await server?.close()
  await site?.close()
  canary?.close()
})

const pathsBy = (pages: any[], reason: string) =>
  pages.filter(page => page.reason === reason).map(page => page.url.replace(site.base, ''))

it('is read to its end, with a reason for every page that was left out', async () => {
  expect([job.state, job.error]).toEqual(['done', ''])
  const pages = [...(await every('&state=skipped')), ...(await every('&state=failed'))]
  for (const page of pages) expect(page.detail).toMatch(/\.$/)
  const expected: Record<string, string[]> = {
    robots: ['/private/a', '/private/b'],
    noindex: ['/noindex', '/noindex-header'],
    login: ['/members', '/account'],
    needs_scripts: ['/app'],
    empty: ['/blank'],
    too_large: ['/huge', '/endless', '/bomb'],
    too_slow: ['/slow', '/slowloris'],
    not_found: ['/missing-1', '/missing-2', '/missing-3', `/guide/${guides}`],
    server_error: ['/error'],
    broken: ['/broken'],
    bad_redirect: ['/circle'],
    redirected: ['/old', '/older'],
    outside: ['/out'],
    url_not_allowed: ['/metadata', '/canary-redirect'],
    document: ['/report.pdf'],
    not_a_page: ['/feed'],
  }
  for (const [reason, paths] of Object.entries(expected))
    expect([reason, pathsBy(pages, reason).sort()]).toEqual([reason, [...paths].sort()])
  // What only repeats is tried for a while, and then no more.
  expect(pathsBy(pages, 'duplicate').filter(path => path.startsWith('/print/')).length).toBe(25)
  expect(pathsBy(pages, 'trap').filter(path => path.startsWith('/print/')).length).toBe(guides - 25)
  expect(site.requests.filter(path => path.startsWith('/products?')).length).toBeLessThanOrEqual(25)
  expect(pathsBy(pages, 'trap')).toContain('/loop/a/b/a/b/a/b/')
  expect(job.result.pages).toMatchObject({ found: pages.length + job.result.pages.kept, failed: 9 })
})

it('keeps every page that says something of its own, once', async () => {
  const kept = (await every('&state=kept')).map(page => page.url.replace(site.base, ''))
  expect(kept.filter(path => path.startsWith('/guide/')).length).toBe(guides)
  expect(kept.filter(path => path.startsWith('/product/')).length).toBe(products)
  expect(kept.filter(path => path.startsWith('/hidden/')).length).toBe(hidden)
  const others = kept.filter(path => !/^\/(?:guide|product|hidden|calendar|loop)\b/.test(path)).sort()
  expect(others).toEqual(
    [
      '/',
      '/base/',
      '/brotli',
      '/canonical',
      '/contact',
      '/cookies',
      '/cyrillic',
      '/deep/nest',
      '/elsewhere/leaf',
      '/faq',
      '/guides',
      '/gzip',
      '/lies',
      '/meta-lies',
      '/products',
      '/session',
      '/tired',
      '/utf16',
      '/variant?a=1&b=2',
    ].sort(),
  )
  expect(kept.filter(path => path.startsWith('/calendar')).length).toBeLessThanOrEqual(12)
})

it('goes only where it may: not inside, not where robots may not, each page once', () => {
  expect(reached).toBe(0)
  expect(site.requests.filter(path => path.startsWith('/private') || path === '/secret')).toEqual([])
  const twice = site.requests.filter(
    (path, i) => site.requests.indexOf(path) !== i && !/^\/(?:tired|circle|contact|old)/.test(path),
  )
  expect(twice).toEqual([])
  expect(site.requests[0]).toBe('/robots.txt')
  expect(site.headers.get('/')!['user-agent']).toMatch(/^Parley\/\S+ \(\+http/)
})

it('leaves the frame of the site out of its entries, and keeps how to reach it once', async () => {
  const entries: any[] = (await client.call('GET', `/api/knowledge/${client.id}`)).body.knowledge
  const containing = (text: string) => entries.filter(entry => entry.content.includes(text))
  expect(containing('We use cookies to make')).toEqual([])
  expect(containing('Contact us today')).toEqual([])
  expect(containing('eleven thousand people')).toEqual([])
  expect(containing('12 Quay Street').length).toBe(1)
  expect(containing('All rights reserved').length).toBeLessThanOrEqual(1)
  expect(containing('Größte Fähre').length + containing('größte Fähre').length).toBe(1)
  expect(containing('Паром отправляется').length).toBe(1)
  expect(containing('für Schüler').length).toBe(1)
  const table = entries.find(entry => entry.url === `${site.base}/guide/7#size`)
  expect(table).toMatchObject({
    title: `The ${guideTopic(7)} › Sizes of the ${guideTopic(7)}`,
    content: 'Size: Small; Length: 17 cm\nSize: Large; Length: 47 cm',
    lang: 'en',
  })
})

it('is what the bot answers from, with title and address', async () => {
  const ask = async (message: string) => (await client.call('POST', '/api/chat', { message })).body
  for (const n of [3, 58, 121, 199]) {
    const { answered, response, sources } = await ask(`How is the ${guideTopic(n)} cleaned?`)
    expect([n, answered, response.includes(`every ${n + 3} days`)]).toEqual([n, true, true])
    expect(sources[0]).toMatchObject({
      url: `${site.base}/guide/${n}#care`,
      title: `The ${guideTopic(n)} › Care of the ${guideTopic(n)}`,
    })
  }
  const faq = await ask('Do you deliver to islands?')
  expect([faq.sources[0].url, faq.response]).toEqual([`${site.base}/faq`, expect.stringContaining('within nine days')])
})

it('offers questions to begin with, each of which is answered', async () => {
  const { status, body } = await client.call('GET', `/api/sources/${sourceId}/questions?limit=3`)
  expect([status, body.data.length]).toEqual([200, 3])
  for (const { question, url } of body.data) {
    const reply = (await client.call('POST', '/api/chat', { message: question })).body
    expect([question, reply.answered, reply.sources[0].url.replace(/#.*/, '')]).toEqual([
      question,
      true,
      url.replace(/#.*/, ''),
    ])
  }
  expect(body.data[0].question).toMatch(/\?$/)
})

it('is asked again only for what may have changed, and only that changes', async () => {
  const before: any[] = (await client.call('GET', `/api/knowledge/${client.id}`)).body.knowledge
  const edited = before.find(entry => entry.url === `${site.base}/guide/5#care`)
  await client.call('PATCH', `/api/knowledge/entries/${edited.id}`, {
    content: 'A person knows better: never clean it.',
  })
  site.change(
    '/guide/5',
    '<h1>The rewritten guide</h1><p>Number five was written anew, and now it is about knots and bends.</p>',
  )
  site.change(
    '/guide/6',
    '<h1>The sixth guide</h1><p>Number six was written anew as well: it now takes ninety-nine minutes.</p>',
  )
  site.change('/guide/8', 404)
  site.change('/guide/9', 500)
  site.requests.length = 0
  const second = await again()
  expect([second.state, second.error]).toEqual(['done', ''])
  expect(site.headers.get('/guide/4')!['if-none-match']).toBe('"g4"')
  expect(site.headers.get('/guide/13')!['if-modified-since']).toBe('Mon, 05 Jan 2026 10:00:00 GMT')
  // The sitemap says that these did not change since.
  expect(site.requests.filter(path => path.startsWith('/hidden/'))).toEqual([])
  expect(second.result.changes).toEqual({ added: 0, changed: 2, removed: 0 })
  const changed = await every('&change=changed')
  expect(changed.map(page => page.url.replace(site.base, '')).sort()).toEqual(['/guide/5', '/guide/6'])
  const after: any[] = (await client.call('GET', `/api/knowledge/${client.id}`)).body.knowledge
  const at = (n: number) =>
    after.filter(entry => entry.url.startsWith(`${site.base}/guide/${n}#`) || entry.url === `${site.base}/guide/${n}`)
  expect(after.find(entry => entry.id === edited.id)).toMatchObject({
    content: 'A person knows better: never clean it.',
  })
  expect(at(6).map(entry => entry.content)).toEqual([
    'Number six was written anew as well: it now takes ninety-nine minutes.',
  ])
  // What fails once, or is not there once, keeps its last good text.
  expect(at(8).length).toBe(3)
  expect(at(9).length).toBe(3)
  expect((await every('&search=guide/8'))[0]).toMatchObject({ state: 'kept', reason: 'not_found', failures: 1 })

  const third = await again()
  expect(third.result.changes).toMatchObject({ removed: 1 })
  expect((await every('&change=removed')).map(page => page.url)).toEqual([`${site.base}/guide/8`])
  const last: any[] = (await client.call('GET', `/api/knowledge/${client.id}`)).body.knowledge
  expect(last.filter(entry => entry.url.startsWith(`${site.base}/guide/8#`))).toEqual([])
  expect(last.filter(entry => entry.url.startsWith(`${site.base}/guide/9#`)).length).toBe(2)
})
