/** Wire shapes of accounts: registration, sign-in, profile, keys, bot settings. */
import { z } from '@hono/zod-openapi'
import { defaultThreshold } from '../answer/engine.ts'

const email = z.string().trim().toLowerCase().pipe(z.email('must be an e-mail address').max(254))
/** Length is counted in characters; the rule and its reason: NIST SP 800-63B. */
const newPassword = z.string().max(200, 'must have at most 200 characters')

export const RegisterRequest = z
  .object({
    company_name: z.string().trim().min(1, 'must not be empty').max(120),
    email,
    password: newPassword,
    plan: z.string().trim().max(40).optional(),
    /** Of mails; without it, what the browser prefers. */
    lang: z.enum(['en', 'de']).optional(),
  })
  .openapi('RegisterRequest')
export type RegisterRequest = z.infer<typeof RegisterRequest>

export const RegisterReply = z
  .object({ success: z.literal(true), client_id: z.string(), api_key: z.string(), message: z.string() })
  .openapi('RegisterReply')
export type RegisterReply = z.infer<typeof RegisterReply>

export const AuthenticateRequest = z
  .object({ email: z.string().trim().toLowerCase().max(254), password: z.string().max(200) })
  .openapi('AuthenticateRequest')
export type AuthenticateRequest = z.infer<typeof AuthenticateRequest>

export const AuthenticateReply = z
  .object({
    success: z.literal(true),
    client_id: z.string(),
    session_token: z.string(),
    expires_at: z.string(),
    api_key_hint: z.string(),
    company_name: z.string(),
    plan: z.string(),
  })
  .openapi('AuthenticateReply')
export type AuthenticateReply = z.infer<typeof AuthenticateReply>

/** Portal sign-in: `username` or `email`. The session comes back as a cookie, not in the body. */
export const LoginRequest = z
  .object({
    username: z.string().trim().toLowerCase().max(254).optional(),
    email: z.string().trim().toLowerCase().max(254).optional(),
    password: z.string().max(200),
  })
  .openapi('LoginRequest')
export type LoginRequest = z.infer<typeof LoginRequest>

export const Account = z
  .object({
    client_id: z.string(),
    company_name: z.string(),
    email: z.string(),
    plan: z.string(),
    requested_plan: z.string(),
    is_active: z.boolean(),
    /** The account ends then; its owner closed it. */
    closing_at: z.string().nullable(),
    /** Null: this installation sends no mail, so there is nothing to confirm. */
    email_verified: z.boolean().nullable(),
    /** An address that was asked for and waits to be confirmed; empty: none. */
    pending_email: z.string(),
  })
  .openapi('Account')
export type Account = z.infer<typeof Account>

/** GET /api/auth/me and the reply to a portal sign-in. */
export const Me = z.object({ success: z.literal(true), account: Account, expires_at: z.string() }).openapi('Me')
export type Me = z.infer<typeof Me>

export const ProfileStats = z
  .object({
    knowledge_count: z.number().int(),
    knowledge_limit: z.number().int(),
    /** Used this month. */
    monthly_requests: z.number().int(),
    monthly_limit: z.number().int(),
    resets_at: z.string(),
    account_created: z.string(),
    last_login: z.string().nullable(),
  })
  .openapi('ProfileStats')

export const Profile = Account.extend({ stats: ProfileStats }).openapi('Profile')
export type Profile = z.infer<typeof Profile>

export const KeyScope = z.enum(['chat', 'knowledge', 'read', 'erase']).openapi('KeyScope')

export const ApiKey = z
  .object({
    id: z.string(),
    name: z.string(),
    /** First characters of the key. */
    hint: z.string(),
    scopes: z.array(KeyScope),
    created_at: z.string(),
    expires_at: z.string().nullable(),
    last_used_at: z.string().nullable(),
  })
  .openapi('ApiKey')
export type ApiKey = z.infer<typeof ApiKey>

/** Keys that are not revoked, newest first. */
export const KeyList = z.object({ data: z.array(ApiKey), total: z.number().int() }).openapi('KeyList')
export type KeyList = z.infer<typeof KeyList>

export const CreateKeyRequest = z
  .object({
    name: z.string().trim().min(1, 'must not be empty').max(60),
    /** chat, knowledge and read, where none are named. */
    scopes: z.array(KeyScope).min(1).optional(),
    /** ISO 8601; in the future. */
    expires_at: z.iso.datetime({ offset: true }).optional(),
  })
  .openapi('CreateKeyRequest')
export type CreateKeyRequest = z.infer<typeof CreateKeyRequest>

export const RotateKeyQuery = z.object({
  /** How long the old key works on; 0 ends it at once. At most 30 days. */
  grace_hours: z
    .string()
    .regex(/^\d{1,3}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().max(720))
    .optional(),
})

/** The only time the whole key is shown. */
export const CreateKeyReply = z
  .object({ success: z.literal(true), key: ApiKey, api_key: z.string() })
  .openapi('CreateKeyReply')
