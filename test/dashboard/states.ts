/** Every page of the portal and the states it can be in, for looking at each of them. */
import type { Page } from 'playwright-core'
import { knowledge } from '../../server/store/records.ts'
import { update } from '../../server/store/store.ts'
import { type Portal, t, teach, type Visit } from './portal.ts'

export interface State {
  name: string
  path: string
  act?: (page: Page) => Promise<unknown>
}

export const dialogOpen = (page: Page) => page.getByRole('dialog').waitFor()
export const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

export const outside: State[] = [
  { name: 'sign in', path: '/portal/sign-in' },
  {
    name: 'sign in, refused',
    path: '/portal/sign-in',
    async act(page) {
      await page.getByLabel(t.signIn.email).fill('nobody@example.com')
      await page.getByLabel(t.signIn.password, { exact: true }).fill('wrong')
      await press(page, t.signIn.action)
      await page.getByRole('alert').waitFor()
    },
  },
  {
    name: 'register, with complaints',
    path: '/portal/register?plan=premium',
    async act(page) {
      await press(page, t.register.action)
      await page.locator('[aria-invalid="true"]').first().waitFor()
    },
  },
]

/** Where links in mails lead, signed in or not. */
export const linked: State[] = [
  { name: 'forgot', path: '/portal/forgot' },
  {
    name: 'forgot, sent',
    path: '/portal/forgot',
    async act(page) {
      await page.getByLabel(t.signIn.email).fill('somebody@example.com')
      await press(page, t.forgot.action)
      await page.getByRole('heading', { name: t.forgot.sentTitle }).waitFor()
    },
  },
  { name: 'reset without a link', path: '/portal/reset' },
  {
    name: 'reset with a stale link',
    path: '/portal/reset#stale',
    async act(page) {
      await page.getByLabel(t.account.newPassword, { exact: true }).fill('a lighthouse at dawn')
      await press(page, t.reset.action)
      await page.getByRole('alert').waitFor()
    },
  },
  { name: 'confirm', path: '/portal/confirm#token' },
  { name: 'confirm without a link', path: '/portal/confirm' },
  { name: 'stop notices', path: '/portal/notices-off#token' },
]

export const newcomer: State[] = [
  { name: 'overview of a newcomer', path: '/portal/' },
  { name: 'welcome', path: '/portal/welcome' },
  { name: 'conversations, none', path: '/portal/conversations' },
  { name: 'leads, none', path: '/portal/leads' },
  { name: 'sources, none', path: '/portal/sources' },
  { name: 'analytics, nothing asked', path: '/portal/analytics' },
  { name: 'model', path: '/portal/model' },
  { name: 'improve, nothing waits', path: '/portal/improve' },
  { name: 'improve, no complaints', path: '/portal/improve/rated' },
  { name: 'golden questions, none', path: '/portal/improve/goldens' },
  { name: 'knowledge, empty', path: '/portal/knowledge' },
  { name: 'review, nothing to decide', path: '/portal/review' },
  { name: 'review, no news from sources', path: '/portal/review/changed' },
  { name: 'categories, none', path: '/portal/categories' },
  { name: 'spreadsheet', path: '/portal/spreadsheet' },
]

