/**
 * `npm run tour [folder]`: a picture of every page of the portal, at 1280 and 390 pixels, light and dark, into a folder
 * (default `tour/`). Starts a server of its own on an empty data folder with the demo client, or looks at `--base URL`.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Browser, chromium, type Page } from 'playwright-core'
import { createPasswords } from '../server/accounts/password.ts'
import { ensurePlans } from '../server/accounts/plan.ts'
import { demoAccount, syncDemo } from '../server/demo.ts'
import { openCsvStore } from '../server/store/csv/index.ts'
import { feedback, goldens, knowledge, leads, requests, turns, visits } from '../server/store/records.ts'
import { append, insert, settle } from '../server/store/store.ts'
import { periodOf } from '../server/usage/period.ts'
import { chromiumPath } from './browser/chromium.ts'

const { values, positionals } = parseArgs({
  options: { base: { type: 'string' }, only: { type: 'string' } },
  allowPositionals: true,
})
const folder = resolve(positionals[0] ?? 'tour')

interface Stop {
  name: string
  path: string
  /** Brings the page into the state worth seeing. */
  act?: (page: Page) => Promise<void>
  /** Seen without a session. */
  outside?: boolean
}

const stops: Stop[] = [
  { name: 'sign-in', path: '/portal/sign-in', outside: true },
  {
    name: 'register-complaints',
    path: '/portal/register',
    outside: true,
    act: page => page.getByRole('button', { name: 'Make my account' }).click(),
  },
  { name: 'forgot', path: '/portal/forgot', outside: true },
  { name: 'reset', path: '/portal/reset#stale', outside: true },
  { name: 'overview', path: '/portal/' },
  { name: 'welcome', path: '/portal/welcome' },
  { name: 'conversations', path: '/portal/conversations' },
  {
    name: 'conversation',
    path: '/portal/conversations',
    act: async page => {
      await page.locator('.entry-link').first().click()
      await page.locator('.why summary').first().click()
      await page.locator('.why-body, .why .notice').first().waitFor()
    },
  },
  { name: 'leads', path: '/portal/leads' },
  { name: 'improve', path: '/portal/improve' },
  {
    name: 'improve-writing',
    path: '/portal/improve',
    act: page => page.getByRole('button', { name: 'Write the answer' }).first().click(),
  },
  { name: 'improve-rated', path: '/portal/improve/rated' },
  { name: 'goldens', path: '/portal/improve/goldens' },
  { name: 'analytics', path: '/portal/analytics' },
  { name: 'sources', path: '/portal/sources' },
  { name: 'model', path: '/portal/model' },
  { name: 'knowledge', path: '/portal/knowledge' },
  { name: 'review', path: '/portal/review' },
  { name: 'review-changed', path: '/portal/review/changed' },
  { name: 'categories', path: '/portal/categories' },
  { name: 'spreadsheet', path: '/portal/spreadsheet' },
  { name: 'knowledge-nothing-found', path: '/portal/knowledge?search=zeppelin' },
  {
    name: 'knowledge-undo',
    path: '/portal/knowledge',
    act: async page => {
      await page
        .getByRole('button', { name: /^Delete “/ })
        .first()
        .click()
      await page.getByRole('button', { name: 'Undo' }).waitFor()
    },
  },
  {
    name: 'knowledge-clear',
    path: '/portal/knowledge',
    act: page => page.getByRole('button', { name: 'Delete everything…' }).click(),
  },
  { name: 'entry-new', path: '/portal/knowledge/new?question=Do+you+repair+tandems%3F' },
  {
    name: 'entry-edit',
    path: '/portal/knowledge',
    act: async page => {
      await page.locator('.entry-link').first().click()
      await page.getByRole('button', { name: 'Save', exact: true }).waitFor()
    },
  },
  {
    name: 'try',
    path: '/portal/try',
    act: async page => {
      for (const question of ['When are you open on Saturdays?', 'What is the capital of Peru?']) {
        await page.getByLabel('Ask a question').fill(question)
        await page.keyboard.press('Enter')
        await page.getByRole('button', { name: 'Ask', exact: true }).waitFor()
      }
    },
  },
  { name: 'bot', path: '/portal/bot' },
  ...['words', 'answers', 'people', 'privacy', 'where', 'preview'].map(part => ({
    name: `bot-${part}`,
    path: `/portal/bot/${part}`,
  })),
  { name: 'integrate', path: '/portal/integrate' },
  { name: 'keys', path: '/portal/keys' },
  {
    name: 'keys-made',
    path: '/portal/keys',
    act: async page => {
      await page.getByRole('button', { name: 'Make a key' }).click()
      await page.getByLabel('Name').fill('Shop server')
      await page.getByRole('dialog').getByRole('button', { name: 'Make a key' }).click()
      await page.getByRole('button', { name: 'I have it' }).waitFor()
    },
  },
  { name: 'account', path: '/portal/account' },
  { name: 'account-plan', path: '/portal/account/plan' },
  { name: 'account-security', path: '/portal/account/security' },
  { name: 'account-mails', path: '/portal/account/notices' },
  { name: 'account-history', path: '/portal/account/history' },
  { name: 'account-data', path: '/portal/account/data' },
  { name: 'not-found', path: '/portal/no/such/page' },
]

