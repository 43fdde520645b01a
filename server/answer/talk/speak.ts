/** Puts the bot's own sentences together. */
import { type Phrases, phrases, phrasesOf } from './phrases.ts'
import type { Found } from './small-talk.ts'

/** Questions named in a refusal; the rest are offered as suggestions only. */
const maxNamed = 3

export interface RefusalParts {
  lang: string
  /** An address, number or link. */
  contact?: string | undefined
  /** Questions that the bot can answer, nearest first. */
  nearest?: readonly string[]
}

/** "I don't know", with the ways on that there are. */
export function refusalText({ lang, contact, nearest = [] }: RefusalParts): string {
  const say = phrasesOf(lang)
  const parts = [say.refusal]
  if (contact) parts.push(say.contact.replace('{contact}', contact))
  const named = nearest.slice(0, maxNamed).map(question => `- ${question}`)
  if (named.length > 0) parts.push(`${say.nearest}\n\n${named.join('\n')}`)
  return parts.join(parts.length > 2 ? '\n\n' : ' ')
}

/** Two questions, one of which was probably meant. */
export function choiceText(lang: string, choices: readonly string[]): string {
  return `${phrasesOf(lang).choice}\n\n${choices.map(question => `- ${question}`).join('\n')}`
}

/** A fitting short reply, and the language it is in: the one it was said in, if the words tell, else `lang`. */
export function smallTalkText(
  found: Found,
  lang: string,
  botName = 'Parley',
  contact = '',
): { text: string; lang: string } {
  const spoken = found.langs.length === 0 || found.langs.includes(lang) ? lang : (found.langs[0] ?? lang)
  const known = spoken in phrases ? spoken : 'en'
  const say: Phrases = phrasesOf(known)
  // Who asks for a person is told where there are some; where the client names no place, at least that here is none.
  const kind =
    found.kind === 'agent' ? (contact ? 'contact' : 'human') : found.kind === 'help' ? 'greeting' : found.kind
  return { text: say[kind].replace('{name}', botName).replace('{contact}', contact), lang: known }
}
