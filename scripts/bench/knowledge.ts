/**
 * A knowledge base of any size, and questions whose right entry is known: a shop that writes about its products, and
 * visitors who ask in other words, also with typing errors. Always the same for the same size: a seeded generator.
 */
import type { Entry } from '../../server/answer/types.ts'
import { modifiers, nouns, topics } from './topic.ts'

export interface Question {
  text: string
  /** The same with typing errors. */
  noisy: string
  /** Ids of the entries that answer it. */
  gold: string[]
}

export interface KnowledgeBase {
  name: string
  entries: Entry[]
  questions: Question[]
}

/** Marsaglia-style 32-bit generator (mulberry32): numbers from 0 to below 1, the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** `size` entries: pairs, passages and one row per product. Another `seed` is another shop. */
export function makeKnowledge(size: number, questionCount = 400, seed = 0): KnowledgeBase {
  const random = randomFrom(size * 7919 + seed * 104_729 + 1)
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!
  const number = (from: number, to: number) => from + Math.floor(random() * (to - from + 1))
  const name = () =>
    capital(Array.from({ length: number(2, 3) }, () => pick(onsets) + pick(vowels)).join('') + pick(ends))
  const places = Array.from({ length: 60 }, () => name())

  const fill = (text: string, thing: string) =>
    text.replace(/\{(\w)\}/g, (_, slot) => {
      if (slot === 't') return thing
      if (slot === 'n') return String(number(2, 14))
      if (slot === 'm') return String(number(15, 120))
      return slot === 'p' ? pick(places) : pick(weekdays)
    })
  /** What a text says besides what was asked for. */
  const aside = (thing: string) =>
    fill(pick(asides), thing)
      .replace('{who}', () => `${name()} ${name()}`)
      .replace('{model}', () => modelOf(name(), number(10, 990)))

  const things = shuffled(
    nouns.flatMap(noun => modifiers.map(modifier => `${modifier} ${noun}`)),
    random,
  ).slice(0, Math.max(8, Math.ceil(size / 21)))
  const wanted = shuffled(
    things.flatMap(thing => topics.map(topic => ({ thing, topic }))),
    random,
  ).slice(0, size - things.length)

  const rows: Entry[] = things.map((thing, i) => ({
    id: `row-${i}`,
    kind: 'row',
    title: capital(thing),
    text: `Product: ${capital(thing)}; Item number: ${modelOf(name(), number(100, 9999))}; Price (EUR): ${number(9, 900)}.00; In stock: ${pick(['yes', 'no', 'from next week'])}; Shelf: ${pick('ABCDEFG'.split(''))}${number(1, 40)}`,
    category: 'products',
    source: 'catalogue',
  }))
  const pages: Entry[] = wanted.map(({ thing, topic }, i) => {
    const answer = topic.say.map(sentence => fill(sentence, thing))
    const base = { id: `page-${i}`, category: 'help', source: 'handbook' }
    if (random() < 0.55) {
      return {
        ...base,
        kind: 'qa',
        question: fill(topic.ask[0]!, thing),
        text: [...answer, ...(random() < 0.5 ? [aside(thing)] : [])].join(' '),
      }
    }
    const around = Array.from({ length: number(2, 6) }, () => aside(thing))
    around.splice(number(0, around.length), 0, ...answer)
    return { ...base, kind: 'text', title: fill(topic.title, thing), text: around.join(' ') }
  })

  const about = shuffled(
    wanted.map((_, i) => i),
    random,
  ).slice(0, questionCount)
  const questions = about.map(i => {
    const { thing, topic } = wanted[i]!
    const text = fill(pick(topic.ask.slice(1)), random() < 0.2 ? plural(thing) : thing)
    return { text, noisy: misspell(text, random), gold: [`page-${i}`] }
  })
  return { name: `made-up shop, ${size} entries`, entries: [...rows, ...pages], questions }
}

/** UTF-8 bytes of all that a client would have typed. */
export function rawBytes(entries: readonly Entry[]): number {
  let bytes = 0
  for (const { text, title = '', question = '', alternates = [] } of entries) {
    bytes += Buffer.byteLength(text) + Buffer.byteLength(title) + Buffer.byteLength(question)
    for (const alternate of alternates) bytes += Buffer.byteLength(alternate)
  }
  return bytes
}

const onsets = 'b c d f g h j k l m n p r s t v w br dr gr kl st tr sch th'.split(' ')
const vowels = 'a e i o u ai ea ou'.split(' ')
const ends = ['', 'n', 'r', 's', 'l', 'm', 'ck', 'nd']
const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const asides = [
  'The {t} was designed by {who} and has been in our range for {n} years.',
  'Its model number is {model}; you find it on a label on the back.',
  'Most people buy the {t} together with the {model}, which costs {m} euros.',
  'Our store in {p} has it on show on the first floor.',
  '{who} from our workshop recommends checking all screws once in {n} months.',
  'A test magazine in {p} gave it {n} of fifteen points.',
  'The box weighs {m} kilograms and is made of cardboard without plastic.',
  'We have sold more than {m} thousand pieces since it was first shown in {p}.',
  'Questions that are not answered here go to {who}, who is there until {d}.',
  'It replaces the {model}, which is no longer made.',
  'Customers in {p} like it for its plain look.',
]

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
const plural = (thing: string) =>
  /(s|x|ch|sh)$/.test(thing) ? `${thing}es` : thing.endsWith('shelf') ? thing.replace(/f$/, 'ves') : `${thing}s`
const modelOf = (name: string, n: number) => `${name} ${n}`

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const out = [...items]
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[out[i], out[j]] = [out[j]!, out[i]!]
  }
  return out
}

/** A typing error in a third of the longer words, in one at least: a letter left out, doubled, swapped or hit beside. */
function misspell(text: string, random: () => number): string {
  const words = text.split(' ')
  const long = words.flatMap((word, i) => (word.length >= 4 ? [i] : []))
  const sure = long[Math.floor(random() * long.length)]
  for (const i of long) {
    if (i !== sure && random() > 0.33) continue
    const word = words[i]!
    const at = 1 + Math.floor(random() * (word.length - 2))
    const [before, letter, after] = [word.slice(0, at), word[at]!, word.slice(at + 1)]
    const kind = Math.floor(random() * 4)
    if (kind === 0) words[i] = before + after
    else if (kind === 1) words[i] = before + letter + letter + after
    else if (kind === 2) words[i] = before + after.charAt(0) + letter + after.slice(1)
    else words[i] = before + beside(letter) + after
  }
  return words.join(' ')
}

const keyboard = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm']
const beside = (letter: string) => {
  const row = keyboard.find(keys => keys.includes(letter))
  return row ? row[(row.indexOf(letter) + 1) % row.length]! : letter
}
