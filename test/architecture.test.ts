/** The arrows of ARCHITECTURE.md: which room may know which, read from the imports themselves. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, it } from 'vitest'

/** Top to bottom: a room may know those below it. */
const rooms = [
  'integration',
  'leads',
  'improve',
  'chat',
  'operator',
  'model',
  'knowledge',
  'usage',
  'accounts',
  'mail',
  'http',
  'answer',
  'store',
]
/** These know only themselves, the errors, and packages. */
const closed = ['answer', 'store']
/** What stands beside the rooms and may be known by all of them. */
const ground = ['errors.ts', 'config.ts', 'version.ts']

interface Import {
  from: string
  to: string
  typeOnly: boolean
}

/** Every relative import below a folder, both ends from the root of the repository. */
function importsOf(folder: string): Import[] {
  return sourcesOf(folder).flatMap(from =>
    [
      ...readFileSync(from, 'utf8').matchAll(
        /^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'(\.[^']+)'|\bimport\('(\.[^']+)'\)/gm,
      ),
    ].map(([, type, named, called]) => ({
      from,
      to: normalize(join(dirname(from), (named ?? called)!)).replaceAll('\\', '/'),
      typeOnly: type !== undefined,
    })),
  )
}

const sourcesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => /\.tsx?$/.test(name))
    .map(name => `${folder}/${name.replaceAll('\\', '/')}`)

const roomOf = (path: string) => path.split('/')[1]!
const named = ({ from, to }: Import) => `${from} → ${to}`

it('lets rooms of the server point down only', () => {
  const imports = importsOf('server').filter(({ from }) => rooms.includes(roomOf(from)))
  expect(imports.length).toBeGreaterThan(100)
  const upward = imports.filter(({ from, to }) => {
    if (ground.includes(to.replace('server/', ''))) return false
    return !to.startsWith('server/') || rooms.indexOf(roomOf(to)) < rooms.indexOf(roomOf(from))
  })
  expect(upward.map(named)).toEqual([])
})

it.each(closed)('keeps %s/ free of every other room', room => {
  const outside = importsOf(`server/${room}`).filter(
    ({ to }) => to !== 'server/errors.ts' && !to.startsWith(`server/${room}/`),
  )
  expect(outside.map(named)).toEqual([])
})

it.each(['widget', 'dashboard'])('lets %s/ take nothing but types from the server', folder => {
  const taken = importsOf(folder).filter(({ to }) => to.startsWith('server/'))
  expect(taken.length).toBeGreaterThan(0)
  expect(taken.filter(({ typeOnly }) => !typeOnly).map(named)).toEqual([])
})

it('keeps the server free of dashboard and widget', () => {
  expect(
    importsOf('server')
      .filter(({ to }) => !to.startsWith('server/'))
      .map(named),
  ).toEqual([])
})

it('has every call of the portal go through dashboard/api.ts', () => {
  // Code that people are shown (dashboard/snippets.ts) stands in template strings.
  const withoutTemplates = (source: string) => source.replace(/`[^`]*`/g, '``')
  const callers = sourcesOf('dashboard').filter(file => /\bfetch\(/.test(withoutTemplates(readFileSync(file, 'utf8'))))
  expect(callers).toEqual(['dashboard/api.ts'])
})

it('lets chat/ read no file', () => {
  expect(sourcesOf('server/chat').filter(file => /'node:fs|'fs'/.test(readFileSync(file, 'utf8')))).toEqual([])
})
