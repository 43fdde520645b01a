/** Putting the knowledge in order through the portal: pairs, news from sources, categories, the spreadsheet. */
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { clients } from '../../server/store/records.ts'
import { update } from '../../server/store/store.ts'
import { openPortal, type Portal, t, teach, type Visit } from './portal.ts'
import { disputed } from './states.ts'

let portal: Portal
let visit: Visit
let page: Page
beforeAll(async () => {
  portal = await openPortal()
})
afterAll(() => portal.close())
afterEach(async () => {
  expect(visit.faults).toEqual([])
  await visit.context.close()
})

const begin = async (entries: Record<string, unknown>[]) => {
  visit = await portal.visit()
  page = visit.page
  const { clientId } = await visit.signIn()
  await portal.server.store.commit([update(clients, clientId, { knowledge_limit: 10_000 })])
  if (entries.length > 0) await teach(visit, entries)
  return clientId
}
const button = (name: string) => page.getByRole('button', { name, exact: true })
const entries = async () =>
  ((await (await visit.context.request.get('/api/knowledge?limit=200&sort=oldest')).json()) as any).data as any[]
const contents = async () => Object.fromEntries((await entries()).map(entry => [entry.id, entry.content]))
const undo = async () => {
  const undone = page.waitForResponse(reply => reply.request().url().endsWith('/api/knowledge/undo'))
  await button(t.undo).first().click()
  expect((await undone).status()).toBe(200)
}
const file = (name: string, text: string) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) })
const offer = (name: string, text: string) => page.locator('input[type=file]').setInputFiles(file(name, text))

test('of two that contradict each other one is kept, and undo brings the other back', async () => {
  await begin(disputed)
  const before = await entries()
  await visit.open('/portal/')
  await page.getByText(t.overview.toReview(2)).waitFor()
  await page.getByRole('link', { name: t.overview.review }).click()
  await page.getByText(t.review.of(2, 0)).waitFor()
  expect(await page.locator('.side-nav .menu-count').textContent()).toContain('2')
  const pair = page.locator('.pair', { hasText: 'Lending' })
  expect(await pair.locator('.differs').allTextContents()).toEqual(expect.arrayContaining(['2', '3']))
  await pair.getByText(t.review.onlyHere('2'), { exact: true }).waitFor()
  await button(t.review.keepNamed('Lending')).click()
  await expect.poll(() => page.locator('.pair').count()).toBe(1)
  await expect.poll(async () => Object.keys(await contents())).not.toContain('lending-old')
  // The keyboard goes on with the pair that is left.
  expect(await page.evaluate(() => document.activeElement!.className)).toBe('review-head')
  await expect.poll(() => page.locator('.side-nav .menu-count').textContent()).toContain('1')
  await undo()
  await expect.poll(() => page.locator('.pair').count()).toBe(2)
  expect(await entries()).toEqual(expect.arrayContaining(before))
}, 60_000)

test('two questions become one entry, and what is right on both sides is not asked again', async () => {
  await begin([
    ...disputed.slice(0, 2),
    {
      id: 'post',
      kind: 'qa',
      question: 'How long does delivery take?',
      content: 'Two days to the mainland, and four days to the islands, by post.',
    },
    {
      id: 'post-too',
      kind: 'qa',
      question: 'When will my parcel arrive?',
      content: 'Two days to the mainland, and four days to the islands, by post.',
    },
  ])
  await visit.open('/portal/review')
  await button(t.review.keepBothNamed('How long does delivery take?')).click()
  await expect
    .poll(async () => (await entries()).find(entry => entry.id === 'post').alternates)
    .toEqual(['When will my parcel arrive?'])
  await undo()
  await expect.poll(async () => (await entries()).length).toBe(4)
  expect((await entries()).find(entry => entry.id === 'post').alternates).toEqual([])

  await page.locator('.pair', { hasText: 'Sundays' }).getByRole('button', { name: t.review.bothRight }).click()
  await page.getByText(t.review.settled).waitFor()
  await expect.poll(() => page.locator('.pair').count()).toBe(1)
  await page.reload()
  await page.locator('.pair').waitFor()
  expect(await page.locator('.pair').count()).toBe(1)
  expect(await page.locator('.pair').textContent()).not.toContain('Sundays')
}, 60_000)

