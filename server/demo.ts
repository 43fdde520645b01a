/**
 * The demo client: Harbour Lane Cycles, an invented bicycle shop. It is made only where nobody else can reach the server
 * (its password is public), and switched off as soon as that is no longer so.
 */

import { emptyBot } from './accounts/bot.ts'
import type { Passwords } from './accounts/password.ts'
import { emptyProfile } from './accounts/profile.ts'
import { hashSecret, hintOf, newKey } from './accounts/secret.ts'
import { demoKnowledge } from './demo-knowledge.ts'
import { bots, clients, keys, knowledge } from './store/records.ts'
import { insert, type Store, update } from './store/store.ts'
import { unsourced } from './store/unsourced.ts'

export const demoAccount = { email: 'demo@example.com', password: 'demo123', company_id: 'demo_company' }

export interface DemoDeps {
  store: Store
  passwords: Passwords
  now: () => Date
  /** Whether this installation may have a demo client. */
  allowed: boolean
}

/** Makes, wakes or puts to sleep the demo client. Returns what it is now. */
export async function syncDemo({ store, passwords, now, allowed }: DemoDeps): Promise<'active' | 'asleep' | 'none'> {
  const id = demoAccount.company_id
  const existing = store.table(clients).get(id)
  if (existing) {
    if (existing.is_active !== allowed)
      await store.commit([update(clients, id, { is_active: allowed, updated_at: now().toISOString() })])
    return allowed ? 'active' : 'asleep'
  }
  if (!allowed) return 'none'

  const at = now().toISOString()
  const key = newKey()
  await store.commit([
    insert(clients, {
      client_id: id,
      company_name: 'Harbour Lane Cycles',
      email: demoAccount.email,
      password_hash: await passwords.hash(demoAccount.password),
      api_key: hashSecret(key),
      created_at: at,
      last_login: '',
      is_active: true,
      plan: 'free',
      knowledge_limit: null,
      monthly_requests: null,
      used_requests: 0,
      requested_plan: '',
      updated_at: at,
      ...emptyProfile,
    }),
    // Nobody is shown this key; new ones are made in the portal.
    insert(keys, {
      key_id: 'key_demo',
      client_id: id,
      name: 'First key',
      hint: hintOf(key),
      hash: hashSecret(key),
      scopes: 'chat knowledge read',
      created_at: at,
      expires_at: '',
      last_used_at: '',
      revoked_at: '',
    }),
    insert(bots, {
      ...emptyBot,
      client_id: id,
      name: 'Harbour Lane Cycles',
      greeting: 'Hello! Ask me about opening hours, repairs, rentals or our bikes.',
      color: '#1d6b57',
      contact: 'hello@harbourlane.example',
      allowed_origins: [],
      suggestions: ['When are you open on Saturdays?', 'How much is a full service?', 'Do you rent out e-bikes?'],
      updated_at: at,
    }),
    ...demoKnowledge.map((entry, i) =>
      insert(
        knowledge,
        {
          id: `demo_${String(i + 1).padStart(2, '0')}`,
          content: entry.content,
          category: entry.category,
          source: 'website',
          created_at: at,
          is_active: true,
          kind: entry.kind,
          title: entry.title ?? '',
          question: entry.question ?? '',
          alternates: entry.alternates ?? [],
          lang: 'en',
          url: '',
          metadata: {},
          updated_at: at,
          ...unsourced,
        },
        id,
      ),
    ),
  ])
  return 'active'
}
