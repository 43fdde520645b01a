/** Portal sessions: a random token in the browser, its hash in sessions.csv. */
import { AppError } from '../errors.ts'
import type { Principal } from '../http/principal.ts'
import { type Session, sessions } from '../store/records.ts'
import { type Change, insert, remove, type Store } from '../store/store.ts'
import type { By } from './audit.ts'
import { hashSecret, newToken } from './secret.ts'

export interface Sessions {
  /** A new session and the change that makes it durable. */
  open(clientId: string, by?: By): { token: string; expiresAt: string; change: Change }
  find(token: string): (Principal & { expiresAt: string }) | null
  /** Ends a session; does nothing for an unknown token. */
  end(token: string): Promise<void>
  /** Of a client, not expired, newest first. */
  list(clientId: string): Session[]
  /** The changes that end sessions of a client: one of them by its public id, or all but one. @throws AppError `not_found` */
  ending(clientId: string, which: { id: string } | { allBut: string }): Change[]
}

export function createSessions(deps: { store: Store; now: () => Date; hours: number }): Sessions {
  const { store, now, hours } = deps
  const rows = () => store.table(sessions)
  const list = (clientId: string) =>
    [...rows().all()]
      .filter(row => row.client_id === clientId && row.is_active && row.expires_at > now().toISOString())
      .sort((a, b) => b.created_at.localeCompare(a.created_at))
  return {
    open(clientId, by) {
      const token = newToken()
      const at = now()
      const row: Session = {
        session_id: hashSecret(token),
        client_id: clientId,
        created_at: at.toISOString(),
        expires_at: new Date(at.getTime() + hours * 3_600_000).toISOString(),
        is_active: true,
        ip_address: by?.ip ?? '',
        user_agent: (by?.agent ?? '').slice(0, 300),
      }
      return { token, expiresAt: row.expires_at, change: insert(sessions, row) }
    },
    find(token) {
      const row = rows().get(hashSecret(token))
      if (!row?.is_active || row.expires_at <= now().toISOString()) return null
      return {
        via: 'session',
        clientId: row.client_id,
        scopes: ['chat', 'knowledge', 'read', 'erase'],
        credentialId: row.session_id,
        expiresAt: row.expires_at,
      }
    },
    async end(token) {
      const id = hashSecret(token)
      if (rows().get(id)) await store.commit([remove(sessions, id)])
    },
    list,
    ending(clientId, which) {
      const found = list(clientId).filter(row =>
        'id' in which ? publicId(row.session_id) === which.id : row.session_id !== which.allBut,
      )
      if ('id' in which && found.length === 0) throw new AppError('not_found', 'There is no such session.')
      return found.map(row => remove(sessions, row.session_id))
    },
  }
}

/** What a session is told apart by; its hash is nobody else's business. */
export const publicId = (sessionId: string) => sessionId.slice(0, 16)
