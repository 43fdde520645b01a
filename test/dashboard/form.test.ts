import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openPortal, type Portal, secret, t, type Visit } from './portal.ts'

let portal: Portal
let visit: Visit
beforeAll(async () => {
  portal = await openPortal()
})
afterAll(() => portal.close())
afterEach(async () => {
  expect(visit.faults).toEqual([])
  await visit.context.close()
})

/** What is said about the field that the focus is in. */
const complaintInFocus = () =>
  visit.page.evaluate(() => {
    const ids = document.activeElement?.getAttribute('aria-describedby')?.split(' ') ?? []
    const complaint = ids.map(id => document.getElementById(id)).find(element => element?.id.endsWith('-error'))
    return [document.activeElement?.getAttribute('name'), complaint?.textContent]
  })

test('registration complains at the field, in words, and moves the focus there', async () => {
  visit = await portal.visit()
  const { page } = visit
  await visit.open('/portal/register')
  const send = page.getByRole('button', { name: t.register.action })
  await send.click()
  await expect.poll(complaintInFocus).toEqual(['company_name', 'Company name must not be empty.'])

  await page.getByLabel(t.register.company).fill('Lighthouse Books')
  await page.getByLabel(t.signIn.email).fill('keeper')
  await send.click()
  await expect.poll(complaintInFocus).toEqual(['email', 'E-mail must be an e-mail address, like name@example.com.'])

  await page.getByLabel(t.signIn.email).fill('keeper@example.com')
  await page.getByLabel(t.signIn.password, { exact: true }).fill('short')
  await send.click()
  await expect.poll(complaintInFocus).toEqual(['password', 'The password must have at least 8 characters.'])

  await page.getByLabel(t.signIn.password, { exact: true }).fill(secret)
  await send.click()
  await page.getByRole('heading', { level: 1, name: t.welcome.title }).waitFor()
})

test('an address in use is said at the address', async () => {
  visit = await portal.visit()
  const { page, context } = visit
  const { email } = await visit.signIn()
  await context.clearCookies()
  await visit.open('/portal/register')
  await page.getByLabel(t.register.company).fill('Another')
  await page.getByLabel(t.signIn.email).fill(email)
  await page.getByLabel(t.signIn.password, { exact: true }).fill(secret)
  await page.getByRole('button', { name: t.register.action }).click()
  await expect.poll(complaintInFocus).toEqual(['email', 'E-mail is in use already.'])
})

test('a wrong password is said above the form, and neither field is emptied', async () => {
  visit = await portal.visit()
  const { page } = visit
  await visit.open('/portal/sign-in')
  await page.getByLabel(t.signIn.email).fill('nobody@example.com')
  await page.getByLabel(t.signIn.password, { exact: true }).fill('wrong')
  await page.getByRole('button', { name: t.signIn.action }).click()
  await page.getByRole('alert').waitFor()
  expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('alert')
  expect(await page.getByLabel(t.signIn.email).inputValue()).toBe('nobody@example.com')
  expect(await page.getByLabel(t.signIn.password, { exact: true }).inputValue()).toBe('wrong')
})

