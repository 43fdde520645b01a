/** Visitors who want to be written back: checked against the form that the client made, kept in a table of the client. */
import type { Bots } from '../accounts/bot.ts'
import { AppError } from '../errors.ts'
import { pageAddress } from '../http/page.ts'
import type { Principal } from '../http/principal.ts'
import type { NoticeBoard } from '../mail/notice.ts'
import type { Post } from '../mail/post.ts'
import { clients, type Lead, leads } from '../store/records.ts'
import { type Change, insert, remove, type Store, update } from '../store/store.ts'
import type { LeadRequest } from './wire.ts'

/** Leads that a bot takes from visitors in 24 hours, from whatever addresses they come: the public id is known to everyone. */
export const maxPerDay = 500
const dayMs = 86_400_000

export interface Leads {
  /**
   * Keeps what a visitor left.
   * @throws AppError `forbidden` when the client asks visitors for nothing, `invalid_request` when something it asks for is missing,
   * `rate_limited` when visitors left `maxPerDay` already
   */
  add(caller: Principal, request: LeadRequest): Promise<Lead>
  /** Newest first. */
  list(clientId: string): Promise<Lead[]>
  /** Whether somebody has dealt with it. @throws AppError `not_found` */
  mark(clientId: string, id: string, handled: boolean): Promise<Lead>
  /** @throws AppError `not_found` */
  remove(clientId: string, id: string): Promise<void>
}

export interface LeadDeps {
  store: Store
  bots: Bots
  now: () => Date
  newId: () => string
  post: Post
  board: NoticeBoard
  /** Whether the client may be told of one more lead by mail. */
  mayTell(clientId: string): Promise<boolean>
}

export function createLeads(deps: LeadDeps): Leads {
  const { store, bots, now, newId, post, board, mayTell } = deps
  /** The client is told in the same commit, so that no lead is kept without its mail, nor the other way round. */
  const telling = async ({ client_id: clientId, lead_id }: Lead): Promise<Change[]> => {
    const address = board.leadsTo(clientId)
    if (!address || !(await mayTell(clientId))) return []
    const lang = store.table(clients).get(clientId)?.lang ?? ''
    return post.put({ kind: 'lead', about: { lead_id }, clientId, address, lang })
  }
  const refuseFlood = async (clientId: string) => {
    const since = new Date(now().getTime() - dayMs).toISOString()
    let recent = 0
    for (const row of (await store.partition(leads, clientId)).all()) if (row.created_at > since) recent++
    if (recent >= maxPerDay)
      throw new AppError(
        'rate_limited',
        'Too many messages were left here today; write an e-mail, or try again later.',
        {
          retryAfter: 3600,
        },
      )
  }
  return {
    async add(caller, request) {
      const { lead: form } = bots.settings(caller.clientId)
      // Whoever has a key asked in a way of its own.
      if (caller.via === 'public') {
        if (form.when === 'never') throw new AppError('forbidden', 'This bot takes no messages.')
        const missing = form.fields.filter(field => field.required && !request[field.name])
        if (missing.length > 0) refuse(missing.map(field => field.name))
      }
      if (!request.email && !request.phone) refuse(['email'])
      if (caller.via === 'public') await refuseFlood(caller.clientId)
      const row: Lead = {
        lead_id: `lead_${newId()}`,
        client_id: caller.clientId,
        created_at: now().toISOString(),
        name: request.name,
        email: request.email,
        phone: request.phone,
        message: request.message,
        session_id: request.session_id ?? '',
        page: pageAddress(request.page),
        handled_at: '',
      }
      await store.commit([insert(leads, row, caller.clientId), ...(await telling(row))])
      return row
    },
    async list(clientId) {
      return [...(await store.partition(leads, clientId)).all()].reverse()
    },
    async mark(clientId, id, handled) {
      await store.commit([update(leads, id, { handled_at: handled ? now().toISOString() : '' }, clientId)])
      return (await store.partition(leads, clientId)).get(id)!
    },
    async remove(clientId, id) {
      await store.commit([remove(leads, id, clientId)])
    },
  }
}

function refuse(names: readonly string[]): never {
  throw new AppError('invalid_request', `${names.join(', ')}: must not be empty.`, {
    errors: names.map(name => ({ pointer: `#/${name}`, detail: 'must not be empty' })),
  })
}
