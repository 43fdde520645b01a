/** Wire shapes of usage. */
import { z } from '@hono/zod-openapi'

/** This month against the limit; part of each chat reply. */
export const Usage = z
  .object({ limit: z.number().int(), used: z.number().int(), remaining: z.number().int(), resets_at: z.string() })
  .openapi('Usage')
export type Usage = z.infer<typeof Usage>

/**
 * GET /api/usage: this month against the limit, and the last 30 UTC days, oldest first. `answered` counts every request
 * that did not end in “I don’t know”.
 */
export const UsageOverview = Usage.extend({
  days: z.array(
    z.object({ date: z.string(), requests: z.number().int(), answered: z.number().int() }).openapi('UsageDay'),
  ),
  /** The newest questions that were not answered, newest first, at most 10. */
  unanswered: z.array(z.object({ message: z.string(), timestamp: z.string() }).openapi('UnansweredQuestion')),
}).openapi('UsageOverview')
export type UsageOverview = z.infer<typeof UsageOverview>
