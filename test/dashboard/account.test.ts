/** A client looks after its account. */
import { readFileSync } from 'node:fs'
import { unzipSync } from 'fflate'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openPortal, type Portal, secret, t, type Visit } from './portal.ts'

let portal: Portal
let visit: Visit
beforeAll(async () => {
  portal = await openPortal()
})
afterAll(() => portal.close())
afterEach(() => visit.context.close())

const button = (name: string) => visit.page.getByRole('button', { name, exact: true })
const link = (name: string) => visit.page.getByRole('link', { name, exact: true })

test('a client fills in its profile, and finds what it typed after a reload', async () => {
  visit = await portal.visit()
  const { page } = visit
  await visit.signIn()
  await visit.open('/portal/account')
  await page.getByLabel(t.account.person).fill('Ada Marsh')
  await page.getByLabel(t.account.phone, { exact: false }).first().fill('call me')
  await page.reload()
  expect(await page.getByLabel(t.account.person).inputValue()).toBe('Ada Marsh')
  await button(t.entry.save).click()
  await expect.poll(() => page.locator('[aria-invalid="true"]').count()).toBe(1)
  await page.getByLabel(t.account.phone, { exact: false }).first().fill('+44 20 7946 0000')
  await page.getByLabel(t.register.company).fill('Lighthouse & Daughters')
  await button(t.entry.save).click()
  await page.getByText(t.account.saved, { exact: true }).waitFor()
  await page.locator('.who-name', { hasText: 'Lighthouse & Daughters' }).waitFor()
  await page.reload()
  expect(await page.getByLabel(t.account.phone, { exact: false }).first().inputValue()).toBe('+44 20 7946 0000')
  expect(visit.faults).toEqual([])
})

test('changes its password, sees where it is signed in, signs out there and reads of it in the history', async () => {
  visit = await portal.visit()
  const { page } = visit
  const { email } = await visit.signIn()
  const elsewhere = await portal.visit()
  await elsewhere.context.request.post('/api/auth/client-login', { data: { email, password: secret } })
  await visit.open('/portal/account/security')
  await expect.poll(() => page.locator('.row-item').count()).toBe(2)
  await button(t.account.endOthers).click()
  await expect.poll(() => page.locator('.row-item').count()).toBe(1)
  expect((await elsewhere.context.request.get('/api/auth/me')).status()).toBe(401)
  await elsewhere.context.close()

  const [present] = await page.getByLabel(t.account.presentPassword).all()
  await present!.fill('not this one')
  await page.getByLabel(t.account.newPassword).fill('another quiet harbour')
  await button(t.account.changePassword).click()
  await page.locator('[aria-invalid="true"]').waitFor()
  await present!.fill(secret)
  await button(t.account.changePassword).click()
  await page.getByText(t.account.passwordChanged, { exact: true }).waitFor()

  await link(t.account.parts.history).click()
  await page.waitForURL('**/portal/account/history')
  await expect
    .poll(() => page.locator('.row-title').allTextContents())
    .toEqual([
      t.account.events.password_changed,
      t.account.events.sessions_ended,
      t.account.events.signed_in,
      t.account.events.signed_in,
      t.account.events.registered,
    ])
  await page.goBack()
  await page.getByRole('heading', { name: t.account.sessions }).waitFor()
})

test('asks for a plan, takes everything along, closes the account and keeps it after all', async () => {
  visit = await portal.visit()
  const { page } = visit
  await visit.signIn()
  await visit.open('/portal/account/plan')
  await button(t.account.ask('Basic')).click()
  await page.getByText(t.account.requested('Basic')).waitFor()
  await button(t.account.askBack).click()
  await button(t.account.ask('Basic')).waitFor()

  await link(t.account.parts.data).click()
  const download = page.waitForEvent('download')
  await link(t.account.download).click()
  const file = await download
  expect(file.suggestedFilename()).toMatch(/^parley-client_.+\.zip$/)
  expect(Object.keys(unzipSync(readFileSync(await file.path())))).toContain('knowledge.csv')

  await button(t.account.closeOpen).click()
  await page.getByRole('dialog').getByLabel(t.account.presentPassword).fill(secret)
  await page.getByRole('dialog').getByRole('button', { name: t.account.close, exact: true }).click()
  await button(t.account.keep).click()
  await button(t.account.closeOpen).waitFor()
  expect(await page.locator('.notice-warn').count()).toBe(0)
  expect(visit.faults).toEqual([])
})
