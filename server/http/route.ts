/**
 * A route as a room describes it: what it takes, what it replies, and one function. The same schemas validate the call
 * and make the OpenAPI document. `app.ts` gives it an address and a guard.
 */
import type { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Principal } from './principal.ts'

type Schema = z.ZodType
type Out<S> = S extends Schema ? z.infer<S> : undefined

export interface Input<B, Q, P, W> {
  body: B
  query: Q
  params: P
  /** The guard's finding; absent on open routes. */
  caller: W
  /** The caller's address, as far as proxies are trusted. */
  ip: string
  c: Context
}

export interface Reply {
  status?: number
  body: unknown
  headers?: Record<string, string>
}

export interface Route {
  summary: string
  tag: string
  /** Shown under the summary in the docs. */
  description?: string
  body?: Schema
  /** The handler reads what is not JSON itself, such as a form with files; this is what the docs say of it. */
  form?: Schema
  query?: z.ZodObject
  params?: z.ZodObject
  /** Bytes of body accepted. Default 64 KiB. */
  maxBytes?: number
  /** By status: a schema for JSON, or null for a reply without one; media types that it may come in beside JSON. */
  replies: Record<number, { description: string; schema: Schema | null; media?: readonly string[] }>
  /** The handler takes care of Idempotency-Key itself. */
  ownIdempotency?: boolean
  handle(input: Input<any, any, any, any>): Promise<Reply | Response> | Reply | Response
}

/** Ties the handler's types to the schemas. `W` is `Principal` unless the route is open. */
export function route<
  B extends Schema | undefined = undefined,
  Q extends z.ZodObject | undefined = undefined,
  P extends z.ZodObject | undefined = undefined,
  W extends Principal | undefined = Principal,
>(
  spec: Omit<Route, 'body' | 'query' | 'params' | 'handle'> & {
    body?: B
    query?: Q
    params?: P
    handle(input: Input<Out<B>, Out<Q>, Out<P>, W>): Promise<Reply | Response> | Reply | Response
  },
): Route {
  return spec as unknown as Route
}
