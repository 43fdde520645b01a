/**
 * Every way a call can fail, with the HTTP status it becomes (RFC 9110). `http/problem.ts` is the one place that turns
 * an AppError into a reply; anything else that is thrown becomes `internal` and is logged with its request id.
 */
const statusOf = {
  invalid_json: 400,
  invalid_request: 400,
  url_not_allowed: 400,
  weak_password: 400,
  token_invalid: 400,
  unauthorized: 401,
  invalid_credentials: 401,
  forbidden: 403,
  origin_not_allowed: 403,
  company_mismatch: 403,
  client_inactive: 403,
  scope_missing: 403,
  knowledge_limit_reached: 403,
  not_found: 404,
  bot_unavailable: 403,
  method_not_allowed: 405,
  conflict: 409,
  mail_off: 409,
  email_taken: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  unprocessable: 422,
  quota_exceeded: 429,
  rate_limited: 429,
  internal: 500,
  store_unavailable: 503,
  busy: 503,
} as const

export type ErrorCode = keyof typeof statusOf

/** One field that was refused. `pointer` is a JSON Pointer (RFC 6901) into the body, or `#/query/NAME`. */
export interface FieldError {
  pointer: string
  detail: string
}

export interface ErrorExtras {
  errors?: FieldError[]
  /** Seconds; becomes the Retry-After header. */
  retryAfter?: number
  /** Further members of the problem document, e.g. `resets_at`. */
  members?: Record<string, unknown>
  cause?: unknown
}

/** `throw new AppError('quota_exceeded', 'The monthly limit of 1,000 requests is reached.')` */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly extras: ErrorExtras

  constructor(code: ErrorCode, message: string, extras: ErrorExtras = {}) {
    super(message, extras.cause === undefined ? undefined : { cause: extras.cause })
    this.name = 'AppError'
    this.code = code
    this.extras = extras
  }

  get status(): (typeof statusOf)[ErrorCode] {
    return statusOf[this.code]
  }
}

export const errorStatuses: Readonly<Record<ErrorCode, number>> = statusOf
