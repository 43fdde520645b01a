/** Every way a model can fail to give an answer. None of them reaches a visitor: the passage speaks instead. */

/** What people who run a bot read about each reason; the key stands in metrics, logs and "why this answer". */
export const faultWords = {
  unreachable: 'The server cannot be reached.',
  url_not_allowed: 'The address is not a public one that may be called.',
  silent: 'The server sent nothing in time.',
  too_slow: 'The server did not finish in time.',
  unauthorized: 'The server did not accept the key.',
  unknown_model: 'The server knows no such address or model.',
  rejected: 'The server did not accept the request.',
  rate_limited: 'The server asks to be called less often.',
  server_error: 'The server failed.',
  redirected: 'The server leads on to another address, which is not followed because the key would go with it.',
  wrong_type: 'The server sent something that is neither JSON nor an event stream.',
  bad_json: 'The server sent what is no chat completion.',
  bad_text: 'The server sent text that is not UTF-8.',
  cut: 'The connection broke in the middle of the reply.',
  too_large: 'The reply was too long.',
  filtered: 'The server held its reply back by a filter of its own.',
  empty: 'The reply was empty.',
  no_answer: 'The model found no answer in the passages.',
  unsupported: 'The passages do not support what the model wrote.',
  leak: 'The reply held something of the instructions or a key.',
  resting: 'The server failed a moment ago and is left alone for a while.',
  budget: 'This month’s budget for the model is used up.',
  key_unreadable: 'The stored key cannot be read with the present SECRET_KEY; enter it again.',
  cancelled: 'The visitor went away.',
  failed: 'The model failed in an unexpected way.',
} as const

export type FaultReason = keyof typeof faultWords

export class ModelFault extends Error {
  override name = 'ModelFault'
  readonly reason: FaultReason
  /** What the server said, shortened and without keys; for the client's eyes, never a visitor's. */
  readonly detail: string
  /** HTTP status, where there was one. */
  readonly status: number | undefined
  /** How long the server asked to be left alone, in milliseconds. */
  readonly retryAfterMs: number | undefined

  constructor(
    reason: FaultReason,
    { detail = '', status, retryAfterMs }: { detail?: string; status?: number; retryAfterMs?: number } = {},
  ) {
    super(faultWords[reason])
    this.reason = reason
    this.detail = detail
    this.status = status
    this.retryAfterMs = retryAfterMs
  }
}

/** What was thrown, as a fault. */
export const asFault = (error: unknown): ModelFault => (error instanceof ModelFault ? error : new ModelFault('failed'))

/** At most 200 characters of one line, without anything that looks like a key. */
export function harmless(text: string, secret = ''): string {
  const without = secret ? text.replaceAll(secret, '…') : text
  return without
    .replace(/\b(?:sk|key|cb|pk|gsk|xai|hf|or)[-_][\w*.-]{4,}|\bBearer\s+\S+/gi, '…')
    .replace(/\p{C}|\s+/gu, ' ')
    .trim()
    .slice(0, 200)
}
