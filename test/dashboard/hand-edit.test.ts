/** Somebody opens knowledge.csv in an editor; the portal says what became of it. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openPortal, type Portal, t } from './portal.ts'

let portal: Portal
beforeAll(async () => {
  portal = await openPortal()
})
afterAll(() => portal.close())

it('the knowledge page shows the last edit of the file, accepted or refused, until it is put away', async () => {
  const { page, open, signIn, context, faults } = await portal.visit({ width: 900, height: 700 })
  const { clientId } = await signIn()
  const add = { kind: 'qa', question: 'When do you open?', content: 'We open at nine.' }
  expect((await context.request.post('/api/knowledge', { data: add })).status()).toBe(201)
  const file = join(portal.server.dir, 'knowledge', clientId, 'knowledge.csv')
  await expect.poll(() => existsSync(file)).toBe(true)
  const edits = async () => (await (await context.request.get('/api/knowledge/edits')).json()).data

  await open('/portal/knowledge')
  expect(await page.locator('.hand-edit').count()).toBe(0)

  const good = readFileSync(file, 'utf8')
  writeFileSync(file, good.replace('at nine', 'at ten'))
  await expect.poll(edits).toMatchObject([{ file: 'knowledge.csv', outcome: 'accepted', detail: '1 row changed.' }])
  await page.reload()
  await page.getByText(t.handEdit.accepted('knowledge.csv')).waitFor()
  if (process.env.SCREENSHOTS) await page.screenshot({ path: join(process.env.SCREENSHOTS, 'accepted.png') })

  await expect.poll(() => readFileSync(file, 'utf8')).toContain('at ten')
  writeFileSync(file, `${readFileSync(file, 'utf8')}broken,"quote\n`)
  await expect.poll(edits).toMatchObject([{ outcome: 'rejected', detail: expect.stringMatching(/^Row \d: a quote/) }])
  const [refused] = await edits()
  expect(readFileSync(join(file, '..', refused.set_aside), 'utf8')).toContain('broken')
  await page.reload()
  await page.getByText(t.handEdit.refused('knowledge.csv')).waitFor()
  await page.getByText(t.handEdit.kept(refused.set_aside)).waitFor()
  if (process.env.SCREENSHOTS) await page.screenshot({ path: join(process.env.SCREENSHOTS, 'refused.png') })
  await page.getByRole('button', { name: t.handEdit.dismiss }).click()
  await page.locator('.hand-edit').waitFor({ state: 'detached' })
  await page.reload()
  await page.getByText('When do you open?').waitFor()
  expect(await page.locator('.hand-edit').count()).toBe(0)
  expect(faults).toEqual([])

  // Nobody sees the edits of another client's files.
  const other = await portal.visit()
  await other.signIn()
  expect((await (await other.context.request.get('/api/knowledge/edits')).json()).data).toEqual([])
})
