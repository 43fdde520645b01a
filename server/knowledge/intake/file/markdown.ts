/**
 * Markdown → blocks (CommonMark's headings, lists, quotes, code and GitHub's tables, as far as they structure a text); and plain text,
 * whose structure is in its lines.
 */
import type { Block } from '../html/block.ts'

const text = (words: string): Block => ({ kind: 'text', text: words, region: 'main', linked: 0 })
const heading = (level: number, words: string): Block => ({
  kind: 'heading',
  level,
  text: words.slice(0, 300),
  region: 'main',
  linked: 0,
})
const pair = (question: string, answer: string): Block => ({
  kind: 'pair',
  question,
  text: answer,
  region: 'main',
  linked: 0,
})

export function markdownBlocks(source: string): Block[] {
  const lines = withoutFrontMatter(source).split(/\r\n?|\n/)
  const blocks: Block[] = []
  let paragraph: string[] = []
  const flush = () => {
    const words = inline(unwrapped(paragraph, 0))
    paragraph = []
    if (words === '') return
    const bold = /^(?:\*\*|__)(.+?)(?:\*\*|__)$/.exec(words)
    if (bold && bold[1]!.length <= 200) blocks.push(heading(7, bold[1]!.trim()))
    else blocks.push(...asked(words.replace(/(\*\*|__)(?=\S)(.+?)(?<=\S)\1/g, '$2')))
  }
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!
    const fence = /^\s{0,3}(`{3,}|~{3,})/.exec(line)?.[1]
    const hash = /^\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$/.exec(line)
    if (fence) {
      flush()
      const end = lines.findIndex((other, j) => j > i && other.trim().startsWith(fence))
      blocks.push(text(lines.slice(i + 1, end < 0 ? undefined : end).join('\n')))
      i = end < 0 ? lines.length : end
    } else if (hash) {
      flush()
      blocks.push(heading(hash[1]!.length, plainInline(hash[2]!)))
    } else if (paragraph.length === 1 && /^\s{0,3}(?:=+|-{2,})\s*$/.test(line)) {
      const level = line.includes('=') ? 1 : 2
      const words = plainInline(paragraph[0]!)
      paragraph = []
      blocks.push(heading(level, words))
    } else if (isTableRow(line) && isDivider(lines[i + 1] ?? '')) {
      flush()
      let end = i + 2
      while (end < lines.length && isTableRow(lines[end]!)) end++
      const head = cellsOf(line)
      const rows = lines.slice(i + 2, end).map(cellsOf)
      blocks.push(text(rows.map(row => rowLine(head, row)).join('\n')))
      i = end - 1
    } else if (line.trim() === '' || /^\s{0,3}(?:[-*_]\s*){3,}$/.test(line)) flush()
    else paragraph.push(line.replace(/^\s{0,3}>\s?/, '').replace(/\t+$/, ''))
  }
  flush()
  return blocks
}

/** Pairs written as `Q: …` and `A: …` in one paragraph. */
function asked(words: string): Block[] {
  const found =
    /^(?:q|question|frage|f|p|pregunta)\s*\d*\s*[:.)]\s*([\s\S]+?)\n(?:a|answer|antwort|r|respuesta|réponse)\s*\d*\s*[:.)]\s*([\s\S]+)$/i.exec(
      words,
    )
  return found ? [pair(found[1]!.trim(), found[2]!.trim())] : [text(words)]
}

/** Lines that were broken only to fit a width, in one: longer than `width`, and followed by none that begins a list or a new thing. */
const unwrapped = (lines: readonly string[], width: number) =>
  lines.reduce((text, line, i) => {
    if (i === 0) return line
    const last = lines[i - 1]!
    const goesOn =
      last.length >= width &&
      !/ {2}$/.test(last) &&
      !/^\s*(?:[-*+•–]\s|\d{1,3}[.)]\s|\|)/.test(line) &&
      !/^(?:a|answer|antwort|r|respuesta)\s*\d*\s*[:.)]\s/i.test(line)
    return `${text}${goesOn ? ' ' : '\n'}${goesOn ? line.trim() : line}`
  }, '')

const withoutFrontMatter = (source: string) => source.replace(/^---\r?\n[\s\S]{0,10000}?\r?\n---\r?\n/, '')

const isTableRow = (line: string) => line.includes('|') && line.trim() !== ''
const isDivider = (line: string) => line.includes('-') && /^\s*\|?(?:\s*:?-+:?\s*\|)*\s*:?-+:?\s*\|?\s*$/.test(line)
const cellsOf = (line: string) =>
  line
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map(cell => plainInline(cell.replaceAll('\\|', '|')))

/** A row of a table as it can be read without the table. */
export const rowLine = (head: readonly string[], row: readonly string[]) =>
  row
    .flatMap((cell, i) => (cell === '' ? [] : [head[i] ? `${head[i]!.replace(/[:：]$/, '')}: ${cell}` : cell]))
    .join('; ')

/** Links as their words, pictures as nothing, list marks as `•`; emphasis stays until its paragraph is known. */
const inline = (words: string) =>
  words
    .replace(/!\[([^\]\n]{0,300})\]\([^)\n]{0,2000}\)/g, '$1')
    .replace(/\[([^\]\n]{1,500})\]\((?:<[^>\n]{0,2000}>|[^)\s]{0,2000})(?:\s+"[^"\n]{0,200}")?\)/g, '$1')
    .replace(/<((?:https?:|mailto:)[^>\s]{1,2000})>/g, '$1')
    .replace(/<\/?[a-z][^>\n]{0,200}>/gi, '')
    .replace(/`([^`\n]+)`/g, '$1')
    .replace(/^(\s*)[-*+]\s+/gm, '$1• ')
    .replace(/\\([\\`*_{}[\]()#+.!|-])/g, '$1')
    .trim()

const plainInline = (words: string) =>
  inline(words)
    .replace(/(\*{1,3}|_{1,3})(?=\S)(.+?)(?<=\S)\1/g, '$2')
    .trim()

/** Paragraphs are parted by empty lines; a short line above them, underlined or in capitals, is their heading. */
export function textBlocks(source: string): Block[] {
  const paragraphs = source
    .split(/\r\n?|\n/)
    .map(line => line.replace(/\s+$/, ''))
    .join('\n')
    .split(/\n{2,}|\f/)
    .map(part => part.replace(/^\n+/, ''))
    .filter(part => part.trim() !== '')
  return paragraphs.flatMap((part, i): Block[] => {
    const lines = part.split('\n')
    const [first = '', second = ''] = lines
    if (/^\s*([=\-~*#])\1{2,}\s*$/.test(second) && first.trim() !== '' && first.length <= 200)
      return [
        heading(/^\s*=/.test(second) ? 1 : 2, first.trim()),
        ...(lines.length > 2 ? asked(lines.slice(2).join('\n').trim()) : []),
      ]
    const next = paragraphs[i + 1]
    if (lines.length === 1 && next !== undefined && isHeading(first, next))
      return [heading(/[?？؟]$/.test(first.trim()) ? 7 : 3, first.trim())]
    // A heading in capitals with its lines right below it, as in a menu or a list of prices.
    if (lines.length > 1 && first.trim().length <= 60 && isShouted(first.trim()) && !inCapitals(second))
      return [heading(3, first.trim()), ...asked(unwrapped(lines.slice(1), 55).trim())]
    // A question with its answer right below it.
    if (
      lines.length > 1 &&
      first.length <= 200 &&
      /[?？؟]$/.test(first.trim()) &&
      !lines.slice(1).some(line => /[?？؟]$/.test(line.trim()))
    )
      return asked(part.trim())[0]!.kind === 'pair'
        ? asked(part.trim())
        : [pair(first.trim(), lines.slice(1).join('\n').trim())]
    return asked(unwrapped(lines, 55).trim())
  })
}

const inCapitals = (words: string) => words === words.toUpperCase() && words !== words.toLowerCase()
/** In capitals, with a word of three letters at least; a number or an ending sentence is none. */
const isShouted = (words: string) => inCapitals(words) && /\p{Lu}{3}/u.test(words) && !/[\d.!,;]/.test(words)

function isHeading(line: string, next: string): boolean {
  const words = line.trim()
  if (words.length > 100 || words.length < 2 || !/\p{L}/u.test(words)) return false
  if (/[?？؟]$/.test(words)) return true
  if (/[.!,;:。！、]$/.test(words) || /^[•*\-–\d]/.test(words)) return false
  return (
    isShouted(words) ||
    (words.length <= 60 && (next.length > words.length * 2 || /[?？؟]$/.test(next.split('\n')[0]!.trim())))
  )
}
