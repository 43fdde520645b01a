/** Recognises small talk and input without words, by what is left when nothing but known phrases is taken away. */
import { fold } from './fold.ts'
import { fillers, lexicon } from './lexicon.ts'

export type SmallTalk =
  | 'greeting'
  | 'thanks'
  | 'bye'
  | 'wellbeing'
  | 'human'
  | 'agent'
  | 'help'
  | 'agreement'
  | 'abuse'
  | 'wordless'

/** Longer messages are questions, whatever they begin with. */
const maxChars = 80
/** The phrase that says most decides: "ok thanks bye" is a goodbye. */
const strength: Exclude<SmallTalk, 'wordless'>[] = [
  'abuse',
  'agent',
  'human',
  'wellbeing',
  'bye',
  'thanks',
  'help',
  'greeting',
  'agreement',
]

export interface Found {
  kind: SmallTalk
  /** Languages in which it is said, the first the likeliest; empty when the words do not tell. */
  langs: readonly string[]
}

/** What small talk the message is as a whole, or undefined when it may be a question. */
export function smallTalk(message: string): Found | undefined {
  if (message.length > maxChars * 4) return undefined
  const folded = fold(message)
  if (folded === '') return { kind: 'wordless', langs: [] }
  if (folded.length > maxChars) return undefined
  const kinds = new Map<SmallTalk, readonly string[]>()
  const words = folded.split(' ')
  for (let at = 0; at < words.length; ) {
    const length = phraseAt(words, at, kinds)
    if (length === 0) return isNoise(words) ? { kind: 'wordless', langs: [] } : undefined
    at += length
  }
  const kind = strength.find(each => kinds.has(each))
  return kind && { kind, langs: kinds.get(kind) ?? [] }
}

/** Every phrase and what it is (undefined: a filler), and by first word how many words the longest phrase has. */
const phrases = new Map<string, Exclude<SmallTalk, 'wordless'> | undefined>()
const longest = new Map<string, number>()
for (const kind of strength)
  for (const phrase of lexicon[kind].keys()) if (!phrases.has(phrase)) phrases.set(phrase, kind)
for (const phrase of fillers) if (!phrases.has(phrase)) phrases.set(phrase, undefined)
for (const phrase of phrases.keys()) {
  const words = phrase.split(' ')
  longest.set(words[0]!, Math.max(words.length, longest.get(words[0]!) ?? 0))
}

/** Words of the longest phrase that begins here; adds its kind. 0 when there is none. */
function phraseAt(words: string[], at: number, kinds: Map<SmallTalk, readonly string[]>): number {
  for (let length = Math.min(longest.get(words[at]!) ?? 0, words.length - at); length > 0; length--) {
    const phrase = words.slice(at, at + length).join(' ')
    if (!phrases.has(phrase)) continue
    const kind = phrases.get(phrase)
    if (kind) kinds.set(kind, lexicon[kind].get(phrase) ?? [])
    return length
  }
  return 0
}

const rows = [
  'qwertyuiop',
  'qwertzuiop',
  'asdfghjkl',
  'zxcvbnm',
  'yxcvbnm',
  'azertyuiop',
  'йцукенгшщзхъ',
  'фывапролджэ',
  '1234567890',
  'ςερτυθιοπ',
  'ασδφγηξκλ',
  'ζχψωβνμ',
  'ضصثقفغعهخحجد',
  'شسيبلاتنمكط',
  'ฟหกดเาสวง',
  'ๆไำพะรนยบล',
  'ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ',
  'ㅁㄴㅇㄹㅎㅗㅓㅏㅣ',
]
// Folded as messages are, so that jamo and marks are found in the form they have there.
const runs = rows.map(fold).flatMap(row => [row, [...row].reverse().join('')])
/** How a piece of them may begin. */
const runStarts = new Set(runs.flatMap(run => Array.from(run, (_, at) => run.slice(at, at + 3))))

/** Keys hit at random: one letter held down, or keys beside each other. Every word must be so. */
function isNoise(words: string[]): boolean {
  return words.every(word => word.length >= 4 && !/^\d+$/.test(word) && (/^(.)\1+$/u.test(word) || isRun(word)))
}

/** Made of pieces of at least three neighbouring keys. */
function isRun(word: string): boolean {
  for (let at = 0; at < word.length; ) {
    if (!runStarts.has(word.slice(at, at + 3))) return false
    let length = word.length - at
    while (length >= 3 && !runs.some(run => run.includes(word.slice(at, at + length)))) length--
    if (length < 3) return false
    at += length
  }
  return true
}

/** Latin letters without vowels, or next to none: no word of a language ("sdkfjhskdf"). Abbreviations are shorter or hold a digit. */
export function isMash(message: string): boolean {
  const words = fold(message).split(' ')
  return words.every(word => {
    if (word.length < 6 || word.length > 40 || !/^[a-z]+$/.test(word)) return false
    const vowels = word.match(/[aeiouy]/g)?.length ?? 0
    return vowels === 0 || (word.length >= 12 && vowels / word.length < 0.1)
  })
}
