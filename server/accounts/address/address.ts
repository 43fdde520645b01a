/**
 * What is done with links and codes that came by mail: showing that an address is one's own, a new password. A token is used
 * up in the commit that does what it allows, so it works once, whoever races.
 */
import { AppError } from '../../errors.ts'
import type { NoticeBoard } from '../../mail/notice.ts'
import type { Post } from '../../mail/post.ts'
import type { MailTokens } from '../../mail/token.ts'
import { type Client, clients, keys, type MailToken } from '../../store/records.ts'
import { type Change, type Store, update } from '../../store/store.ts'
import { audited, type By } from '../audit.ts'
import { isOpen } from '../client.ts'
import { type Passwords, weakness } from '../password.ts'
import type { Sessions } from '../session.ts'

/** What was confirmed: the account's address, a new one, or one for leads. */
export interface Confirmed {
  what: 'verify' | 'change' | 'notices'
  email: string
}

export interface Addresses {
  /** Sends a link to a new password, if the address has an account; the caller cannot tell. @throws AppError `mail_off` */
  forgot(email: string): Promise<void>
  /** @throws AppError `token_invalid`, `weak_password` (the token stays), `busy` (likewise) */
  reset(token: string, password: string, by: By): Promise<void>
  /** @throws AppError `token_invalid`, `email_taken` when somebody else has the address by now */
  confirm(token: string, by: By): Promise<Confirmed>
  /** The same by the code, for a client who is signed in. @throws as `confirm` */
  confirmByCode(clientId: string, code: string, by: By): Promise<Confirmed>
  /** Sends the mail of what waits to be confirmed once more. @throws AppError `mail_off`, `conflict` when nothing waits */
  resend(clientId: string): Promise<void>
}

export interface AddressDeps {
  store: Store
  passwords: Passwords
  sessions: Sessions
  post: Post
  tokens: MailTokens
  board: NoticeBoard
  now: () => Date
  /** Whether a mail that a stranger can ask for may go to an address now. */
  mayMail(address: string): Promise<boolean>
}

const provable = ['verify', 'change', 'notices']

