/** Audit rows: sign-ins, key and plan changes go into usage_logs.csv beside the chats, and into the client's own audit. */
import type { Principal } from '../http/principal.ts'
import type { Reply, Route } from '../http/route.ts'
import { audit, usageLogs } from '../store/records.ts'
import { append, type Change, type Store } from '../store/store.ts'

/** Who did it, and from where. */
export interface By {
  /** The address, whole: security events are few and need it. */
  ip: string
  via: 'key' | 'session' | 'public' | 'open'
  /** The browser's or program's name of itself. */
  agent?: string | undefined
}

/** `action` as a verb in the past, e.g. key_revoked; `details` never holds a secret. */
export function audited(
  at: Date,
  clientId: string,
  action: string,
  details: Record<string, unknown>,
  by: By,
): Change[] {
  const row = { timestamp: at.toISOString(), client_id: clientId, action, ip_address: by.ip }
  return [
    append(usageLogs, { ...row, details: JSON.stringify({ ...details, via: by.via }) }),
    append(audit, { ...row, details: JSON.stringify(details), via: by.via }, clientId),
  ]
}

/**
 * A route of another room whose success is noted in the audit, after it. `describe` says what of the call is worth keeping.
 */
export function createAuditing(deps: { store: Store; now: () => Date }) {
  return (
    action: string,
    route: Route,
    describe: (input: { params?: any; body?: any; query?: any }, reply: any) => Record<string, unknown> = () => ({}),
  ): Route => ({
    ...route,
    async handle(input) {
      const reply = await route.handle(input)
      const caller = input.caller as Principal | undefined
      const body = reply instanceof Response ? undefined : (reply as Reply).body
      if (caller) {
        const details = describe(input, body)
        await deps.store.commit(
          audited(deps.now(), caller.clientId, action, details, { ip: input.ip, via: caller.via }),
        )
      }
      return reply
    },
  })
}
