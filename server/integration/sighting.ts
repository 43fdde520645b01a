/** Whether the widget was really seen on a client's site: the first and the last visit of a page elsewhere that loaded it. */
import type { Principal } from '../http/principal.ts'
import type { Route } from '../http/route.ts'
import { type Sighting, sightings } from '../store/records.ts'
import { insert, type Store, update } from '../store/store.ts'

export interface Sightings {
  /** The same route; pages on other sites that call it are noticed. */
  noticing(route: Route): Route
  of(clientId: string): Sighting | undefined
}

export interface SightingDeps {
  store: Store
  now: () => Date
  publicUrl: string
  /** A visitor's page does not wait for the note, and does not fail with it. */
  reportError(error: unknown): void
}

/** How old the last visit may be before it is noted anew. */
const againMs = 86_400_000

export function createSightings({ store, now, publicUrl, reportError }: SightingDeps): Sightings {
  const own = new URL(publicUrl).origin
  const rows = store.table(sightings)
  const underWay = new Set<string>()

  const note = async (clientId: string, origin: string) => {
    const at = now().toISOString()
    const known = rows.get(clientId)
    if (known && Date.parse(at) - Date.parse(known.last_at) < againMs) return
    if (underWay.has(clientId)) return
    underWay.add(clientId)
    try {
      const row = { client_id: clientId, origin, first_at: at, last_at: at }
      await store.commit([known ? update(sightings, clientId, { origin, last_at: at }) : insert(sightings, row)])
    } finally {
      underWay.delete(clientId)
    }
  }

  return {
    of: clientId => rows.get(clientId),
    noticing: route => ({
      ...route,
      async handle(input) {
        const reply = await route.handle(input)
        const caller = input.caller as Principal | undefined
        const origin = input.c.req.header('origin')
        if (caller?.via === 'public' && origin && isElsewhere(origin, own))
          note(caller.clientId, origin).catch(reportError)
        return reply
      },
    }),
  }
}

/** A site that others can see: neither our own pages, nor a file, nor the machine of whoever tries it. */
function isElsewhere(origin: string, own: string): boolean {
  if (origin === own || !URL.canParse(origin)) return false
  const { protocol, hostname } = new URL(origin)
  return /^https?:$/.test(protocol) && !/^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]|.*\.localhost)$/.test(hostname)
}
