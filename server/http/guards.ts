/**
 * Who may call a route. Guards stand in `app.ts` in front of each mount; rooms never import them. They know accounts
 * only as the functions in `GuardDeps`.
 */
import type { Context } from 'hono'
import { AppError } from '../errors.ts'
import type { Principal, Scope } from './principal.ts'

export interface GuardDeps {
  /** Null for unknown, revoked and expired keys. */
  findKey(secret: string): Principal | null
  /** Null for unknown, ended and expired sessions. */
  findSession(token: string): Principal | null
  isActive(clientId: string): boolean
  /** Whether the bot exists, is active and may be used from this page; `origin` undefined: no browser. */
  mayChat(clientId: string, origin: string | undefined): boolean
  /** Origin of PUBLIC_URL. */
  publicUrl: string
  cookieName: string
}

/** What a guard may look at beside the headers. */
export interface Asked {
  /** `company_id` of the body, query or path, if any. */
  companyId: string | undefined
}

export interface Guard {
  /** Name of the security scheme(s) in the OpenAPI document; empty: open. */
  schemes: string[]
  scope?: Scope
  /** True: the reply may be read by the page that the visitor is on. */
  public?: boolean
  check(c: Context, asked: Asked): Principal | undefined
}

export function createGuards(deps: GuardDeps) {
  const credential = (c: Context): { key?: string; token?: string; cookie: boolean } => {
    const bearer = /^Bearer\s+(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1]
    const key = c.req.header('x-api-key') ?? (bearer?.startsWith('cb_') ? bearer : undefined)
    if (key !== undefined) return { key, cookie: false }
    if (bearer !== undefined) return { token: bearer, cookie: false }
    return { token: readCookie(c.req.header('cookie'), deps.cookieName), cookie: true }
  }

  const byKey = (secret: string, scope: Scope, asked: Asked): Principal => {
    const found = deps.findKey(secret)
    if (!found) throw new AppError('unauthorized', 'This API key is unknown, expired or revoked.')
    if (!deps.isActive(found.clientId))
      throw new AppError('client_inactive', 'This account is not active; ask the operator.')
    // Who may change knowledge may read it; who may only chat sees what the bot says, not what it knows.
    if (!found.scopes.includes(scope) && !(scope === 'read' && found.scopes.includes('knowledge'))) {
      throw new AppError('scope_missing', `This API key may not be used for this; it needs the scope "${scope}".`)
    }
    return sameCompany(found, asked)
  }

  const bySession = (c: Context, token: string, cookie: boolean): Principal => {
    const found = deps.findSession(token)
    if (!found) throw new AppError('unauthorized', 'The session has ended; sign in again.')
    if (!deps.isActive(found.clientId))
      throw new AppError('client_inactive', 'This account is not active; ask the operator.')
    if (cookie) refuseCrossSite(c, deps.publicUrl)
    return found
  }

  const account = (scope: Scope): Guard => ({
    schemes: ['secretKey', 'session'],
    scope,
    check(c, asked) {
      const { key, token, cookie } = credential(c)
      if (key !== undefined) return byKey(key, scope, asked)
      if (token !== undefined) return sameCompany(bySession(c, token, cookie), asked)
      throw new AppError('unauthorized', 'Send your secret key in the header X-API-Key, or sign in.')
    },
  })

  const visitor = (scope: Scope): Guard => ({
    schemes: ['secretKey', 'session', 'publicId'],
    scope,
    public: true,
    check(c, asked) {
      const { key, token, cookie } = credential(c)
      if (key !== undefined) return byKey(key, scope, asked)
      // A client signed in to the portal who tries another bot's page is a visitor there.
      const session = token === undefined ? null : deps.findSession(token)
      if (token !== undefined && session && (!asked.companyId || asked.companyId === session.clientId)) {
        return bySession(c, token, cookie)
      }
      if (asked.companyId === undefined) {
        throw new AppError('unauthorized', 'Name the bot: send company_id, or your secret key in the header X-API-Key.')
      }
      // One reply for unknown, disabled and wrong-origin bots: it must not tell which of them is so.
      if (!deps.mayChat(asked.companyId, c.req.header('origin'))) {
        throw new AppError('bot_unavailable', 'This bot is not available here.')
      }
      return { via: 'public', clientId: asked.companyId, scopes: ['chat'], credentialId: '' }
    },
  })

  return {
    /** Anyone. */
    open: { schemes: [], check: () => undefined } satisfies Guard,

    /** Anyone, from our own pages when it is a browser: sign-in and sign-out, which set cookies. */
    ownPage: {
      schemes: [],
      check(c) {
        refuseCrossSite(c, deps.publicUrl)
        return undefined
      },
    } satisfies Guard,

    /** A signed-in client; a key will not do. */
    session: {
      schemes: ['session'],
      check(c, asked) {
        const { token, cookie } = credential(c)
        if (token === undefined) {
          throw new AppError(
            'unauthorized',
            c.req.header('x-api-key') === undefined
              ? 'Sign in first.'
              : 'A secret key is not enough here. Sign in with POST /api/clients/authenticate, and send its session_token as Authorization: Bearer.',
          )
        }
        return sameCompany(bySession(c, token, cookie), asked)
      },
    } satisfies Guard,

    /** A secret key with the scope, or a signed-in client. */
    account,

    /** As `account`, or a visitor's page that names the bot by `company_id`. */
    bot: visitor('chat'),

    /**
     * A visitor deletes the conversation that its page knows the id of. A key needs a scope of its own for it: one that may
     * only chat would do harm with an id, which may be a phone number.
     */
    botErase: visitor('erase'),

    /** Any page: who names a bot that is to be had there is its visitor, everyone else is nobody. */
    page: {
      schemes: ['publicId'],
      public: true,
      check(c, { companyId }) {
        if (companyId === undefined || !deps.mayChat(companyId, c.req.header('origin'))) return undefined
        return { via: 'public', clientId: companyId, scopes: ['chat'], credentialId: '' }
      },
    } satisfies Guard,
  }
}
export type Guards = ReturnType<typeof createGuards>

/** A call may name a company only if it is the caller's own. @throws AppError `company_mismatch` */
export function sameCompany(found: Principal, asked: Asked): Principal {
  if (asked.companyId !== undefined && asked.companyId !== found.clientId) {
    throw new AppError('company_mismatch', 'company_id is not the company that this key or session belongs to.')
  }
  return found
}

/**
 * Refuses calls that another site's page makes with our cookie (OWASP CSRF: verify the origin). A browser always sends
 * Origin with a cross-site POST; GET changes nothing.
 */
function refuseCrossSite(c: Context, publicUrl: string): void {
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return
  const origin = c.req.header('origin')
  const site = c.req.header('sec-fetch-site')
  const own = origin === undefined || origin === publicUrl || hostOf(origin) === c.req.header('host')?.toLowerCase()
  if (!own || (site !== undefined && site !== 'same-origin' && site !== 'none')) {
    throw new AppError('forbidden', 'This call came from another site.')
  }
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}

function readCookie(header: string | undefined, name: string): string | undefined {
  for (const part of header?.split(';') ?? []) {
    const at = part.indexOf('=')
    if (part.slice(0, at).trim() === name) return part.slice(at + 1).trim() || undefined
  }
  return undefined
}
