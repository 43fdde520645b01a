/** HTTP of accounts: registration, sign-in, profile, keys, bot settings. */
import { z } from '@hono/zod-openapi'
import { AppError } from '../errors.ts'
import { limitKey } from '../http/address.ts'
import type { Principal } from '../http/principal.ts'
import type { RateLimits } from '../http/rate-limit.ts'
import { route } from '../http/route.ts'
import { mailLanguage } from '../mail/letter.ts'
import type { Client, Key } from '../store/records.ts'
import { addressState } from './address/state.ts'
import type { By } from './audit.ts'
import { type Bots, launcherOf, publicBotOf } from './bot.ts'
import type { Clients, SignedIn } from './client.ts'
import type { Keys } from './key.ts'
import type { Sessions } from './session.ts'
import * as wire from './wire.ts'

export interface AccountRouteDeps {
  clients: Clients
  keys: Keys
  sessions: Sessions
  bots: Bots
  limits: RateLimits
  /** Numbers that other rooms know. */
  stats(clientId: string): Promise<wire.Profile['stats']>
  cookieName: string
  /** Set on cookies when the portal is reached by https. */
  secureCookies: boolean
  sessionSeconds: number
  version: string
  /** Whether mail is sent, so that addresses can be confirmed. */
  mailOn: boolean
  /** Sign-in of the demo client, while there is one. */
  demo(): { email: string; password: string; company_id: string } | null
}

const tag = 'Accounts'
const PublicBotQuery = z.object({ company_id: z.string().max(100).optional() })
const PublicBotParams = z.object({ company_id: z.string().max(100) })
const KeyParams = z.object({ id: z.string().max(100) })

