/** A question to a bot with given settings: the real ones of a turn, or unsaved ones of a preview. Stores nothing. */
import { hrefOf, wayLabel, wayText } from '../accounts/way.ts'
import type { BotSettings } from '../accounts/wire.ts'
import { answer, openState, stateText } from '../answer/engine.ts'
import type { Citation, Exchange, Reply } from '../answer/types.ts'
import type { Library } from '../knowledge/library.ts'
import type { Models } from '../model/models.ts'
import type { Change } from '../store/store.ts'
import type { ChatReply, ChatSource, ReplyWay } from './wire.ts'

export interface Asked {
  clientId: string
  message: string
  /** Earlier exchanges, oldest first. */
  history: readonly Exchange[]
  /** Ways on and suggestions are shown beside the reply. */
  apart?: boolean | undefined
  signal?: AbortSignal | undefined
  onDelta?: ((text: string) => void) | undefined
}

export interface Said {
  reply: Reply
  /** Ways on, and whether somebody is there, where the reply calls for them. */
  onward: Pick<ChatReply, 'ways' | 'hours'>
  /** What models cost, to be committed with whatever is kept of the reply. */
  charges(): Change[]
}

export type Voice = (bot: BotSettings, asked: Asked) => Promise<Said>

export function createVoice({ library, models, now }: { library: Library; models: Models; now: () => Date }): Voice {
  return async (bot, { clientId, message, history, apart, signal, onDelta }) => {
    const index = await library.index(clientId)
    const { name, carefulness, suggestions, ways, hours, tone, languages, refusals } = bot
    const wording = models.turn(clientId, index)
    const reply = await answer(message, history, {
      index,
      threshold: carefulness,
      contact: ways.map(wayText),
      botName: name,
      suggestions,
      apart,
      tone,
      languages,
      refusals,
      openingHours: hours ? { hours, now: now() } : undefined,
      model: wording.model,
      fuse: wording.fuse,
      signal,
      onDelta,
    })
    return {
      reply,
      onward: reply.onward ? onwardOf(bot, reply.lang, now()) : { ways: [], hours: null },
      charges: wording.charges,
    }
  }
}

function onwardOf({ ways, hours, lead, languages }: BotSettings, heard: string, now: Date): Said['onward'] {
  const shown: ReplyWay[] = ways.map(way => ({
    kind: way.kind,
    value: way.value,
    label: wayLabel(way),
    href: hrefOf(way),
  }))
  if (lead.when !== 'never') shown.push({ kind: 'lead', value: '', label: '', href: '' })
  if (!hours) return { ways: shown, hours: null }
  const lang = languages.length === 0 || languages.includes(heard) ? heard : languages[0]!
  return { ways: shown, hours: { open: openState(hours, now).open, text: stateText(hours, now, lang) } }
}

/** What a reply says, as it goes out; `ids` are the caller's. */
export function replyOnWire(
  { reply, onward }: Said,
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
    ...onward,
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
