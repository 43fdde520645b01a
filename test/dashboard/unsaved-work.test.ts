import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openPortal, type Portal, secret, t, teach, type Visit } from './portal.ts'

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

test('what was typed survives a reload, and can be thrown away', async () => {
  visit = await portal.visit()
  const { page } = visit
  await visit.signIn()
  await visit.open('/portal/knowledge/new')
  await page.getByLabel(t.entry.question, { exact: true }).fill('Do you buy old atlases?')
  await page.reload()
  await page.getByText(t.entry.restored).waitFor()
  expect(await page.getByLabel(t.entry.question, { exact: true }).inputValue()).toBe('Do you buy old atlases?')
  await page.getByRole('button', { name: t.entry.discard }).click()
  expect(await page.getByLabel(t.entry.question, { exact: true }).inputValue()).toBe('')
  await page.reload()
  await page.locator('h1').waitFor()
  expect(await page.getByText(t.entry.restored).count()).toBe(0)
})

test('a session that ends while typing asks for the password, and the save goes through', async () => {
  visit = await portal.visit()
  const { page, context } = visit
  const { email } = await visit.signIn()
  await visit.open('/portal/knowledge/new')
  await page.getByLabel(t.entry.question, { exact: true }).fill('Do you have a café?')
  await page.getByLabel(t.entry.answer, { exact: true }).fill('Yes, on the first floor.')
  await context.clearCookies()
  await page.getByRole('button', { name: t.entry.save, exact: true }).click()
  const dialog = page.getByRole('dialog', { name: t.signInAgain.title })
  await dialog.getByText(email).waitFor()
  await dialog.getByLabel(t.signIn.password, { exact: true }).fill('not the password')
  await dialog.getByRole('button', { name: t.signIn.action }).click()
  await dialog.getByRole('alert').waitFor()
  await dialog.getByLabel(t.signIn.password, { exact: true }).fill(secret)
  await dialog.getByRole('button', { name: t.signIn.action }).click()
  await page.getByRole('heading', { level: 1, name: t.knowledge.title }).waitFor()
  await page.getByRole('link', { name: 'Do you have a café?' }).waitFor()
})

test('leaving for another account at that moment keeps the draft for the first one only', async () => {
  visit = await portal.visit()
  const { page, context } = visit
  await visit.signIn({ email: 'first@example.com' })
  await visit.open('/portal/knowledge/new')
  await page.getByLabel(t.entry.question, { exact: true }).fill('A question of the first')
  await page.getByLabel(t.entry.answer, { exact: true }).fill('Unsaved.')
  await context.clearCookies()
  await page.getByRole('button', { name: t.entry.save, exact: true }).click()
  await page.getByRole('button', { name: t.signInAgain.other }).click()
  await page.getByRole('heading', { level: 1, name: t.signIn.title }).waitFor()

  await visit.signIn({ email: 'second@example.com' })
  await visit.open('/portal/knowledge/new')
  expect(await page.getByLabel(t.entry.question, { exact: true }).inputValue()).toBe('')

  await context.request.post('/api/auth/client-login', { data: { email: 'first@example.com', password: secret } })
  await visit.open('/portal/knowledge/new')
  expect(await page.getByLabel(t.entry.question, { exact: true }).inputValue()).toBe('A question of the first')
})

test('a delete that was not undone is sent when the page is left', async () => {
  visit = await portal.visit()
  const { page, context } = visit
  await visit.signIn()
  await teach(visit, [{ id: 'maps', title: 'Maps', content: 'Maps are on the second floor.' }])
  await visit.open('/portal/knowledge')
  await page.getByRole('button', { name: t.knowledge.delete('Maps') }).click()
  await page.goto('about:blank')
  await expect.poll(async () => (await (await context.request.get('/api/knowledge')).json()).knowledge_count).toBe(0)
})

test('a delete the server refuses brings the entry back and says why', async () => {
  visit = await portal.visit()
  const { page } = visit
  await visit.signIn()
  await teach(visit, [{ id: 'maps', title: 'Maps', content: 'Maps are on the second floor.' }])
  await visit.open('/portal/knowledge')
  await page.route('**/api/knowledge/entries/*', route => route.abort())
  await page.getByRole('button', { name: t.knowledge.delete('Maps') }).click()
  await page.getByRole('region', { name: t.messages }).getByRole('button', { name: t.close }).click()
  await page.getByText(t.undoing.notDeleted(t.error.offline)).waitFor()
  await page.getByRole('link', { name: 'Maps' }).waitFor()
})

test('a question that never reached the server goes back into the box', async () => {
  visit = await portal.visit()
  const { page } = visit
  await visit.signIn()
  await visit.open('/portal/try')
  await page.route('**/api/chat', route => route.abort())
  await page.getByLabel(t.tryBot.message).fill('Where are the maps?')
  await page.keyboard.press('Enter')
  await page.getByText(t.error.offline).waitFor()
  expect(await page.getByLabel(t.tryBot.message).inputValue()).toBe('Where are the maps?')
})

test('deleting everything needs the typed word, can be undone, and offers a copy that can be imported again', async () => {
  visit = await portal.visit()
  const { page, context } = visit
  const { clientId } = await visit.signIn()
  await teach(visit, [
    { id: 'maps', title: 'Maps', content: 'Maps are on the second floor.' },
    { id: 'tea', kind: 'qa', question: 'Is there tea?', content: 'Always.' },
  ])
  await visit.open('/portal/knowledge')
  await page.getByRole('button', { name: t.clear.open }).click()
  const dialog = page.getByRole('dialog', { name: t.clear.title(2) })
  const download = page.waitForEvent('download')
  await dialog.getByRole('button', { name: t.clear.download }).click()
  const file = await download
  expect(file.suggestedFilename()).toBe(`${clientId}-knowledge.json`)
  const chunks: Buffer[] = []
  for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer)

  await dialog.getByRole('button', { name: t.clear.action }).click()
  await dialog.getByText(t.clear.wrongWord).waitFor()
  await dialog.getByLabel(t.clear.type).fill(t.clear.word)
  await dialog.getByRole('button', { name: t.clear.action }).click()
  await page.getByRole('heading', { name: t.knowledge.emptyTitle }).waitFor()
  await page.getByRole('button', { name: t.undo }).click()
  await page.getByRole('link', { name: 'Maps' }).waitFor()

  await page.getByRole('button', { name: t.clear.open }).click()
  await dialog.getByLabel(t.clear.type).fill(t.clear.word)
  await dialog.getByRole('button', { name: t.clear.action }).click()
  await page.getByRole('heading', { name: t.knowledge.emptyTitle }).waitFor()
  const back = await context.request.post('/api/knowledge/import', {
    data: JSON.parse(Buffer.concat(chunks).toString()),
  })
  expect((await back.json()).ids.sort()).toEqual(['maps', 'tea'])
})
