/** The overview: what is new, what went wrong, and a list of first steps that ticks itself. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { visits } from '../../server/store/records.ts'
import { update } from '../../server/store/store.ts'
import { openPortal, type Portal, t, teach } from './portal.ts'

let portal: Portal
beforeAll(async () => {
  portal = await openPortal()
})
afterAll(() => portal.close())

test('what came since the last visit is counted, with the way to it', async () => {
  const visit = await portal.visit()
  const { page, context } = visit
  const { clientId } = await visit.signIn()
  await visit.open('/portal/')
  await visit.settled()
  await page.getByText(t.overview.plan('Free')).waitFor()
  expect(await page.locator('.news').count()).toBe(0)
  await teach(visit, [{ id: 'wrap', kind: 'qa', question: 'Do you wrap presents?', content: 'Yes, in blue paper.' }])
  await context.request.post('/api/goldens', { data: { question: 'Do you wrap presents?', expected: ['wrap'] } })
  await context.request.post('/api/goldens/settle', { data: {} })
  const yesterday = new Date(Date.now() - 86_400_000).toISOString()
  await portal.server.store.commit([update(visits, clientId, { last_at: yesterday })])
  for (const message of ['Do you wrap presents?', 'Which submarine won?'])
    await context.request.post('/api/chat', { data: { message } })
  await page.reload()
  const items = page.locator('.news-item')
  await expect.poll(() => items.allInnerTexts()).toEqual([`2 ${t.news.conversations(2)}`, `1 ${t.news.unanswered(1)}`])
  await context.request.delete('/api/knowledge/entries/wrap')
  await context.request.post('/api/goldens/settle', { data: {} })
  await page.reload()
  await page.getByText(t.news.worse('Do you wrap presents?', 1)).waitFor()
  await page.getByRole('link', { name: t.news.look }).click()
  await page.waitForURL('**/portal/improve/goldens?ok=no')
  await page.locator('.row-item .badge-bad', { hasText: t.goldens.wrong }).waitFor()
  expect(visit.faults).toEqual([])
  await context.close()
})

test('the list of first steps ticks itself once the widget was seen on a site', async () => {
  const visit = await portal.visit()
  const { page, context } = visit
  const { clientId } = await visit.signIn()
  await visit.open('/portal/integrate')
  await page.evaluate(id => localStorage.setItem(`parley:tag-copied:${id}`, 'true'), clientId)
  await visit.open('/portal/')
  await page.getByText(t.start.embed.waits).waitFor()
  await fetch(`${portal.server.base}/widget/${clientId}`, { headers: { Origin: 'https://shop.example' } })
  await page.getByText(t.start.seen('shop.example')).waitFor()
  expect(visit.faults).toEqual([])
  await context.close()
})
