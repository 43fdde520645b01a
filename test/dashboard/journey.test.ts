import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openPortal, type Portal, secret, t, type Visit } from './portal.ts'

let portal: Portal
let visit: Visit
beforeAll(async () => {
  portal = await openPortal()
})
afterAll(() => portal.close())
afterEach(() => visit.context.close())

test('a client registers, teaches, tries, embeds, makes a key and leaves', async () => {
  visit = await portal.visit()
  const { page, context, faults } = visit
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: portal.server.base })
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText())
  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' })
  const title = (name: string) => page.getByRole('heading', { level: 1, name, exact: true })

  // Register: the first key is shown, once.
  await visit.open('/portal/')
  await page.getByRole('link', { name: t.signIn.register }).click()
  await page.getByLabel(t.register.company).fill('Lighthouse Books')
  await page.getByLabel(t.signIn.email).fill('keeper@example.com')
  await page.getByLabel(t.signIn.password, { exact: true }).fill(secret)
  await button(t.register.action).click()
  await title(t.welcome.title).waitFor()
  await page.getByRole('link', { name: t.welcome.skip }).click()
  await title('Lighthouse Books').waitFor()
  const first = (await page.locator('.secret code').textContent())!
  expect(first).toMatch(/^cb_[\w-]{32,}$/)
  await page.getByText(t.start.progress(0, 5)).waitFor()

  // Add, the question by question way.
  await page.getByRole('link', { name: t.start.teach.title }).click()
  await title(t.entry.newTitle).waitFor()
  await page.getByLabel(t.entry.question, { exact: true }).fill('Do you wrap presents?')
  await page.getByLabel(t.entry.answer, { exact: true }).fill('Yes, every book, in blue paper, free of charge.')
  await page.getByLabel(t.knowledge.category).fill('Service')
  await button(t.entry.saveAnother).click()
  await page.getByText(t.entry.saved).waitFor()
  expect(await page.getByLabel(t.entry.question, { exact: true }).inputValue()).toBe('')
  await page.getByRole('radio', { name: t.entry.text }).check()
  await page.getByLabel(t.entry.titleLabel).fill('Opening hours')
  await page
    .getByRole('textbox', { name: t.entry.content })
    .fill('The shop is open from ten to six, Tuesday to Saturday.')
  await button(t.entry.save).click()
  await title(t.knowledge.title).waitFor()
  await page.getByRole('link', { name: 'Opening hours' }).waitFor()

  // Search; the address holds it, and Back forgets it.
  await page.getByRole('searchbox').fill('blue paper')
  await page.waitForURL('**/portal/knowledge?search=blue+paper')
  await expect.poll(() => page.locator('.entry-link').allTextContents()).toEqual(['Do you wrap presents?'])
  await page.goBack()
  await expect.poll(() => page.locator('.entry-link').count()).toBe(2)
  expect(await page.getByRole('searchbox').inputValue()).toBe('')

  // Edit.
  await page.getByRole('link', { name: 'Do you wrap presents?' }).click()
  await page.getByLabel(t.entry.answer, { exact: true }).fill('Yes, every book, in red paper, free of charge.')
  await button(t.entry.save).click()
  await page.getByText('in red paper').waitFor()

  // Delete, think again, delete for good.
  await button(t.knowledge.delete('Opening hours')).click()
  await expect.poll(() => page.locator('.entry-link').allTextContents()).toEqual(['Do you wrap presents?'])
  await button(t.undo).click()
  await page.getByRole('link', { name: 'Opening hours' }).waitFor()
  await button(t.knowledge.delete('Opening hours')).click()
  const gone = page.waitForResponse(reply => reply.request().method() === 'DELETE')
  await page.locator('.toast', { hasText: t.undo }).getByRole('button', { name: t.close }).click()
  expect((await gone).status()).toBe(200)
  await page.reload()
  await expect.poll(() => page.locator('.entry-link').allTextContents()).toEqual(['Do you wrap presents?'])

  // Try: an answer with its source, and an honest refusal with a way on.
  await page.getByRole('link', { name: t.nav.tryBot }).click()
  await page.getByLabel(t.tryBot.message).fill('Do you wrap presents?')
  await page.keyboard.press('Enter')
  await page.getByText(/^Answered/).waitFor()
  expect(await page.locator('.prose').last().textContent()).toContain('in red paper')
  await page.locator('.sources').getByRole('link', { name: 'Do you wrap presents?' }).waitFor()
  await page.getByLabel(t.tryBot.message).fill('Which submarine won the regatta?')
  await button(t.tryBot.send).click()
  await page.getByText(t.tryBot.notAnswered).waitFor()
  await page.getByRole('link', { name: t.overview.writeAnswer }).click()
  await expect
    .poll(() => page.getByLabel(t.entry.question, { exact: true }).inputValue())
    .toBe('Which submarine won the regatta?')
  // The conversation is still there.
  await page.goBack()
  await page.getByText(t.tryBot.notAnswered).waitFor()

  // Copy the tag.
  await page.getByRole('link', { name: t.nav.integrate }).click()
  await button(t.integrate.copyTag).click()
  await button(t.copied).waitFor()
  const tag = await clipboard()
  const { account } = await (await context.request.get('/api/auth/me')).json()
  expect(tag).toBe(
    `<script src="${portal.server.base}/widget.js" data-company-id="${account.client_id}" async></script>`,
  )

  // Make a key, use it, revoke it.
  await page.getByRole('link', { name: t.nav.keys }).click()
  await button(t.keys.make).click()
  await page.getByRole('dialog').getByLabel(t.keys.name).fill('Till')
  await page.getByRole('checkbox', { name: t.keys.scopeText.read }).check()
  await page.getByRole('dialog').getByRole('button', { name: t.keys.make }).click()
  await button(t.secret.copy).last().click()
  const key = await clipboard()
  expect(key).toMatch(/^cb_/)
  const profile = () => fetch(`${portal.server.base}/api/clients/profile`, { headers: { 'X-API-Key': key } })
  expect((await profile()).status).toBe(200)
  await page.getByRole('dialog').getByRole('button', { name: t.secret.noted }).click()
  await button(t.keys.revokeTitle('Till')).click()
  await page.getByText(t.keys.revoked('Till')).waitFor()
  expect((await profile()).status).toBe(401)
  await button(t.undo).click()
  await page.getByText(t.keys.restored('Till')).waitFor()
  expect((await profile()).status).toBe(200)
  await button(t.keys.revokeTitle('Till')).click()
  await expect.poll(async () => (await profile()).status).toBe(401)
  // Nothing of it stays in the browser.
  expect(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toContain('cb_')

  // The list has ticked itself, but for what only a website shows; the day is counted; leave.
  await page.getByRole('link', { name: t.nav.overview }).click()
  await page.getByText(t.start.progress(2, 5)).waitFor()
  await page.getByText('Which submarine won the regatta?').waitFor()
  await page.getByText(t.overview.asTable).click()
  expect(await page.locator('.chart-table tbody tr').first().locator('td').allTextContents()).toEqual(['2', '1'])
  await page.getByRole('link', { name: 'keeper@example.com' }).click()
  await button(t.signOut).click()
  await title(t.signIn.title).waitFor()
  expect((await context.request.get('/api/auth/me')).status()).toBe(401)
  await page.goBack()
  await title(t.signIn.title).waitFor()
  expect(faults).toEqual([])
}, 90_000)

