/**
 * What is known of each client's conversations without reading them: one summary a conversation, and the questions that found
 * no answer. The first look reads the client's turns once, in the background, without the reasons of the answers, which are
 * most of them; until it has, the newest conversations are taken from the ends of the files. From then on each turn and each
 * rating is added as it happens. Nothing of it is stored: a summary holds visitors' words, and an erased one must be gone.
 */
import { type Feedback, feedback, type Turn, turns } from '../store/records.ts'
import type { Store } from '../store/store.ts'

export interface Summary {
  session_id: string
  started_at: string
  last_at: string
  turns: number
  answered: number
  refused: number
  /** Of the newest turn that has one. */
  lang: string
  /** key, session or public. */
  channel: string
  /** Origin of the page, where known. */
  origin: string
  /** Addresses of the visitor's pages, in the order of the first question on each; of old turns their origin. */
  pages: string[]
  first_message: string
  /** What the visitor wrote, lower case, for searching; the first of it. */
  said: string
  /** By turn: up or down. */
  ratings?: Map<string, string>
}

/** A question that found no answer. */
export interface Refusal {
  turn_id: string
  session_id: string
  timestamp: string
  message: string
  lang: string
}

/** A question with an answer that a visitor found no help. */
export interface Complaint extends Refusal {
  response: string
  /** Ids of the cited entries. */
  sources: string[]
  comment: string
}

export interface Shelf {
  /** In order of their first turn that is known. */
  summaries: Map<string, Summary>
  /** Oldest first. */
  refusals: Refusal[]
  /** Ratings of answers that did not help, by turn. */
  down: Map<string, Feedback>
  /** Of these, the ones whose turn was looked up already. */
  complaints: Map<string, Complaint>
  /** False: only the newest are known yet. */
  complete: boolean
  /** Each word that many summaries share, once: read from a file, each would be a copy. */
  words: Map<string, string>
}

export interface Archive {
  /** Everything; waits for the first reading. */
  all(clientId: string): Promise<Shelf>
  /** Everything where it is known, else the newest at once, while the rest is being read. */
  newest(clientId: string): Promise<Shelf>
  /** Questions with an answer that did not help, of ratings since a time, in their order. */
  complaints(clientId: string, since: string): Promise<Complaint[]>
  record(turn: Turn): void
  rate(row: Feedback): void
  /** Conversations that are gone from the store. */
  forget(clientId: string, sessionIds: ReadonlySet<string>): void
  /** Turns are gone from the store: the next look reads them anew. */
  reset(clientId: string): void
  /** Finds a turn; the newest are looked at first. */
  turn(clientId: string, turnId: string): Promise<Turn | undefined>
  /** Turns of a conversation, oldest first; empty when there is none. */
  conversation(clientId: string, sessionId: string): Promise<Turn[]>
}

const maxClients = 200
/** Turns read for the first look. */
const firstTurns = 600
/** What a summary is made from. */
const summed = [
  'timestamp',
  'turn_id',
  'session_id',
  'message',
  'answered',
  'lang',
  'channel',
  'origin',
  'kind',
  'page',
] as const satisfies readonly (keyof Turn)[]
type Summed = Pick<Turn, (typeof summed)[number]>
/** Turns at the end of the files in which one is looked for first. */
const nearTurns = 100
/** Turns whose time is remembered, from conversations that were looked at: their reasons are asked for next. */
const maxTimes = 5000
const maxSaid = 600
const maxFirst = 200
const maxRefusal = 500
const maxRefusals = 10_000
const maxResponse = 1000
/** Pages remembered of a conversation. */
const maxPages = 8
const maxWords = 5000
/** Turns that came this long before a reading began may be in the file already or not. */
const overlapMs = 120_000

