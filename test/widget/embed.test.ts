/** The script tag on other people's pages: hostile, strict, right-to-left, and odd in the ways pages are. */
import { describe, expect, it } from 'vitest'
import { askFor, dialog, input, launcher, openChat, setStage, type VisitOptions } from './stage.ts'
import { version } from './stub-server.ts'

const stage = setStage()

/** Where launcher and panel are, and how they are drawn. */
async function looks(options?: VisitOptions) {
  const { page, said } = await stage.visit(options)
  await launcher(page).waitFor()
  const button = await launcher(page).boundingBox()
  const buttonStyle = await launcher(page).evaluate(element => {
    const { color, backgroundColor, borderRadius, opacity, visibility, cursor } = getComputedStyle(element)
    return { color, backgroundColor, borderRadius, opacity, visibility, cursor }
  })
  await openChat(page)
  await askFor(page, 'When are you open?')
  await dialog(page).evaluate(element => Promise.all(element.getAnimations({ subtree: true }).map(a => a.finished)))
  const panel = await dialog(page).boundingBox()
  const text = await dialog(page)
    .locator('.answer p')
    .evaluate(element => {
      const { color, fontSize, fontFamily, lineHeight, direction, display, textAlign, letterSpacing } =
        getComputedStyle(element)
      return { color, fontSize, fontFamily, lineHeight, direction, display, textAlign, letterSpacing }
    })
  const send = await dialog(page).locator('.send').boundingBox()
  // What a visitor would click there, whatever the page has laid over it.
  const top = await page.evaluate(({ x, y }) => document.elementFromPoint(x, y)!.localName, {
    x: panel!.x + 200,
    y: panel!.y + 30,
  })
  return { button, buttonStyle, panel, text, send, top, said }
}

describe('on a page that is hostile to it', () => {
  let plain: Awaited<ReturnType<typeof looks>> | undefined
  const strip = '* { all: unset !important; display: block !important; font-size: 4px !important }'
  const pages: Record<string, VisitOptions> = {
    'strips every element': { head: `<style>${strip} html { font-size: 4px }</style>` },
    'hides and transforms every element': {
      head: `<style>:not(html) { display: none !important; opacity: 0 !important; visibility: hidden !important; transform: scale(.5) !important;
        filter: invert(1) !important; pointer-events: none !important; animation: x 1s infinite !important; transition: all 9s !important }</style>`,
    },
    'has a body that is a containing block, zoomed and faded': {
      head: '<style>body { transform: rotate(3deg); filter: blur(2px); opacity: .2; overflow: hidden; contain: strict; height: 10px }</style>',
    },
    'is laid over with the highest z-index': {
      body: '<div style="position:fixed;inset:0;z-index:2147483647;background:#fee">mine</div>',
    },
    'transforms and fades its root': {
      head: '<style>html { transform: translateX(-200px) scale(.5); opacity: .2 }</style>',
    },
    'lays its own over everything, later and beside its body': {
      body: `<script>setTimeout(() => { const over = document.createElement('p'); over.style.cssText = 'position:fixed;inset:0;z-index:2147483647;background:red';
        document.documentElement.append(over) }, 300)</script>`,
    },
    'darkens every backdrop': {
      head: '<style>::backdrop { background: #000 !important; pointer-events: auto !important }</style>',
    },
    'sets its own letters, cursor and selection': {
      head: `<style>html { font: italic 4px/9 monospace; letter-spacing: 1em; text-transform: uppercase; cursor: none; direction: rtl;
        word-spacing: 2em; text-align: center; -webkit-user-select: none; user-select: none; color: red; color-scheme: dark; }</style>`,
    },
    'resets as frameworks do': {
      head: '<style>*, ::before, ::after { box-sizing: border-box; margin: 0; padding: 0; border: 0 solid; } button { background: none; color: inherit; font: inherit } section, div, dialog, article, header, form { background: red; border: 9px solid; margin: 50px; width: 10px }</style>',
    },
    'reads from right to left': { html: 'lang="ar" dir="rtl"' },
  }

  for (const [name, options] of Object.entries(pages)) {
    it(`looks and works the same where a page ${name}`, async () => {
      plain ??= await looks()
      expect(await looks(options)).toEqual(plain)
      expect(plain.top).toBe('parley-chat')
      expect(plain.button).toEqual({ x: 1200, y: 720, width: 60, height: 60 })
      expect(plain.said).toEqual([])
    })
  }
})

