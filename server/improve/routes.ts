/** HTTP of looking at what was said and making answers better. */
import { z } from '@hono/zod-openapi'
import { route } from '../http/route.ts'
import type { Dialogues } from './conversation.ts'
import type { UnansweredQuestions } from './unanswered.ts'
import type { WhyFinder } from './why.ts'
import * as wire from './wire.ts'

export interface ImproveRouteDeps {
  dialogues: Dialogues
  unanswered: UnansweredQuestions
  why: WhyFinder
}

const tag = 'Conversations'
const SessionParams = z.object({ session_id: z.string().max(100) })
const IdParams = z.object({ id: z.string().max(100) })
const BotQuery = z.object({ company_id: z.string().max(100).optional() })

export function improveRoutes({ dialogues, unanswered, why }: ImproveRouteDeps) {
  const erased = (turns: number) => ({
    body: { success: true, message: 'The conversation was deleted.', turns },
  })

  return {
    conversations: route({
      summary: 'Conversations',
      description: 'Newest first. While older ones are still being counted after a start, `complete` is false.',
      tag,
      query: wire.ConversationFilter,
      replies: { 200: { description: 'One page', schema: wire.ConversationPage } },
      handle: async ({ query, caller }) => ({ body: await dialogues.list(caller.clientId, query) }),
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
      description: 'It is removed from the files, not only hidden.',
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
      query: wire.UnansweredFilter,
      replies: { 200: { description: 'One page', schema: wire.UnansweredPage } },
      handle: async ({ query, caller }) => ({ body: await unanswered.list(caller.clientId, query) }),
    }),

    markUnanswered: route({
      summary: 'Mark an unanswered question as resolved, ignored or open',
      tag,
      params: IdParams,
      body: wire.MarkRequest,
      replies: { 200: { description: 'Marked', schema: wire.ImproveDone } },
      async handle({ params, body, caller }) {
        await unanswered.mark(caller.clientId, params.id, body.state)
        return { body: { success: true, message: `The question is ${body.state}.` } }
      },
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
  }
}