test('a link into the portal leads there after signing in', async () => {
  visit = await portal.visit()
  const { page } = visit
  const { email } = await visit.signIn()
  await visit.context.clearCookies()
  await visit.open('/portal/knowledge?search=maps')
  expect(new URL(page.url()).pathname).toBe('/portal/sign-in')
  await page.getByLabel(t.signIn.email).fill(email)
  await page.getByLabel(t.signIn.password, { exact: true }).fill(secret)
  await page.getByRole('button', { name: t.signIn.action }).click()
  await page.waitForURL('**/portal/knowledge?search=maps')
})

test('signing in never leads out of the portal', async () => {
  visit = await portal.visit()
  const { page } = visit
  await visit.signIn()
  for (const next of [
    'https://evil.example/',
    '//evil.example/',
    '/portal/../../evil',
    'javascript:alert(1)',
    '/portals',
  ]) {
    await page.goto(`/portal/sign-in?${new URLSearchParams({ next })}`)
    await page.locator('h1').waitFor()
    expect(page.url().startsWith(`${portal.server.base}/portal`), next).toBe(true)
    expect(visit.faults).toEqual([])
  }
})

test('the demo account is one press away where there is one, and not offered where there is none', async () => {
  visit = await portal.visit()
  await visit.open('/portal/sign-in')
  await visit.page.waitForLoadState('networkidle')
  expect(await visit.page.getByRole('button', { name: t.signIn.demo }).count()).toBe(0)

  const withDemo = await openPortal({ demo: true })
  try {
    const guest = await withDemo.visit()
    await guest.open('/portal/sign-in')
    await guest.page.getByRole('button', { name: t.signIn.demo }).click()
    await guest.page.getByRole('heading', { level: 1, name: 'Harbour Lane Cycles' }).waitFor()
  } finally {
    await withDemo.close()
  }
})

test('an unknown address says so, and shows the way back', async () => {
  visit = await portal.visit()
  await visit.signIn()
  await visit.open('/portal/no/such/page')
  await visit.page.getByRole('heading', { level: 1, name: t.notFound.title }).waitFor()
  await visit.page.getByRole('link', { name: t.notFound.home }).click()
  await visit.page.getByRole('heading', { level: 1, name: 'Lighthouse Books' }).waitFor()
})
