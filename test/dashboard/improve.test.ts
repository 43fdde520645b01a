/** What visitors asked, and making the bot better from it. */
import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openPortal, type Portal, t, teach, type Visit } from './portal.ts'

let portal: Portal
let visit: Visit
beforeAll(async () => {
  portal = await openPortal()
})
afterAll(() => portal.close())
afterEach(() => visit.context.close())

const button = (name: string) => visit.page.getByRole('button', { name, exact: true })
const link = (name: string) => visit.page.getByRole('link', { name, exact: true })

/** A visitor on the client's site. */
async function ask(clientId: string, message: string, session_id?: string) {
  const reply = await fetch(`${portal.server.base}/api/chat`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ company_id: clientId, message, session_id }),
  })
  expect(reply.status).toBe(200)
  return (await reply.json()) as { session_id: string; answer_id: string; answered: boolean }
}
const rate = (clientId: string, answer: { answer_id: string; session_id: string }, rating: string) =>
  fetch(`${portal.server.base}/api/chat/${answer.answer_id}/feedback`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ company_id: clientId, session_id: answer.session_id, rating }),
  })

const books = [
  {
    id: 'wrap',
    kind: 'qa',
    question: 'Do you wrap presents?',
    content: 'Yes, every book, in blue paper, free of charge.',
  },
  { id: 'open', kind: 'qa', question: 'When are you open?', content: 'From ten to six, Tuesday to Saturday.' },
]

test('conversations are found, read with the reason for each answer, noted and deleted with a way back', async () => {
  visit = await portal.visit()
  const { page } = visit
  const { clientId } = await visit.signIn()
  await visit.open('/portal/conversations')
  await page.getByText(t.talks.empty).waitFor()
  await teach(visit, books)
  const first = await ask(clientId, 'Do you wrap presents?')
  await ask(clientId, 'Which submarine won the regatta?', first.session_id)
  await ask(clientId, 'When are you open?')
  await rate(clientId, first, 'down')

  await page.reload()
  const names = () => page.locator('.entry-link').allTextContents()
  await expect.poll(names).toEqual(['When are you open?', 'Do you wrap presents?'])
  await page.getByLabel(t.talks.answered).selectOption('no')
  await page.waitForURL('**/conversations?answered=no')
  await expect.poll(names).toEqual(['Do you wrap presents?'])
  await page.goBack()
  await expect.poll(names).toHaveLength(2)
  await page.getByRole('searchbox').fill('submarine')
  await expect.poll(names).toEqual(['Do you wrap presents?'])
  await page.getByLabel(t.talks.lang).selectOption('en')
  await page.waitForURL('**/conversations?search=submarine&lang=en')
  await button(t.takeAlong.open).click()
  await page.getByRole('radio', { name: t.talks.exportTurns }).check()
  const download = page.waitForEvent('download')
  await link(t.takeAlong.save).click()
  const file = await download
  expect(file.suggestedFilename()).toMatch(/^turns-.*\.csv$/)
  expect(readFileSync(await file.path(), 'utf8').split('\r\n')).toHaveLength(4)

  await link('Do you wrap presents?').click()
  await page.getByRole('heading', { level: 1, name: 'Do you wrap presents?' }).waitFor()
  await page.getByText(t.why.open).first().click()
  await page.getByText(t.why.cited).waitFor()
  expect(await page.locator('.why-item').first().textContent()).toContain('in blue paper')
  await page.getByText(t.talks.disliked).waitFor()
  await page.getByLabel(t.talks.noteLabel).fill('Call them back.')
  await page.reload()
  expect(await page.getByLabel(t.talks.noteLabel).inputValue()).toBe('Call them back.')
  await button(t.entry.save).click()
  await page.getByText(t.talks.noteKept).waitFor()

  await button(t.talks.delete).click()
  await page.waitForURL('**/portal/conversations')
  await expect.poll(names).toEqual(['When are you open?'])
  await button(t.undo).click()
  await expect.poll(names).toHaveLength(2)
  await page.getByText(t.talks.noted('Call them back.')).waitFor()
  await link('Do you wrap presents?').click()
  await button(t.talks.delete).click()
  const gone = page.waitForResponse(reply => reply.request().method() === 'DELETE')
  await page.locator('.toast', { hasText: t.undo }).getByRole('button', { name: t.close }).click()
  expect((await gone).status()).toBe(200)
  await visit.open(`/portal/conversations/${first.session_id}`)
  await page.getByRole('heading', { level: 1, name: t.talks.gone }).waitFor()
  expect(visit.faults).toEqual([])
}, 60_000)

