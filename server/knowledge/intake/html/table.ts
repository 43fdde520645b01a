/** Tables as lines that can be read, and found, without their columns. */
import { attribute, blocks, childrenOf, type Element, isElement, type Node, textOf } from './dom.ts'

/** Cells that a span may claim; more is an attack or an error. */
const maxSpan = 50
const maxRows = 2000

/**
 * One line a row: `Header: value; Header: value`. A table of two columns without headers is `Name: value`.
 * Undefined for a table that only arranges other things.
 */
export function readTable(table: Element): string[] | undefined {
  const rows = rowsOf(table).slice(0, maxRows)
  if (rows.length === 0 || isLayout(table, rows)) return undefined
  const grid = gridOf(rows)
  const width = Math.max(...grid.map(row => row.length))
  if (width < 2) return undefined
  const headed = rows[0]!.cells.length > 1 && rows[0]!.cells.every(cell => cell.name === 'th' || inHead(cell))
  // Without marked headers, a first row of short texts above rows with figures is one.
  const head = headed || (width > 2 && looksLikeHead(grid)) ? grid[0]! : undefined
  const caption = childrenOf(table).find(node => isElement(node) && node.name === 'caption')
  const lines = grid.slice(head ? 1 : 0).map(row => {
    if (head) return pairs(head, row)
    if (width === 2) return row[1] ? `${row[0]!.replace(/[:：]$/, '')}: ${row[1]}` : row[0]!
    return row.filter(Boolean).join('; ')
  })
  return [...(caption ? [textOf(caption)] : []), ...lines].filter(Boolean)
}

function pairs(head: readonly string[], row: readonly string[]): string {
  return row
    .flatMap((cell, i) => (cell === '' ? [] : [head[i] ? `${head[i]!.replace(/[:：]$/, '')}: ${cell}` : cell]))
    .join('; ')
}

interface Row {
  cells: Element[]
}

function rowsOf(table: Element): Row[] {
  const rows: Row[] = []
  const walk = (node: Node, depth: number) => {
    for (const child of childrenOf(node)) {
      if (!isElement(child)) continue
      if (child.name === 'tr') {
        const cells = childrenOf(child).filter(
          (cell): cell is Element => isElement(cell) && (cell.name === 'td' || cell.name === 'th'),
        )
        if (cells.length > 0) rows.push({ cells })
      } else if (depth < 3 && ['thead', 'tbody', 'tfoot'].includes(child.name)) walk(child, depth + 1)
    }
  }
  walk(table, 0)
  return rows
}

/** Cells with spans repeated into the places they cover. */
function gridOf(rows: readonly Row[]): string[][] {
  const grid: string[][] = rows.map(() => [])
  rows.forEach(({ cells }, y) => {
    let x = 0
    for (const cell of cells) {
      while (grid[y]![x] !== undefined) x++
      const text = textOf(cell).replace(/\n/g, ', ')
      const across = span(cell, 'colspan')
      const down = Math.min(span(cell, 'rowspan'), rows.length - y)
      // Across, a text is said once; down, it belongs to each row.
      for (let dy = 0; dy < down; dy++) for (let dx = 0; dx < across; dx++) grid[y + dy]![x + dx] = dx === 0 ? text : ''
      x += across
    }
  })
  return grid.map(row => Array.from(row, cell => cell ?? ''))
}

const span = (cell: Element, name: string) =>
  Math.min(maxSpan, Math.max(1, Number.parseInt(attribute(cell, name), 10) || 1))
const inHead = (cell: Element) => {
  const section = (cell.parent as Element | null)?.parent as Element | null
  return section?.name === 'thead'
}

function looksLikeHead(grid: readonly string[][]): boolean {
  const [first, ...rest] = grid
  if (!first || rest.length < 2) return false
  return (
    first.every(cell => cell !== '' && cell.length <= 40 && !/\d/.test(cell)) &&
    rest.some(row => row.some(cell => /\d/.test(cell)))
  )
}

/** Says so, has another table inside, or holds whole passages in a cell. */
function isLayout(table: Element, rows: readonly Row[]): boolean {
  if (['presentation', 'none'].includes(attribute(table, 'role').toLowerCase())) return true
  const passages = rows.some(({ cells }) => cells.some(cell => hasPassages(cell)))
  return passages || rows.every(({ cells }) => cells.length < 2)
}

function hasPassages(cell: Element): boolean {
  let paragraphs = 0
  let found = false
  const walk = (node: Node, depth: number) => {
    for (const child of childrenOf(node)) {
      if (!isElement(child) || found || depth > 20) continue
      if (child.name === 'table' || /^h[1-6]$/.test(child.name)) found = true
      else if (blocks.has(child.name) && !['li', 'ul', 'ol', 'div'].includes(child.name) && ++paragraphs > 2)
        found = true
      walk(child, depth + 1)
    }
  }
  walk(cell, 0)
  return found
}
