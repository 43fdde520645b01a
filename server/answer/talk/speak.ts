/** Puts the bot's own sentences together. */
import { type Phrases, phrases, phrasesOf } from './phrases.ts'
import type { Found } from './small-talk.ts'
import type { Tone } from './tones.ts'

/** Questions named in a refusal; the rest are offered as suggestions only. */
const maxNamed = 3

/** How the bot speaks in one reply. */
export interface Manner {
  lang: string
  tone?: Tone | undefined
  /** What it offers is shown beside its words, and not said again. */
  apart?: boolean | undefined
}

export interface RefusalParts extends Manner {
  /** Addresses, numbers or links. */
  contact?: string | readonly string[] | undefined
  /** Questions that the bot can answer, nearest first. */
  nearest?: readonly string[]
  /** The client's own words instead of "I don't know", by language or under `*`. */
  refusals?: Readonly<Record<string, string>> | undefined
  /** The question was in another language than these, the bot's. */
  languages?: readonly string[] | undefined
}

/** "I don't know", with the ways on that there are. */
export function refusalText(parts: RefusalParts): string {
  const { lang, tone, apart, contact, nearest = [], refusals, languages } = parts
  const say = phrasesOf(lang, tone)
  const own = refusals?.[lang] || refusals?.['*'] || say.refusal
  const known = languages && say.languages.replace('{languages}', () => languageNames(languages, lang))
  const said = [known ? `${own} ${known}` : own]
  const ways = apart || !contact ? [] : [contact].flat()
  if (ways.length > 0) said.push(contactText(say, ways))
  const named = apart ? [] : nearest.slice(0, maxNamed).map(question => `- ${question}`)
  if (named.length > 0) said.push(`${say.nearest}\n\n${named.join('\n')}`)
  return said.join(said.length > 2 || ways.length > 1 ? '\n\n' : ' ')
}

/** One way on within the sentence, several as a list below it. */
function contactText(say: Phrases, ways: readonly string[]): string {
  if (ways.length === 1) return say.contact.replace('{contact}', () => ways[0]!)
  return `${say.contact.replace('{contact}', '').trim()}\n\n${ways.map(way => `- ${way}`).join('\n')}`
}

/** "German and English", in a language. */
function languageNames(languages: readonly string[], lang: string): string {
  const names = new Intl.DisplayNames([lang], { type: 'language' })
  return new Intl.ListFormat(lang, { type: 'conjunction' }).format(languages.map(code => names.of(code) ?? code))
}

/** Two questions, one of which was probably meant. */
export function choiceText({ lang, tone, apart }: Manner, choices: readonly string[]): string {
  const { choice } = phrasesOf(lang, tone)
  return apart ? choice : `${choice}\n\n${choices.map(question => `- ${question}`).join('\n')}`
}

export interface TalkParts extends Manner {
  /** Named as who speaks. */
  botName?: string | undefined
  contact?: string | readonly string[] | undefined
  /** Languages that may be spoken, the main one first; none: all. */
  languages?: readonly string[] | undefined
}

/** A fitting short reply, and the language it is in: the one it was said in, if the words tell, else `lang`. */
export function smallTalkText(found: Found, parts: TalkParts): { text: string; lang: string } {
  const { lang, tone, apart, botName = 'Parley', contact = '', languages = [] } = parts
  const heard = found.langs.length === 0 || found.langs.includes(lang) ? lang : (found.langs[0] ?? lang)
  const spoken = languages.length === 0 || languages.includes(heard) ? heard : languages[0]!
  const known = spoken in phrases ? spoken : 'en'
  const say = phrasesOf(known, tone)
  // Who asks for a person is told where there are some; where the client names no place, at least that here is none.
  if (found.kind === 'agent' && contact.length > 0)
    return {
      text: apart ? say.contact.replace(/[\s:：]*\{contact\}/, '.') : contactText(say, [contact].flat()),
      lang: known,
    }
  const kind = found.kind === 'agent' ? 'human' : found.kind === 'help' ? 'greeting' : found.kind
  return { text: say[kind].replace('{name}', () => botName), lang: known }
}
