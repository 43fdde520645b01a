/**
 * Knowledge of the older system: `knowledge/<id>/knowledge.csv`, with or without a header, with 6 columns or more, and
 * `<company>_knowledge.json`. Columns that are not known go into an entry's metadata.
 */
import { createHash } from 'node:crypto'
import { decodeCell } from '../../store/csv/codec.ts'
import type { Column } from '../../store/define.ts'
import { type KnowledgeRow, knowledge } from '../../store/records.ts'
import { unsourced } from '../../store/unsourced.ts'
import type { Note, OldRow, OldTable } from './old-file.ts'
import { said } from './old-file.ts'

export const oldKnowledge: OldTable = {
  columns: ['id', 'content', 'category', 'source', 'created_at', 'is_active'],
  telling: ['content'],
}
/** Newer columns, where a file has them by name. */
const newer = ['kind', 'title', 'question', 'alternates', 'lang', 'url', 'metadata', 'updated_at'] as const

/** Gathers a client's entries; the same words are taken once, and every id is used once. */
export class EntryList {
  readonly rows: KnowledgeRow[] = []
  /** Entries that said what an earlier one says. */
  repeated = 0
  private readonly ids = new Set<string>()
  private readonly words = new Set<string>()
  private readonly clientId: string
  private readonly notes: Note[]
  private readonly at: string

  constructor(clientId: string, at: string, notes: Note[]) {
    this.clientId = clientId
    this.at = at
    this.notes = notes
  }

  addRow(file: string, { row, cells, others }: OldRow): void {
    const left = { ...others }
    const fields: Partial<Record<keyof KnowledgeRow, unknown>> = {}
    const read = (name: keyof KnowledgeRow & string, text: string) => {
      if (said(text) === '') return
      const column = knowledge.columns[name] as Column<unknown>
      try {
        // Text is taken as it stands: what our own files escape means itself in theirs.
        fields[name] = column.kind === 'text' ? text : decodeCell(name, column, text)
      } catch (error) {
        left[`${name}_was`] = text
        this.notes.push({
          file,
          row,
          outcome: 'changed',
          detail: `${(error as Error).message}; it was put into the metadata.`,
        })
      }
    }
    for (const name of oldKnowledge.columns) read(name as keyof KnowledgeRow, cells[name] ?? '')
    for (const name of newer) {
      if (left[name] === undefined) continue
      const text = left[name]
      delete left[name]
      read(name, text)
    }
    this.add(file, row, fields, left, false)
  }

  /** The entries of a JSON file, whatever their nesting: a list, a list under some name, or names with texts. */
  addJson(file: string, value: unknown): void {
    let count = 0
    const visit = (item: unknown, path: string[]): void => {
      if (typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean') {
        const text = String(item)
        if (text.trim() === '') return
        const name = path.filter(part => !/^\d+$/.test(part)).join(' / ')
        count++
        this.add(file, count, { content: text, title: name }, {}, true)
      } else if (Array.isArray(item)) for (const [i, one] of item.entries()) visit(one, [...path, String(i)])
      else if (item && typeof item === 'object') {
        const object = item as Record<string, unknown>
        const content = firstText(object, ['content', 'answer', 'text', 'response', 'value', 'description', 'body'])
        if (!content) for (const [name, one] of Object.entries(object)) visit(one, [...path, name])
        else {
          count++
          this.addObject(file, count, object, content)
        }
      }
    }
    visit(value, [])
  }

  private addObject(file: string, row: number, object: Record<string, unknown>, content: string): void {
    const question = firstText(object, ['question', 'q', 'query', 'prompt'])
    const others: Record<string, unknown> = {}
    const fields: Partial<Record<keyof KnowledgeRow, unknown>> = {
      content: object[content],
      question: question ? object[question] : '',
    }
    for (const [name, value] of Object.entries(object)) {
      if (name === content || name === question || value === null || value === '') continue
      const target = name === 'timestamp' ? 'created_at' : name
      if (['id', 'category', 'source', 'title', 'url', 'lang'].includes(name) && typeof value !== 'object')
        fields[name as 'id'] = String(value)
      else if (target === 'created_at' || name === 'is_active') {
        try {
          fields[target as 'created_at'] = decodeCell(
            target,
            knowledge.columns[target as 'created_at'] as Column<unknown>,
            String(value),
          )
        } catch {
          others[name] = value
        }
      } else others[name] = value
    }
    this.add(file, row, fields, others, true)
  }

  private add(
    file: string,
    row: number,
    fields: Partial<Record<keyof KnowledgeRow, unknown>>,
    others: Record<string, unknown>,
    once: boolean,
  ): void {
    const content = (fields.content as string | undefined) ?? ''
    const question = (fields.question as string | undefined) ?? ''
    if (content.trim() === '' && question === '') {
      this.notes.push({ file, row, outcome: 'left out', detail: 'There is no content.' })
      return
    }
    const words = hash(`${question}\n${content}`)
    if (this.words.has(words) && once) {
      // The older system kept some knowledge in both files.
      this.repeated++
      return
    }
    this.words.add(words)
    const id = this.freeId(file, row, ((fields.id as string | undefined) ?? '').trim(), words)
    const created = (fields.created_at as string) || this.at
    const metadata = { ...(fields.metadata as object | undefined), ...others }
    this.rows.push({
      id,
      content,
      category: (fields.category as string) || 'general',
      source: (fields.source as string) || 'manual',
      created_at: created,
      is_active: (fields.is_active as boolean | undefined) ?? true,
      kind: (fields.kind as string) || (question ? 'qa' : 'text'),
      title: (fields.title as string) ?? '',
      question,
      alternates: (fields.alternates as string[]) ?? [],
      lang: (fields.lang as string) ?? '',
      url: (fields.url as string) ?? '',
      metadata,
      updated_at: (fields.updated_at as string) || created,
      ...unsourced,
    })
  }

  /** The row's own id where it has one that is free; otherwise one that a second run makes again. */
  private freeId(file: string, row: number, given: string, words: string): string {
    const wanted = given || `m_${hash(`${this.clientId}\n${words}`).slice(0, 16)}`
    let id = wanted
    for (let number = 2; this.ids.has(id); number++) id = `${wanted}-${number}`
    if (given !== '' && id !== given)
      this.notes.push({
        file,
        row,
        outcome: 'changed',
        detail: `Another entry has the id ${given}; this one has ${id} now.`,
      })
    this.ids.add(id)
    return id
  }
}

const hash = (text: string) => createHash('sha256').update(text).digest('hex')

const firstText = (object: Record<string, unknown>, names: string[]): string | undefined =>
  names.find(name => typeof object[name] === 'string' && (object[name] as string).trim() !== '')