export function createArchive({ store, now }: { store: Store; now: () => Date }): Archive {
  const shelves = new Map<string, Shelf>()
  const readings = new Map<string, Promise<Shelf>>()
  /** By client and turn. */
  const times = new Map<string, string>()
  /** What came while a client's files were being read. */
  const arrived = new Map<string, { turns: Turn[]; ratings: Feedback[]; gone: Set<string> }>()

  const read = async (clientId: string): Promise<Shelf> => {
    const waiting = { turns: [] as Turn[], ratings: [] as Feedback[], gone: new Set<string>() }
    arrived.set(clientId, waiting)
    try {
      const shelf: Shelf = {
        summaries: new Map(),
        refusals: [],
        down: new Map(),
        complaints: new Map(),
        complete: true,
        words: new Map(),
      }
      const since = new Date(now().getTime() - overlapMs).toISOString()
      const seen = new Set<string>()
      for await (const turn of store.log(turns).scan({ partition: clientId, columns: summed })) {
        add(shelf, turn)
        if (turn.timestamp >= since) seen.add(turn.turn_id)
      }
      for await (const row of store.log(feedback).scan({ partition: clientId })) addRating(shelf, row)
      for (const turn of waiting.turns) if (!seen.has(turn.turn_id)) add(shelf, turn)
      for (const row of waiting.ratings) addRating(shelf, row)
      drop(shelf, waiting.gone)
      shelves.set(clientId, shelf)
      for (const oldest of shelves.keys()) {
        if (shelves.size <= maxClients) break
        shelves.delete(oldest)
      }
      return shelf
    } finally {
      arrived.delete(clientId)
      readings.delete(clientId)
    }
  }

  const reading = (clientId: string): Promise<Shelf> => {
    let promise = readings.get(clientId)
    if (!promise) {
      promise = read(clientId)
      readings.set(clientId, promise)
      // Whoever waits for it hears of a failure; a reading in the background is tried again by the next look.
      promise.catch(() => {})
    }
    return promise
  }

  const all = async (clientId: string) => {
    const known = shelves.get(clientId)
    if (!known) return reading(clientId)
    shelves.delete(clientId)
    shelves.set(clientId, known)
    return known
  }

  /** When a turn was stored. Where nobody looked at its conversation, ids alone are gone through. */
  const timeOf = async (clientId: string, turnId: string): Promise<string | undefined> => {
    const known = times.get(`${clientId}/${turnId}`)
    if (known) return known
    const rows = store.log(turns).scan({ partition: clientId, columns: ['timestamp', 'turn_id'] })
    for await (const row of rows) if (row.turn_id === turnId) return row.timestamp
    return undefined
  }
  const between = async (clientId: string, time: string | undefined, turnId: string): Promise<Turn | undefined> => {
    if (!time) return undefined
    for await (const turn of store.log(turns).scan({ partition: clientId, from: time, to: after(time) }))
      if (turn.turn_id === turnId) return turn
    return undefined
  }

  return {
    all,
    async newest(clientId) {
      if (shelves.has(clientId)) return all(clientId)
      const tail = await store.log(turns).tail(firstTurns, clientId, '')
      const whole = reading(clientId)
      // Few turns are read in no time; waiting for them gives the whole truth at once.
      if (tail.length < firstTurns) return whole
      const shelf: Shelf = {
        summaries: new Map(),
        refusals: [],
        down: new Map(),
        complaints: new Map(),
        complete: false,
        words: new Map(),
      }
      for (const turn of tail) add(shelf, turn)
      for await (const row of store.log(feedback).scan({ partition: clientId, from: tail[0]!.timestamp }))
        addRating(shelf, row)
      return shelf
    },
    async complaints(clientId, since) {
      const shelf = await all(clientId)
      const rows = [...shelf.down.values()].filter(row => row.timestamp >= since)
      const missing = new Map(rows.filter(row => !shelf.complaints.has(row.turn_id)).map(row => [row.turn_id, row]))
      const begin = [...missing.values()].map(row => shelf.summaries.get(row.session_id)!.started_at).sort()[0]
      if (begin)
        for await (const turn of store.log(turns).scan({ partition: clientId, from: begin, columns: complained })) {
          const row = missing.get(turn.turn_id)
          if (row && shelf.down.get(turn.turn_id) === row) shelf.complaints.set(turn.turn_id, complaintOf(turn, row))
        }
      return rows
        .flatMap(row => shelf.complaints.get(row.turn_id) ?? [])
        .sort((a, b) => (a.timestamp < b.timestamp ? -1 : a.timestamp > b.timestamp ? 1 : 0))
    },
    record(turn) {
      arrived.get(turn.client_id)?.turns.push(turn)
      const shelf = shelves.get(turn.client_id)
      if (shelf) add(shelf, turn)
    },
    rate(row) {
      arrived.get(row.client_id)?.ratings.push(row)
      const shelf = shelves.get(row.client_id)
      if (shelf) addRating(shelf, row)
    },
    forget(clientId, sessionIds) {
      for (const id of sessionIds) arrived.get(clientId)?.gone.add(id)
      const shelf = shelves.get(clientId)
      if (shelf) drop(shelf, sessionIds)
    },
    reset(clientId) {
      const drop = () => void shelves.delete(clientId)
      drop()
      // A reading under way may have seen what is gone.
      readings.get(clientId)?.then(drop, drop)
    },
    async turn(clientId, turnId) {
      const near = await store.log(turns).tail(nearTurns, clientId, '')
      return near.findLast(turn => turn.turn_id === turnId) ?? between(clientId, await timeOf(clientId, turnId), turnId)
    },
    async conversation(clientId, sessionId) {
      const summary = (await all(clientId)).summaries.get(sessionId)
      if (!summary) return []
      const found: Turn[] = []
      const range = { partition: clientId, from: summary.started_at, to: after(summary.last_at) }
      for await (const turn of store.log(turns).scan(range)) if (turn.session_id === sessionId) found.push(turn)
      for (const turn of found) times.set(`${clientId}/${turn.turn_id}`, turn.timestamp)
      for (const oldest of times.keys()) {
        if (times.size <= maxTimes) break
        times.delete(oldest)
      }
      return found
    },
  }
}

