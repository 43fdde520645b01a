/**
 * Rows of cells → entries. Columns with known names become an entry's fields; a sheet of questions and answers becomes
 * pairs; anything else `Name: value; Name: value`, which can be found and read without the table.
 */
import type { Candidate } from '../candidate.ts'
import type { FileReading, Role, TableGuess } from './reading.ts'

/** Names of columns, folded, in the languages that clients' sheets come in. */
const names: Partial<Record<Role, string[]>> = {
  question: [
    'question',
    'questions',
    'q',
    'faq',
    'frage',
    'fragen',
    'pregunta',
    'preguntas',
    'domanda',
    'domande',
    'pergunta',
    'vraag',
    'vragen',
    'fraga',
    'pytanie',
    'soru',
    'вопрос',
    'питання',
    '質問',
    '问题',
    '問題',
    '질문',
    'سؤال',
    'السؤال',
    'สอบถาม',
    'คำถาม',
    'prompt',
  ],
  content: [
    'content',
    'answer',
    'answers',
    'a',
    'text',
    'body',
    'response',
    'reply',
    'antwort',
    'antworten',
    'inhalt',
    'respuesta',
    'contenido',
    'texto',
    'reponse',
    'contenu',
    'texte',
    'risposta',
    'contenuto',
    'testo',
    'resposta',
    'conteudo',
    'antwoord',
    'inhoud',
    'tekst',
    'svar',
    'odpowiedz',
    'tresc',
    'cevap',
    'icerik',
    'ответ',
    'текст',
    'відповідь',
    '回答',
    '答え',
    '答案',
    '内容',
    '답변',
    '내용',
    'جواب',
    'الجواب',
    'الإجابة',
    'คำตอบ',
    'completion',
  ],
  title: [
    'title',
    'titel',
    'titulo',
    'titre',
    'titolo',
    'heading',
    'uberschrift',
    'subject',
    'betreff',
    'tytul',
    'baslik',
    'заголовок',
    '标题',
    'タイトル',
    '제목',
    'rubrik',
  ],
  category: [
    'category',
    'kategorie',
    'categoria',
    'categorie',
    'topic',
    'thema',
    'tema',
    'section',
    'kategoria',
    'kategori',
    'категория',
    'カテゴリ',
    'カテゴリー',
    '类别',
    '分类',
    '카테고리',
  ],
  url: ['url', 'link', 'href', 'page', 'webpage', 'seite', 'enlace', 'lien'],
  lang: ['lang', 'language', 'sprache', 'idioma', 'langue', 'lingua', 'locale'],
  alternates: ['alternates', 'alternatives', 'alternative questions', 'variants', 'also asked', 'alternativen'],
  id: ['id', 'knowledge id', 'entry id'],
  kind: ['kind'],
  source: ['source', 'quelle', 'fuente'],
  metadata: ['metadata'],
  is_active: ['is active', 'active', 'enabled', 'aktiv'],
  ignore: ['created at', 'updated at', 'edited at', 'edited by', 'origin', 'section path', 'no', 'nr', '#'],
}
const roleOf = new Map(Object.entries(names).flatMap(([role, list]) => list.map(name => [name, role as Role] as const)))
const fold = (name: string) =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[_\s-]+/g, ' ')
    .replace(/[:：?*]+$/, '')
    .trim()

export interface Rows {
  /** Cells as text; the first row may be a header. */
  rows: string[][]
  /** Where row `i` is, for people: `row 12`, `sheet Prices, row 12`. */
  place(i: number): string
  /** Named in each entry, where the rows come from one of several sheets. */
  name?: string
}

