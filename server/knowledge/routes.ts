/** HTTP of knowledge. */
import { z } from '@hono/zod-openapi'
import { apiHeaders, setHeaders } from '../http/headers.ts'
import { route } from '../http/route.ts'
import type { Entries } from './entry.ts'
import { exportEntries, exportFormats } from './export.ts'
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
/** An import of 5,000 entries of ordinary length. */
const importBytes = 32 * 1024 * 1024
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
        page: whole(1, 1_000_000),
        limit: whole(50, 200),
      }),
      replies: { 200: { description: 'One page', schema: wire.EntryPage } },
      async handle({ query, caller }) {
        const all = await entries.list(caller.clientId)
        const filtered = all.filter(
          entry =>
            (!query.category || entry.category === query.category) && (!query.source || entry.source === query.source),
        )
        const found = query.search
          ? searchEntries(filtered, await library.index(caller.clientId), query.search)
          : filtered
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

    export: route({
      summary: 'All entries as a file',
      description:
        'CSV for spreadsheets (cells that would run as formulas get an apostrophe), JSON Lines for programs (exact).',
      tag,
      query: z.object({ format: z.enum(exportFormats).default('csv') }),
      replies: { 200: { description: 'The file, as an attachment', schema: null } },
      async handle({ query, caller, c }) {
        const { name, type, text } = exportEntries(await entries.list(caller.clientId), query.format, caller.clientId)
        setHeaders(c, apiHeaders)
        return c.body(text, 200, { 'Content-Type': type, 'Content-Disposition': `attachment; filename="${name}"` })
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
      summary: 'Bring back what was deleted',
      description: 'Everything that one call deleted, by its `undo_id`.',
      tag,
      body: wire.UndoRequest,
      replies: { 200: { description: 'What is back', schema: wire.UndoReply } },
      async handle({ body, caller }) {
        const { restored, over_limit } = await trash.undo(caller.clientId, body.undo_id)
        const count = restored.length === 1 ? '1 entry is' : `${restored.length} entries are`
        return {
          body: { success: true, message: `${count} back.`, restored: restored.length, ids: restored, over_limit },
        }
      },
    }),

    import: route({
      summary: 'Add many entries, all or none',
      description:
        'Ids are kept. With `?dry_run=1` everything is checked and nothing is stored. Bad rows are named in `errors`.',
      tag,
      query: z.object({ dry_run: z.enum(['0', '1', 'true', 'false']).optional() }),
      body: wire.ImportRequest,
      maxBytes: importBytes,
      replies: { 200: { description: 'Added, or checked', schema: wire.ImportReply } },
      async handle({ query, body, caller }) {
        const dryRun = query.dry_run === '1' || query.dry_run === 'true'
        const ids = await entries.import(caller.clientId, body.entries, { dryRun })
        const count = `${ids.length} ${ids.length === 1 ? 'entry' : 'entries'}`
        return {
          body: {
            success: true,
            message: dryRun ? `${count} can be imported.` : `${count} imported.`,
            company_id: caller.clientId,
            imported: dryRun ? 0 : ids.length,
            dry_run: dryRun,
            ids,
          },
        }
      },
    }),
  }
}

const distinct = (values: string[]) => [...new Set(values.filter(Boolean))].sort((a, b) => a.localeCompare(b))