export function accountRoutes(deps: AccountRouteDeps) {
  const { clients, keys, sessions, bots, limits } = deps

  /** Failed sign-ins are counted by address and account, before the password is looked at. */
  const signIn = async (email: string, password: string, by: By): Promise<SignedIn> => {
    const who = `${limitKey(by.ip)} ${email}`
    await limits.check('signIn', who)
    try {
      return await clients.signIn(email, password, by)
    } catch (error) {
      if (error instanceof AppError && error.code === 'invalid_credentials') await limits.take('signIn', who)
      throw error
    }
  }

  const account = (client: Client): wire.Account => ({
    client_id: client.client_id,
    company_name: client.company_name,
    email: client.email,
    plan: client.plan,
    requested_plan: client.requested_plan,
    is_active: client.is_active,
    closing_at: client.closing_at || null,
    ...addressState(client, deps.mailOn),
  })

  const me = (client: Client, expiresAt: string): wire.Me => ({
    success: true,
    account: account(client),
    expires_at: expiresAt,
  })

  const cookie = (token: string, seconds: number) =>
    `${deps.cookieName}=${token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}${deps.secureCookies ? '; Secure' : ''}`

  return {
    register: route<typeof wire.RegisterRequest, undefined, undefined, undefined>({
      summary: 'Open an account',
      description:
        'The secret key is shown in this reply only. A plan other than free is a request that the operator decides. Where mail is sent, an address that has an account gets the same reply, with an id and a key that open nothing, and a mail to its owner.',
      tag,
      body: wire.RegisterRequest,
      replies: { 201: { description: 'The account and its first secret key', schema: wire.RegisterReply } },
      async handle({ body, ip, c }) {
        const lang = mailLanguage(body.lang ?? c.req.header('accept-language')?.split(/[,;]/)[0] ?? '')
        const { client, secret } = await clients.register({ ...body, lang }, { ip, via: 'open' })
        const message = client.requested_plan
          ? `Welcome. Your account starts on the free plan; ${client.requested_plan} was asked for and waits for approval.`
          : 'Welcome. Keep the API key: it is not shown again.'
        return { status: 201, body: { success: true, client_id: client.client_id, api_key: secret, message } }
      },
    }),

    authenticate: route<typeof wire.AuthenticateRequest, undefined, undefined, undefined>({
      summary: 'Sign in and get a session token',
      tag,
      body: wire.AuthenticateRequest,
      replies: { 200: { description: 'The session token', schema: wire.AuthenticateReply } },
      async handle({ body, ip, c }) {
        const by: By = { ip, via: 'open', agent: c.req.header('user-agent') }
        const { client, token, expiresAt } = await signIn(body.email, body.password, by)
        const hint = keys.list(client.client_id).at(-1)?.hint ?? ''
        return {
          body: {
            success: true,
            client_id: client.client_id,
            session_token: token,
            expires_at: expiresAt,
            api_key_hint: hint,
            company_name: client.company_name,
            plan: client.plan,
          },
        }
      },
    }),

    login: route<typeof wire.LoginRequest, undefined, undefined, undefined>({
      summary: 'Sign in to the portal',
      description: 'Sets the session cookie.',
      tag,
      body: wire.LoginRequest,
      replies: { 200: { description: 'Signed in', schema: wire.Me } },
      async handle({ body, ip, c }) {
        const email = body.email ?? body.username
        if (!email) {
          throw new AppError('invalid_request', 'email: is required.', {
            errors: [{ pointer: '#/email', detail: 'is required' }],
          })
        }
        const { client, token, expiresAt } = await signIn(email, body.password, {
          ip,
          via: 'open',
          agent: c.req.header('user-agent'),
        })
        return { body: me(client, expiresAt), headers: { 'Set-Cookie': cookie(token, deps.sessionSeconds) } }
      },
    }),

    logout: route<undefined, undefined, undefined, undefined>({
      summary: 'Sign out',
      tag,
      replies: { 200: { description: 'Signed out', schema: wire.Done } },
      async handle({ c }) {
        const sent = c.req.header('cookie') ?? ''
        const bearer = /^Bearer\s+(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1]
        const token = bearer ?? new RegExp(`(?:^|;\\s*)${deps.cookieName}=([^;\\s]+)`).exec(sent)?.[1]
        if (token) await sessions.end(token)
        return { body: { success: true, message: 'Signed out.' }, headers: { 'Set-Cookie': cookie('', 0) } }
      },
    }),

    me: route({
      summary: 'Who is signed in',
      tag,
      replies: { 200: { description: 'The account', schema: wire.Me } },
      handle: ({ caller }) => ({
        body: me(clients.get(caller.clientId), (caller as Principal & { expiresAt?: string }).expiresAt ?? ''),
      }),
    }),

    profile: route({
      summary: 'The account and what it uses',
      tag,
      replies: { 200: { description: 'The account', schema: wire.Profile } },
      handle: async ({ caller }) => ({
        body: { ...account(clients.get(caller.clientId)), stats: await deps.stats(caller.clientId) },
      }),
    }),

    listKeys: route({
      summary: 'Secret keys',
      tag,
      replies: { 200: { description: 'Keys that are not revoked, newest first', schema: wire.KeyList } },
      handle({ caller }) {
        const data = keys.list(caller.clientId).map(keyOnWire)
        return { body: { data, total: data.length } }
      },
    }),

    createKey: route({
      summary: 'Make a secret key',
      tag,
      body: wire.CreateKeyRequest,
      replies: { 201: { description: 'The key, shown this once', schema: wire.CreateKeyReply } },
      async handle({ body, caller, ip }) {
        const expiresAt = body.expires_at && new Date(body.expires_at).toISOString()
        const { key, secret } = await keys.create(
          caller.clientId,
          { name: body.name, scopes: body.scopes, expiresAt },
          { ip, via: caller.via },
        )
        return { status: 201, body: { success: true, key: keyOnWire(key), api_key: secret } }
      },
    }),

    rotateKey: route({
      summary: 'Replace a secret key',
      description: 'The old key works for 24 hours more, or for `grace_hours`; 0 ends it at once.',
      tag,
      params: KeyParams,
      query: wire.RotateKeyQuery,
      replies: { 201: { description: 'The new key, shown this once', schema: wire.CreateKeyReply } },
      async handle({ params, query, caller, ip }) {
        const by: By = { ip, via: caller.via }
        const { key, secret } = await keys.rotate(caller.clientId, params.id, by, query.grace_hours)
        return { status: 201, body: { success: true, key: keyOnWire(key), api_key: secret } }
      },
    }),

    revokeKey: route({
      summary: 'Revoke a secret key',
      tag,
      params: KeyParams,
      replies: { 200: { description: 'The key no longer works', schema: wire.Done } },
      async handle({ params, caller, ip }) {
        await keys.revoke(caller.clientId, params.id, { ip, via: caller.via })
        return { body: { success: true, message: 'The key was revoked.' } }
      },
    }),

    restoreKey: route({
      summary: 'Take revoking a key back',
      description: 'Within ten minutes.',
      tag,
      params: KeyParams,
      replies: { 200: { description: 'The key works again', schema: wire.ApiKey } },
      async handle({ params, caller, ip }) {
        return { body: keyOnWire(await keys.restore(caller.clientId, params.id, { ip, via: caller.via })) }
      },
    }),

    publicBot: route({
      summary: 'What a page may know of a bot',
      tag: 'Chat',
      query: PublicBotQuery,
      replies: { 200: { description: 'Name, greeting, colour, suggested questions', schema: wire.PublicBot } },
      handle: ({ caller }) => ({
        body: publicBotOf(caller.clientId, bots.settings(caller.clientId), deps.version),
      }),
    }),

    launcher: route<undefined, undefined, typeof PublicBotParams, Principal | undefined>({
      summary: 'How a bot’s launcher looks',
      description:
        'What the widget reads with the page: settings that differ from the defaults, by the names of the tag’s attributes. Empty for a bot that is not to be had here.',
      tag: 'Chat',
      params: PublicBotParams,
      replies: { 200: { description: 'Settings by attribute', schema: wire.Launcher } },
      handle: ({ params, caller, c }) => {
        if (params.company_id.includes('/')) throw new AppError('not_found', 'There is no such page.')
        return {
          body: { launcher: caller ? launcherOf(bots.settings(caller.clientId)) : {} },
          headers: {
            // Every page view asks: a minute in the browser's cache, a day while a newer one is fetched.
            'Cache-Control': 'public, max-age=60, stale-while-revalidate=86400',
            ...(c.req.header('origin') && { 'Access-Control-Allow-Origin': '*' }),
            Vary: 'Origin',
          },
        }
      },
    }),

    botSettings: route({
      summary: 'Settings of the bot',
      tag,
      replies: { 200: { description: 'Settings', schema: wire.BotSettings } },
      handle: ({ caller }) => ({ body: bots.settings(caller.clientId) }),
    }),

    changeBotSettings: route({
      summary: 'Change settings of the bot',
      tag,
      body: wire.BotSettingsChange,
      replies: { 200: { description: 'Settings as they are now', schema: wire.BotSettings } },
      handle: async ({ body, caller }) => ({ body: await bots.change(caller.clientId, body) }),
    }),

    previewBot: route({
      summary: 'What visitors would see with other settings',
      description: 'The replies to the widget’s two questions, as they would be after this change. Nothing is stored.',
      tag,
      body: wire.BotSettingsChange,
      replies: { 200: { description: 'Launcher and bot', schema: wire.BotPreview } },
      handle({ body, caller }) {
        const settings = bots.preview(caller.clientId, body)
        return {
          body: { launcher: launcherOf(settings), bot: publicBotOf(caller.clientId, settings, deps.version) },
        }
      },
    }),

    demo: route<undefined, undefined, undefined, undefined>({
      summary: 'Sign-in of the demo client',
      description: 'Only on an installation that made one.',
      tag,
      replies: {
        200: {
          description: 'The demo sign-in',
          schema: z.object({ email: z.string(), password: z.string(), company_id: z.string() }).openapi('DemoAccount'),
        },
      },
      handle() {
        const demo = deps.demo()
        if (!demo) throw new AppError('not_found', 'There is nothing at this address.')
        return { body: demo }
      },
    }),
  }
}

const keyOnWire = (key: Key): wire.ApiKey => ({
  id: key.key_id,
  name: key.name,
  hint: key.hint,
  scopes: key.scopes.split(' ').filter(Boolean) as wire.ApiKey['scopes'],
  created_at: key.created_at,
  expires_at: key.expires_at || null,
  last_used_at: key.last_used_at || null,
})
