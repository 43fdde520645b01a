/**
 * Question sets from a folder named by PARLEY_QUALITY_SETS: pairs of NAME.entries.jsonl (id, type, text, title, question,
 * alternates, lang) and NAME.questions.jsonl (q, noisy, gold). They are read, never kept.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Entry } from '../../server/answer/types.ts'
import type { KnowledgeBase } from './knowledge.ts'

export function readSets(folder = process.env.PARLEY_QUALITY_SETS): KnowledgeBase[] {
  if (!folder) return []
  const lines = (name: string): any[] =>
    readFileSync(join(folder, name), 'utf8')
      .split('\n')
      .filter(line => line.trim() !== '')
      .map(line => JSON.parse(line))
  return readdirSync(folder)
    .filter(name => name.endsWith('.entries.jsonl'))
    .map(file => {
      const name = file.replace('.entries.jsonl', '')
      return {
        name,
        entries: lines(file).map(({ type, ...entry }): Entry => ({ ...entry, kind: type })),
        questions: lines(`${name}.questions.jsonl`).map(({ q, noisy, gold }) => ({ text: q, noisy: noisy ?? q, gold })),
      }
    })
}
