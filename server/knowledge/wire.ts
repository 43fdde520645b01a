/** Wire shapes of knowledge: entries in, entries out. */
import { z } from '@hono/zod-openapi'
import { causes } from './review.ts'

/** Characters (UTF-16 units) of one entry. */
export const maxContent = 20_000

const idPattern = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/
const content = z
  .string()
  .max(maxContent, `must have at most ${maxContent.toLocaleString('en')} characters`)
  .refine(s => s.trim() !== '', 'must not be empty')
const short = z.string().max(300)
const question = z.string().trim().min(1, 'must not be empty').max(500)
/** Characters of an entry's metadata as JSON. */
const maxMetadata = 20_000
const metadata = z
  .record(z.string().max(100), z.unknown())
  .refine(
    value => JSON.stringify(value).length <= maxMetadata,
    `must have at most ${maxMetadata.toLocaleString('en')} characters as JSON`,
  )

export const EntryKind = z.enum(['text', 'qa', 'row']).openapi('EntryKind')

export const KnowledgeEntry = z
  .object({
    id: z.string(),
    kind: EntryKind,
    title: z.string(),
    question: z.string(),
    alternates: z.array(z.string()),
    content: z.string(),
    category: z.string(),
    source: z.string(),
    lang: z.string(),
    url: z.string(),
    metadata: z.record(z.string(), z.unknown()),
    is_active: z.boolean(),
    /** Of what a source gave; else empty. */
    source_id: z.string(),
    /** Where in its source: a page's URL, `page 3`, `row 12`. */
    origin: z.string(),
    /** The headings it stands under. */
    section: z.string(),
    created_at: z.string(),
    updated_at: z.string(),
    /** When a person last changed what it says. */
    edited_at: z.string().nullable(),
    /** portal or api. */
    edited_by: z.string(),
    /** `changed`: its source says something else now, see `incoming`; `gone`: its source no longer says it. */
    flag: z.enum(['', 'changed', 'gone']),
    /** What its source says now, where that was not taken over. */
    incoming: z.record(z.string(), z.unknown()),
  })
  .openapi('KnowledgeEntry')
export type KnowledgeEntry = z.infer<typeof KnowledgeEntry>

/** POST /api/knowledge/add, as existing callers send it. */
export const AddRequest = z
  .object({ content, category: short.optional(), source: short.optional(), metadata: metadata.optional() })
  .openapi('AddRequest')
export const AddReply = z
  .object({ success: z.literal(true), message: z.string(), knowledge_id: z.string(), company_id: z.string() })
  .openapi('AddReply')

/** POST /api/knowledge, and a row of an import. A qa entry needs a question. */
const entryFields = {
  kind: EntryKind.optional(),
  title: short.optional(),
  question: question.optional(),
  alternates: z.array(question).max(50).optional(),
  content,
  category: short.optional(),
  source: short.optional(),
  lang: z.string().max(20).optional(),
  url: z.union([z.literal(''), z.url({ protocol: /^https?$/ }).max(2000)]).optional(),
  metadata: metadata.optional(),
}
export const CreateEntryRequest = z.object(entryFields).openapi('CreateEntryRequest')
export type CreateEntryRequest = z.infer<typeof CreateEntryRequest>

export const ChangeEntryRequest = z
  .object({ ...entryFields, question: z.string().trim().max(500), is_active: z.boolean() })
  .partial()
  .openapi('ChangeEntryRequest')
export type ChangeEntryRequest = z.infer<typeof ChangeEntryRequest>

const moment = z.iso.datetime({ offset: true, message: 'must be an ISO 8601 time' })
export const ImportEntry = z
  .object({
    id: z.string().regex(idPattern, 'must be 1–128 letters, digits, or . _ : -').optional(),
    ...entryFields,
    is_active: z.boolean().optional(),
    created_at: moment.optional(),
    updated_at: moment.optional(),
  })
  .openapi('ImportEntry')
export type ImportEntry = z.infer<typeof ImportEntry>

export const ImportRequest = z
  .object({ entries: z.array(z.unknown()).min(1, 'must not be empty').max(5000) })
  .openapi('ImportRequest')
