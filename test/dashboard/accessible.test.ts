/** Every page and state, light and dark, wide and narrow: axe finds nothing, nothing is wider than the window. */
import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPortal, type Portal, t, teach, type Visit } from './portal.ts'
import {
  dialogOpen,
  happened,
  inside,
  linked,
  neglected,
  newcomer,
  outside,
  press,
  type State,
  shelves,
} from './states.ts'

let portal: Portal
beforeAll(async () => {
  // Mail is on, so that its pages and the line above the others are looked at too; nobody takes it.
  portal = await openPortal({ env: { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'Parley <bot@parley.example>' } })
})
afterAll(() => portal.close())

/** Widths in px; at the narrowest only the width is checked, for it shows nothing that 390 does not. */
const widths = [1280, 390, 320]

async function checkAll(page: Page, name: string): Promise<string[]> {
  const faults: string[] = []
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 })
    // What follows the window by script has followed it.
    await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))))
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

const schemes = ['light', 'dark'] as const

/** States one after another. */
async function look(visit: Visit, states: readonly State[]): Promise<string[]> {
  const faults: string[] = []
  for (const { name, path, act } of states) {
    await visit.open(path)
    await visit.settled()
    await act?.(visit.page)
    await visit.settled()
    faults.push(...(await checkAll(visit.page, name)))
  }
  return faults
}

/** So many take some seconds. */
const mostAtATime = 4

/** A few at a time, named after the first and the last. */
function inParts(states: readonly State[]): [string, State[]][] {
  const parts: [string, State[]][] = []
  for (let i = 0; i < states.length; i += mostAtATime) {
    const part = states.slice(i, i + mostAtATime)
    parts.push([`“${part[0]!.name}” to “${part.at(-1)!.name}”`, part])
  }
  return parts
}

describe.each(schemes)('in %s', colorScheme => {
  const none = { faults: [] as string[], thrown: [] as string[] }

  test('nothing outside has a fault', async () => {
    const visit = await portal.visit({ colorScheme })
    expect({ faults: await look(visit, outside), thrown: visit.faults }).toEqual(none)
    await visit.context.close()
  })

  test.each(inParts(linked))('links in mails lead to no fault from %s', async (_, states) => {
    const visit = await portal.visit({ colorScheme })
    expect({ faults: await look(visit, states), thrown: visit.faults }).toEqual(none)
    await visit.context.close()
  })

  test.each(inParts(newcomer))('a newcomer finds no fault from %s', async (_, states) => {
    const visit = await portal.visit({ colorScheme })
    await visit.signIn()
    expect({ faults: await look(visit, states), thrown: visit.faults }).toEqual(none)
    await visit.context.close()
  })

  test.each(inParts(inside))('there is no fault from %s', async (_, states) => {
    const visit = await portal.visit({ colorScheme })
    const { clientId } = await visit.signIn()
    await teach(visit, shelves)
    await neglected(portal, visit, clientId)
    await happened(visit)
    expect({ faults: await look(visit, states), thrown: visit.faults }).toEqual(none)
    await visit.context.close()
  })

  test('neither has a phone’s menu, nor the dialog when a session has ended', async () => {
    const visit = await portal.visit({ colorScheme, width: 390, height: 844 })
    const { page } = visit
    await visit.signIn()
    await visit.open('/portal/')
    await press(page, t.nav.more)
    await dialogOpen(page)
    const faults = [...(await askAxe(page)), ...(await overflow(page))]
    await page.getByRole('dialog').getByRole('link', { name: t.nav.keys }).click()
    await page.getByRole('heading', { level: 1, name: t.keys.title }).waitFor()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    // What is still being asked for must be there, or the session would end before the click that is to find it ended.
    await visit.settled()
    await visit.context.clearCookies()
    await press(page, t.keys.make)
    await page.getByRole('dialog').getByLabel(t.keys.name).fill('Till')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: t.signInAgain.title }).waitFor()
    faults.push(...(await checkAll(page, 'sign in again')))
    expect({ faults, thrown: visit.faults }).toEqual(none)
    await visit.context.close()
  })
})

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
