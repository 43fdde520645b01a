/** A visitor's conversation, in a real browser against a real stream. */
import { describe, expect, it } from 'vitest'
import { maxMessage } from '../../server/chat/wire.ts'
import { askFor, dialog, input, launcher, log, openChat, setStage } from './stage.ts'
import type { Scripted } from './stub-server.ts'

const stage = setStage()

const source = {
  id: 'e1',
  category: 'visit',
  source: 'website',
  title: 'Opening hours',
  url: 'https://shop.example/hours',
  quote: 'The shop is open from Tuesday to Saturday.',
}

/** A promise and the function that keeps it. */
function gate(): { until: Promise<void>; open: () => void } {
  let open!: () => void
  const until = new Promise<void>(resolve => {
    open = resolve
  })
  return { until, open }
}

describe('an answer', () => {
  it('is shown with its source, which unfolds to the quote and a safe link', async () => {
    stage.stub.answer = () => ({
      sources: [source, { ...source, id: 'e2', title: undefined, url: 'javascript:alert(1)' }],
    })
    const { page } = await stage.visit()
    await openChat(page)
    await askFor(page, 'When are you open?')
    const [first, second] = await dialog(page).locator('.reply details').all()
    expect(await first!.locator('blockquote').isVisible()).toBe(false)
    await first!.locator('summary').click()
    expect(await first!.locator('blockquote').textContent()).toBe(source.quote)
    const link = first!.getByRole('link')
    expect(await link.getAttribute('href')).toBe(source.url)
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer')
    expect(await link.getAttribute('target')).toBe('_blank')
    expect(await second!.locator('summary').textContent()).toContain('visit')
    expect(await second!.locator('a').count()).toBe(0)
  })

  it('grows as it is written, and survives a stream cut inside every character', async () => {
    const { until, open } = gate()
    const deltas = ['Für **Räder** ', 'und 🚲, ', '你好.\n\n- eins\n- zwei']
    stage.stub.answer = () => ({ deltas, pieces: 1, until })
    const { page } = await stage.visit()
    await openChat(page)
    await input(page).fill('Wofür?')
    await input(page).press('Enter')
    const answer = dialog(page).locator('.answer')
    await answer.getByText('zwei').waitFor()
    expect(await answer.locator('li').count()).toBe(2)
    expect(await dialog(page).locator('.send').getAttribute('aria-label')).toBe('Stop')
    open()
    await dialog(page).getByRole('button', { name: 'Send' }).waitFor()
    expect(await answer.textContent()).toBe('Für Räder und 🚲, 你好.einszwei')
  })

  it('is taken whole where a proxy turned the stream into JSON', async () => {
    stage.stub.answer = () => ({ json: true, response: 'All at once.', sources: [source] })
    const { page } = await stage.visit()
    await openChat(page)
    await askFor(page, 'When?')
    expect(await dialog(page).locator('.answer').textContent()).toBe('All at once.')
    expect(await dialog(page).locator('.reply details').count()).toBe(1)
  })

  it('is text, whatever it says', async () => {
    stage.stub.answer = () => ({ response: '<img src=x onerror="document.title=1"> [x](javascript:document.title=1)' })
    const { page } = await stage.visit()
    await openChat(page)
    await askFor(page, '<script>document.title=1</script>')
    expect(await dialog(page).locator('img, script, article a').count()).toBe(0)
    expect(await dialog(page).locator('.answer').textContent()).toContain('<img src=x')
    expect(await page.title()).toBe('A page')
  })

  it('can be copied', async () => {
    stage.stub.answer = () => ({ sources: [source] })
    const { page, context } = await stage.visit()
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await openChat(page)
    await askFor(page, 'When?')
    await dialog(page).getByRole('button', { name: 'Copy' }).click()
    await dialog(page).getByRole('button', { name: 'Copied' }).waitFor()
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(
      'We are open **Tuesday to Saturday**, 9:00 to 18:00.',
    )
  })

  it('leads on with questions to click, at the start and after the latest answer alone', async () => {
    stage.stub.answer = ({ message }) => ({ suggestions: [`After ${message}`] })
    const { page } = await stage.visit()
    await openChat(page)
    await dialog(page).getByRole('button', { name: 'When are you open?' }).click()
    await dialog(page).getByRole('button', { name: 'After When are you open?' }).click()
    await dialog(page).getByRole('button', { name: 'After After When are you open?' }).waitFor()
    expect(stage.stub.questions.map(question => question.message)).toEqual([
      'When are you open?',
      'After When are you open?',
    ])
    expect(await dialog(page).locator('.onward:visible button').count()).toBe(1)
  })

  it('can be stopped, and asked for again', async () => {
    const { until, open } = gate()
    stage.stub.answer = () => ({ deltas: ['Half of it'], until })
    const { page } = await stage.visit()
    await openChat(page)
    await input(page).fill('When?')
    await input(page).press('Enter')
    await log(page).getByText('Half of it').waitFor()
    await dialog(page).getByRole('button', { name: 'Stop' }).click()
    await dialog(page).getByText('Stopped.').waitFor()
    expect(await dialog(page).locator('.answer').textContent()).toBe('Half of it')
    open()
    stage.stub.answer = () => ({ response: 'All of it' })
    await dialog(page).getByRole('button', { name: 'Try again' }).click()
    await log(page).getByText('All of it').waitFor()
    expect(await dialog(page).locator('article').count()).toBe(1)
  })

  it('that comes while the chat is closed is marked on the launcher, and takes no focus', async () => {
    const { until, open } = gate()
    stage.stub.answer = () => ({ until })
    const { page } = await stage.visit({ body: '<input id="own">' })
    await openChat(page)
    await input(page).fill('When?')
    await input(page).press('Enter')
    await page.keyboard.press('Escape')
    await page.locator('#own').focus()
    open()
    await page.locator('parley-chat').getByRole('button', { name: 'Chat: new answer' }).waitFor()
    expect(await page.locator('parley-chat .badge').isVisible()).toBe(true)
    expect(await page.evaluate(() => document.activeElement!.id)).toBe('own')
    await openChat(page)
    expect(await page.locator('parley-chat .badge').isVisible()).toBe(false)
  })
})

