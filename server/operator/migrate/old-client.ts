/** A row of the older `clients.csv` as a client of ours: passwords and keys in clear become hashes, the rest stays. */

import type { Passwords } from '../../accounts/password.ts'
import { emptyProfile } from '../../accounts/profile.ts'
import { hashSecret, hintOf } from '../../accounts/secret.ts'
import { decodeCell } from '../../store/csv/codec.ts'
import type { Column } from '../../store/define.ts'
import { type Client, clients, type Key, type Plan } from '../../store/records.ts'
import type { Note, OldRow, OldTable } from './old-file.ts'
import { said } from './old-file.ts'

export const oldClients: OldTable = {
  columns: [
    'client_id',
    'company_name',
    'email',
    'password_hash',
    'api_key',
    'created_at',
    'last_login',
    'is_active',
    'plan',
    'knowledge_limit',
    'monthly_requests',
    'used_requests',
  ],
  telling: ['client_id'],
}

export interface OldClient {
  row: number
  client: Client
  /** In clear, to be hashed; empty when there is none that could be. */
  password: string
  key: Key | undefined
  /** Requests of the current month, by the file. */
  used: number
}

/** Formats of password hashes that cannot be verified here. */
const foreignHash = /^(?:\$2[abxy]\$|\$argon2|\$5\$|\$6\$|(?:pbkdf2|scrypt|argon2|bcrypt)[:_$])/
const ourHash = /^c2NyeXB0A[A-Za-z0-9+/]{119}$/

export function readClient(
  old: OldRow,
  plans: (plan: string) => Plan | undefined,
  at: string,
  notes: Note[],
): OldClient {
  const { row, cells } = old
  const file = 'clients.csv'
  const changed = (detail: string) => notes.push({ file, row, outcome: 'changed', detail })
  const read = <T>(name: keyof Client & string, fallback: T): T => {
    const text = said(cells[name])
    if (text === '') return fallback
    try {
      return decodeCell(name, clients.columns[name] as Column<unknown>, text) as T
    } catch (error) {
      changed(`${(error as Error).message}; it was left empty.`)
      return fallback
    }
  }
  // Before the epoch counts as never.
  const time = (name: 'created_at' | 'last_login', fallback: string) =>
    Number(said(cells[name]) || '0') === 0 ? fallback : read(name, fallback)

  const secret = said(cells.api_key)
  const hash = secret === '' ? '' : /^[0-9a-f]{64}$/.test(secret) ? secret : hashSecret(secret)
  const clientId = said(cells.client_id)
  const created = time('created_at', at)
  const plan = said(cells.plan).toLowerCase() || 'free'
  const known = plans(plan)
  if (!known)
    changed(`There is no plan ${JSON.stringify(plan)} in plans.csv; the row's own limits hold, or the free plan's.`)
  const limit = (name: 'knowledge_limit' | 'monthly_requests') => {
    const value = read<number | null>(name, null)
    // Where it is the plan's anyway, a change of the plan is to reach this client.
    return value === known?.[name] ? null : value
  }
  const stored = cells.password_hash ?? ''
  const unusable = foreignHash.test(stored)
  if (unusable) changed('The password is a hash of a kind that cannot be verified here; a new one must be set.')
  if (said(cells.company_name) === '') changed('There is no company name; the client id was taken for it.')
  for (const [name, value] of Object.entries(old.others))
    changed(`Column ${name} is not known; it held ${JSON.stringify(value.slice(0, 200))}.`)
  return {
    row,
    password: unusable || ourHash.test(stored) ? '' : stored,
    used: Math.max(0, read<number>('used_requests', 0)),
    key:
      hash === ''
        ? undefined
        : {
            key_id: `key_${hash.slice(0, 16)}`,
            client_id: clientId,
            name: 'First key',
            hint: hash === secret ? '' : hintOf(secret),
            hash,
            scopes: 'chat knowledge read',
            created_at: created,
            expires_at: '',
            last_used_at: '',
            revoked_at: '',
          },
    client: {
      client_id: clientId,
      company_name: said(cells.company_name) || clientId,
      email: said(cells.email).toLowerCase(),
      password_hash: ourHash.test(stored) ? stored : '',
      api_key: hash,
      created_at: created,
      last_login: time('last_login', ''),
      is_active: read('is_active', true),
      plan,
      knowledge_limit: limit('knowledge_limit'),
      monthly_requests: limit('monthly_requests'),
      used_requests: 0,
      requested_plan: '',
      updated_at: at,
      ...emptyProfile,
    },
  }
}

/** The client with its password hashed. Takes a tenth of a second on purpose. */
export async function withPassword({ client, password }: OldClient, passwords: Passwords): Promise<Client> {
  return password === '' ? client : { ...client, password_hash: await passwords.hash(password) }
}
