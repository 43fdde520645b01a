/**
 * `npm run tour:widget [folder]`: a picture of every state of the widget, at 1280 and 390 pixels, in light, dark, right to left
 * and forced colours, and of hostile pages around it, into a folder (default `tour/widget/`). Needs `npm run build` first.
 */
import { existsSync, readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import type { PublicBot } from '../server/accounts/wire.ts'
import { chromiumPath } from './browser/chromium.ts'

const { values, positionals } = parseArgs({ options: { only: { type: 'string' } }, allowPositionals: true })
const folder = resolve(positionals[0] ?? 'tour/widget')

const bot: PublicBot = {
  company_id: 'demo_company',
  name: 'Harbour Lane Cycles',
  greeting: 'Hello! Ask me about opening hours, repairs, rentals or our bikes.',
  color: '#1d6b57',
  suggestions: ['When are you open on Saturdays?', 'How much is a full service?', 'Do you rent out e-bikes?'],
  contact: 'hello@harbourlane.example',
  consent: {
    text: 'We keep what you write for thirty days. Privacy notice',
    url: 'https://harbourlane.example/privacy',
  },
  lead: {
    when: 'refusal',
    fields: [
      { name: 'name', required: false },
      { name: 'email', required: true },
      { name: 'message', required: false },
    ],
    title: '',
    text: '',
    thanks: '',
  },
  version: '1',
}
const source = {
  id: 'e1',
  category: 'visit',
  source: 'website',
  title: 'Opening hours',
  url: 'https://harbourlane.example/visit',
  quote: 'The shop is open Tuesday to Saturday from 9:00 to 18:30. On Sundays and Mondays we are out riding.',
}
const long = `A **full service** is 119 EUR and takes two working days. It has:

1. wheels trued and bearings greased
2. brakes and gears set, chain and cassette cleaned
3. a safety check with a written report

Bring the bike in *before noon*; see [workshop prices](https://harbourlane.example/workshop).`

/** What is answered to what; anything else gets the opening hours. */
const replies: Record<string, object> = {
  'How much is a full service?': {
    response: long,
    sources: [source, { ...source, title: 'Workshop' }],
    suggestions: ['Do I need an appointment?'],
  },
  'Do you repair boats?': {
    kind: 'refusal',
    ways: [
      {
        kind: 'email',
        value: 'hello@harbourlane.example',
        label: 'hello@harbourlane.example',
        href: 'mailto:hello@harbourlane.example',
      },
      { kind: 'phone', value: '555 0142', label: 'Call the workshop', href: 'tel:5550142' },
      { kind: 'lead', value: '', label: '', href: '' },
    ],
    hours: { open: true, text: 'Open now, until 18:30' },
    answered: false,
    response: 'I don’t know that, and I would rather not guess.',
  },
}

interface State {
  name: string
  attributes?: string
  launcher?: Record<string, string>
  bot?: Partial<PublicBot>
  act(page: Page): Promise<unknown>
}

const widget = (page: Page) => page.locator('parley-chat')
const open = async (page: Page) => {
  await widget(page).locator('button').first().click()
  await widget(page).locator('.opening > *').first().waitFor()
}
const ask = async (page: Page, question: string) => {
  await widget(page).locator('.composer textarea').fill(question)
  await page.keyboard.press('Enter')
}
const answered = async (page: Page, question: string) => {
  await ask(page, question)
  await widget(page).locator('.foot').last().waitFor()
}

const states: State[] = [
  { name: 'launcher', act: page => widget(page).locator('button').first().focus() },
  {
    name: 'launcher-words',
    launcher: { launcher: 'Ask the workshop', icon: 'HL', color: '#ffd54a' },
    act: async () => {},
  },
  { name: 'open', act: open },
  {
    name: 'typing',
    act: async page => {
      await open(page)
      await widget(page).locator('.composer textarea').fill('how much')
      await widget(page).locator('.offers button').first().waitFor()
    },
  },
  {
    name: 'waiting',
    act: async page => {
      await open(page)
      await ask(page, 'wait')
      await widget(page).locator('.dots').waitFor()
    },
  },
  {
    name: 'answer',
    act: async page => {
      await open(page)
      await answered(page, 'When are you open?')
      await answered(page, 'How much is a full service?')
    },
  },
  {
    name: 'source',
    act: async page => {
      await open(page)
      await answered(page, 'When are you open?')
      await widget(page).locator('.reply summary').click()
    },
  },
  {
    name: 'rated',
    act: async page => {
      await open(page)
      await answered(page, 'When are you open?')
      await widget(page).locator('[aria-pressed]').last().click()
    },
  },
  {
    name: 'menu',
    act: async page => {
      await open(page)
      await answered(page, 'When are you open?')
      await widget(page).locator('.menu summary').click()
    },
  },
  {
    name: 'refusal',
    act: async page => {
      await open(page)
      await answered(page, 'Do you repair boats?')
    },
  },
  { name: 'form-first', bot: { lead: { ...bot.lead!, when: 'before' } }, act: open },
  {
    name: 'failed',
    act: async page => {
      await open(page)
      await ask(page, 'fail')
      await widget(page).locator('.reply .onward button').waitFor()
    },
  },
  {
    name: 'quota',
    act: async page => {
      await open(page)
      await ask(page, 'quota')
      await widget(page).locator('.reply .note').waitFor()
    },
  },
  {
    name: 'offline',
    act: async page => {
      await open(page)
      await page.context().setOffline(true)
      await ask(page, 'Hello?')
      await widget(page).locator('.reply .onward button').waitFor()
      await page.context().setOffline(false)
    },
  },
  {
    name: 'unread',
    act: async page => {
      await open(page)
      await ask(page, 'late')
      await page.keyboard.press('Escape')
      await widget(page).locator('.badge').waitFor()
    },
  },
  {
    name: 'avatar',
    attributes: 'data-avatar="HL" data-color="#7a2fb5" data-position="left"',
    act: async page => {
      await open(page)
      await answered(page, 'When are you open?')
    },
  },
]

const shop = readFileSync('widget/demo/index.html', 'utf8').replace(/<script[^>]*><\/script>/, '')
/** Pages that mean no good, or do not care. */
const hosts: Record<string, string> = {
  shop,
  'unset-everything':
    '<style>* { all: unset !important; display: block !important; font-size: 4px !important }</style><h1>All unset</h1><p>Four-pixel letters.</p>',
  'tiny-root':
    '<style>html { font: italic 4px/9 monospace; letter-spacing: 1em; text-transform: uppercase; cursor: none }</style><h1>Tiny</h1>',
  reset:
    '<style>*,::before,::after{box-sizing:border-box;margin:0;padding:0;border:0 solid}button{background:none;color:inherit;font:inherit}section,div,dialog,article,header,form,p{background:#fcc;border:9px solid red;margin:50px;width:10px}</style><h1>Reset</h1>',
  covered:
    '<div style="position:fixed;inset:0;z-index:2147483647;background:repeating-linear-gradient(45deg,#fee,#fee 20px,#fcc 20px,#fcc 40px)">Over everything</div>',
  transformed:
    '<style>html { transform: translateX(-200px) scale(.5); opacity: .3; filter: invert(1) } body { overflow: hidden; contain: strict; height: 10px }</style><h1>Bent</h1>',
  'right-to-left':
    '<script>document.documentElement.dir = "rtl"; document.documentElement.lang = "ar"</script><h1>صفحة</h1><p>نص</p>',
  dark: '<style>html { background: #0b0d10; color: #eee; color-scheme: dark } ::backdrop { background: #000 !important }</style><h1>Dark</h1>',
}

interface Look {
  name: string
  width: number
  context: BrowserContextOptions
}
const looks: Look[] = [1280, 390].flatMap(width => {
  const viewport = { width, height: width < 600 ? 844 : 800 }
  const phone = width < 600 && { hasTouch: true, isMobile: true }
  return [
    { name: 'light', width, context: { viewport, ...phone, locale: 'en-GB' } },
    { name: 'dark', width, context: { viewport, ...phone, locale: 'en-GB', colorScheme: 'dark' as const } },
    { name: 'rtl', width, context: { viewport, ...phone, locale: 'ar' } },
    { name: 'forced', width, context: { viewport, ...phone, locale: 'en-GB', forcedColors: 'active' as const } },
  ]
})

let current: { html: string; state: State } = { html: shop, state: states[0]! }
const types: Record<string, string> = {
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

const serve: RequestListener = async (request, response) => {
  const { pathname, searchParams } = new URL(request.url!, 'http://x')
  const json = (value: object, status = 200) =>
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value))
  if (pathname === '/') {
    const tag = `<script src="/widget.js" data-company-id="demo_company" ${current.state.attributes ?? ''} async></script>`
    const page = /<!doctype/i.test(current.html)
      ? current.html.replace('</head>', `${tag}</head>`)
      : `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">${tag}</head><body>${current.html}</body></html>`
    return response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(page)
  }
  if (pathname === '/widget/demo_company') return json({ launcher: current.state.launcher ?? {} })
  if (pathname === '/api/bot') return json({ ...bot, ...current.state.bot })
  if (pathname === '/api/suggest')
    return json({
      suggestions: /how/.test(searchParams.get('q')!)
        ? ['How much is a full service?', 'How long does a repair take?']
        : [],
    })
  if (pathname.endsWith('/feedback')) return json({ success: true })
  if (pathname === '/api/chat') {
    let body = ''
    for await (const part of request) body += part
    const { message } = JSON.parse(body)
    if (message === 'wait') return
    if (message === 'fail') return json({ code: 'internal', status: 500 }, 500)
    if (message === 'quota')
      return json({ code: 'quota_exceeded', status: 429, resets_at: '2027-01-01T00:00:00.000Z' }, 429)
    if (message === 'late') await new Promise(done => setTimeout(done, 800))
    return json({
      response: 'We are open **Tuesday to Saturday**, 9:00 to 18:30.',
      session_id: 's',
      answer_id: 'a',
      kind: 'answer',
      sources: replies[message] ? [] : [source],
      suggestions: replies[message] ? [] : ['Are you open on public holidays?', 'Where can I park?'],
      ...replies[message],
    })
  }
  const file = [join('dist/public/widget', pathname.replace('/widget/', '/')), join('dist/public', pathname)].find(
    path => existsSync(path) && extname(path),
  )
  if (!file) return response.writeHead(404).end()
  response
    .writeHead(200, { 'Content-Type': types[extname(file)] ?? 'application/octet-stream' })
    .end(readFileSync(file))
}

