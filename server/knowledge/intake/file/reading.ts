/** What reading a file comes to: entries and what was left out, or one sentence why not. */
import type { Candidate } from '../candidate.ts'

export const formats = ['csv', 'tsv', 'txt', 'md', 'html', 'pdf', 'docx', 'xlsx', 'json', 'jsonl'] as const
export type Format = (typeof formats)[number]

/** What a column of a table becomes. `column` and everything unknown: `Name: value` in the entry's text. */
export const roles = [
  'content',
  'question',
  'title',
  'category',
  'url',
  'lang',
  'alternates',
  'id',
  'kind',
  'source',
  'metadata',
  'is_active',
  'column',
  'ignore',
] as const
export type Role = (typeof roles)[number]

/** A table as it was understood, so that a person can set right what was guessed wrong. */
export interface TableGuess {
  columns: { name: string; role: Role; samples: string[] }[]
  rows: number
  /** False: nothing in it says what the columns are; they are taken as they stand. */
  sure: boolean
}

export interface FileReading {
  format: Format
  title: string
  entries: Candidate[]
  /** Parts of the file that became no entry. */
  skipped: { what: string; reason: string }[]
  /** What a person should know although the file was read. */
  notes: string[]
  pages?: number
  table?: TableGuess
}

export interface ReadOptions {
  /** By column name. */
  mapping?: Record<string, Role>
  /** After each page, so that a long file is not taken for a stuck one. */
  onProgress?(done: number, total: number): void
}

/** The file cannot be read; the message is a sentence for its owner. */
export class Refused extends Error {
  override name = 'Refused'
}