export type CreateKeyReply = z.infer<typeof CreateKeyReply>

const LeadField = z.object({ name: z.enum(['name', 'email', 'phone', 'message']), required: z.boolean() })

/** What visitors are asked for so that a person can write back. */
export const LeadForm = z
  .object({
    /** refusal: offered where the bot has no answer; before: asked for before the first question. */
    when: z.enum(['never', 'refusal', 'before']),
    fields: z
      .array(LeadField)
      .min(1, 'needs at least one field')
      .max(4)
      .refine(fields => new Set(fields.map(field => field.name)).size === fields.length, 'must name each field once')
      .refine(
        fields => fields.some(field => field.name === 'email' || field.name === 'phone'),
        'needs an e-mail address or a phone number, or nobody can write back',
      ),
    /** Empty: the widget's own words, in the visitor's language. */
    title: z.string().trim().max(80),
    text: z.string().trim().max(300),
    thanks: z.string().trim().max(300),
  })
  .openapi('LeadForm')
export type LeadForm = z.infer<typeof LeadForm>

const wayValues: Record<string, [RegExp, string]> = {
  email: [/^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/, 'must be an e-mail address'],
  phone: [/^\+?[\d\s()./-]{3,40}$/, 'must be a phone number'],
  link: [/^https:\/\/[^\s/]+/, 'must be an address that begins with https://'],
  text: [/./, 'must not be empty'],
}

/** A way on to people. */
export const Way = z
  .object({
    /** text: anything that cannot be followed, said as it is. */
    kind: z.enum(['email', 'phone', 'link', 'text']),
    value: z.string().trim().min(1, 'must not be empty').max(300),
    /** What it is for; empty: the value speaks for itself. */
    label: z.string().trim().max(60).default(''),
  })
  .superRefine(({ kind, value }, context) => {
    const [form, message] = wayValues[kind]!
    if (!form.test(value)) context.addIssue({ code: 'custom', path: ['value'], message })
  })
  .openapi('Way')
export type Way = z.infer<typeof Way>

const clock = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'must be a time such as 09:00')
const date = z
  .string()
  .refine(value => /^\d{4}-\d{2}-\d{2}$/.test(value) && isDate(value), 'must be a date such as 2026-12-24')

/** When somebody is there, as local times of a time zone. */
export const OpeningHours = z
  .object({
    timezone: z.string().max(60).refine(isTimeZone, 'must be a time zone such as Europe/Berlin'),
    /** Monday first; of each day its ranges. One that ends before it begins ends on the next day. */
    week: z.array(z.array(z.tuple([clock, clock])).max(4, 'must have at most 4 ranges')).length(7, 'must have 7 days'),
    /** Days without, both ends included. */
    closed: z
      .array(
        z
          .object({ from: date, to: date, note: z.string().trim().max(60).default('') })
          .refine(({ from, to }) => from <= to, { path: ['to'], error: 'must not be before the first day' }),
      )
      .max(60)
      .default([]),
  })
  .openapi('OpeningHours')
export type OpeningHours = z.infer<typeof OpeningHours>

function isTimeZone(value: string): boolean {
  try {
    return value !== '' && new Intl.DateTimeFormat('en', { timeZone: value }) !== undefined
  } catch {
    return false
  }
}