export const ImportReply = z
  .object({
    success: z.literal(true),
    message: z.string(),
    company_id: z.string(),
    imported: z.number().int(),
    /** True for `?dry_run=1`: nothing was stored. */
    dry_run: z.boolean(),
    ids: z.array(z.string()),
  })
  .openapi('ImportReply')
export type ImportReply = z.infer<typeof ImportReply>

/** GET /api/knowledge: one page, newest first; with `search`, best first. */
export const EntryPage = z
  .object({
    data: z.array(KnowledgeEntry),
    total: z.number().int(),
    page: z.number().int(),
    pages: z.number().int(),
    knowledge_count: z.number().int(),
    knowledge_limit: z.number().int(),
    categories: z.array(z.string()),
    sources: z.array(z.string()),
    langs: z.array(z.string()),
    /** Entries that a person should look at. */
    flagged: z.number().int(),
  })
  .openapi('EntryPage')
export type EntryPage = z.infer<typeof EntryPage>

/** GET /api/knowledge/{company_id}, as existing callers read it: everything at once. */
export const EntryDump = z
  .object({ company_id: z.string(), knowledge_count: z.number().int(), knowledge: z.array(KnowledgeEntry) })
  .openapi('EntryDump')

/** What became of the last change that somebody made to the file itself. */
export const HandEdit = z
  .object({
    file: z.string(),
    at: z.string(),
    outcome: z.enum(['accepted', 'rejected']),
    /** A sentence, with the row where there is one. */
    detail: z.string(),
    /** Where the refused file is kept. */
    set_aside: z.string().nullable(),
  })
  .openapi('HandEdit')
export type HandEdit = z.infer<typeof HandEdit>

/** GET /api/knowledge/edits. */
export const HandEdits = z.object({ data: z.array(HandEdit) }).openapi('HandEdits')
export type HandEdits = z.infer<typeof HandEdits>

export const EntryReply = z.object({ success: z.literal(true), entry: KnowledgeEntry }).openapi('EntryReply')
export type EntryReply = z.infer<typeof EntryReply>

export const KnowledgeDone = z
  .object({
    success: z.literal(true),
    message: z.string(),
    company_id: z.string(),
    /** For POST /api/knowledge/undo, within 30 days. */
    undo_id: z.string().optional(),
  })
  .openapi('KnowledgeDone')

export const UndoRequest = z.object({ undo_id: z.string().max(100) }).openapi('UndoRequest')
export const UndoReply = z
  .object({
    success: z.literal(true),
    message: z.string(),
    /** Deleted entries that are back, and their ids. */
    restored: z.number().int(),
    ids: z.array(z.string()),
    /** Changed entries that are as they were. */
    reverted: z.number().int(),
    /** Added entries that are gone again. */
    withdrawn: z.number().int(),
    /** Entries that were changed once more since, and are left alone. */
    kept: z.number().int(),
    /** Entries that do not fit into the plan any more; they can be brought back later. */
    over_limit: z.number().int(),
  })
  .openapi('UndoReply')

/** A file of entries: as a form's file, or as the body itself with its own content type. */
export const ImportForm = z
  .object({
    file: z
      .string()
      .openapi({ format: 'binary', description: 'CSV, XLSX, JSON or JSON Lines, as an export writes them.' }),
  })
  .openapi('ImportForm')

const Named = z.object({ what: z.string(), id: z.string().optional(), place: z.string().optional() })
export const RoundTripReply = z
  .object({
    success: z.literal(true),
    message: z.string(),
    /** Send it as `expect` to accept exactly this. */
    fingerprint: z.string(),
    counts: z.object({
      added: z.number().int(),
      changed: z.number().int(),
      removed: z.number().int(),
      unchanged: z.number().int(),
    }),
    /** Of each the part that was asked for, as far as a reply carries it. */
    added: z.array(Named.extend({ content: z.string() })),
    changed: z.array(Named.extend({ fields: z.record(z.string(), z.object({ from: z.unknown(), to: z.unknown() })) })),
    removed: z.array(Named),
    /** How many entries the plan takes, and how many there would be. */
    room: z.object({ limit: z.number().int(), count: z.number().int(), after: z.number().int() }),
    accepted: z.boolean(),
    /** Makes everything as it was, for POST /api/knowledge/undo. */
    undo_id: z.string().nullable(),
  })
  .openapi('RoundTripReply')
