/** Question sets: a folder with `manifest.json` and, for each client, `NAME.entries.jsonl` and `NAME.questions.jsonl`. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Entry } from '../../server/answer/engine.ts'
import { makeKnowledge } from '../bench/knowledge.ts'

export interface SetQuestion {
  q: string
  /** The same with typing errors. */
  noisy: string
  /** Ids of the entries that answer it; empty when none does. */
  gold: string[]
  kind: string
  lang: string
}

export interface QuestionSet {
  client: string
  /** Kind of knowledge base. Every kind counts the same, however many clients stand for it. */
  group: string
  entries: Entry[]
  questions: SetQuestion[]
  /** Ids that count as right for a question: its gold entries and free texts equal to one of them. */
  right(question: SetQuestion): Set<string>
}

const plain = (s: string) =>
  s
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{P}\p{S}]+/gu, '')

export function readSets(folder: string, only?: string[]): QuestionSet[] {
  const lines = (file: string): any[] =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line))
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
    clients: { client: string; group: string }[]
  }
  return manifest.clients
    .filter(({ client }) => !only || only.includes(client))
    .map(({ client, group }) => {
      const entries: Entry[] = lines(`${client}.entries.jsonl`).map(({ type, ...entry }) => ({ ...entry, kind: type }))
      const byId = new Map(entries.map(entry => [entry.id, entry]))
      const twins = new Map<string, string[]>()
      for (const entry of entries) {
        if (entry.kind !== 'text') continue
        const key = plain(entry.text)
        twins.set(key, [...(twins.get(key) ?? []), entry.id])
      }
      return {
        client,
        group,
        entries,
        questions: lines(`${client}.questions.jsonl`),
        right: question =>
          new Set(
            question.gold.flatMap(id => {
              const entry = byId.get(id)
              return entry?.kind === 'text' ? twins.get(plain(entry.text))! : [id]
            }),
          ),
      }
    })
}

/**
 * Made-up shops whose rows, pages and questions speak of the same products: no set has that, and without it nothing tells the
 * fit that a row which merely is about the right thing does not answer. Of every third question the entry is left out.
 */
export function shops(): QuestionSet[] {
  return [1, 2].map(seed => {
    const { entries, questions } = makeKnowledge(150 * seed, 200, seed)
    const gone = new Set(questions.filter((_, i) => i % 3 === 0).flatMap(({ gold }) => gold))
    const left = entries.filter(({ id }) => !gone.has(id))
    const asked = questions.map(({ text, noisy, gold }) => {
      const known = gold.filter(id => !gone.has(id))
      return { q: text, noisy, gold: known, kind: known.length > 0 ? 'answerable' : 'near', lang: 'en' }
    })
    return {
      client: `shop ${seed}`,
      group: 'made-up shop',
      entries: left,
      questions: asked,
      right: question => new Set(question.gold),
    }
  })
}

/** Entries in a small base: what a client has on its first day. */
const smallSizes = [1, 2, 3, 5, 8, 12, 20]
const drawsOfSize = 4
/** Questions of a small base that its entries answer, and as many that they don't. */
const questionsOfDraw = 12

/**
 * Small bases drawn from a set: a few of its entries, questions that they answer, and questions of the same set that they
 * don't. A decision fitted on whole sets alone has never seen a base of three entries. The same draws every time.
 */
export function smallBases(set: QuestionSet): QuestionSet[] {
  const random = generator(set.client)
  const shuffled = <T>(list: readonly T[]): T[] => {
    const out = [...list]
    for (let i = out.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1))
      ;[out[i], out[j]] = [out[j]!, out[i]!]
    }
    return out
  }
  return smallSizes
    .filter(size => size < set.entries.length)
    .flatMap(size => Array.from({ length: drawsOfSize }, () => size))
    .map(size => {
      const entries = shuffled(set.entries).slice(0, size)
      const ids = new Set(entries.map(entry => entry.id))
      const right = (question: SetQuestion) => new Set([...set.right(question)].filter(id => ids.has(id)))
      const answered = shuffled(set.questions.filter(question => right(question).size > 0)).slice(0, questionsOfDraw)
      const others = shuffled(set.questions.filter(question => right(question).size === 0)).slice(0, answered.length)
      return {
        client: `${set.client} small`,
        group: `${set.group} small`,
        entries,
        questions: [...answered, ...others],
        right,
      }
    })
}

/** A small linear congruential generator (Numerical Recipes), seeded by a name. */
function generator(name: string): () => number {
  let state = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7)
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
