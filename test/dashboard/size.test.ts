import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPortal, type Portal, t } from './portal.ts'

let portal: Portal
beforeAll(async () => {
  portal = await openPortal()
})
afterAll(() => portal.close())

const brotli = (bytes: Buffer) =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).byteLength

/** Brotli bytes of every file that a page fetches until it stands still. */
async function weigh(path: string, signedIn: boolean): Promise<{ bytes: number; files: string[] }> {
  const visit = await portal.visit()
  if (signedIn) await visit.signIn()
  const files: string[] = []
  let bytes = 0
  const bodies: Promise<void>[] = []
  visit.page.on('response', response => {
    const { pathname } = new URL(response.url())
    if (pathname.startsWith('/api/') || response.status() !== 200) return
    files.push(basename(pathname) || 'index.html')
    bodies.push(
      response.body().then(body => {
        bytes += brotli(body)
      }),
    )
  })
  await visit.open(path)
  await visit.page.waitForLoadState('networkidle')
  await Promise.all(bodies)
  await visit.context.close()
  return { bytes, files }
}

test('all that the first page needs is at most 40 KB', async () => {
  const { bytes, files } = await weigh('/portal/sign-in', false)
  expect(files.some(file => file.startsWith('sign-in-'))).toBe(true)
  expect(files.some(file => file.endsWith('.css'))).toBe(true)
  expect(bytes).toBeLessThanOrEqual(40 * 1024)
})

test('so is all that the overview needs', async () => {
  const { bytes, files } = await weigh('/portal/', true)
  expect(files.some(file => file.startsWith('overview-'))).toBe(true)
  expect(bytes).toBeLessThanOrEqual(40 * 1024)
})

test('a page’s code comes when the page is near, not before', async () => {
  const visit = await portal.visit()
  await visit.signIn()
  const asked: string[] = []
  visit.page.on('request', request => asked.push(basename(new URL(request.url()).pathname)))
  await visit.open('/portal/')
  await visit.page.waitForLoadState('networkidle')
  expect(asked.some(file => file.startsWith('try-bot-'))).toBe(false)
  await visit.page.getByRole('link', { name: t.nav.tryBot, exact: true }).hover()
  await expect.poll(() => asked.some(file => file.startsWith('try-bot-'))).toBe(true)
  await visit.context.close()
})

test('every built page is served, and no style or script is written into it', () => {
  const html = readFileSync('dist/public/portal/index.html', 'utf8')
  expect(html).not.toMatch(/<style|style=|<script(?![^>]*src=)|\son\w+=/i)
  const names = readdirSync(join('dist/public/portal/assets'))
  for (const [, name] of html.matchAll(/\/portal\/assets\/([^"]+)/g)) expect(names).toContain(name)
})
