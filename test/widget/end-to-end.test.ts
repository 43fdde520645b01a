/** The built widget against the real server: what `npm run build` made, the demo client, and real answers. */
import { existsSync, readFileSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { clients, feedback } from '../../server/store/records.ts'
import { update } from '../../server/store/store.ts'
import { launchBrowser, newProfile } from '../support/browser.ts'
import { call, password, startServer, type TestServer } from '../support/server.ts'
import { askFor, dialog, launcher, log, openChat } from './stage.ts'
import { type Site, startSite } from './stub-server.ts'

let server: TestServer
let site: Site
let browser: Browser

beforeAll(async () => {
  expect(
    existsSync('dist/public/widget.js') || existsSync('dist/public/widget/widget.js'),
    'run npm run build first',
  ).toBe(true)
  server = await startServer({ demo: true })
  site = await startSite()
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
  await site?.close()
  await server?.close()
})

/** Address of a page of another origin, under a strict policy, with the tag of a client. */
function embedding(companyId: string): string {
  site.csp = `default-src 'none'; script-src ${server.base}; connect-src ${server.base}`
  site.html = `<!doctype html><html lang="en"><head><title>A page</title></head><body><h1>A page</h1>
    <script src="${server.base}/widget.js" data-company-id="${companyId}" async></script></body></html>`
  return site.url
}

async function open(url: string) {
  const context = await newProfile(browser)
  const page = await context.newPage()
  const said: string[] = []
  page.on('console', message => said.push(message.text()))
  page.on('pageerror', error => said.push(String(error)))
  await page.goto(url)
  return { page, context, said }
}

it('a page of another origin, under a strict policy, gets an answer with its source', async () => {
  const { page, said } = await open(embedding('demo_company'))
  await openChat(page)
  expect(await dialog(page).getByRole('heading').textContent()).toBe('Harbour Lane Cycles')
  await askFor(page, 'What are your opening hours?')
  expect(await dialog(page).locator('.answer').textContent()).toContain('9:00 to 18:30')
  await dialog(page).locator('.reply summary').first().click()
  expect(await dialog(page).locator('blockquote').first().textContent()).toContain('18:30')
  expect(said).toEqual([])
})

it('the demo page works under the policy it is served with', async () => {
  const { page, context, said } = await open(`${server.base}/demo`)
  await openChat(page)
  await askFor(page, 'How much is a full service?')
  expect(await dialog(page).locator('.answer').textContent()).toContain('119')
  expect(await context.cookies()).toEqual([])
  expect(said).toEqual([])
})

it('a question it knows nothing of is refused honestly, without a source', async () => {
  const { page } = await open(`${server.base}/demo`)
  await openChat(page)
  await askFor(page, 'Who won the chess championship in 1972?')
  expect(await dialog(page).locator('.reply details').count()).toBe(0)
  expect((await dialog(page).locator('.answer').textContent())!.length).toBeGreaterThan(20)
})

it('the conversation goes on in one session, which the server keeps', async () => {
  const sessions: string[] = []
  const { page } = await open(`${server.base}/demo`)
  page.on('request', request => {
    if (request.url().endsWith('/api/chat')) sessions.push(request.postDataJSON().session_id)
  })
  await openChat(page)
  await askFor(page, 'Do you deliver?')
  await page.reload()
  await launcher(page).click()
  await log(page).getByText('You: Do you deliver?').waitFor()
  await askFor(page, 'Do I need an appointment for a repair?')
  expect(sessions[0]).toBeUndefined()
  expect(sessions[1]).toMatch(/^\S+$/)
})

it('an answer that was lost on the way is asked for again and counted once', async () => {
  const client = await server.register()
  await client.call('POST', '/api/knowledge/add', { content: 'We are open all night.' })
  const { page, context } = await open(embedding(client.id))
  await openChat(page)
  let lose = true
  await context.route('**/api/chat', async route => {
    if (!lose || route.request().method() !== 'POST') return route.continue()
    lose = false
    await route.fetch()
    await route.abort('connectionreset')
  })
  await askFor(page, 'When are you open?')
  await dialog(page).getByRole('button', { name: 'Try again' }).click()
  await log(page).getByText('open all night').first().waitFor()
  const profile = await client.call('GET', '/api/clients/profile')
  expect(profile.body.stats.monthly_requests).toBe(1)
})

it('an answer is rated, a refusal leads to people, and the conversation is taken along and deleted', async () => {
  const client = await server.register('Night Shop')
  await client.call('POST', '/api/knowledge', { kind: 'qa', question: 'When are you open?', content: 'All night.' })
  const { body } = await call(server.base, 'POST', '/api/clients/authenticate', { email: client.email, password })
  const lead = { when: 'refusal', fields: [{ name: 'email', required: true }] }
  const settings = { lead, contact: 'hello@night.example', position: 'left', color: '#aa3355' }
  await call(server.base, 'PATCH', '/api/bot', settings, { Authorization: `Bearer ${body.session_token}` })
  const { page, said } = await open(embedding(client.id))
  await launcher(page).waitFor()
  expect((await launcher(page).boundingBox())!.x).toBe(20)
  await openChat(page)
  await page.locator('parley-chat .composer textarea').fill('When are')
  await dialog(page).locator('.offers button').click()
  await log(page).getByText('All night.').first().waitFor()
  await dialog(page).getByRole('button', { name: 'Helpful', exact: true }).click()
  await askFor(page, 'Who won the chess championship in 1972?')
  // Each way once: the answer does not name what is offered beside it.
  const mail = dialog(page).getByRole('link', { name: 'hello@night.example' })
  expect(await mail.count()).toBe(1)
  expect(await mail.getAttribute('href')).toBe('mailto:hello@night.example')
  await dialog(page).getByRole('textbox', { name: 'E-mail' }).fill('ann@example.com')
  await dialog(page).locator('.lead').getByRole('button', { name: 'Send' }).click()
  await dialog(page).getByText('Thank you. We will get back to you.').waitFor()
  expect((await client.call('GET', '/api/leads')).body.data).toMatchObject([
    { email: 'ann@example.com', page: `${site.url}/` },
  ])
  const ratings: string[] = []
  for await (const row of server.store.log(feedback).scan({ partition: client.id })) ratings.push(row.rating)
  expect(ratings).toEqual(['up'])
  const menu = dialog(page).locator('.menu summary')
  await menu.click()
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    dialog(page).getByRole('button', { name: 'Download conversation' }).click(),
  ])
  expect(readFileSync(await file.path(), 'utf8')).toContain('Night Shop: All night.')
  await menu.click()
  await dialog(page).getByRole('button', { name: 'Delete conversation' }).click()
  await dialog(page).getByRole('button', { name: 'Delete for good?' }).click()
  await expect.poll(() => dialog(page).locator('article').count()).toBe(0)
  expect(said).toEqual([])
})

it('a bot whose month is used up says when it is back', async () => {
  const client = await server.register()
  await client.call('POST', '/api/knowledge/add', { content: 'We are open all night.' })
  await server.store.commit([update(clients, client.id, { monthly_requests: 1 })])
  const { page } = await open(embedding(client.id))
  await openChat(page)
  await askFor(page, 'When are you open?')
  expect(await dialog(page).locator('.answer').textContent()).toContain('open all night')
  await askFor(page, 'Really?')
  expect(await dialog(page).locator('.reply .note').textContent()).toMatch(/It will be back on 1 [A-Z][a-z]+\.$/)
})

it('a bot that may not be had says nothing about why, and breaks nothing', async () => {
  const { page } = await open(embedding('nobody'))
  await openChat(page)
  await askFor(page, 'Hello?')
  expect(await dialog(page).locator('.reply .note').textContent()).toBe('The assistant cannot be reached just now.')
})