describe('the conversation', () => {
  it('goes on in its session after a reload, and is gone after New chat', async () => {
    const { page } = await stage.visit()
    await openChat(page)
    await askFor(page, 'First')
    await page.reload()
    await openChat(page)
    expect(await dialog(page).locator('.question').textContent()).toContain('First')
    await askFor(page, 'Second')
    expect(stage.stub.questions[1]).toMatchObject({ message: 'Second', session_id: 'session-1' })
    await dialog(page).getByRole('button', { name: 'New chat' }).click()
    expect(await dialog(page).locator('article').count()).toBe(0)
    await page.reload()
    await openChat(page)
    expect(await dialog(page).locator('article').count()).toBe(0)
    await askFor(page, 'Third')
    expect(stage.stub.questions[2]!.session_id).toBeUndefined()
  })

  it('is kept nowhere with data-history="none", and beyond the tab with "keep"', async () => {
    const storage = () => [localStorage.length, sessionStorage.length]
    for (const [history, expected] of [
      ['none', [0, 0]],
      ['keep', [1, 0]],
    ] as const) {
      const { page } = await stage.visit({ attributes: `data-history="${history}"` })
      await openChat(page)
      await askFor(page, 'First')
      expect(await page.evaluate(storage)).toEqual(expected)
    }
  })

  it('works where storage is forbidden', async () => {
    const { page, said } = await stage.visit({
      head: `<script>for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, { get() { throw new DOMException('', 'SecurityError') } })</script>`,
    })
    await openChat(page)
    await askFor(page, 'First')
    expect(said).toEqual([])
  })

  it('sends with Enter, breaks the line with Shift and Enter, and grows the input', async () => {
    const { page } = await stage.visit()
    await openChat(page)
    expect(await input(page).getAttribute('maxlength')).toBe(String(maxMessage))
    const low = (await input(page).boundingBox())!.height
    await input(page).pressSequentially('One')
    await page.keyboard.press('Shift+Enter')
    await input(page).pressSequentially('Two')
    expect((await input(page).boundingBox())!.height).toBeGreaterThan(low)
    await page.keyboard.press('Enter')
    await expect.poll(() => stage.stub.questions.map(question => question.message)).toEqual(['One\nTwo'])
    expect(await input(page).inputValue()).toBe('')
    expect((await input(page).boundingBox())!.height).toBe(low)
  })

  it('keeps the question in sight while a long answer grows', async () => {
    stage.stub.answer = () => ({ response: Array.from({ length: 60 }, (_, i) => `Line ${i}.`).join('\n\n') })
    const { page } = await stage.visit()
    await openChat(page)
    await askFor(page, 'Tell me all')
    const log = (await dialog(page).locator('.log').boundingBox())!
    const question = (await dialog(page).locator('.question').boundingBox())!
    expect(question.y).toBeGreaterThanOrEqual(log.y)
    expect(question.y).toBeLessThan(log.y + 40)
  })
})

