/**
 * Signs by which a message leans on what was said before, by language: it begins with a connective ("and …", "what about …")
 * or points back with a pronoun ("how much is it?"). Signs are hints only: what decides is whether an entry holds both what is
 * asked now and what was talked about (see `context.ts`). Folded like messages (see `talk/fold.ts`).
 */
import { fold } from '../talk/fold.ts'

const list = (text: string) => text.split('|').map(fold)

/** At the beginning, followed by something. */
const connectives = list(
  [
    'and|and for|and what about|what about|how about|what if|ok and|okay and|also|or|then|so|but',
    'und|und was ist mit|was ist mit|wie ist es mit|und wie ist es mit|oder|auch|dann|aber',
    'y|y que tal|que tal|que hay de|y si|o|pero|tambien',
    'et|et pour|et si|qu en est il de|ou|mais|aussi',
    'e|e per|e se|o|ma|anche',
    'e para|e se|ou|mas|tambem',
    'en|en voor|en hoe zit het met|hoe zit het met|of|maar|ook',
    'och|men|eller',
    'i|a|a co z|lub|ale',
    'si|și|dar|sau',
    've|peki|peki ya|ya|ama',
    'и|а|а если|или|но|а как насчет',
    'και|αλλα|ή',
    'و|وماذا عن|ماذا عن|أو',
    'और|या|लेकिन',
    'va|và|con|còn|the con|thế còn',
    'และ|แล้ว|แลว|หรือ',
  ].join('|'),
)
/** Begins a message in a script without spaces, where a word has no end to look for. */
const openings = [
  '那',
  '还有',
  '那么',
  '那麼',
  '另外',
  'では',
  'じゃあ',
  'それ',
  'そこ',
  '그럼',
  '그리고',
  '그건',
  'แล้ว',
  'และ',
]

/** Point back to something named before. */
const pronouns = new Set(
  list(
    [
      'it|its|that|this|they|them|their|those|these|there|one|ones',
      'es|ihn|ihm|dies|dort|dafur|damit|darauf|daran|dazu|dabei|davon',
      'eso|esto|ello|ellos|ellas|alli|ahi',
      'ca|cela|ils|elles|la bas',
      'questo|quello|esso|essa',
      'isso|isto|ele|ela|eles|elas',
      'dat|dit|het|ze|daar',
      'det|detta|dar',
      'tego|tam',
      'asta|acesta|aceasta|acolo',
      'bunu|onu|orada|bunun|onun',
      'это|этого|он|она|оно|они|там|его|ее|их',
      'αυτο|αυτη|αυτος|εκει',
      'هذا|هذه|ذلك|هو|هي|هناك',
      'यह|वह|इसका|उसका|इसकी|उसकी|वहाँ|ये|वे',
      'nó|đó|đấy',
    ].join('|'),
  ),
)
/** Articles and forms of address too; pronouns only at the end ("was kostet die?"). */
const lastPronouns = new Set(list('das|die|sie|der|denn|il|elle|la|lo|le|ella|el|die|den|o|bu|то'))

export interface Signals {
  /** Begins with a connective and goes on. */
  connective: boolean
  pronoun: boolean
}

export function signalsOf(message: string): Signals {
  const folded = fold(message)
  const words = folded.split(' ')
  const connective =
    openings.some(opening => message.trim().startsWith(opening)) ||
    connectives.some(phrase => folded.length > phrase.length && folded.startsWith(`${phrase} `))
  return { connective, pronoun: words.some(word => pronouns.has(word)) || lastPronouns.has(words.at(-1) ?? '') }
}
