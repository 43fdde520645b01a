/** Every page and state, light and dark, wide and narrow: axe finds nothing, nothing is wider than the window. */
import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPortal, type Portal, t, teach } from './portal.ts'

let portal: Portal
beforeAll(async () => {
  portal = await openPortal()
})
afterAll(() => portal.close())

interface State {
  name: string
  path: string
  act?: (page: Page) => Promise<unknown>
}

const dialogOpen = (page: Page) => page.getByRole('dialog').waitFor()
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

const outside: State[] = [
  { name: 'sign in', path: '/portal/sign-in' },
  {
    name: 'sign in, refused',
    path: '/portal/sign-in',
    async act(page) {
      await page.getByLabel(t.signIn.email).fill('nobody@example.com')
      await page.getByLabel(t.signIn.password, { exact: true }).fill('wrong')
      await press(page, t.signIn.action)
      await page.getByRole('alert').waitFor()
    },
  },
  {
    name: 'register, with complaints',
    path: '/portal/register?plan=premium',
    async act(page) {
      await press(page, t.register.action)
      await page.locator('[aria-invalid="true"]').first().waitFor()
    },
  },
]

const newcomer: State[] = [
  { name: 'overview of a newcomer', path: '/portal/' },
  { name: 'knowledge, empty', path: '/portal/knowledge' },
]

const inside: State[] = [
  {
    name: 'overview with its table',
    path: '/portal/',
    act: page => page.getByText(t.overview.asTable).click(),
  },
  { name: 'knowledge', path: '/portal/knowledge' },
  { name: 'knowledge, nothing found', path: '/portal/knowledge?search=zeppelin' },
  { name: 'knowledge, second page', path: '/portal/knowledge?page=2' },
  {
    name: 'knowledge, deleted with undo',
    path: '/portal/knowledge',
    async act(page) {
      await page
        .getByRole('button', { name: /^Delete “/ })
        .first()
        .click()
      await page.getByRole('button', { name: t.undo }).waitFor()
    },
  },
  {
    name: 'knowledge, delete everything',
    path: '/portal/knowledge',
    async act(page) {
      await press(page, t.clear.open)
      await dialogOpen(page)
      await press(page, t.clear.action)
      await page.locator('[aria-invalid="true"]').waitFor()
    },
  },
  {
    name: 'a new question, with complaints and another way to ask',
    path: '/portal/knowledge/new?question=Do+you+repair+globes%3F',
    async act(page) {
      await press(page, t.entry.addAlternate)
      await press(page, t.entry.save)
      await page.locator('[aria-invalid="true"]').waitFor()
    },
  },
  {
    name: 'a new text',
    path: '/portal/knowledge/new',
    act: page => page.getByRole('radio', { name: t.entry.text }).check(),
  },
  { name: 'an entry', path: '/portal/knowledge/shelf-3' },
  { name: 'an entry that is gone', path: '/portal/knowledge/no-such-entry' },
  {
    name: 'try it, answered and not',
    path: '/portal/try',
    async act(page) {
      for (const question of ['What is on shelf 7?', 'Who won the regatta in Lisbon?']) {
        await page.getByLabel(t.tryBot.message).fill(question)
        await page.keyboard.press('Enter')
        await page.getByRole('button', { name: t.tryBot.send, exact: true }).waitFor()
      }
    },
  },
  {
    name: 'bot settings, with a complaint',
    path: '/portal/bot',
    async act(page) {
      await press(page, t.bot.addOrigin)
      await page.getByLabel(t.bot.origin(1), { exact: true }).fill('ftp://example.com')
      await press(page, t.bot.save)
      await page.locator('[aria-invalid="true"]').waitFor()
    },
  },
  { name: 'integrate', path: '/portal/integrate' },
  { name: 'keys', path: '/portal/keys' },
  {
    name: 'a new key',
    path: '/portal/keys',
    async act(page) {
      await press(page, t.keys.make)
      await page.getByRole('dialog').getByLabel(t.keys.name).fill('Till')
      await page.getByRole('dialog').getByRole('button', { name: t.keys.make }).click()
      await page.getByRole('dialog', { name: t.keys.shownTitle }).waitFor()
    },
  },
  {
    name: 'revoking a key',
    path: '/portal/keys',
    async act(page) {
      await press(page, t.keys.revokeTitle('First key'))
      await dialogOpen(page)
    },
  },
  { name: 'account', path: '/portal/account' },
  { name: 'not found', path: '/portal/no/such/page' },
]

