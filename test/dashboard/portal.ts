/** A person at the portal: the built pages in a real Chromium, against the real server. */
import type { BrowserContext, Page, Request } from 'playwright-core'
import { expect } from 'vitest'
import { en as t } from '../../dashboard/text/en.ts'
import { launchBrowser, newProfile } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'

export { t }

export const secret = 'a quiet harbour at noon'

export interface Visit {
  page: Page
  context: BrowserContext
  /** What the page's policy stopped, what its scripts threw, and what it fetched from elsewhere. */
  faults: string[]
  /** Makes an account by the API and signs in with it by cookie, without any page. */
  signIn(options?: { company?: string; email?: string }): Promise<{ email: string; clientId: string }>
  /** Opens a path of the portal and waits for its title. */
  open(path: string): Promise<void>
  /**
   * Waits until everything that the page asked for has come and is drawn. Playwright's `networkidle` does not tell: it has
   * been reached once and for all when the document was loaded, whatever a page within it asks for later.
   */
  settled(): Promise<void>
}

export interface Portal {
  server: TestServer
  visit(options?: { width?: number; colorScheme?: 'light' | 'dark'; height?: number; locale?: string }): Promise<Visit>
  close(): Promise<void>
}

let people = 0

export async function openPortal(options: { demo?: boolean; env?: Record<string, string> } = {}): Promise<Portal> {
  const server = await startServer(options)
  const browser = await launchBrowser()
  return {
    server,
    async visit({ width = 1280, height = 900, colorScheme = 'light', locale = 'en-GB' } = {}) {
      const viewport = { width, height }
      const context = await newProfile(browser, { viewport, colorScheme, locale, baseURL: server.base })
      const page = await context.newPage()
      const faults: string[] = []
      page.on('pageerror', error => faults.push(`thrown: ${error.message}`))
      page.on('console', message => {
        if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) faults.push(message.text())
      })
      page.on('request', request => {
        if (!request.url().startsWith(server.base) && !request.url().startsWith('blob:'))
          faults.push(`from elsewhere: ${request.url()}`)
      })
      let underWay = 0
      // An event stream is open as long as its page.
      const counts = (request: Request) => request.resourceType() !== 'eventsource' && !/\/events$/.test(request.url())
      page.on('request', request => void (counts(request) && underWay++))
      const ended = (request: Request) => void (counts(request) && underWay--)
      page.on('requestfinished', ended)
      page.on('requestfailed', ended)
      await page.addInitScript(() => {
        addEventListener('securitypolicyviolation', event => {
          console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`)
        })
      })
      return {
        page,
        context,
        faults,
        async signIn({ company = 'Lighthouse Books', email = `reader${++people}@example.com` } = {}) {
          const body = { company_name: company, email, password: secret }
          const made = await context.request.post('/api/clients/register', { data: body })
          expect(made.status()).toBe(201)
          const signedIn = await context.request.post('/api/auth/client-login', { data: { email, password: secret } })
          expect(signedIn.status()).toBe(200)
          return { email, clientId: (await made.json()).client_id }
        },
        async open(path) {
          await page.goto(path)
          await page.locator('h1').waitFor()
        },
        async settled() {
          let quiet = 0
          await expect
            .poll(
              async () => {
                // Two frames: what has come is drawn, and what this asks for is asked for.
                await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))))
                const waits = underWay > 0 || (await page.locator('.loading').count()) > 0
                quiet = waits ? 0 : quiet + 1
                return quiet >= 2
              },
              { timeout: 15_000, interval: 20 },
            )
            .toBe(true)
        },
      }
    },
    async close() {
      await browser.close()
      await server.close()
    },
  }
}

/** Adds entries by the API, with the cookie of a visit. */
export async function teach(visit: Visit, entries: Record<string, unknown>[]): Promise<void> {
  const reply = await visit.context.request.post('/api/knowledge/import', { data: { entries } })
  expect(reply.status()).toBe(200)
}
