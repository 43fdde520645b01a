/** Makes the mail of an outbox row: what it is about, in its reader's language, with links that are made now. */
import type { Config, MailConfig } from '../config.ts'
import { type Client, clients, leads, type Mail, notices as noticeRows } from '../store/records.ts'
import type { Change, Store } from '../store/store.ts'
import { asHtml, asText, type Content } from './layout.ts'
import { type Notice, wants } from './notice.ts'
import type { About, MailKind } from './post.ts'
import { de } from './text/de.ts'
import { en, type Words } from './text/en.ts'
import type { MailTokens, Purpose } from './token.ts'
import type { Envelope } from './transport.ts'

/** Null: what it is about is gone, or nobody wants it any more. `changes` must be durable before it is sent. */
export type Compose = (row: Mail) => Promise<{ envelope: Envelope; changes: Change[] } | null>

export interface ComposeDeps {
  store: Store
  config: Pick<Config, 'publicUrl'> & { mail: MailConfig }
  tokens: MailTokens
}

const languages: Record<string, Words> = { en, de }
/** The language of a mail: one that there is, from a tag such as de-AT. */
export const mailLanguage = (tag: string): string => {
  const base = tag.toLowerCase().split('-')[0] ?? ''
  return base in languages ? base : 'en'
}

/** Mails that can be switched off, and what switches them. */
const noticeOf: Partial<Record<MailKind, Notice>> = { lead: 'leads', usage: 'usage', summary: 'summary' }
const purposeOf: Partial<Record<MailKind, Purpose>> = {
  verify: 'verify',
  reset: 'reset',
  change: 'change',
  leads_address: 'notices',
}

export function createCompose({ store, config, tokens }: ComposeDeps): Compose {
  const portal = `${config.publicUrl}/portal`

  /** Whether the mail still has a reason, now that it is sent. */
  const stands = (kind: MailKind, row: Mail, client: Client | undefined): boolean => {
    if (kind === 'nobody') return false
    if (row.client_id === '') return true
    if (!client?.is_active) return false
    const notice = noticeOf[kind]
    if (notice) return wants(store.table(noticeRows).get(row.client_id), notice)
    if (kind === 'verify') return client.email === row.address && client.email_verified_at === ''
    if (kind === 'reset') return client.email === row.address
    if (kind === 'change') return client.pending_email === row.address
    if (kind === 'leads_address') return store.table(noticeRows).get(row.client_id)?.leads_to_pending === row.address
    return true
  }

  return async row => {
    const kind = row.kind as MailKind
    const client = store.table(clients).get(row.client_id)
    if (!stands(kind, row, client)) return null
    const words = languages[mailLanguage(row.lang)]!
    const changes: Change[] = []
    const issue = (purpose: Purpose) => {
      const { changes: made, ...link } = tokens.issue(row.client_id, purpose, row.address)
      changes.push(...made)
      return link
    }

    const company = client?.company_name ?? ''
    const written = (await write(words, kind, row, { company, portal, store })) as Content | null
    if (!written) return null
    const content: Content = { ...written, subject: line(written.subject) }
    const purpose = purposeOf[kind]
    if (purpose) {
      const { token, code } = issue(purpose)
      const page = purpose === 'reset' ? 'reset' : 'confirm'
      content.action = { label: content.action!.label, url: `${portal}/${page}#${token}` }
      if (purpose !== 'reset') content.code = { label: words.code, value: code }
    }
    const headers: Record<string, string> = {}
    const notice = noticeOf[kind]
    if (notice) {
      const { token } = issue(`off:${notice}`)
      content.off = { label: words.off, url: `${portal}/notices-off#${token}` }
      // RFC 8058: one click in the mail program, which sends a POST.
      headers['List-Unsubscribe'] = `<${config.publicUrl}/mail/off/${token}>`
      headers['List-Unsubscribe-Post'] = 'List-Unsubscribe=One-Click'
    }
    return {
      changes,
      envelope: {
        to: { name: '', address: row.address },
        replyTo: await replyTo(kind, row, store),
        subject: content.subject,
        text: asText(content),
        html: asHtml(content, mailLanguage(row.lang)),
        messageId: row.mail_id,
        headers,
      },
    }
  }
}

interface Place {
  company: string
  portal: string
  store: Store
}

async function write(words: Words, kind: MailKind, row: Mail, place: Place): Promise<Content | null> {
  const { company, portal, store } = place
  const about = row.details as unknown
  switch (kind) {
    case 'lead': {
      const lead = (await store.partition(leads, row.client_id)).get((about as About['lead']).lead_id)
      return lead ? words.lead(company, lead, `${portal}/leads`) : null
    }
    case 'taken':
      return words.taken(`${portal}/sign-in`, `${portal}/forgot`)
    case 'email_changed':
      return words.email_changed(company, about as About['email_changed'])
    case 'password_changed':
      return words.password_changed(company, about as About['password_changed'], `${portal}/forgot`)
    case 'key_made':
      return words.key_made(company, about as About['key_made'], `${portal}/keys`)
    case 'usage':
      return words.usage(company, about as About['usage'], `${portal}/account/plan`)
    case 'summary':
      return words.summary(company, about as About['summary'], `${portal}/improve`)
    case 'plan_request':
      return words.plan_request(about as About['plan_request'])
    case 'nobody':
      return null
    default:
      return words[kind](company)
  }
}

/** A lead is answered by answering the mail. */
async function replyTo(kind: MailKind, row: Mail, store: Store): Promise<string | undefined> {
  if (kind !== 'lead') return undefined
  const lead = (await store.partition(leads, row.client_id)).get((row.details as { lead_id: string }).lead_id)
  return lead?.email || undefined
}

/** A header is one line. */
const line = (text: string) =>
  text
    .replace(/[\s\0-\x1f\x7f\u2028\u2029]+/g, ' ')
    .trim()
    .slice(0, 200)
