/** One Chromium for a test file. A missing Chromium fails the tests: a browser test that skips proves nothing. */
import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core'

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
]

/** `CHROMIUM_PATH`, else where Chromium usually is. */
export function chromiumPath(): string {
  const path = [process.env.CHROMIUM_PATH, ...places].find(place => place && existsSync(place))
  if (!path) throw new Error('Browser tests need Chromium: install it, or set CHROMIUM_PATH to its executable.')
  return path
}

/** Close it in `afterAll`. Each `newContext()` of it is a fresh profile. */
export function launchBrowser(args: string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...args,
    ],
  })
}

/**
 * A fresh profile of a visitor who wants no motion, so that what is measured stands still. What is waited for may be late
 * on a busy machine: a test that passes waits no longer for that.
 */
export async function newProfile(browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    reducedMotion: 'reduce',
    ...options,
  })
  context.setDefaultTimeout(20_000)
  return context
}