const upload = async (text: string) => {
  const sent = await visit.context.request.post('/api/knowledge/upload', {
    multipart: { files: file('Terms.csv', text) },
  })
  const { job } = (await sent.json()) as any
  await expect
    .poll(async () => ((await (await visit.context.request.get(`/api/jobs/${job.job_id}`)).json()) as any).job.state)
    .toBe('done')
}

test('where a source has news about what a person edited, either side is taken, or both are written anew', async () => {
  await begin([])
  const rows = (days: number, years: number) =>
    `question,answer\nMay I return it?,Within ${days} days.\nIs there a guarantee?,Of ${years} years.\n`
  await upload(rows(30, 2))
  const [back, guarantee] = await entries()
  for (const entry of [back, guarantee])
    await visit.context.request.patch(`/api/knowledge/entries/${entry.id}`, {
      data: { content: `${entry.content} Ask us!` },
    })
  await upload(rows(14, 3))
  await visit.open('/portal/sources')
  await page.getByRole('link', { name: t.sources.flagged(2) }).click()
  const card = (question: string) => page.locator('.pair', { hasText: question })
  await expect.poll(() => card('return').locator('ins').allTextContents()).toEqual(['14'])
  expect((await card('return').locator('del').allTextContents()).map(text => text.trim())).toEqual(['30', 'Ask us!'])

  await card('return').getByRole('button', { name: t.review.takeTheirs }).click()
  await expect.poll(contents).toMatchObject({ [back.id]: 'Within 14 days.' })
  await undo()
  await expect.poll(contents).toMatchObject({ [back.id]: 'Within 30 days. Ask us!' })
  await card('return').getByRole('button', { name: t.review.keepMine }).click()
  await expect.poll(() => page.locator('.pair').count()).toBe(1)

  await button(t.review.rework).click()
  await page.getByLabel(t.entry.answer, { exact: true }).fill('Of 3 years. Ask us!')
  // Half-written work survives a reload.
  await page.reload()
  await button(t.review.rework).click()
  expect(await page.getByLabel(t.entry.answer, { exact: true }).inputValue()).toBe('Of 3 years. Ask us!')
  await button(t.entry.save).click()
  await page.getByText(t.review.noChanged).waitFor()
  expect(await contents()).toEqual({ [back.id]: 'Within 30 days. Ask us!', [guarantee.id]: 'Of 3 years. Ask us!' })

  await visit.open('/portal/sources')
  await page.getByRole('link', { name: 'Terms.csv', exact: true }).click()
  await page.getByText(t.history.flagged(2)).waitFor()
  await page.getByText(t.history.added(2)).waitFor()
}, 90_000)

