/** Wire shapes of leads: what visitors leave so that a person can write back. */
import { z } from '@hono/zod-openapi'

const line = (max: number) =>
  z
    .string()
    .trim()
    .max(max, `must have at most ${max} characters`)
    .regex(/^[^\0-\x1f\x7f]*$/, 'must be one line')
const phone = line(40).regex(/^(?:[+(]?\d[\d\s()./-]{3,})?$/, 'must be a phone number')

export const LeadRequest = z
  .object({
    company_id: z.string().max(100).optional(),
    /** The conversation it comes from. */
    session_id: z
      .string()
      .regex(/^[A-Za-z0-9._:-]{1,100}$/, 'must be 1–100 letters, digits, or . _ : -')
      .optional(),
    name: line(120).default(''),
    email: z.union([z.literal(''), z.string().trim().max(254).pipe(z.email('must be an e-mail address'))]).default(''),
    phone: phone.default(''),
    message: z.string().trim().max(2_000, 'must have at most 2,000 characters').default(''),
    /** Address of the page; query and fragment are not kept. */
    page: z.string().max(2_000).optional(),
  })
  .openapi('LeadRequest')
export type LeadRequest = z.infer<typeof LeadRequest>

export const LeadReply = z
  .object({ success: z.literal(true), lead_id: z.string(), message: z.string() })
  .openapi('LeadReply')

export const Lead = z
  .object({
    id: z.string(),
    created_at: z.string(),
    name: z.string(),
    email: z.string(),
    phone: z.string(),
    message: z.string(),
    session_id: z.string(),
    page: z.string(),
    /** When a person dealt with it; empty: it waits. */
    handled_at: z.string(),
  })
  .openapi('Lead')
export type Lead = z.infer<typeof Lead>

export const LeadMark = z.object({ handled: z.boolean('must be true or false') }).openapi('LeadMark')
export const LeadMarked = z.object({ success: z.literal(true), lead: Lead }).openapi('LeadMarked')

export const LeadPage = z
  .object({
    data: z.array(Lead),
    total: z.number().int(),
    page: z.number().int(),
    pages: z.number().int(),
    /** Of all, whatever is searched for. */
    counts: z.object({ new: z.number().int(), handled: z.number().int() }),
  })
  .openapi('LeadPage')
export type LeadPage = z.infer<typeof LeadPage>
