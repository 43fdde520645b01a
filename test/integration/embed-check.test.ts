/** Why the widget does not show: real pages on real servers, each with one thing wrong. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blockedBy, readPolicies } from '../../server/integration/policy.ts'
import { clients } from '../../server/store/records.ts'
import { update } from '../../server/store/store.ts'
import { call, startServer, type TestClient, type TestServer } from '../support/server.ts'
import { type Site, startSite } from '../widget/stub-server.ts'

let server: TestServer
let site: Site
let client: TestClient
let token: string
let tag: string

beforeAll(async () => {
  site = await startSite()
  server = await startServer({ env: { SCRAPE_ALLOW_HOSTS: new URL(site.url).host } })
  client = await server.register()
  const reply = await call(server.base, 'POST', '/api/clients/authenticate', {
    email: client.email,
    password: 'correct horse battery',
  })
  token = reply.body.session_token
  tag = `<script src="${server.base}/widget.js" data-company-id="${client.id}" async></script>`
})
afterAll(async () => {
  await server?.close()
  await site?.close()
})

/** Codes of what is found on a page, problems and hints. */
async function found(html: string, { csp = '', url = site.url }: { csp?: string; url?: string } = {}) {
  site.html = html
  site.csp = csp
  const { status, body } = await client.call('GET', `/api/embed-check?url=${encodeURIComponent(url)}`)
  expect(status).toBe(200)
  expect(body.shows).toBe(body.findings.every((finding: any) => finding.level !== 'problem'))
  for (const { level, message, fix } of body.findings) {
    expect(message).not.toBe('')
    if (level !== 'good') expect(fix).not.toBe('')
  }
  return body.findings.map((finding: any) => finding.code)
}
const settings = (change: unknown) =>
  call(server.base, 'PATCH', '/api/bot', change, { Authorization: `Bearer ${token}` })

describe('a page', () => {
  it('with the tag as it should be is good, also from the address of a pinned version', async () => {
    expect(await found(`<body>${tag}</body>`)).toEqual(['ok'])
    expect(await found(`<body>${tag.replace('/widget.js', '/widget/v1.0.0/widget.js')}</body>`)).toEqual(['ok'])
    expect(await found(`<script src="${server.base}/widget.js?company-id=${client.id}"></script>`)).toEqual(['ok'])
  })

  it('without the tag, or with another’s widget.js, has none; a tag manager is named', async () => {
    expect(await found('<h1>Hello</h1>')).toEqual(['tag_missing'])
    expect(await found('<script src="https://other.example/widget.js"></script>')).toEqual(['tag_missing'])
    site.html = '<script>gtm("GTM-ABC123")</script>'
    const { body } = await client.call('GET', `/api/embed-check?url=${site.url}`)
    expect(body.findings[0].message).toContain('GTM-ABC123')
  })

  it('with another id, none, or a secret key is told so', async () => {
    const withId = (id: string) => tag.replace(client.id, id)
    expect(await found(withId('someone_else'))).toEqual(['wrong_id'])
    expect(await found(`<script src="${server.base}/widget.js"></script>`)).toEqual(['wrong_id'])
    expect(await found(withId(client.key))).toEqual(['secret_key'])
  })

  it('that loads from another installation is told so', async () => {
    expect(await found(tag.replace(server.base, 'https://old.example'))).toEqual(['wrong_host'])
    expect(await found(tag.replace(' async', ' data-api-url="https://old.example" async'))).toEqual(['wrong_host'])
  })

  it('on an origin that is not allowed is told which to add', async () => {
    await settings({ allowed_origins: ['https://shop.example'] })
    expect(await found(tag)).toEqual(['origin_not_allowed'])
    await settings({ allowed_origins: [new URL(site.url).origin] })
    expect(await found(tag)).toEqual(['ok'])
    await settings({ allowed_origins: [] })
  })

  it('where the settings hide the widget is told so', async () => {
    await settings({ hide_on: ['/check*'] })
    expect(await found(tag, { url: `${site.url}/checkout` })).toEqual(['hidden_here'])
    await settings({ hide_on: [] })
  })

  it('with a policy is told which line blocks what, from headers and from the page itself', async () => {
    const { base } = server
    expect(await found(tag, { csp: `default-src 'none'; script-src ${base}; connect-src ${base}` })).toEqual(['ok'])
    expect(await found(tag, { csp: "default-src 'self'" })).toEqual(['csp_script', 'csp_connect'])
    expect(await found(tag, { csp: `script-src ${base}; connect-src 'self'` })).toEqual(['csp_connect'])
    expect(await found(`<meta http-equiv="Content-Security-Policy" content="script-src 'self'">${tag}`)).toEqual([
      'csp_script',
    ])
  })

  it('that cannot be reached is told why', async () => {
    const gone = await startSite()
    await gone.close()
    const other = await startServer({ env: { SCRAPE_ALLOW_HOSTS: new URL(gone.url).host } })
    try {
      const { body } = await (await other.register()).call('GET', `/api/embed-check?url=${gone.url}`)
      expect(body.findings[0].code).toBe('unreachable')
    } finally {
      await other.close()
    }
  })
})

