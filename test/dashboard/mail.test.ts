/** Links in mails, followed by a person in a browser. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { codeOf, linkOf, mailEnv, openPostOffice, type PostOffice } from '../mail/post-office.ts'
import { openPortal, type Portal, secret, t, type Visit } from './portal.ts'

let office: PostOffice
let portal: Portal
let visit: Visit
beforeAll(async () => {
  office = await openPostOffice()
  portal = await openPortal({ env: mailEnv(office) })
})
afterAll(async () => {
  await portal.close()
  await office.close()
})
afterEach(async () => {
  expect(visit.faults).toEqual([])
  await visit.context.close()
})

const button = (name: string) => visit.page.getByRole('button', { name, exact: true })
const heading = (name: string) => visit.page.getByRole('heading', { level: 1, name, exact: true })
async function mailTo(address: string, subject: RegExp) {
  await portal.server.tick()
  await expect.poll(() => office.to(address, subject).length).toBeGreaterThan(0)
  return office.to(address, subject).at(-1)!
}
async function signedIn() {
  visit = await portal.visit()
  return visit.signIn()
}

test('a newcomer makes an account, works at once, and confirms the address by the link', async () => {
  visit = await portal.visit({ locale: 'de-DE' })
  const { page } = visit
  await visit.open('/portal/register')
  await page.locator('input[name="company_name"]').fill('Kontor am Kai')
  await page.locator('input[name="email"]').fill('kontor@example.com')
  await page.locator('input[name="password"]').fill(secret)
  await page.locator('button[type="submit"]').click()
  await page.waitForURL('**/portal/welcome')
  await visit.open('/portal/knowledge')
  await page.locator('.sheet-notice').waitFor()

  const received = await mailTo('kontor@example.com', /bestätigen/)
  await page.goto(linkOf(received, 'confirm').url)
  await page.locator('h1').waitFor()
  // Opening the page does nothing yet.
  expect((await (await visit.context.request.get('/api/auth/me')).json()).account.email_verified).toBe(false)
  await page.locator('button[type="submit"]').click()
  await page.getByRole('heading', { name: 'Bestätigt' }).waitFor()
  expect(new URL(page.url()).hash).toBe('')
  await page.getByRole('link', { name: 'Zum Portal' }).click()
  await page.waitForURL('**/portal')
  await page.locator('.shell').waitFor()
  expect(await page.locator('.sheet-notice').count()).toBe(0)
})

test('the mail is sent again from the line above every page, which can wait, and its code is typed', async () => {
  const { email } = await signedIn()
  const { page } = visit
  await visit.open('/portal/')
  await button(t.unconfirmed.again).click()
  await page.getByText(t.unconfirmed.sent).waitFor()
  await page.getByRole('link', { name: t.unconfirmed.code }).click()
  await heading(t.confirm.title).waitFor()
  await page.getByLabel(t.confirm.code).fill('AAAA-AAAA')
  await button(t.confirm.action).click()
  await page.getByRole('alert').waitFor()
  await expect.poll(() => office.to(email, /confirm/).length).toBe(2)
  await page.getByLabel(t.confirm.code).fill(codeOf(office.to(email, /confirm/).at(-1)!))
  await button(t.confirm.action).click()
  await page.getByText(t.confirm.done.verify(email)).waitFor()

  const other = await portal.visit()
  await other.signIn()
  await other.open('/portal/')
  await other.page.getByRole('button', { name: t.unconfirmed.later }).click()
  await expect.poll(() => other.page.locator('.sheet-notice').count()).toBe(0)
  await other.context.close()
})

