/** The portal in another language. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { core } from '../../dashboard/text/de/core.ts'
import { pages } from '../../dashboard/text/de/pages.ts'
import { en } from '../../dashboard/text/en.ts'
import { openPortal, type Portal, t } from './portal.ts'

const de = { ...core, ...pages }
let portal: Portal
beforeAll(async () => {
  portal = await openPortal()
})
afterAll(() => portal.close())

test('follows the browser until another language is chosen, which stays', async () => {
  const visit = await portal.visit({ locale: 'de-AT' })
  const { page } = visit
  const asked: string[] = []
  page.on('request', request => asked.push(new URL(request.url()).pathname))
  await visit.open('/portal/sign-in')
  await page.getByRole('heading', { level: 1, name: de.signIn.title, exact: true }).waitFor()
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('de')
  await page.getByLabel(de.signIn.email).fill('niemand@example.com')
  await page.getByLabel(de.signIn.password, { exact: true }).fill('falsch')
  await page.getByRole('button', { name: de.signIn.action, exact: true }).click()
  await page.getByText(de.problem.invalid_credentials!).waitFor()

  await page.getByLabel(de.language).selectOption('en')
  await page.getByRole('heading', { level: 1, name: t.signIn.title, exact: true }).waitFor()
  await page.reload()
  await page.getByRole('heading', { level: 1, name: t.signIn.title, exact: true }).waitFor()
  expect(visit.faults).toEqual([])
  await visit.context.close()
})

test('says the pages behind the menu in German too, numbers and dates included', async () => {
  const visit = await portal.visit({ locale: 'de-DE' })
  await visit.signIn()
  await visit.open('/portal/account/plan')
  await visit.page.getByRole('heading', { level: 1, name: de.account.title, exact: true }).waitFor()
  await visit.page.getByText('10.000 Fragen im Monat').waitFor()
  expect(visit.faults).toEqual([])
  await visit.context.close()
})

/** Paths of every text of a language, functions and lists by their kind. */
const membersOf = (value: unknown, path = ''): string[] =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.entries(value).flatMap(([name, inner]) => membersOf(inner, `${path}/${name}`))
    : [path]

test('has no text that is empty, or missing from a list that types cannot check', () => {
  const texts = (value: unknown): string[] =>
    typeof value === 'string' ? [value] : value && typeof value === 'object' ? Object.values(value).flatMap(texts) : []
  expect(texts(de).filter(text => text.trim() === '')).toEqual([])
  expect(membersOf(de.account)).toEqual(membersOf(en.account))
})
