/** Wire shapes of confirming an address, a forgotten password, and notices by mail. */
import { z } from '@hono/zod-openapi'

const email = z.string().trim().toLowerCase().pipe(z.email('must be an e-mail address').max(254))
const token = z.string().trim().min(1, 'must not be empty').max(200)

export const ForgotRequest = z.object({ email }).openapi('ForgotRequest')
export const ResetRequest = z
  .object({ token, password: z.string().max(200, 'must have at most 200 characters') })
  .openapi('ResetRequest')
export const ConfirmRequest = z.object({ token }).openapi('ConfirmRequest')
export const ConfirmCodeRequest = z
  .object({ code: z.string().trim().min(1, 'must not be empty').max(40) })
  .openapi('ConfirmCodeRequest')

export const ConfirmReply = z
  .object({
    success: z.literal(true),
    /** The account's address, a new one of it, or one that leads go to. */
    what: z.enum(['verify', 'change', 'notices']),
    email: z.string(),
  })
  .openapi('ConfirmReply')
export type ConfirmReply = z.infer<typeof ConfirmReply>

const flags = {
  /** A mail for each message of a visitor. */
  leads: z.boolean(),
  /** At 80 % and 100 % of the month's requests. */
  usage: z.boolean(),
  /** What the week brought, on Mondays. */
  summary: z.boolean(),
  /** The language of mails. */
  lang: z.enum(['en', 'de']),
}

export const NoticeSettings = z
  .object({
    ...flags,
    /** Where leads go; empty: to the account's address. */
    leads_to: z.string(),
    /** Asked for, not confirmed by its owner yet; empty: none. */
    leads_to_pending: z.string(),
    /** Whether this installation sends mail at all. */
    mail: z.boolean(),
    /** The account's address, and whether notices may go there. */
    email: z.string(),
    email_verified: z.boolean(),
  })
  .openapi('NoticeSettings')
export type NoticeSettings = z.infer<typeof NoticeSettings>

/** PATCH /api/account/notices: only the members that change. */
export const NoticeChange = z
  .object({ ...flags, leads_to: z.union([z.literal(''), email]) })
  .partial()
  .openapi('NoticeChange')
export type NoticeChange = z.infer<typeof NoticeChange>

export const NoticeOff = z
  .object({ success: z.literal(true), notice: z.enum(['leads', 'usage', 'summary']) })
  .openapi('NoticeOff')
export type NoticeOff = z.infer<typeof NoticeOff>