const complained = [
  'turn_id',
  'session_id',
  'message',
  'response',
  'sources',
  'lang',
] as const satisfies readonly (keyof Turn)[]

const complaintOf = (turn: Pick<Turn, (typeof complained)[number]>, row: Feedback): Complaint => ({
  turn_id: turn.turn_id,
  session_id: turn.session_id,
  timestamp: row.timestamp,
  message: turn.message.slice(0, maxRefusal),
  lang: turn.lang,
  response: turn.response.slice(0, maxResponse),
  sources: turn.sources,
  comment: row.comment,
})

/** The first moment that is later. */
const after = (time: string) => new Date(Date.parse(time) + 1).toISOString()

function add(shelf: Shelf, turn: Summed): void {
  const { session_id, timestamp, message } = turn
  const shared = (word: string) => {
    const known = shelf.words.get(word)
    if (known === undefined && shelf.words.size < maxWords) shelf.words.set(word, word)
    return known ?? word
  }
  let summary = shelf.summaries.get(session_id)
  if (!summary) {
    summary = {
      session_id,
      started_at: timestamp,
      last_at: timestamp,
      turns: 0,
      answered: 0,
      refused: 0,
      lang: '',
      channel: shared(turn.channel),
      origin: shared(turn.origin),
      pages: [],
      first_message: message.slice(0, maxFirst),
      said: '',
    }
    shelf.summaries.set(session_id, summary)
  }
  summary.turns++
  if (turn.answered) summary.answered++
  if (turn.kind === 'refusal') {
    summary.refused++
    shelf.refusals.push({
      turn_id: turn.turn_id,
      session_id,
      timestamp,
      message: message.slice(0, maxRefusal),
      lang: turn.lang,
    })
    if (shelf.refusals.length > maxRefusals) shelf.refusals.shift()
  }
  if (timestamp > summary.last_at) summary.last_at = timestamp
  if (turn.lang) summary.lang = shared(turn.lang)
  if (turn.origin) summary.origin = shared(turn.origin)
  const page = turn.page || turn.origin
  if (page && summary.pages.length < maxPages && !summary.pages.includes(page)) summary.pages.push(shared(page))
  if (summary.said.length < maxSaid) summary.said = `${summary.said}\n${message.toLowerCase()}`.slice(0, maxSaid)
}

function addRating(shelf: Shelf, row: Feedback): void {
  const { session_id, turn_id, rating } = row
  const summary = shelf.summaries.get(session_id)
  if (!summary) return
  shelf.complaints.delete(turn_id)
  if (rating === 'down') shelf.down.set(turn_id, row)
  else shelf.down.delete(turn_id)
  if (rating === 'none') summary.ratings?.delete(turn_id)
  else (summary.ratings ??= new Map()).set(turn_id, rating)
}

function drop(shelf: Shelf, sessionIds: ReadonlySet<string>): void {
  if (sessionIds.size === 0) return
  for (const id of sessionIds) shelf.summaries.delete(id)
  shelf.refusals = shelf.refusals.filter(refusal => !sessionIds.has(refusal.session_id))
  for (const [turnId, row] of shelf.down) {
    if (!sessionIds.has(row.session_id)) continue
    shelf.down.delete(turnId)
    shelf.complaints.delete(turnId)
  }
}
