/**
 * What a client's visitors asked, by day. The first look reads the client's turns once, as far back as it needs and giving
 * way to other requests; from then on each turn and rating is counted as it happens, so that looking again never reads
 * history. A look further back than any before reads all of it.
 */
import { type Feedback, feedback, type Turn, turns } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { addDay, type CountedTurn, counted, countTurn, createDay, type DayTally } from './day.ts'

const dayMs = 86_400_000
/** Days that can be looked back at: a year, and the year before it to compare with. */
const maxDays = 732
/** Days read for a look at the last month and the one before it. */
const recentDays = 62
/** Clients whose counts are in memory; the one looked at longest ago is counted anew when it is looked at again. */
const maxClients = 100
/** A turn that began this long before a reading may be in the files already or not. */
const overlapMs = 120_000
/** Rows that are counted before other requests get their turn. */
const slice = 2_000

interface Ledger {
  days: Map<string, DayTally>
  /** The rating of each rated turn and the day it is counted on, by turn. */
  rated: Map<string, { date: string; rating: string }>
}

/** What came while a client's files were being read: in the files already, or not. */
interface Arrived {
  turns: Turn[]
  ratings: Feedback[]
}

export interface Analytics {
  /** Days of a client by UTC date, both ends included; days without a request are absent. */
  days(clientId: string, from: string, to: string): Promise<Map<string, DayTally>>
  /** Called for each stored turn. */
  record(turn: Turn): void
  /** Called for each stored rating. */
  rate(row: Feedback): void
  /** Counts a client anew at the next look: after something was erased. */
  forget(clientId: string): void
}

export function createAnalytics({ store, now }: { store: Store; now: () => Date }): Analytics {
  const ledgers = new Map<string, { from: string; reading: Promise<Ledger> }>()
  /** By client: one for each reading under way. */
  const arriving = new Map<string, Set<Arrived>>()
  const ready = new Map<string, Ledger>()

  const daysAgo = (days: number) => new Date(now().getTime() - days * dayMs).toISOString().slice(0, 10)

  const read = async (clientId: string, from: string): Promise<Ledger> => {
    const ledger: Ledger = { days: new Map(), rated: new Map() }
    const arrived: Arrived = { turns: [], ratings: [] }
    const others = arriving.get(clientId) ?? new Set()
    arriving.set(clientId, others.add(arrived))
    const recent = new Set<string>()
    const since = new Date(now().getTime() - overlapMs).toISOString()
    let rows = 0
    try {
      for await (const turn of store.log(turns).scan({ partition: clientId, from, columns: counted })) {
        countIn(ledger, turn)
        // Only what was asked shortly before the reading began, or since, can have arrived besides.
        if (turn.timestamp >= since) recent.add(turn.turn_id)
        if (++rows % slice === 0) await new Promise(resolve => setImmediate(resolve))
      }
      // A rating counts on the day of the first one for its answer, which may be further back.
      for await (const row of store.log(feedback).scan({ partition: clientId, from: daysAgo(maxDays) }))
        rateIn(ledger, row)
    } finally {
      others.delete(arrived)
      if (others.size === 0) arriving.delete(clientId)
    }
    for (const turn of arrived.turns) if (!recent.has(turn.turn_id)) countIn(ledger, turn)
    for (const row of arrived.ratings) rateIn(ledger, row)
    return ledger
  }

  const ledgerOf = (clientId: string, from: string): Promise<Ledger> => {
    const known = ledgers.get(clientId)
    ledgers.delete(clientId)
    if (known && known.from <= from) {
      ledgers.set(clientId, known)
      return known.reading
    }
    const recent = daysAgo(recentDays)
    const begin = known || from < recent ? daysAgo(maxDays) : recent
    const reading = read(clientId, begin)
    // What cannot be looked back at any further need not be read again.
    ledgers.set(clientId, { from: begin === recent ? recent : '', reading })
    const isLatest = () => ledgers.get(clientId)?.reading === reading
    reading.then(
      ledger => void (isLatest() && ready.set(clientId, ledger)),
      () => void (isLatest() && ledgers.delete(clientId)),
    )
    for (const oldest of ledgers.keys()) {
      if (ledgers.size <= maxClients) break
      ledgers.delete(oldest)
      ready.delete(oldest)
    }
    return reading
  }

  return {
    async days(clientId, from, to) {
      const { days } = await ledgerOf(clientId, from)
      return new Map([...days].filter(([date]) => date >= from && date <= to).sort(([a], [b]) => a.localeCompare(b)))
    },
    record(turn) {
      for (const arrived of arriving.get(turn.client_id) ?? []) arrived.turns.push(turn)
      const ledger = ready.get(turn.client_id)
      if (ledger) countIn(ledger, turn)
    },
    rate(row) {
      for (const arrived of arriving.get(row.client_id) ?? []) arrived.ratings.push(row)
      const ledger = ready.get(row.client_id)
      if (ledger) rateIn(ledger, row)
    },
    forget(clientId) {
      ledgers.delete(clientId)
      ready.delete(clientId)
    },
  }
}

function dayIn(ledger: Ledger, timestamp: string): DayTally {
  const date = timestamp.slice(0, 10)
  let day = ledger.days.get(date)
  if (!day) {
    day = createDay()
    ledger.days.set(date, day)
  }
  return day
}

const countIn = (ledger: Ledger, turn: CountedTurn) => countTurn(dayIn(ledger, turn.timestamp), turn)

/** A visitor may change its mind: the last word counts, on the day of the first. */
function rateIn(ledger: Ledger, row: Feedback): void {
  const before = ledger.rated.get(row.turn_id)
  const date = before?.date ?? row.timestamp.slice(0, 10)
  const day = dayIn(ledger, date)
  if (before?.rating === 'up' || before?.rating === 'down') day[before.rating]--
  if (row.rating === 'up' || row.rating === 'down') day[row.rating]++
  ledger.rated.set(row.turn_id, { date, rating: row.rating })
}

/** The sum of days. */
export function sumOf(days: Iterable<DayTally>): DayTally {
  const sum = createDay()
  for (const day of days) addDay(sum, day)
  return sum
}
