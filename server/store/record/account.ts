/** Who has an account, who is signed in, what they may use, and what they used. */
import { counter, type InferRow, log, table } from '../define.ts'
import { bool, int, maybeInt, text, time } from './column.ts'

export const clients = table({
  name: 'clients',
  file: 'clients.csv',
  key: 'client_id',
  unique: ['email'],
  columns: {
    client_id: text,
    company_name: text,
    /** Lower case, trimmed. */
    email: text,
    /** scrypt-kdf's own format, base64. */
    password_hash: text,
    /** SHA-256 (hex) of the first secret key; keys.csv holds all of them. */
    api_key: text,
    created_at: time,
    last_login: time,
    is_active: bool,
    plan: text,
    /** Null: the plan's. */
    knowledge_limit: maybeInt,
    /** Null: the plan's. */
    monthly_requests: maybeInt,
    /** Requests of the current month; written from the counter at each checkpoint. */
    used_requests: int,
    /** A plan asked for at registration or in the portal, until the operator decides. */
    requested_plan: text,
    updated_at: time,
    contact_person: text,
    phone: text,
    whatsapp: text,
    address: text,
    business_type: text,
    tax_number: text,
    /** From then on the account is closed: the owner asked for it, with time to think again. */
    closing_at: time,
    /** When the address was shown to be its owner's; empty: not yet. */
    email_verified_at: time,
    /** An address asked for that is not confirmed yet. */
    pending_email: text,
    /** The language of mails: en or de; empty: en. */
    lang: text,
  },
})
export type Client = InferRow<typeof clients>

export const sessions = table({
  name: 'sessions',
  file: 'sessions.csv',
  key: 'session_id',
  /** Rows past `expires_at` are dropped at a checkpoint. */
  expires: 'expires_at',
  columns: {
    /** SHA-256 (hex) of the token. */
    session_id: text,
    client_id: text,
    created_at: time,
    expires_at: time,
    is_active: bool,
    /** Where it was opened, to be recognized by its owner. */
    ip_address: text,
    user_agent: text,
  },
})
export type Session = InferRow<typeof sessions>

export const keys = table({
  name: 'keys',
  file: 'keys.csv',
  key: 'key_id',
  unique: ['hash'],
  columns: {
    key_id: text,
    client_id: text,
    name: text,
    /** The first characters of the key, e.g. `cb_Ab12Cd34`, to tell keys apart. */
    hint: text,
    /** SHA-256 (hex) of the whole key. */
    hash: text,
    /** Space-separated: chat knowledge read erase. */
    scopes: text,
    created_at: time,
    expires_at: time,
    last_used_at: time,
    revoked_at: time,
  },
})
export type Key = InferRow<typeof keys>

export const plans = table({
  name: 'plans',
  file: 'plans.csv',
  key: 'plan',
  columns: {
    plan: text,
    knowledge_limit: int,
    monthly_requests: int,
    price_cents: int,
    currency: text,
  },
})
export type Plan = InferRow<typeof plans>

export const usageLogs = log({
  name: 'usage_logs',
  file: 'usage_logs.csv',
  /** A closed month moves to usage_logs-YYYY-MM.csv. */
  monthly: true,
  time: 'timestamp',
  columns: {
    timestamp: time,
    client_id: text,
    action: text,
    details: text,
    ip_address: text,
  },
})
export type UsageLog = InferRow<typeof usageLogs>

/** What happened to an account: sign-ins, keys, settings, deletions. Each of them stands in usage_logs.csv too. */
export const audit = log({
  name: 'audit',
  file: 'audit/{partition}/audit.csv',
  partitioned: true,
  monthly: true,
  time: 'timestamp',
  columns: {
    timestamp: time,
    client_id: text,
    action: text,
    /** JSON; never a secret. */
    details: text,
    ip_address: text,
    /** session, key or open. */
    via: text,
  },
})
export type AuditRow = InferRow<typeof audit>

/** Chat requests of a client in a UTC calendar month (`period` = YYYY-MM); shown in clients.csv as used_requests. */
export const requests = counter({
  name: 'requests',
  file: 'counters.csv',
  mirror: { table: clients, column: 'used_requests' },
})

/** When a client's people looked at the portal. */
export const visits = table({
  name: 'visits',
  file: 'visits.csv',
  key: 'client_id',
  columns: {
    client_id: text,
    /** The last moment of their last visit, to a few minutes. */
    last_at: time,
    /** Of the visit before that: what came later is new to them. Empty: there was none. */
    before_at: time,
  },
})
export type Visit = InferRow<typeof visits>
