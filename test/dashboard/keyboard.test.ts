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

/** The accessible name of what has the focus, as far as these tests need it. */
const focused = () =>
  visit.page.evaluate(() => {
    const element = document.activeElement as HTMLElement
    const label = element.getAttribute('aria-label') ?? (element as HTMLInputElement).labels?.[0]?.textContent
    return (label ?? element.textContent ?? '').trim()
  })

/** Presses Tab until something of this name has the focus; fails after a page's worth of stops. */
async function tabTo(name: string | RegExp, key = 'Tab'): Promise<void> {
  const seen: string[] = []
  for (let stops = 0; stops < 60; stops++) {
    await visit.page.keyboard.press(key)
    const at = await focused()
    if (typeof name === 'string' ? at === name : name.test(at)) return
    seen.push(at)
  }
  throw new Error(`Tab never came to ${name}; it came to ${seen.join(' | ')}`)
}

test('a client does the whole work without a pointer', async () => {
  visit = await portal.visit()
  const { page } = visit
  await visit.open('/portal/register')
  const type = (text: string) => page.keyboard.type(text)
  const press = (key: string) => page.keyboard.press(key)

  // The first field has the focus already.
  expect(await focused()).toBe(t.register.company)
  await type('Lighthouse Books')
  await tabTo(t.signIn.email)
  await type('keyboard@example.com')
  await tabTo(t.signIn.password)
  await type(secret)
  await press('Enter')
  await page.getByRole('heading', { level: 1, name: t.welcome.title }).waitFor()
  await tabTo(t.welcome.skip)
  await press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Lighthouse Books' }).waitFor()

  // The title has the focus; Tab goes on from the page, Shift+Tab back into the menu.
  await tabTo(t.start.teach.title)
  await press('Enter')
  await page.getByRole('heading', { level: 1, name: t.entry.newTitle }).waitFor()
  await expect.poll(focused).toBe(t.entry.newTitle)
  await tabTo(t.entry.question)
  await type('Is there tea?')
  await tabTo(t.entry.answer)
  await type('Always, by the stove.')
  await tabTo(t.entry.save)
  await press('Enter')
  await page.getByRole('link', { name: 'Is there tea?' }).waitFor()

  // Delete, and take it back with Ctrl+Z.
  await tabTo(t.knowledge.delete('Is there tea?'))
  await press('Enter')
  await page.getByRole('heading', { name: t.knowledge.emptyTitle }).waitFor()
  await expect.poll(focused).toBe(t.knowledge.title)
  await press('Control+z')
  await page.getByRole('link', { name: 'Is there tea?' }).waitFor()

  // Ask.
  await tabTo(t.nav.tryBot)
  await press('Enter')
  await page.getByRole('heading', { level: 1, name: t.tryBot.title }).waitFor()
  await tabTo(t.tryBot.message)
  await type('Is there tea?')
  await press('Enter')
  await page.getByText(/^Answered/).waitFor()
  expect(await focused()).toBe(t.tryBot.message)

  // A dialog keeps the focus, Escape closes it and gives the focus back.
  await tabTo(t.nav.keys, 'Shift+Tab')
  await press('Enter')
  await page.getByRole('heading', { level: 1, name: t.keys.title }).waitFor()
  await tabTo(t.keys.make)
  await press('Enter')
  await expect.poll(focused).toBe(t.keys.name)
  for (let stops = 0; stops < 8; stops++) {
    await press('Tab')
    const place = await page.evaluate(() => {
      const at = document.activeElement
      return at === document.body || at?.closest('dialog') !== null
    })
    expect(place).toBe(true)
  }
  await press('Escape')
  await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
  expect(await focused()).toBe(t.keys.make)
}, 90_000)

test('arrows move through tabs and choices', async () => {
  visit = await portal.visit()
  const { page } = visit
  await visit.signIn()
  await visit.open('/portal/integrate')
  await tabTo('curl')
  await page.keyboard.press('ArrowRight')
  await page.getByRole('tab', { name: 'Node', selected: true }).waitFor()
  expect(await focused()).toBe('Node')
  await page.keyboard.press('End')
  await page.getByRole('tab', { name: 'Python', selected: true }).waitFor()
  expect(await page.getByRole('tabpanel').textContent()).toContain('import json')

  await visit.open('/portal/knowledge/new')
  await page.getByRole('radio', { name: t.entry.qa }).focus()
  await page.keyboard.press('ArrowRight')
  await page.getByLabel(t.entry.titleLabel).waitFor()
})

test('the first stop of every page skips the menu', async () => {
  visit = await portal.visit()
  const { page } = visit
  await visit.signIn()
  await visit.open('/portal/account')
  await page.keyboard.press('Tab')
  expect(await focused()).toBe(t.nav.skip)
  await page.keyboard.press('Enter')
  await tabTo(t.theme.system)
  expect(await page.evaluate(() => document.activeElement?.closest('main') !== null)).toBe(true)
})

test('after a delete the focus goes on with the next entry', async () => {
  visit = await portal.visit()
  await visit.signIn()
  await teach(visit, [
    { id: 'a', title: 'Atlases', content: 'On the first floor.' },
    { id: 'b', title: 'Biographies', content: 'On the second floor.' },
    { id: 'c', title: 'Comics', content: 'On the third floor.' },
  ])
  await visit.open('/portal/knowledge')
  const names = () => visit.page.locator('.entry-link').allTextContents()
  const [, second, third] = await names()
  await visit.page.getByRole('button', { name: t.knowledge.delete(second!) }).click()
  await expect.poll(focused).toBe(third)
  // What has the focus is not hidden behind a message or a bar.
  const covered = await visit.page.evaluate(() => {
    const at = document.activeElement!.getBoundingClientRect()
    const top = document.elementFromPoint(at.x + 4, at.y + at.height / 2)
    return !document.activeElement!.contains(top)
  })
  expect(covered).toBe(false)
})
