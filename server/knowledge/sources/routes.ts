/** HTTP of sources: files in, what became of them, again, and away. */
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { AppError } from '../../errors.ts'
import { parseJson } from '../../http/body.ts'
import { apiHeaders, setHeaders } from '../../http/headers.ts'
import { readMultipart } from '../../http/multipart.ts'
import { invalid } from '../../http/problem.ts'
import { route } from '../../http/route.ts'
import type { Source } from '../../store/records.ts'
import type { FileReading } from '../intake/file/reading.ts'
import type { Intake } from '../intake/intake.ts'
import type { Reader } from '../intake/reader.ts'
import type { Jobs } from '../jobs/queue.ts'
import { jobOnWire } from '../jobs/routes.ts'
import { JobReply } from '../jobs/wire.ts'
import type { SourceCounts, Sources } from './source.ts'
import type { Uploads } from './upload.ts'
import * as wire from './wire.ts'

export interface SourceRouteDeps {
  sources: Sources
  uploads: Uploads
  jobs: Jobs
  intake: Intake
  reader: Reader
}

const tag = 'Sources'
const SourceParams = z.object({ id: z.string().max(200) })
const limits = { maxFiles: 20, maxFileBytes: 25 * 1024 * 1024, maxBytes: 100 * 1024 * 1024 }
const previewed = 20

export function sourceRoutes({ sources, uploads, jobs, intake, reader }: SourceRouteDeps) {
  /** Keeps the form's files; those of a form that turns out bad are gone again. */
  const receive = async (c: Context, clientId: string, maxFiles: number) => {
    const files: { name: string; stored: string; bytes(): number; discard(): Promise<void> }[] = []
    const discard = () => Promise.all(files.map(file => file.discard()))
    try {
      const fields = await readMultipart(c, { ...limits, maxFiles }, async name => {
        const { sink, ...file } = await uploads.receive(clientId, name)
        files.push({ name, ...file })
        return sink
      })
      if (files.length === 0) throw new AppError('invalid_request', 'There is no file in the upload.')
      return { files, settings: settingsOf(fields), discard }
    } catch (error) {
      await discard()
      throw error
    }
  }
  const withCounts = async (clientId: string, id: string) => {
    sources.get(clientId, id)
    return onWire((await sources.list(clientId)).find(source => source.source_id === id)!)
  }

  return {
    upload: route({
      summary: 'Upload files',
      description:
        'CSV, TSV, text, Markdown, HTML, PDF, Word (.docx), Excel (.xlsx), JSON and JSON Lines; up to 20 files of 25 MB. They are kept, and read by a job: its result says what each became, or why not. A file of a name that is there already takes its place.',
      tag,
      form: wire.UploadForm,
      replies: { 202: { description: 'Received; the job reads them', schema: wire.UploadReply } },
      async handle({ c, caller }) {
        const { clientId } = caller
        const room = await intake.room(clientId)
        const { files, settings, discard } = await receive(c, clientId, limits.maxFiles)
        const taken: Source[] = []
        try {
          sources.admit(
            clientId,
            files.map(({ name }) => name),
          )
          for (const { name, stored } of files) taken.push(await sources.takeFile(clientId, { name, stored, settings }))
          const ids = [...new Set(taken.map(({ source_id }) => source_id))]
          const job = await jobs.enqueue(clientId, 'files', { source_ids: ids })
          return {
            status: 202,
            body: {
              success: true,
              job: jobOnWire(job),
              sources: taken.map(({ source_id, name }) => ({ source_id, name })),
              room,
            },
          }
        } catch (error) {
          if (taken.length === 0) await discard()
          throw error
        }
      },
    }),

    preview: route({
      summary: 'See what a file would become',
      description: 'Takes one file and keeps nothing. Of a table it says what its columns were taken for.',
      tag,
      form: wire.UploadForm,
      replies: { 200: { description: 'The first entries', schema: wire.UploadPreview } },
      async handle({ c, caller }) {
        const { files, settings, discard } = await receive(c, caller.clientId, 1)
        try {
          const { name, stored } = files[0]!
          const reading = await reader.run({
            kind: 'file',
            path: uploads.path(caller.clientId, stored),
            name,
            ...(settings.mapping && { mapping: settings.mapping }),
          })
          return { body: previewOf(name, reading, await intake.room(caller.clientId)) }
        } finally {
          await discard()
        }
      },
    }),

    list: route({
      summary: 'Where entries come from',
      tag,
      replies: { 200: { description: 'Sources, newest first', schema: wire.SourceList } },
      async handle({ caller }) {
        const found = await sources.list(caller.clientId)
        return { body: { data: found.map(onWire), total: found.length } }
      },
    }),

    get: route({
      summary: 'One source',
      tag,
      params: SourceParams,
      replies: { 200: { description: 'The source', schema: wire.SourceReply } },
      handle: async ({ params, caller }) => ({
        body: { success: true, source: await withCounts(caller.clientId, params.id) },
      }),
    }),

    read: route({
      summary: 'Read a source again',
      description: 'What changed is changed, what is gone is removed, what a person edited is flagged.',
      tag,
      params: SourceParams,
      replies: { 202: { description: 'The job that reads it', schema: JobReply } },
      handle: async ({ params, caller }) => ({
        status: 202,
        body: { success: true, job: jobOnWire(await sources.read(caller.clientId, params.id)) },
      }),
    }),

    file: route({
      summary: 'The uploaded file',
      tag,
      params: SourceParams,
      replies: {
        200: { description: 'The file, as an attachment', schema: null, media: ['application/octet-stream'] },
      },
      handle({ params, caller, c }) {
        const source = sources.get(caller.clientId, params.id)
        if (!source.file) throw new AppError('not_found', 'This source has no file.')
        const stream = createReadStream(uploads.path(caller.clientId, source.file))
        setHeaders(c, apiHeaders)
        return new Promise<Response>((resolve, reject) => {
          stream.once('error', () => reject(new AppError('not_found', 'The file is no longer there.')))
          stream.once('open', () =>
            resolve(
              // Whatever it holds, a browser saves it and shows nothing of it.
              c.body(Readable.toWeb(stream) as ReadableStream, 200, {
                'Content-Type': 'application/octet-stream',
                'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(source.name.toWellFormed())}`,
              }),
            ),
          )
        })
      },
    }),

    remove: route({
      summary: 'Remove a source',
      description: 'Its entries go with it, unless `entries=keep`; `undo_id` brings them back.',
      tag,
      params: SourceParams,
      query: z.object({ entries: z.enum(['delete', 'keep']).default('delete') }),
      replies: { 200: { description: 'Removed', schema: wire.SourceRemoved } },
      async handle({ params, query, caller }) {
        const done = await sources.remove(caller.clientId, params.id, { keepEntries: query.entries === 'keep' })
        const entries = done.removed === 1 ? '1 entry' : `${done.removed} entries`
        const message = done.removed > 0 ? `The source and ${entries} were removed.` : 'The source was removed.'
        return { body: { success: true, message, ...done } }
      },
    }),
  }
}