const shelves = Array.from({ length: 24 }, (_, i) => ({
  id: `shelf-${i}`,
  title: `Shelf ${i}`,
  content: `On shelf ${i} are books that begin with letter ${i}. ${'https://example.com/a-very-long-address-without-a-break/'.repeat(3)}`,
  category: i % 2 ? 'Ground floor' : 'First floor',
  source: i % 3 ? 'Floor plan' : 'Catalogue',
}))

/** Widths in px; at the narrowest only the width is checked, for it shows nothing that 390 does not. */
const widths = [1280, 390, 320]

async function checkAll(page: Page, name: string): Promise<string[]> {
  const faults: string[] = []
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 })
    const found = [...(width === 320 ? [] : await askAxe(page)), ...(await overflow(page))]
    faults.push(...found.map(fault => `${name}, ${width} px: ${fault}`))
  }
  await page.setViewportSize({ width: 1280, height: 900 })
  return faults
}

async function askAxe(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const results = await (window as any).axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    })
    return results.violations.flatMap((violation: any) =>
      violation.nodes.map(
        (node: any) =>
          `${violation.id}: ${node.target.join(' ')} (${node.any[0]?.message ?? node.all[0]?.message ?? violation.help})`,
      ),
    ) as string[]
  })
}

function overflow(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth
    return wide > 0 ? [`${wide} px wider than the window`] : []
  })
}

for (const colorScheme of ['light', 'dark'] as const)
  test(`no page or state has a fault in ${colorScheme}`, async () => {
    const visit = await portal.visit({ colorScheme })
    const { page } = visit
    const faults: string[] = []
    const look = async (states: State[]) => {
      for (const { name, path, act } of states) {
        await visit.open(path)
        await page.waitForLoadState('networkidle')
        await act?.(page)
        faults.push(...(await checkAll(page, name)))
      }
    }
    await look(outside)
    await visit.signIn()
    await look(newcomer)
    await teach(visit, shelves)
    await visit.context.request.post('/api/chat', { data: { message: 'Who wrote the sea shanties?' } })
    await look(inside)

    await page.setViewportSize({ width: 390, height: 844 })
    await press(page, t.nav.more)
    await dialogOpen(page)
    faults.push(...(await askAxe(page)), ...(await overflow(page)))

    await page.getByRole('dialog').getByRole('link', { name: t.nav.keys }).click()
    await page.getByRole('heading', { level: 1, name: t.keys.title }).waitFor()
    // What is still being asked for must be there, or the session would end before the click that is to find it ended.
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await page.waitForLoadState('networkidle')
    await visit.context.clearCookies()
    await page.getByRole('button', { name: t.keys.make, exact: true }).click()
    await page.getByRole('dialog').getByLabel(t.keys.name).fill('Till')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: t.signInAgain.title }).waitFor()
    faults.push(...(await checkAll(page, 'sign in again')))

    expect(faults).toEqual([])
    expect(visit.faults).toEqual([])
    await visit.context.close()
  }, 180_000)

test('the check sees a fault when there is one', async () => {
  const visit = await portal.visit()
  await visit.open('/portal/sign-in')
  await visit.page.evaluate(() => {
    const planted = document.createElement('p')
    planted.textContent = 'Pale'
    planted.style.cssText = 'color: #ddd; background: #fff; width: 2000px'
    document.querySelector('form')!.append(planted)
  })
  const faults = (await checkAll(visit.page, 'planted')).join('\n')
  expect(faults).toContain('color-contrast')
  expect(faults).toContain('px wider than the window')
  await visit.context.close()
})

test('the choice of light or dark is kept, and follows the device until one is made', async () => {
  const visit = await portal.visit({ colorScheme: 'dark' })
  const { page } = visit
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme)
  await visit.open('/portal/sign-in')
  expect(await theme()).toBe('dark')
  await page.emulateMedia({ colorScheme: 'light' })
  await expect.poll(theme).toBe('light')
  await page.getByRole('button', { name: t.theme.dark }).click()
  expect(await theme()).toBe('dark')
  await page.reload()
  expect(await theme()).toBe('dark')
  await page.getByRole('button', { name: t.theme.system }).click()
  expect(await theme()).toBe('light')
  await visit.context.close()
})
