/**
 * What the links in mails open: random tokens, kept as hashes, each for one account, one address and one purpose. Using one
 * is a change in the same commit as what it allows, so of fifty callers with the same token one succeeds.
 */
import { randomBytes } from 'node:crypto'
import { AppError } from '../errors.ts'
import { type MailToken, mailTokens } from '../store/records.ts'
import { type Change, insert, remove, type Store } from '../store/store.ts'
import { hashOf } from './secret.ts'

/** off:… are links in notices that switch them off; they may be used again. */
export type Purpose = 'verify' | 'reset' | 'change' | 'notices' | `off:${'leads' | 'usage' | 'summary'}`

const hourMs = 3_600_000
const hours = (purpose: Purpose) => ({ verify: 72, reset: 1, change: 24, notices: 72 })[purpose as 'verify'] ?? 90 * 24
/** Of one account and purpose; older ones go. Links of mails that were sent twice all work until one is used. */
const maxEach = 5

export interface MailTokens {
  /** A new token, the code that can be typed instead, and the changes that store it. */
  issue(clientId: string, purpose: Purpose, email: string): { token: string; code: string; changes: Change[] }
  /** @throws AppError `token_invalid` for unknown, used and expired ones alike */
  find(token: string, purposes: readonly string[]): MailToken
  /** By the code, for a client who is signed in. @throws as `find` */
  findCode(clientId: string, code: string, purposes: readonly string[]): MailToken
  /** The changes that use up every token of an account for a purpose. The first of them fails where another caller was first. */
  using(token: MailToken): Change[]
  /** The changes that take tokens of an account back, all purposes but off:…, or one. */
  taking(clientId: string, purpose?: Purpose): Change[]
}

export function createMailTokens(deps: { store: Store; now: () => Date }): MailTokens {
  const { store, now } = deps
  const rows = () => store.table(mailTokens)
  const of = (clientId: string) => [...rows().all()].filter(row => row.client_id === clientId)
  const check = (row: MailToken | undefined, purposes: readonly string[]): MailToken => {
    if (!row || row.expires_at <= now().toISOString() || !purposes.includes(row.purpose.split(':')[0]!)) {
      throw new AppError('token_invalid', 'This link has been used already or is too old; ask for a new one.')
    }
    return row
  }
  return {
    issue(clientId, purpose, email) {
      const token = randomBytes(32).toString('base64url')
      const code = newCode()
      const at = now()
      const before = of(clientId).filter(row => row.purpose === purpose)
      const row: MailToken = {
        token_id: hashOf(token),
        client_id: clientId,
        purpose,
        email,
        code_hash: typed.includes(purpose) ? hashOf(`${clientId} ${plain(code)}`) : '',
        created_at: at.toISOString(),
        expires_at: new Date(at.getTime() + hours(purpose) * hourMs).toISOString(),
      }
      const old = before.sort((a, b) => b.created_at.localeCompare(a.created_at)).slice(maxEach - 1)
      return { token, code, changes: [...old.map(gone => remove(mailTokens, gone.token_id)), insert(mailTokens, row)] }
    },
    find: (token, purposes) => check(rows().get(hashOf(token)), purposes),
    findCode(clientId, code, purposes) {
      const hash = hashOf(`${clientId} ${plain(code)}`)
      return check(
        of(clientId).find(row => row.code_hash === hash),
        purposes,
      )
    },
    using: token => [
      remove(mailTokens, token.token_id),
      ...of(token.client_id)
        .filter(row => row.purpose === token.purpose && row.token_id !== token.token_id)
        .map(row => remove(mailTokens, row.token_id)),
    ],
    taking: (clientId, purpose) =>
      of(clientId)
        .filter(row => (purpose ? row.purpose === purpose : !row.purpose.startsWith('off:')))
        .map(row => remove(mailTokens, row.token_id)),
  }
}

/** Purposes whose mail shows a code beside its link. */
const typed: readonly string[] = ['verify', 'change', 'notices']

/** Letters and digits that are not mistaken for each other. 32 of them: eight are 40 random bits. */
const alphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'
function newCode(): string {
  const letters = [...randomBytes(8)].map(byte => alphabet[byte % 32]).join('')
  return `${letters.slice(0, 4)}-${letters.slice(4)}`
}
const plain = (code: string) => code.toUpperCase().replace(/[^A-Z0-9]/g, '')
