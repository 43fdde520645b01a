/**
 * Puts a room's route at an address: guard → body → validation → handler → reply, in this order, with every failure
 * turned into a problem document. Also: CORS for public routes, 404 and 405, and the OpenAPI document.
 */
import { OpenAPIHono, type RouteConfig } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { Hono } from 'hono'
import { nanoid } from 'nanoid'
import { AppError } from '../errors.ts'
import { readJson } from './body.ts'
import { type Guard, sameCompany } from './guards.ts'
import { apiHeaders, setHeaders } from './headers.ts'
import type { Idempotency } from './idempotency.ts'
import { asAppError, invalid, problemOf } from './problem.ts'
import type { Reply, Route } from './route.ts'
import { StaticFirstRouter } from './router.ts'
import { Problem } from './wire.ts'

export interface MountDeps {
  idempotency: Idempotency
  findAddress(c: Context): string
  /** Called with whatever is not an AppError. */
  reportError(error: unknown, requestId: string, c: Context): void
  version: string
  publicUrl: string
}

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'

export interface Mounted {
  app: Hono
  at(
    method: Method,
    path: string,
    guard: Guard,
    route: Route,
    options?: { limit?(c: Context): Promise<Record<string, string>> },
  ): void
  /** A path served outside `at`, so that 405 knows of it. */
  known(method: Method, path: string): void
  openApi(): unknown
}

export function createMount(deps: MountDeps): Mounted {
  const app = new Hono({ router: new StaticFirstRouter() })
  const document = new OpenAPIHono()
  const methodsByPath = new Map<string, Set<string>>()
  describeSecurity(document)

  app.onError((error, c) => problem(c, error, deps))
  app.notFound(c => {
    const allowed = allowedAt(methodsByPath, c.req.path)
    if (allowed.size === 0 || allowed.has(c.req.method)) {
      const plain = c.req.path.replace(/\/+$/, '')
      const hint = allowedAt(methodsByPath, plain).size > 0 ? '; leave out the slash at its end' : ''
      return problem(c, new AppError('not_found', `There is nothing at this address${hint}.`), deps)
    }
    const refusal = problem(
      c,
      new AppError('method_not_allowed', `${c.req.method} is not possible here; use ${[...allowed].join(' or ')}.`),
      deps,
    )
    refusal.headers.set('Allow', [...allowed].join(', '))
    return refusal
  })

  const known = (method: string, path: string) => {
    const methods = methodsByPath.get(path) ?? new Set()
    methodsByPath.set(path, methods.add(method))
  }

  return {
    app,
    known,
    at(method, path, guard, route, options) {
      known(method, path)
      documentRoute(document, method, path, guard, route)
      if (guard.public) app.options(path, preflight)
      app.on(method, path, async c => {
        const headers: Record<string, string> = {}
        try {
          return await serve(c, { method, path, guard, route, deps, headers, limit: options?.limit })
        } catch (error) {
          return problem(c, error, deps, headers)
        }
      })
    },
    openApi: () =>
      document.getOpenAPI31Document({
        openapi: '3.1.0',
        info: {
          title: 'Parley',
          version: deps.version,
          description: 'Chat with a bot, manage its knowledge. Errors are RFC 9457 problem documents.',
          license: { name: 'MIT', url: 'https://spdx.org/licenses/MIT.html' },
        },
        servers: [{ url: deps.publicUrl }],
      }),
  }
}

interface Call {
  method: string
  path: string
  guard: Guard
  route: Route
  deps: MountDeps
  /** What this call's reply carries beside `apiHeaders`, whether it succeeds or fails. Filled on the way. */
  headers: Record<string, string>
  limit: ((c: Context) => Promise<Record<string, string>>) | undefined
}

async function serve(c: Context, call: Call): Promise<Response> {
  const { method, path, guard, route, deps, headers, limit } = call
  const rawQuery = c.req.query()
  const rawParams = c.req.param() as Record<string, string>
  const addressed = rawParams.company_id ?? rawQuery.company_id
  // Only a public route must see the body to know the caller; elsewhere nobody unknown gets a body read.
  let caller = guard.public ? undefined : guard.check(c, { companyId: addressed })
  // A route with both takes JSON or a file; a file it reads itself.
  const asJson =
    route.body !== undefined &&
    (!route.form ||
      /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(c.req.header('content-type') ?? 'application/json'))
  const body = asJson ? await readJson(c, route.maxBytes ?? 65_536) : undefined
  const companyId = companyIn(body) ?? addressed
  if (guard.public) caller = guard.check(c, { companyId })
  else if (caller) for (const named of [companyId, rawQuery.company_id]) sameCompany(caller, { companyId: named })
  if (caller?.via === 'public') allowOrigin(c, headers)
  if (limit && (caller === undefined || caller.via === 'public')) Object.assign(headers, await limit(c))

  const input = {
    body: asJson ? checked(route.body!.safeParse(body), 'body') : undefined,
    query: route.query ? checked(route.query.safeParse(rawQuery), 'query') : undefined,
    params: route.params ? checked(route.params.safeParse(rawParams), 'path') : undefined,
    caller,
    ip: deps.findAddress(c),
    c,
  }
  const key = method === 'POST' && !route.ownIdempotency ? c.req.header('idempotency-key') : undefined
  const run = async () => route.handle(input)
  const who = caller ? `${caller.via} ${caller.clientId}` : input.ip
  const reply =
    key === undefined
      ? await run()
      : await deps.idempotency.once(
          `${who} ${method} ${path}`,
          key,
          [input.params, input.query, input.body],
          async () => {
            const result = await run()
            if (result instanceof Response) throw new Error('a route that streams must keep its own idempotency')
            return result
          },
        )
  if (!(reply instanceof Response)) return json(reply, headers)
  for (const name in headers) reply.headers.set(name, headers[name]!)
  return reply
}

