/** What every browser test of the widget needs: a Chromium, the stub server, and a client's site on another port. */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import { launchBrowser, newProfile } from '../support/browser.ts'
import { buildWidget, pageWith, plainBot, type Site, type StubServer, startSite, startStub } from './stub-server.ts'

export interface Stage {
  stub: StubServer
  site: Site
  browser: Browser
  /** A page of the site in a fresh profile; `said` is all that appeared on its console and every uncaught error. */
  visit(options?: VisitOptions): Promise<Visit>
}

export interface VisitOptions extends Omit<Parameters<typeof pageWith>[0], 'stub'> {
  csp?: string
  context?: BrowserContextOptions
  /** The whole page, instead of `pageWith`. */
  whole?: string
}

export interface Visit {
  page: Page
  context: BrowserContext
  said: string[]
}

/** Sets the stage for a test file; its parts are there once `beforeAll` has run. */
export function setStage(): Stage {
  const contexts: BrowserContext[] = []
  let built: Awaited<ReturnType<typeof buildWidget>>
  const stage = {} as Stage

  beforeAll(async () => {
    built = await buildWidget()
    stage.stub = await startStub(built.folder)
    stage.site = await startSite()
    stage.browser = await launchBrowser()
  })
  beforeEach(async () => {
    for (const context of contexts.splice(0)) await context.close()
    Object.assign(stage.stub, {
      bot: plainBot,
      launcher: {},
      suggest: () => [],
      refuses: undefined,
      answer: () => ({}),
      sent: [],
      questions: [],
      keys: [],
      requests: [],
    })
  })
  afterAll(async () => {
    await stage.browser?.close()
    await stage.stub?.close()
    await stage.site?.close()
    built?.remove()
  })

  stage.visit = async ({ csp = '', context: options, whole, ...parts } = {}) => {
    stage.site.csp = csp
    stage.site.html = whole ?? pageWith({ stub: stage.stub, ...parts })
    const context = await newProfile(stage.browser, options)
    contexts.push(context)
    const page = await context.newPage()
    const said: string[] = []
    page.on('console', message => said.push(message.text()))
    page.on('pageerror', error => said.push(String(error)))
    await page.goto(stage.site.url)
    return { page, context, said }
  }
  return stage
}

export const launcher = (page: Page) => page.locator('parley-chat').getByRole('button', { name: /^Chat/ })
export const dialog = (page: Page) => page.locator('parley-chat dialog')
export const input = (page: Page) => page.locator('parley-chat .composer textarea')
export const log = (page: Page) => dialog(page).getByRole('log')

/** Opens the chat and waits until the bot has said hello. */
export async function openChat(page: Page): Promise<void> {
  await launcher(page).click()
  await dialog(page).locator('.opening > *').first().waitFor()
}

/** Types a question, sends it, and waits for the end of the answer; `send` is the name of the button. */
export async function askFor(page: Page, question: string, send = 'Send'): Promise<void> {
  const turns = dialog(page).locator('article')
  const before = await turns.count()
  await input(page).fill(question)
  await input(page).press('Enter')
  await expect.poll(() => turns.count()).toBe(before + 1)
  await expect.poll(() => dialog(page).locator('.send').getAttribute('aria-label')).toBe(send)
}
