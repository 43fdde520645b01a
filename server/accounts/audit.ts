/** Audit rows: sign-ins, key and plan changes go into usage_logs.csv beside the chats. */
import type { UsageLog } from '../store/records.ts'

/** Who did it, and from where. */
export interface By {
  /** The address, whole: security events are few and need it. */
  ip: string
  via: 'key' | 'session' | 'public' | 'open'
}

/** `action` as a verb in the past, e.g. key_revoked; `details` never holds a secret. */
export function auditRow(
  at: Date,
  clientId: string,
  action: string,
  details: Record<string, unknown>,
  by: By,
): UsageLog {
  return {
    timestamp: at.toISOString(),
    client_id: clientId,
    action,
    details: JSON.stringify({ ...details, via: by.via }),
    ip_address: by.ip,
  }
}