test('a spreadsheet goes out, comes back edited, shows cell by cell what changes, and is undone whole', async () => {
  await begin([
    { id: 'a', title: 'Hours', content: 'We open at nine.', category: 'Visit' },
    { id: 'b', title: 'Parking', content: 'Behind the house.', category: 'Visit' },
    { id: 'c', title: 'Cloakroom', content: 'It is free.', category: 'Visit' },
    { id: 'd', title: 'Dogs', content: 'They wait outside.', category: 'Visit' },
  ])
  const before = await entries()
  await visit.open('/portal/spreadsheet')
  const coming = page.waitForEvent('download')
  await page.getByRole('link', { name: t.spreadsheet.csv }).click()
  const csv = readFileSync(await (await coming).path(), 'utf8')
  const edited = csv
    .replace('at nine', 'at ten')
    .replace(/d,text,Dogs[^\n]*\n/, '')
    .concat(',qa,,Is there a lift?,,Yes.,Visit,,,,,,,\r\n')
  await offer('Knowledge.csv', edited)
  await page.getByRole('heading', { name: t.spreadsheet.difference('Knowledge.csv') }).waitFor()
  expect((await page.locator('.cell').allTextContents()).map(text => text.replace(/\s+/g, ' '))).toEqual([
    `${t.spreadsheet.columns.content}${t.spreadsheet.before}We open at nine.${t.spreadsheet.after}We open at ten.`,
  ])
  await page.getByRole('link', { name: t.spreadsheet.added(1) }).click()
  await page.getByText('Is there a lift?').waitFor()
  await page.getByRole('link', { name: t.spreadsheet.removed(1) }).click()
  // Looking at the entry and coming back loses neither the difference nor the place.
  await page.getByRole('link', { name: 'Dogs' }).click()
  await page.getByLabel(t.entry.titleLabel).waitFor()
  await page.goBack()
  await page.getByRole('link', { name: 'Dogs' }).waitFor()
  expect(await entries()).toEqual(before)

  await button(t.spreadsheet.accept).click()
  await page.getByText(t.spreadsheet.accepted(1, 1, 1), { exact: true }).waitFor()
  expect((await entries()).map(entry => entry.content).sort()).toEqual([
    'Behind the house.',
    'It is free.',
    'We open at ten.',
    'Yes.',
  ])
  await undo()
  await expect.poll(async () => (await entries()).length).toBe(4)
  expect(await entries()).toEqual(expect.arrayContaining(before))

  await offer('Wrong.csv', 'id,kind,content\na,poem,x\nb,,\n')
  await page.getByText(/row 2/).waitFor()
  await page.getByText(/row 3/).waitFor()
  await offer('Same.csv', csv)
  await page.getByText(t.spreadsheet.nothing).waitFor()
  await button(t.spreadsheet.putAway).click()
  await page.locator('.drop').waitFor()
}, 90_000)

test('what changed meanwhile is shown again before it is accepted', async () => {
  await begin([{ id: 'a', content: 'We open at nine.' }])
  await visit.open('/portal/spreadsheet')
  await offer('Late.csv', 'id,content\na,We open at ten.\n')
  await page.locator('.cell').waitFor()
  await visit.context.request.patch('/api/knowledge/entries/a', { data: { content: 'We open at eight.' } })
  await button(t.spreadsheet.accept).click()
  await page.getByText(t.spreadsheet.stale).waitFor()
  await page.locator('.cell', { hasText: 'eight' }).waitFor()
  expect(await contents()).toEqual({ a: 'We open at eight.' })
  await button(t.spreadsheet.accept).click()
  await expect.poll(contents).toEqual({ a: 'We open at ten.' })
}, 60_000)

test('categories are renamed, joined and taken away with the keyboard, and each is undone', async () => {
  await begin([
    { id: 'a', content: 'One.', category: 'Prices' },
    { id: 'b', content: 'Two.', category: 'Cost' },
    { id: 'c', content: 'Three.', category: 'Cost' },
  ])
  const categories = async () =>
    Object.fromEntries(
      ((await (await visit.context.request.get('/api/knowledge/categories')).json()) as any).data.map((one: any) => [
        one.category,
        one.entries,
      ]),
    )
  await visit.open('/portal/categories')
  await button(t.categories.renameNamed('Cost')).focus()
  await page.keyboard.press('Enter')
  await page.keyboard.type('Prices')
  await page.getByText(t.categories.joins('Prices', 1)).waitFor()
  await page.keyboard.press('Enter')
  await expect.poll(categories).toEqual({ Prices: 3 })
  await undo()
  await expect.poll(categories).toEqual({ Prices: 1, Cost: 2 })

  await button(t.categories.renameNamed('Cost')).click()
  await page.keyboard.type('Elsewhere')
  await page.keyboard.press('Escape')
  await expect.poll(() => page.evaluate(() => document.activeElement!.textContent)).toBe(t.categories.rename)
  await button(t.categories.takeAway('Cost')).click()
  await expect.poll(categories).toEqual({ Prices: 1, '': 2 })
  await page.getByText(t.categories.none).waitFor()
  await undo()
  await expect.poll(categories).toEqual({ Prices: 1, Cost: 2 })

  await visit.open('/portal/knowledge')
  await page.locator('.entry-choose').first().check()
  await button(t.bulk.all(3)).click()
  await button(t.bulk.move).click()
  await page.getByRole('dialog').getByLabel(t.knowledge.category).fill('Everything')
  await page.keyboard.press('Enter')
  await expect.poll(categories).toEqual({ Everything: 3 })
  await undo()
  await expect.poll(categories).toEqual({ Prices: 1, Cost: 2 })
}, 60_000)