describe('on a phone', () => {
  const context = { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true }

  it('covers the window, and looks the same, whatever the page does', async () => {
    const meta = '<meta name="viewport" content="width=device-width">'
    const plain = await looks({ context })
    expect(plain.panel).toEqual({ x: 0, y: 0, width: 390, height: 780 })
    for (const style of [
      '* { all: unset !important; display: block !important; font-size: 4px !important }',
      'html { font: 4px serif; direction: rtl; touch-action: none; text-size-adjust: 300%; -webkit-text-size-adjust: 300% } body { transform: scale(.8); overflow: hidden; position: fixed; width: 2000px }',
    ])
      expect(await looks({ context, head: `${meta}<style>${style}</style>` })).toEqual(plain)
  })
})

describe('under a strict content security policy', () => {
  it('works whole with script-src and connect-src of its host and nothing else', async () => {
    const { url } = stage.stub
    const csp = `default-src 'none'; script-src ${url}; connect-src ${url}; require-trusted-types-for 'script'`
    const strict = await looks({ csp })
    expect(strict).toEqual(await looks())
    expect(strict.said).toEqual([])
  })
})

describe('what it costs a page', () => {
  it('is one file and a word about its looks until it is wanted', async () => {
    const { page } = await stage.visit({ body: '<button>Mine</button>' })
    await launcher(page).waitFor()
    await page.getByRole('button', { name: 'Mine' }).click()
    await page.keyboard.press('Tab')
    await page.waitForLoadState('networkidle')
    expect(stage.stub.requests).toEqual(['GET /widget.js', 'GET /widget/demo_company'])
    await launcher(page).hover()
    await expect.poll(() => stage.stub.requests).toContain(`GET /widget/v${version}/chat.js`)
    expect(stage.stub.requests).not.toContain('POST /api/chat')
  })

  it('is one global, no cookie, nothing in storage and no word on the console', async () => {
    const plain = await stage.visit({ whole: '<!doctype html><title>x</title><h1>x</h1>' })
    const names = () => Object.getOwnPropertyNames(window)
    const before = new Set(await plain.page.evaluate(names))
    const { page, context, said } = await stage.visit()
    await openChat(page)
    expect((await page.evaluate(names)).filter(name => !before.has(name))).toEqual(['Parley'])
    expect(await page.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual([0, 0])
    await askFor(page, 'When are you open?')
    expect(await page.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual([0, 1])
    expect(await context.cookies()).toEqual([])
    expect(said).toEqual([])
  })

  it('is no shift of its layout and nothing inside its body', async () => {
    const body = '<h1>A page</h1><p id="last">Its words.</p>'
    const { page } = await stage.visit({
      body,
      head: `<script>shift = 0; new PerformanceObserver(list => { for (const e of list.getEntries()) shift += e.value }).observe({ type: 'layout-shift', buffered: true })</script>`,
    })
    const height = await page.evaluate(() => document.documentElement.scrollHeight)
    await openChat(page)
    await askFor(page, 'When are you open?')
    await page.keyboard.press('Escape')
    expect(await page.evaluate('shift')).toBe(0)
    expect(await page.evaluate(() => document.body.innerHTML.trim())).toBe(body)
    expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBe(height)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(1280)
  })

  it('is no keystroke and no focus event of what happens in the chat', async () => {
    const { page } = await stage.visit({
      body: `<script>heard = []; for (const type of ['keydown', 'keypress', 'keyup', 'focusin']) document.addEventListener(type, event => heard.push(event.type))</script>`,
    })
    await openChat(page)
    await page.evaluate('heard = []')
    await input(page).pressSequentially('s/')
    expect(await page.evaluate('heard')).toEqual([])
    expect(await input(page).inputValue()).toBe('s/')
  })
})

describe('the tag', () => {
  it('does nothing when it is there twice', async () => {
    const { page } = await stage.visit()
    await launcher(page).waitFor()
    await page.addScriptTag({ url: `${stage.stub.url}/widget.js` })
    expect(await page.locator('parley-chat').count()).toBe(1)
  })

  it('works in the head without async, deferred, and injected by a tag manager', async () => {
    const src = `${stage.stub.url}/widget.js`
    const tag = `src="${src}" data-company-id="demo_company"`
    for (const head of [
      `<script ${tag}></script>`,
      `<script ${tag} defer></script>`,
      `<script>const s = document.createElement('script'); s.src = '${src}'; s.dataset.companyId = 'demo_company'; document.head.append(s)</script>`,
      // Evaluated, so that there is no current script.
      `<script data-company-id="demo_company" src="${src}" type="text/plain"></script><script>fetch('${src}').then(r => r.text()).then(t => setTimeout(t))</script>`,
    ]) {
      const { page, said } = await stage.visit({
        whole: `<!doctype html><html><head><title>x</title>${head}</head><body><h1>x</h1></body></html>`,
      })
      await openChat(page)
      await askFor(page, 'When are you open?')
      expect(stage.stub.questions.at(-1)!.company_id).toBe('demo_company')
      expect(said).toEqual([])
    }
  })

  it('takes its settings from the query where a tag manager drops attributes', async () => {
    const { page } = await stage.visit({
      whole: `<!doctype html><html><body><script src="${stage.stub.url}/widget.js?company-id=demo_company&color=%23ffd54a&position=left"></script></body></html>`,
    })
    expect((await launcher(page).boundingBox())!.x).toBe(20)
    await openChat(page)
    await askFor(page, 'Hello')
    expect(stage.stub.questions[0]!.company_id).toBe('demo_company')
  })

  it('has attributes that win over the portal, and a readable ink on any colour', async () => {
    const { page } = await stage.visit({
      attributes:
        'data-title="Ask the crew" data-greeting="Ahoy!" data-color="#ffd54a" data-position="left" data-theme="dark" data-lang="de"',
    })
    const button = page.locator('parley-chat').getByRole('button', { name: 'Ask the crew' })
    expect(await button.evaluate(element => getComputedStyle(element).color)).toBe('lab(0 0 0)')
    await button.click()
    const panel = dialog(page)
    await panel.getByText('Ahoy!').waitFor()
    expect(await panel.getByRole('heading').textContent()).toBe('Ask the crew')
    expect(await panel.evaluate(element => getComputedStyle(element).colorScheme)).toBe('dark')
    expect((await panel.boundingBox())!.x).toBeLessThan(30)
    expect(await input(page).getAttribute('placeholder')).toBe('Stellen Sie eine Frage')
    await page.keyboard.press('Escape')
    expect(await button.evaluate(element => getComputedStyle(element).backgroundColor)).toBe('rgb(255, 213, 74)')
  })

  it('takes name, greeting, colour, corner and words from the portal, colour and corner before it is opened', async () => {
    stage.stub.launcher = { color: '#aa3355', position: 'left', 'text-newChat': 'Start over' }
    const { page } = await stage.visit()
    await launcher(page).waitFor()
    expect(await launcher(page).evaluate(element => getComputedStyle(element).backgroundColor)).toBe('rgb(170, 51, 85)')
    expect((await launcher(page).boundingBox())!.x).toBe(20)
    await openChat(page)
    expect(await dialog(page).getByRole('heading').textContent()).toBe('Harbour Lane Cycles')
    expect(await dialog(page).locator('.opening').textContent()).toContain('Do you rent out e-bikes?')
    expect(await dialog(page).locator('header button').first().getAttribute('aria-label')).toBe('Start over')
  })

  it('finds another installation by data-api-url', async () => {
    const { page } = await stage.visit({
      whole: `<!doctype html><html><body><script src="/widget.js" data-company-id="demo_company" data-api-url="${stage.stub.url}"></script></body></html>`,
    })
    // The site itself has no such file, so the page brings the script along.
    await page.evaluate(`fetch('${stage.stub.url}/widget.js').then(r => r.text()).then(t => { setTimeout(t) })`)
    await openChat(page)
    expect(stage.stub.requests).toContain('GET /api/bot')
  })

  it('opens by itself with data-open, without taking the focus, and never over a small screen', async () => {
    const attributes = 'data-open="true"'
    const wide = await stage.visit({ attributes, body: '<input autofocus>' })
    await dialog(wide.page).waitFor()
    expect(await wide.page.evaluate(() => document.activeElement!.localName)).toBe('input')
    const small = await stage.visit({ attributes, context: { viewport: { width: 390, height: 780 } } })
    await expect.poll(() => stage.stub.requests.filter(request => request === 'GET /api/bot').length).toBe(2)
    expect(await dialog(small.page).isVisible()).toBe(false)
    expect(await launcher(small.page).isVisible()).toBe(true)
  })

  it('outlives a framework that replaces the body', async () => {
    const { page } = await stage.visit()
    await openChat(page)
    await askFor(page, 'When are you open?')
    await page.evaluate(() => document.documentElement.replaceChild(document.createElement('body'), document.body))
    await askFor(page, 'And on Sundays?')
    expect(await dialog(page).locator('article').count()).toBe(2)
  })

  it('is not printed', async () => {
    const { page } = await stage.visit()
    await launcher(page).waitFor()
    await page.emulateMedia({ media: 'print' })
    expect(await launcher(page).isVisible()).toBe(false)
  })
})

describe('window.Parley', () => {
  it('does what a page asked for before it came, and after', async () => {
    const { page } = await stage.visit({ head: `<script>window.Parley = [['send', 'From a button']]</script>` })
    await dialog(page).getByText('From a button').waitFor()
    await page.evaluate('Parley.close()')
    await expect.poll(() => dialog(page).isVisible()).toBe(false)
    await page.evaluate('Parley.open()')
    await expect.poll(() => dialog(page).isVisible()).toBe(true)
    await page.evaluate('Parley.reset()')
    await expect.poll(() => dialog(page).locator('article').count()).toBe(0)
    await page.evaluate(`Parley.push(['toggle'])`)
    await expect.poll(() => dialog(page).isVisible()).toBe(false)
  })

  it('hides, shows and takes away the widget without loading the chat', async () => {
    const { page } = await stage.visit({ head: `<script>window.Parley = [['hide']]</script>` })
    await expect.poll(() => page.evaluate(`typeof Parley.show`)).toBe('function')
    expect(await launcher(page).isVisible()).toBe(false)
    await page.evaluate('Parley.show()')
    expect(await launcher(page).isVisible()).toBe(true)
    await page.evaluate('Parley.destroy()')
    expect(await page.evaluate(`document.querySelector('parley-chat') ?? window.Parley ?? 'gone'`)).toBe('gone')
    expect(stage.stub.requests).toEqual(['GET /widget.js', 'GET /widget/demo_company'])
  })

  it('tells the page what happens', async () => {
    const { page } = await stage.visit({
      head: `<script>told = []; for (const type of ['ready', 'open', 'close', 'message', 'unread', 'error']) addEventListener('parley:' + type, event => told.push([type, event.detail?.question]))</script>`,
    })
    await openChat(page)
    await askFor(page, 'When?')
    await page.keyboard.press('Escape')
    expect(await page.evaluate('told')).toEqual(
      [
        ['ready', null],
        ['open', null],
        ['message', 'When?'],
        ['close', null],
      ].map(([a, b]) => [a, b ?? undefined]),
    )
    await page.evaluate(`Parley.on('open', () => told.push('heard')); Parley.open()`)
    await expect.poll(() => page.evaluate('told.at(-1)')).toBe('heard')
  })
})