/** A file for the first field that takes one. */
const give = (page: Page, text: string) =>
  page
    .locator('input[type=file]')
    .setInputFiles({ name: 'Shelves.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })

export const inside: State[] = [
  {
    name: 'overview with its table',
    path: '/portal/',
    act: page => page.getByText(t.overview.asTable).click(),
  },
  { name: 'knowledge', path: '/portal/knowledge' },
  {
    name: 'knowledge, some chosen',
    path: '/portal/knowledge',
    act: page => page.locator('.entry-choose').first().check(),
  },
  { name: 'knowledge, nothing found', path: '/portal/knowledge?search=zeppelin' },
  { name: 'knowledge, second page', path: '/portal/knowledge?page=2' },
  {
    name: 'knowledge, deleted with undo',
    path: '/portal/knowledge',
    async act(page) {
      await page
        .getByRole('button', { name: /^Delete “/ })
        .first()
        .click()
      await page.getByRole('button', { name: t.undo }).waitFor()
    },
  },
  {
    name: 'knowledge, delete everything',
    path: '/portal/knowledge',
    async act(page) {
      await press(page, t.clear.open)
      await dialogOpen(page)
      await press(page, t.clear.action)
      await page.locator('[aria-invalid="true"]').waitFor()
    },
  },
  {
    name: 'a new question, with complaints and another way to ask',
    path: '/portal/knowledge/new?question=Do+you+repair+globes%3F',
    async act(page) {
      await press(page, t.entry.addAlternate)
      await press(page, t.entry.save)
      await page.locator('[aria-invalid="true"]').waitFor()
    },
  },
  {
    name: 'a new text',
    path: '/portal/knowledge/new',
    act: page => page.getByRole('radio', { name: t.entry.text }).check(),
  },
  { name: 'an entry', path: '/portal/knowledge/shelf-3' },
  {
    name: 'an entry, tested',
    path: '/portal/knowledge/shelf-3',
    async act(page) {
      await press(page, t.trial.run)
      await page.locator('.trial-row').first().waitFor()
    },
  },
  {
    name: 'knowledge, some to be moved',
    path: '/portal/knowledge',
    async act(page) {
      await page.locator('.entry-choose').first().check()
      await press(page, t.bulk.move)
      await dialogOpen(page)
    },
  },
  {
    name: 'review, one answer kept',
    path: '/portal/review',
    async act(page) {
      await page.locator('.pair').first().waitFor()
      await page
        .getByRole('button', { name: new RegExp(`^${t.review.bothRight}`) })
        .first()
        .click()
      await page.getByRole('button', { name: t.undo }).waitFor()
    },
  },
  { name: 'review', path: '/portal/review' },
  {
    name: 'review, writing a flagged entry anew',
    path: '/portal/review/changed',
    async act(page) {
      await page.getByRole('button', { name: t.review.rework }).first().click()
      await page.getByLabel(t.entry.content, { exact: true }).waitFor()
    },
  },
  {
    name: 'categories, joining two',
    path: '/portal/categories',
    async act(page) {
      await press(page, t.categories.renameNamed('First floor'))
      await page.getByLabel(t.categories.name('First floor')).fill('Ground floor')
      await page.getByText(t.categories.joins('Ground floor', 12)).waitFor()
    },
  },
  {
    name: 'spreadsheet, a difference',
    path: '/portal/spreadsheet',
    async act(page) {
      await give(page, 'id,title,content\nshelf-1,Shelf one,On shelf 1 are books about boats.\n,,A shelf of its own.\n')
      await page.locator('.cell').first().waitFor()
    },
  },
  {
    name: 'spreadsheet, refused row by row',
    path: '/portal/spreadsheet',
    async act(page) {
      await give(page, 'id,kind,content\nshelf-1,poem,x\nshelf-2,,\n')
      await page.getByRole('alert').waitFor()
    },
  },
  { name: 'an entry that is gone', path: '/portal/knowledge/no-such-entry' },
  {
    name: 'try it, answered and not',
    path: '/portal/try',
    async act(page) {
      for (const question of ['What is on shelf 7?', 'Who won the regatta in Lisbon?']) {
        await page.getByLabel(t.tryBot.message).fill(question)
        await page.keyboard.press('Enter')
        await page.getByRole('button', { name: t.tryBot.send, exact: true }).waitFor()
      }
    },
  },
  {
    name: 'bot settings, with a complaint',
    path: '/portal/bot/where',
    async act(page) {
      await press(page, t.bot.addOrigin)
      await page.getByLabel(t.bot.origin(1), { exact: true }).fill('ftp://example.com')
      await press(page, t.bot.save)
      await page.locator('[aria-invalid="true"]').waitFor()
    },
  },
  { name: 'bot: look', path: '/portal/bot' },
  {
    name: 'bot: words, with languages',
    path: '/portal/bot/words',
    async act(page) {
      for (const language of ['de', 'en']) await page.getByLabel(t.bot.addLanguage).selectOption(language)
    },
  },
  {
    name: 'bot: answers, with words in one language',
    path: '/portal/bot/answers',
    act: page => page.getByLabel(t.bot.addRefusal).selectOption('de'),
  },
  {
    name: 'bot: people and hours',
    path: '/portal/bot/people',
    async act(page) {
      await press(page, t.bot.addWay)
      await page.getByLabel(t.bot.hoursOn).check()
      await press(page, t.bot.addClosed)
    },
  },
  {
    name: 'bot: privacy, with complaints',
    path: '/portal/bot/privacy',
    async act(page) {
      await page.getByLabel(t.bot.retentionDays).fill('0')
      await press(page, t.bot.save)
      await page.locator('[aria-invalid="true"]').waitFor()
    },
  },
  { name: 'bot: preview', path: '/portal/bot/preview' },
  { name: 'integrate', path: '/portal/integrate' },
  { name: 'keys', path: '/portal/keys' },
  {
    name: 'a new key',
    path: '/portal/keys',
    async act(page) {
      await press(page, t.keys.make)
      await page.getByRole('dialog').getByLabel(t.keys.name).fill('Till')
      await page.getByRole('dialog').getByRole('button', { name: t.keys.make }).click()
      await page.getByRole('dialog', { name: t.keys.shownTitle }).waitFor()
    },
  },
  {
    name: 'making a key, with complaints',
    path: '/portal/keys',
    async act(page) {
      await press(page, t.keys.make)
      await page.getByRole('dialog').getByLabel(t.keys.scopeTitle.chat).uncheck()
      await page.getByRole('dialog').getByRole('button', { name: t.keys.make }).click()
      await page.locator('[aria-invalid="true"]').first().waitFor()
    },
  },
  {
    name: 'replacing a key',
    path: '/portal/keys',
    async act(page) {
      await press(page, t.keys.rotateTitle('First key'))
      await dialogOpen(page)
    },
  },
  { name: 'sources', path: '/portal/sources' },
  {
    name: 'analytics with a table',
    path: '/portal/analytics',
    act: page => page.getByText(t.overview.asTable).first().click(),
  },
  { name: 'conversations', path: '/portal/conversations' },
  {
    name: 'taking conversations along',
    path: '/portal/conversations?answered=no',
    async act(page) {
      await press(page, t.takeAlong.open)
      await dialogOpen(page)
    },
  },
  { name: 'conversations, nothing found', path: '/portal/conversations?search=zeppelin&from=2026-01-01&lang=fr' },
  {
    name: 'leads, one dealt with',
    path: '/portal/leads',
    async act(page) {
      await press(page, t.leads.handleThis('Nadia'))
      await page.getByRole('button', { name: t.leads.reopenThis('Nadia') }).waitFor()
    },
  },
  { name: 'improve, badly rated', path: '/portal/improve/rated' },
  {
    name: 'a conversation, with the reason for an answer',
    path: '/portal/conversations',
    async act(page) {
      await page.locator('.entry-link').first().click()
      await page.getByText(t.why.open).first().click()
      await page.locator('.why-body').first().waitFor()
    },
  },
  {
    name: 'improve, writing an answer',
    path: '/portal/improve',
    async act(page) {
      await page.getByRole('button', { name: t.overview.writeAnswer }).first().click()
      await page.getByLabel(t.entry.answer, { exact: true }).waitFor()
    },
  },
  {
    name: 'golden questions, adding one',
    path: '/portal/improve/goldens',
    async act(page) {
      await press(page, t.goldens.add)
      await dialogOpen(page)
    },
  },
  { name: 'account', path: '/portal/account' },
  { name: 'account: plan', path: '/portal/account/plan' },
  {
    name: 'account: sign-in, with complaints',
    path: '/portal/account/security',
    async act(page) {
      await press(page, t.account.changePassword)
      await page.locator('[aria-invalid="true"]').first().waitFor()
    },
  },
  { name: 'account: mails', path: '/portal/account/notices' },
  { name: 'account: history', path: '/portal/account/history' },
  {
    name: 'account: closing',
    path: '/portal/account/data',
    async act(page) {
      await press(page, t.account.closeOpen)
      await dialogOpen(page)
    },
  },
  { name: 'not found', path: '/portal/no/such/page' },
]

export const shelves = Array.from({ length: 24 }, (_, i) => ({
  id: `shelf-${i}`,
  title: `Shelf ${i}`,
  content: `On shelf ${i} are books that begin with letter ${i}. ${'https://example.com/a-very-long-address-without-a-break/'.repeat(3)}`,
  category: i % 2 ? 'Ground floor' : 'First floor',
  source: i % 3 ? 'Floor plan' : 'Catalogue',
}))

/** What visitors did before anyone looks: a question without an answer, an answer that did not help, a lead. */
export async function happened({ context }: Visit): Promise<void> {
  const post = async (path: string, data: object) => (await context.request.post(path, { data })).json()
  await post('/api/chat', { message: 'Who wrote the sea shanties?' })
  const { answer_id, session_id } = await post('/api/chat', { message: 'What is on shelf 7?' })
  await post(`/api/chat/${answer_id}/feedback`, { rating: 'down', session_id })
  await post('/api/leads', { email: 'visitor@example.org', name: 'Nadia', message: 'Please ring before noon.' })
}

/** Entries that repeat and contradict each other, beside the shelves. */
export const disputed = [
  { id: 'sunday', kind: 'qa', question: 'Is the shop open on Sundays?', content: 'Yes, from ten to four.' },
  { id: 'no-sunday', kind: 'qa', question: 'Is the shop open on Sundays', content: 'No, only in December.' },
  {
    id: 'lending',
    title: 'Lending',
    content: 'A book may be borrowed for three weeks and costs 2 crowns for each further day, whoever asks for it.',
  },
  {
    id: 'lending-old',
    title: 'Lending, old',
    content: 'A book may be borrowed for three weeks and costs 3 crowns for each further day, whoever asks for it.',
  },
]

/** A library that needs its owner: entries in dispute, and two whose source has news. */
export async function neglected({ server }: Portal, visit: Visit, clientId: string): Promise<void> {
  await teach(visit, disputed)
  const incoming = { kind: 'text', title: 'Shelf 2', question: '', content: 'On shelf 2 are maps.', hash: 'h' }
  await server.store.commit([
    update(knowledge, 'shelf-2', { flag: 'changed', incoming, source_id: 's' }, clientId),
    update(knowledge, 'shelf-4', { flag: 'gone', source_id: 's' }, clientId),
  ])
}
