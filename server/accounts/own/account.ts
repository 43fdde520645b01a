/** What a signed-in client does with its own account: profile, password, e-mail, plan, sessions, audit, closing. */
import { AppError } from '../../errors.ts'
import type { Post } from '../../mail/post.ts'
import type { MailTokens } from '../../mail/token.ts'
import { type AuditRow, audit, type Client, clients, plans } from '../../store/records.ts'
import { type Change, type Store, update } from '../../store/store.ts'
import { addressState } from '../address/state.ts'
import { audited, type By } from '../audit.ts'
import { type Passwords, weakness } from '../password.ts'
import { publicId, type Sessions } from '../session.ts'
import { deviceOf } from './device.ts'
import type { OwnAccount, OwnAccountChange, OwnSessions } from './wire.ts'

/** Between closing an account and its end: time to think again, and to take everything along. */
export const graceDays = 14
const dayMs = 86_400_000
/** Audit rows looked back at. */
const maxAudit = 5_000

export interface Own {
  /** @throws AppError `not_found` */
  get(clientId: string): OwnAccount
  change(clientId: string, change: OwnAccountChange, by: By): Promise<OwnAccount>
  /**
   * Sets a new password and ends every other session.
   * @throws AppError `invalid_request` when the present one is wrong, `weak_password`, `busy`
   */
  changePassword(
    clientId: string,
    change: { password: string; new_password: string },
    keep: string,
    by: By,
  ): Promise<void>
  /**
   * Where mail is sent, the new address must be confirmed first, and one that is taken gets the same reply.
   * @throws AppError `invalid_request` when the password is wrong, `busy`; `email_taken` where no mail is sent
   */
  changeEmail(clientId: string, change: { password: string; email: string }, by: By): Promise<OwnAccount>
  /** Asks for a plan, takes one that is self-service, or (empty) takes a request back. @throws AppError `invalid_request` */
  requestPlan(clientId: string, plan: string, by: By): Promise<OwnAccount>
  sessions(clientId: string, current: string): OwnSessions
  /** One session by its id, or all but `allBut`; returns how many ended. @throws AppError `not_found` */
  endSessions(clientId: string, which: { id: string } | { allBut: string }, by: By): Promise<number>
  /** Newest first, those of the last 12 months at most. */
  audit(clientId: string, page: number, limit: number): Promise<{ rows: AuditRow[]; total: number }>
  /** Lets the account end after the days of grace. @throws AppError `invalid_request` when the password is wrong, `busy` */
  close(clientId: string, password: string, by: By): Promise<OwnAccount>
  /** Takes closing back while there is time. */
  reopen(clientId: string, by: By): Promise<OwnAccount>
}

export interface OwnDeps {
  store: Store
  passwords: Passwords
  sessions: Sessions
  now: () => Date
  selfServePlans: readonly string[]
  post: Post
  tokens: MailTokens
  /** Whether a mail that a stranger can ask for may go to an address now. */
  mayMail(address: string): Promise<boolean>
}

