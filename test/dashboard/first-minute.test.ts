/** From `npm start` to a bot that answers from a website of thirty pages, walked in a browser and timed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser, newProfile } from '../support/browser.ts'
import { freePort } from '../support/port.ts'
import { type SmallSite, startSmallSite } from '../support/small-site.ts'
import { secret, t } from './portal.ts'

let site: SmallSite
let browser: Browser
let dir: string
let server: ChildProcess | undefined
beforeAll(async () => {
  site = await startSmallSite()
  browser = await launchBrowser()
  dir = await mkdtemp(join(tmpdir(), 'parley-minute-'))
  // A checkout whose packages are installed and that was never built.
  for (const part of ['server', 'dashboard', 'widget', 'scripts', 'package.json', 'package-lock.json', 'tsconfig.json'])
    await cp(part, join(dir, part), { recursive: true })
  await symlink(resolve('node_modules'), join(dir, 'node_modules'))
})
afterAll(async () => {
  await browser?.close()
  if (server && server.exitCode === null) {
    // npm, its shell and the server.
    process.kill(-server.pid!, 'SIGTERM')
    await new Promise(done => server!.once('exit', done))
  }
  await site?.close()
  await rm(dir, { recursive: true, force: true })
})

test('the first minute: start, register, name the website, see three answers from it, copy the tag', async () => {
  const started = performance.now()
  const steps: string[] = []
  const step = (name: string) => steps.push(`${name} ${((performance.now() - started) / 1000).toFixed(1)} s`)
  const port = await freePort()
  const base = `http://localhost:${port}`
  server = spawn('npm', ['start'], {
    cwd: dir,
    detached: true,
    // Only what a test on one machine needs: a port, a folder, and leave to read a website on this machine.
    env: {
      ...process.env,
      PORT: String(port),
      PORTAL_PORT: '0',
      DATA_DIR: join(dir, 'data'),
      SCRAPE_ALLOW_HOSTS: site.host,
      LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise<void>((up, down) => {
    server!.once('exit', code => down(new Error(`the server ended with ${code}`)))
    server!.stdout!.on('data', chunk => String(chunk).includes('Stop with Ctrl-C') && up())
  })
  step('server up')

  const context = await newProfile(browser)
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: base })
  context.setDefaultTimeout(60_000)
  const page = await context.newPage()
  const faults: string[] = []
  page.on('pageerror', error => faults.push(error.message))
  await page.goto(`${base}/portal/register`)
  await page.getByLabel(t.register.company).fill('Harbour Wheels')
  await page.getByLabel(t.signIn.email).fill('wheels@example.com')
  await page.getByLabel(t.signIn.password, { exact: true }).fill(secret)
  await page.getByRole('button', { name: t.register.action, exact: true }).click()
  await page.getByRole('heading', { level: 1, name: t.welcome.title }).waitFor()
  step('registered')

  await page.getByLabel(t.welcome.site).fill(site.base)
  await page.getByRole('button', { name: t.welcome.read, exact: true }).click()
  // It can be watched, and a reload goes on watching.
  await page.locator('.read-page').first().waitFor()
  await page.reload()
  await page.getByRole('heading', { name: t.welcome.readDone(site.pages) }).waitFor()
  step(`${site.pages} pages read`)

  await expect.poll(() => page.locator('.talk-log .badge-good').count(), { timeout: 30_000 }).toBe(3)
  expect(await page.locator('.talk-log .bubble-visitor').count()).toBe(3)
  step('three questions answered')
  await page.getByRole('button', { name: t.integrate.copyTag }).click()
  await page.getByRole('button', { name: t.copied }).waitFor()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('/widget.js')
  step('tag copied')

  // What a visitor hears is from the site.
  const { account } = await (await context.request.get(`${base}/api/auth/me`)).json()
  const reply = await context.request.post(`${base}/api/chat`, {
    data: { message: 'What does a tandem rental cost?', company_id: account.client_id },
  })
  const answer = await reply.json()
  expect(answer.answered).toBe(true)
  expect(answer.response).toContain('68 crowns')
  expect(answer.sources[0].url).toBe(`${site.base}/tandem-rental`)
  step('a visitor’s question answered from the site')
  console.info(`the first minute: ${steps.join(', ')}`)
  expect(faults).toEqual([])
  await context.close()
}, 150_000)