const server = createServer(serve)
await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
const browser = await chromium.launch({
  executablePath: chromiumPath(),
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
})

async function picture(name: string, html: string, state: State, look: Look): Promise<void> {
  if (values.only && !`${name}-${look.width}-${look.name}`.includes(values.only)) return
  current = { html, state }
  const context = await browser.newContext({ reducedMotion: 'reduce', timezoneId: 'UTC', ...look.context })
  context.setDefaultTimeout(15_000)
  const page = await context.newPage()
  await page.goto(base)
  await widget(page).locator('button').first().waitFor({ state: 'attached' })
  await state.act(page)
  await page.waitForTimeout(150)
  await page.screenshot({ path: join(folder, `${name}-${look.width}-${look.name}.png`) })
  await context.close()
}

try {
  await mkdir(folder, { recursive: true })
  for (const look of looks) for (const state of states) await picture(`state-${state.name}`, shop, state, look)
  const answer = states.find(state => state.name === 'answer')!
  for (const look of looks.filter(({ name }) => name === 'light'))
    for (const [name, html] of Object.entries(hosts)) {
      await picture(`host-${name}-closed`, html, { name: 'closed', act: async () => {} }, look)
      await picture(`host-${name}`, html, answer, look)
    }
  console.log(`The pictures are in ${folder}`)
} finally {
  await browser.close()
  server.closeAllConnections()
  server.close()
}
