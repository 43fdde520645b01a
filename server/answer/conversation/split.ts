/**
 * Two questions in one message: "When do you open and do you take cards?" Cut only where a new question surely begins: after
 * a question mark, or at "and" before a word that opens questions. Whether the parts are answered is for `answer.ts` to see.
 */
import { fold } from '../talk/fold.ts'

const list = (text: string) => text.split('|').map(fold)

/** "and", by language. */
const connectives = new Set(list('and|und|y|e|et|en|och|i|și|ve|и|και|و|और|và'))

const longestConnective = 4

/** Words that open questions, by language. */
const openers = new Set(
  list(
    [
      'what|when|where|who|which|how|why|can|could|may|do|does|did|is|are|will|would|have|has|should|must',
      'was|wann|wo|wer|wie|warum|welche|welcher|welches|kann|konnen|darf|haben|hat|gibt|ist|sind|nehmen|bieten|wieviel|woher|wohin|habt|nehmt|bietet|macht|machen|seid|konnt|liefert|liefern|verkauft|verkaufen|akzeptiert|akzeptieren|brauche|muss|darf',
      'que|cuando|donde|quien|cual|cuales|como|cuanto|cuanta|cuantos|por|puedo|pueden|puede|hay|tienen|es|esta|aceptan|teneis|tiene|aceptais|admiten|haceis|hacen|ofrecen|venden',
      'quand|ou|qui|quel|quelle|quels|quelles|comment|combien|pourquoi|puis|peut|est|avez|acceptez|proposez|faut|dois',
      'cosa|quando|dove|chi|quale|quali|come|quanto|quanta|perche|posso|si|ce|avete|accettate|fate|siete|offrite|vendete|consegnate|devo',
      'o que|onde|quem|qual|quais|quanto|posso|tem|ha|aceitam|fazem|entregam|vendem|devo|preciso',
      'wat|wanneer|waar|wie|welke|hoe|waarom|kan|mag|heeft|hebben|zijn|accepteert',
      'vad|nar|var|vem|vilken|hur|varfor|kan|far|har|finns|tar',
      'co|kiedy|gdzie|kto|jaki|jaka|jak|ile|dlaczego|czy|moge',
      'ce|cand|unde|cine|care|cum|cat|pot|aveti|acceptati|exista',
      'ne|nerede|kim|hangi|nasil|kac|neden|var',
      'что|когда|где|кто|какой|какая|какие|как|сколько|почему|можно|есть|принимаете|вы',
      'τι|ποτε|που|ποιος|ποια|ποσο|πως|γιατι|μπορω|εχετε|υπαρχει|δεχεστε',
      'ما|متى|أين|من|كيف|كم|لماذا|هل',
      'क्या|कब|कहाँ|कौन|कैसे|कितना|कितने|क्यों',
      'khi nao|co|ai|bao nhieu|the nao|tai sao|o dau',
    ].join('|'),
  ),
)

/** "puis-je" opens a question by its first part. */
const opens = (word: string) => openers.has(fold(word).split(' ')[0]!)

/** Longer messages tell a story; their parts are no questions by themselves. */
const maxChars = 300
const maxParts = 3
/** Words without which a part says nothing. */
const minWords = 2

/** The questions of a message in order; undefined when it is one. */
export function splitQuestions(message: string): string[] | undefined {
  if (message.length > maxChars) return undefined
  const parts = message
    .split(/(?<=[?？؟;;])(?=\s|[\p{L}\p{N}¿])|\n+/u)
    .flatMap(cutAtAnd)
    .map(part => part.trim())
    .filter(part => /[\p{L}\p{N}]/u.test(part))
  if (parts.length < 2 || parts.length > maxParts) return undefined
  return parts.every(part => hasSpaces(part) || part.length >= 4) ? parts : undefined
}

/** Scripts without spaces are cut at question marks only, so their parts need no counting of words. */
const hasSpaces = (part: string) =>
  /[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]/.test(part) || part.split(/\s+/).length >= minWords

const isConnective = (word: string) => word.length <= longestConnective && connectives.has(fold(word))

function cutAtAnd(text: string): string[] {
  // Most messages have none, and finding where words stand costs more than finding them.
  if (!text.split(/\s+/).some(isConnective)) return [text]
  const words = [...text.matchAll(/\S+/g)]
  for (let i = minWords; i + minWords < words.length; i++) {
    const [word, next] = [words[i]!, words[i + 1]!]
    if (isConnective(word[0]) && opens(next[0]) && !opens(words[i - 1]![0]))
      return [text.slice(0, word.index), ...cutAtAnd(text.slice(next.index))]
  }
  return [text]
}
