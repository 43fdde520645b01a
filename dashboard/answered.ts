/**
 * Questions that were answered from the list of unanswered ones: this browser remembers them, so that the list grows
 * shorter as it is worked through. Asked again and still not answered, a question comes back.
 */
import { recall, remember } from './browser-store.ts'
import { account } from './session.ts'

const keep = 200
const key = () => `parley:answered:${account.peek()?.client_id ?? ''}`

/** Case and spacing do not make another question. */
export const sameWords = (question: string) => question.trim().replace(/\s+/g, ' ').toLowerCase()

/** When each question was answered here (ISO 8601), by its words. */
export const answeredHere = () => new Map(recall<[string, string][]>(key()) ?? [])

export function noteAnswered(question: string, now = new Date()): void {
  const all = answeredHere().set(sameWords(question), now.toISOString())
  remember(key(), [...all].slice(-keep))
}