/** The thirtieth of February is none. */
function isDate(value: string): boolean {
  const at = new Date(`${value}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(value)
}

/** What the widget may know of a bot: GET /api/bot?company_id=… */
export const PublicBot = z
  .object({
    company_id: z.string(),
    name: z.string(),
    /** Empty: greet in the visitor's language. */
    greeting: z.string(),
    color: z.string(),
    suggestions: z.array(z.string()),
    /** A way on to people: an e-mail address, phone number or https link. */
    contact: z.string(),
    /** Null: none is shown. */
    consent: z.object({ text: z.string(), url: z.string() }).nullable(),
    /** Null: none is shown. */
    lead: LeadForm.nullable(),
    version: z.string(),
  })
  .openapi('PublicBot')
export type PublicBot = z.infer<typeof PublicBot>

/** GET /widget/{company_id}: what differs from the defaults, by names of the tag's attributes. */
export const Launcher = z.object({ launcher: z.record(z.string(), z.string()) }).openapi('Launcher')
export type Launcher = z.infer<typeof Launcher>

const httpUrl = z.string().refine(isHttpUrl, 'must be an address that begins with https:// or http://')
const look = {
  position: z.enum(['right', 'left']),
  theme: z.enum(['auto', 'light', 'dark']),
  /** Empty: the visitor's. */
  lang: z.string().regex(/^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3})?$/, 'must be a language tag such as de or pt-BR'),
  /** Words beside the launcher's sign. */
  launcher: z.string().trim().max(40),
  /** In place of the launcher's sign. */
  icon: picture(),
  /** In the head of the chat. */
  avatar: picture(),
  /** Empty: the widget's own. */
  placeholder: z.string().trim().max(80),
  /** Seconds after which the chat opens by itself, without taking the focus; null: never. */
  open_after: z.number().int().min(0).max(3600).nullable(),
  /** Paths of pages without the widget; `*` stands for anything. */
  hide_on: z.array(z.string().regex(/^\/[^\s]{0,199}$/, 'must begin with / and have no spaces')).max(50),
  /** Where a conversation is kept in the visitor's browser: for the tab, beyond it, or not at all. */
  history: z.enum(['tab', 'keep', 'none']),
  consent_text: z.string().trim().max(300),
  consent_url: z.union([z.literal(''), httpUrl]),
  /** The widget's own words said otherwise, by their names in widget/text/en.ts. */
  texts: z.record(z.string().regex(/^[A-Za-z]{1,30}$/, 'is no name of a text'), z.string().trim().max(300)),
}

function isHttpUrl(value: string): boolean {
  return value.length <= 500 && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)
}

/** A character or two (an emoji, initials), or the https address of an image. */
function picture() {
  const detail = 'must be one to three characters, or an address that begins with https://'
  return z
    .string()
    .trim()
    .max(500)
    .refine(value => {
      const length = [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(value)].length
      return length <= 3 || (value.startsWith('https://') && isHttpUrl(value))
    }, detail)
}

/** Names for what most clients want; any number from 0 to 1 will do. */
export const carefulnessSteps = { helpful: 0.35, balanced: defaultThreshold, careful: 0.65, strict: 0.8 } as const
const steps = z.enum(Object.keys(carefulnessSteps) as (keyof typeof carefulnessSteps)[])
const carefulnessError = 'must be a number from 0 to 1, helpful, balanced, careful, strict, or null for the default'

/** Confidence from which an answer is given, as a number or a name; null: the engine's own. */
export const Carefulness = z
  .union([z.number().min(0).max(1), steps, z.null()], { error: carefulnessError })
  .transform(value => (typeof value === 'string' ? carefulnessSteps[value] : value))
  .openapi('Carefulness')

const language = z.string().regex(/^[a-z]{2}$/, 'must be a language such as de')
const days = z
  .number()
  .int('must be a whole number of days')
  .min(1, 'must be at least 1 day')
  .max(3650, 'must be at most 3,650 days')
  .nullable()
const speech = {
  /** Of the bot's own sentences; the client's words stay as they are. */
  tone: z.enum(['neutral', 'formal', 'friendly']),
  /** Languages that the bot speaks of its own accord (ISO 639-1), the main one first; none: all. */
  languages: z.array(language).max(20),
  /** The client's own words for "I don't know", by language, or for all others under `*`. */
  refusals: z.record(z.union([z.literal('*'), language]), z.string().trim().max(300)),
  /** Ways on to people, shown where the bot has no answer. */
  ways: z.array(Way).max(6),
  hours: OpeningHours.nullable(),
  /** Days after which what was said is erased; null: kept. */
  retention_days: days,
  /** Days after which what visitors left to be written back is erased; null: kept. */
  lead_days: days,
}

/** GET /api/bot/settings (session or key). */
export const BotSettings = z
  .object({
    name: z.string(),
    greeting: z.string(),
    color: z.string(),
    /** The first of `ways`, as one text; setting it replaces that one. */
    contact: z.string(),
    allowed_origins: z.array(z.string()),
    suggestions: z.array(z.string()),
    ...look,
    ...speech,
    lead: LeadForm,
    /** Confidence from which an answer is given: at 0.8, eight answers of ten are right, and more is refused. */
    carefulness: z.number(),
    /** Where pages load the widget from; read only. */
    public_url: z.string(),
  })
  .openapi('BotSettings')
export type BotSettings = z.infer<typeof BotSettings>

/** PATCH /api/bot/settings: only the members that change. */
export const BotSettingsChange = z
  .object({
    name: z.string().trim().min(1, 'must not be empty').max(60),
    greeting: z.string().trim().max(300),
    color: z.string().regex(/^#[0-9a-fA-F]{6}$/, 'must be a colour like #1f6feb'),
    contact: z.string().trim().max(200),
    /** Like https://www.example.com: scheme, host and port, without a path. */
    allowed_origins: z.array(z.string().trim().max(300)).max(50),
    suggestions: z.array(z.string().trim().min(1).max(120)).max(6),
    ...look,
    ...speech,
    lead: LeadForm.partial(),
    carefulness: Carefulness,
  })
  .partial()
  .openapi('BotSettingsChange')
export type BotSettingsChange = z.infer<typeof BotSettingsChange>

/** POST /api/bot/preview: what the widget would be told. */
export const BotPreview = Launcher.extend({ bot: PublicBot }).openapi('BotPreview')
export type BotPreview = z.infer<typeof BotPreview>

export const Done = z.object({ success: z.literal(true), message: z.string() }).openapi('Done')
export type Done = z.infer<typeof Done>
