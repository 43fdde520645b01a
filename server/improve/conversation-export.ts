/** Conversations to take along: one row for each, or one for each question with its answer. */
import { AppError } from '../errors.ts'
import { inBlocks, type TableFile, type TableFormat } from '../http/table-file.ts'
import { notes, type Turn, turns } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import type { Archive, Summary } from './archive.ts'
import { newestFirst, ratingsOf, wantedBy } from './conversation-filter.ts'
import type { ConversationWish } from './wire.ts'

export type ConversationExport = (
  clientId: string,
  wish: ConversationWish,
  of: 'conversations' | 'turns',
  format: TableFormat,
) => Promise<TableFile>

/** Rows of an Excel sheet, without its header. */
const maxSheetRows = 1_048_575

const conversationColumns = {
  started_at: 24,
  last_at: 24,
  first_message: 60,
  questions: 10,
  answered: 10,
  not_answered: 12,
  language: 10,
  page: 40,
  rated_up: 10,
  rated_down: 10,
  note: 40,
  channel: 10,
  session_id: 28,
}
const turnColumns = {
  timestamp: 24,
  question: 60,
  answer: 80,
  kind: 12,
  confidence: 10,
  rating: 8,
  language: 10,
  page: 40,
  sources: 30,
  session_id: 28,
  answer_id: 28,
}
const told = [
  'timestamp',
  'turn_id',
  'session_id',
  'message',
  'response',
  'answered',
  'confidence',
  'sources',
  'lang',
  'origin',
  'kind',
  'page',
] as const satisfies readonly (keyof Turn)[]

/** @throws AppError `invalid_request` for more rows than an Excel sheet has */
export function createConversationExport({ store, archive }: { store: Store; archive: Archive }): ConversationExport {
  return async (clientId, wish, of, format) => {
    const { summaries } = await archive.all(clientId)
    const wanted = wantedBy(wish)
    const found = [...summaries.values()].filter(wanted).sort(newestFirst)
    const rows = of === 'turns' ? found.reduce((sum, summary) => sum + summary.turns, 0) : found.length
    if (format === 'xlsx' && rows > maxSheetRows)
      throw new AppError('invalid_request', 'These are more rows than an Excel sheet has; take them as CSV.')
    const file = { name: `${of}-${clientId}`, title: of === 'turns' ? 'Questions' : 'Conversations' }
    if (of === 'turns') return { ...file, columns: turnColumns, blocks: inBlocks(turnRows(clientId, found)) }
    const noted = await store.partition(notes, clientId)
    const conversationRows = function* () {
      for (const summary of found) yield conversationRow(summary, noted.get(summary.session_id)?.note ?? '')
    }
    return { ...file, columns: conversationColumns, blocks: inBlocks(conversationRows()) }
  }

  /** Oldest first, straight from the files. */
  async function* turnRows(clientId: string, found: readonly Summary[]) {
    const wanted = new Map(found.map(summary => [summary.session_id, summary]))
    const from = found.map(summary => summary.started_at).sort()[0] ?? ''
    for await (const turn of store.log(turns).scan({ partition: clientId, from, columns: told })) {
      const summary = wanted.get(turn.session_id)
      if (!summary) continue
      yield [
        turn.timestamp,
        turn.message,
        turn.response,
        turn.kind || (turn.answered ? 'answer' : 'refusal'),
        turn.confidence / 10_000,
        summary.ratings?.get(turn.turn_id) ?? '',
        turn.lang,
        turn.page || turn.origin,
        turn.sources.join(' '),
        turn.session_id,
        turn.turn_id,
      ]
    }
  }
}

function conversationRow(summary: Summary, note: string) {
  const given = ratingsOf(summary)
  return [
    summary.started_at,
    summary.last_at,
    summary.first_message,
    summary.turns,
    summary.answered,
    summary.refused,
    summary.lang,
    summary.pages[0] ?? summary.origin,
    given.filter(rating => rating === 'up').length,
    given.filter(rating => rating === 'down').length,
    note,
    summary.channel,
    summary.session_id,
  ]
}