test('an unanswered question becomes an answer with a golden question beside it, and a spoilt golden is seen', async () => {
  visit = await portal.visit()
  const { page, context } = visit
  const { clientId } = await visit.signIn()
  await teach(visit, books)
  for (const question of ['Which submarine won the regatta?', 'which submarine won the regatta'])
    expect((await ask(clientId, question)).answered).toBe(false)

  await visit.open('/portal/improve')
  const group = page.locator('.groups > li')
  await expect.poll(() => group.count()).toBe(1)
  await group.getByRole('button', { name: t.overview.writeAnswer }).click()
  await group.getByLabel(t.entry.answer, { exact: true }).fill('The yellow one, by a nose.')
  await group.getByRole('button', { name: t.entry.save, exact: true }).click()
  await page.getByText(t.improve.written).waitFor()
  await page.getByText(t.improve.empty).waitFor()
  expect((await ask(clientId, 'Which submarine won the regatta?')).answered).toBe(true)

  await link(t.goldens.title).click()
  await page.getByText('Which submarine won the regatta?').waitFor()
  await button(t.goldens.run).click()
  await page.getByText(t.goldens.passed(1, 1)).first().waitFor()

  // A save that spoils it says so at once, and can be taken back.
  await visit.open('/portal/knowledge')
  await link('Which submarine won the regatta?').click()
  await page.getByLabel(t.entry.question, { exact: true }).fill('Who sells herrings?')
  await page.getByLabel(t.entry.answer, { exact: true }).fill('The smokehouse.')
  await button(t.entry.save).click()
  await page.locator('.toast-bad', { hasText: 'Which submarine won the regatta?' }).getByText(t.undo).click()
  await page.getByText(t.goldens.takenBack).waitFor()
  expect((await ask(clientId, 'Which submarine won the regatta?')).answered).toBe(true)
  await visit.open('/portal/improve/goldens')

  // The answer is lost: the next run says so.
  const { data } = await (await context.request.get('/api/knowledge?search=submarine')).json()
  expect((await context.request.delete(`/api/knowledge/entries/${data[0].id}`)).status()).toBe(200)
  await button(t.goldens.run).click()
  await page.locator('.notice-bad', { hasText: 'Which submarine won the regatta?' }).waitFor()
  expect(visit.faults).toEqual([])
}, 60_000)

test('answers that did not help are listed, and leads are kept for a person', async () => {
  visit = await portal.visit()
  const { page, context } = visit
  const { clientId } = await visit.signIn()
  await teach(visit, books)
  await rate(clientId, await ask(clientId, 'When are you open?'), 'down')
  await visit.open('/portal/improve/rated')
  const group = page.locator('.groups > li')
  await group.getByText('From ten to six').waitFor()
  await group.getByRole('button', { name: t.improve.writeAnother }).click()
  await group.getByLabel(t.entry.answer, { exact: true }).fill('From ten to six, and till eight on Thursdays.')
  await group.getByRole('button', { name: t.entry.save, exact: true }).click()
  await page.getByText(t.improve.written).waitFor()
  await page.getByText(t.improve.noneRated).waitFor()
  await button(t.undo).click()
  await group.getByText('From ten to six').waitFor()
  await group.getByRole('link', { name: t.improve.correct('When are you open?') }).click()
  await page.getByRole('heading', { level: 1, name: t.entry.editTitle }).waitFor()

  const lead = { email: 'visitor@example.org', name: 'Nadia', message: 'Please ring before noon.' }
  expect((await context.request.post('/api/leads', { data: lead })).status()).toBe(201)
  await visit.open('/portal/leads')
  await page.getByRole('link', { name: 'visitor@example.org' }).waitFor()
  await button(t.leads.handleThis('Nadia')).click()
  await button(t.leads.reopenThis('Nadia')).waitFor()
  await page.getByLabel(t.improve.state).selectOption('new')
  await page.getByText(t.knowledge.noneHere).waitFor()
  await button(t.undo).click()
  await button(t.leads.handleThis('Nadia')).waitFor()
  await button(t.takeAlong.open).click()
  await page.getByRole('radio', { name: 'Excel' }).check()
  const download = page.waitForEvent('download')
  await link(t.takeAlong.save).click()
  expect((await download).suggestedFilename()).toMatch(/^leads-.*\.xlsx$/)
  expect(visit.faults).toEqual([])
})