describe('the check', () => {
  it('reads nothing that is not public, and nothing for strangers', async () => {
    for (const url of ['http://127.0.0.1:1/', 'http://169.254.169.254/', 'file:///etc/passwd', 'http://[::1]/'])
      expect([url, (await client.call('GET', `/api/embed-check?url=${encodeURIComponent(url)}`)).body.code]).toEqual([
        url,
        'url_not_allowed',
      ])
    expect((await client.call('GET', '/api/embed-check?url=')).status).toBe(400)
    expect((await call(server.base, 'GET', `/api/embed-check?url=${site.url}`)).status).toBe(401)
  })

  it('is a page for a person, whose words are never markup', async () => {
    site.html = tag.replace(client.id, '&lt;img src=x onerror=alert(1)&gt;')
    site.csp = ''
    const reply = await client.call('GET', `/embed-check?url=${site.url}`, undefined, { Accept: 'text/html' })
    expect(reply.headers.get('content-security-policy')).toContain("default-src 'self'")
    expect(reply.body).toContain('The widget does not show')
    expect(reply.body).toContain('&lt;img src=x')
    expect(reply.body).not.toContain('<img src=x')
  })

  it('tells a client whose account is off', async () => {
    const off = await server.register()
    await server.store.commit([update(clients, off.id, { is_active: false })])
    expect((await off.call('GET', `/api/embed-check?url=${site.url}`)).status).toBe(403)
  })
})

describe('a content security policy', () => {
  const page = new URL('https://shop.example/')
  const target = new URL('https://chat.example/widget.js')
  const verdict = (text: string, nonce?: string) =>
    blockedBy(readPolicies(text)[0]!, ['script-src-elem', 'script-src', 'default-src'], { page, target, nonce })

  it.each([
    ['img-src none', undefined],
    ['script-src https://chat.example', undefined],
    ['script-src chat.example', undefined],
    ['script-src https:', undefined],
    ['script-src *', undefined],
    ['script-src *.example', undefined],
    ['script-src https://chat.example/widget.js', undefined],
    ['script-src https://chat.example:443/', undefined],
    ['default-src *; script-src-elem chat.example', undefined],
    ["script-src 'self'", "script-src 'self'"],
    ["script-src 'none'", "script-src 'none'"],
    ['script-src', 'script-src'],
    ['script-src http://other.example', 'script-src http://other.example'],
    ['script-src https://chat.example/other.js', 'script-src https://chat.example/other.js'],
    ['script-src https://chat.example:444', 'script-src https://chat.example:444'],
    ['script-src *.chat.example', 'script-src *.chat.example'],
    ["script-src 'strict-dynamic' chat.example", "script-src 'strict-dynamic' chat.example"],
    ["default-src 'self'; script-src *", undefined],
    ["script-src 'self'; script-src *", "script-src 'self'"],
  ])('"%s"', (text, blocked) => {
    expect(verdict(text)).toBe(blocked)
  })

  it('lets a tag with its nonce through', () => {
    expect(verdict("script-src 'nonce-abc'", 'abc')).toBeUndefined()
    expect(verdict("script-src 'nonce-abc'", 'x')).toBe("script-src 'nonce-abc'")
  })
})

it('a pattern of many stars is as quick as any other', { timeout: 20_000 }, async () => {
  const long = `${site.url}/${'a'.repeat(1900)}`
  await settings({ hide_on: [`/${'*a'.repeat(90)}*b`] })
  expect(await found(tag, { url: long })).toEqual(['ok'])
  await settings({ hide_on: [`/${'*a'.repeat(90)}`] })
  expect(await found(tag, { url: long })).toEqual(['hidden_here'])
  await settings({ hide_on: ['/shop/*/pay', '/'] })
  expect(await found(tag, { url: `${site.url}/shop/1/2/pay/` })).toEqual(['hidden_here'])
  expect(await found(tag, { url: `${site.url}/shop/pay` })).toEqual(['ok'])
  await settings({ hide_on: [] })
})
