/** What a visitor can do beside asking: rate, leave word, be helped while typing, take along, have deleted. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { askFor, dialog, input, launcher, log, openChat, setStage } from './stage.ts'
import { plainBot } from './stub-server.ts'

const stage = setStage()
const button = (page: Parameters<typeof dialog>[0], name: string) =>
  dialog(page).getByRole('button', { name, exact: true })
const form = {
  when: 'refusal' as const,
  fields: [
    { name: 'name' as const, required: false },
    { name: 'email' as const, required: true },
    { name: 'phone' as const, required: false },
    { name: 'message' as const, required: false },
  ],
  title: '',
  text: '',
  thanks: '',
}

describe('an answer', () => {
  it('is rated with thumbs, once or again, and with a comment where it fell short', async () => {
    const { page } = await stage.visit()
    await openChat(page)
    await askFor(page, 'When?')
    await button(page, 'Helpful').click()
    expect(await button(page, 'Helpful').getAttribute('aria-pressed')).toBe('true')
    await button(page, 'Not helpful').click()
    expect(await button(page, 'Helpful').getAttribute('aria-pressed')).toBe('false')
    await dialog(page).getByRole('textbox', { name: 'What was missing?' }).fill('The prices.')
    await page.keyboard.press('Enter')
    await dialog(page).getByText('Thank you.').waitFor()
    await expect.poll(() => stage.stub.sent.length).toBe(3)
    const about = { company_id: 'demo_company', session_id: 'session-1' }
    expect(stage.stub.sent).toEqual([
      ['/api/chat/answer-1/feedback', { ...about, rating: 'up' }],
      ['/api/chat/answer-1/feedback', { ...about, rating: 'down' }],
      ['/api/chat/answer-1/feedback', { ...about, rating: 'down', comment: 'The prices.' }],
    ])
    await page.reload()
    await openChat(page)
    expect(await button(page, 'Not helpful').getAttribute('aria-pressed')).toBe('true')
    await button(page, 'Not helpful').click()
    await expect.poll(() => stage.stub.sent.at(-1)![1].rating).toBe('none')
    expect(await button(page, 'Not helpful').getAttribute('aria-pressed')).toBe('false')
  })

  it('that is small talk asks for no rating', async () => {
    stage.stub.answer = () => ({ kind: 'small-talk', response: 'Hello!' })
    const { page } = await stage.visit()
    await openChat(page)
    await askFor(page, 'Hi')
    expect(await button(page, 'Helpful').count()).toBe(0)
  })
})

describe('where there is no answer', () => {
  const refusal = { kind: 'refusal' as const, answered: false, response: 'I don’t know that.' }
  const leadWay = { kind: 'lead' as const, value: '', label: '', href: '' }

  it('offers the ways on that the client has: mail, phone or link', async () => {
    stage.stub.answer = () => ({
      ...refusal,
      ways: [
        { kind: 'email', value: 'hello@shop.example', label: 'hello@shop.example', href: 'mailto:hello@shop.example' },
        { kind: 'phone', value: '+49 (30) 123 456', label: 'Ring us', href: 'tel:+4930123456' },
        { kind: 'link', value: 'https://shop.example/contact', label: 'Form', href: 'https://shop.example/contact' },
        { kind: 'text', value: 'Gate 4', label: 'Gate 4', href: '' },
      ],
      hours: { open: true, text: 'Open now, until 17:00' },
    })
    const { page } = await stage.visit({
      head: `<script>told = []; addEventListener('parley:handoff', event => { told.push(event.detail.contact) })</script>`,
    })
    await openChat(page)
    await askFor(page, 'Why?')
    expect(stage.stub.questions[0]).toMatchObject({ apart: true })
    for (const [label, href, value] of [
      ['hello@shop.example', 'mailto:hello@shop.example', 'hello@shop.example'],
      ['Ring us', 'tel:+4930123456', '+49 (30) 123 456'],
      ['Form', 'https://shop.example/contact', 'https://shop.example/contact'],
    ] as const) {
      const link = dialog(page).getByRole('link', { name: label })
      expect(await link.count()).toBe(1)
      expect(await link.getAttribute('href')).toBe(href)
      await link.evaluate(element => element.addEventListener('click', event => event.preventDefault()))
      await link.click()
      expect(await page.evaluate('told.pop()')).toBe(value)
    }
    await dialog(page).getByText('Gate 4').waitFor()
    await dialog(page).getByText('Open now, until 17:00', { exact: true }).waitFor()
  })

  it('takes the visitor’s word, with what the page knows filled in, and does not ask twice', async () => {
    stage.stub.bot = { ...plainBot, lead: form }
    stage.stub.answer = () => ({ ...refusal, ways: [leadWay] })
    const { page } = await stage.visit({
      head: `<script>window.Parley = [['identify', { name: 'Ann', email: 'ann@' }]]; told = []; addEventListener('parley:lead', event => told.push(event.detail.email))</script>`,
    })
    await openChat(page)
    await askFor(page, 'Why?')
    const field = (name: string | RegExp) => dialog(page).getByRole('textbox', { name })
    expect(await field(/^Name/).inputValue()).toBe('Ann')
    await field(/^Message/).fill('Please call.')
    // Not an address yet: the browser says so, and nothing is sent.
    await dialog(page).locator('.lead').getByRole('button', { name: 'Send' }).click()
    expect(await field(/^E-mail/).evaluate((element: HTMLInputElement) => element.validity.typeMismatch)).toBe(true)
    expect(stage.stub.sent).toEqual([])
    await field(/^E-mail/).fill('ann@example.com')
    stage.stub.refuses = { status: 500, code: 'internal' }
    await dialog(page).locator('.lead').getByRole('button', { name: 'Send' }).click()
    await dialog(page).getByRole('alert').getByText('went wrong on our side').waitFor()
    stage.stub.refuses = undefined
    await dialog(page).locator('.lead').getByRole('button', { name: 'Send' }).click()
    await dialog(page).getByText('Thank you. We will get back to you.').waitFor()
    expect(stage.stub.sent.at(-1)).toEqual([
      '/api/leads',
      {
        company_id: 'demo_company',
        session_id: 'session-1',
        page: page.url(),
        name: 'Ann',
        email: 'ann@example.com',
        phone: '',
        message: 'Please call.',
      },
    ])
    expect(await page.evaluate('told')).toEqual(['ann@example.com'])
    await askFor(page, 'Why else?')
    expect(await dialog(page).locator('.lead').count()).toBe(0)
  })

  it('asks before the first question where the client wants that, and then never again', async () => {
    stage.stub.bot = { ...plainBot, lead: { ...form, when: 'before', title: 'Who are you?' } }
    const { page } = await stage.visit()
    await openChat(page)
    await dialog(page).getByRole('heading', { name: 'Who are you?' }).waitFor()
    expect(await input(page).isVisible()).toBe(false)
    await dialog(page)
      .getByRole('textbox', { name: /^E-mail/ })
      .fill('ann@example.com')
    await page.keyboard.press('Enter')
    await input(page).waitFor()
    await askFor(page, 'When?')
    await page.reload()
    await openChat(page)
    expect(await dialog(page).locator('.lead').count()).toBe(0)
    expect(await input(page).isVisible()).toBe(true)
  })
})

describe('while typing', () => {
  it('questions of the bot’s own are offered, and asked with a click', async () => {
    stage.stub.suggest = typed => (typed === 'How mu' ? ['How much is a full service?'] : [])
    const { page } = await stage.visit()
    await openChat(page)
    await input(page).fill('How mu')
    const offer = dialog(page).locator('.offers').getByRole('button')
    await offer.waitFor()
    expect(await page.evaluate(() => document.activeElement!.localName)).toBe('parley-chat')
    await offer.click()
    await expect.poll(() => stage.stub.questions.map(({ message }) => message)).toEqual(['How much is a full service?'])
    expect(await input(page).inputValue()).toBe('')
    expect(await offer.count()).toBe(0)
  })

  it('nothing is asked of the server for a letter or two', async () => {
    const { page } = await stage.visit()
    await openChat(page)
    await input(page).fill('Ho')
    await input(page).fill('How')
    await expect.poll(() => stage.stub.requests.filter(path => path === 'GET /api/suggest').length).toBe(1)
  })
})

describe('the conversation', () => {
  const menu = (page: Parameters<typeof dialog>[0]) => dialog(page).locator('.menu summary')

  it('can be taken along as a text file', async () => {
    const { page } = await stage.visit()
    await openChat(page)
    expect(await menu(page).isVisible()).toBe(false)
    await askFor(page, 'When?')
    await menu(page).click()
    const [file] = await Promise.all([page.waitForEvent('download'), button(page, 'Download conversation').click()])
    expect(file.suggestedFilename()).toBe('Harbour Lane Cycles.txt')
    expect(readFileSync(await file.path(), 'utf8')).toMatch(/You: When\?\nHarbour Lane Cycles: Answer to When\?/)
  })

  it('is deleted everywhere, after a second thought', async () => {
    const { page } = await stage.visit()
    await openChat(page)
    await askFor(page, 'When?')
    await menu(page).click()
    await button(page, 'Delete conversation').click()
    expect(stage.stub.sent).toEqual([])
    stage.stub.refuses = { status: 503, code: 'store_unavailable' }
    await button(page, 'Delete for good?').click()
    await dialog(page).getByText('Something went wrong on our side.').waitFor()
    expect(await dialog(page).locator('article').count()).toBe(1)
    stage.stub.refuses = undefined
    await button(page, 'Delete for good?').click()
    await expect.poll(() => dialog(page).locator('article').count()).toBe(0)
    expect(stage.stub.sent).toEqual([['DELETE /api/chat/session-1', undefined]])
    expect(await dialog(page).locator('> [role="status"]').textContent()).toBe('The conversation was deleted.')
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0)
  })

  it('has a menu that Escape closes, and the chat stays', async () => {
    const { page } = await stage.visit()
    await openChat(page)
    await askFor(page, 'When?')
    await menu(page).focus()
    await page.keyboard.press('Enter')
    await button(page, 'Download conversation').waitFor()
    await page.keyboard.press('Escape')
    expect(await button(page, 'Download conversation').isVisible()).toBe(false)
    expect(await dialog(page).isVisible()).toBe(true)
  })
})

describe('what the client says', () => {
  it('stands under the greeting: consent, with its link', async () => {
    stage.stub.bot = { ...plainBot, consent: { text: 'We keep what you write.', url: 'https://shop.example/privacy' } }
    const { page } = await stage.visit()
    await openChat(page)
    const link = dialog(page).getByRole('link', { name: 'We keep what you write.' })
    expect(await link.getAttribute('href')).toBe('https://shop.example/privacy')
  })

  it('is drawn as the client has it: launcher with words and icon, an avatar, a placeholder', async () => {
    const { page } = await stage.visit({
      attributes: 'data-launcher="Ask us" data-icon="🚲" data-avatar="HL" data-placeholder="Your question"',
    })
    const bubble = page.locator('parley-chat').getByRole('button', { name: 'Ask us' })
    await bubble.waitFor()
    expect(await bubble.getByText('🚲').isVisible()).toBe(true)
    expect((await bubble.boundingBox())!.width).toBeGreaterThan(100)
    await bubble.click()
    await dialog(page).getByText('When are you open?').waitFor()
    expect(await dialog(page).locator('.face').textContent()).toBe('HL')
    expect(await input(page).getAttribute('placeholder')).toBe('Your question')
  })
})

describe('pages without the widget', () => {
  it('are those whose paths are named, through navigation that loads nothing', async () => {
    const { page } = await stage.visit({ attributes: 'data-hide-on="/checkout* /admin"' })
    await launcher(page).waitFor()
    const go = (path: string) => page.evaluate(path => history.pushState(null, '', path), path)
    await go('/checkout/step-2')
    await expect.poll(() => launcher(page).isVisible()).toBe(false)
    await go('/administrator')
    await expect.poll(() => launcher(page).isVisible()).toBe(true)
    await go('/admin/')
    await expect.poll(() => launcher(page).isVisible()).toBe(false)
  })

  it('are compared in linear time: no pattern holds up a page', async () => {
    const pattern = `/${'a*'.repeat(60)}b`
    const { page } = await stage.visit({ attributes: `data-hide-on="${pattern} /kit/*/edit"` })
    await launcher(page).waitFor()
    const go = (path: string) => page.evaluate(path => history.pushState(null, '', path), path)
    // A comparison that goes back over every star would not come to an end here.
    await go(`/${'a'.repeat(4000)}`)
    await go('/kit/7/edit')
    await expect.poll(() => launcher(page).isVisible()).toBe(false)
    await go(`/${'a'.repeat(60)}b`)
    await expect.poll(() => launcher(page).isVisible()).toBe(false)
    await go('/kit/7/edits')
    await expect.poll(() => launcher(page).isVisible()).toBe(true)
  })
})