export function createOwn(deps: OwnDeps): Own {
  const { store, passwords, sessions, now, post, tokens, mayMail } = deps
  const row = (clientId: string): Client => {
    const client = store.table(clients).get(clientId)
    if (!client) throw new AppError('not_found', 'There is no such client.')
    return client
  }

  const get = (clientId: string): OwnAccount => {
    const client = row(clientId)
    return {
      client_id: client.client_id,
      company_name: client.company_name,
      email: client.email,
      plan: client.plan,
      requested_plan: client.requested_plan,
      is_active: client.is_active,
      closing_at: client.closing_at || null,
      ...addressState(client, post.on),
      contact_person: client.contact_person,
      phone: client.phone,
      whatsapp: client.whatsapp,
      address: client.address,
      business_type: client.business_type,
      tax_number: client.tax_number,
      created_at: client.created_at,
      last_login: client.last_login || null,
      plans: [...store.table(plans).all()].map(offer => ({
        ...offer,
        self_serve: offer.plan === 'free' || deps.selfServePlans.includes(offer.plan),
      })),
      grace_days: graceDays,
    }
  }

  /** @throws AppError `invalid_request` naming the field, so that a form can show it */
  const prove = async (client: Client, password: string) => {
    const { right } = await passwords.verify(password, client.password_hash)
    if (!right)
      throw new AppError('invalid_request', 'password: is wrong.', {
        errors: [{ pointer: '#/password', detail: 'is wrong' }],
      })
  }

  const set = async (
    clientId: string,
    change: Partial<Client>,
    action: string,
    details: Record<string, unknown>,
    by: By,
    also: Change[] = [],
  ) => {
    await store.commit([
      update(clients, clientId, { ...change, updated_at: now().toISOString() }),
      ...audited(now(), clientId, action, details, by),
      ...also,
    ])
    return get(clientId)
  }

  /** The new address gets a link; the owner of a taken one is told instead. Asking for the present one takes a wish back. */
  const askForEmail = async (client: Client, email: string, by: By): Promise<OwnAccount> => {
    const { client_id: clientId } = client
    if (email === client.email) {
      if (client.pending_email === '' || client.pending_email === email) return get(clientId)
      const pending_email = client.email_verified_at ? '' : email
      const taken = tokens.taking(clientId, 'change')
      return set(clientId, { pending_email }, 'email_change_withdrawn', { to: client.pending_email }, by, taken)
    }
    const owner = store.table(clients).find('email', email)
    const told = await mayMail(email)
    const mail = post.put({
      kind: !told ? 'nobody' : owner ? 'taken' : 'change',
      about: {},
      clientId: owner?.client_id ?? clientId,
      address: email,
      lang: (owner ?? client).lang,
    })
    return set(clientId, { pending_email: email }, 'email_change_asked', { to: email }, by, [
      ...tokens.taking(clientId, 'change'),
      ...mail,
    ])
  }

  return {
    get,
    async change(clientId, change, by) {
      const before = row(clientId)
      const fields = Object.keys(change).filter(
        name => change[name as keyof OwnAccountChange] !== before[name as keyof Client],
      )
      if (fields.length === 0) return get(clientId)
      return set(clientId, change, 'profile_changed', { fields }, by)
    },

    async changePassword(clientId, { password, new_password }, keep, by) {
      const client = row(clientId)
      await prove(client, password)
      const weak = weakness(new_password, { email: client.email, companyName: client.company_name })
      if (weak) throw new AppError('weak_password', weak, { errors: [{ pointer: '#/new_password', detail: weak }] })
      const password_hash = await passwords.hash(new_password)
      const ended = sessions.ending(clientId, { allBut: keep })
      await store.commit([
        update(clients, clientId, { password_hash, updated_at: now().toISOString() }),
        ...ended,
        ...tokens.taking(clientId, 'reset'),
        ...audited(now(), clientId, 'password_changed', { sessions_ended: ended.length }, by),
        ...post.toClient(clientId, 'password_changed', { at: now().toISOString(), ip: by.ip }),
      ])
    },

    async changeEmail(clientId, { password, email }, by) {
      const client = row(clientId)
      await prove(client, password)
      if (post.on) return askForEmail(client, email, by)
      if (email === client.email) return get(clientId)
      try {
        return await set(
          clientId,
          { email, email_verified_at: '' },
          'email_changed',
          { from: client.email, to: email },
          by,
        )
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'conflict') throw error
        throw new AppError('email_taken', 'There is another account with this e-mail address.', {
          errors: [{ pointer: '#/email', detail: 'is in use already' }],
        })
      }
    },

    async requestPlan(clientId, wish, by) {
      const plan = wish.toLowerCase()
      const client = row(clientId)
      if (plan === '' || plan === client.plan) {
        if (client.requested_plan === '') return get(clientId)
        return set(clientId, { requested_plan: '' }, 'plan_request_withdrawn', { plan: client.requested_plan }, by)
      }
      const offer = get(clientId).plans.find(known => known.plan === plan)
      if (!offer)
        throw new AppError('invalid_request', 'plan: there is no plan of this name.', {
          errors: [{ pointer: '#/plan', detail: 'is no plan of this installation' }],
        })
      if (offer.self_serve) return set(clientId, { plan, requested_plan: '' }, 'plan_changed', { plan }, by)
      const { company_name: company, email } = client
      const told = post.toOperator('plan_request', { client_id: clientId, company, email, plan })
      return set(clientId, { requested_plan: plan }, 'plan_requested', { plan }, by, told)
    },

    sessions(clientId, current) {
      const data = sessions.list(clientId).map(session => ({
        id: publicId(session.session_id),
        created_at: session.created_at,
        expires_at: session.expires_at,
        ip_address: session.ip_address,
        device: deviceOf(session.user_agent),
        current: session.session_id === current,
      }))
      return { data, total: data.length }
    },

    async endSessions(clientId, which, by) {
      const ending = sessions.ending(clientId, which)
      if (ending.length > 0)
        await store.commit([...ending, ...audited(now(), clientId, 'sessions_ended', { count: ending.length }, by)])
      return ending.length
    },

    async audit(clientId, page, limit) {
      const rows: AuditRow[] = []
      const from = new Date(now().getTime() - 365 * dayMs).toISOString()
      for await (const event of store.log(audit).scan({ partition: clientId, from })) {
        rows.push(event)
        if (rows.length > maxAudit) rows.shift()
      }
      rows.reverse()
      return { rows: rows.slice((page - 1) * limit, page * limit), total: rows.length }
    },

    async close(clientId, password, by) {
      await prove(row(clientId), password)
      const closing_at = new Date(now().getTime() + graceDays * dayMs).toISOString()
      return set(clientId, { closing_at }, 'closing', { closing_at }, by)
    },

    async reopen(clientId, by) {
      if (row(clientId).closing_at === '') return get(clientId)
      return set(clientId, { closing_at: '' }, 'closing_withdrawn', {}, by)
    },
  }
}