export function createAddresses(deps: AddressDeps): Addresses {
  const { store, passwords, sessions, post, tokens, board, now, mayMail } = deps
  const rows = () => store.table(clients)
  /** Tokens whose new password is being hashed. */
  const inUse = new Set<string>()
  const invalid = () =>
    new AppError('token_invalid', 'This link has been used already or is too old; ask for a new one.')
  const needMail = () => {
    if (!post.on) throw new AppError('mail_off', 'This installation sends no mail; ask whoever runs it for help.')
  }
  const ownerOf = (token: MailToken): Client => {
    const client = rows().get(token.client_id)
    if (!isOpen(client, now())) throw invalid()
    return client
  }

  /**
   * Whoever opened the account with an address that was not theirs may have kept a key. Accounts from before mail was set
   * up keep theirs: nobody asked them to confirm.
   */
  const withoutStrangers = (client: Client, at: string): Change[] =>
    client.email_verified_at === '' && client.pending_email !== ''
      ? [...store.table(keys).all()]
          .filter(key => key.client_id === client.client_id && key.revoked_at === '')
          .map(key => update(keys, key.key_id, { revoked_at: at }))
      : []

  const apply = async (token: MailToken, by: By): Promise<Confirmed> => {
    const client = ownerOf(token)
    const { client_id: clientId } = client
    const at = now().toISOString()
    const what = token.purpose as Confirmed['what']
    const email = token.email
    if (what === 'verify') {
      if (client.email !== email) throw invalid()
      const pending_email = client.pending_email === email ? '' : client.pending_email
      await store.commit([
        ...tokens.using(token),
        update(clients, clientId, { email_verified_at: client.email_verified_at || at, pending_email, updated_at: at }),
        ...audited(now(), clientId, 'email_confirmed', { email }, by),
      ])
    } else if (what === 'change') {
      if (client.pending_email !== email) throw invalid()
      try {
        await store.commit([
          ...tokens.using(token),
          ...tokens.taking(clientId, 'verify'),
          ...tokens.taking(clientId, 'reset'),
          update(clients, clientId, { email, pending_email: '', email_verified_at: at, updated_at: at }),
          ...post.toClient(clientId, 'email_changed', { to: email, at, ip: by.ip }),
          ...audited(now(), clientId, 'email_changed', { from: client.email, to: email }, by),
        ])
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'conflict') throw error
        throw new AppError('email_taken', 'There is another account with this e-mail address.')
      }
    } else {
      if (board.row(clientId)?.leads_to_pending !== email) throw invalid()
      await store.commit([
        ...tokens.using(token),
        board.note(clientId, { leads_to: email, leads_to_pending: '', updated_at: at }),
        ...audited(now(), clientId, 'leads_address_confirmed', { email }, by),
      ])
    }
    return { what, email }
  }

  return {
    async forgot(email) {
      needMail()
      const client = rows().find('email', email)
      const told = await mayMail(email)
      await store.commit(
        isOpen(client, now()) && told
          ? post.toClient(client.client_id, 'reset', {})
          : post.put({ kind: 'nobody', about: {}, clientId: '', address: '', lang: '' }),
      )
    },

    async reset(secret, password, by) {
      const token = tokens.find(secret, ['reset'])
      const client = ownerOf(token)
      const { client_id: clientId } = client
      if (client.email !== token.email || inUse.has(token.token_id)) throw invalid()
      const weak = weakness(password, { email: client.email, companyName: client.company_name })
      if (weak) throw new AppError('weak_password', weak, { errors: [{ pointer: '#/password', detail: weak }] })
      inUse.add(token.token_id)
      try {
        const password_hash = await passwords.hash(password)
        // The token may have run out, and the address changed, while others were hashed.
        if (rows().get(clientId)?.email !== token.email) throw invalid()
        const at = now().toISOString()
        const ended = sessions.ending(clientId, { allBut: '' })
        const strangers = withoutStrangers(client, at)
        await store.commit([
          ...tokens.using(tokens.find(secret, ['reset'])),
          update(clients, clientId, {
            password_hash,
            // Who reads the mail has shown that the address is theirs.
            email_verified_at: client.email_verified_at || at,
            pending_email: client.pending_email === client.email ? '' : client.pending_email,
            updated_at: at,
          }),
          ...ended,
          ...strangers,
          ...audited(
            now(),
            clientId,
            'password_reset',
            { sessions_ended: ended.length, ...(strangers.length > 0 && { keys_revoked: strangers.length }) },
            by,
          ),
          ...post.toClient(clientId, 'password_changed', { at, ip: by.ip }),
        ])
      } finally {
        inUse.delete(token.token_id)
      }
    },

    confirm: async (secret, by) => apply(tokens.find(secret, provable), by),
    confirmByCode: async (clientId, code, by) => apply(tokens.findCode(clientId, code, provable), by),

    async resend(clientId) {
      needMail()
      const client = rows().get(clientId)
      if (!client) throw new AppError('not_found', 'There is no such client.')
      const pending = client.pending_email !== client.email ? client.pending_email : ''
      const leadsTo = board.row(clientId)?.leads_to_pending ?? ''
      const { lang } = client
      const owner = pending ? rows().find('email', pending) : undefined
      const changes = [
        ...(client.email_verified_at ? [] : post.toClient(clientId, 'verify', {})),
        ...(pending && !owner ? post.put({ kind: 'change', about: {}, clientId, address: pending, lang }) : []),
        ...(pending && owner ? post.put({ kind: 'nobody', about: {}, clientId: '', address: '', lang }) : []),
        ...(leadsTo ? post.put({ kind: 'leads_address', about: {}, clientId, address: leadsTo, lang }) : []),
      ]
      if (changes.length === 0) throw new AppError('conflict', 'Everything is confirmed already.')
      await store.commit(changes)
    },
  }
}