test('an entry is tested: what would be asked of it, and what answers instead', async () => {
  await begin([
    {
      id: 'dog',
      kind: 'qa',
      question: 'May I bring my dog?',
      alternates: ['Are pets welcome?'],
      content: 'Dogs up to 20 kg are welcome.',
    },
    {
      id: 'park',
      kind: 'qa',
      question: 'Where do I park my bicycle at night?',
      content: 'In the yard behind the house.',
    },
  ])
  await visit.open('/portal/knowledge/dog')
  await button(t.trial.run).click()
  await page.getByText(t.trial.all(2)).waitFor()
  expect(await page.locator('.trial-found .trial-question').allTextContents()).toEqual([
    'May I bring my dog?',
    'Are pets welcome?',
  ])
  await page.getByLabel(t.entry.question, { exact: true }).fill('May I bring my cat?')
  await page.getByText(t.trial.unsaved).waitFor()
}, 60_000)

test('a client of 5,000 entries reviews, renames and brings back a spreadsheet of all of them', async () => {
  const things = ['lamp', 'chair', 'table', 'shelf', 'mirror', 'carpet']
  const many = Array.from({ length: 4_996 }, (_, i) => ({
    id: `e${i}`,
    title: `Article ${i}`,
    content: `The ${things[i % 6]} of the series ${i} stands in hall ${i % 40} and weighs ${(i * 7) % 90} kilograms.`,
    category: ['Furniture', 'House'][i % 2],
  }))
  await begin([...many, ...disputed])
  await visit.open('/portal/review')
  await page.locator('.pair').nth(1).waitFor()
  await page.getByText(t.review.of(2, 0)).waitFor()

  await visit.open('/portal/spreadsheet')
  const csv = `id,category,content\n${many.map(({ id, content }) => `${id},Stock,"${content.replace('hall', 'room')}"`).join('\n')}\n`
  await offer('All.csv', csv)
  await page.getByRole('link', { name: t.spreadsheet.changed(4_996) }).waitFor()
  await page.locator('.cells').first().waitFor()
  await page.getByText(t.pager.position('1', '100')).waitFor()
  expect(await page.locator('.cells').count()).toBe(50)
  await visit.page.evaluate(() => history.pushState(null, '', '/portal/spreadsheet?page=90'))
  await page.evaluate(() => dispatchEvent(new PopStateEvent('popstate')))
  await page.locator('.cells', { hasText: 'Article 4450' }).waitFor()
  await button(t.spreadsheet.accept).click()
  await page.getByText(t.spreadsheet.accepted(0, 4_996, 4), { exact: true }).waitFor()
  await undo()
  await visit.open('/portal/categories')
  await page.getByText(t.categories.entries(2_498)).first().waitFor()
  await button(t.categories.renameNamed('House')).click()
  await page.keyboard.type('Furniture')
  await page.keyboard.press('Enter')
  await page.getByText(t.categories.entries(4_996)).waitFor()
  await undo()
  await page.getByText(t.categories.entries(2_498)).first().waitFor()
}, 180_000)
