/** HTTP of looking at what was said and making answers better. */
import { z } from '@hono/zod-openapi'
import { apiHeaders, setHeaders } from '../http/headers.ts'
import { route } from '../http/route.ts'
import { tableReply, tableTypes } from '../http/table-file.ts'
import type { AnswerWriter } from './answer.ts'
import type { Dialogues } from './conversation.ts'
import type { ConversationExport } from './conversation-export.ts'
import type { Goldens } from './golden.ts'
import type { GoldenRuns } from './golden-run.ts'
import type { QuestionList } from './question-list.ts'
import type { Retention } from './retention.ts'
import type { ThresholdPreviewer } from './threshold.ts'
import type { WhyFinder } from './why.ts'
import * as wire from './wire.ts'

export interface ImproveRouteDeps {
  dialogues: Dialogues
  exported: ConversationExport
  lists: Record<'unanswered' | 'complaints', QuestionList>
  writeAnswer: AnswerWriter
  news(clientId: string): Promise<wire.News>
  why: WhyFinder
  preview: ThresholdPreviewer
  retention: Pick<Retention, 'due'>
  goldens: Goldens
  runs: GoldenRuns
}

const tag = 'Conversations'
const SessionParams = z.object({ session_id: z.string().max(100) })
const IdParams = z.object({ id: z.string().max(100) })
const BotQuery = z.object({ company_id: z.string().max(100).optional() })

/** 500 goldens of ordinary length. */
const importBytes = 4 * 1024 * 1024
/** An answer of 20,000 characters with its wordings, as escaped as JSON can make it. */
const answerBytes = 512 * 1024
const goldenTag = 'Goldens'

