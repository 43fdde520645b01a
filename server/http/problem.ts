/** The one place where an error becomes HTTP: RFC 9457 problem documents, with `error` for existing callers. */
import type { ZodError } from 'zod'
import { AppError, type ErrorCode, type FieldError } from '../errors.ts'
import type { Problem } from './wire.ts'

const titles: Partial<Record<ErrorCode, string>> = {
  invalid_json: 'Not valid JSON',
  invalid_request: 'Not a valid request',
  unauthorized: 'Sign-in or key needed',
  quota_exceeded: 'Monthly limit reached',
  knowledge_limit_reached: 'Knowledge limit reached',
  rate_limited: 'Too many requests',
  internal: 'Something went wrong on our side',
  store_unavailable: 'Storage unavailable',
}

/** `code` in words, where no better title stands above. */
const titleOf = (code: ErrorCode) => titles[code] ?? code.charAt(0).toUpperCase() + code.slice(1).replaceAll('_', ' ')

/** What was thrown, as something that may be shown: anything unknown says only that it was logged. */
export const asAppError = (error: unknown): AppError =>
  error instanceof AppError
    ? error
    : new AppError('internal', 'Something went wrong on our side; it was logged with the request id.')

export function problemOf(error: AppError, requestId: string): Problem {
  return {
    type: `/docs/errors#${error.code}`,
    title: titleOf(error.code),
    status: error.status,
    detail: error.message,
    code: error.code,
    request_id: requestId,
    error: error.message,
    ...(error.extras.errors && { errors: error.extras.errors }),
    ...error.extras.members,
  }
}

/** A refused body, query or path as one AppError that names every field. */
export function invalid(error: ZodError, place: 'body' | 'query' | 'path'): AppError {
  const prefix = place === 'body' ? '' : `/${place}`
  const errors: FieldError[] = error.issues.map(issue => ({
    pointer: `#${prefix}${issue.path.map(part => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')}`,
    detail: issue.code === 'unrecognized_keys' ? `unknown member ${issue.keys.join(', ')}` : plain(issue),
  }))
  const first = errors[0]
  const where = first?.pointer.slice(1).replace(/^\//, '') || place
  return new AppError('invalid_request', `${where}: ${first?.detail ?? 'not valid'}.`, { errors })
}

/** zod's own sentences, in ours where a person would stumble over them. */
function plain(issue: ZodError['issues'][number]): string {
  if (issue.code === 'invalid_type') {
    return /received undefined/.test(issue.message) ? 'is required' : `must be ${article(issue.expected)}`
  }
  return issue.message.charAt(0).toLowerCase() + issue.message.slice(1)
}

const article = (type: string) => (type === 'int' ? 'a whole number' : `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`)