describe('a layer of its own', () => {
  it('lets what the page has above lie over the launcher', async () => {
    const { page } = await stage.visit({
      attributes: 'data-z-index="10"',
      body: '<div style="position:fixed;inset:0;z-index:11;background:#fee">mine</div>',
    })
    await launcher(page).waitFor()
    expect(await page.evaluate(() => document.elementFromPoint(1230, 750)!.localName)).toBe('div')
  })
})

describe('the old names of attributes', () => {
  it.each([
    ['data-embed-id="demo_company" data-base-api-url="HOST/api/embed"'],
    ['data-api-key="demo_company" data-chat-url="HOST/api/chat"'],
  ])('%s', async attributes => {
    const { page } = await stage.visit({
      whole: `<!doctype html><html lang="en"><body><script src="${stage.stub.url}/widget.js" ${attributes.replaceAll('HOST', stage.stub.url)}></script></body></html>`,
    })
    await openChat(page)
    await askFor(page, 'When?')
    expect(stage.stub.questions[0]!.company_id).toBe('demo_company')
  })
})

describe('window.Parley', () => {
  it('speaks another language, in the client’s own words, and keeps the conversation', async () => {
    const { page } = await stage.visit()
    await openChat(page)
    await askFor(page, 'When?')
    await page.evaluate(`Parley.setLocale('de', { newChat: 'Von vorn' })`)
    await expect.poll(() => input(page).getAttribute('placeholder')).toBe('Stellen Sie eine Frage')
    expect(await dialog(page).isVisible()).toBe(true)
    expect(await button(page, 'Von vorn').isVisible()).toBe(true)
    expect(await log(page).locator('article').count()).toBe(1)
  })

  it('waits with what needs no chat until there is one', async () => {
    const { page } = await stage.visit({
      head: `<script>heard = []; window.Parley = [['on', 'ready', () => heard.push('ready')], ['setLocale', 'fr']]</script>`,
    })
    await launcher(page).waitFor()
    expect(stage.stub.requests).toEqual(['GET /widget.js', 'GET /widget/demo_company'])
    await launcher(page).click()
    await expect.poll(() => input(page).getAttribute('placeholder')).toBe('Posez une question')
    expect(await page.evaluate('heard')).toEqual(['ready'])
  })
})

