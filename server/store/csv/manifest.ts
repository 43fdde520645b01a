/**
 * `journal/manifest.csv`: what the last checkpoint put where. `sequence` is the last journal record that all the files
 * together hold. It is replaced as a whole (beside, sync, rename, folder sync) after the files it speaks of are safe,
 * so it never promises what is not there. The last line counts and checksums those above it.
 */
import { crc32 } from 'node:zlib'
import { AppError } from '../../errors.ts'
import type { FilePort } from './file-port.ts'
import { replaceFile } from './file-port.ts'
import { CsvReader, line } from './rfc4180.ts'

/** Goes up when an older version could no longer read the folder. */
export const formatVersion = 1

const header = 'kind,name,value,length,hash\n'

/** A table file as it was checkpointed. */
export interface TableFile {
  length: number
  /** SHA-256, hex. */
  hash: string
}

/** A log file as it was last appended to. */
export interface LogFile {
  length: number
  /** CRC-32 of the whole file, so that it can be carried on without reading the file again. */
  crc: number
  /** The UTC month (YYYY-MM) that its rows belong to; empty for a log that is not monthly. */
  month: string
}

export class Manifest {
  epoch = 0
  sequence = 0
  /** The last record in which a checkpoint noted what it was about to do to files; it has been done. */
  noted = 0
  readonly tables = new Map<string, TableFile>()
  readonly logs = new Map<string, LogFile>()
  private readonly port: FilePort
  private readonly path: string

  constructor(port: FilePort, path: string) {
    this.port = port
    this.path = path
  }

  /** Reads it; false when there is none. A newer format and a damaged file are refused. */
  async load(): Promise<boolean> {
    const bytes = await this.port.readFile(this.path)
    if (!bytes) return false
    const damaged = (why: string) => new AppError('store_unavailable', `${this.path} is damaged (${why}).`)
    const reader = new CsvReader(bytes)
    if (!reader.next() || `${reader.cells.join(',')}\n` !== header) throw damaged('its header is not known')
    let rows = 0
    let ended = false
    while (reader.next()) {
      const [kind, name, value, length, hash] = reader.cells as [string, string, string, string, string]
      if (kind === 'format' && Number(value) > formatVersion)
        throw new AppError(
          'store_unavailable',
          `The data folder was written by a newer version (format ${value}); this one reads up to format ${formatVersion}.`,
        )
      if (kind === 'epoch') this.epoch = Number(value)
      else if (kind === 'sequence') this.sequence = Number(value)
      else if (kind === 'noted') this.noted = Number(value)
      else if (kind === 'table') this.tables.set(name, { length: Number(length), hash })
      else if (kind === 'log')
        this.logs.set(name, { length: Number(length), crc: Number.parseInt(hash, 16), month: value })
      else if (kind === 'end') {
        const sum = crc32(bytes.subarray(0, reader.start)).toString(16).padStart(8, '0')
        if (Number(value) !== rows || hash !== sum) throw damaged('its checksum does not match')
        ended = true
      }
      rows++
    }
    if (!ended || reader.damage) throw damaged(`row ${rows + 2}`)
    return true
  }

  async save(): Promise<void> {
    await replaceFile(this.port, this.path, this.encode(this.noted))
  }

  /** The file's bytes, with another `noted` where a copy needs one. */
  encode(noted: number): Buffer {
    const parts = [
      header,
      line(['format', '', String(formatVersion), '', '']),
      line(['epoch', '', String(this.epoch), '', '']),
      line(['sequence', '', String(this.sequence), '', '']),
      line(['noted', '', String(noted), '', '']),
    ]
    for (const [name, file] of this.tables) parts.push(line(['table', name, '', String(file.length), file.hash]))
    for (const [name, file] of this.logs)
      parts.push(line(['log', name, file.month, String(file.length), file.crc.toString(16).padStart(8, '0')]))
    const body = parts.join('')
    const end = line(['end', '', String(parts.length - 1), '', crc32(body).toString(16).padStart(8, '0')])
    return Buffer.from(body + end)
  }
}