const asks = (text: string) => /[?？؟]["'”’»)\]]*$/.test(text.trim())

/** Most rows read of one table. */
const maxRows = 100_000
/** Cells looked at to see what a column is. */
const sampleRows = 200

export function readTable(
  { rows, place, name }: Rows,
  mapping: Record<string, Role> | undefined,
): Pick<FileReading, 'entries' | 'skipped'> & { table: TableGuess } {
  const head = headerOf(rows)
  const columns = guess(rows, head, mapping)
  const entries: Candidate[] = []
  const skipped: FileReading['skipped'] = []
  const first = head ? head.row + 1 : 0
  const at = (role: Role) => columns.flatMap((column, i) => (column.role === role ? [i] : []))
  const place1 = Object.fromEntries(
    (
      ['content', 'question', 'title', 'category', 'url', 'lang', 'alternates', 'kind', 'source', 'metadata'] as const
    ).map(role => [role, at(role)]),
  ) as Record<
    'content' | 'question' | 'title' | 'category' | 'url' | 'lang' | 'alternates' | 'kind' | 'source' | 'metadata',
    number[]
  >
  const rest = at('column')
  const naming = nameColumn(rows.slice(first, first + sampleRows), rest)
  let count = 0
  for (let i = first; i < rows.length; i++) {
    const row = rows[i]!
    if (row.every(cell => cell.trim() === '')) continue
    if (++count > maxRows) {
      skipped.push({
        what: place(i),
        reason: `A table may have ${maxRows.toLocaleString('en')} rows; the rest was left out.`,
      })
      break
    }
    const cell = (role: keyof typeof place1) => place1[role].map(index => (row[index] ?? '').trim()).find(Boolean) ?? ''
    const fields = rest.flatMap(index => {
      const value = (row[index] ?? '').trim()
      return value === '' ? [] : [`${columns[index]!.name.replace(/[:：]$/, '')}: ${value.replace(/\s*\n\s*/g, ' ')}`]
    })
    const text = place1.content
      .map(index => (row[index] ?? '').trim())
      .filter(Boolean)
      .join('\n\n')
    const question = cell('question')
    if (text === '' && fields.length === 0) {
      skipped.push({
        what: place(i),
        reason: question ? 'There is no answer to its question.' : 'There is no text in it.',
      })
      continue
    }
    const isRow = text === ''
    const url = cell('url')
    const named = naming.map(index => (row[index] ?? '').trim()).find(value => /\p{L}/u.test(value)) ?? ''
    entries.push({
      kind: isRow ? 'row' : question ? 'qa' : 'text',
      title: cell('title') || (isRow ? [name, named].filter(Boolean).join(' › ') : (name ?? '')),
      ...(question && { question }),
      content: isRow ? [...(question ? [question] : []), fields.join('; ')].join('\n') : [text, ...fields].join('\n'),
      ...listOf(cell('alternates')),
      ...(cell('category') && { category: cell('category') }),
      ...(cell('lang') && { lang: cell('lang') }),
      ...(/^https?:\/\/\S+$/i.test(url) && { url }),
      origin: place(i),
      ...(name && { section: name }),
    })
  }
  return {
    entries,
    skipped,
    table: {
      columns,
      rows: count,
      sure: mapping !== undefined || columns.some(({ role }) => role === 'content'),
    },
  }
}

/** A code is a word with a digit in it; a name has another word, or none. */
const isCode = (value: string) => /^\S*\d\S*$/.test(value)
/** Shares of a column's cells that are names of things, and of those that no other row has. */
const namesFrom = 0.6

/**
 * Columns in the order in which a row's name is looked for: first the one that says what each row is, by words that hardly any
 * other row has. Article numbers and groups, which often stand before it, name nothing that people would say.
 */
function nameColumn(rows: readonly string[][], columns: readonly number[]): number[] {
  const names = (index: number) => {
    const cells = rows.map(row => (row[index] ?? '').trim()).filter(Boolean)
    const words = cells.filter(cell => /\p{L}{2}/u.test(cell) && !isCode(cell) && cell.length <= 120)
    return words.length >= cells.length * namesFrom && new Set(words).size >= cells.length * namesFrom
  }
  const first = columns.find(names)
  return first === undefined ? [...columns] : [first, ...columns.filter(index => index !== first)]
}

/** Other ways to ask, as an export writes them (JSON) or a person does (one a line, or with `|`). */
function listOf(cell: string): { alternates?: string[] } {
  if (cell === '') return {}
  try {
    const list = JSON.parse(cell)
    if (Array.isArray(list)) return { alternates: list.filter(item => typeof item === 'string') }
  } catch {
    // Not JSON.
  }
  return {
    alternates: cell
      .split(/\n|\s\|\s|\|/)
      .map(part => part.trim())
      .filter(Boolean),
  }
}

/** The row of column names: the first one that has as many cells as the table is wide, unless it is data itself. */
function headerOf(rows: readonly string[][]): { row: number; names: string[] } | undefined {
  const sample = rows.slice(0, sampleRows)
  const width = Math.max(0, ...sample.map(row => row.filter(cell => cell.trim() !== '').length))
  // A title above the table, alone in its row, is no header.
  const row = sample.findIndex(
    cells => cells.filter(cell => cell.trim() !== '').length >= Math.max(1, Math.ceil(width * 0.6)),
  )
  const names = rows[row]?.map(cell => cell.trim().replace(/\s+/g, ' '))
  if (!names) return undefined
  if (names.some(name => roleOf.has(fold(name)))) return { row, names }
  const body = sample.slice(row + 1).filter(cells => cells.some(cell => cell.trim() !== ''))
  const short = names.every(name => name.length <= 60)
  const distinct = new Set(names.filter(Boolean).map(fold)).size === names.filter(Boolean).length
  if (!short || !distinct || names.some(asks) || body.length === 0) return undefined
  const numeric = (cells: readonly string[]) => cells.filter(cell => /^[^\p{L}]*\d[^\p{L}]*$/u.test(cell.trim())).length
  // Names are hardly ever numbers; where the rows have some and the first has none, it is names.
  if (numeric(names) > 0) return undefined
  if (width >= 3 || body.some(cells => numeric(cells) > 0)) return { row, names }
  // Two columns of words: names are shorter than what stands under them.
  const length = (cells: readonly string[]) => cells.reduce((sum, cell) => sum + cell.trim().length, 0)
  const usual = body.reduce((sum, cells) => sum + length(cells), 0) / body.length
  return length(names) < usual * 0.6 ? { row, names } : undefined
}

function guess(
  rows: readonly string[][],
  head: { row: number; names: string[] } | undefined,
  mapping: Record<string, Role> | undefined,
): TableGuess['columns'] {
  const body = rows.slice(head ? head.row + 1 : 0, sampleRows)
  const width = Math.max(head?.names.length ?? 0, ...body.map(row => row.length))
  const columns = Array.from({ length: Math.min(width, 200) }, (_, i) => {
    const name = head?.names[i] || `Column ${i + 1}`
    const samples = body.map(row => (row[i] ?? '').trim()).filter(Boolean)
    return { name, role: (head && roleOf.get(fold(name))) ?? ('column' as Role), samples }
  })
  if (mapping) for (const column of columns) column.role = mapping[column.name] ?? 'ignore'
  else settle(columns, head !== undefined)
  return columns.map(({ name, role, samples }) => ({
    name,
    role,
    samples: samples.slice(0, 3).map(text => text.slice(0, 200)),
  }))
}

/** Names alone can mislead: `Category` is a field beside `Answer`, but a column like others in a price list. */
function settle(columns: { name: string; role: Role; samples: string[] }[], named: boolean): void {
  const filled = columns.filter(({ samples }) => samples.length > 0)
  const questions = filled.filter(({ samples }) => samples.filter(asks).length >= Math.max(1, samples.length * 0.6))
  const has = (role: Role) => columns.some(column => column.role === role)
  if (!has('content') && filled.length === 2) {
    const [left, right] = filled as [(typeof columns)[0], (typeof columns)[0]]
    if (left.role === 'question' || (questions[0] === left && questions.length === 1)) {
      left.role = 'question'
      right.role = 'content'
    } else if (right.role === 'question' && questions[0] === right) left.role = 'content'
  }
  if (!has('content') && !has('question') && filled.length === 1 && filled[0]!.role === 'column' && !named)
    filled[0]!.role = 'content'
  if (has('content')) {
    if (!has('question') && questions.length === 1 && questions[0]!.role === 'column') questions[0]!.role = 'question'
    return
  }
  // A table of things: every column tells something about them.
  for (const column of columns)
    if (!['column', 'ignore', 'url', 'lang', 'id'].includes(column.role)) column.role = 'column'
  for (const column of columns) if (column.role === 'id' || column.role === 'url') column.role = 'column'
  // Of a numbering nobody asks.
  const [first] = columns
  if (first && /^(?:#|no|nr)?\.?$/i.test(first.name) && first.samples.every((text, i) => text === String(i + 1)))
    first.role = 'ignore'
}