describe('when it cannot answer', () => {
  const cases: [name: string, scripted: Scripted, words: string, again: boolean][] = [
    ['too many questions at once', { problem: { status: 429, code: 'rate_limited' } }, 'That was a little fast.', true],
    [
      'the month is used up',
      { problem: { status: 429, code: 'quota_exceeded', resets_at: '2025-02-01T00:00:00.000Z' } },
      'It will be back on 1 February.',
      false,
    ],
    ['the bot is off', { problem: { status: 404, code: 'bot_unavailable' } }, 'not available here', false],
    ['the page is not allowed', { problem: { status: 403, code: 'origin_not_allowed' } }, 'not available here', false],
    ['the message is too long', { problem: { status: 413, code: 'payload_too_large' } }, 'too long', false],
    ['the server fails', { problem: { status: 500, code: 'internal' } }, 'went wrong on our side', true],
  ]
  for (const [name, scripted, words, again] of cases) {
    it(`says so kindly: ${name}`, async () => {
      stage.stub.answer = () => scripted
      const { page } = await stage.visit({ context: { locale: 'en-GB', timezoneId: 'UTC' } })
      await openChat(page)
      await askFor(page, 'When?')
      await dialog(page).locator('.note', { hasText: words }).waitFor()
      const retry = dialog(page).getByRole('button', { name: 'Try again' })
      expect(await retry.count()).toBe(again ? 1 : 0)
      if (!again) return
      stage.stub.answer = () => ({ response: 'Now it works.' })
      await retry.click()
      await log(page).getByText('Now it works.').waitFor()
      expect(await dialog(page).locator('.reply .note').count()).toBe(0)
    })
  }

  it('says that the connection broke, and keeps what came', async () => {
    const { until, open } = gate()
    stage.stub.answer = () => ({ deltas: ['Half of it'], until, cut: true })
    const { page } = await stage.visit()
    await openChat(page)
    await input(page).fill('When?')
    await input(page).press('Enter')
    await log(page).getByText('Half of it').waitFor()
    open()
    await log(page).getByText('The connection broke').waitFor()
    expect(await dialog(page).locator('.answer').textContent()).toBe('Half of it')
    expect(await dialog(page).getByRole('button', { name: 'Try again' }).count()).toBe(1)
  })

  it('says that the visitor is offline, and keeps the question for later', async () => {
    const { page, context } = await stage.visit()
    await openChat(page)
    await context.setOffline(true)
    await askFor(page, 'When?')
    await log(page).getByText('You seem to be offline.').waitFor()
    await context.setOffline(false)
    await dialog(page).getByRole('button', { name: 'Try again' }).click()
    await log(page).getByText('Tuesday to Saturday').waitFor()
  })

  it('says from the start that a bot is not to be had', async () => {
    stage.stub.bot = undefined
    const { page } = await stage.visit()
    await openChat(page)
    await dialog(page).getByText('The assistant is not available here at the moment.').waitFor()
  })

  it('can be opened on the next try when the chat itself did not arrive', async () => {
    const { page, context } = await stage.visit()
    await launcher(page).waitFor()
    await context.setOffline(true)
    await launcher(page).click()
    await expect.poll(() => launcher(page).getAttribute('title')).toBe('Offline')
    await context.setOffline(false)
    await openChat(page)
    expect(await dialog(page).isVisible()).toBe(true)
  })
})

describe('languages', () => {
  it('follow the browser, with English for what is not spoken', async () => {
    for (const [locale, placeholder] of [
      ['de-AT', 'Stellen Sie eine Frage'],
      ['fr-CA', 'Posez une question'],
      ['es-MX', 'Haga una pregunta'],
      ['cy-GB', 'Ask a question'],
    ] as const) {
      const { page } = await stage.visit({ context: { locale } })
      await openChat(page)
      expect(await input(page).getAttribute('placeholder')).toBe(placeholder)
    }
  })
})
