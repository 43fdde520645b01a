/** HTTP of putting a library in order. */
import { z } from '@hono/zod-openapi'
import type { Reply as Answer } from '../answer/types.ts'
import { AppError } from '../errors.ts'
import { route } from '../http/route.ts'
import { knowledge } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import type { Attention } from './attention.ts'
import { type Entries, onWire } from './entry.ts'
import type { Library } from './library.ts'
import type { Organiser } from './organise.ts'
import { tryEntry } from './try-entry.ts'
import * as wire from './wire.ts'

export interface OrganiseRouteDeps {
  store: Store
  organiser: Organiser
  attention: Attention
  entries: Entries
  library: Library
  /** What the bot would say. */
  ask(clientId: string, question: string): Promise<Answer>
}

const tag = 'Knowledge'
const EntryParams = z.object({ id: z.string().max(200) })
/** 5,000 ids of ordinary length. */
const bulkBytes = 1024 * 1024
const counted = (count: number, one: string, many: string) =>
  count === 1 ? `1 ${one}` : `${count.toLocaleString('en')} ${many}`

export function organiseRoutes({ store, organiser, attention, entries, library, ask }: OrganiseRouteDeps) {
  return {
    categories: route({
      summary: 'Categories and how many entries they have',
      tag,
      replies: { 200: { description: 'By name', schema: wire.CategoryList } },
      async handle({ caller }) {
        const data = await organiser.categories(caller.clientId)
        return { body: { data, total: data.length } }
      },
    }),

    renameCategory: route({
      summary: 'Rename a category, or join two',
      description: 'With an empty `to` its entries are in no category. `undo_id` makes it as it was.',
      tag,
      body: wire.RenameCategoryRequest,
      replies: { 200: { description: 'Renamed', schema: wire.BulkReply } },
      async handle({ body, caller }) {
        const { changed, undo_id } = await organiser.renameCategory(caller.clientId, body.from, body.to)
        const message = `${counted(changed, 'entry is', 'entries are')} in ${body.to || 'no category'} now.`
        return { body: { success: true, message, changed, undo_id } }
      },
    }),

    bulk: route({
      summary: 'Move, switch or delete many entries',
      description: 'All of them or none. `undo_id` makes everything as it was.',
      tag,
      body: wire.BulkRequest,
      maxBytes: bulkBytes,
      replies: { 200: { description: 'Done', schema: wire.BulkReply } },
      async handle({ body, caller }) {
        const { ids, ...action } = body
        const { changed, undo_id } = await organiser.bulk(caller.clientId, ids, action)
        await library.settled(caller.clientId)
        const what = { move: 'moved', activate: 'switched on', deactivate: 'switched off', delete: 'deleted' }[
          body.action
        ]
        const message = `${counted(changed, 'entry was', 'entries were')} ${what}.`
        return { body: { success: true, message, changed, undo_id } }
      },
    }),

    resolve: route({
      summary: 'Decide about an entry whose source says something else now',
      description:
        '`mine` keeps what a person wrote, with the given fields changed; `source` takes what the source says.',
      tag,
      params: EntryParams,
      body: wire.ResolveRequest,
      replies: { 200: { description: 'Decided', schema: wire.BulkReply } },
      async handle({ params, body, caller }) {
        const by = caller.via === 'session' ? 'portal' : 'api'
        const { take, ...edit } = body
        const { undo_id, deleted } = await organiser.resolve(caller.clientId, params.id, { take, edit }, by)
        const message = deleted
          ? 'The entry was deleted.'
          : take === 'mine'
            ? 'Your words stand.'
            : 'The source’s words stand.'
        return { body: { success: true, message, changed: 1, undo_id } }
      },
    }),

    merge: route({
      summary: 'Make one of two entries',
      description: 'The questions of the one that goes become further ways to ask the one that stays.',
      tag,
      body: wire.MergeRequest,
      replies: { 200: { description: 'Merged', schema: wire.BulkReply } },
      async handle({ body, caller }) {
        const { undo_id, alternates } = await organiser.merge(caller.clientId, body.keep, body.drop)
        const message = `One of the two is left${alternates > 0 ? `, with ${counted(alternates, 'further way', 'further ways')} to ask it` : ''}.`
        return { body: { success: true, message, changed: 1, undo_id } }
      },
    }),

    attention: route({
      summary: 'How much a person should look at',
      description: 'For a badge: what is decided leaves it at once, what is new comes in within a minute.',
      tag,
      replies: { 200: { description: 'Counts', schema: wire.AttentionReply } },
      handle: async ({ caller }) => ({ body: await attention.counts(caller.clientId) }),
    }),

    duplicates: route({
      summary: 'Entries that say the same, or contradict each other',
      description:
        'Pairs of active entries with nearly equal text; and pairs that answer the same question, or say the same, with different figures. At most 200 are looked for at a time.',
      tag,
      query: z.object({
        page: z.coerce.number().int().min(1).max(1000).default(1),
        limit: z.coerce.number().int().min(1).max(200).default(200),
      }),
      replies: { 200: { description: 'Contradictions first', schema: wire.ReviewReply } },
      async handle({ query, caller }) {
        const pairs = await attention.pairs(caller.clientId)
        const contradictions = pairs.filter(pair => pair.kind === 'contradiction').length
        const from = (query.page - 1) * query.limit
        return {
          body: {
            data: pairs.slice(from, from + query.limit).map(({ rows, likeness, ...pair }) => ({
              ...pair,
              likeness: Math.round(likeness * 100) / 100,
              entries: rows.map(onWire),
            })),
            total: pairs.length,
            page: query.page,
            pages: Math.max(1, Math.ceil(pairs.length / query.limit)),
            duplicates: pairs.length - contradictions,
            contradictions,
          },
        }
      },
    }),

    settle: route({
      summary: 'Both entries of a pair are right',
      description:
        'It is not shown again as long as both say what they say; `settled: false` takes that back. Nothing else changes.',
      tag,
      body: wire.SettleRequest,
      replies: { 200: { description: 'Remembered', schema: wire.KnowledgeDone } },
      async handle({ body, caller }) {
        await attention.settle(caller.clientId, body.ids, body.settled)
        const message = body.settled ? 'Both stand.' : 'The pair is looked at again.'
        return { body: { success: true, message, company_id: caller.clientId } }
      },
    }),

    test: route({
      summary: 'Test an entry: what would be asked of it, and whether it is found',
      tag,
      params: EntryParams,
      body: wire.TestRequest,
      replies: { 200: { description: 'A trial for each question', schema: wire.TestReply } },
      async handle({ params, body, caller }) {
        await entries.get(caller.clientId, params.id)
        const row = (await store.partition(knowledge, caller.clientId)).get(params.id)
        if (!row) throw new AppError('not_found', 'There is no such entry.')
        const index = await library.index(caller.clientId)
        const data = await tryEntry(row, body.questions ?? [], { index, ask: text => ask(caller.clientId, text) })
        return { body: { success: true, found: data.length > 0 && data.every(trial => trial.found), data } }
      },
    }),
  }
}
