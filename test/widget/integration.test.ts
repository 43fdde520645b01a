/** Every example as a client gets it, filled in by the API, run where it is meant to run. */
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompressSync } from 'node:zlib'
import esbuild from 'esbuild'
import { unzipSync } from 'fflate'
import type { Browser } from 'playwright-core'
import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Integration } from '../../server/integration/wire.ts'
import { createClient } from '../../widget/client.ts'
import { ParleyChat } from '../../widget/react/parley-chat.tsx'
import { launchBrowser, newProfile } from '../support/browser.ts'
import { startServer, type TestClient, type TestServer } from '../support/server.ts'
import { askFor, dialog, openChat } from './stage.ts'
import { type Site, startSite } from './stub-server.ts'

let server: TestServer
let site: Site
let browser: Browser
let client: TestClient
let examples: Map<string, Integration>
const folder = mkdtempSync(join(tmpdir(), 'parley-examples-'))

beforeAll(async () => {
  server = await startServer()
  site = await startSite()
  browser = await launchBrowser()
  client = await server.register('Rope Street Bikes')
  await client.call('POST', '/api/knowledge', {
    kind: 'qa',
    question: 'When are you open?',
    content: 'We are open from nine to six.',
    category: 'visit',
  })
  const { body } = await client.call('GET', '/api/integrations')
  examples = new Map(body.integrations.map((one: Integration) => [one.id, one]))
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await browser?.close()
  await site?.close()
  await server?.close()
})

const code = (id: string) => examples.get(id)!.code
const run = promisify(execFile)

async function visit(html: string) {
  site.html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title></head><body><h1>A page</h1>${html}</body></html>`
  const context = await newProfile(browser)
  const page = await context.newPage()
  const said: string[] = []
  page.on('console', message => said.push(message.text()))
  page.on('pageerror', error => said.push(String(error)))
  await page.goto(site.url)
  return { page, said }
}

/** The page has the widget of this client, and it answers. */
async function chats(html: string, launcherName = /^Chat/) {
  const { page, said } = await visit(html)
  await page.locator('parley-chat').getByRole('button', { name: launcherName }).click()
  await dialog(page).locator('.opening > *').first().waitFor()
  await askFor(page, 'When are you open?')
  expect(await dialog(page).locator('.answer').textContent()).toContain('nine to six')
  expect(said).toEqual([])
  return page
}

/** What PHP prints for a file. */
function php(source: string, input = ''): string {
  const file = join(folder, 'page.php')
  writeFileSync(file, source)
  const { stdout, stderr, status } = spawnSync('php', ['-d', 'display_errors=stderr', file], {
    input,
    encoding: 'utf8',
  })
  expect([status, stderr]).toEqual([0, ''])
  return stdout
}

describe('the list', () => {
  it('names every example with its steps, filled in, without a key and without a placeholder', () => {
    expect([...examples.keys()]).toEqual(
      expect.arrayContaining(['html', 'wordpress', 'shopify', 'webflow', 'wix', 'squarespace', 'google-tag-manager']),
    )
    for (const { id, code, steps } of examples.values()) {
      expect(steps.length, id).toBeGreaterThan(0)
      expect(code + steps, id).not.toMatch(
        /parley\.example|YOUR_COMPANY_ID|PARLEY_INTEGRITY|PARLEY_VERSION|cb_[\w-]{20}/,
      )
    }
  })

  it('is the client’s alone', async () => {
    expect((await fetch(`${server.base}/api/integrations?company_id=${client.id}`)).status).toBe(401)
  })
})

describe('pasted into a page', () => {
  for (const id of ['html', 'html-pinned', 'webflow', 'wix', 'squarespace'])
    it(`${id} puts the widget there`, async () => {
      await chats(code(id))
    })

  it('shopify does, for customers with their name filled in', async () => {
    const filled = code('shopify')
      .replace('{{ customer.name | json }}', '"Ann"')
      .replace('{{ customer.email | json }}', '"ann@example.com"')
      .replace(/\{%-?[^%]*-?%\}[^{<]*\{%-?\s*endcomment\s*-?%\}|\{%-?[^%]*%\}/g, '')
    expect(filled).not.toMatch(/\{[{%]/)
    await chats(filled)
  })

  it('google-tag-manager does, though the tag manager makes the tag anew without its attributes', async () => {
    const src = /src="([^"]+)"/.exec(code('google-tag-manager'))![1]!
    await chats(
      `<script>setTimeout(() => { const tag = document.createElement('script'); tag.async = true; tag.src = ${JSON.stringify(src)}; document.body.append(tag) })</script>`,
    )
  })

  it('script-api does, and a button of the page asks', async () => {
    const { page, said } = await visit(code('script-api'))
    await page.getByRole('button', { name: 'Ask about shipping' }).click()
    await dialog(page).locator('.question').getByText('How much is shipping?').waitFor()
    await expect.poll(() => said).toEqual(['asked: How much is shipping?'])
  })

  it('php-snippet does, and escapes what it is given', async () => {
    await chats(php(code('php-snippet')))
    const odd = php(`${code('php-snippet')}\nparley_chat('a"><b', ['title' => '"\\'<x>']);`)
    expect(odd).not.toMatch(/<x>|"><b/)
  })
})

