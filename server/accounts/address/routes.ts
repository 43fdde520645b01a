/** HTTP of confirming an address, a forgotten password, and notices by mail. No GET uses a link up: mail scanners follow them. */
import { z } from '@hono/zod-openapi'
import type { Principal } from '../../http/principal.ts'
import type { RateLimits } from '../../http/rate-limit.ts'
import { type Input, route } from '../../http/route.ts'
import type { NoticeBoard } from '../../mail/notice.ts'
import type { Client } from '../../store/records.ts'
import type { By } from '../audit.ts'
import { Done } from '../wire.ts'
import type { Addresses } from './address.ts'
import * as wire from './wire.ts'

export interface AddressRouteDeps {
  addresses: Addresses
  board: NoticeBoard
  limits: RateLimits
  clientOf(clientId: string): Client
  mailOn: boolean
}

type Call = Pick<Input<any, any, any, any>, 'ip' | 'c'>
const byOf = ({ ip, c }: Call, via: By['via']): By => ({ ip, via, agent: c.req.header('user-agent') })
const tag = 'Account'
const OffParams = z.object({ token: z.string().max(200) })

export function addressRoutes({ addresses, board, limits, clientOf, mailOn }: AddressRouteDeps) {
  const settings = (clientId: string): wire.NoticeSettings => {
    const { lang, ...rest } = board.get(clientId)
    const { email, email_verified_at } = clientOf(clientId)
    return {
      ...rest,
      lang: lang === 'de' ? 'de' : 'en',
      mail: mailOn,
      email,
      email_verified: email_verified_at !== '',
    }
  }
  const notices = { 200: { description: 'Which mails are sent', schema: wire.NoticeSettings } }
  const confirmed = { 200: { description: 'Confirmed', schema: wire.ConfirmReply } }

  return {
    forgot: route<typeof wire.ForgotRequest, undefined, undefined, undefined>({
      summary: 'Ask for a link to a new password',
      description: 'The same reply whether or not there is an account with the address.',
      tag,
      body: wire.ForgotRequest,
      replies: { 202: { description: 'If there is an account, a mail is on its way', schema: Done } },
      async handle({ body }) {
        await addresses.forgot(body.email)
        const message = 'If there is an account with this address, a mail is on its way.'
        return { status: 202, body: { success: true, message } }
      },
    }),

    reset: route<typeof wire.ResetRequest, undefined, undefined, undefined>({
      summary: 'Set a new password with a link',
      description: 'Ends every session of the account. The link works once.',
      tag,
      body: wire.ResetRequest,
      replies: { 200: { description: 'Changed', schema: Done } },
      async handle(call) {
        await addresses.reset(call.body.token, call.body.password, byOf(call, 'open'))
        return { body: { success: true, message: 'The password was changed; sign in with it.' } }
      },
    }),

    confirm: route<typeof wire.ConfirmRequest, undefined, undefined, undefined>({
      summary: 'Confirm an address with a link',
      tag,
      body: wire.ConfirmRequest,
      replies: confirmed,
      async handle(call) {
        return { body: { success: true, ...(await addresses.confirm(call.body.token, byOf(call, 'open'))) } }
      },
    }),

    confirmCode: route({
      summary: 'Confirm an address with the code of the mail',
      tag,
      body: wire.ConfirmCodeRequest,
      replies: confirmed,
      async handle(call) {
        const { clientId, via } = call.caller as Principal
        await limits.take('code', clientId)
        return {
          body: { success: true, ...(await addresses.confirmByCode(clientId, call.body.code, byOf(call, via))) },
        }
      },
    }),

    resend: route({
      summary: 'Send the mail with the link once more',
      tag,
      replies: { 202: { description: 'On its way', schema: Done } },
      async handle({ caller }) {
        await limits.take('resend', caller.clientId)
        await addresses.resend(caller.clientId)
        return { status: 202, body: { success: true, message: 'The mail is on its way.' } }
      },
    }),

    notices: route({
      summary: 'Which notices come by mail',
      tag,
      replies: notices,
      handle: ({ caller }) => ({ body: settings(caller.clientId) }),
    }),

    changeNotices: route({
      summary: 'Change which notices come by mail',
      description: 'Another address for leads holds once its owner has confirmed it.',
      tag,
      body: wire.NoticeChange,
      replies: notices,
      async handle({ caller, body }) {
        if (body.leads_to) await limits.take('resend', caller.clientId)
        await board.change(caller.clientId, body)
        return { body: settings(caller.clientId) }
      },
    }),

    switchOff: route<undefined, undefined, typeof OffParams, undefined>({
      summary: 'Stop notices with the link in one of them',
      description: 'RFC 8058: mail programs send this with one click. It may be sent again.',
      tag,
      params: OffParams,
      replies: { 200: { description: 'These mails stop', schema: wire.NoticeOff } },
      handle: async ({ params }) => ({ body: { success: true, notice: await board.switchOff(params.token) } }),
    }),

    /** Where mail programs show List-Unsubscribe as a link: to the page with the button. */
    showOff: route<undefined, undefined, typeof OffParams, undefined>({
      summary: 'To the page that stops notices',
      tag,
      params: OffParams,
      replies: { 302: { description: 'The page', schema: null } },
      handle: ({ params }) =>
        new Response(null, {
          status: 302,
          headers: { Location: `/portal/notices-off#${encodeURIComponent(params.token)}` },
        }),
    }),
  }
}
