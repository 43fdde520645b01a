/** Plans, and what a client may use: the values in its own row win over its plan's. */
import { AppError } from '../errors.ts'
import { type Client, clients, type Plan, plans } from '../store/records.ts'
import { insert, type Store } from '../store/store.ts'

/** What plans.csv holds at first. */
export const firstPlans: Plan[] = [
  { plan: 'free', knowledge_limit: 50, monthly_requests: 1000, price_cents: 0, currency: 'USD' },
  { plan: 'basic', knowledge_limit: 500, monthly_requests: 10_000, price_cents: 1900, currency: 'USD' },
  { plan: 'premium', knowledge_limit: 5000, monthly_requests: 100_000, price_cents: 9900, currency: 'USD' },
]

/** What a client may use. */
export interface Allowance {
  /** Entries. */
  knowledgeLimit: number
  /** Requests in a UTC calendar month. */
  monthlyRequests: number
}

/** Writes plans.csv on the first start. */
export async function ensurePlans(store: Store): Promise<void> {
  if (store.table(plans).size === 0) await store.commit(firstPlans.map(plan => insert(plans, plan)))
}

/** @throws AppError `not_found` when there is no such client */
export function allowanceOf(store: Store, clientId: string): Allowance {
  const client = store.table(clients).get(clientId)
  if (!client) throw new AppError('not_found', 'There is no such client.')
  return allowanceOfClient(store, client)
}

export function allowanceOfClient(store: Store, client: Client): Allowance {
  // A plan taken out of plans.csv leaves its clients with the free one, not with nothing.
  const plan = store.table(plans).get(client.plan) ?? store.table(plans).get('free') ?? firstPlans[0]!
  return {
    knowledgeLimit: client.knowledge_limit ?? plan.knowledge_limit,
    monthlyRequests: client.monthly_requests ?? plan.monthly_requests,
  }
}
