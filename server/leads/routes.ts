/** HTTP of leads: visitors leave them, the client reads, exports and deletes them. */
import { z } from '@hono/zod-openapi'
import { route } from '../http/route.ts'
import { inBlocks, tableFormats, tableReply, tableTypes } from '../http/table-file.ts'
import type { Lead } from '../store/records.ts'
import type { Leads } from './lead.ts'
import * as wire from './wire.ts'

const tag = 'Leads'
const whole = (fallback: number, max: number) =>
  z.coerce.number('must be a whole number').int('must be a whole number').min(1).max(max).default(fallback)
const Removed = z.object({ success: z.literal(true), message: z.string() }).openapi('LeadRemoved')

export function leadRoutes({ leads }: { leads: Leads }) {
  return {
    add: route({
      summary: 'Leave word how to be reached',
      description:
        'The fields that the bot’s lead form asks for; an e-mail address or a phone number at least. A visitor’s page may send it when the form is on.',
      tag,
      body: wire.LeadRequest,
      replies: { 201: { description: 'Kept', schema: wire.LeadReply } },
      async handle({ body, caller }) {
        const { lead_id } = await leads.add(caller, body)
        return { status: 201, body: { success: true, lead_id, message: 'The message was passed on.' } }
      },
    }),

    list: route({
      summary: 'Who left word',
      description: 'Newest first.',
      tag,
      query: z.object({
        search: z.string().trim().max(200).optional(),
        /** new: nobody has dealt with them yet. */
        state: z.enum(['new', 'handled']).optional(),
        page: whole(1, 1_000_000),
        limit: whole(50, 200),
      }),
      replies: { 200: { description: 'One page', schema: wire.LeadPage } },
      async handle({ query, caller }) {
        const words = query.search?.toLowerCase()
        const all = await leads.list(caller.clientId)
        const handled = all.filter(row => row.handled_at !== '').length
        const found = all.filter(
          row =>
            (!query.state || (row.handled_at !== '') === (query.state === 'handled')) &&
            (!words ||
              [row.name, row.email, row.phone, row.message, row.page].some(cell => cell.toLowerCase().includes(words))),
        )
        const from = (query.page - 1) * query.limit
        return {
          body: {
            data: found.slice(from, from + query.limit).map(onWire),
            total: found.length,
            page: query.page,
            pages: Math.max(1, Math.ceil(found.length / query.limit)),
            counts: { new: all.length - handled, handled },
          },
        }
      },
    }),

    export: route({
      summary: 'Who left word, as a file',
      description: 'CSV, Excel or JSON Lines; newest first.',
      tag,
      query: z.object({ format: z.enum(tableFormats).default('csv') }),
      replies: { 200: { description: 'The file, as an attachment', schema: null, media: tableTypes } },
      async handle({ query, caller }) {
        const names = Object.keys(columns) as (keyof typeof columns)[]
        const rows = (await leads.list(caller.clientId)).map(row => {
          const lead = onWire(row)
          return names.map(name => lead[name])
        })
        return tableReply(query.format, {
          name: `leads-${caller.clientId}`,
          title: 'Leads',
          columns,
          blocks: inBlocks(rows),
        })
      },
    }),

    mark: route({
      summary: 'Say whether somebody has dealt with a lead',
      tag,
      params: z.object({ id: z.string().max(100) }),
      body: wire.LeadMark,
      replies: { 200: { description: 'As it is now', schema: wire.LeadMarked } },
      handle: async ({ params, body, caller }) => ({
        body: { success: true, lead: onWire(await leads.mark(caller.clientId, params.id, body.handled)) },
      }),
    }),

    remove: route({
      summary: 'Delete a lead',
      tag,
      params: z.object({ id: z.string().max(100) }),
      replies: { 200: { description: 'Deleted', schema: Removed } },
      async handle({ params, caller }) {
        await leads.remove(caller.clientId, params.id)
        return { body: { success: true, message: 'The lead was deleted.' } }
      },
    }),
  }
}

/** Of the file, with the width of each in characters. */
const columns = {
  id: 28,
  created_at: 24,
  name: 24,
  email: 30,
  phone: 20,
  message: 60,
  session_id: 28,
  page: 40,
  handled_at: 24,
} satisfies Record<keyof wire.Lead, number>

const onWire = ({
  lead_id,
  created_at,
  name,
  email,
  phone,
  message,
  session_id,
  page,
  handled_at,
}: Lead): wire.Lead => ({
  id: lead_id,
  created_at,
  name,
  email,
  phone,
  message,
  session_id,
  page,
  handled_at,
})