export function improveRoutes(deps: ImproveRouteDeps) {
  const { dialogues, exported, lists, writeAnswer, news, why, preview, retention, goldens, runs } = deps
  const erased = (turns: number) => ({
    body: { success: true, message: 'The conversation was deleted.', turns },
  })

  const marking = (what: string, list: QuestionList) =>
    route({
      summary: `Mark ${what} as resolved, ignored or open`,
      tag,
      params: IdParams,
      body: wire.MarkRequest,
      replies: { 200: { description: 'Marked', schema: wire.ImproveDone } },
      async handle({ params, body, caller }) {
        await list.mark(caller.clientId, params.id, body.state)
        return { body: { success: true, message: `The question is ${body.state}.` } }
      },
    })

  return {
    visit: route({
      summary: 'Look at the portal, and hear what is new',
      description: 'What came since the end of the visit before. Called by the portal when its overview is opened.',
      tag,
      replies: { 200: { description: 'Counts', schema: wire.News } },
      handle: async ({ caller }) => ({ body: await news(caller.clientId) }),
    }),

    conversations: route({
      summary: 'Conversations',
      description: 'Newest first. While older ones are still being counted after a start, `complete` is false.',
      tag,
      query: wire.ConversationFilter,
      replies: { 200: { description: 'One page', schema: wire.ConversationPage } },
      handle: async ({ query, caller }) => ({ body: await dialogues.list(caller.clientId, query) }),
    }),

    exportConversations: route({
      summary: 'Conversations as a file',
      description:
        'Those that the filters leave, all of them: as CSV, Excel (nothing in a cell is run as a formula) or JSON Lines. It is sent while it is being made.',
      tag,
      query: wire.ConversationExportQuery,
      replies: { 200: { description: 'The file, as an attachment', schema: null, media: tableTypes } },
      handle: async ({ query: { of, format, ...wish }, caller }) =>
        tableReply(format, await exported(caller.clientId, wish, of, format)),
    }),

    conversation: route({
      summary: 'One conversation',
      tag,
      params: SessionParams,
      replies: { 200: { description: 'Its turns, oldest first', schema: wire.ConversationReply } },
      handle: async ({ params, caller }) => ({ body: await dialogues.get(caller.clientId, params.session_id) }),
    }),

    eraseConversation: route({
      summary: 'Delete a conversation',
      description: 'Its turns, ratings and note are removed from the files. Backups made before still hold it.',
      tag,
      params: SessionParams,
      replies: { 200: { description: 'Deleted', schema: wire.ErasedReply } },
      handle: async ({ params, caller }) => erased(await dialogues.erase(caller.clientId, params.session_id, false)),
    }),

    note: route({
      summary: 'Write a note to a conversation',
      description: 'Seen by the client only. An empty note removes it.',
      tag,
      params: SessionParams,
      body: wire.NoteRequest,
      replies: { 200: { description: 'Kept', schema: wire.ImproveDone } },
      async handle({ params, body, caller }) {
        await dialogues.note(caller.clientId, params.session_id, body.note)
        return { body: { success: true, message: body.note ? 'The note was kept.' : 'The note was removed.' } }
      },
    }),

    transcript: route({
      summary: 'A visitor’s own conversation',
      description: 'By the public id and the conversation’s id, which only its visitor knows.',
      tag: 'Chat',
      params: SessionParams,
      query: BotQuery,
      replies: { 200: { description: 'What was said', schema: wire.Transcript } },
      async handle({ params, caller }) {
        const turns = await dialogues.transcript(caller.clientId, params.session_id, caller.via === 'public')
        return {
          body: {
            company_id: caller.clientId,
            session_id: params.session_id,
            turns: turns.map(({ timestamp, message, response, turn_id }) => ({
              timestamp,
              message,
              response,
              answer_id: turn_id,
            })),
          },
        }
      },
    }),

    eraseTranscript: route({
      summary: 'Delete a visitor’s own conversation',
      description: 'It is removed from the files, not only hidden. A secret key needs the scope erase for it.',
      tag: 'Chat',
      params: SessionParams,
      query: BotQuery,
      replies: { 200: { description: 'Deleted', schema: wire.ErasedReply } },
      handle: async ({ params, caller }) =>
        erased(await dialogues.erase(caller.clientId, params.session_id, caller.via === 'public')),
    }),

    unanswered: route({
      summary: 'Questions that found no answer',
      description:
        'Of the last 90 days, wordings of the same question put together. A question marked as resolved is open again when it finds no answer once more.',
      tag,
      query: wire.QuestionFilter,
      replies: { 200: { description: 'One page', schema: wire.QuestionPage } },
      handle: async ({ query, caller }) => ({ body: await lists.unanswered.list(caller.clientId, query) }),
    }),

    markUnanswered: marking('an unanswered question', lists.unanswered),

    complaints: route({
      summary: 'Questions with an answer that did not help',
      description:
        'Of the last 90 days, wordings of the same question put together, with what was answered. A question marked as resolved is open again when an answer to it is rated down once more.',
      tag,
      query: wire.QuestionFilter,
      replies: { 200: { description: 'One page', schema: wire.QuestionPage } },
      handle: async ({ query, caller }) => ({ body: await lists.complaints.list(caller.clientId, query) }),
    }),

    markComplaint: marking('a question with an answer that did not help', lists.complaints),

    writeAnswer: route({
      summary: 'Write the answer to a question of visitors',
      description:
        'One save: the entry, a golden that watches over it, and the mark on the group of questions. The goldens are asked at once; `run.worse` tells what the new entry spoils.',
      tag,
      body: wire.AnswerRequest,
      maxBytes: answerBytes,
      replies: { 201: { description: 'Saved', schema: wire.AnswerReply } },
      handle: async ({ body, caller }) => ({ status: 201, body: await writeAnswer(caller.clientId, body) }),
    }),

    why: route({
      summary: 'Why an answer came about',
      description:
        'The passages as they were then, what the decision was made from, and what became of the entries since.',
      tag,
      params: IdParams,
      replies: { 200: { description: 'What was kept with the turn', schema: wire.Why } },
      handle: async ({ params, caller }) => ({ body: await why(caller.clientId, params.id) }),
    }),

    thresholdPreview: route({
      summary: 'What another carefulness would do',
      description:
        'The newest questions of visitors, decided again with the knowledge as it is. Nothing is changed or counted.',
      tag: 'Accounts',
      query: wire.PreviewQuery,
      replies: { 200: { description: 'Counts, and examples that change', schema: wire.ThresholdPreview } },
      handle: async ({ query, caller }) => ({ body: await preview(caller.clientId, query.value, query.last) }),
    }),

    retentionPreview: route({
      summary: 'What would be erased with other retention days',
      description: 'Counted now; nothing is erased.',
      tag: 'Accounts',
      query: wire.RetentionQuery,
      replies: { 200: { description: 'Counts', schema: wire.RetentionPreview } },
      handle: async ({ query, caller }) => ({
        body: await retention.due(caller.clientId, {
          conversations: query.days ?? null,
          leads: query.lead_days ?? null,
        }),
      }),
    }),

    goldens: route({
      summary: 'Goldens: questions with the entries that should answer them',
      tag: goldenTag,
      query: wire.GoldenFilter,
      replies: { 200: { description: 'One page, with the outcome of the last run', schema: wire.GoldenPage } },
      handle: async ({ query, caller }) => ({ body: await goldens.list(caller.clientId, query) }),
    }),

    addGolden: route({
      summary: 'Add a golden',
      description: 'Without expected entries the question should be refused.',
      tag: goldenTag,
      body: wire.GoldenRequest,
      replies: { 201: { description: 'Added', schema: wire.GoldenReply } },
      handle: async ({ body, caller }) => ({
        status: 201,
        body: { success: true, golden: await goldens.add(caller.clientId, body) },
      }),
    }),

    changeGolden: route({
      summary: 'Change a golden',
      tag: goldenTag,
      params: IdParams,
      body: wire.GoldenChange,
      replies: { 200: { description: 'As it is now', schema: wire.GoldenReply } },
      handle: async ({ params, body, caller }) => ({
        body: { success: true, golden: await goldens.change(caller.clientId, params.id, body) },
      }),
    }),

    removeGolden: route({
      summary: 'Delete a golden',
      tag: goldenTag,
      params: IdParams,
      replies: { 200: { description: 'Deleted', schema: wire.ImproveDone } },
      async handle({ params, caller }) {
        await goldens.remove(caller.clientId, params.id)
        return { body: { success: true, message: 'The golden was deleted.' } }
      },
    }),

    importGoldens: route({
      summary: 'Add or replace many goldens, all or none',
      description: 'Takes what the export gives. A golden with an id that is there is replaced.',
      tag: goldenTag,
      body: wire.GoldenImport,
      maxBytes: importBytes,
      replies: { 200: { description: 'Taken', schema: wire.GoldenImportReply } },
      handle: async ({ body, caller }) => ({ body: await goldens.import(caller.clientId, body.goldens) }),
    }),

    exportGoldens: route({
      summary: 'All goldens as a JSON file',
      tag: goldenTag,
      replies: { 200: { description: 'The file, as an attachment', schema: wire.GoldenExport } },
      async handle({ caller, c }) {
        const rows = await goldens.all(caller.clientId)
        const file = rows.map(({ golden_id, question, expected, before }) => ({
          id: golden_id,
          question,
          expected,
          before,
        }))
        setHeaders(c, apiHeaders)
        return c.body(`${JSON.stringify({ goldens: file }, null, 2)}\n`, 200, {
          'Content-Type': 'application/json; charset=UTF-8',
          'Content-Disposition': `attachment; filename="goldens-${caller.clientId}.json"`,
        })
      },
    }),

    runGoldens: route({
      summary: 'Ask all goldens now',
      description: 'Without a model, and not counted as requests. They are also asked after changes of the knowledge.',
      tag: goldenTag,
      replies: { 200: { description: 'The run, with the difference to the one before', schema: wire.GoldenRun } },
      handle: async ({ caller }) => ({ body: await runs.run(caller.clientId) }),
    }),

    settleGoldens: route({
      summary: 'Hear at once what the last change did to the goldens',
      description:
        'After a change the goldens are asked once it has been quiet for a while; this does not wait for that.',
      tag: goldenTag,
      replies: { 200: { description: 'The newest run', schema: wire.GoldenSettled } },
      handle: async ({ caller }) => ({ body: { run: (await runs.settle(caller.clientId)) ?? null } }),
    }),

    goldenRuns: route({
      summary: 'The last 20 runs of the goldens',
      tag: goldenTag,
      replies: { 200: { description: 'Newest first', schema: wire.GoldenRuns } },
      async handle({ caller }) {
        const data = await runs.list(caller.clientId)
        return { body: { data, total: data.length } }
      },
    }),
  }
}