describe('colours', () => {
  it('can be read, whatever the client’s is: 4.5 : 1 for words on paper and on tint, light and dark', async () => {
    stage.stub.answer = () => ({
      response: 'See [us](https://shop.example).',
      suggestions: ['And then?'],
      sources: [{ id: 'e', category: 'c', source: 's', quote: 'q' }],
    })
    const colors = [
      '#000000',
      '#ffffff',
      '#ffd54a',
      '#00ff00',
      '#0000ff',
      '#ff0000',
      '#1d6b57',
      '#808080',
      '#ff00ff',
      '#00ffff',
    ]
    for (const theme of ['light', 'dark']) {
      const { page } = await stage.visit({ attributes: `data-theme="${theme}"` })
      await openChat(page)
      await askFor(page, 'When?')
      const measured = await dialog(page).evaluate((element, colors) => {
        const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!
        const luminance = (color: string) => {
          canvas.fillStyle = color
          canvas.fillRect(0, 0, 1, 1)
          const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map(value => {
            const s = value / 255
            return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4
          })
          return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
        }
        const contrast = (a: string, b: string) => {
          const [x, y] = [luminance(a), luminance(b)].sort((p, q) => p - q)
          return (y! + 0.05) / (x! + 0.05)
        }
        const at = (selector: string) => getComputedStyle(element.querySelector(selector)!)
        const box = document.querySelector('parley-chat')!.shadowRoot!.querySelector('div')!
        return colors.map(color => {
          // As the loader sets it.
          box.style.setProperty('--color', color)
          const paper = getComputedStyle(element).backgroundColor
          const tint = at('.question').backgroundColor
          const link = at('.answer a').color
          return {
            link: contrast(link, paper),
            onTint: contrast(link, tint),
            question: contrast(at('.question').color, tint),
            faint: contrast(at('header div p').color, paper),
            // A sign, no letters: 3 : 1.
            send: contrast(at('.send').color, at('.send').backgroundColor) * 1.5,
          }
        })
      }, colors)
      expect(measured).toHaveLength(colors.length)
      measured.forEach((ratios, i) => {
        for (const [part, ratio] of Object.entries(ratios))
          expect(ratio, `${part} with ${colors[i]} on ${theme}`).toBeGreaterThanOrEqual(4.5)
      })
    }
  })
})
