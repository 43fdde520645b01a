/** Which notices a client wants by mail, and where those of leads go. */
import { AppError } from '../errors.ts'
import { type Client, clients, type Notices as Row, notices as rows } from '../store/records.ts'
import { type Change, insert, type Store, update } from '../store/store.ts'
import type { Post } from './post.ts'
import type { MailTokens } from './token.ts'

export type Notice = 'leads' | 'usage' | 'summary'

const defaults: Omit<Row, 'client_id'> = {
  leads: true,
  usage: true,
  summary: true,
  leads_to: '',
  leads_to_pending: '',
  usage_told: '',
  summary_told: '',
  updated_at: '',
}

/** Whether notices of a kind are on; without a row they are. */
export const wants = (row: Row | undefined, notice: Notice): boolean => (row ?? defaults)[notice]

export interface NoticeSettings {
  leads: boolean
  usage: boolean
  summary: boolean
  /** Empty: the account's address. */
  leads_to: string
  leads_to_pending: string
  lang: string
}

export interface NoticeBoard {
  /** @throws AppError `not_found` */
  get(clientId: string): NoticeSettings
  /** Leads go to another address once its owner has confirmed it. @throws AppError `not_found` */
  change(clientId: string, change: Partial<Omit<NoticeSettings, 'leads_to_pending'>>): Promise<NoticeSettings>
  /** Where leads are told of; empty: nowhere, because no address is confirmed or it is off. */
  leadsTo(clientId: string): string
  /** Whether a client gets notices of a kind: wanted, and the account's address is confirmed. */
  reaches(clientId: string, notice: Notice): boolean
  row(clientId: string): Row | undefined
  /** The change that notes something in a client's row. */
  note(clientId: string, set: Partial<Row>): Change
  /** Switches off what a link in a notice says, however often. @throws AppError `token_invalid` */
  switchOff(token: string): Promise<Notice>
}

export function createNoticeBoard(deps: {
  store: Store
  post: Post
  tokens: MailTokens
  now: () => Date
}): NoticeBoard {
  const { store, post, tokens, now } = deps
  const table = () => store.table(rows)
  const client = (clientId: string): Client => {
    const found = store.table(clients).get(clientId)
    if (!found) throw new AppError('not_found', 'There is no such client.')
    return found
  }
  const note = (clientId: string, set: Partial<Row>): Change =>
    table().get(clientId) ? update(rows, clientId, set) : insert(rows, { ...defaults, ...set, client_id: clientId })
  const get = (clientId: string): NoticeSettings => {
    const { leads, usage, summary, leads_to, leads_to_pending } = table().get(clientId) ?? defaults
    return { leads, usage, summary, leads_to, leads_to_pending, lang: client(clientId).lang || 'en' }
  }

  return {
    get,
    note,
    row: clientId => table().get(clientId),
    async change(clientId, { lang, leads_to, ...flags }) {
      const owner = client(clientId)
      const before = get(clientId)
      const set: Partial<Row> = { ...flags, updated_at: now().toISOString() }
      const changes: Change[] = []
      if (leads_to !== undefined) {
        const same = leads_to === '' || leads_to === owner.email
        if (same) Object.assign(set, { leads_to: '', leads_to_pending: '' })
        else if (leads_to === before.leads_to) set.leads_to_pending = ''
        else {
          set.leads_to_pending = leads_to
          changes.push(
            ...post.put({
              kind: 'leads_address',
              about: {},
              clientId,
              address: leads_to,
              lang: lang ?? owner.lang,
            }),
          )
        }
        if (same || leads_to !== before.leads_to_pending) changes.push(...tokens.taking(clientId, 'notices'))
      }
      if (lang !== undefined && lang !== owner.lang) changes.push(update(clients, clientId, { lang }))
      await store.commit([note(clientId, set), ...changes])
      return get(clientId)
    },
    leadsTo(clientId) {
      const row = table().get(clientId)
      if (!post.on || !wants(row, 'leads')) return ''
      const owner = store.table(clients).get(clientId)
      return row?.leads_to || (owner?.email_verified_at ? owner.email : '')
    },
    reaches: (clientId, notice) =>
      post.on &&
      wants(table().get(clientId), notice) &&
      (store.table(clients).get(clientId)?.email_verified_at ?? '') !== '',
    async switchOff(token) {
      const found = tokens.find(token, ['off'])
      const notice = found.purpose.slice('off:'.length) as Notice
      if (wants(table().get(found.client_id), notice)) {
        await store.commit([note(found.client_id, { [notice]: false, updated_at: now().toISOString() })])
      }
      return notice
    },
  }
}
