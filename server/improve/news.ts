/** What happened since the last visit of the client's people to the portal, and when that was. */
import { handEdits } from '../knowledge/hand-edit.ts'
import { jobs, leads, type Sighting, visits } from '../store/records.ts'
import { insert, type Store, update } from '../store/store.ts'
import type { Archive, Shelf } from './archive.ts'
import type { GoldenRuns } from './golden-run.ts'
import type { News } from './wire.ts'

export interface NewsDeps {
  store: Store
  archive: Archive
  runs: GoldenRuns
  sighting(clientId: string): Sighting | undefined
  now: () => Date
}

/** Somebody who was away for so long begins another visit. */
const pauseMs = 30 * 60_000
/** A visit that goes on is noted this often. */
const noteMs = 5 * 60_000

/** Says that somebody looks at the portal, and what is new to them. */
export function createNews(deps: NewsDeps): (clientId: string) => Promise<News> {
  const { store, archive, runs, now } = deps
  const rows = store.table(visits)

  /** The end of the visit before this one; empty on the first. */
  const begin = async (clientId: string): Promise<string> => {
    const at = now()
    const known = rows.get(clientId)
    const last_at = at.toISOString()
    if (!known) {
      await store.commit([insert(visits, { client_id: clientId, last_at, before_at: '' })])
      return ''
    }
    const away = at.getTime() - Date.parse(known.last_at)
    const before_at = away > pauseMs ? known.last_at : known.before_at
    if (away > noteMs) await store.commit([update(visits, clientId, { last_at, before_at })])
    return before_at
  }

  /** What is known at once, where that reaches back far enough. */
  const shelfSince = async (clientId: string, since: string): Promise<Shelf> => {
    const shelf = await archive.newest(clientId)
    if (shelf.complete) return shelf
    for (const summary of shelf.summaries.values()) if (summary.last_at < since) return shelf
    return archive.all(clientId)
  }

  return async clientId => {
    const since = await begin(clientId)
    const shelf = await shelfSince(clientId, since)
    const later = (time: string) => time > since
    const count = <T>(list: Iterable<T>, isNew: (one: T) => boolean) => {
      let n = 0
      for (const one of list) if (isNew(one)) n++
      return n
    }
    const ended = [...store.table(jobs).all()].filter(job => job.client_id === clientId && later(job.finished_at))
    const [run] = await runs.list(clientId)
    const seen = deps.sighting(clientId)
    return {
      since: since || null,
      conversations: count(shelf.summaries.values(), ({ last_at }) => later(last_at)),
      unanswered: count(shelf.refusals, ({ timestamp }) => later(timestamp)),
      complaints: count(shelf.down.values(), ({ timestamp }) => later(timestamp)),
      leads: count((await store.partition(leads, clientId)).all(), ({ created_at }) => later(created_at)),
      jobs: {
        done: count(ended, ({ state }) => state === 'done'),
        failed: count(ended, ({ state }) => state === 'failed'),
      },
      hand_edits: count(handEdits(store, clientId), ({ at }) => later(at)),
      goldens: run
        ? { wrong: run.total - run.passed, total: run.total, worse: run.worse.map(one => one.question) }
        : null,
      embed: seen ? { origin: seen.origin, first_at: seen.first_at, last_at: seen.last_at } : null,
    }
  }
}
