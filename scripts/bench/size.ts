/** Lines about what browsers load, from the files of the build as they are sent (Brotli). */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { atMost, type Figure, show } from './figure.ts'

/** Bytes that a server may send before the first acknowledgement: ten segments (RFC 6928). */
const firstWindow = 14_600
const root = 'dist/public'

export function sizeFigures(): Figure[] {
  return [...widgetFigures(), portalFigure()]
}

function widgetFigures(): Figure[] {
  const loader = join(root, 'widget/widget.js')
  if (!existsSync(loader))
    return [missing('widget with the page ÷ first window'), missing('widget opened ÷ first window')]
  const opened = readdirSync(join(root, 'widget'), { recursive: true })
    .map(String)
    // The loader is there once more, for pages that check its integrity.
    .filter(name => /^v.*\.(js|css|svg|woff2|json)$/.test(name) && !name.endsWith('widget.js'))
  // A visitor loads one language: the largest stands for all.
  const languages = opened.filter(name => name.endsWith('.json'))
  const others = opened.filter(name => !languages.includes(name))
  const size = (name: string) => sentBytes(join(root, 'widget', name))
  const first = sentBytes(loader)
  const language = Math.max(0, ...languages.map(size))
  const all = others.reduce((sum, name) => sum + size(name), first + language)
  return [
    {
      name: 'widget with the page ÷ first window',
      value: first / firstWindow,
      goal: atMost(0.07),
      note: `${show(first)} B of ${show(firstWindow)} B`,
    },
    {
      name: 'widget opened, all features ÷ first window',
      value: all / firstWindow,
      goal: atMost(0.8),
      note: `${show(all)} B: the loader, ${others.length} files and the largest of ${languages.length} languages (${show(language)} B)`,
    },
  ]
}

/** Where people come in. Other pages bring the words and styles of what is behind the menu along, once. */
const doors = ['sign-in', 'register', 'overview']

/**
 * All that a browser needs to draw a page that is opened first: the document, scripts with all they import at once, styles,
 * and what loads when it is needed: the page's own code and the words of the largest language. Of these pages the one
 * that needs most; the test of the portal's size weighs what Chromium really fetches.
 */
function portalFigure(): Figure {
  const name = 'portal, first page'
  const page = join(root, 'portal/index.html')
  if (!existsSync(page)) return missing(name)
  const assets = readdirSync(join(root, 'portal/assets')).map(file => join(root, 'portal/assets', file))
  const bytes = (files: Iterable<string>) => [...files].reduce((sum, file) => sum + sentBytes(file), 0)
  /** Words are there once a language. */
  const largest = (module: string) =>
    assets
      .filter(file => basename(file).replace(/-[A-Z0-9]{8}/, '') === `${module}.js`)
      .sort((x, y) => sentBytes(y) - sentBytes(x))
      .slice(0, 1)
  const opened = doors.map(door => ({
    door,
    files: reachable([page, ...['start', 'core', door].flatMap(largest)]),
  }))
  const kb = ({ files }: (typeof opened)[number]) => bytes(files) / 1024
  opened.sort((x, y) => kb(y) - kb(x))
  return {
    name,
    value: kb(opened[0]!),
    unit: 'KB',
    goal: atMost(40),
    note: opened.map(each => `${each.door} ${show(kb(each))} KB in ${each.files.size} files`).join(', '),
  }
}

/** These files and whatever they make a browser load. */
function reachable(from: readonly string[]): Set<string> {
  const files = new Set<string>()
  const follow = (path: string) => {
    if (files.has(path) || !existsSync(path)) return
    files.add(path)
    for (const address of referencesOf(path)) if (!/^(data:|https?:)/.test(address)) follow(located(address, path))
  }
  for (const path of from) follow(path)
  return files
}

const located = (address: string, from: string) =>
  address.startsWith('/') ? join(root, address) : join(dirname(from), address)

/** What a file makes a browser load without being asked. */
function referencesOf(path: string): string[] {
  const text = readFileSync(path, 'utf8')
  if (path.endsWith('.html')) {
    return [...text.matchAll(/<(?:script|link|img)\b[^>]*\b(?:src|href)="([^"]+)"/g)].map(match => match[1]!)
  }
  if (path.endsWith('.css')) return [...text.matchAll(/url\(["']?([^"')]+)/g)].map(match => match[1]!)
  if (!path.endsWith('.js')) return []
  return [...text.matchAll(/\b(?:import|from)\s*["'](\.{0,2}\/[^"']+)["']/g)].map(match => match[1]!)
}

const sentBytes = (file: string) => statSync(existsSync(`${file}.br`) ? `${file}.br` : file).size
const missing = (name: string): Figure => ({ name, value: null, goal: null, note: 'not built yet' })
