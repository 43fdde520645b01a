/** A client with 5,000 entries and 20,000 conversations: every list is there, and the server's time for it is told. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { growLarge } from '../support/large-client.ts'
import { openPortal, type Portal, t } from './portal.ts'

let portal: Portal
beforeAll(async () => {
  portal = await openPortal()
})
afterAll(() => portal.close())

test('a client of years finds everything', async () => {
  const visit = await portal.visit()
  const { page, context } = visit
  const { clientId } = await visit.signIn()
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
  const size = await growLarge(portal.server, clientId, { Cookie: cookie })

  /** The server's reply in full, twice: the first look after a start, and the next. */
  const timed = async (path: string) => {
    const times: string[] = []
    for (let look = 0; look < 2; look++) {
      const start = performance.now()
      const reply = await fetch(portal.server.base + path, { headers: { Cookie: cookie } })
      expect(reply.status, path).toBe(200)
      await reply.arrayBuffer()
      times.push(`${(performance.now() - start).toFixed(0)} ms`)
    }
    return `${path.split('?')[0]} ${times.join(', then ')}`
  }
  const told = []
  for (const path of [
    '/api/knowledge?limit=25',
    '/api/conversations?limit=30',
    '/api/unanswered?limit=20',
    '/api/usage',
    '/api/analytics',
  ])
    told.push(await timed(path))
  console.info(`${size.entries} entries, ${size.conversations} conversations: ${told.join('; ')}`)

  await visit.open('/portal/knowledge')
  await page.getByText(t.pager.position('1', '250')).waitFor()
  await visit.open('/portal/conversations')
  await page.locator('.entry-link').first().waitFor()
  await visit.open('/portal/improve')
  await page.locator('.groups > li').first().waitFor()
  await visit.open('/portal/analytics?days=365')
  await page.locator('.line-chart canvas').waitFor()
  await visit.open('/portal/')
  await page.locator('.meter').first().waitFor()
  expect(visit.faults).toEqual([])
  await context.close()
}, 240_000)
