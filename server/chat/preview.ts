/**
 * The bot as it would be, asked by its client in the portal: real answers from the client's knowledge with settings that are not
 * saved. Nothing is kept but what a model cost, and nothing is counted as a visitor's request.
 */
import type { Bots } from '../accounts/bot.ts'
import type { Exchange } from '../answer/types.ts'
import type { Store } from '../store/store.ts'
import type { Meter } from '../usage/meter.ts'
import { replyOnWire, type Voice } from './voice.ts'
import type { ChatReply, PreviewRequest } from './wire.ts'

export type Previewer = (clientId: string, request: PreviewRequest) => Promise<ChatReply>

/** Conversations held in memory, and exchanges of each. */
const maxTalks = 200
const depth = 6

export interface PreviewDeps {
  store: Store
  bots: Bots
  voice: Voice
  meter: Meter
  now: () => Date
  newId: () => string
}

export function createPreviewer({ store, bots, voice, meter, now, newId }: PreviewDeps): Previewer {
  const talks = new Map<string, Exchange[]>()
  return async (clientId, { settings, message, session_id, apart }) => {
    const bot = bots.preview(clientId, settings)
    const sessionId = session_id ?? `preview_${newId()}`
    const place = `${clientId}/${sessionId}`
    const history = talks.get(place) ?? []
    const said = await voice(bot, { clientId, message, history, apart })
    const { reply } = said
    const costs = said.charges()
    if (costs.length > 0) await store.commit(costs)
    const sources = reply.citations.map(({ entry }) => entry.id)
    const exchange = { message, response: reply.text, answered: reply.answered, sources, topic: reply.topic }
    talks.delete(place)
    talks.set(place, [...history, exchange].slice(-depth))
    if (talks.size > maxTalks) talks.delete(talks.keys().next().value as string)
    return replyOnWire(said, {
      company_id: clientId,
      session_id: sessionId,
      // No turn has this id: it can be neither rated nor looked up.
      answer_id: `preview_${newId()}`,
      timestamp: now().toISOString(),
      usage: meter.usage(clientId),
    })
  }
}
