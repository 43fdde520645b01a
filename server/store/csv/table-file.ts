/** Table files as the engine itself writes and reads them. */
import { createHash } from 'node:crypto'
import { dirname, join } from 'node:path'
import { AppError } from '../../errors.ts'
import type { TableDef } from '../define.ts'
import { codecOf, encodeForeign, type Row, unescapeText, withForeign } from './codec.ts'
import { ensureFolder, type FilePort, type OpenFile, syncFile, writeAll } from './file-port.ts'
import type { TableFile } from './manifest.ts'
import { CsvReader, line } from './rfc4180.ts'

export const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

const chunkLength = 64 * 1024

/**
 * Writes rows beside `file` and beside its good copy, the first one synced. Both are still to be renamed.
 * The good copy (`journal/base/…`) is what an edit by hand is compared with after a restart; it is used only while its
 * hash is the file's own, so it needs no sync.
 */
export async function writeTable(
  port: FilePort,
  dir: string,
  file: string,
  def: TableDef,
  foreign: readonly string[],
  rows: readonly Row[],
): Promise<TableFile> {
  await ensureFolder(port, dir, dirname(file))
  await ensureFolder(port, dir, dirname(basePath(file)))
  const codec = codecOf(def)
  const hash = createHash('sha256')
  const target = await port.open(join(dir, `${file}.tmp`), 'create')
  let base: OpenFile | undefined
  let length = 0
  try {
    base = await port.open(join(dir, `${basePath(file)}.tmp`), 'create')
    const flush = async (text: string) => {
      const bytes = Buffer.from(text)
      hash.update(bytes)
      await writeAll(target, bytes, length)
      await writeAll(base!, bytes, length)
      length += bytes.length
    }
    let text = line([...codec.names, ...foreign])
    for (const row of rows) {
      text += codec.encode(row)
      text += foreign.length > 0 ? `${encodeForeign(row, foreign)}\n` : '\n'
      // Each flush gives way to requests, so a large table never holds the event loop.
      if (text.length >= chunkLength) {
        await flush(text)
        text = ''
      }
    }
    await flush(text)
    await syncFile(target, file)
  } finally {
    await target.close()
    await base?.close()
  }
  return { length, hash: hash.digest('hex') }
}

export const basePath = (file: string): string => `journal/base/${file}`

/** Rows of a file whose hash says that it is ours; `foreign` are its columns beyond those of `def`. */
export function readTable(def: TableDef, file: string, bytes: Buffer): { rows: Row[]; foreign: string[] } {
  const codec = codecOf(def)
  const reader = new CsvReader(bytes)
  const header = reader.next() ? reader.cells : []
  const places = codec.names.map(name => header.indexOf(name))
  const foreign = header.filter(name => !codec.names.includes(name))
  const foreignPlaces = foreign.map(name => header.indexOf(name))
  const rows: Row[] = []
  const share = sharing(def)
  while (reader.next()) {
    const { cells } = reader
    try {
      const row = codec.decode(share(places.map(place => cells[place] ?? '')))
      if (foreign.length > 0)
        withForeign(
          row,
          Object.fromEntries(foreign.map((name, i) => [name, unescapeText(cells[foreignPlaces[i]!] ?? '')])),
        )
      rows.push(row)
    } catch (error) {
      throw new AppError('store_unavailable', `${file}, row ${rows.length + 2}: ${(error as Error).message}.`)
    }
  }
  if (reader.damage) throw new AppError('store_unavailable', `${file}, row ${rows.length + 2}: a quote is damaged.`)
  return { rows, foreign }
}

/** Words that rows repeat (categories, times of one import) are kept once: so many of them, and no longer than this. */
const sharedWords = 1000
const sharedLength = 40

/** Gives cells of columns that may repeat the same string where they hold the same text; changes what it is given. */
function sharing(def: TableDef): (cells: string[]) => string[] {
  const words = new Map<string, string>()
  const places = codecOf(def).names.flatMap((name, place) => {
    const { kind } = def.columns[name]!
    const own = name === def.key || def.unique?.includes(name)
    return (kind === 'text' || kind === 'time') && !own ? [place] : []
  })
  return cells => {
    for (const place of places) {
      const text = cells[place]!
      if (text === '' || text.length > sharedLength) continue
      const known = words.get(text)
      if (known !== undefined) cells[place] = known
      else if (words.size < sharedWords) words.set(text, text)
    }
    return cells
  }
}
