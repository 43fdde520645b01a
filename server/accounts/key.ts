/** Secret keys: several per client, named, scoped, shown once, kept as hashes. */
import { timingSafeEqual } from 'node:crypto'
import { AppError } from '../errors.ts'
import type { Principal, Scope } from '../http/principal.ts'
import type { Post } from '../mail/post.ts'
import { clients, type Key, keys } from '../store/records.ts'
import { type Change, insert, type Store, update } from '../store/store.ts'
import { audited, type By } from './audit.ts'
import { hashSecret, hintOf, newKey } from './secret.ts'

const allScopes: Scope[] = ['chat', 'knowledge', 'read', 'erase']
/** What a key may do unless it is said. Deleting conversations is asked for by name. */
const usualScopes: Scope[] = ['chat', 'knowledge', 'read']
/** How long the old key goes on working after a rotation, unless it is said. */
export const usualGraceHours = 24
/** How long revoking can be taken back. */
const regretMs = 10 * 60_000
/** `last_used_at` is written at most this often for a key: it is for people, not for billing. */
const touchMs = 60_000
const maxKeys = 20

export interface Keys {
  /** A new key and the changes that store it; the caller commits them with its own. */
  make(
    clientId: string,
    options: { name: string; scopes?: Scope[]; expiresAt?: string },
  ): { key: Key; secret: string; change: Change }
  /** @throws AppError `conflict` at the limit of keys, `invalid_request` for an expiry in the past */
  create(
    clientId: string,
    options: { name: string; scopes?: Scope[]; expiresAt?: string },
    by: By,
  ): Promise<{ key: Key; secret: string }>
  /** Null for unknown, revoked and expired keys. */
  find(secret: string): Principal | null
  /** Not revoked, newest first. */
  list(clientId: string): Key[]
  /** @throws AppError `not_found` for keys of others and unknown ones alike */
  revoke(clientId: string, keyId: string, by: By): Promise<void>
  /** Takes revoking back, soon after. @throws AppError `not_found` for unknown ones, `conflict` when it is too late */
  restore(clientId: string, keyId: string, by: By): Promise<Key>
  /**
   * A new key of the same name and scopes, that lives as long; the old one works for some hours more, or ends at once (0).
   * @throws AppError `not_found` also for expired keys, `conflict` when too many replaced keys still work
   */
  rotate(clientId: string, keyId: string, by: By, graceHours?: number): Promise<{ key: Key; secret: string }>
}

