/** HTTP of a client's own account. A session is needed for all of it: a key is for programs. */
import { z } from '@hono/zod-openapi'
import { AppError } from '../../errors.ts'
import { limitKey } from '../../http/address.ts'
import type { Principal } from '../../http/principal.ts'
import type { RateLimits } from '../../http/rate-limit.ts'
import { type Input, route } from '../../http/route.ts'
import type { By } from '../audit.ts'
import { Done } from '../wire.ts'
import { graceDays, type Own } from './account.ts'
import * as wire from './wire.ts'

export interface OwnRouteDeps {
  own: Own
  limits: RateLimits
  /** Everything of a client as one zip, and its name. */
  exportAll(clientId: string): Promise<{ name: string; bytes: number; body: ReadableStream<Uint8Array> }>
}

type Call = Pick<Input<any, any, any, Principal>, 'caller' | 'ip' | 'c'>
const byOf = ({ caller, ip, c }: Call): By => ({ ip, via: caller.via, agent: c.req.header('user-agent') })
const tag = 'Account'
const page = z.coerce.number('must be a whole number').int('must be a whole number').min(1).max(10_000).default(1)

export function ownRoutes({ own, limits, exportAll }: OwnRouteDeps) {
  /** A wrong password here counts as a failed sign-in, so that a stolen session cannot be used to guess it. */
  const proving = async <T>(call: Call, run: () => Promise<T>): Promise<T> => {
    const who = `${limitKey(call.ip)} ${own.get(call.caller.clientId).email}`
    await limits.check('signIn', who)
    try {
      return await run()
    } catch (error) {
      if (error instanceof AppError && error.extras.errors?.[0]?.pointer === '#/password')
        await limits.take('signIn', who)
      throw error
    }
  }
  const account = { 200: { description: 'The account as it is now', schema: wire.OwnAccount } }

  return {
    get: route({
      summary: 'The account, its profile and the plans there are',
      tag,
      replies: account,
      handle: ({ caller }) => ({ body: own.get(caller.clientId) }),
    }),

    change: route({
      summary: 'Change the profile',
      tag,
      body: wire.OwnAccountChange,
      replies: account,
      handle: async call => ({ body: await own.change(call.caller.clientId, call.body, byOf(call)) }),
    }),

    password: route({
      summary: 'Change the password',
      description: 'Ends every other session.',
      tag,
      body: wire.PasswordChange,
      replies: { 200: { description: 'Changed', schema: Done } },
      async handle(call) {
        const { caller, body } = call
        await proving(call, () => own.changePassword(caller.clientId, body, caller.credentialId, byOf(call)))
        return { body: { success: true, message: 'The password was changed; other sessions have ended.' } }
      },
    }),

    email: route({
      summary: 'Change the e-mail address',
      tag,
      body: wire.EmailChange,
      replies: account,
      handle: async call => ({
        body: await proving(call, () => own.changeEmail(call.caller.clientId, call.body, byOf(call))),
      }),
    }),

    plan: route({
      summary: 'Ask for a plan',
      description: 'A plan that needs no approval is taken at once; an empty one takes a request back.',
      tag,
      body: wire.PlanRequest,
      replies: account,
      handle: async call => ({ body: await own.requestPlan(call.caller.clientId, call.body.plan, byOf(call)) }),
    }),

    sessions: route({
      summary: 'Where the account is signed in',
      tag,
      replies: { 200: { description: 'Sessions, newest first', schema: wire.OwnSessions } },
      handle: ({ caller }) => ({ body: own.sessions(caller.clientId, caller.credentialId) }),
    }),

    endSession: route({
      summary: 'End one session',
      tag,
      params: z.object({ id: z.string().max(64) }),
      replies: { 200: { description: 'Ended', schema: Done } },
      async handle(call) {
        await own.endSessions(call.caller.clientId, { id: call.params.id }, byOf(call))
        return { body: { success: true, message: 'The session has ended.' } }
      },
    }),

    endSessions: route({
      summary: 'End every session but this one',
      tag,
      replies: { 200: { description: 'Ended', schema: Done } },
      async handle(call) {
        const { caller } = call
        const count = await own.endSessions(caller.clientId, { allBut: caller.credentialId }, byOf(call))
        return { body: { success: true, message: `${count} ${count === 1 ? 'session has' : 'sessions have'} ended.` } }
      },
    }),

    audit: route({
      summary: 'What happened to the account',
      tag,
      query: z.object({ page, limit: page.pipe(z.number().max(200)).default(50) }),
      replies: { 200: { description: 'Events of the last 12 months, newest first', schema: wire.AuditPage } },
      async handle({ caller, query }) {
        const { rows, total } = await own.audit(caller.clientId, query.page, query.limit)
        const data = rows.map(({ timestamp, action, details, ip_address, via }) => ({
          timestamp,
          action,
          details: JSON.parse(details || '{}'),
          ip_address,
          via,
        }))
        return { body: { data, total, page: query.page, pages: Math.ceil(total / query.limit) } }
      },
    }),

    export: route({
      summary: 'Everything of the account as a zip',
      description:
        'A CSV file for each kind of record, and the files that were uploaded. Everything in it is exact, for programs: a spreadsheet may run a cell that begins like a formula. The exports of knowledge, leads and conversations are for spreadsheets.',
      tag,
      replies: { 200: { description: 'The zip', schema: null, media: ['application/zip'] } },
      async handle({ caller }) {
        const { name, bytes, body } = await exportAll(caller.clientId)
        return new Response(body, {
          headers: {
            'Content-Type': 'application/zip',
            'Content-Length': String(bytes),
            'Content-Disposition': `attachment; filename="${name}"`,
            'Cache-Control': 'no-store',
          },
        })
      },
    }),

    close: route({
      summary: 'Close the account',
      description: `Everything works for ${graceDays} days more, in which closing can be taken back. Then the bot is silent and nobody can sign in.`,
      tag,
      body: wire.CloseRequest,
      replies: account,
      handle: async call => ({
        body: await proving(call, () => own.close(call.caller.clientId, call.body.password, byOf(call))),
      }),
    }),

    reopen: route({
      summary: 'Keep the account after all',
      tag,
      replies: account,
      handle: async call => ({ body: await own.reopen(call.caller.clientId, byOf(call)) }),
    }),
  }
}
