/** HTTP of whole libraries: out as a file, in as one, and back after it was edited. */
import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { AppError } from '../errors.ts'
import { readBytes } from '../http/body.ts'
import { apiHeaders, setHeaders } from '../http/headers.ts'
import { readMultipart } from '../http/multipart.ts'
import { route } from '../http/route.ts'
import { tableTypes } from '../http/table-file.ts'
import type { Entries } from './entry.ts'
import { exportEntries, exportFormats } from './export.ts'
import { flag, isOn } from './filter.ts'
import type { ImportRows } from './intake/file/records.ts'
import type { Reader } from './intake/reader.ts'
import type { Library } from './library.ts'
import * as wire from './wire.ts'

export interface ExchangeRouteDeps {
  entries: Entries
  library: Library
  reader: Reader
  limitOf(clientId: string): number
}

const tag = 'Knowledge'
/** An import of 5,000 entries of ordinary length. */
const importBytes = 32 * 1024 * 1024

export function exchangeRoutes({ entries, library, reader, limitOf }: ExchangeRouteDeps) {
  return {
    export: route({
      summary: 'All entries as a file',
      description:
        'Oldest first. CSV and Excel for people (nothing in a cell is run as a formula), JSON Lines for programs. An import of the file gives the same entries.',
      tag,
      query: z.object({ format: z.enum(exportFormats).default('csv') }),
      replies: { 200: { description: 'The file, as an attachment', schema: null, media: tableTypes } },
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
        'Says what is different from the entries as they are: added, changed, removed. With `?accept=1` it is made so, all or none; `expect` (the fingerprint of an earlier look) makes sure that it does what was seen. `removed=keep` leaves entries that the file no longer has. `undo_id` makes everything as it was.',
      tag,
      query: z.object({
        accept: flag,
        expect: z.string().max(100).optional(),
        removed: z.enum(['delete', 'keep']).default('delete'),
        /** Which part of each list is told: long ones are read part by part. */
        from: z.coerce.number().int().min(0).max(1_000_000).default(0),
        limit: z.coerce.number().int().min(1).max(1000).default(200),
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
        const part = <T>(list: readonly T[]) => within(list.slice(query.from, query.from + query.limit))
        const counts = { added: added.length, changed: changed.length, removed: remove ? removed.length : 0, unchanged }
        const after = isOn(query.accept) ? await entries.count(clientId) : before + counts.added - counts.removed
        return {
          body: {
            success: true,
            message: `${counts.added} added, ${counts.changed} changed, ${counts.removed} removed, ${unchanged} unchanged.`,
            fingerprint,
            counts,
            added: part(added).map(({ place, what, fields }) => ({
              place,
              what,
              content: fields.content.slice(0, 300),
            })),
            changed: part(changed),
            removed: remove ? part(removed) : [],
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

/** Characters of one list in a reply. */
const maxTold = 2_000_000

/** As many of a list as a reply carries, one at least. */
function within<T>(list: readonly T[]): T[] {
  let told = 0
  return list.filter((one, i) => (told += JSON.stringify(one).length) <= maxTold || i === 0)
}

/** Files of entries that may be the body itself, by content type. */
const importTypes: [RegExp, string][] = [
  [/^text\/tab-separated-values/i, 'tsv'],
  [/^text\/csv|^application\/csv/i, 'csv'],
  [/spreadsheetml\.sheet/i, 'xlsx'],
  [/^application\/(?:jsonl|x-ndjson|ndjson|x-jsonlines)/i, 'jsonl'],
  [/^text\/plain/i, 'csv'],
]
