/** The chat for who uses a keyboard, a screen reader, large letters, high contrast, less motion, or a small screen. */
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { askFor, dialog, input, launcher, log, openChat, setStage } from './stage.ts'

const stage = setStage()
const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** Rules of axe that the widget breaks, with the elements that break them; best practices included. */
async function violations(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: axePath })
  return page.evaluate(async () => {
    const results = await (window as any).axe.run({ include: ['parley-chat'] }, { resultTypes: ['violations'] })
    return results.violations.flatMap((rule: any) => rule.nodes.map((node: any) => `${rule.id}: ${node.html}`))
  })
}

const source = {
  id: 'e1',
  category: 'visit',
  source: 'site',
  title: 'Hours',
  url: 'https://shop.example/',
  quote: 'Open all week.',
}

describe('axe finds nothing', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    it(`in any state, on ${colorScheme}`, async () => {
      stage.stub.answer = ({ message }) =>
        message === 'fail'
          ? { problem: { status: 500, code: 'internal' } }
          : message === 'wait'
            ? { until: new Promise(() => {}) }
            : {
                response: '**Yes**, see [us](https://shop.example):\n- `a`\n- b',
                sources: [source],
                suggestions: ['And then?'],
              }
      const { page } = await stage.visit({ context: { colorScheme } })
      await launcher(page).waitFor()
      expect(await violations(page), 'closed').toEqual([])
      await openChat(page)
      expect(await violations(page), 'open').toEqual([])
      await askFor(page, 'answer')
      await dialog(page).locator('.reply summary').click()
      expect(await violations(page), 'answered').toEqual([])
      await askFor(page, 'fail')
      expect(await violations(page), 'failed').toEqual([])
      await input(page).fill('wait')
      await input(page).press('Enter')
      await dialog(page).locator('.dots').waitFor()
      expect(await violations(page), 'waiting').toEqual([])
    })
  }

  it.each(['light', 'dark'] as const)(
    'in what is beside an answer: comment, menu, form, consent, offers, on %s',
    async colorScheme => {
      stage.stub.bot = {
        ...stage.stub.bot!,
        consent: { text: 'We keep what you write.', url: 'https://shop.example/privacy' },
        lead: {
          when: 'refusal',
          fields: (['name', 'email', 'phone', 'message'] as const).map(name => ({ name, required: name === 'email' })),
          title: '',
          text: '',
          thanks: '',
        },
      }
      stage.stub.suggest = () => ['How much is a full service?']
      stage.stub.answer = ({ message }) =>
        message === 'refuse'
          ? {
              kind: 'refusal',
              answered: false,
              ways: [
                { kind: 'email', value: 'hello@shop.example', label: 'Mail us', href: 'mailto:hello@shop.example' },
                { kind: 'lead', value: '', label: '', href: '' },
              ],
              hours: { open: false, text: 'Closed now. Next open: tomorrow 9:00' },
            }
          : {}
      const { page } = await stage.visit({
        context: { colorScheme },
        attributes: 'data-launcher="Ask us" data-icon="HL" data-avatar="HL"',
      })
      const bubble = page.locator('parley-chat').getByRole('button', { name: 'Ask us' })
      await bubble.waitFor()
      expect(await violations(page), 'launcher').toEqual([])
      await bubble.click()
      await dialog(page).locator('.opening > *').first().waitFor()
      expect(await violations(page), 'consent').toEqual([])
      await askFor(page, 'answer')
      await dialog(page).getByRole('button', { name: 'Not helpful' }).click()
      expect(await violations(page), 'comment').toEqual([])
      await dialog(page).locator('.menu summary').click()
      expect(await violations(page), 'menu').toEqual([])
      await page.keyboard.press('Escape')
      await askFor(page, 'refuse')
      expect(await violations(page), 'form').toEqual([])
      await input(page).fill('How much')
      await dialog(page).locator('.offers button').waitFor()
      expect(await violations(page), 'offers').toEqual([])
      await dialog(page)
        .getByRole('textbox', { name: /^E-mail/ })
        .fill('ann@example.com')
      await dialog(page).locator('.lead').getByRole('button', { name: 'Send' }).click()
      await dialog(page).getByText('Thank you. We will get back to you.').waitFor()
      expect(await violations(page), 'thanks').toEqual([])
    },
  )

  it('where the bot is not to be had, and on a small screen', async () => {
    stage.stub.bot = undefined
    const { page } = await stage.visit({ context: { viewport: { width: 390, height: 780 } } })
    await openChat(page)
    expect(await violations(page)).toEqual([])
  })
})