test('who forgot the password sets a new one by mail, and the link is of no use again', async () => {
  const { email } = await signedIn()
  await visit.context.clearCookies()
  const { page } = visit
  await visit.open('/portal/sign-in')
  await page.getByRole('link', { name: t.signIn.forgot }).click()
  await page.getByLabel(t.signIn.email).fill(email)
  await button(t.forgot.action).click()
  await heading(t.forgot.sentTitle).waitFor()
  const { url } = linkOf(await mailTo(email, /new password/), 'reset')
  await page.goto(url)
  await page.getByLabel(t.account.newPassword, { exact: true }).fill('12345678')
  await button(t.reset.action).click()
  await page.locator('[aria-invalid="true"]').waitFor()
  await page.getByLabel(t.account.newPassword, { exact: true }).fill('a lighthouse at dawn')
  await button(t.reset.action).click()
  await heading(t.reset.doneTitle).waitFor()
  await page.getByRole('link', { name: t.signIn.action }).click()
  await page.getByLabel(t.signIn.email).fill(email)
  await page.getByLabel(t.signIn.password, { exact: true }).fill('a lighthouse at dawn')
  await button(t.signIn.action).click()
  await page.locator('.shell').waitFor()

  await page.goto('about:blank')
  await page.goto(url)
  await page.getByLabel(t.account.newPassword, { exact: true }).fill('yet another lighthouse')
  await button(t.reset.action).click()
  await page.getByRole('link', { name: t.reset.askAgain }).click()
  await heading(t.forgot.title).waitFor()
})

test('registering an address that has an account leads to the mailbox, where its owner is told', async () => {
  const { email } = await signedIn()
  await visit.context.clearCookies()
  const { page } = visit
  await visit.open('/portal/register')
  await page.getByLabel(t.register.company).fill('Another')
  await page.getByLabel(t.signIn.email).fill(email)
  await page.getByLabel(t.signIn.password, { exact: true }).fill('not the sentence of the owner')
  await button(t.register.action).click()
  await heading(t.mailed.title).waitFor()
  await mailTo(email, /have an account already/)
})

test('a new address is confirmed before it holds, and can be taken back', async () => {
  const { email } = await signedIn()
  const { page } = visit
  const next = `new-${email}`
  await visit.open('/portal/account/security')
  const form = page.locator('form').filter({ has: page.getByLabel(t.account.newEmail) })
  const ask = async (address: string) => {
    await form.getByLabel(t.account.newEmail).fill(address)
    await form.getByLabel(t.account.presentPassword).fill(secret)
    await form.getByRole('button', { name: t.account.changeEmail }).click()
  }
  await ask(next)
  await page.getByText(t.address.pending(next)).waitFor()
  await ask(email)
  await expect.poll(() => page.getByText(t.address.pending(next)).count()).toBe(0)
  await ask(next)
  await page.getByText(t.address.pending(next)).waitFor()
  await portal.server.tick()
  await expect.poll(() => office.to(next, /new e-mail/).length).toBe(2)
  await page.goto(linkOf(await mailTo(next, /new e-mail/), 'confirm').url)
  await button(t.confirm.action).click()
  await page.getByText(t.confirm.done.change(next)).waitFor()
  await visit.open('/portal/account/security')
  await page.getByText(t.address.confirmed, { exact: true }).waitFor()
  expect(await page.getByLabel(t.account.newEmail).inputValue()).toBe(next)
})

test('a client chooses which mails come, and where messages of visitors go', async () => {
  const { email } = await signedIn()
  const { page } = visit
  await visit.open('/portal/account/notices')
  await page.getByText(t.notices.unconfirmed(email)).waitFor()
  const week = page.getByLabel(t.notices.summary, { exact: true })
  expect(await week.isChecked()).toBe(true)
  await week.uncheck()
  await page.getByText(t.notices.saved).waitFor()
  await page.getByLabel(t.signIn.email, { exact: false }).fill('desk@example.com')
  await button(t.notices.toSave).click()
  await page.getByText(t.notices.toPending('desk@example.com')).waitFor()
  const { url } = linkOf(await mailTo('desk@example.com', /Messages of visitors/), 'confirm')
  // Whoever reads that mailbox need not be signed in.
  const desk = await portal.visit()
  await desk.page.goto(url)
  await desk.page.getByRole('button', { name: t.confirm.action }).click()
  await desk.page.getByText(t.confirm.done.notices('desk@example.com')).waitFor()
  await desk.context.close()
  await page.reload()
  await expect.poll(() => page.getByLabel(t.signIn.email, { exact: false }).inputValue()).toBe('desk@example.com')
  expect(await week.isChecked()).toBe(false)
})
