/**
 * What a client does not want to keep for longer: every day, turns, ratings, notes and leads older than its days are taken out of the
 * files, closed months and the journal too. A question goes by its own age, so that a conversation that never ends does not
 * keep what was said in it years ago.
 */
import { bots, complaints, feedback, leads, notes, turns, unanswered } from '../store/records.ts'
import { type Change, remove, type Store } from '../store/store.ts'

export interface Due {
  /** Conversations with something that old, and how many questions that is. */
  conversations: number
  turns: number
  leads: number
}

export interface Retention {
  /** What would go now with these days; null: kept. */
  due(clientId: string, days: { conversations: number | null; leads: number | null }): Promise<Due>
  /** Erases what is due of every client; returns how many turns and leads went. */
  sweep(): Promise<number>
  /** Sweeps when a day has passed since the last time, or since the start. The clock calls it every minute. */
  tick(): Promise<void>
  close(): Promise<void>
}

export interface RetentionDeps {
  store: Store
  now: () => Date
  /** Told of each client of whom something is gone, with the conversations it was in. */
  erased(clientId: string, sessionIds: ReadonlySet<string>): void
  reportError(error: unknown): void
}

const dayMs = 86_400_000
const tickMs = 60_000
/** Rows removed from a table by one commit. */
const batch = 500

export function createRetention({ store, now, erased, reportError }: RetentionDeps): Retention {
  const before = (days: number) => new Date(now().getTime() - days * dayMs).toISOString()

  const oldLeads = async (clientId: string, cutoff: string) =>
    [...(await store.partition(leads, clientId)).all()].filter(row => row.created_at < cutoff)

  const commitAll = async (changes: Change[]) => {
    for (let at = 0; at < changes.length; at += batch) await store.commit(changes.slice(at, at + batch))
  }

  const eraseTurns = async (clientId: string, cutoff: string): Promise<number> => {
    // A row with one of these times is that old, whatever else it says; so nothing younger can be meant.
    const times = new Set<string>()
    const ids = new Set<string>()
    const sessions = new Set<string>()
    for await (const { timestamp, turn_id, session_id } of store.log(turns).scan({ partition: clientId, to: cutoff })) {
      times.add(timestamp)
      sessions.add(session_id)
      if (turn_id) ids.add(turn_id)
    }
    const rated = new Set<string>()
    for await (const row of store.log(feedback).scan({ partition: clientId, to: cutoff })) rated.add(row.timestamp)
    const gone = times.size > 0 ? await store.erase(turns, 'timestamp', times, clientId) : 0
    if (ids.size > 0) await store.erase(feedback, 'turn_id', ids, clientId)
    if (rated.size > 0) await store.erase(feedback, 'timestamp', rated, clientId)

    // Marks hold the wording of what was asked.
    const marks: Change[] = []
    for (const table of [unanswered, complaints])
      for (const { id, updated_at } of (await store.partition(table, clientId)).all())
        if (updated_at < cutoff) marks.push(remove(table, id, clientId))
    const noted = await store.partition(notes, clientId)
    const ended = new Set([...sessions].filter(id => noted.get(id)))
    if (ended.size > 0)
      for await (const turn of store.log(turns).scan({ partition: clientId, from: cutoff }))
        ended.delete(turn.session_id)
    await commitAll([...marks, ...[...ended].map(id => remove(notes, id, clientId))])
    if (sessions.size > 0 || rated.size > 0) erased(clientId, sessions)
    return gone
  }

  const eraseLeads = async (clientId: string, cutoff: string): Promise<number> => {
    const old = await oldLeads(clientId, cutoff)
    await commitAll(old.map(row => remove(leads, row.lead_id, clientId)))
    return old.length
  }

  const sweep = async (): Promise<number> => {
    let gone = 0
    for (const { client_id, retention_days, lead_days } of [...store.table(bots).all()])
      try {
        if (retention_days !== null && retention_days > 0) gone += await eraseTurns(client_id, before(retention_days))
        if (lead_days !== null && lead_days > 0) gone += await eraseLeads(client_id, before(lead_days))
      } catch (error) {
        // One client's damaged file keeps no other client's visitors waiting.
        reportError(error)
      }
    // Rows that left a table are in its file and in the journal until then.
    if (gone > 0) await store.checkpoint()
    return gone
  }

  let nextAt = 0
  let running: Promise<unknown> = Promise.resolve()
  let closed = false
  const tick = async () => {
    if (closed || now().getTime() < nextAt) return
    nextAt = now().getTime() + dayMs
    running = sweep()
    await running
  }
  const timer = setInterval(() => tick().catch(reportError), tickMs)
  timer.unref()

  return {
    async due(clientId, { conversations, leads: leadDays }) {
      const sessions = new Set<string>()
      const due: Due = { conversations: 0, turns: 0, leads: 0 }
      if (conversations !== null) {
        const range = { partition: clientId, to: before(conversations) }
        for await (const { session_id } of store.log(turns).scan(range)) {
          sessions.add(session_id)
          due.turns++
        }
        due.conversations = sessions.size
      }
      if (leadDays !== null) due.leads = (await oldLeads(clientId, before(leadDays))).length
      return due
    },
    sweep,
    tick,
    async close() {
      closed = true
      clearInterval(timer)
      await running.catch(() => {})
    },
  }
}
