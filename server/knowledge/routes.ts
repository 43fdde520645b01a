/** HTTP of knowledge. */
import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { AppError } from '../errors.ts'
import { readBytes } from '../http/body.ts'
import { apiHeaders, setHeaders } from '../http/headers.ts'
import { readMultipart } from '../http/multipart.ts'
import { route } from '../http/route.ts'
import type { Entries } from './entry.ts'
import { exportEntries, exportFormats } from './export.ts'
import type { ImportRows } from './intake/file/records.ts'
import type { Reader } from './intake/reader.ts'
import type { Library } from './library.ts'
import { searchEntries } from './search.ts'
import type { Trash } from './trash.ts'
import * as wire from './wire.ts'

export interface KnowledgeRouteDeps {
  entries: Entries
  library: Library
  trash: Trash
  reader: Reader
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

export function knowledgeRoutes({ entries, library, trash, reader, limitOf, editsOf }: KnowledgeRouteDeps) {
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

    export: route({
      summary: 'All entries as a file',
      description:
        'Oldest first. CSV and Excel for people (nothing in a cell is run as a formula), JSON Lines for programs. An import of the file gives the same entries.',
      tag,
      query: z.object({ format: z.enum(exportFormats).default('csv') }),
      replies: { 200: { description: 'The file, as an attachment', schema: null } },
      async handle({ query, caller, c }) {
        const all = (await entries.list(caller.clientId)).reverse()
        const { name, type, content } = await exportEntries(all, query.format, caller.clientId)
        setHeaders(c, apiHeaders)
        return c.body(content as string, 200, {
          'Content-Type': type,
          'Content-Disposition': `attachment; filename="${name}"`,
        })
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

    import: route({
      summary: 'Add many entries, all or none',
      description:
        'As JSON, or as a file (CSV, XLSX, JSON Lines). Ids are kept. With `?dry_run=1` everything is checked and nothing is stored. Bad rows are named in `errors`.',
      tag,
      query: z.object({ dry_run: flag }),
      body: wire.ImportRequest,
      form: wire.ImportForm,
      maxBytes: importBytes,
      replies: { 200: { description: 'Added, or checked', schema: wire.ImportReply } },
      async handle({ query, body, caller, c }) {
        const dryRun = isOn(query.dry_run)
        const file = body ? undefined : await importFile(c)
        const bad = file?.rows.filter(row => row.error !== undefined) ?? []
        if (file && bad.length > 0)
          throw new AppError(
            'invalid_request',
            `${bad.length} of ${file.rows.length} rows cannot be read; see errors.`,
            {
              errors: bad.slice(0, 200).map(({ place, error }) => ({
                pointer: `#/entries/${file.rows.findIndex(row => row.place === place)}`,
                detail: `${place}: ${error}`,
              })),
            },
          )
        const ids = await entries.import(caller.clientId, body?.entries ?? file!.rows.map(row => row.fields), {
          dryRun,
          ...(file && { place: row => file.rows[row]?.place ?? '' }),
        })
        if (!dryRun) await library.settled(caller.clientId)
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

    roundTrip: route({
      summary: 'Bring back an edited export',
      description:
        'Says what is different from the entries as they are: added, changed, removed. With `?accept=1` it is made so, all or none; `expect` (the fingerprint of an earlier look) makes sure that it does what was seen. `removed=keep` leaves entries that the file no longer has.',
      tag,
      query: z.object({
        accept: flag,
        expect: z.string().max(100).optional(),
        removed: z.enum(['delete', 'keep']).default('delete'),
      }),
      body: wire.ImportRequest,
      form: wire.ImportForm,
      maxBytes: importBytes,
      replies: { 200: { description: 'The difference', schema: wire.RoundTripReply } },
      async handle({ query, body, caller, c }) {
        const { clientId } = caller
        const file: ImportRows = body
          ? {
              columns: [],
              rows: body.entries.map((fields, i) => ({
                place: `item ${i + 1}`,
                fields: fields as Record<string, unknown>,
              })),
            }
          : await importFile(c)
        const remove = query.removed === 'delete'
        const before = await entries.count(clientId)
        const { difference, undoId } = isOn(query.accept)
          ? await entries.accept(clientId, file, {
              expect: query.expect,
              remove,
              by: caller.via === 'session' ? 'portal' : 'api',
            })
          : { difference: await entries.compare(clientId, file), undoId: undefined }
        if (isOn(query.accept)) await library.settled(clientId)
        const { added, changed, removed, unchanged, fingerprint } = difference
        const counts = { added: added.length, changed: changed.length, removed: remove ? removed.length : 0, unchanged }
        const after = isOn(query.accept) ? await entries.count(clientId) : before + counts.added - counts.removed
        return {
          body: {
            success: true,
            message: `${counts.added} added, ${counts.changed} changed, ${counts.removed} removed, ${unchanged} unchanged.`,
            fingerprint,
            counts,
            added: added.slice(0, 200).map(({ place, what }) => ({ place, what })),
            changed: changed.slice(0, 200),
            removed: remove ? removed.slice(0, 200) : [],
            room: { limit: limitOf(clientId), count: before, after },
            accepted: isOn(query.accept),
            undo_id: undoId ?? null,
          },
        }
      },
    }),
  }

  /** A file of entries: the form's first file, or the body. @throws AppError `unprocessable` when it cannot be read */
  async function importFile(c: Context): Promise<ImportRows> {
    const type = c.req.header('content-type') ?? ''
    if (!/^multipart\/form-data/i.test(type)) {
      const extension = importTypes.find(([pattern]) => pattern.test(type))?.[1]
      if (!extension)
        throw new AppError('unsupported_media_type', 'Send JSON, or a file of entries: CSV, XLSX or JSON Lines.')
      return reader.run({ kind: 'import', bytes: await readBytes(c, importBytes), name: `import.${extension}` })
    }
    const pieces: Uint8Array[] = []
    let name = ''
    await readMultipart(c, { maxFiles: 1, maxFileBytes: importBytes, maxBytes: importBytes + 65_536 }, async given => {
      name = given
      return { write: async piece => void pieces.push(piece), end: async () => {} }
    })
    if (name === '') throw new AppError('invalid_request', 'There is no file in the upload.')
    return reader.run({ kind: 'import', bytes: Buffer.concat(pieces), name })
  }
}

function undoneAs(back: number, asBefore: number): string {
  const parts = [
    ...(back > 0 || asBefore === 0 ? [`${back === 1 ? '1 entry is' : `${back} entries are`} back`] : []),
    ...(asBefore > 0 ? [`${asBefore === 1 ? '1 entry is' : `${asBefore} entries are`} as before`] : []),
  ]
  return `${parts.join(', ')}.`
}

const flag = z.enum(['0', '1', 'true', 'false']).optional()
const isOn = (value: z.infer<typeof flag>) => value === '1' || value === 'true'

/** Files of entries that may be the body itself, by content type. */
const importTypes: [RegExp, string][] = [
  [/^text\/tab-separated-values/i, 'tsv'],
  [/^text\/csv|^application\/csv/i, 'csv'],
  [/spreadsheetml\.sheet/i, 'xlsx'],
  [/^application\/(?:jsonl|x-ndjson|ndjson|x-jsonlines)/i, 'jsonl'],
  [/^text\/plain/i, 'csv'],
]

const sorts = ['newest', 'oldest', 'updated', 'title', 'category', 'source'] as const
const nameOf = (entry: wire.KnowledgeEntry) => entry.question || entry.title || entry.content
const orders: Record<(typeof sorts)[number], (a: wire.KnowledgeEntry, b: wire.KnowledgeEntry) => number> = {
  newest: (a, b) => b.created_at.localeCompare(a.created_at),
  oldest: (a, b) => a.created_at.localeCompare(b.created_at),
  updated: (a, b) => b.updated_at.localeCompare(a.updated_at),
  title: (a, b) => nameOf(a).localeCompare(nameOf(b)),
  category: (a, b) => a.category.localeCompare(b.category),
  source: (a, b) => a.source.localeCompare(b.source) || a.origin.localeCompare(b.origin, 'en', { numeric: true }),
}

interface Filter {
  category?: string | undefined
  source?: string | undefined
  source_id?: string | undefined
  kind?: string | undefined
  lang?: string | undefined
  active?: z.infer<typeof flag>
  edited?: z.infer<typeof flag>
  flagged?: z.infer<typeof flag>
  since?: string | undefined
}

function matching(filter: Filter): (entry: wire.KnowledgeEntry) => boolean {
  const same = (['category', 'source', 'source_id', 'kind', 'lang'] as const).filter(name => filter[name])
  const since = filter.since ? new Date(filter.since).toISOString() : ''
  const is = (wanted: z.infer<typeof flag>, value: boolean) => wanted === undefined || isOn(wanted) === value
  return entry =>
    same.every(name => entry[name] === filter[name]) &&
    is(filter.active, entry.is_active) &&
    is(filter.edited, entry.edited_at !== null) &&
    is(filter.flagged, entry.flag !== '') &&
    entry.updated_at >= since
}

const distinct = (values: string[]) => [...new Set(values.filter(Boolean))].sort((a, b) => a.localeCompare(b))
