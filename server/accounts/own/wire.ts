/** Wire shapes of what a signed-in client does with its own account. */
import { z } from '@hono/zod-openapi'
import { Account } from '../wire.ts'

const line = (max: number) =>
  z
    .string()
    .trim()
    .max(max, `must have at most ${max} characters`)
    .regex(/^[^\0-\x1f\x7f]*$/, 'must be one line')
const phone = line(40).regex(/^(?:[+(]?\d[\d\s()./-]{3,})?$/, 'must be a phone number, like +49 30 1234567')

const profile = {
  contact_person: line(120),
  phone,
  whatsapp: phone,
  address: z.string().trim().max(500, 'must have at most 500 characters'),
  business_type: line(80),
  tax_number: line(60),
}

export const PlanOffer = z
  .object({
    plan: z.string(),
    knowledge_limit: z.number().int(),
    monthly_requests: z.number().int(),
    price_cents: z.number().int(),
    currency: z.string(),
    /** Taken at once, without the operator. */
    self_serve: z.boolean(),
  })
  .openapi('PlanOffer')

/** GET /api/account */
export const OwnAccount = Account.extend({
  ...profile,
  created_at: z.string(),
  last_login: z.string().nullable(),
  plans: z.array(PlanOffer),
  /** Days between closing an account and its end. */
  grace_days: z.number().int(),
}).openapi('OwnAccount')
export type OwnAccount = z.infer<typeof OwnAccount>

/** PATCH /api/account: only the members that change. */
export const OwnAccountChange = z
  .object({ company_name: z.string().trim().min(1, 'must not be empty').max(120), ...profile })
  .partial()
  .openapi('OwnAccountChange')
export type OwnAccountChange = z.infer<typeof OwnAccountChange>

const password = z.string().max(200, 'must have at most 200 characters')

export const PasswordChange = z.object({ password, new_password: password }).openapi('PasswordChange')
export const EmailChange = z
  .object({
    password,
    email: z.string().trim().toLowerCase().pipe(z.email('must be an e-mail address').max(254)),
  })
  .openapi('EmailChange')
export const PlanRequest = z
  .object({ plan: z.string().trim().max(40) })
  .openapi('PlanRequest', { description: 'An empty plan takes a request back.' })
export const CloseRequest = z.object({ password }).openapi('CloseRequest')

export const OwnSession = z
  .object({
    id: z.string(),
    created_at: z.string(),
    expires_at: z.string(),
    ip_address: z.string(),
    /** Like “Firefox on Windows”; empty where the caller did not say. */
    device: z.string(),
    /** The one that asks. */
    current: z.boolean(),
  })
  .openapi('OwnSession')
export const OwnSessions = z.object({ data: z.array(OwnSession), total: z.number().int() }).openapi('OwnSessions')
export type OwnSessions = z.infer<typeof OwnSessions>

export const AuditEvent = z
  .object({
    timestamp: z.string(),
    /** As a verb in the past: signed_in, key_revoked, settings_changed … */
    action: z.string(),
    details: z.record(z.string(), z.unknown()),
    ip_address: z.string(),
    via: z.string(),
  })
  .openapi('AuditEvent')
/** Newest first. */
export const AuditPage = z
  .object({
    data: z.array(AuditEvent),
    total: z.number().int(),
    page: z.number().int(),
    pages: z.number().int(),
  })
  .openapi('AuditPage')
export type AuditPage = z.infer<typeof AuditPage>
