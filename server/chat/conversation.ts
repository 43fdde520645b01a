/**
 * The last exchanges of each conversation, for follow-up questions. Recent ones are in memory; after a restart a client's
 * are read from the end of its turns file on its first request.
 */
import type { Exchange } from '../answer/types.ts'
import { type Turn, turns } from '../store/records.ts'
import type { Store } from '../store/store.ts'

/** Exchanges kept of one conversation. */
const depth = 6
/** Conversations kept in memory. */
const maxConversations = 20_000
/** Turns read of a client after a restart. */
const tailRows = 200

export interface Conversations {
  /**
   * Oldest first; empty for a new conversation. Visitors and those with a key never continue each other's: a key's session
   * ids may be easy to guess.
   */
  history(clientId: string, sessionId: string, isVisitor: boolean): Promise<readonly Exchange[]>
  record(turn: Turn): void
  forget(clientId: string, sessionId: string): void
}

export function createConversations({ store }: { store: Store }): Conversations {
  const recent = new Map<string, Exchange[]>()
  /** Clients whose turns of before the start have been read. */
  const warmed = new Map<string, Promise<void>>()

  const add = (turn: Turn) => {
    const id = idOf(turn.client_id, turn.session_id, turn.channel === 'public')
    const exchanges = recent.get(id) ?? []
    const { message, response, answered, sources } = turn
    exchanges.push({ message, response, answered, sources, topic: String(turn.why.topic ?? '') })
    if (exchanges.length > depth) exchanges.shift()
    // Put in again, so that the Map's order is the order of last use.
    recent.delete(id)
    recent.set(id, exchanges)
    if (recent.size > maxConversations) recent.delete(recent.keys().next().value as string)
  }

  const warm = async (clientId: string) => {
    for (const turn of await store.log(turns).tail(tailRows, clientId)) add(turn)
  }

  return {
    async history(clientId, sessionId, isVisitor) {
      const id = idOf(clientId, sessionId, isVisitor)
      const known = recent.get(id)
      if (known) return known
      let ready = warmed.get(clientId)
      if (!ready) {
        ready = warm(clientId)
        warmed.set(clientId, ready)
        ready.catch(() => warmed.delete(clientId))
      }
      await ready
      return recent.get(id) ?? []
    },
    record: add,
    forget(clientId, sessionId) {
      for (const isVisitor of [true, false]) recent.delete(idOf(clientId, sessionId, isVisitor))
    },
  }
}

const idOf = (clientId: string, sessionId: string, isVisitor: boolean) =>
  `${clientId}/${isVisitor ? 'visitor' : 'own'}/${sessionId}`
