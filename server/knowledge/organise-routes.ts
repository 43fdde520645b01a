/** HTTP of putting a library in order. */
import { z } from '@hono/zod-openapi'
import type { Reply as Answer } from '../answer/types.ts'
import { AppError } from '../errors.ts'
import { route } from '../http/route.ts'
import { knowledge } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import type { Entries } from './entry.ts'
import { kindOf } from './kind.ts'
import type { Library } from './library.ts'
import type { Organiser } from './organise.ts'
import { review } from './review.ts'
import { tryEntry } from './try-entry.ts'
import * as wire from './wire.ts'

export interface OrganiseRouteDeps {
  store: Store
  organiser: Organiser
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

export function organiseRoutes({ store, organiser, entries, library, ask }: OrganiseRouteDeps) {
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
      tag,
      body: wire.RenameCategoryRequest,
      replies: { 200: { description: 'Renamed', schema: wire.BulkReply } },
      async handle({ body, caller }) {
        const changed = await organiser.renameCategory(caller.clientId, body.from, body.to)
        const message = `${counted(changed, 'entry is', 'entries are')} in ${body.to} now.`
        return { body: { success: true, message, changed, undo_id: null } }
      },
    }),

    bulk: route({
      summary: 'Move, switch or delete many entries',
      description: 'All of them or none. What was deleted can be brought back with `undo_id`.',
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
      tag,
      params: EntryParams,
      body: wire.ResolveRequest,
      replies: { 200: { description: 'Decided', schema: wire.BulkReply } },
      async handle({ params, body, caller }) {
        const by = caller.via === 'session' ? 'portal' : 'api'
        const { undo_id } = await organiser.resolve(caller.clientId, params.id, body.take, by)
        const message = undo_id
          ? 'The entry was deleted.'
          : body.take === 'mine'
            ? 'Your words stand.'
            : 'The source’s words stand.'
        return { body: { success: true, message, changed: 1, undo_id } }
      },
    }),

    duplicates: route({
      summary: 'Entries that say the same, or contradict each other',
      description:
        'Pairs of active entries with nearly equal text; and pairs that answer the same question, or say the same, with different figures.',
      tag,
      replies: { 200: { description: 'Contradictions first', schema: wire.ReviewReply } },
      async handle({ caller }) {
        const rows = await store.partition(knowledge, caller.clientId)
        const pairs = await review([...rows.all()])
        const data = pairs.flatMap(({ kind, likeness, reason, ids, figures }) => {
          const found = ids.flatMap(id => rows.get(id) ?? [])
          if (found.length < 2) return []
          const shown = found.map(row => ({
            id: row.id,
            kind: kindOf(row),
            title: row.title,
            question: row.question,
            content: row.content.slice(0, 600),
            source: row.source,
          }))
          return [{ kind, likeness: Math.round(likeness * 100) / 100, reason, entries: shown, figures }]
        })
        const contradictions = data.filter(pair => pair.kind === 'contradiction').length
        return { body: { data, total: data.length, duplicates: data.length - contradictions, contradictions } }
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
