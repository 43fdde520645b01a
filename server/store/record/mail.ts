/** Mails that wait to be sent, what the links in them open, and which notices a client wants. */
import { type InferRow, table } from '../define.ts'
import { bool, int, json, text, time } from './column.ts'

/** Mails that are not sent yet, and those that were given up. A sent one leaves the table. */
export const outbox = table({
  name: 'outbox',
  file: 'outbox.csv',
  key: 'mail_id',
  /** Given-up mails are kept for a while, to be looked at. */
  expires: 'expires_at',
  columns: {
    mail_id: text,
    /** Empty: it is the operator's, or nobody's. */
    client_id: text,
    /** What it says; see server/mail/letter.ts. */
    kind: text,
    address: text,
    lang: text,
    /** What its words are about. Never a secret: links are made when it is sent. */
    details: json<Record<string, unknown>>({}),
    created_at: time,
    /** waiting or failed. */
    state: text,
    attempts: int,
    next_at: time,
    give_up_at: time,
    /** Why the last attempt failed, as a sentence. */
    reason: text,
    /** Empty while it waits. */
    expires_at: time,
  },
})
export type Mail = InferRow<typeof outbox>

/** What links and codes in mails let their reader do, once. */
export const mailTokens = table({
  name: 'mail_tokens',
  file: 'mail_tokens.csv',
  key: 'token_id',
  expires: 'expires_at',
  columns: {
    /** SHA-256 (hex) of the token in the link. */
    token_id: text,
    client_id: text,
    /** verify, reset, change, notices, or off:NOTICE. */
    purpose: text,
    /** The address that it was sent to: it proves that one and no other. */
    email: text,
    /** SHA-256 (hex) of the client and the code that can be typed instead; empty: none. */
    code_hash: text,
    created_at: time,
    expires_at: time,
  },
})
export type MailToken = InferRow<typeof mailTokens>

/** Which mails a client wants; no row: the defaults. */
export const notices = table({
  name: 'notices',
  file: 'notices.csv',
  key: 'client_id',
  columns: {
    client_id: text,
    /** A mail for each lead. */
    leads: bool,
    /** At 80 % and 100 % of the month's requests. */
    usage: bool,
    /** A summary of the week. */
    summary: bool,
    /** Where leads go instead of the account's address; confirmed. */
    leads_to: text,
    /** Asked for, not confirmed yet. */
    leads_to_pending: text,
    /** The last mark that was told: YYYY-MM:80 or YYYY-MM:100. */
    usage_told: text,
    /** The Monday of the last week that was summed up: YYYY-MM-DD. */
    summary_told: text,
    updated_at: time,
  },
})
export type Notices = InferRow<typeof notices>
