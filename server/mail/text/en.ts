/** The words of mails in English. Every other language is of this shape. */
import type { Lead } from '../../store/records.ts'
import type { Content } from '../layout.ts'
import type { About } from '../post.ts'

export interface Words {
  /** Above a code that can be typed. */
  code: string
  off: string
  verify(company: string): Content
  taken(signIn: string, forgot: string): Content
  reset(company: string): Content
  change(company: string): Content
  email_changed(company: string, about: About['email_changed']): Content
  password_changed(company: string, about: About['password_changed'], forgot: string): Content
  key_made(company: string, about: About['key_made'], keys: string): Content
  leads_address(company: string): Content
  lead(company: string, lead: Lead, page: string): Content
  usage(company: string, about: About['usage'], plan: string): Content
  summary(company: string, about: About['summary'], improve: string): Content
  plan_request(about: About['plan_request']): Content
}

const moment = (iso: string) =>
  `${new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }).format(new Date(iso))} UTC`
const day = (iso: string) =>
  new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' }).format(new Date(iso))
const number = (n: number) => n.toLocaleString('en')
const link = (label: string) => ({ label, url: '' })

export const en: Words = {
  code: 'Or type this code in the portal',
  off: 'Stop these mails',
  verify: company => ({
    subject: 'Please confirm your e-mail address',
    lines: [`Welcome. ${company} has an account with this address; please confirm that it is yours.`],
    action: link('Confirm the address'),
    after: [
      'Your bot answers meanwhile; nothing waits for this. With a confirmed address you hear of visitors who want to be called back, and you can set a new password when you need one.',
      'The link works for three days.',
    ],
    why: 'Somebody typed this address when an account was opened. If that was not you, do nothing.',
  }),
  taken: (signIn, forgot) => ({
    subject: 'You have an account already',
    lines: [
      'Somebody, probably you, wanted to use this address for an account. There is one with it already, so nothing was changed.',
      `Sign in with it here: ${signIn}`,
      `If you do not know the password any more, set a new one: ${forgot}`,
    ],
    why: 'If it was not you, do nothing: nobody has got in.',
  }),
  reset: company => ({
    subject: 'Set a new password',
    lines: [`Here is the link to set a new password for the account of ${company}.`],
    action: link('Set a new password'),
    after: ['It works once, within an hour. Then everybody who is signed in to the account is signed out.'],
    why: 'Somebody asked for this on the sign-in page. If that was not you, do nothing: the password stays.',
  }),
  change: company => ({
    subject: 'Please confirm your new e-mail address',
    lines: [`The account of ${company} is to have this address. Please confirm that it is yours.`],
    action: link('Confirm the new address'),
    after: ['Until then the old address stays. The link works for a day.'],
    why: 'Somebody who is signed in to that account typed this address. If you do not know of it, do nothing.',
  }),
  email_changed: (company, { to, at, ip }) => ({
    subject: 'The e-mail address of your account was changed',
    lines: [`The account of ${company} has a new e-mail address.`],
    facts: [
      ['New address', to],
      ['When', moment(at)],
      ['From', ip],
    ],
    after: ['If this was not you, write to whoever runs this service at once.'],
    why: 'You get this because the account had this address until now.',
  }),
  password_changed: (company, { at, ip }, forgot) => ({
    subject: 'Your password was changed',
    lines: [`The password of the account of ${company} was changed, and other sessions have ended.`],
    facts: [
      ['When', moment(at)],
      ['From', ip],
    ],
    after: [`If this was not you, set a new one at once: ${forgot}`],
    why: 'Mails about the safety of your account cannot be switched off.',
  }),
  key_made: (company, { name, hint, at, ip }, keys) => ({
    subject: 'A new secret key for your account',
    lines: [`A secret key was made for the account of ${company}.`],
    facts: [
      ['Name', name],
      ['Begins with', hint],
      ['When', moment(at)],
      ['From', ip],
    ],
    after: [`If this was not you, revoke it and change your password: ${keys}`],
    why: 'Mails about the safety of your account cannot be switched off.',
  }),
  leads_address: company => ({
    subject: `Messages of visitors of ${company}`,
    lines: [
      `${company} wants to send messages that visitors leave with its bot to this address. Please confirm that you want them.`,
    ],
    action: link('Yes, send them here'),
    after: ['The link works for three days.'],
    why: 'If you do not know of it, do nothing: without your yes, nothing is sent.',
  }),
  lead: (company, lead, page) => ({
    subject: `${lead.name || lead.email || lead.phone} wants to hear from you`,
    lines: [`A visitor left a message with the bot of ${company}.`],
    facts: (
      [
        ['Name', lead.name],
        ['E-mail', lead.email],
        ['Phone', lead.phone],
        ['Page', lead.page],
      ] as [string, string][]
    ).filter(([, value]) => value),
    ...(lead.message && { quote: lead.message }),
    action: { label: 'Open in the portal', url: page },
    after: lead.email ? ['An answer to this mail goes to the visitor.'] : [],
    why: `You get a mail for each message that visitors leave with the bot of ${company}.`,
  }),
  usage: (company, { percent, limit, resets_at }, plan) => ({
    subject: percent >= 100 ? 'This month’s questions are used up' : `${percent} % of this month’s questions are used`,
    lines:
      percent >= 100
        ? [
            `The bot of ${company} has answered all ${number(limit)} questions of this month’s plan. Until ${day(resets_at)} it tells visitors that it cannot answer now.`,
          ]
        : [
            `The bot of ${company} has used ${percent} % of the ${number(limit)} questions of this month’s plan. It starts again at 0 on ${day(resets_at)}.`,
          ],
    action: { label: 'See the plans', url: plan },
    why: 'You get this at 80 % and at 100 % of a month’s questions.',
  }),
  summary: (company, { from, to, requests, answered, leads, unanswered }, improve) => ({
    subject: `Your bot’s week: ${number(requests)} ${requests === 1 ? 'question' : 'questions'}`,
    lines: [`The bot of ${company}, ${day(from)} to ${day(to)}.`],
    facts: [
      ['Questions', number(requests)],
      ['Answered', `${number(answered)} (${Math.round((answered / Math.max(1, requests)) * 100)} %)`],
      ['Messages of visitors', number(leads)],
    ],
    ...(unanswered.length > 0 && {
      list: {
        title: 'What it did not know',
        items: unanswered.map(({ question, times }) => (times > 1 ? `${question} (${times} times)` : question)),
      },
    }),
    action: {
      label: unanswered.length > 0 ? 'Write the answers' : 'Open the portal',
      url: improve,
    },
    why: 'You get this on Mondays, when there were questions in the week before.',
  }),
  plan_request: ({ client_id, company, email, plan }) => ({
    subject: `${company} asks for the ${plan} plan`,
    lines: [`${company} asks for the ${plan} plan.`],
    facts: [
      ['Client', client_id],
      ['E-mail', email],
      ['Plan', plan],
    ],
    why: 'You get this because OPERATOR_MAIL names this address.',
  }),
}
