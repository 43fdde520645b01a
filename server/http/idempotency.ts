/**
 * Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): the same key from the same caller on the same route runs
 * once; a repeat gets the first reply, also while the first is still under way. Kept in memory for a day, so a repeat
 * after a restart runs again.
 */
import { createHash } from 'node:crypto'
import { AppError } from '../errors.ts'

interface Kept {
  fingerprint: string
  result: Promise<unknown>
  until: number
}

export interface Idempotency {
  /**
   * @param scope caller and route
   * @param key the header's value
   * @param request what the key stands for; a different one under the same key is refused
   * @throws AppError `unprocessable` when the key was used for another request, `invalid_request` when it is no key
   */
  once<T>(scope: string, key: string, request: unknown, run: () => Promise<T>): Promise<T>
}

export function createIdempotency(deps: { now: () => number; maxKeys?: number; ttlMs?: number }): Idempotency {
  const { now, maxKeys = 20_000, ttlMs = 86_400_000 } = deps
  const kept = new Map<string, Kept>()
  return {
    async once(scope, key, request, run) {
      if (!/^[\x21-\x7e]{1,200}$/.test(key)) {
        throw new AppError(
          'invalid_request',
          'Idempotency-Key must be 1–200 printable ASCII characters without spaces.',
        )
      }
      const id = `${scope}\n${key}`
      const fingerprint = createHash('sha256')
        .update(JSON.stringify(request) ?? '')
        .digest('base64')
      const known = kept.get(id)
      if (known && known.until > now()) {
        if (known.fingerprint === fingerprint) return known.result as never
        throw new AppError('unprocessable', 'This Idempotency-Key was used for a different request; use a new one.')
      }
      const result = run()
      kept.delete(id)
      kept.set(id, { fingerprint, result, until: now() + ttlMs })
      // A failure is not kept: the caller may try again with the same key.
      result.catch(() => kept.delete(id))
      for (const oldest of kept.keys()) {
        if (kept.size <= maxKeys) break
        kept.delete(oldest)
      }
      return result
    },
  }
}