const own = values.base ? undefined : await startServer()
const base = values.base ?? own!.base
const browser = await chromium.launch({
  executablePath: chromiumPath(),
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
})
try {
  await mkdir(folder, { recursive: true })
  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [1280, 390]) await visit(browser, colorScheme, width)
  await phoneMenu(browser)
  console.log(`The pictures are in ${folder}`)
} finally {
  await browser.close()
  own?.stop()
}

function heightOf(width: number): number {
  return width < 600 ? 844 : 900
}

async function visit(browser: Browser, colorScheme: 'light' | 'dark', width: number): Promise<void> {
  const context = await browser.newContext({
    colorScheme,
    viewport: { width, height: heightOf(width) },
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  let signedIn = false
  for (const stop of stops) {
    if (values.only && !values.only.split(',').some(name => stop.name.startsWith(name))) continue
    if (!stop.outside && !signedIn) {
      await signIn(page)
      signedIn = true
    }
    await page.goto(base + stop.path)
    await page.locator('h1').waitFor()
    await stop.act?.(page)
    await page.waitForLoadState('networkidle')
    await page.waitForTimeout(350)
    // As tall as the page, so that what is fixed to the lower edge is seen there.
    const height = await page.evaluate(() => document.documentElement.scrollHeight)
    await page.setViewportSize({ width, height: Math.max(height, heightOf(width)) })
    await page.screenshot({ path: join(folder, `${stop.name}-${width}-${colorScheme}.png`) })
    await page.setViewportSize({ width, height: heightOf(width) })
  }
  await context.close()
}

async function phoneMenu(browser: Browser): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' })
  const page = await context.newPage()
  await signIn(page)
  await page.getByRole('button', { name: 'More' }).click()
  await page.screenshot({ path: join(folder, 'menu-390-light.png') })
  await context.close()
}

async function signIn(page: Page): Promise<void> {
  await page.goto(`${base}/portal/sign-in`)
  await page.getByLabel('E-mail').fill(demoAccount.email)
  await page.getByLabel('Password', { exact: true }).fill(demoAccount.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL(`${base}/portal`)
}

async function startServer(): Promise<{ base: string; stop: () => void }> {
  const dir = mkdtempSync(join(tmpdir(), 'parley-tour-'))
  await liveAMonth(dir)
  const port = await freePort()
  const server: ChildProcess = spawn(process.execPath, ['dist/server/main.js'], {
    env: {
      ...process.env,
      PORT: String(port),
      PORTAL_PORT: '0',
      DATA_DIR: dir,
      DEMO: '1',
      LOG_LEVEL: 'error',
      RATE_LIMITS: 'off',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const base = `http://localhost:${port}`
  for (let tries = 0; tries < 100; tries++) {
    if (server.exitCode !== null) throw new Error('The server did not start.')
    const up = await fetch(`${base}/api/health`).catch(() => undefined)
    if (up?.ok) break
    await new Promise(done => setTimeout(done, 100))
  }
  return {
    base,
    stop() {
      server.once('exit', () => rmSync(dir, { recursive: true, force: true }))
      server.kill()
    },
  }
}

/** Thirty days of questions to the demo client, so that there is something to see. */
async function liveAMonth(dir: string): Promise<void> {
  const today = Date.now()
  const store = await openCsvStore({ dir, now: () => new Date() })
  await ensurePlans(store)
  await syncDemo({ store, passwords: createPasswords(), now: () => new Date(), allowed: true })
  const client_id = demoAccount.company_id
  const entries = [...(await store.partition(knowledge, client_id)).all()]
  const missed = [
    'Do you repair tandems?',
    'Can I bring my dog into the shop?',
    'do you repair tandems?',
    'Do you sell children’s seats?',
  ]
  for (let ago = 29; ago >= 0; ago--) {
    const asked = Math.round(14 + 9 * Math.sin(ago / 2.3) + (ago % 7 < 2 ? -6 : 3))
    for (let i = 0; i < asked; i++) {
      const at = new Date(today - ago * 86_400_000 - i * 60_000)
      const answered = i % 9 !== 4
      const turn = {
        timestamp: new Date(at.getTime() - ((i * 67) % 540) * 60_000 * (ago > 0 ? 1 : 0)).toISOString(),
        turn_id: `tour_${ago}_${i}`,
        client_id,
        session_id: `tour_${ago}`,
        message: answered ? 'When are you open on Saturdays?' : missed[(ago + i) % missed.length]!,
        response: answered ? (entries[i % entries.length]?.content ?? '') : '',
        answered,
        confidence: answered ? 9_000 : 0,
        sources: answered ? [entries[(i * i) % 5]!.id] : [],
        why: {},
        lang: 'en',
        channel: 'public',
        origin: '',
        kind: answered ? 'answer' : 'refusal',
        ms: 20 + ((i * 37) % 90),
        page: 'https://www.harbourlane.example/repairs',
      }
      const held = store.counter(requests).reserve(client_id, periodOf(at), 1, 1_000)
      await store.commit([append(turns, turn, client_id), ...(held ? [settle(held)] : [])])
    }
  }
  const yesterday = new Date(today - 86_400_000 - 3_600_000).toISOString()
  const rated = { timestamp: new Date(today - 60_000).toISOString(), client_id, session_id: 'tour_0', comment: '' }
  const lead = { client_id, session_id: 'tour_0', phone: '', page: 'https://www.harbourlane.example/repairs' }
  const golden = { client_id, expected: [], before: [], created_at: yesterday, updated_at: yesterday }
  await store.commit([
    append(feedback, { ...rated, turn_id: 'tour_0_0', rating: 'down', comment: 'And on Sundays?' }, client_id),
    append(feedback, { ...rated, turn_id: 'tour_0_1', rating: 'up' }, client_id),
    ...['Ines', 'Tomasz'].map((name, i) =>
      insert(
        leads,
        {
          ...lead,
          lead_id: `tour_${i}`,
          created_at: new Date(today - (i + 1) * 3_600_000 * 20).toISOString(),
          name,
          email: `${name.toLowerCase()}@example.com`,
          message: 'Could you mend our tandem before Saturday?',
          handled_at: i === 1 ? yesterday : '',
        },
        client_id,
      ),
    ),
    insert(goldens, { ...golden, golden_id: 'tour', question: 'Do you repair tandems?' }, client_id),
    insert(visits, { client_id, last_at: yesterday, before_at: '' }),
  ])
  await store.close()
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer()
    probe.once('error', fail)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => done(port))
    })
  })
}