/** Headers go out as one plain object: collecting them in a web Headers costs a quarter of a bare request. */
function json(reply: Reply, headers: Readonly<Record<string, string>>): Response {
  const all = { ...apiHeaders, ...headers, ...reply.headers }
  if (reply.body === undefined) return new Response(null, { status: reply.status ?? 204, headers: all })
  return new Response(JSON.stringify(reply.body), {
    status: reply.status ?? 200,
    headers: { ...all, 'Content-Type': 'application/json; charset=UTF-8' },
  })
}

function problem(
  c: Context,
  error: unknown,
  deps: MountDeps,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const requestId = nanoid(12)
  const known = asAppError(error)
  if (known.code === 'internal') deps.reportError(error, requestId, c)
  setHeaders(c, apiHeaders)
  setHeaders(c, headers)
  c.header('X-Request-Id', requestId)
  if (known.extras.retryAfter !== undefined) c.header('Retry-After', String(known.extras.retryAfter))
  if (known.status === 401) c.header('WWW-Authenticate', 'Bearer realm="parley"')
  // What is left of a body that was not read would be taken for the next request.
  if (known.status === 413 || known.status === 415) c.header('Connection', 'close')
  return c.body(JSON.stringify(problemOf(known, requestId)), known.status, {
    'Content-Type': 'application/problem+json; charset=UTF-8',
  })
}

function checked<T>(
  result: { success: true; data: T } | { success: false; error: any },
  place: 'body' | 'query' | 'path',
): T {
  if (result.success) return result.data
  throw invalid(result.error, place)
}

/** @throws AppError `invalid_request`: a caller who names a bot wrongly is told so, not that it named none */
function companyIn(body: unknown): string | undefined {
  const id = (body as { company_id?: unknown } | null | undefined)?.company_id
  if (id === undefined || typeof id === 'string') return id
  throw new AppError('invalid_request', 'company_id: must be a string.', {
    errors: [{ pointer: '#/company_id', detail: 'must be a string' }],
  })
}

/** The page may read the reply; never with credentials, so a wildcard would do as well, but the exact origin is stricter. */
function allowOrigin(c: Context, headers: Record<string, string>): void {
  const origin = c.req.header('origin')
  if (!origin) return
  headers['Access-Control-Allow-Origin'] = origin
  headers['Access-Control-Expose-Headers'] = 'RateLimit, RateLimit-Policy, Retry-After'
  headers.Vary = 'Origin'
}

/**
 * A preflight names no bot, so it promises nothing: the call itself is refused, without CORS headers, where the origin is
 * not allowed. X-API-Key is not offered: a secret key does not belong in a page.
 */
function preflight(c: Context): Response {
  const origin = c.req.header('origin')
  if (!origin || origin === 'null' || !URL.canParse(origin)) return c.body(null, 403)
  return c.body(null, 204, {
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Methods': 'GET, POST, DELETE',
    'Access-Control-Allow-Headers': 'Content-Type, Accept, Idempotency-Key',
    'Access-Control-Max-Age': '7200',
    Vary: 'Origin',
  })
}

function allowedAt(methodsByPath: Map<string, Set<string>>, path: string): Set<string> {
  const allowed = new Set<string>()
  for (const [pattern, methods] of methodsByPath) {
    const parts = pattern.split('/')
    const given = path.split('/')
    const same =
      parts.length === given.length && parts.every((part, i) => part === given[i] || (part.startsWith(':') && given[i]))
    if (same) for (const method of methods) allowed.add(method)
  }
  return allowed
}

function describeSecurity(document: OpenAPIHono): void {
  const { openAPIRegistry: registry } = document
  registry.registerComponent('securitySchemes', 'secretKey', {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-Key',
    description: 'A secret key (`cb_…`), from your server only.',
  })
  registry.registerComponent('securitySchemes', 'session', {
    type: 'http',
    scheme: 'bearer',
    description: 'A session token from /api/clients/authenticate, or the portal’s cookie.',
  })
  registry.registerComponent('securitySchemes', 'publicId', {
    type: 'apiKey',
    in: 'query',
    name: 'company_id',
    description: 'The public id, in the query or the body, from a page whose origin is allowed.',
  })
}

function documentRoute(document: OpenAPIHono, method: Method, path: string, guard: Guard, route: Route): void {
  const problems = { description: 'A problem document', content: { 'application/problem+json': { schema: Problem } } }
  const responses = Object.fromEntries(
    Object.entries(route.replies).map(([status, { description, schema, media = [] }]) => {
      const content = {
        ...(schema && { 'application/json': { schema } }),
        ...Object.fromEntries(media.map(type => [type, { schema: { type: 'string' as const } }])),
      }
      return [status, Object.keys(content).length > 0 ? { description, content } : { description }]
    }),
  )
  document.openAPIRegistry.registerPath({
    method: method.toLowerCase() as RouteConfig['method'],
    path: path.replace(/:(\w+)/g, '{$1}'),
    summary: route.summary,
    ...(route.description && { description: route.description }),
    tags: [route.tag],
    security: guard.schemes.map(scheme => ({ [scheme]: [] })),
    request: {
      ...((route.body || route.form) && {
        body: {
          required: true,
          content: {
            ...(route.body && { 'application/json': { schema: route.body } }),
            ...(route.form && { 'multipart/form-data': { schema: route.form } }),
          },
        },
      }),
      ...(route.query && { query: route.query }),
      ...(route.params && { params: route.params }),
    },
    responses: { ...responses, default: problems },
  })
}
