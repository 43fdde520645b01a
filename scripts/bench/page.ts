/** Lines about what the widget costs a page in Chromium until it is wanted: main thread and layout. */
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Browser, chromium } from 'playwright-core'
import { chromiumPath } from '../browser/chromium.ts'
import { atMost, type Figure, show } from './figure.ts'

const script = 'dist/public/widget/widget.js'
const names = ['main thread before the first click', 'layout shift of the page']

export async function pageFigures({ quick }: { quick: boolean }): Promise<Figure[]> {
  if (!existsSync(script)) return names.map(name => ({ name, value: null, goal: null, note: 'not built yet' }))
  const server = createServer((request, response) => {
    const send = (type: string, body: string | Buffer) => response.writeHead(200, { 'Content-Type': type }).end(body)
    if (request.url === '/widget.js') return send('text/javascript', readFileSync(script))
    if (request.url?.startsWith('/widget/')) return send('application/json', '{"launcher":{"color":"#7a2fb5"}}')
    if (request.url === '/favicon.ico') return response.writeHead(204).end()
    const tag = request.url === '/with' ? '<script src="/widget.js" data-company-id="demo" async></script>' : ''
    const words = '<p>Words of a page, enough of them to be laid out in several lines.</p>'.repeat(200)
    send(
      'text/html',
      `<!doctype html><html lang="en"><head><title>A page</title>${tag}</head><body>${words}</body></html>`,
    )
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  })
  try {
    const differences: number[] = []
    const own: number[] = []
    let shift = 0
    // Pairs, so that what else the machine does falls on both.
    for (let i = 0; i < (quick ? 5 : 25); i++) {
      const without = await visit(browser, `${base}/without`)
      const having = await visit(browser, `${base}/with`)
      differences.push(having.busyMs - without.busyMs)
      own.push(having.ownMs - without.ownMs)
      shift = Math.max(shift, having.shift)
    }
    differences.sort((a, b) => a - b)
    own.sort((a, b) => a - b)
    const at = (part: number) => differences[Math.floor(differences.length * part)]!
    return [
      {
        name: names[0]!,
        value: at(0.5),
        unit: 'ms',
        goal: atMost(5),
        spread: [at(0.25), at(0.75)],
        note: `what the page’s main thread does more with the tag than without, ${differences.length} pairs, median; script, style and layout of it: ${show(own[own.length >> 1]!)} ms`,
      },
      {
        name: names[1]!,
        value: shift,
        goal: atMost(0),
        note: `Cumulative Layout Shift, the worst of ${differences.length}; ${show(shift)}`,
      },
    ]
  } finally {
    await browser.close()
    server.closeAllConnections()
    server.close()
  }
}

async function visit(browser: Browser, url: string): Promise<{ busyMs: number; ownMs: number; shift: number }> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.addInitScript(() => {
    const global = window as unknown as { shift: number }
    global.shift = 0
    new PerformanceObserver(list => {
      for (const entry of list.getEntries()) global.shift += (entry as unknown as { value: number }).value
    }).observe({ type: 'layout-shift', buffered: true })
  })
  const session = await context.newCDPSession(page)
  // Time of the thread itself: what it waits for on a busy machine is no cost of the widget.
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  await page.goto(url, { waitUntil: 'networkidle' })
  // By the protocol alone: a driver's own scripts would be counted.
  const ready = `!document.querySelector('script') || !!document.querySelector('parley-chat')?.shadowRoot.querySelector('button')`
  const isReady = async () => (await session.send('Runtime.evaluate', { expression: ready })).result.value === true
  for (let tries = 0; tries < 100 && !(await isReady()); tries++) await page.waitForTimeout(20)
  const { metrics } = await session.send('Performance.getMetrics')
  const ms = (name: string) => metrics.find(metric => metric.name === name)!.value * 1000
  const busyMs = ms('TaskDuration')
  const ownMs = ms('ScriptDuration') + ms('LayoutDuration') + ms('RecalcStyleDuration')
  const shift = await page.evaluate(() => (window as unknown as { shift: number }).shift)
  await context.close()
  return { busyMs, ownMs, shift }
}
