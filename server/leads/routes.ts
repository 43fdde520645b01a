/** HTTP of leads: visitors leave them, the client reads, exports and deletes them. */
import { z } from '@hono/zod-openapi'
import { stringify } from 'csv-stringify/sync'
import { apiHeaders, setHeaders } from '../http/headers.ts'
import { route } from '../http/route.ts'
import { neutral } from '../knowledge/export.ts'
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
        page: whole(1, 1_000_000),
        limit: whole(50, 200),
      }),
      replies: { 200: { description: 'One page', schema: wire.LeadPage } },
      async handle({ query, caller }) {
        const words = query.search?.toLowerCase()
        const found = (await leads.list(caller.clientId)).filter(
          row =>
            !words ||
            [row.name, row.email, row.phone, row.message, row.page].some(cell => cell.toLowerCase().includes(words)),
        )
        const from = (query.page - 1) * query.limit
        return {
          body: {
            data: found.slice(from, from + query.limit).map(onWire),
            total: found.length,
            page: query.page,
            pages: Math.max(1, Math.ceil(found.length / query.limit)),
          },
        }
      },
    }),

    export: route({
      summary: 'Who left word, as CSV',
      tag,
      replies: { 200: { description: 'A CSV file', schema: null } },
      async handle({ caller, c }) {
        const rows = (await leads.list(caller.clientId)).map(onWire)
        const columns = Object.keys(wire.Lead.shape) as (keyof wire.Lead)[]
        setHeaders(c, apiHeaders)
        // The mark at the start tells spreadsheets that the file is UTF-8.
        const text = stringify([columns, ...rows.map(row => columns.map(column => neutral(row[column])))], {
          bom: true,
          record_delimiter: 'windows',
        })
        return c.body(text, 200, {
          'Content-Type': 'text/csv; charset=UTF-8',
          'Content-Disposition': `attachment; filename="leads-${caller.clientId}.csv"`,
        })
      },
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

const onWire = ({ lead_id, created_at, name, email, phone, message, session_id, page }: Lead): wire.Lead => ({
  id: lead_id,
  created_at,
  name,
  email,
  phone,
  message,
  session_id,
  page,
})
