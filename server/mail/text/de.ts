/** Die Worte der Mails auf Deutsch. */
import type { Words } from './en.ts'

const moment = (iso: string) =>
  `${new Intl.DateTimeFormat('de-DE', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }).format(new Date(iso))} UTC`
const day = (iso: string) =>
  new Intl.DateTimeFormat('de-DE', { day: 'numeric', month: 'long', timeZone: 'UTC' }).format(new Date(iso))
const number = (n: number) => n.toLocaleString('de')
const link = (label: string) => ({ label, url: '' })

export const de: Words = {
  code: 'Oder geben Sie diesen Code im Portal ein',
  off: 'Diese Mails abbestellen',
  verify: company => ({
    subject: 'Bitte bestätigen Sie Ihre E-Mail-Adresse',
    lines: [
      `Willkommen. Zu dieser Adresse gibt es ein Konto von ${company}; bitte bestätigen Sie, dass sie Ihnen gehört.`,
    ],
    action: link('Adresse bestätigen'),
    after: [
      'Ihr Bot antwortet inzwischen; nichts wartet darauf. Mit einer bestätigten Adresse erfahren Sie von Besuchern, die angerufen werden möchten, und können ein neues Passwort setzen, wenn Sie eines brauchen.',
      'Der Link gilt drei Tage.',
    ],
    why: 'Jemand hat diese Adresse beim Eröffnen eines Kontos angegeben. Waren Sie das nicht, brauchen Sie nichts zu tun.',
  }),
  taken: (signIn, forgot) => ({
    subject: 'Sie haben schon ein Konto',
    lines: [
      'Jemand, wahrscheinlich Sie selbst, wollte diese Adresse für ein Konto nehmen. Es gibt schon eines damit, darum hat sich nichts geändert.',
      `Hier melden Sie sich damit an: ${signIn}`,
      `Wenn Sie das Passwort nicht mehr wissen, setzen Sie ein neues: ${forgot}`,
    ],
    why: 'Waren Sie es nicht, brauchen Sie nichts zu tun: Es ist niemand hineingekommen.',
  }),
  reset: company => ({
    subject: 'Neues Passwort setzen',
    lines: [`Hier ist der Link, mit dem Sie ein neues Passwort für das Konto von ${company} setzen.`],
    action: link('Neues Passwort setzen'),
    after: ['Er gilt einmal und eine Stunde lang. Danach sind alle abgemeldet, die in dem Konto angemeldet waren.'],
    why: 'Jemand hat auf der Anmeldeseite darum gebeten. Waren Sie das nicht, brauchen Sie nichts zu tun: Das Passwort bleibt.',
  }),
  change: company => ({
    subject: 'Bitte bestätigen Sie Ihre neue E-Mail-Adresse',
    lines: [`Das Konto von ${company} soll diese Adresse bekommen. Bitte bestätigen Sie, dass sie Ihnen gehört.`],
    action: link('Neue Adresse bestätigen'),
    after: ['Bis dahin bleibt die alte Adresse. Der Link gilt einen Tag.'],
    why: 'Jemand, der in dem Konto angemeldet ist, hat diese Adresse angegeben. Wissen Sie nichts davon, brauchen Sie nichts zu tun.',
  }),
  email_changed: (company, { to, at, ip }) => ({
    subject: 'Die E-Mail-Adresse Ihres Kontos wurde geändert',
    lines: [`Das Konto von ${company} hat eine neue E-Mail-Adresse.`],
    facts: [
      ['Neue Adresse', to],
      ['Wann', moment(at)],
      ['Von', ip],
    ],
    after: ['Waren Sie das nicht, schreiben Sie gleich dem Betreiber dieses Dienstes.'],
    why: 'Sie bekommen das, weil das Konto bisher diese Adresse hatte.',
  }),
  password_changed: (company, { at, ip }, forgot) => ({
    subject: 'Ihr Passwort wurde geändert',
    lines: [`Das Passwort des Kontos von ${company} wurde geändert, andere Sitzungen sind beendet.`],
    facts: [
      ['Wann', moment(at)],
      ['Von', ip],
    ],
    after: [`Waren Sie das nicht, setzen Sie gleich ein neues: ${forgot}`],
    why: 'Mails zur Sicherheit Ihres Kontos lassen sich nicht abbestellen.',
  }),
  key_made: (company, { name, hint, at, ip }, keys) => ({
    subject: 'Ein neuer geheimer Schlüssel für Ihr Konto',
    lines: [`Für das Konto von ${company} wurde ein geheimer Schlüssel gemacht.`],
    facts: [
      ['Name', name],
      ['Beginnt mit', hint],
      ['Wann', moment(at)],
      ['Von', ip],
    ],
    after: [`Waren Sie das nicht, widerrufen Sie ihn und ändern Sie Ihr Passwort: ${keys}`],
    why: 'Mails zur Sicherheit Ihres Kontos lassen sich nicht abbestellen.',
  }),
  leads_address: company => ({
    subject: `Nachrichten von Besuchern: ${company}`,
    lines: [
      `${company} möchte Nachrichten, die Besucher beim Bot hinterlassen, an diese Adresse schicken. Bitte bestätigen Sie, dass Sie sie haben möchten.`,
    ],
    action: link('Ja, hierher schicken'),
    after: ['Der Link gilt drei Tage.'],
    why: 'Wissen Sie nichts davon, brauchen Sie nichts zu tun: Ohne Ihr Ja wird nichts geschickt.',
  }),
  lead: (company, lead, page) => ({
    subject: `${lead.name || lead.email || lead.phone} möchte von Ihnen hören`,
    lines: [`Ein Besucher hat beim Bot von ${company} eine Nachricht hinterlassen.`],
    facts: (
      [
        ['Name', lead.name],
        ['E-Mail', lead.email],
        ['Telefon', lead.phone],
        ['Seite', lead.page],
      ] as [string, string][]
    ).filter(([, value]) => value),
    ...(lead.message && { quote: lead.message }),
    action: { label: 'Im Portal öffnen', url: page },
    after: lead.email ? ['Eine Antwort auf diese Mail geht an den Besucher.'] : [],
    why: `Sie bekommen eine Mail für jede Nachricht, die Besucher beim Bot von ${company} hinterlassen.`,
  }),
  usage: (company, { percent, limit, resets_at }, plan) => ({
    subject:
      percent >= 100
        ? 'Die Fragen dieses Monats sind aufgebraucht'
        : `${percent} % der Fragen dieses Monats sind verbraucht`,
    lines:
      percent >= 100
        ? [
            `Der Bot von ${company} hat alle ${number(limit)} Fragen seines Tarifs in diesem Monat beantwortet. Bis zum ${day(resets_at)} sagt er Besuchern, dass er gerade nicht antworten kann.`,
          ]
        : [
            `Der Bot von ${company} hat ${percent} % der ${number(limit)} Fragen seines Tarifs in diesem Monat verbraucht. Am ${day(resets_at)} beginnt er wieder bei 0.`,
          ],
    action: { label: 'Tarife ansehen', url: plan },
    why: 'Sie bekommen das bei 80 % und bei 100 % der Fragen eines Monats.',
  }),
  summary: (company, { from, to, requests, answered, leads, unanswered }, improve) => ({
    subject: `Die Woche Ihres Bots: ${number(requests)} ${requests === 1 ? 'Frage' : 'Fragen'}`,
    lines: [`Der Bot von ${company}, ${day(from)} bis ${day(to)}.`],
    facts: [
      ['Fragen', number(requests)],
      ['Beantwortet', `${number(answered)} (${Math.round((answered / Math.max(1, requests)) * 100)} %)`],
      ['Nachrichten von Besuchern', number(leads)],
    ],
    ...(unanswered.length > 0 && {
      list: {
        title: 'Was er nicht wusste',
        items: unanswered.map(({ question, times }) => (times > 1 ? `${question} (${times}-mal)` : question)),
      },
    }),
    action: {
      label: unanswered.length > 0 ? 'Antworten schreiben' : 'Portal öffnen',
      url: improve,
    },
    why: 'Sie bekommen das montags, wenn es in der Woche davor Fragen gab.',
  }),
  plan_request: ({ client_id, company, email, plan }) => ({
    subject: `${company} fragt nach dem Tarif ${plan}`,
    lines: [`${company} fragt nach dem Tarif ${plan}.`],
    facts: [
      ['Kunde', client_id],
      ['E-Mail', email],
      ['Tarif', plan],
    ],
    why: 'Sie bekommen das, weil OPERATOR_MAIL diese Adresse nennt.',
  }),
}