describe('a keyboard alone', () => {
  it('opens, asks, reads the source, goes on, stops nowhere, and leaves with the focus where it was', async () => {
    stage.stub.answer = ({ message }) => ({ sources: [source], suggestions: message === 'When?' ? ['And then?'] : [] })
    const { page } = await stage.visit({ body: '<a href="#x">Own link</a>' })
    await launcher(page).waitFor()
    const focused = () =>
      page.evaluate(() => {
        let element = document.activeElement
        while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement
        return element!.getAttribute('aria-label') ?? element!.textContent
      })
    const tabTo = async (name: string) => {
      for (let i = 0; i < 12 && (await focused()) !== name; i++) await page.keyboard.press('Tab')
      expect(await focused()).toBe(name)
    }
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('Own link')
    await tabTo('Chat')
    await page.keyboard.press('Enter')
    await dialog(page).getByText('When are you open?').waitFor()
    expect(await focused()).toBe('Ask a question')
    await page.keyboard.type('When?')
    await page.keyboard.press('Enter')
    await log(page).getByText('And then?').waitFor()
    expect(await focused()).toBe('Ask a question')
    for (let i = 0; i < 12 && !(await focused())!.startsWith('Source'); i++) await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Enter')
    expect(await log(page).getByText('Open all week.').isVisible()).toBe(true)
    await tabTo('And then?')
    await page.keyboard.press('Enter')
    await expect.poll(() => log(page).locator('article').count()).toBe(2)
    await expect.poll(() => dialog(page).locator('.send').getAttribute('aria-label')).toBe('Send')
    expect(await focused()).toBe('Ask a question')
    await page.keyboard.press('Escape')
    expect(await dialog(page).isVisible()).toBe(false)
    expect(await focused()).toBe('Chat')
    await page.keyboard.press('Space')
    await dialog(page).waitFor()
    await tabTo('Close')
    await page.keyboard.press('Enter')
    expect(await focused()).toBe('Chat')
  })

  it('is not held: the panel is no modal, and the page goes on after it', async () => {
    const { page } = await stage.visit({ body: '<a href="#x">Own link</a>' })
    await openChat(page)
    const seen = new Set<string>()
    for (let i = 0; i < 12; i++) {
      await page.keyboard.press('Tab')
      seen.add(await page.evaluate(() => document.activeElement!.localName))
    }
    expect(seen).toContain('a')
  })

  it('sees where it is: every stop has a ring', async () => {
    const { page } = await stage.visit()
    await launcher(page).waitFor()
    await page.keyboard.press('Tab')
    const ring = () =>
      page.evaluate(() => {
        let element = document.activeElement!
        while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement
        const framed = element.localName === 'textarea' ? element.closest('form')! : element
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(framed)
        return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none'
      })
    expect(await ring()).toBe(true)
    await page.keyboard.press('Enter')
    await dialog(page).getByText('When are you open?').waitFor()
    for (let i = 0; i < 8; i++) {
      if (await page.evaluate(() => document.activeElement!.localName === 'parley-chat'))
        expect(await ring()).toBe(true)
      await page.keyboard.press('Tab')
    }
  })
})

describe('a screen reader', () => {
  it('meets a launcher with a state, and a named dialog with a log and a labelled input', async () => {
    stage.stub.answer = () => ({ sources: [source] })
    const { page } = await stage.visit()
    expect(await launcher(page).getAttribute('aria-expanded')).toBe('false')
    await openChat(page)
    await askFor(page, 'When?')
    expect(await page.locator('parley-chat').ariaSnapshot()).toBe(
      `- dialog "Harbour Lane Cycles":
  - heading "Harbour Lane Cycles" [level=2]
  - paragraph: Automated assistant
  - button "New chat"
  - group
  - button "Close"
  - log "Conversation":
    - paragraph: Hello! Ask us about bikes, repairs or opening hours.
    - article:
      - paragraph: "You: When?"
      - text: "Harbour Lane Cycles:"
      - paragraph:
        - text: We are open
        - strong: Tuesday to Saturday
        - text: ", 9:00 to 18:00."
      - button "Helpful"
      - button "Not helpful"
      - button "Copy"
      - group: Source Hours
      - status
  - status: We are open Tuesday to Saturday, 9:00 to 18:00. Source Hours
  - textbox "Ask a question"
  - button "Send"`,
    )
  })

  it('hears each finished answer once, and none of its pieces', async () => {
    const deltas = Array.from({ length: 20 }, (_, i) => `piece${i} `)
    stage.stub.answer = () => ({ deltas, pieces: 40 })
    const { page } = await stage.visit()
    await openChat(page)
    // Everything that any live region of the chat ever says.
    await page.evaluate(() => {
      const roots: (Document | ShadowRoot)[] = [document]
      for (const root of roots)
        for (const element of root.querySelectorAll('*')) if (element.shadowRoot) roots.push(element.shadowRoot)
      const regions = roots.flatMap(root => [
        ...root.querySelectorAll('[aria-live]:not([aria-live="off"]), [role="status"], [role="alert"]'),
      ])
      const heard: string[] = ((window as any).heard = [])
      for (const region of regions)
        new MutationObserver(() => region.textContent && heard.push(region.textContent)).observe(region, {
          childList: true,
          subtree: true,
          characterData: true,
        })
    })
    await askFor(page, 'When?')
    await askFor(page, 'Again?')
    const said = deltas.join('').trim()
    expect(await page.evaluate('heard')).toEqual([said, said])
  })
})

