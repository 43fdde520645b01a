/** What a source offers to become an entry, brought into the shape that an entry may have. */
import { createHash } from 'node:crypto'
import type { KnowledgeRow } from '../../store/records.ts'
import { maxContent } from '../wire.ts'

export interface Candidate {
  kind?: 'text' | 'qa' | 'row'
  title?: string
  /** Of a qa pair. */
  question?: string
  alternates?: string[]
  content: string
  category?: string
  lang?: string
  url?: string
  metadata?: Record<string, unknown>
  /** Where in the source, shown in citations: a page's URL, `page 3`, `sheet Prices, row 12`. */
  origin?: string
  /** Headings above it, outermost first, joined by ` › `. */
  section?: string
}

/** The part of an entry that its source decides. */
export type Words = Pick<
  KnowledgeRow,
  'kind' | 'title' | 'question' | 'alternates' | 'content' | 'lang' | 'url' | 'metadata' | 'origin' | 'section'
>

const maxTitle = 300
const maxQuestion = 500

/** As an entry's words; too long a text becomes several. Nothing when there is no text. */
export function wordsOf(given: Candidate): Words[] {
  const content = clean(given.content)
  if (content === '') return []
  const question = clean(given.question ?? '')
  // A question too long to be asked is a heading's worth of text, kept in front of its answer.
  const isPair = question !== '' && question.length <= maxQuestion && given.kind !== 'text' && given.kind !== 'row'
  const whole = question !== '' && !isPair ? `${question}\n\n${content}` : content
  return split(whole).map(part => ({
    kind: isPair ? 'qa' : given.kind === 'row' ? 'row' : 'text',
    title: clip(clean(given.title ?? '').replace(/\s+/g, ' '), maxTitle),
    question: isPair ? question : '',
    alternates: (given.alternates ?? [])
      .map(clean)
      .filter(text => text !== '' && text.length <= maxQuestion)
      .slice(0, 50),
    content: part,
    lang: (given.lang ?? '').slice(0, 20),
    url: given.url && given.url.length <= 2000 ? given.url : '',
    metadata: given.metadata ?? {},
    origin: clip(clean(given.origin ?? ''), 2000),
    section: clip(clean(given.section ?? ''), 1000),
  }))
}

/** Control characters, soft hyphens and halves of pairs are nothing that anybody reads; line breaks become one kind. */
const clean = (text: string) =>
  text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F\u00AD\u2060\uFEFF]/g, '')
    .trim()

const clip = (text: string, max: number) => (text.length <= max ? text : `${text.slice(0, max - 1).toWellFormed()}…`)

/** Parts of at most `maxContent` characters, cut at the best place in the last quarter: paragraph, line, sentence, word. */
function split(text: string): string[] {
  const parts: string[] = []
  let rest = text
  while (rest.length > maxContent) {
    const from = Math.floor(maxContent * 0.75)
    const tail = rest.slice(from, maxContent)
    const found = ['\n\n', '\n', '. ', '。', ' '].map(mark => [tail.lastIndexOf(mark), mark.length] as const)
    const [at, length] = found.find(([index]) => index >= 0) ?? [tail.length - 1, 0]
    const cut = from + at + length
    parts.push(rest.slice(0, cut).toWellFormed().trim())
    rest = rest.slice(cut).trim()
  }
  return rest === '' ? parts : [...parts, rest]
}

/** What an entry says, whatever its spacing: equal hashes are the same entry. 128 bits of SHA-256, hex. */
export const hashOf = (words: Pick<KnowledgeRow, 'title' | 'question' | 'content'>): string =>
  createHash('sha256')
    .update([words.title, words.question, words.content].map(text => text.replace(/\s+/g, ' ').trim()).join('\n'))
    .digest('hex')
    .slice(0, 32)

const known = new WeakMap<object, string>()

/** `hashOf` of a stored row; rows never change in place, so it is made once. */
export function rowHash(row: KnowledgeRow): string {
  let hash = known.get(row)
  if (hash === undefined) known.set(row, (hash = hashOf(row)))
  return hash
}

/** Whether a person changed what it says since its source gave it: here, or in the CSV file. */
export const isEdited = (row: KnowledgeRow): boolean =>
  row.edited_at !== '' || (row.content_hash !== '' && rowHash(row) !== row.content_hash)

/** The first words that tell an entry from others. */
export const nameOf = ({ title, question, content }: Pick<Words, 'title' | 'question' | 'content'>): string => {
  const name = question || title || content.replace(/\s+/g, ' ')
  return name.length <= 80 ? name : `${name.slice(0, 79).toWellFormed()}…`
}
