/** What the server shows of itself: headers, health, docs, CORS, pages. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { settings } from '../../server/config.ts'
import { call, startServer, type TestServer } from '../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer({ demo: true })
})
afterAll(() => server.close())

const get = (path: string, headers?: Record<string, string>) => call(server.base, 'GET', path, undefined, headers)

describe('health', () => {
  it('is answered without touching anything', async () => {
    const before = server.store.status().commits
    const { status, body } = await get('/api/health')
    expect([status, body.status, body.components]).toEqual([200, 'ok', { server: 'ok', store: 'ok' }])
    expect(Date.parse(body.timestamp)).not.toBeNaN()
    expect((await get('/livez')).body).toBe('ok')
    expect((await get('/readyz')).body).toBe('ready')
    expect(server.store.status().commits).toBe(before)
  })

  it('gives metrics to a caller on this machine only', async () => {
    expect((await get('/metrics')).body).toMatch(/^parley_store_ready 1$/m)
    expect((await get('/metrics', { 'X-Forwarded-For': '203.0.113.9' })).status).toBe(404)
  })
})

describe('headers', () => {
  it('make replies of the API data and nothing else', async () => {
    const { headers } = await call(server.base, 'POST', '/api/chat', { message: 'Hello', company_id: 'demo_company' })
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    })
  })

  it('keep the portal out of frames and free of inline code', async () => {
    for (const path of ['/portal/', '/portal/knowledge', '/docs', '/docs/errors', '/demo']) {
      const { status, headers, body } = await get(path)
      expect([path, status]).toEqual([path, 200])
      expect(headers.get('content-security-policy')).toMatch(/default-src 'self'.*frame-ancestors 'none'/)
      expect(headers.get('content-security-policy')).not.toContain('unsafe')
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(body).not.toMatch(/<script(?![^>]*\bsrc=)|\son\w+=|<style|\sstyle=/i)
      // Loaded, not linked: a page may name other sites but must fetch nothing from them.
      expect(body).not.toMatch(/<(?:script|link|img|iframe)[^>]*(?:src|href)="(?:https?:)?\/\//i)
    }
  })

  it.each([
    ['br, gzip', 'br'],
    ['br;q=0, gzip', 'gzip'],
    ['BR;q=0.5', 'br'],
    ['br;q=0.0, gzip; q=0', null],
    ['', null],
  ])('send no coding that Accept-Encoding "%s" refuses', async (accepted, sent) => {
    // Node's fetch decodes by itself; the headers are what counts here.
    const reply = await fetch(`${server.base}/widget.js`, { headers: { 'Accept-Encoding': accepted } })
    await reply.arrayBuffer()
    expect([reply.status, reply.headers.get('content-encoding')]).toEqual([200, sent])
  })

  it('let other sites load the widget, and cache a version for ever', async () => {
    const loader = await get('/widget.js')
    expect([loader.status, loader.headers.get('access-control-allow-origin')]).toEqual([200, '*'])
    expect(loader.headers.get('cache-control')).toBe('public, max-age=300')
    const again = await get('/widget.js', { 'If-None-Match': loader.headers.get('etag')! })
    expect(again.status).toBe(304)
  })
})

describe('CORS', () => {
  const preflight = (path: string, origin: string) =>
    fetch(server.base + path, {
      method: 'OPTIONS',
      headers: {
        Origin: origin,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'content-type',
      },
    })

  it('is offered where visitors may call, and never with credentials or for secret keys', async () => {
    const reply = await preflight('/api/chat', 'https://shop.example')
    expect([reply.status, reply.headers.get('access-control-allow-origin')]).toEqual([204, 'https://shop.example'])
    expect(reply.headers.get('access-control-allow-headers')).not.toMatch(/x-api-key|authorization/i)
    expect(reply.headers.get('access-control-allow-credentials')).toBeNull()
    expect((await preflight('/api/chat', 'null')).status).toBe(403)
  })

  it('is not offered elsewhere', async () => {
    for (const path of ['/api/knowledge', '/api/keys', '/api/clients/profile']) {
      expect((await preflight(path, 'https://shop.example')).headers.get('access-control-allow-origin')).toBeNull()
    }
  })
})

describe('a visitor', () => {
  it('reads the public settings of a bot and nothing more', async () => {
    const { status, body } = await get('/api/bot?company_id=demo_company')
    expect(status).toBe(200)
    expect(Object.keys(body).sort()).toEqual([
      'color',
      'company_id',
      'consent',
      'contact',
      'greeting',
      'lead',
      'name',
      'suggestions',
      'version',
    ])
    for (const path of ['/api/knowledge', '/api/usage', '/api/clients/profile', '/api/bot/settings']) {
      expect([path, (await get(`${path}?company_id=demo_company`)).status]).toEqual([path, 401])
    }
  })

  it('is slowed down by address, and X-Forwarded-For does not help', async () => {
    const limited = await startServer({ env: { RATE_LIMITS: 'on' }, demo: true })
    try {
      const ask = (i: number) =>
        call(
          limited.base,
          'POST',
          '/api/chat',
          { message: `Hello ${i}`, company_id: 'demo_company' },
          { 'X-Forwarded-For': `203.0.113.${i}`, Origin: 'https://shop.example' },
        )
      const replies = []
      for (let i = 0; i < 45; i++) replies.push(await ask(i))
      expect(replies.slice(0, 40).every(reply => reply.status === 200)).toBe(true)
      expect(replies[0]!.headers.get('ratelimit-policy')).toBe('"chat";q=40;w=60')
      const refused = replies.at(-1)!
      expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited'])
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(refused.headers.get('access-control-allow-origin')).toBe('https://shop.example')
    } finally {
      await limited.close()
    }
  })

  it('is told apart behind a trusted proxy', async () => {
    const limited = await startServer({ env: { RATE_LIMITS: 'on', TRUST_PROXY: '127.0.0.1' }, demo: true })
    try {
      for (let i = 0; i < 45; i++) {
        const reply = await call(limited.base, 'GET', '/api/bot?company_id=demo_company', undefined, {
          'X-Forwarded-For': `203.0.113.${i}`,
        })
        expect(reply.headers.get('ratelimit')).toMatch(/^"bot";r=119;/)
      }
    } finally {
      await limited.close()
    }
  })
})

describe('the OpenAPI document', () => {
  it('is 3.1 and describes every address with its schemas', async () => {
    const { body } = await get('/openapi.json')
    expect(body.openapi).toBe('3.1.0')
    const operations = Object.entries<Record<string, any>>(body.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
    )
    const names = operations.map(({ path, method }) => `${method.toUpperCase()} ${path}`)
    for (const name of [
      'POST /api/chat',
      'POST /api/clients/register',
      'POST /api/clients/authenticate',
      'GET /api/clients/profile',
      'POST /api/knowledge/add',
      'GET /api/knowledge/entries/{id}',
      'GET /api/knowledge/{company_id}',
      'DELETE /api/knowledge/{company_id}',
      'POST /api/knowledge/import',
      'GET /api/health',
    ])
      expect(names).toContain(name)
    for (const { path, method, operation } of operations) {
      expect([path, method, typeof operation.summary]).toEqual([path, method, 'string'])
      const written = [...path.matchAll(/\{(\w+)\}/g)].map(match => match[1])
      const described = (operation.parameters ?? []).filter((p: any) => p.in === 'path').map((p: any) => p.name)
      expect([path, described]).toEqual([path, written])
    }
    const references = [...JSON.stringify(body).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(
      match => match[1]!,
    )
    for (const name of references) expect(Object.keys(body.components.schemas)).toContain(name)
    expect(references).toContain('ChatReply')
  })

  it('promises what a real reply has', async () => {
    const { body: document } = await get('/openapi.json')
    const { body } = await call(server.base, 'POST', '/api/chat', {
      message: 'When are you open?',
      company_id: 'demo_company',
    })
    const schema = document.components.schemas.ChatReply
    expect(Object.keys(body).sort()).toEqual(Object.keys(schema.properties).sort())
  })
})

it('lists every setting with its default in .env.example', () => {
  const lines = readFileSync('.env.example', 'utf8').split('\n')
  const listed = Object.fromEntries(
    lines.filter(line => /^[A-Z_]+=/.test(line)).map(line => line.split('=') as [string, string]),
  )
  expect(listed).toEqual(Object.fromEntries(Object.values(settings).map(setting => [setting.name, setting.fallback])))
})