describe('the WordPress plugin', () => {
  const harness = resolve('test/widget/wordpress.php')
  const plugin = join(folder, 'parley-chat', 'parley-chat.php')
  const wordpress = (given: unknown) => {
    const { stdout, stderr, status } = spawnSync('php', [harness, plugin], {
      input: JSON.stringify(given),
      encoding: 'utf8',
    })
    expect([status, stderr]).toEqual([0, ''])
    return stdout
  }
  const option = () => ({ host: server.base, company_id: client.id })

  beforeAll(async () => {
    const download = await fetch(examples.get('wordpress')!.download!)
    expect(download.headers.get('content-type')).toBe('application/zip')
    const files = unzipSync(new Uint8Array(await download.arrayBuffer()))
    expect(Object.keys(files).sort()).toEqual(
      ['parley-chat.php', 'readme.txt', 'uninstall.php'].map(name => `parley-chat/${name}`),
    )
    const { mkdirSync } = await import('node:fs')
    mkdirSync(join(folder, 'parley-chat'), { recursive: true })
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes)
  })

  it('is PHP without a fault', () => {
    for (const name of ['parley-chat.php', 'uninstall.php'])
      expect(spawnSync('php', ['-l', join(folder, 'parley-chat', name)], { encoding: 'utf8' }).stdout).toContain(
        'No syntax errors',
      )
  })

  it('puts the widget at the end of every page, as it is set', async () => {
    await chats(wordpress({ option: option() }))
    await chats(wordpress({ option: { ...option(), launcher: 'Ask "us"', position: 'left' } }), /^Ask "us"/)
    expect(wordpress({ option: { ...option(), company_id: '' } })).toBe('')
  })

  it('tells the widget who is signed in, only where the site wants it, and safely', () => {
    const signed_in = { display_name: '</script><b>', user_email: 'ann@example.com' }
    expect(wordpress({ option: option(), signed_in })).not.toContain('ann@example.com')
    const page = wordpress({ option: { ...option(), identify: '1' }, signed_in })
    expect(page).toContain('ann@example.com')
    expect(page.match(/<\/script>/g)).toHaveLength(2)
  })

  it('keeps only what can be used', () => {
    const save = (values: Record<string, string>) => JSON.parse(wordpress({ save: { ...option(), ...values } }))
    expect(save({ color: '#12ab34', position: 'left' }).saved).toMatchObject({ color: '#12ab34', position: 'left' })
    const { saved, errors } = save({
      host: 'javascript:alert(1)',
      company_id: 'cb_secret',
      color: 'red;}',
      position: 'middle',
      launcher: '<b>Ask</b>',
    })
    expect(saved).toMatchObject({ company_id: '', color: '', position: '', launcher: 'Ask' })
    expect(saved.host).toMatch(/^https?:/)
    expect(errors).toHaveLength(2)
  })

  it('has a settings page that a screen reader can use: every field has its label', async () => {
    const { page } = await visit(wordpress({ admin: true, option: { ...option(), launcher: '"><script>' } }))
    for (const name of ['Address of Parley', 'Your id', 'Words on the button', 'Corner', 'Hide on'])
      expect(await page.getByLabel(name, { exact: true }).count(), name).toBe(1)
    expect(await page.getByLabel('Words on the button').inputValue()).toBe('"><script>')
    expect(await page.getByRole('link', { name: 'Settings' }).count()).toBe(1)
  })
})

