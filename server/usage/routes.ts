/** HTTP of usage. */
import { route } from '../http/route.ts'
import type { Overview } from './overview.ts'
import { UsageOverview } from './wire.ts'

export function usageRoutes(deps: { overview: Overview }) {
  return {
    overview: route({
      summary: 'This month and the last 30 days',
      tag: 'Usage',
      replies: { 200: { description: 'Usage', schema: UsageOverview } },
      handle: async ({ caller }) => ({ body: await deps.overview.of(caller.clientId) }),
    }),
  }
}
