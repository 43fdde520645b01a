/**
 * What the portal's overview shows of a client's last 30 days. The first look reads the client's turns once; from then on
 * each new turn is counted as it happens, so that looking again costs nothing.
 */
import { type Turn, turns } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import type { Meter } from './meter.ts'
import type { UsageOverview } from './wire.ts'

const days = 30
const dayMs = 86_400_000
const maxUnanswered = 10
const maxClients = 500
const counted = ['timestamp', 'turn_id', 'message', 'kind'] as const satisfies readonly (keyof Turn)[]

interface Tally {
  byDay: Map<string, { requests: number; answered: number }>
  /** Oldest first. */
  unanswered: { message: string; timestamp: string }[]
}

export interface Overview {
  of(clientId: string): Promise<UsageOverview>
  /** Called for each stored turn. */
  record(turn: Turn): void
  /** Conversations were erased: what is known of the client is read anew. */
  forget(clientId: string): void
}

export function createOverview(deps: { store: Store; meter: Meter; now: () => Date }): Overview {
  const { store, meter, now } = deps
  const tallies = new Map<string, Tally | Promise<Tally>>()
  /** Turns that came while a client's files were being read: in the files already, or not. */
  const arrived = new Map<string, Turn[]>()

  const read = async (clientId: string): Promise<Tally> => {
    const tally: Tally = { byDay: new Map(), unanswered: [] }
    const seen = new Set<string>()
    arrived.set(clientId, [])
    const from = new Date(now().getTime() - days * dayMs).toISOString().slice(0, 10)
    for await (const turn of store.log(turns).scan({ partition: clientId, from, columns: counted })) {
      count(tally, turn)
      seen.add(turn.turn_id)
    }
    for (const turn of arrived.get(clientId) ?? []) if (!seen.has(turn.turn_id)) count(tally, turn)
    arrived.delete(clientId)
    tallies.set(clientId, tally)
    return tally
  }

  return {
    async of(clientId) {
      let tally = tallies.get(clientId)
      if (!tally) {
        tally = read(clientId)
        tallies.set(clientId, tally)
        tally.catch(() => {
          tallies.delete(clientId)
          arrived.delete(clientId)
        })
        for (const oldest of tallies.keys()) {
          if (tallies.size <= maxClients) break
          tallies.delete(oldest)
        }
      }
      const { byDay, unanswered } = await tally
      const today = now().getTime()
      return {
        ...meter.usage(clientId),
        days: Array.from({ length: days }, (_, i) => {
          const date = new Date(today - (days - 1 - i) * dayMs).toISOString().slice(0, 10)
          return { date, ...(byDay.get(date) ?? { requests: 0, answered: 0 }) }
        }),
        unanswered: unanswered.toReversed(),
      }
    },
    forget(clientId) {
      tallies.delete(clientId)
    },
    record(turn) {
      arrived.get(turn.client_id)?.push(turn)
      const tally = tallies.get(turn.client_id)
      if (tally && 'byDay' in tally) count(tally, turn)
    },
  }
}

function count(tally: Tally, turn: Pick<Turn, (typeof counted)[number]>): void {
  const date = turn.timestamp.slice(0, 10)
  const day = tally.byDay.get(date) ?? { requests: 0, answered: 0 }
  day.requests++
  if (turn.kind !== 'refusal') day.answered++
  else {
    tally.unanswered.push({ message: turn.message, timestamp: turn.timestamp })
    if (tally.unanswered.length > maxUnanswered) tally.unanswered.shift()
  }
  tally.byDay.set(date, day)
  if (tally.byDay.size > days + 1) tally.byDay.delete(tally.byDay.keys().next().value as string)
}