describe('who reads from right to left', () => {
  it('has the panel mirrored, and what is written in the other direction as it is written', async () => {
    stage.stub.answer = () => ({ sources: [source] })
    const { page } = await stage.visit({ context: { locale: 'ar' } })
    await page.locator('parley-chat button').click()
    await dialog(page).getByText('When are you open?').waitFor()
    await askFor(page, 'When?', 'إرسال')
    const left = async (part: string) => (await dialog(page).locator(part).first().boundingBox())!.x
    expect(await left('.send')).toBeLessThan(await left('textarea'))
    expect(await left('.icon')).toBeLessThan(await left('h2'))
    expect(await left('.question')).toBeLessThan(await left('.mark'))
    const direction = (part: string) =>
      dialog(page)
        .locator(part)
        .first()
        .evaluate(element => getComputedStyle(element).direction)
    expect(await direction('textarea')).toBe('rtl')
    expect(await direction('.question [dir]')).toBe('ltr')
    expect(await direction('.answer')).toBe('ltr')
    await input(page).fill('متى؟')
    await input(page).press('Enter')
    expect(
      await dialog(page)
        .locator('.question [dir]')
        .last()
        .evaluate(element => getComputedStyle(element).direction),
    ).toBe('rtl')
    expect(await violations(page)).toEqual([])
  })
})

describe('every target', () => {
  it('is at least 44 pixels each way, text links apart', async () => {
    stage.stub.answer = () => ({ sources: [source], suggestions: ['Go?'] })
    const { page } = await stage.visit()
    await openChat(page)
    await askFor(page, 'When?')
    await dialog(page).locator('.reply summary').click()
    const boxes = await dialog(page)
      .locator('button:visible, summary, textarea, .reply details a')
      .evaluateAll(elements =>
        elements.map(element => [
          element.textContent,
          element.getBoundingClientRect().height,
          element.getBoundingClientRect().width,
        ]),
      )
    expect(boxes.length).toBeGreaterThanOrEqual(7)
    for (const [, height, width] of boxes) {
      expect(height).toBeGreaterThanOrEqual(44)
      expect(width).toBeGreaterThanOrEqual(44)
    }
  })
})

