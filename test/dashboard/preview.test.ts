/** The very widget beside the settings, in a real browser. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openPortal, type Portal, t, teach, type Visit } from './portal.ts'

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

const widgetOf = () => visit.page.frameLocator('iframe')
const dialog = () => widgetOf().getByRole('dialog')

test('what is typed shows in the widget at once, without being saved or taking the focus', async () => {
  visit = await portal.visit()
  const { page, context } = visit
  await visit.signIn()
  await visit.open('/portal/bot')
  await dialog().getByRole('heading', { name: 'Lighthouse Books' }).waitFor()
  const name = page.getByLabel(t.bot.name, { exact: true })
  await name.fill('Lumen')
  await dialog().getByRole('heading', { name: 'Lumen' }).waitFor()
  expect(await name.evaluate(element => element === document.activeElement)).toBe(true)

  await page.getByLabel(t.bot.colour, { exact: true }).fill('#c01048')
  const send = widgetOf().locator('.send').last()
  await expect.poll(() => send.evaluate(element => getComputedStyle(element).backgroundColor)).toBe('rgb(192, 16, 72)')
  // Half a colour is none: the rest goes on being shown.
  await page.getByLabel(t.bot.colour, { exact: true }).fill('#c01')
  await page.getByRole('link', { name: t.bot.parts.words, exact: true }).click()
  await page.getByLabel(t.bot.greeting, { exact: true }).fill('Ahoy! What are you looking for?')
  await dialog().getByText('Ahoy! What are you looking for?').waitFor()
  expect((await (await context.request.get('/api/bot/settings')).json()).greeting).toBe('')
})

test('it answers from the knowledge, keeps the conversation while settings change, and nothing is counted', async () => {
  visit = await portal.visit()
  const { page, context } = visit
  await visit.signIn()
  await teach(visit, [{ kind: 'qa', question: 'Where are the maps?', content: 'On the second floor.' }])
  await visit.open('/portal/bot/words')
  await dialog().getByRole('textbox').fill('Where are the maps?')
  await page.keyboard.press('Enter')
  await dialog().locator('.answer').getByText('On the second floor.').waitFor()
  await page.getByLabel(t.bot.placeholder, { exact: false }).fill('Ask the keeper')
  await dialog().getByPlaceholder('Ask the keeper').waitFor()
  await dialog().locator('.answer').getByText('On the second floor.').waitFor()
  expect(await widgetOf().locator('parley-chat').count()).toBe(1)
  const { monthly_requests } = (await (await context.request.get('/api/clients/profile')).json()).stats
  expect(monthly_requests).toBe(0)
  await page.getByRole('button', { name: t.bot.restart }).click()
  await expect.poll(() => dialog().locator('.answer').count()).toBe(0)
})

test('tone, languages, refusal, ways on and opening hours are shown as they will be, and saved', async () => {
  visit = await portal.visit()
  const { page, context } = visit
  await visit.signIn()
  await teach(visit, [{ kind: 'qa', question: 'Where are the maps?', content: 'On the second floor.' }])
  const open = (part: 'words' | 'answers' | 'people') =>
    page.getByRole('link', { name: t.bot.parts[part], exact: true }).click()
  await visit.open('/portal/bot/words')
  await page.getByRole('radio', { name: t.bot.tones.friendly }).check({ force: true })
  await dialog().getByText('What can I do for you?').waitFor()
  await page.getByLabel(t.bot.addLanguage).selectOption('de')
  await dialog().getByText('Was möchtest du wissen?').waitFor()

  await open('answers')
  await page.getByLabel(t.bot.refusalAll).fill('Da muss ich passen.')
  await open('people')
  await page.getByRole('button', { name: t.bot.addWay }).click()
  await page.getByLabel(t.bot.wayKinds.email).last().fill('keeper@example.com')
  await page.getByLabel(t.bot.wayLabel).fill('Ask the keeper')
  await page.getByLabel(t.bot.hoursOn).check()
  const drawn = async () => Number(await widgetOf().locator('html').getAttribute('data-drawn'))
  const before = await drawn()
  await page.getByRole('button', { name: t.bot.addHoursOn('Sunday') }).click()
  await expect.poll(drawn).toBeGreaterThan(before)
  await expect.poll(() => widgetOf().locator('parley-chat').count()).toBe(1)
  await dialog().locator('.composer textarea').fill('Wer gewann 1972 die Regatta?')
  await page.keyboard.press('Enter')
  await dialog().locator('.answer').getByText('Da muss ich passen.').waitFor()
  // Named once: beside the answer, not in it.
  expect(await dialog().locator('.answer').textContent()).toBe('Da muss ich passen.')
  expect(await dialog().getByRole('link', { name: 'Ask the keeper' }).getAttribute('href')).toBe(
    'mailto:keeper@example.com',
  )
  await dialog()
    .locator('.note')
    .getByText(/^Jetzt (?:geöffnet|geschlossen)/)
    .waitFor()

  await page.getByRole('button', { name: t.bot.save }).click()
  await page.getByText(t.bot.saved).waitFor()
  expect(await (await context.request.get('/api/bot/settings')).json()).toMatchObject({
    tone: 'friendly',
    languages: ['de'],
    refusals: { '*': 'Da muss ich passen.' },
    contact: 'keeper@example.com',
    ways: [{ kind: 'email', value: 'keeper@example.com', label: 'Ask the keeper' }],
    hours: { week: expect.arrayContaining([[['09:00', '17:00']]]), closed: [] },
  })
})

test('what retention would erase is said before it is saved', async () => {
  visit = await portal.visit()
  const { page, context } = visit
  await visit.signIn()
  await context.request.post('/api/chat', { data: { message: 'Where are the maps?' } })
  await visit.open('/portal/bot/privacy')
  await page.getByLabel(t.bot.retentionDays).fill('1')
  await page.getByText(t.bot.wouldEraseNothing).waitFor()
  await page.getByLabel(t.bot.retentionDays).fill('-3')
  await page.getByRole('button', { name: t.bot.save }).click()
  await page.locator('[aria-invalid="true"]').waitFor()
  await page.getByLabel(t.bot.retentionDays).fill('90')
  await page.getByRole('button', { name: t.bot.save }).click()
  await page.getByText(t.bot.saved).waitFor()
  expect((await (await context.request.get('/api/bot/settings')).json()).retention_days).toBe(90)
})

test('a phone and a dark device are shown as they are, and a narrow window has a tab for it', async () => {
  visit = await portal.visit()
  const { page } = visit
  await visit.signIn()
  await visit.open('/portal/bot')
  const width = () => dialog().evaluate(element => Math.round(element.getBoundingClientRect().width))
  await expect.poll(width).toBe(400)
  const beside = page.getByRole('complementary', { name: t.bot.preview })
  await beside.getByRole('radio', { name: t.bot.devices.phone }).check({ force: true })
  await expect.poll(width).toBe(390)
  await beside.getByRole('radio', { name: t.bot.lights.dark }).check({ force: true })
  await expect.poll(() => dialog().evaluate(element => element.classList.contains('dark'))).toBe(true)

  await page.setViewportSize({ width: 390, height: 844 })
  await page.getByLabel(t.bot.name, { exact: true }).fill('Lumen')
  await page.getByRole('link', { name: t.bot.parts.preview, exact: true }).click()
  await dialog().getByRole('heading', { name: 'Lumen' }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/portal/bot/preview')
})

test('what runs in the frame has no way into the portal', async () => {
  visit = await portal.visit()
  const { page } = visit
  await visit.signIn()
  await visit.open('/portal/bot')
  await dialog().waitFor()
  const frame = page.frames().find(one => one.url().endsWith('/portal/preview'))!
  const reached = await frame.evaluate(() => {
    const tries: Record<string, () => unknown> = {
      origin: () => origin,
      cookie: () => document.cookie,
      portal: () => parent.document.title,
    }
    return Object.entries(tries).map(([name, look]) => {
      try {
        return `${name}: ${look()}`
      } catch {
        return `${name}: refused`
      }
    })
  })
  expect(reached).toEqual(['origin: null', 'cookie: refused', 'portal: refused'])
})