export function createKeys(deps: {
  store: Store
  now: () => Date
  newId: () => string
  post: Post
  onLost?(error: unknown): void
}): Keys {
  const { store, now, newId, post, onLost = () => {} } = deps
  const rows = () => store.table(keys)
  /** When `last_used_at` of a key was last written, in milliseconds: looking costs nothing on a busy key. */
  const touchedAt = new Map<string, number>()
  const live = (key: Key) => key.revoked_at === '' && (key.expires_at === '' || key.expires_at > now().toISOString())

  const own = (clientId: string, keyId: string): Key => {
    const key = rows().get(keyId)
    if (key?.client_id !== clientId || key.revoked_at !== '') throw new AppError('not_found', 'There is no such key.')
    return key
  }

  const make: Keys['make'] = (clientId, { name, scopes = usualScopes, expiresAt = '' }) => {
    const secret = newKey()
    const key: Key = {
      key_id: `key_${newId()}`,
      client_id: clientId,
      name,
      hint: hintOf(secret),
      hash: hashSecret(secret),
      scopes: allScopes.filter(scope => scopes.includes(scope)).join(' '),
      created_at: now().toISOString(),
      expires_at: expiresAt,
      last_used_at: '',
      revoked_at: '',
    }
    return { key, secret, change: insert(keys, key) }
  }

  /** Its owner is told of every new key, whoever made it. */
  const telling = ({ client_id, name, hint, created_at }: Key, by: By): Change[] =>
    post.toConfirmed(client_id, 'key_made', { name, hint, at: created_at, ip: by.ip })

  const touch = (key: Key) => {
    const time = now().getTime()
    if (time - (touchedAt.get(key.key_id) ?? 0) < touchMs) return
    touchedAt.set(key.key_id, time)
    const at = new Date(time).toISOString()
    if (key.last_used_at !== '' && time - Date.parse(key.last_used_at) < touchMs) return
    // Nobody waits for it; where the store is gone the call itself fails and says so.
    store.commit([update(keys, key.key_id, { last_used_at: at })]).catch(onLost)
  }

  return {
    make,
    async create(clientId, options, by) {
      if (options.expiresAt !== undefined && options.expiresAt <= now().toISOString()) {
        throw new AppError('invalid_request', 'expires_at: must be in the future.', {
          errors: [{ pointer: '#/expires_at', detail: 'must be in the future' }],
        })
      }
      if (this.list(clientId).length >= maxKeys) {
        throw new AppError('conflict', `An account can have ${maxKeys} keys; revoke one that is not needed.`)
      }
      const made = make(clientId, options)
      await store.commit([
        made.change,
        ...audited(now(), clientId, 'key_created', { key: made.key.hint, name: made.key.name }, by),
        ...telling(made.key, by),
      ])
      return made
    },
    find(secret) {
      const hash = hashSecret(secret)
      const key = rows().find('hash', hash)
      if (!key || !live(key) || !timingSafeEqual(Buffer.from(key.hash), Buffer.from(hash))) return null
      touch(key)
      return { via: 'key', clientId: key.client_id, scopes: key.scopes.split(' ') as Scope[], credentialId: key.key_id }
    },
    list: clientId =>
      [...rows().all()]
        .filter(key => key.client_id === clientId && live(key))
        .sort((a, b) => b.created_at.localeCompare(a.created_at)),
    async revoke(clientId, keyId, by) {
      const key = own(clientId, keyId)
      const client = store.table(clients).get(clientId)
      await store.commit([
        update(keys, keyId, { revoked_at: now().toISOString() }),
        ...(client?.api_key === key.hash ? [update(clients, clientId, { api_key: '' })] : []),
        ...audited(now(), clientId, 'key_revoked', { key: key.hint, name: key.name }, by),
      ])
    },
    async restore(clientId, keyId, by) {
      const key = rows().get(keyId)
      if (key?.client_id !== clientId || key.revoked_at === '') throw new AppError('not_found', 'There is no such key.')
      if (now().getTime() - Date.parse(key.revoked_at) > regretMs || !live({ ...key, revoked_at: '' })) {
        throw new AppError('conflict', 'It is too late to take this back; make a new key instead.')
      }
      await store.commit([
        update(keys, keyId, { revoked_at: '' }),
        ...audited(now(), clientId, 'key_restored', { key: key.hint, name: key.name }, by),
      ])
      return { ...key, revoked_at: '' }
    },
    async rotate(clientId, keyId, by, graceHours = usualGraceHours) {
      const old = own(clientId, keyId)
      if (!live(old)) throw new AppError('not_found', 'There is no such key.')
      // Replaced keys work on for a while, so there may be more than an account can make; not without end, though.
      if (this.list(clientId).length >= 2 * maxKeys) {
        throw new AppError('conflict', 'Too many keys were replaced today; revoke some of the old ones first.')
      }
      const made = make(clientId, {
        name: old.name,
        scopes: old.scopes.split(' ') as Scope[],
        expiresAt: renewed(old, now()),
      })
      const at = now().toISOString()
      const until = new Date(now().getTime() + graceHours * 3_600_000).toISOString()
      const ending =
        graceHours === 0
          ? { revoked_at: at }
          : { expires_at: old.expires_at !== '' && old.expires_at < until ? old.expires_at : until }
      const client = store.table(clients).get(clientId)
      await store.commit([
        made.change,
        update(keys, keyId, ending),
        ...(client?.api_key === old.hash ? [update(clients, clientId, { api_key: made.key.hash })] : []),
        ...audited(now(), clientId, 'key_rotated', { old: old.hint, new: made.key.hint, name: old.name }, by),
        ...telling(made.key, by),
      ])
      return made
    },
  }
}

/** A replaced key lives as long again as the old one was meant to; one without an end stays without. */
function renewed(old: Key, at: Date): string {
  if (old.expires_at === '') return ''
  return new Date(at.getTime() + Date.parse(old.expires_at) - Date.parse(old.created_at)).toISOString()
}
