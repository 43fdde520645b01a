/** HTTP of entries, one by one and as a list. */
import { z } from '@hono/zod-openapi'
import { route } from '../http/route.ts'
import type { Entries } from './entry.ts'
import { distinct, flag, matching, orders, sorts } from './filter.ts'
import type { Library } from './library.ts'
import { searchEntries } from './search.ts'
import type { Trash } from './trash.ts'
import * as wire from './wire.ts'

export interface KnowledgeRouteDeps {
  entries: Entries
  library: Library
  trash: Trash
  limitOf(clientId: string): number
  /** The last edits by hand of a client's files, newest first. */
  editsOf(clientId: string): wire.HandEdit[]
}

const tag = 'Knowledge'
const CompanyParams = z.object({ company_id: z.string().max(100) })
const EntryParams = z.object({ id: z.string().max(200) })
const whole = (fallback: number, max: number) =>
  z.coerce.number('must be a whole number').int('must be a whole number').min(1).max(max).default(fallback)
/** One entry of 20,000 characters, as escaped as JSON can make it. */
const entryBytes = 512 * 1024

export function knowledgeRoutes({ entries, library, trash, limitOf, editsOf }: KnowledgeRouteDeps) {
  return {
    add: route({
      summary: 'Add a text',
      tag,
      body: wire.AddRequest,
      maxBytes: entryBytes,
      replies: { 200: { description: 'Added', schema: wire.AddReply } },
      async handle({ body, caller }) {
        const entry = await entries.add(caller.clientId, { ...body, source: body.source ?? 'api' })
        return {
          body: { success: true, message: 'The entry was added.', knowledge_id: entry.id, company_id: caller.clientId },
        }
      },
    }),

    create: route({
      summary: 'Add an entry',
      tag,
      body: wire.CreateEntryRequest,
      maxBytes: entryBytes,
      replies: { 201: { description: 'The entry', schema: wire.EntryReply } },
      handle: async ({ body, caller }) => ({
        status: 201,
        body: { success: true, entry: await entries.add(caller.clientId, body) },
      }),
    }),

    edits: route({
      summary: 'Edits of the knowledge file by hand',
      description: 'What became of the last change that somebody made to the file itself; a refused one is kept.',
      tag,
      replies: { 200: { description: 'Newest first', schema: wire.HandEdits } },
      handle: ({ caller }) => ({ body: { data: editsOf(caller.clientId) } }),
    }),

    list: route({
      summary: 'Find entries',
      description: 'Newest first; with `search`, best first.',
      tag,
      query: z.object({
        search: z.string().trim().max(500).optional(),
        category: z.string().max(300).optional(),
        source: z.string().max(300).optional(),
        source_id: z.string().max(200).optional(),
        kind: wire.EntryKind.optional(),
        lang: z.string().max(20).optional(),
        active: flag,
        /** Changed by a person. */
        edited: flag,
        flagged: flag,
        /** Changed since then, ISO 8601. */
        since: z.iso.datetime({ offset: true }).optional(),
        sort: z.enum(sorts).optional(),
        page: whole(1, 1_000_000),
        limit: whole(50, 200),
      }),
      replies: { 200: { description: 'One page', schema: wire.EntryPage } },
      async handle({ query, caller }) {
        const all = await entries.list(caller.clientId)
        const filtered = all.filter(matching(query))
        const found = query.search
          ? searchEntries(filtered, await library.index(caller.clientId), query.search)
          : filtered
        // What came together stays in its order: the list begins with the newest.
        if (query.sort === 'oldest') found.reverse()
        if (query.sort) found.sort(orders[query.sort])
        const pages = Math.max(1, Math.ceil(found.length / query.limit))
        const from = (query.page - 1) * query.limit
        return {
          body: {
            data: found.slice(from, from + query.limit),
            total: found.length,
            page: query.page,
            pages,
            knowledge_count: all.filter(entry => entry.is_active).length,
            knowledge_limit: limitOf(caller.clientId),
            categories: distinct(all.map(entry => entry.category)),
            sources: distinct(all.map(entry => entry.source)),
            langs: distinct(all.map(entry => entry.lang)),
            flagged: all.filter(entry => entry.flag !== '').length,
          },
        }
      },
    }),

    dump: route({
      summary: 'All entries of the company',
      tag,
      params: CompanyParams,
      replies: { 200: { description: 'Every entry', schema: wire.EntryDump } },
      async handle({ caller }) {
        const all = await entries.list(caller.clientId)
        const active = all.filter(entry => entry.is_active)
        return { body: { company_id: caller.clientId, knowledge_count: active.length, knowledge: active } }
      },
    }),

    clear: route({
      summary: 'Delete all entries of the company',
      tag,
      params: CompanyParams,
      replies: { 200: { description: 'Deleted', schema: wire.KnowledgeDone } },
      async handle({ caller }) {
        const { count, undoId } = await entries.clear(caller.clientId)
        return {
          body: {
            success: true,
            message: `${count} ${count === 1 ? 'entry was' : 'entries were'} deleted.`,
            company_id: caller.clientId,
            ...(undoId && { undo_id: undoId }),
          },
        }
      },
    }),

    get: route({
      summary: 'One entry',
      tag,
      params: EntryParams,
      replies: { 200: { description: 'The entry', schema: wire.EntryReply } },
      handle: async ({ params, caller }) => ({
        body: { success: true, entry: await entries.get(caller.clientId, params.id) },
      }),
    }),

    change: route({
      summary: 'Change an entry',
      tag,
      params: EntryParams,
      body: wire.ChangeEntryRequest,
      maxBytes: entryBytes,
      replies: { 200: { description: 'The entry as it is now', schema: wire.EntryReply } },
      handle: async ({ params, body, caller }) => ({
        body: {
          success: true,
          entry: await entries.change(caller.clientId, params.id, body, caller.via === 'session' ? 'portal' : 'api'),
        },
      }),
    }),

    remove: route({
      summary: 'Delete an entry',
      tag,
      params: EntryParams,
      replies: { 200: { description: 'Deleted', schema: wire.KnowledgeDone } },
      async handle({ params, caller }) {
        const undo_id = await entries.remove(caller.clientId, params.id)
        return { body: { success: true, message: 'The entry was deleted.', company_id: caller.clientId, undo_id } }
      },
    }),

    undo: route({
      summary: 'Undo',
      description:
        'Everything that one call deleted, changed or added, by its `undo_id`. What was changed once more since stays.',
      tag,
      body: wire.UndoRequest,
      replies: { 200: { description: 'What is back', schema: wire.UndoReply } },
      async handle({ body, caller }) {
        const { restored, ...undone } = await trash.undo(caller.clientId, body.undo_id)
        await library.settled(caller.clientId)
        return {
          body: {
            success: true,
            message: undoneAs(restored.length, undone.reverted + undone.withdrawn),
            restored: restored.length,
            ids: restored,
            ...undone,
          },
        }
      },
    }),
  }
}

function undoneAs(back: number, asBefore: number): string {
  const parts = [
    ...(back > 0 || asBefore === 0 ? [`${back === 1 ? '1 entry is' : `${back} entries are`} back`] : []),
    ...(asBefore > 0 ? [`${asBefore === 1 ? '1 entry is' : `${asBefore} entries are`} as before`] : []),
  ]
  return `${parts.join(', ')}.`
}
