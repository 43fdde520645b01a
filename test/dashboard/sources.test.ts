/** Files and websites into the library, through the portal. */
import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type SmallSite, startSmallSite } from '../support/small-site.ts'
import { openPortal, type Portal, t, teach, type Visit } from './portal.ts'

let portal: Portal
let visit: Visit
let site: SmallSite
let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-files-'))
  let head = ''
  site = await startSmallSite({ head: () => head })
  portal = await openPortal({ env: { SCRAPE_ALLOW_HOSTS: site.host, SCRAPE_DELAY_MS: '0' } })
  head = `<script src="${portal.server.base}/widget.js" data-company-id="nobody" async></script>`
})
afterAll(async () => {
  await portal.close()
  await site.close()
  await rm(dir, { recursive: true, force: true })
})
afterEach(() => visit.context.close())

const button = (name: string) => visit.page.getByRole('button', { name, exact: true })

test('a table is shown before it is taken, its columns corrected, and its entries undone and brought back', async () => {
  visit = await portal.visit()
  const { page, context } = visit
  await visit.signIn()
  const file = join(dir, 'Fragen.csv')
  writeFileSync(
    file,
    'Frage;Antwort;Bereich\nLiefern Sie?;Ja, immer freitags.;Versand\nHaben Sie Parkplätze?;Zwölf, im Hof.;Anfahrt\n',
  )
  await visit.open('/portal/sources')
  await page.getByText(t.sources.empty).waitFor()
  await page.locator('input[type=file]').setInputFiles(file)
  const dialog = page.getByRole('dialog', { name: 'Fragen.csv' })
  await dialog.getByText(t.sources.found(2)).waitFor()
  expect(await dialog.getByLabel(t.sources.columnIs('Frage')).inputValue()).toBe('question')
  await dialog.getByLabel(t.sources.columnIs('Bereich')).selectOption('ignore')
  await dialog.locator('.entry-text').getByText('Ja, immer freitags.', { exact: true }).waitFor()
  await dialog.getByRole('button', { name: t.sources.take(2) }).click()
  await page.getByRole('link', { name: 'Fragen.csv' }).waitFor()
  await page.getByRole('link', { name: t.sources.entries(2) }).waitFor()
  const count = async () => (await (await context.request.get('/api/knowledge')).json()).knowledge_count
  expect(await count()).toBe(2)

  await button(t.knowledge.delete('Fragen.csv')).click()
  await page.getByText(t.sources.empty).waitFor()
  await button(t.undo).click()
  await page.getByRole('link', { name: t.sources.entries(2) }).waitFor()
  expect(await count()).toBe(2)
  await button(t.knowledge.delete('Fragen.csv')).click()
  const gone = page.waitForResponse(reply => reply.request().method() === 'DELETE')
  await page.locator('.toast', { hasText: t.undo }).getByRole('button', { name: t.close }).click()
  expect((await gone).status()).toBe(200)
  expect(await count()).toBe(0)
  expect(visit.faults).toEqual([])
}, 60_000)

test('a website is read in sight, and each page says what became of it', async () => {
  visit = await portal.visit()
  const { page } = visit
  await visit.signIn()
  await visit.open('/portal/sources')
  await page.getByLabel(t.welcome.site).fill(site.base)
  await button(t.sources.readSite).click()
  await page.locator('.row-title a').first().waitFor()
  await page.locator('.row-title a').first().click()
  await page.getByText(t.sources.states.kept, { exact: true }).first().waitFor()
  await expect
    .poll(() => page.getByLabel(t.improve.state).textContent(), { timeout: 30_000 })
    .toContain(`(${site.pages})`)
  await page.getByRole('searchbox').fill('tandem')
  await expect.poll(() => page.locator('.row-item:not(.run)').count()).toBe(1)
  await page.getByLabel(t.sources.schedule).selectOption('daily')
  await page.getByText(t.account.saved, { exact: true }).waitFor()
  await page.goBack()
  expect(visit.faults).toEqual([])
}, 60_000)

test('the check of a page says what stands in the way of the widget', async () => {
  visit = await portal.visit()
  await visit.signIn()
  await visit.open('/portal/integrate')
  await visit.page.getByLabel(t.embed.label).fill(site.base)
  await button(t.embed.check).click()
  await visit.page.getByText(t.embed.notLive).waitFor()
  await visit.page.locator('.notice-bad').first().waitFor()
  expect(visit.faults).toEqual([])
})

test('the bot is asked beside the entry that is being written, and says whether it answers from it', async () => {
  visit = await portal.visit()
  const { page, context } = visit
  await visit.signIn()
  const made = await context.request.post('/api/knowledge', {
    data: { kind: 'qa', question: 'Do you wrap presents?', content: 'Yes, in blue paper.' },
  })
  const { entry } = await made.json()
  await visit.open(`/portal/knowledge/${entry.id}`)
  await button(t.tryBot.send).click()
  await page.getByText(t.beside.fromThis).waitFor()
  expect(visit.faults).toEqual([])
})

test('several entries are deleted at once, and brought back', async () => {
  visit = await portal.visit()
  const { page } = visit
  await visit.signIn()
  await teach(
    visit,
    ['Lamps', 'Chairs', 'Tables'].map(title => ({ title, content: `We make ${title.toLowerCase()} of oak.` })),
  )
  await visit.open('/portal/knowledge')
  await page.getByLabel(t.bulk.choose('Lamps')).check()
  await page.getByLabel(t.bulk.choose('Chairs')).check()
  await page.locator('.bulk').getByRole('button', { name: t.talks.delete, exact: true }).click()
  await page.getByText(t.bulk.done.delete(2)).waitFor()
  await expect.poll(() => page.locator('.entry-link').allTextContents()).toEqual(['Tables'])
  await button(t.undo).click()
  await expect.poll(() => page.locator('.entry-link').count()).toBe(3)
  expect(visit.faults).toEqual([])
})