export type RoundTripReply = z.infer<typeof RoundTripReply>

export const CategoryList = z
  .object({
    data: z.array(z.object({ category: z.string(), entries: z.number().int(), active: z.number().int() })),
    total: z.number().int(),
  })
  .openapi('CategoryList')
export type CategoryList = z.infer<typeof CategoryList>

export const RenameCategoryRequest = z
  .object({ from: z.string().max(300), to: z.string().trim().max(300) })
  .openapi('RenameCategoryRequest')

const ids = z.array(z.string().max(200)).min(1, 'must not be empty').max(5000)
/** POST /api/knowledge/bulk: all of them or none. An empty category is none. */
export const BulkRequest = z
  .discriminatedUnion('action', [
    z.object({ action: z.literal('move'), ids, category: z.string().trim().max(300) }),
    z.object({ action: z.literal('activate'), ids }),
    z.object({ action: z.literal('deactivate'), ids }),
    z.object({ action: z.literal('delete'), ids }),
  ])
  .openapi('BulkRequest')
export const BulkReply = z
  .object({
    success: z.literal(true),
    message: z.string(),
    changed: z.number().int(),
    /** For POST /api/knowledge/undo, within 30 days. */
    undo_id: z.string().nullable(),
  })
  .openapi('BulkReply')
export type BulkReply = z.infer<typeof BulkReply>

/** POST /api/knowledge/entries/{id}/resolve: keep what a person wrote, or take what the source says now. */
export const ResolveRequest = z
  .object({
    take: z.enum(['mine', 'source']),
    /** With `mine`: what a person makes of it now. */
    title: short.optional(),
    question: question.optional(),
    content: content.optional(),
  })
  .openapi('ResolveRequest')

/** POST /api/knowledge/merge. */
export const MergeRequest = z.object({ keep: z.string().max(200), drop: z.string().max(200) }).openapi('MergeRequest')

/** GET /api/knowledge/attention. */
export const AttentionReply = z
  .object({
    /** Entries whose source says something else now. */
    flagged: z.number().int(),
    duplicates: z.number().int(),
    contradictions: z.number().int(),
    total: z.number().int(),
  })
  .openapi('AttentionReply')
export type AttentionReply = z.infer<typeof AttentionReply>

/** POST /api/knowledge/duplicates/settle. */
export const SettleRequest = z
  .object({ ids: z.tuple([z.string().max(200), z.string().max(200)]), settled: z.boolean().default(true) })
  .openapi('SettleRequest')

export const ReviewReply = z
  .object({
    data: z.array(
      z.object({
        /** `contradiction`: the same is said with different figures or answers. */
        kind: z.enum(['duplicate', 'contradiction']),
        /** How it was seen; `reason` says it as a sentence. */
        cause: z.enum(causes),
        likeness: z.number(),
        reason: z.string(),
        entries: z.array(KnowledgeEntry),
        /** Figures that only the one or the other has. */
        figures: z.array(z.array(z.string())),
      }),
    ),
    total: z.number().int(),
    page: z.number().int(),
    pages: z.number().int(),
    duplicates: z.number().int(),
    contradictions: z.number().int(),
  })
  .openapi('ReviewReply')
export type ReviewReply = z.infer<typeof ReviewReply>

/** POST /api/knowledge/entries/{id}/test. Without questions, those that would be asked of it. */
export const TestRequest = z.object({ questions: z.array(question).max(8).optional() }).openapi('TestEntryRequest')
export const TestReply = z
  .object({
    success: z.literal(true),
    /** Whether every question is answered from this entry. */
    found: z.boolean(),
    data: z.array(
      z.object({
        question: z.string(),
        /** Its place in the ranking, 1 = first. */
        rank: z.number().int().nullable(),
        answered: z.boolean(),
        confidence: z.number(),
        found: z.boolean(),
        response: z.string(),
        instead: z.object({ id: z.string(), title: z.string() }).nullable(),
      }),
    ),
  })
  .openapi('TestEntryReply')
export type TestReply = z.infer<typeof TestReply>
