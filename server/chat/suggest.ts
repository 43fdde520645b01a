/** Questions to offer while a visitor types: the client's own, those that continue or resemble what is there so far. */
import type { Bots } from '../accounts/bot.ts'
import type { Library } from '../knowledge/library.ts'

/** UTF-16 units that are looked at; what is typed beyond them is no longer a beginning. */
const maxTyped = 200

export type Suggester = (clientId: string, typed: string, limit: number) => Promise<string[]>

/** Nothing typed yet: the questions that the client chose to offer. */
export function createSuggester({ bots, library }: { bots: Bots; library: Library }): Suggester {
  return async (clientId, typed, limit) => {
    const words = typed.trim()
    if (words === '') return bots.settings(clientId).suggestions.slice(0, limit)
    const index = await library.index(clientId)
    return index.suggest(words.slice(0, maxTyped), limit)
  }
}
