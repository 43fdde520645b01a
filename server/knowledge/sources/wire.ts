/** Wire shapes of sources and uploads. */
import { z } from '@hono/zod-openapi'
import { formats, roles } from '../intake/file/reading.ts'
import { Job, Skipped } from '../jobs/wire.ts'
import { EntryKind } from '../wire.ts'

export const Source = z
  .object({
    source_id: z.string(),
    /** file, site … */
    kind: z.string(),
    name: z.string(),
    url: z.string(),
    settings: z.record(z.string(), z.unknown()),
    /** off, daily or weekly. */
    schedule: z.string(),
    /** new, running, ready or failed. */
    state: z.string(),
    /** Why the last reading failed, or what did not fit. */
    error: z.string(),
    entries: z.number().int(),
    active: z.number().int(),
    /** Entries that a person should look at: the source says something else now. */
    flagged: z.number().int(),
    /** Whether the uploaded file can be downloaded and read again. */
    has_file: z.boolean(),
    last_run_at: z.string().nullable(),
    next_run_at: z.string().nullable(),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .openapi('Source')
export type Source = z.infer<typeof Source>

export const SourceList = z.object({ data: z.array(Source), total: z.number().int() }).openapi('SourceList')
export const SourceReply = z.object({ success: z.literal(true), source: Source }).openapi('SourceReply')
export const SourceRemoved = z
  .object({ success: z.literal(true), message: z.string(), removed: z.number().int(), undo_id: z.string().nullable() })
  .openapi('SourceRemoved')

/** How many entries the plan still takes. */
export const Room = z
  .object({ limit: z.number().int(), count: z.number().int(), left: z.number().int() })
  .openapi('Room')

export const Role = z.enum(roles).openapi('ColumnRole')
export const Mapping = z.record(z.string().max(300), Role)

/** The form of POST /api/knowledge/upload. */
export const UploadForm = z
  .object({
    files: z
      .array(z.string().openapi({ format: 'binary' }))
      .openapi({ description: 'One or more files; any field name will do.' }),
    category: z.string().max(300).optional(),
    mapping: z.string().optional().openapi({
      description: 'JSON: what the columns of a table are, `{"Column": "question", …}`, as the preview shows them.',
    }),
  })
  .openapi('UploadForm')

export const UploadReply = z
  .object({
    success: z.literal(true),
    job: Job,
    sources: z.array(z.object({ source_id: z.string(), name: z.string() })),
    room: Room,
  })
  .openapi('UploadReply')

export const UploadPreview = z
  .object({
    success: z.literal(true),
    name: z.string(),
    format: z.enum(formats),
    title: z.string(),
    /** Entries in the file. */
    found: z.number().int(),
    /** The first of them. */
    entries: z.array(
      z.object({
        kind: EntryKind,
        title: z.string(),
        question: z.string(),
        content: z.string(),
        origin: z.string(),
        section: z.string(),
        category: z.string(),
      }),
    ),
    skipped: z.array(Skipped),
    notes: z.array(z.string()),
    pages: z.number().int().nullable(),
    /** Of a table: its columns as they were understood, to be corrected and sent with the upload as `mapping`. */
    table: z
      .object({
        columns: z.array(z.object({ name: z.string(), role: Role, samples: z.array(z.string()) })),
        rows: z.number().int(),
        /** False: nothing in the file says what the columns are. */
        sure: z.boolean(),
      })
      .nullable(),
    room: Room,
    /** Whether all of it fits into the plan. */
    fits: z.boolean(),
  })
  .openapi('UploadPreview')
export type UploadPreview = z.infer<typeof UploadPreview>
export type UploadReply = z.infer<typeof UploadReply>
