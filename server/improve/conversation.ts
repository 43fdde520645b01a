/** A client's conversations: finding them, reading one, writing a note to it, and removing it without a trace. */
import { AppError } from '../errors.ts'
import { feedback, type Note, notes, type Turn, turns } from '../store/records.ts'
import { insert, remove, type Store, update } from '../store/store.ts'
import type { Archive, Shelf, Summary } from './archive.ts'
import { facetsOf, newestFirst, ratingsOf, wantedBy } from './conversation-filter.ts'
import type {
  ConversationFilter,
  ConversationPage,
  ConversationReply,
  ConversationRow,
  ConversationTurn,
} from './wire.ts'

export interface Dialogues {
  list(clientId: string, filter: ConversationFilter): Promise<ConversationPage>
  /** @throws AppError `not_found` */
  get(clientId: string, sessionId: string): Promise<ConversationReply>
  /**
   * What a visitor may have of a conversation: it must have been a visitor's, from the public widget.
   * @throws AppError `not_found`
   */
  transcript(clientId: string, sessionId: string, isVisitor: boolean): Promise<Turn[]>
  /** Removes a conversation from the files; returns how many turns went. @throws AppError `not_found` */
  erase(clientId: string, sessionId: string, isVisitor: boolean): Promise<number>
  /** An empty note is none. @throws AppError `not_found` */
  note(clientId: string, sessionId: string, note: string): Promise<void>
}

export interface DialogueDeps {
  store: Store
  archive: Archive
  now: () => Date
  /** Told of each conversation that is gone. */
  erased(clientId: string, sessionId: string): void
}

export function createDialogues({ store, archive, now, erased }: DialogueDeps): Dialogues {
  const noteOf = async (clientId: string, sessionId: string): Promise<Note | undefined> =>
    (await store.partition(notes, clientId)).get(sessionId)

  const turnsOf = async (clientId: string, sessionId: string, isVisitor: boolean): Promise<Turn[]> => {
    const found = await archive.conversation(clientId, sessionId)
    if (found.length === 0 || (isVisitor && found.some(turn => turn.channel !== 'public')))
      throw new AppError('not_found', 'There is no such conversation.')
    return found
  }

  /** Conversations to be removed with the next pass over the client's files: many at once cost one pass. */
  const waiting = new Map<string, { ids: Set<string>; done: Promise<void> }>()
  let pass = Promise.resolve()

  const eraseSoon = (clientId: string, sessionId: string): Promise<void> => {
    const next = waiting.get(clientId)
    if (next) {
      next.ids.add(sessionId)
      return next.done
    }
    const ids = new Set([sessionId])
    const done = pass.then(async () => {
      waiting.delete(clientId)
      await store.erase(turns, 'session_id', ids, clientId)
      await store.erase(feedback, 'session_id', ids, clientId)
      const rows = await store.partition(notes, clientId)
      const noted = [...ids].filter(id => rows.get(id))
      if (noted.length > 0) await store.commit(noted.map(id => remove(notes, id, clientId)))
      archive.forget(clientId, ids)
      for (const id of ids) erased(clientId, id)
    })
    pass = done.catch(() => {})
    waiting.set(clientId, { ids, done })
    return done
  }

  return {
    async list(clientId, filter) {
      const wanted = wantedBy(filter)
      const of = (shelf: Shelf) => [...shelf.summaries.values()].filter(wanted)
      const begin = filter.page === 1 ? await archive.newest(clientId) : await archive.all(clientId)
      // What is wanted may be rare, or conversations long: then the newest do not fill a page.
      const filled = begin.complete || of(begin).length >= filter.limit
      const shelf = filled ? begin : await archive.all(clientId)
      const found = of(shelf)
      found.sort(newestFirst)
      const from = (filter.page - 1) * filter.limit
      const noted = await store.partition(notes, clientId)
      return {
        data: found
          .slice(from, from + filter.limit)
          .map(summary => rowOf(summary, noted.get(summary.session_id)?.note)),
        total: found.length,
        page: filter.page,
        pages: Math.max(1, Math.ceil(found.length / filter.limit)),
        complete: shelf.complete,
        facets: facetsOf(shelf),
      }
    },
    async get(clientId, sessionId) {
      const found = await turnsOf(clientId, sessionId, false)
      const summary = (await archive.all(clientId)).summaries.get(sessionId)
      const note = (await noteOf(clientId, sessionId))?.note ?? ''
      return {
        session_id: sessionId,
        started_at: found[0]!.timestamp,
        last_at: found.at(-1)!.timestamp,
        lang: summary?.lang ?? found.at(-1)!.lang,
        channel: found[0]!.channel,
        origin: summary?.origin ?? found[0]!.origin,
        note,
        turns: found.map(turn => turnOnWire(turn, summary?.ratings?.get(turn.turn_id))),
      }
    },
    transcript: turnsOf,
    async erase(clientId, sessionId, isVisitor) {
      const found = await turnsOf(clientId, sessionId, isVisitor)
      await eraseSoon(clientId, sessionId)
      return found.length
    },
    async note(clientId, sessionId, note) {
      await turnsOf(clientId, sessionId, false)
      const known = await noteOf(clientId, sessionId)
      const updated_at = now().toISOString()
      if (note === '') {
        if (known) await store.commit([remove(notes, sessionId, clientId)])
      } else if (known) await store.commit([update(notes, sessionId, { note, updated_at }, clientId)])
      else
        await store.commit([insert(notes, { session_id: sessionId, client_id: clientId, note, updated_at }, clientId)])
    },
  }
}

function rowOf(summary: Summary, note: string | undefined): ConversationRow {
  const given = ratingsOf(summary)
  const { session_id, started_at, last_at, turns, answered, refused, lang, channel, origin, pages, first_message } =
    summary
  const ratings = {
    up: given.filter(rating => rating === 'up').length,
    down: given.filter(rating => rating === 'down').length,
  }
  return {
    session_id,
    started_at,
    last_at,
    turns,
    answered,
    refused,
    lang,
    channel,
    origin,
    pages,
    first_message,
    ratings,
    note: note ?? '',
  }
}

function turnOnWire(turn: Turn, rating: string | undefined): ConversationTurn {
  return {
    answer_id: turn.turn_id,
    timestamp: turn.timestamp,
    message: turn.message,
    response: turn.response,
    kind: kindOf(turn),
    confidence: turn.confidence / 10_000,
    sources: turn.sources,
    lang: turn.lang,
    rating: rating === 'up' || rating === 'down' ? rating : null,
  }
}

/** Turns from before kinds were kept say only whether they were answered. */
const kindOf = (turn: Turn): ConversationTurn['kind'] =>
  (turn.kind || (turn.answered ? 'answer' : 'refusal')) as ConversationTurn['kind']
