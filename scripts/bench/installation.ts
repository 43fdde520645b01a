/** Fills a data folder through the store, as the app would have, only faster: clients, knowledge, a history of usage. */

import { createHash } from 'node:crypto'
import type { Passwords } from '../../server/accounts/password.ts'
import { ensurePlans } from '../../server/accounts/plan.ts'
import { emptyProfile } from '../../server/accounts/profile.ts'
import { clients, keys, knowledge, usageLogs } from '../../server/store/records.ts'
import { append, type Change, insert, type Store } from '../../server/store/store.ts'
import { unsourced } from '../../server/store/unsourced.ts'
import type { KnowledgeBase } from './knowledge.ts'

export interface BenchClient {
  id: string
  email: string
  password: string
  /** The secret key. */
  key: string
}

/** Rows that one commit holds. */
const batch = 5000

/** The n-th client; the same in every run, so that another process knows its key. */
export const clientNumber = (n: number): BenchClient => ({
  id: `client_bench${n}`,
  email: `bench${n}@example.com`,
  password: 'correct horse battery staple',
  key: `cb_${createHash('sha256').update(`bench ${n}`).digest('base64url')}`,
})

/** Adds a client without limits worth speaking of. */
export async function addClient(store: Store, client: BenchClient, passwordHash = ''): Promise<void> {
  const at = new Date().toISOString()
  const hash = createHash('sha256').update(client.key).digest('hex')
  await store.commit([
    insert(clients, {
      client_id: client.id,
      company_name: 'Bench company',
      email: client.email,
      password_hash: passwordHash,
      api_key: hash,
      created_at: at,
      last_login: '',
      is_active: true,
      plan: 'premium',
      knowledge_limit: 1_000_000,
      monthly_requests: 1_000_000_000,
      used_requests: 0,
      requested_plan: '',
      updated_at: at,
      ...emptyProfile,
    }),
    insert(keys, {
      key_id: `key_${client.id}`,
      client_id: client.id,
      name: 'First key',
      hint: client.key.slice(0, 9),
      hash,
      scopes: 'chat knowledge read',
      created_at: at,
      expires_at: '',
      last_used_at: '',
      revoked_at: '',
    }),
  ])
}

export async function addKnowledge(store: Store, clientId: string, { entries }: KnowledgeBase): Promise<void> {
  const at = new Date().toISOString()
  const rows = entries.map(entry =>
    insert(
      knowledge,
      {
        id: entry.id,
        content: entry.text,
        category: entry.category ?? '',
        source: entry.source ?? '',
        created_at: at,
        is_active: true,
        kind: entry.kind,
        title: entry.title ?? '',
        question: entry.question ?? '',
        alternates: entry.alternates ?? [],
        lang: entry.lang ?? '',
        url: entry.url ?? '',
        metadata: {},
        updated_at: at,
        ...unsourced,
      },
      clientId,
    ),
  )
  await commitAll(store, rows)
}

/** Usage of this month, spread over `clientCount` clients. */
export async function addUsage(store: Store, rows: number, clientCount: number): Promise<void> {
  const from = Date.parse(`${new Date().toISOString().slice(0, 7)}-01T00:00:00.000Z`)
  const step = Math.max(0, Date.now() - from) / rows
  for (let done = 0; done < rows; done += batch) {
    const changes: Change[] = []
    for (let i = done; i < Math.min(rows, done + batch); i++) {
      changes.push(
        append(usageLogs, {
          timestamp: new Date(from + Math.floor(i * step)).toISOString(),
          client_id: clientNumber(i % clientCount).id,
          action: 'chat',
          details: `{"answer_id":"a_bench${i}","answered":true,"ms":3}`,
          ip_address: '203.0.113.7',
        }),
      )
    }
    await store.commit(changes)
  }
}

/** An installation for chat benches: one client with `base`, who can also sign in. */
export async function furnish(store: Store, passwords: Passwords, base: KnowledgeBase): Promise<BenchClient> {
  await ensurePlans(store)
  const client = clientNumber(0)
  await addClient(store, client, await passwords.hash(client.password))
  await addKnowledge(store, client.id, base)
  return client
}

async function commitAll(store: Store, changes: readonly Change[]): Promise<void> {
  for (let i = 0; i < changes.length; i += batch) await store.commit(changes.slice(i, i + batch))
}
