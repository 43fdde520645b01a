/**
 * Every record that Parley keeps, with its columns in file order. The first columns of clients, sessions, usage_logs and
 * knowledge are a contract with files that already exist: new columns go to the right of them.
 */
import { type Column, counter, type InferRow, log, table } from './define.ts'

const text: Column<string> = { kind: 'text' }
const bool: Column<boolean> = { kind: 'bool' }
const int: Column<number> = { kind: 'int' }
/** Empty in the file means null. */
const maybeInt: Column<number | null> = { kind: 'int', nullable: true }
/** ISO 8601 UTC with milliseconds; the empty string means never. */
const time: Column<string> = { kind: 'time' }
const json = <T>(empty: T): Column<T> => ({ kind: 'json', empty })

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
    /** Space-separated: chat knowledge read. */
    scopes: text,
    created_at: time,
    expires_at: time,
    last_used_at: time,
    revoked_at: time,
  },
})
export type Key = InferRow<typeof keys>

/** What visitors are asked for so that a person can write back, and when. */
export interface LeadForm {
  when: 'never' | 'refusal' | 'before'
  fields: { name: 'name' | 'email' | 'phone' | 'message'; required: boolean }[]
  /** Empty: the widget's own words. */
  title: string
  text: string
  thanks: string
}

export const bots = table({
  name: 'bots',
  file: 'bots.csv',
  key: 'client_id',
  columns: {
    client_id: text,
    name: text,
    greeting: text,
    /** #rrggbb */
    color: text,
    /** Ways on, named in a refusal: an e-mail address, phone number or https link. */
    contact: text,
    /** Origins the public id may be used from; none = any. */
    allowed_origins: json<string[]>([]),
    suggestions: json<string[]>([]),
    updated_at: time,
    /** right or left; empty: right. */
    position: text,
    /** auto, light or dark; empty: auto. */
    theme: text,
    /** BCP 47; empty: the visitor's. */
    lang: text,
    /** Words beside the launcher's sign. */
    launcher: text,
    /** In place of the launcher's sign: a character or two, or the https address of an image. */
    icon: text,
    /** In the chat's head, as `icon`. */
    avatar: text,
    placeholder: text,
    /** Seconds after which the chat opens by itself; null: never. */
    open_after: maybeInt,
    /** Paths of pages without the widget, such as `/checkout*`. */
    hide_on: json<string[]>([]),
    /** tab, keep or none; empty: tab. */
    history: text,
    consent_text: text,
    consent_url: text,
    lead: json<LeadForm | null>(null),
    /** The widget's words that the client says otherwise, by name. */
    texts: json<Record<string, string>>({}),
  },
})
export type Bot = InferRow<typeof bots>

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

export const knowledge = table({
  name: 'knowledge',
  /** One folder per client. */
  file: 'knowledge/{partition}/knowledge.csv',
  partitioned: true,
  key: 'id',
  /** Rows that count against a limit and are answered from. */
  live: 'is_active',
  columns: {
    id: text,
    /** The answer (qa), the passage (text) or "Column: value; …" (row); up to 20,000 characters. */
    content: text,
    category: text,
    source: text,
    created_at: time,
    is_active: bool,
    /** text, qa or row; empty = text. */
    kind: text,
    title: text,
    question: text,
    alternates: json<string[]>([]),
    lang: text,
    url: text,
    metadata: json<Record<string, unknown>>({}),
    updated_at: time,
  },
})
export type KnowledgeRow = InferRow<typeof knowledge>

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

export const turns = log({
  name: 'turns',
  file: 'conversations/{partition}/turns.csv',
  partitioned: true,
  monthly: true,
  time: 'timestamp',
  columns: {
    timestamp: time,
    turn_id: text,
    client_id: text,
    session_id: text,
    message: text,
    response: text,
    answered: bool,
    /** 0–1 in ten-thousandths, so that it stays exact. */
    confidence: int,
    /** Ids of the entries that the answer was taken from. */
    sources: json<string[]>([]),
    /** What "why this answer" needs: passages, features, threshold. */
    why: json<Record<string, unknown>>({}),
    lang: text,
    /** key, session or public. */
    channel: text,
    /** Origin of the page, where known. */
    origin: text,
    /** answer, refusal or small-talk. */
    kind: text,
  },
})
export type Turn = InferRow<typeof turns>

/** What visitors thought of answers. A log: the last row for a turn is what holds. */
export const feedback = log({
  name: 'feedback',
  file: 'feedback/{partition}/feedback.csv',
  partitioned: true,
  monthly: true,
  time: 'timestamp',
  columns: {
    timestamp: time,
    client_id: text,
    turn_id: text,
    session_id: text,
    /** up, down, or none when it was taken back. */
    rating: text,
    comment: text,
  },
})
export type Feedback = InferRow<typeof feedback>

/** Visitors who left word how to reach them. */
export const leads = table({
  name: 'leads',
  file: 'leads/{partition}/leads.csv',
  partitioned: true,
  key: 'lead_id',
  columns: {
    lead_id: text,
    client_id: text,
    created_at: time,
    name: text,
    email: text,
    phone: text,
    message: text,
    /** The conversation it came from; empty when there was none. */
    session_id: text,
    /** The page it came from, without query and fragment. */
    page: text,
  },
})
export type Lead = InferRow<typeof leads>

/** Chat requests of a client in a UTC calendar month (`period` = YYYY-MM); shown in clients.csv as used_requests. */
export const requests = counter({
  name: 'requests',
  file: 'counters.csv',
  mirror: { table: clients, column: 'used_requests' },
})
