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
  if (issue.code === 'too_big' && isGeneral.test(issue.message)) return limited('at most', issue.origin, issue.maximum)
  if (issue.code === 'too_small' && isGeneral.test(issue.message))
    return limited('at least', issue.origin, issue.minimum)
  if (issue.code === 'invalid_value' && /^Invalid/.test(issue.message)) return `must be ${alternatives(issue.values)}`
  if (issue.code === 'invalid_union' && issue.discriminator) {
    const names = [...issue.message.matchAll(/'([^']+)'/g)].map(match => match[1])
    if (names.length > 0) return `must be ${alternatives(names)}`
  }
  if (issue.code === 'invalid_format' && issue.format === 'url')
    return 'must be an address that begins with https:// or http://'
  return issue.message.charAt(0).toLowerCase() + issue.message.slice(1)
}

/** zod's own sentence about a limit, or what a number's schema says of whatever is wrong with it. */
const isGeneral = /^(?:Too (?:big|small)|must be a whole number)/

/** What is counted, by what kind of value it is. */
const counted: Record<string, string> = {
  string: 'character',
  array: 'item',
  set: 'item',
  object: 'member',
  file: 'byte',
}

function limited(bound: 'at most' | 'at least', origin: string, limit: number | bigint): string {
  const unit = counted[origin]
  const count = limit.toLocaleString('en')
  return unit ? `must have ${bound} ${count} ${unit}${Number(limit) === 1 ? '' : 's'}` : `must be ${bound} ${count}`
}

function alternatives(values: readonly unknown[]): string {
  const names = values.map(value => JSON.stringify(value))
  return names.length > 1
    ? `one of ${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
    : (names[0] ?? 'something else')
}

/** What a value must be, where zod's name for it is not JSON's. */
const named: Record<string, string> = { int: 'a whole number', record: 'an object', boolean: 'true or false' }
const article = (type: string) => named[type] ?? `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`
