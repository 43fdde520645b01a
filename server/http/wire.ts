/** Wire shapes that every route shares. */
import { z } from '@hono/zod-openapi'

/** RFC 9457 problem document; `error` repeats the sentence for existing callers. Content type application/problem+json. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string(),
    request_id: z.string(),
    error: z.string(),
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
    resets_at: z.string().optional(),
  })
  .openapi('Problem')
export type Problem = z.infer<typeof Problem>
