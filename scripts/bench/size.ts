/** Lines about what browsers load, from the files of the build as they are sent (Brotli). */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
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
    .filter(name => /^v.*\.(js|css|svg|woff2)$/.test(name))
  const first = sentBytes(loader)
  const all = opened.reduce((sum, name) => sum + sentBytes(join(root, 'widget', name)), first)
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
      note: `${show(all)} B in ${opened.length + 1} files`,
    },
  ]
}

/** The page, and whatever it needs to draw the first screen: scripts with all they import at once, styles, fonts. */
function portalFigure(): Figure {
  const name = 'portal, first page'
  const page = join(root, 'portal/index.html')
  if (!existsSync(page)) return missing(name)
  const files = new Set<string>([page])
  const follow = (address: string, from: string) => {
    if (/^(data:|https?:)/.test(address)) return
    const path = address.startsWith('/') ? join(root, address) : join(dirname(from), address)
    if (files.has(path) || !existsSync(path)) return
    files.add(path)
    for (const found of referencesOf(path)) follow(found, path)
  }
  for (const address of referencesOf(page)) follow(address, page)
  const bytes = [...files].reduce((sum, file) => sum + sentBytes(file), 0)
  return {
    name,
    value: bytes / 1024,
    unit: 'KB',
    goal: atMost(40),
    note: [...files].map(file => `${posix.basename(file)} ${show(sentBytes(file))} B`).join(', '),
  }
}

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