describe('the React component', () => {
  it('renders to nothing on a server', () => {
    expect(renderToString(createElement(ParleyChat, { companyId: client.id, host: server.base }))).toBe('')
  })

  it('puts the widget there, takes its settings and events, and takes it away', async () => {
    const { outputFiles } = await esbuild.build({
      stdin: {
        contents: `
          import { useState } from 'react'
          import { createRoot } from 'react-dom/client'
          import { ParleyChat } from './widget/react/parley-chat.tsx'
          function App() {
            const [shown, show] = useState(true)
            return <><button onClick={() => show(!shown)}>Switch</button>
              {shown && <ParleyChat companyId="${client.id}" host="${server.base}" launcher="Ask us" person={{ name: 'Ann' }}
                onMessage={detail => { document.title = detail.question }} />}</>
          }
          createRoot(document.body.appendChild(document.createElement('main'))).render(<App />)`,
        loader: 'tsx',
        resolveDir: resolve('.'),
      },
      bundle: true,
      write: false,
      jsx: 'automatic',
      jsxImportSource: 'react',
      define: { 'process.env.NODE_ENV': '"production"' },
    })
    const page = await chats(`<script>${outputFiles[0]!.text.replaceAll('</script', '<\\/script')}</script>`, /^Ask us/)
    expect(await page.title()).toBe('When are you open?')
    await page.getByRole('button', { name: 'Switch' }).click()
    await expect.poll(() => page.locator('parley-chat').count()).toBe(0)
    await page.getByRole('button', { name: 'Switch' }).click()
    await page.locator('parley-chat').getByRole('button', { name: 'Ask us' }).click()
    await dialog(page).getByText('nine to six').first().waitFor()
  })
})

describe('the client without a widget', () => {
  it('draws nothing and streams into a page', async () => {
    const { page, said } = await visit(code('client'))
    await page.getByRole('textbox', { name: 'Question' }).fill('When are you open?')
    await page.getByRole('button', { name: 'Ask' }).click()
    await page.getByText('nine to six').waitFor()
    expect(said).toEqual([])
  })

  it('continues its conversation, and says what the server says', async () => {
    const chat = createClient({ url: `${server.base}/`, apiKey: client.key })
    const pieces: string[] = []
    const first = await chat.ask('When are you open?', { onText: text => pieces.push(text) })
    expect(pieces.join('')).toBe(first.response)
    expect((await chat.ask('And today?')).session_id).toBe(first.session_id)
    const wrong = createClient({ url: server.base, companyId: 'nobody' })
    await expect(wrong.ask('Hello?')).rejects.toMatchObject({ code: 'bot_unavailable', status: 403 })
    await expect(wrong.ask('Hello?', { onText() {} })).rejects.toMatchObject({ code: 'bot_unavailable' })
  })

  it('weighs less than 2 KB', () => {
    expect(brotliCompressSync(readFileSync('dist/public/widget/client.js')).length).toBeLessThan(2048)
  })
})

describe('called from a server', () => {
  const runtimes: [id: string, program: string][] = [
    ['curl', 'bash'],
    ['node', process.execPath],
    ['python', 'python3'],
    ['php', 'php'],
  ]
  for (const [id, program] of runtimes) {
    it(`${id} prints the answer, and fails with the server’s words`, async () => {
      const file = join(folder, examples.get(id)!.file)
      writeFileSync(file, code(id))
      const ask = (key: string) => run(program, [file], { env: { ...process.env, PARLEY_KEY: key } })
      expect((await ask(client.key)).stdout).toContain('nine to six')
      const failed = await ask('cb_wrong').catch(error => error)
      expect(failed.code).not.toBe(0)
      expect(failed.stdout + failed.stderr).toContain('unknown, expired or revoked')
    })
  }
})

describe('addresses of the widget', () => {
  it('are the one that follows and the one that is pinned, with the hash of what is served there', async () => {
    const { body } = await client.call('GET', '/api/widget/version')
    expect(body.url).toBe(`${server.base}/widget.js`)
    expect((await fetch(body.url)).headers.get('cache-control')).toBe('public, max-age=300')
    const pinned = await fetch(body.pinned_url)
    expect(pinned.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    const hash = await crypto.subtle.digest('SHA-384', await pinned.arrayBuffer())
    expect(body.integrity).toBe(`sha384-${Buffer.from(hash).toString('base64')}`)
    expect(body.pinned_tag).toContain(body.integrity)
  })

  it('include types, which know every call and event', async () => {
    const { body } = await client.call('GET', '/api/widget/version')
    expect(await (await fetch(body.types_url)).text()).toContain('interface Parley')
    // Checked by the compiler.
    const calls: ParleyCall[] = [['open'], ['send', 'Hello'], ['identify', { name: 'Ann' }], ['setLocale', 'de']]
    // @ts-expect-error no such call
    calls.push(['shout'])
    // @ts-expect-error a question is text
    calls.push(['send', 7])
    const hear = (parley: Parley) => parley.on('message', event => event.detail.answer.length)
    expect([calls.length, typeof hear]).toEqual([6, 'function'])
  })
})

it('the page of the client shows nothing of the browser’s console', async () => {
  const { page, said } = await visit(code('html'))
  await openChat(page)
  expect(said).toEqual([])
})
