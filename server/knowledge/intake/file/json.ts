/** JSON → rows: a list of things, or an object that maps questions to answers. */
import { Refused } from './reading.ts'

/** How deep values in values are read. */
const maxDepth = 4

export interface Items {
  rows: string[][]
  skipped: { what: string; reason: string }[]
  /** Position in the file of each row after the first, which holds the names. */
  places: string[]
}

/** @throws Refused where it is no JSON or holds no list */
export function jsonRows(text: string): Items {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new Refused(`This is not valid JSON: ${(error as Error).message.slice(0, 150)}`)
  }
  const items = listIn(value)
  if (!items || items.length === 0) throw new Refused('There is no list of entries in this JSON.')
  return rowsOf(items.map((item, i) => ({ item, place: `item ${i + 1}` })))
}

export function jsonlRows(text: string): Items {
  const items: { item: unknown; place: string }[] = []
  const skipped: Items['skipped'] = []
  text.split('\n').forEach((line, i) => {
    if (line.trim() === '') return
    try {
      items.push({ item: JSON.parse(line), place: `line ${i + 1}` })
    } catch {
      skipped.push({ what: `line ${i + 1}`, reason: 'It is not valid JSON.' })
    }
  })
  if (items.length === 0) throw new Refused('No line of this file is valid JSON.')
  const found = rowsOf(items)
  return { ...found, skipped: [...skipped, ...found.skipped] }
}

/** The longest list of things in it; or the pairs of an object whose values are all texts. */
export function listIn(value: unknown, depth = 0): unknown[] | undefined {
  if (Array.isArray(value)) return value
  if (typeof value !== 'object' || value === null || depth > 3) return undefined
  const lists = Object.values(value)
    .map(inner => listIn(inner, depth + 1))
    .filter(list => list !== undefined)
    .sort((a, b) => b.length - a.length)
  if (lists[0] && lists[0].length > 0) return lists[0]
  const pairs = Object.entries(value)
  if (pairs.length > 0 && pairs.every(([, text]) => typeof text === 'string'))
    return pairs.map(([name, text]) =>
      /[?？؟]\s*$/.test(name) ? { question: name, content: text } : { title: name, content: text },
    )
  return undefined
}

function rowsOf(items: { item: unknown; place: string }[]): Items {
  const names: string[] = []
  const known = new Set<string>()
  const skipped: Items['skipped'] = []
  const kept: { cells: Map<string, string>; place: string }[] = []
  for (const { item, place } of items) {
    const cells = new Map<string, string>()
    if (typeof item === 'string') cells.set('content', item)
    else if (typeof item === 'object' && item !== null && !Array.isArray(item))
      for (const [name, value] of Object.entries(item)) {
        const text = plain(value, name)
        if (text !== '') cells.set(name, text)
      }
    if (cells.size === 0) {
      skipped.push({ what: place, reason: 'It is neither a text nor an object with fields.' })
      continue
    }
    for (const name of cells.keys())
      if (!known.has(name) && known.size < 200) {
        known.add(name)
        names.push(name)
      }
    kept.push({ cells, place })
  }
  return {
    rows: [names, ...kept.map(({ cells }) => names.map(name => cells.get(name) ?? ''))],
    places: kept.map(({ place }) => place),
    skipped,
  }
}

function plain(value: unknown, name = '', depth = 0): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value !== 'object' || value === null || depth > maxDepth) return ''
  // A list of other ways to ask stays a list.
  if (Array.isArray(value) && /^(?:alternat|variant)/i.test(name)) return JSON.stringify(value)
  if (Array.isArray(value))
    return value
      .map(item => plain(item, '', depth + 1))
      .filter(Boolean)
      .join(', ')
  return Object.entries(value)
    .map(([key, inner]) => [key, plain(inner, '', depth + 1)])
    .filter(([, text]) => text !== '')
    .map(([key, text]) => `${key}: ${text}`)
    .join(', ')
}
