/** Portal sessions: a random token in the browser, its hash in sessions.csv. */
import type { Principal } from '../http/principal.ts'
import { type Session, sessions } from '../store/records.ts'
import { type Change, insert, remove, type Store } from '../store/store.ts'
import { hashSecret, newToken } from './secret.ts'

export interface Sessions {
  /** A new session and the change that makes it durable. */
  open(clientId: string): { token: string; expiresAt: string; change: Change }
  find(token: string): (Principal & { expiresAt: string }) | null
  /** Ends a session; does nothing for an unknown token. */
  end(token: string): Promise<void>
}

export function createSessions(deps: { store: Store; now: () => Date; hours: number }): Sessions {
  const { store, now, hours } = deps
  const rows = () => store.table(sessions)
  return {
    open(clientId) {
      const token = newToken()
      const at = now()
      const row: Session = {
        session_id: hashSecret(token),
        client_id: clientId,
        created_at: at.toISOString(),
        expires_at: new Date(at.getTime() + hours * 3_600_000).toISOString(),
        is_active: true,
      }
      return { token, expiresAt: row.expires_at, change: insert(sessions, row) }
    },
    find(token) {
      const row = rows().get(hashSecret(token))
      if (!row?.is_active || row.expires_at <= now().toISOString()) return null
      return {
        via: 'session',
        clientId: row.client_id,
        scopes: ['chat', 'knowledge', 'read'],
        credentialId: row.session_id,
        expiresAt: row.expires_at,
      }
    },
    async end(token) {
      const id = hashSecret(token)
      if (rows().get(id)) await store.commit([remove(sessions, id)])
    },
  }
}
