/**
 * `backup.csv`, the page that says what a backup holds: `kind,name,value,bytes,sha256`, one line per file, then a last
 * line that counts and checksums those above it, so that the page itself cannot be damaged unnoticed.
 */
import { createHash } from 'node:crypto'
import { AppError } from '../errors.ts'
import { CsvReader, line } from '../store/csv/rfc4180.ts'

/** Goes up when an older version could no longer restore the backup. */
export const backupFormat = 1
export const manifestName = 'backup.csv'
/** The folder within a backup that holds the files. */
export const filesFolder = 'data'

export interface BackedUpFile {
  /** Relative to the data folder, with `/`. */
  name: string
  bytes: number
  /** Hex. */
  sha256: string
}

export interface BackupManifest {
  /** When it was begun, ISO 8601 UTC: everything acknowledged before is in it. */
  time: string
  /** Of the program that made it. */
  version: string
  files: BackedUpFile[]
}

const header = 'kind,name,value,bytes,sha256\n'
const hashOf = (data: string | Buffer) => createHash('sha256').update(data).digest('hex')

export function encodeManifest({ time, version, files }: BackupManifest): string {
  const lines = [
    header,
    line(['format', '', String(backupFormat), '', '']),
    line(['time', '', time, '', '']),
    line(['version', '', version, '', '']),
    ...files.map(file => line(['file', file.name, '', String(file.bytes), file.sha256])),
  ]
  const body = lines.join('')
  return body + line(['end', '', String(lines.length - 1), '', hashOf(body)])
}

/** @throws AppError `unprocessable` for a page that is damaged or of a newer version */
export function decodeManifest(bytes: Buffer, what = 'backup'): BackupManifest {
  const damaged = (why: string) => new AppError('unprocessable', `The ${what}'s ${manifestName} is damaged (${why}).`)
  const reader = new CsvReader(bytes)
  if (!reader.next() || `${reader.cells.join(',')}\n` !== header) throw damaged('its header is not known')
  const manifest: BackupManifest = { time: '', version: '', files: [] }
  let format = 0
  let rows = 0
  let ended = false
  while (reader.next()) {
    const [kind, name = '', value = '', size = '', sha256 = ''] = reader.cells
    if (kind === 'end') {
      if (Number(value) !== rows || sha256 !== hashOf(bytes.subarray(0, reader.start)))
        throw damaged('its checksum does not match')
      ended = true
    } else if (ended) throw damaged('there is something behind its end')
    else if (kind === 'format') format = Number(value)
    else if (kind === 'time') manifest.time = value
    else if (kind === 'version') manifest.version = value
    else if (kind === 'file') manifest.files.push({ name, bytes: Number(size), sha256 })
    rows++
  }
  if (!ended || reader.damage) throw damaged('it ends too early')
  if (!(format <= backupFormat))
    throw new AppError(
      'unprocessable',
      `The ${what} was made by a newer version (format ${format}); this one reads up to format ${backupFormat}.`,
    )
  for (const { name } of manifest.files)
    if (name.split(/[/\\]/).some(part => part === '..' || part === '') || name.includes('\0'))
      throw damaged(`${JSON.stringify(name)} is no file name`)
  return manifest
}
