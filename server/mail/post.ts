/**
 * What other rooms know of mail: they hand in what a mail is about, get the changes that put it into the outbox, and commit
 * them with their own. So a mail is as durable as what it tells of, and is sent behind everybody's back (sender.ts).
 */
import type { MailConfig } from '../config.ts'
import { clients, type Mail, outbox } from '../store/records.ts'
import { type Change, insert, type Store } from '../store/store.ts'

/** What each kind of mail is about. None holds a secret: links and codes are made when it is sent. */
export interface About {
  /** A link that shows that the account's address is its owner's. */
  verify: Record<string, never>
  /** Somebody wanted an account, or to change theirs, to an address that has one. */
  taken: Record<string, never>
  /** A link to set a new password. */
  reset: Record<string, never>
  /** To the new address: a link that makes it the account's. */
  change: Record<string, never>
  /** To the old address, once it is changed. */
  email_changed: { to: string; at: string; ip: string }
  password_changed: { at: string; ip: string }
  key_made: { name: string; hint: string; at: string; ip: string }
  /** A link that shows that leads may be sent to this address. */
  leads_address: Record<string, never>
  /** What the visitor left is read when it is sent, so that what was deleted before is not. */
  lead: { lead_id: string }
  usage: { percent: number; limit: number; resets_at: string }
  summary: Summary
  /** To the operator. */
  plan_request: { client_id: string; company: string; email: string; plan: string }
  /** To nobody: an unknown address costs the same work as a known one. */
  nobody: Record<string, never>
}
export type MailKind = keyof About

export interface Summary {
  /** UTC calendar days, both included. */
  from: string
  to: string
  requests: number
  answered: number
  leads: number
  /** Questions without an answer, most asked first. */
  unanswered: { question: string; times: number }[]
}

export interface Letter<K extends MailKind> {
  kind: K
  about: About[K]
  /** Empty: the operator's or nobody's. */
  clientId: string
  address: string
  lang: string
}

export interface Post {
  /** False: this installation sends none, and `put` returns no changes. */
  readonly on: boolean
  /** The changes that put a mail into the outbox; none where it is full. */
  put<K extends MailKind>(letter: Letter<K>): Change[]
  /** The same, to a client's own address and in its language. */
  toClient<K extends MailKind>(clientId: string, kind: K, about: About[K]): Change[]
  /** The same, where the address is known to be the client's own. */
  toConfirmed<K extends MailKind>(clientId: string, kind: K, about: About[K]): Change[]
  /** The same, to the operator, where they gave an address. */
  toOperator<K extends MailKind>(kind: K, about: About[K]): Change[]
}

/** Mails that wait at the same time. Beyond `maxNotices` only those that somebody asked for are taken. */
export const maxWaiting = 20_000
export const maxNotices = 10_000
/** A given-up mail can be looked at this long. */
export const keptMs = 30 * 86_400_000

const hourMs = 3_600_000
/** How long sending is tried. A link to a new password that comes a day late only frightens. */
const hoursOf: Partial<Record<MailKind, number>> = { reset: 12, nobody: 1, usage: 48 }
const defaultHours = 72
/** A person waits for these. */
export const asked: readonly string[] = ['reset', 'verify', 'change', 'leads_address', 'taken', 'nobody']

export function createPost(deps: {
  store: Store
  now: () => Date
  newId: () => string
  config: MailConfig | null
  /** Called when a mail found no place. */
  dropped?(kind: string): void
}): Post {
  const { store, now, newId, config } = deps
  const put: Post['put'] = ({ kind, about, clientId, address, lang }) => {
    if (!config) return []
    if (store.table(outbox).size >= (asked.includes(kind) ? maxWaiting : maxNotices)) {
      deps.dropped?.(kind)
      return []
    }
    const at = now()
    const row: Mail = {
      mail_id: `mail_${newId()}`,
      client_id: clientId,
      kind,
      address,
      lang,
      details: about as Record<string, unknown>,
      created_at: at.toISOString(),
      state: 'waiting',
      attempts: 0,
      next_at: at.toISOString(),
      give_up_at: new Date(at.getTime() + (hoursOf[kind] ?? defaultHours) * hourMs).toISOString(),
      reason: '',
      expires_at: '',
    }
    return [insert(outbox, row)]
  }
  const toClient: Post['toClient'] = (clientId, kind, about) => {
    const client = store.table(clients).get(clientId)
    return client ? put({ kind, about, clientId, address: client.email, lang: client.lang }) : []
  }
  return {
    on: config !== null,
    put,
    toClient,
    toConfirmed: (clientId, kind, about) =>
      store.table(clients).get(clientId)?.email_verified_at ? toClient(clientId, kind, about) : [],
    toOperator: (kind, about) =>
      config?.operator ? put({ kind, about, clientId: '', address: config.operator, lang: 'en' }) : [],
  }
}