/** @throws AppError `invalid_request` */
function settingsOf(fields: Record<string, string>): {
  category?: string
  mapping?: z.infer<typeof wire.Mapping>
} {
  const category = fields.category?.trim().slice(0, 300)
  if (!fields.mapping) return { ...(category && { category }) }
  const mapping = wire.Mapping.safeParse(parseJson(Buffer.from(fields.mapping)))
  if (!mapping.success) throw invalid(mapping.error, 'body')
  return { ...(category && { category }), mapping: mapping.data }
}

function previewOf(name: string, reading: FileReading, room: { limit: number; count: number; left: number }) {
  return {
    success: true,
    name,
    format: reading.format,
    title: reading.title,
    found: reading.entries.length,
    entries: reading.entries.slice(0, previewed).map(entry => ({
      kind: entry.kind ?? (entry.question ? 'qa' : 'text'),
      title: entry.title ?? '',
      question: entry.question ?? '',
      content: entry.content.slice(0, 2000),
      origin: entry.origin ?? '',
      section: entry.section ?? '',
      category: entry.category ?? '',
    })),
    skipped: reading.skipped.slice(0, previewed),
    notes: reading.notes,
    pages: reading.pages ?? null,
    table: reading.table ?? null,
    room,
    fits: reading.entries.length <= room.left,
  }
}

/** A stored source as its owner sees it. */
export function onWire(source: Source & SourceCounts): wire.Source {
  const { client_id: _, file, last_run_at, next_run_at, ...shown } = source
  return {
    ...shown,
    schedule: source.schedule || 'off',
    has_file: file !== '',
    last_run_at: last_run_at || null,
    next_run_at: next_run_at || null,
  }
}