test('bot settings complain at the line, even from another part, and are saved', async () => {
  visit = await portal.visit()
  const { page, context } = visit
  const { clientId } = await visit.signIn()
  await visit.open('/portal/bot')
  await page.getByLabel(t.bot.name, { exact: true }).fill('Lumen')
  await page.getByLabel(t.bot.colour, { exact: true }).fill('#ffee00')
  await page.getByRole('link', { name: t.bot.parts.where, exact: true }).click()
  await page.getByRole('button', { name: t.bot.addOrigin }).click()
  await page.getByLabel(t.bot.origin(1), { exact: true }).fill('shop.example.com/books')
  await page.keyboard.press('Enter')
  await page.getByLabel(t.bot.origin(2), { exact: true }).fill('ftp://example.com')
  await page.getByRole('link', { name: t.bot.parts.words, exact: true }).click()
  await page.getByRole('button', { name: t.bot.save }).click()
  await page.getByText('Website 2 must be scheme and host, such as https://www.example.com.').waitFor()
  expect(await page.getByLabel(t.bot.origin(1), { exact: true }).inputValue()).toBe('https://shop.example.com')

  await page.getByRole('button', { name: t.field.remove(t.bot.origin(2)) }).click()
  await page.getByRole('button', { name: t.bot.save }).click()
  await page.getByText(t.bot.saved).waitFor()
  const saved = await (await context.request.get('/api/bot/settings')).json()
  expect(saved).toMatchObject({ name: 'Lumen', color: '#ffee00', allowed_origins: ['https://shop.example.com'] })
  const elsewhere = await fetch(`${portal.server.base}/api/bot?company_id=${clientId}`, {
    headers: { Origin: 'https://elsewhere.example' },
  })
  expect(elsewhere.ok).toBe(false)
})

test('the limit is said before it is reached and when it is', async () => {
  visit = await portal.visit()
  const { page, context } = visit
  await visit.signIn()
  const entries = Array.from({ length: 50 }, (_, i) => ({ content: `Shelf ${i} holds the books of letter ${i}.` }))
  expect((await context.request.post('/api/knowledge/import', { data: { entries } })).status()).toBe(200)
  await visit.open('/portal/knowledge')
  await page.getByText(t.limitReached).waitFor()
  await page.getByRole('link', { name: t.pager.next }).click()
  await page.getByText(t.pager.position('2', '3')).waitFor()
  await page.getByRole('link', { name: t.knowledge.add, exact: true }).click()
  await page.getByLabel(t.entry.question, { exact: true }).fill('One more?')
  await page.getByLabel(t.entry.answer, { exact: true }).fill('No.')
  await page.getByRole('button', { name: t.entry.save, exact: true }).click()
  await page.getByRole('alert').filter({ hasText: '50' }).waitFor()
  expect(await page.getByLabel(t.entry.question, { exact: true }).inputValue()).toBe('One more?')
})

test('pages that cannot load say so and try again on request', async () => {
  visit = await portal.visit()
  const { page } = visit
  await visit.signIn()
  await page.route('**/api/knowledge?**', route => route.fulfill({ status: 502, body: '<h1>Bad gateway</h1>' }))
  await visit.open('/portal/knowledge')
  await page.getByText(t.error.status(502)).waitFor()
  await page.unroute('**/api/knowledge?**')
  await page.getByRole('button', { name: t.tryAgain }).click()
  await page.getByRole('heading', { name: t.knowledge.emptyTitle }).waitFor()
})

test('a page whose file is gone after an update says so, and loading again mends it', async () => {
  visit = await portal.visit()
  const { page } = visit
  await visit.signIn()
  await page.route('**/assets/keys-*.js', route => route.fulfill({ status: 404, body: '' }))
  await visit.open('/portal/')
  await page.getByRole('link', { name: t.nav.keys, exact: true }).click()
  await page.getByText(t.error.stale).waitFor()
  await page.unroute('**/assets/keys-*.js')
  await page.getByRole('button', { name: t.reload }).click()
  await page.getByRole('heading', { level: 1, name: t.keys.title }).waitFor()
})

test('a page that breaks while drawing leaves the menu working', async () => {
  visit = await portal.visit()
  const { page } = visit
  await visit.signIn()
  await page.route('**/api/keys', route => route.fulfill({ json: { data: [null], total: 1 } }))
  await visit.open('/portal/keys')
  await page.getByText(t.error.broken).waitFor()
  await page.getByRole('link', { name: t.nav.account }).or(page.locator('.who')).first().click()
  await page.getByRole('heading', { level: 1, name: t.account.title }).waitFor()
  expect(visit.faults.splice(0).join()).toContain('TypeError')
})
