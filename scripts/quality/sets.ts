/** Question sets: a folder with `manifest.json` and, for each client, `NAME.entries.jsonl` and `NAME.questions.jsonl`. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Entry } from '../../server/answer/engine.ts'

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
