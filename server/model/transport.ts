/**
 * One POST to an OpenAI-compatible server, with every cap and deadline, and every failure as a `ModelFault`. Redirects are not
 * followed: the key would go with them.
 */
import { type Dispatcher, fetch, type Response } from 'undici'
import { AppError } from '../errors.ts'
import { harmless, ModelFault } from './fault.ts'

/** Where to call, and as whom. */
export interface Endpoint {
  /** Up to and including the version, such as `http://localhost:11434/v1`; no slash at the end. */
  baseUrl: string
  model: string
  /** Empty: the server wants none. */
  key: string
  /** Guards the connection where a client named the address. */
  dispatcher?: Dispatcher
}

/** Bytes read of a reply that says what was wrong. */
const maxErrorBytes = 8192
/** How a connection ends that was closed while a request was on its way. */
const brokenPipes = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])
/** Longest time a server can ask to be left alone, in milliseconds. */
const maxRetryAfterMs = 600_000

/**
 * @param signal its reason is thrown when it aborts; give it a `ModelFault`
 * @throws ModelFault
 */
export async function post(endpoint: Endpoint, path: string, body: unknown, signal: AbortSignal): Promise<Response> {
  const call = () =>
    fetch(endpoint.baseUrl + path, {
      method: 'POST',
      body: JSON.stringify(body),
      redirect: 'manual',
      signal,
      ...(endpoint.dispatcher && { dispatcher: endpoint.dispatcher }),
      headers: {
        'Content-Type': 'application/json',
        Accept: 'text/event-stream, application/json',
        'User-Agent': 'Parley',
        ...(endpoint.key && { Authorization: `Bearer ${endpoint.key}` }),
      },
    })
  const response = await guarded(signal, () =>
    call().catch(error => {
      // A kept-alive connection that the server closed at the same moment: the request was never looked at.
      if (signal.aborted || !brokenPipes.has(codeOf(error))) throw error
      return call()
    }),
  )
  if (response.ok) return response
  const { status } = response
  if (status >= 300 && status < 400) {
    discard(response)
    throw new ModelFault('redirected', { status })
  }
  const detail = harmless(messageIn(await readText(response, maxErrorBytes, signal).catch(() => '')), endpoint.key)
  throw new ModelFault(reasonOf(status), { detail, status, ...retryAfter(response) })
}

function reasonOf(status: number) {
  if (status === 401 || status === 403) return 'unauthorized'
  if (status === 404) return 'unknown_model'
  if (status === 429) return 'rate_limited'
  return status >= 500 ? 'server_error' : 'rejected'
}

/** Seconds or a date (RFC 9110, 10.2.3). */
function retryAfter(response: Response): { retryAfterMs?: number } {
  const value = response.headers.get('retry-after')?.trim()
  if (!value) return {}
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  return Number.isFinite(ms) && ms > 0 ? { retryAfterMs: Math.min(ms, maxRetryAfterMs) } : {}
}

/** The sentence in an error reply: `{error: {message}}`, `{error: "…"}`, `{message}`, or the text itself. */
function messageIn(text: string): string {
  try {
    const { error, message } = JSON.parse(text) as { error?: { message?: unknown } | string; message?: unknown }
    const said = typeof error === 'object' ? error?.message : (error ?? message)
    return typeof said === 'string' ? said : text
  } catch {
    return text
  }
}

/**
 * The pieces of a body as text, at most `maxBytes` of it, counted after decompression.
 * @throws ModelFault `too_large`, `bad_text`, `cut`
 */
export async function* pieces(response: Response, maxBytes: number, signal: AbortSignal): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const decode = (bytes?: Uint8Array) => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined })
    } catch {
      throw new ModelFault('bad_text')
    }
  }
  if (!response.body) return
  const reader = response.body.getReader()
  let received = 0
  try {
    for (;;) {
      const { done, value } = await guarded(signal, () => reader.read(), 'cut')
      if (done) break
      received += value.byteLength
      if (received > maxBytes) throw new ModelFault('too_large')
      yield decode(value)
    }
    yield decode()
  } finally {
    reader.cancel().catch(() => {})
  }
}

/** The whole body. @throws ModelFault as `pieces` */
export async function readText(response: Response, maxBytes: number, signal: AbortSignal): Promise<string> {
  let text = ''
  for await (const piece of pieces(response, maxBytes, signal)) text += piece
  return text
}

/** @throws ModelFault `bad_json` and as `pieces` */
export async function readJson(response: Response, maxBytes: number, signal: AbortSignal): Promise<unknown> {
  const text = await readText(response, maxBytes, signal)
  try {
    return JSON.parse(text)
  } catch {
    throw new ModelFault('bad_json')
  }
}

export function discard(response: Response): void {
  response.body?.cancel().catch(() => {})
}

async function guarded<T>(
  signal: AbortSignal,
  run: () => Promise<T>,
  otherwise: 'unreachable' | 'cut' = 'unreachable',
): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (signal.aborted) throw signal.reason instanceof ModelFault ? signal.reason : new ModelFault('cancelled')
    if (error instanceof ModelFault) throw error
    for (let cause = error; cause instanceof Error; cause = cause.cause) {
      if (cause instanceof AppError && cause.code === 'url_not_allowed')
        throw new ModelFault('url_not_allowed', { detail: cause.message })
    }
    throw new ModelFault(otherwise, { detail: codeOf(error) })
  }
}

function codeOf(error: unknown): string {
  const { code } = ((error as Error).cause ?? error) as { code?: unknown }
  return typeof code === 'string' ? code : ''
}

/**
 * A signal that aborts with `silent` unless `arrived` is called within `firstMs`, with `too_slow` after `totalMs`, and with
 * `cancelled` when the caller goes away. `end` must be called.
 */
export function createDeadline(firstMs: number, totalMs: number, caller?: AbortSignal) {
  const controller = new AbortController()
  const stop = (reason: 'silent' | 'too_slow' | 'cancelled') => () => controller.abort(new ModelFault(reason))
  const first = setTimeout(stop('silent'), firstMs)
  const total = setTimeout(stop('too_slow'), totalMs)
  const cancelled = stop('cancelled')
  if (caller?.aborted) cancelled()
  caller?.addEventListener('abort', cancelled, { once: true })
  return {
    signal: controller.signal,
    arrived: () => clearTimeout(first),
    end() {
      clearTimeout(first)
      clearTimeout(total)
      caller?.removeEventListener('abort', cancelled)
    },
  }
}
