/** Clients: registration, sign-in, profile. */

import { AppError } from '../errors.ts'
import type { Post } from '../mail/post.ts'
import { type Client, clients, plans } from '../store/records.ts'
import { insert, type Store, update } from '../store/store.ts'
import { audited, type By } from './audit.ts'
import type { Keys } from './key.ts'
import type { Passwords } from './password.ts'
import { weakness } from './password.ts'
import { emptyProfile } from './profile.ts'
import { newKey } from './secret.ts'
import type { Sessions } from './session.ts'

export interface Registration {
  company_name: string
  /** Lower case, trimmed. */
  email: string
  password: string
  /** Anything but free is a wish until the operator grants it, unless the plan is self-service. */
  plan?: string | undefined
  /** The language of mails. */
  lang?: string | undefined
}

export interface SignedIn {
  client: Client
  token: string
  expiresAt: string
}

export interface Clients {
  /**
   * Where mail is sent, a taken address gets the same reply as a free one, with an id and a key that open nothing, and its
   * owner a mail instead.
   * @throws AppError `weak_password`, `invalid_request` for an unknown plan, `busy`; `email_taken` where no mail is sent
   */
  register(registration: Registration, by: By): Promise<{ client: Client; secret: string }>
  /** @throws AppError `invalid_credentials` (also for unknown and inactive accounts), `busy` */
  signIn(email: string, password: string, by: By): Promise<SignedIn>
  /** @throws AppError `not_found` */
  get(clientId: string): Client
  isActive(clientId: string): boolean
}

export interface ClientDeps {
  store: Store
  passwords: Passwords
  keys: Keys
  sessions: Sessions
  now: () => Date
  newId: () => string
  selfServePlans: readonly string[]
  post: Post
  /** Whether a mail that a stranger can ask for may go to an address now. */
  mayMail(address: string): Promise<boolean>
}

export function createClients(deps: ClientDeps): Clients {
  const { store, passwords, keys, sessions, now, newId, post } = deps
  const rows = () => store.table(clients)

  /** The plan that is granted at once, and the one that is asked for. */
  const decidePlan = (wish = 'free'): { plan: string; requested: string } => {
    const name = wish.toLowerCase()
    if (name !== 'free' && !store.table(plans).get(name)) {
      const known = [...store.table(plans).all()].map(plan => plan.plan).join(', ')
      throw new AppError('invalid_request', `plan: there is no plan of this name; choose one of ${known}.`, {
        errors: [{ pointer: '#/plan', detail: `must be one of ${known}` }],
      })
    }
    return name === 'free' || deps.selfServePlans.includes(name)
      ? { plan: name, requested: '' }
      : { plan: 'free', requested: name }
  }

  return {
    async register({ company_name, email, password, plan, lang = '' }, by) {
      const weak = weakness(password, { email, companyName: company_name })
      if (weak) throw new AppError('weak_password', weak, { errors: [{ pointer: '#/password', detail: weak }] })
      const granted = decidePlan(plan)
      // Hashed before the address is looked up, so that a taken one takes as long.
      const password_hash = await passwords.hash(password)
      const at = now().toISOString()
      const clientId = `client_${newId()}`
      const made = keys.make(clientId, { name: 'First key' })
      const client: Client = {
        client_id: clientId,
        company_name,
        email,
        password_hash,
        api_key: made.key.hash,
        created_at: at,
        last_login: '',
        is_active: true,
        plan: granted.plan,
        knowledge_limit: null,
        monthly_requests: null,
        used_requests: 0,
        requested_plan: granted.requested,
        updated_at: at,
        ...emptyProfile,
        lang,
        // Until somebody shows that it is theirs.
        pending_email: post.on ? email : '',
      }
      /** The owner is told; whoever asked cannot tell it from an address that was free. */
      const seemingly = async (owner: Client) => {
        const { client_id: ownerId, lang: ownerLang } = owner
        const told = await deps.mayMail(email)
        await store.commit(
          post.put({
            kind: told ? 'taken' : 'nobody',
            about: {},
            clientId: ownerId,
            address: email,
            lang: ownerLang,
          }),
        )
        return { client, secret: newKey() }
      }
      const owner = post.on ? rows().find('email', email) : undefined
      if (owner) return seemingly(owner)
      const details = { plan: granted.plan, ...(granted.requested && { requested_plan: granted.requested }) }
      try {
        await store.commit([
          insert(clients, client),
          made.change,
          ...audited(now(), clientId, 'registered', details, by),
          ...post.put({ kind: 'verify', about: {}, clientId, address: email, lang }),
          ...(granted.requested
            ? post.toOperator('plan_request', {
                client_id: clientId,
                company: company_name,
                email,
                plan: granted.requested,
              })
            : []),
        ])
      } catch (error) {
        if (error instanceof AppError && error.code === 'conflict') {
          const quicker = rows().find('email', email)
          if (post.on && quicker) return seemingly(quicker)
          throw new AppError('email_taken', 'There is an account with this e-mail address already; sign in instead.', {
            errors: [{ pointer: '#/email', detail: 'is in use already' }],
          })
        }
        throw error
      }
      return { client, secret: made.secret }
    },

    async signIn(email, password, by) {
      const client = rows().find('email', email)
      const { right, outdated } = await passwords.verify(password, client?.password_hash)
      if (!client || !right || !isOpen(client, now())) {
        if (client) await store.commit(audited(now(), client.client_id, 'sign_in_failed', {}, by))
        throw new AppError('invalid_credentials', 'E-mail address or password is wrong.')
      }
      const session = sessions.open(client.client_id, by)
      const password_hash = outdated ? await passwords.hash(password) : client.password_hash
      await store.commit([
        session.change,
        update(clients, client.client_id, { last_login: now().toISOString(), password_hash }),
        ...audited(now(), client.client_id, 'signed_in', {}, by),
      ])
      return { client, token: session.token, expiresAt: session.expiresAt }
    },

    get(clientId) {
      const client = rows().get(clientId)
      if (!client) throw new AppError('not_found', 'There is no such client.')
      return client
    },
    isActive: clientId => isOpen(rows().get(clientId), now()),
  }
}

/** Whether an account is in use: not switched off by the operator, not closed by its owner. */
export const isOpen = (client: Client | undefined, at: Date): client is Client =>
  Boolean(client?.is_active) && (client?.closing_at === '' || (client?.closing_at ?? '') > at.toISOString())
