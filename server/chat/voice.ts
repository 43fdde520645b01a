/** A question to a bot with given settings: the real ones of a turn, or unsaved ones of a preview. Stores nothing. */
import type { BotSettings } from '../accounts/wire.ts'
import { answer } from '../answer/engine.ts'
import type { Citation, Exchange, Reply } from '../answer/types.ts'
import type { Library } from '../knowledge/library.ts'
import type { Models } from '../model/models.ts'
import type { Change } from '../store/store.ts'
import type { ChatReply, ChatSource } from './wire.ts'

export interface Asked {
  clientId: string
  message: string
  /** Earlier exchanges, oldest first. */
  history: readonly Exchange[]
  signal?: AbortSignal | undefined
  onDelta?: ((text: string) => void) | undefined
}

export interface Said {
  reply: Reply
  /** What models cost, to be committed with whatever is kept of the reply. */
  charges(): Change[]
}

export type Voice = (bot: BotSettings, asked: Asked) => Promise<Said>

export function createVoice({ library, models }: { library: Library; models: Models }): Voice {
  return async (bot, { clientId, message, history, signal, onDelta }) => {
    const index = await library.index(clientId)
    const { contact, name, carefulness, suggestions } = bot
    const wording = models.turn(clientId, index)
    const reply = await answer(message, history, {
      index,
      threshold: carefulness,
      contact,
      botName: name,
      suggestions,
      model: wording.model,
      fuse: wording.fuse,
      signal,
      onDelta,
    })
    return { reply, charges: wording.charges }
  }
}

/** What a reply says, as it goes out; `ids` are the caller's. */
export function replyOnWire(
  reply: Reply,
  ids: Pick<ChatReply, 'company_id' | 'session_id' | 'answer_id' | 'timestamp' | 'usage'>,
): ChatReply {
  const sources = reply.citations.map(sourceOf)
  return {
    response: reply.text,
    company_id: ids.company_id,
    session_id: ids.session_id,
    timestamp: ids.timestamp,
    sources_used: [...new Set(sources.map(source => source.source).filter(Boolean))],
    answered: reply.kind === 'answer',
    kind: reply.kind,
    confidence: Math.round(reply.confidence * 10_000) / 10_000,
    sources,
    suggestions: reply.suggestions,
    usage: ids.usage,
    answer_id: ids.answer_id,
  }
}

function sourceOf({ entry, quote }: Citation): ChatSource {
  return {
    id: entry.id,
    category: entry.category ?? '',
    source: entry.source ?? '',
    ...((entry.title ?? entry.question) && { title: entry.title ?? entry.question }),
    ...(entry.url && { url: entry.url }),
    quote,
  }
}
