/** Wire shapes of models. Money is in units of `currency`, such as 0.15. */
import { z } from '@hono/zod-openapi'

const Amount = z.number().min(0).max(1_000_000)
const Mode = z.enum(['installation', 'own', 'off'])

/** GET /api/model. The key is never in it. */
export const ModelSettings = z
  .object({
    /** What words the answers: the installation's model, the client's own, or none. */
    mode: Mode,
    /** The client's own model; null until one was set. */
    own: z
      .object({
        base_url: z.string(),
        model: z.string(),
        has_key: z.boolean(),
        /** The key's last characters. */
        key_hint: z.string(),
        /** False: SECRET_KEY has changed; enter the key again. */
        key_readable: z.boolean(),
        /** For a million tokens. */
        input_price: z.number(),
        output_price: z.number(),
        /** Of a UTC month; null: no ceiling. */
        monthly_tokens: z.number().int().nullable(),
        monthly_budget: z.number().nullable(),
        /** Empty: none. */
        embedding_model: z.string(),
        updated_at: z.string(),
      })
      .openapi('OwnModel')
      .nullable(),
    /** The installation's model; null: it has none. */
    installation: z.object({ model: z.string() }).openapi('InstallationModel').nullable(),
    /** What embeds the client's passages, and how far it is; null: nothing does. Counts are null until they are first needed. */
    embeddings: z
      .object({ model: z.string(), passages: z.number().int().nullable(), embedded: z.number().int().nullable() })
      .openapi('ModelEmbeddings')
      .nullable(),
    /** Whether the operator lets clients connect models of their own, and whether keys can be stored. */
    may_use_own: z.boolean(),
    may_store_key: z.boolean(),
    currency: z.string(),
    /** The last time the model did not answer, since the server started. */
    last_fault: z
      .object({ reason: z.string(), message: z.string(), detail: z.string(), at: z.string() })
      .openapi('ModelFault')
      .nullable(),
    /** Well-known servers, to choose from. */
    known_servers: z.array(
      z
        .object({ name: z.string(), base_url: z.string(), needs_key: z.boolean(), example_model: z.string() })
        .openapi('KnownModelServer'),
    ),
  })
  .openapi('ModelSettings')
export type ModelSettings = z.infer<typeof ModelSettings>

/** PUT /api/model: only the members that change. */
export const ModelChange = z
  .object({
    mode: Mode,
    /** Up to and including the version, such as https://api.openai.com/v1. */
    base_url: z.string().trim().max(500),
    model: z.string().trim().max(200),
    /** Null or empty removes it; absent keeps it, unless the address changes. */
    api_key: z
      .string()
      .trim()
      .max(1000)
      .regex(/^[\x21-\x7e]*$/, 'must be one word of plain characters')
      .nullable(),
    input_price: Amount,
    output_price: Amount,
    monthly_tokens: z.number().int().min(0).max(1e12).nullable(),
    monthly_budget: Amount.nullable(),
    embedding_model: z.string().trim().max(200),
  })
  .partial()
  .openapi('ModelChange')
export type ModelChange = z.infer<typeof ModelChange>

/** POST /api/model/test: settings to try before they are stored; what is absent is taken from the stored ones. */
export const ModelTestRequest = ModelChange.pick({ base_url: true, model: true, api_key: true }).openapi(
  'ModelTestRequest',
)
export type ModelTestRequest = z.infer<typeof ModelTestRequest>

export const ModelTestReply = z
  .object({
    ok: z.boolean(),
    /** What happened, as a sentence. */
    message: z.string(),
    /** What the server said, where it said something. */
    detail: z.string(),
    reason: z.string().nullable(),
    /** What the model made of a passage with one fact in it; empty when none of it was supported. */
    text: z.string(),
    ms: z.number().int(),
    first_ms: z.number().int().nullable(),
    tokens: z.object({ input: z.number().int(), output: z.number().int(), estimated: z.boolean() }).nullable(),
  })
  .openapi('ModelTestReply')
export type ModelTestReply = z.infer<typeof ModelTestReply>

const ModelSpending = z
  .object({
    tokens: z.number().int(),
    cost: z.number(),
    /** Null: no ceiling. */
    token_limit: z.number().int().nullable(),
    cost_limit: z.number().nullable(),
  })
  .openapi('ModelSpending')

/** GET /api/model/usage: this UTC month. */
export const ModelUsage = z
  .object({
    period: z.string(),
    resets_at: z.string(),
    currency: z.string(),
    /** Of the installation's model. */
    installation: ModelSpending,
    /** Of the client's own. */
    own: ModelSpending,
  })
  .openapi('ModelUsage')
export type ModelUsage = z.infer<typeof ModelUsage>