describe('settings of the visitor', () => {
  it('less motion: nothing moves', async () => {
    stage.stub.answer = () => ({ until: new Promise(() => {}) })
    const { page } = await stage.visit({ context: { reducedMotion: 'reduce' } })
    await openChat(page)
    await input(page).fill('When?')
    await input(page).press('Enter')
    await dialog(page).locator('.dots').waitFor()
    expect(await dialog(page).evaluate(element => element.getAnimations({ subtree: true }).length)).toBe(0)
  })

  it('motion where it is welcome: the panel grows, and ends where it would have stood', async () => {
    const { page, context } = await stage.visit({ context: { reducedMotion: 'no-preference' } })
    const tools = await context.newCDPSession(page)
    const started: string[] = []
    tools.on('Animation.animationStarted', ({ animation }) => started.push(animation.name))
    await tools.send('Animation.enable')
    await openChat(page)
    await expect.poll(() => started).toContain('grow')
    await expect.poll(() => dialog(page).evaluate(element => element.getAnimations().length)).toBe(0)
    const grown = await dialog(page).boundingBox()
    const { page: still } = await stage.visit()
    await openChat(still)
    expect(grown).toEqual(await dialog(still).boundingBox())
  })

  it('forced colours: launcher, panel, bubbles and buttons have edges', async () => {
    const { page } = await stage.visit({ context: { forcedColors: 'active' } })
    const edge = (element: Element) => {
      const { borderTopStyle, borderTopWidth, borderTopColor } = getComputedStyle(element)
      return (
        borderTopStyle === 'solid' && Number.parseFloat(borderTopWidth) >= 1 && borderTopColor !== 'rgba(0, 0, 0, 0)'
      )
    }
    expect(await launcher(page).evaluate(edge)).toBe(true)
    await openChat(page)
    await askFor(page, 'When?')
    for (const part of ['.question', '.send', '.icon >> nth=0', 'form'])
      expect(await dialog(page).locator(part).evaluate(edge)).toBe(true)
    expect(await dialog(page).evaluate(edge)).toBe(true)
  })

  it('a larger font size of the browser: letters and panel grow with it, whatever the page says', async () => {
    const { page, context } = await stage.visit({ head: '<style>html { font-size: 4px !important }</style>' })
    await openChat(page)
    const measure = async () => [
      Number.parseFloat(await log(page).evaluate(element => getComputedStyle(element).fontSize)),
      (await dialog(page).boundingBox())!.width,
    ]
    expect(await measure()).toEqual([16, 400])
    await (await context.newCDPSession(page)).send('Page.setFontSizes', { fontSizes: { standard: 24 } })
    await page.reload()
    await openChat(page)
    expect(await measure()).toEqual([24, 600])
  })

  it('zoomed to 200 %: everything is inside the window and can be reached', async () => {
    stage.stub.answer = () => ({ sources: [source], suggestions: ['Go?'] })
    const { page } = await stage.visit({ context: { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 } })
    await openChat(page)
    await askFor(page, 'When?')
    for (const part of ['header', '.log', 'form']) {
      const box = (await dialog(page).locator(part).boundingBox())!
      expect(box.x).toBeGreaterThanOrEqual(0)
      expect(box.y).toBeGreaterThanOrEqual(0)
      expect(box.x + box.width).toBeLessThanOrEqual(640)
      expect(box.y + box.height).toBeLessThanOrEqual(400)
    }
    expect((await log(page).boundingBox())!.height).toBeGreaterThan(100)
    expect(await log(page).evaluate(element => element.scrollWidth - element.clientWidth)).toBe(0)
  })
})

describe('a small screen', () => {
  const context = { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true }

  it('is covered by a modal, without the keyboard rising unasked, and gives the page back', async () => {
    const { page } = await stage.visit({ context, body: '<button>Own</button>' })
    await launcher(page).tap()
    await dialog(page).getByText('When are you open?').waitFor()
    expect(await dialog(page).boundingBox()).toEqual({ x: 0, y: 0, width: 390, height: 780 })
    expect(await dialog(page).evaluate(element => element.matches(':modal'))).toBe(true)
    const active = () =>
      page.evaluate(() => document.activeElement!.shadowRoot?.activeElement?.shadowRoot?.activeElement?.localName)
    expect(await active()).toBe('dialog')
    await dialog(page).getByRole('button', { name: 'When are you open?' }).tap()
    await log(page).getByText('Tuesday to Saturday').waitFor()
    expect(await active()).toBe('div')
    await dialog(page).getByRole('button', { name: 'Close' }).tap()
    expect(await dialog(page).isVisible()).toBe(false)
    expect(await page.evaluate(() => document.activeElement!.localName)).toBe('parley-chat')
    await page.getByRole('button', { name: 'Own' }).tap()
  })

  it('keeps the input above the on-screen keyboard', async () => {
    const { page } = await stage.visit({ context })
    await openChat(page)
    // A keyboard shrinks the visual viewport and leaves the layout as it is.
    await page.evaluate(() => {
      Object.defineProperty(visualViewport, 'height', { value: 400 })
      Object.defineProperty(visualViewport, 'offsetTop', { value: 50 })
      visualViewport!.dispatchEvent(new Event('resize'))
    })
    const form = (await dialog(page).locator('form').boundingBox())!
    expect(form.y + form.height).toBeLessThanOrEqual(450)
    expect(await dialog(page).boundingBox()).toMatchObject({ y: 50, height: 400 })
  })

  it('does not zoom in on the input: its letters are 16 pixels at least', async () => {
    const { page } = await stage.visit({ context })
    await openChat(page)
    expect(
      await input(page).evaluate(element => Number.parseFloat(getComputedStyle(element).fontSize)),
    ).toBeGreaterThanOrEqual(16)
  })
})
