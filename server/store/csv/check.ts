/**
 * Verifies a data folder without changing anything: every header, cell, key and unique value, lengths and hashes against
 * the manifest, the journal's checksums, that clients referred to exist, and that no month has more chats in its log
 * than its counter says. Works while a server owns the folder: files move under its feet then, so what does not fit is
 * looked at again.
 */
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { AnyDef, LogDef, TableDef } from '../define.ts'
import { codecOf, type Row } from './codec.ts'
import { counterRowKey, counterTable, isCounterTable } from './counter.ts'
import { type FilePort, realFiles } from './file-port.ts'
import { type JournalContent, parseChanges, parseFileName, parseJournal } from './journal-record.ts'
import { Manifest, type TableFile } from './manifest.ts'
import { fileOf, partitionOf } from './partition.ts'
import { CsvReader } from './rfc4180.ts'
import { hashOf } from './table-file.ts'

export interface Problem {
  /** Relative to the data folder. */
  file: string
  /** As people count: the header is row 1. 0: the file as a whole. */
  row: number
  what: string
}

export interface CheckReport {
  problems: Problem[]
  files: number
  rows: number
  /** Records of the journal that the files do not hold yet. */
  pending: number
}

export interface CheckDeps {
  dir: string
  defs: readonly AnyDef[]
  port?: FilePort
}

/** A file that does not fit is looked at again, since a checkpoint may be at work: so often, and so long apart. */
const attempts = 20
const pauseMs = 25

export const checkFolder = (deps: CheckDeps): Promise<CheckReport> =>
  new Check({ ...deps, port: deps.port ?? realFiles }).run()

interface Notes {
  intended: Map<string, TableFile[]>
  /** How far a checkpoint under way may have grown a log. */
  grown: Map<string, number>
  /** Clients that only the journal knows yet. */
  clients: Set<string>
}

class Check {
  private readonly dir: string
  private readonly port: FilePort
  private readonly tables: TableDef[] = []
  private readonly logs: LogDef[] = []
  private manifest: Manifest
  private notes: Notes = { intended: new Map(), grown: new Map(), clients: new Set() }
  private readonly report: CheckReport = { problems: [], files: 0, rows: 0, pending: 0 }
  /** Every mention of a client: id → where it was first met. */
  private readonly mentions = new Map<string, { file: string; row: number }>()
  private readonly clients = new Set<string>()
  private readonly counted = new Map<string, number>()
  private readonly chats = new Map<string, number>()

  constructor({ dir, port, defs }: Required<CheckDeps>) {
    this.dir = dir
    this.port = port
    this.manifest = new Manifest(port, join(dir, 'journal/manifest.csv'))
    const counters = new Map<string, TableDef>()
    for (const def of defs) {
      if (def.shape === 'table') this.tables.push(def)
      else if (def.shape === 'log') this.logs.push(def)
      else if (!counters.has(def.file)) counters.set(def.file, counterTable(def.file))
    }
    this.tables.push(...counters.values())
  }

  /**
   * What is referred to is read after what refers to it, so that a server's writing meanwhile cannot make a reference
   * look broken: logs, tables, counters, and clients last.
   */
  async run(): Promise<CheckReport> {
    await this.readState((file, row, what) => this.problem(file, row, what))
    for (const def of this.logs) {
      for (const name of await this.partitions(def)) {
        const file = fileOf(def, name)
        await this.checkLog(def, name, file)
        for (const closed of await this.closedMonths(file)) await this.checkLog(def, name, closed)
      }
    }
    const rank = (def: TableDef) => (def.name === 'clients' ? 2 : isCounterTable(def) ? 1 : 0)
    for (const def of this.tables.sort((a, b) => rank(a) - rank(b)))
      for (const name of await this.partitions(def)) await this.checkTable(def, name)
    this.checkMentions()
    this.checkCounts()
    return this.report
  }

  private problem(file: string, row: number, what: string): void {
    this.report.problems.push({ file, row, what })
  }

  /** The manifest and the journal as they are now. */
  private async readState(problem: (file: string, row: number, what: string) => void): Promise<void> {
    this.manifest = new Manifest(this.port, join(this.dir, 'journal/manifest.csv'))
    try {
      await this.manifest.load()
    } catch (error) {
      problem('journal/manifest.csv', 0, (error as Error).message)
    }
    this.notes = { intended: new Map(), grown: new Map(), clients: this.notes.clients }
    this.report.pending = 0
    const names = await this.port.list(join(this.dir, 'journal'))
    const files = names
      .flatMap(name => parseFileName(name) ?? [])
      .sort((a, b) => a.epoch - b.epoch || a.number - b.number)
    const newest = Math.max(this.manifest.epoch, ...files.map(({ epoch }) => epoch))
    let last = 0
    for (const { name } of files.filter(({ epoch }) => epoch === newest)) {
      const bytes = await this.port.readFile(join(this.dir, 'journal', name))
      if (!bytes) continue
      const content = parseJournal(name, bytes, Math.max(last, this.manifest.sequence))
      const file = `journal/${name}`
      if (content.damage) problem(file, content.records.length + 2, content.damage)
      for (const { sequence } of content.records) {
        const expected = Math.max(last, this.manifest.sequence) + 1
        if (sequence > expected || sequence <= last)
          problem(file, 0, `record ${expected} is missing before record ${sequence}`)
        last = sequence
      }
      this.readNotes(content)
    }
  }

  /** A file and what `judge` says of it; looked at again while it does not fit. */
  private async fitting<T>(file: string, judge: (bytes: Buffer | undefined) => T & { problem?: string }) {
    for (let attempt = 1; ; attempt++) {
      const bytes = await this.port.readFile(join(this.dir, file))
      const judged = judge(bytes)
      if (judged.problem === undefined || attempt === attempts) return { bytes, ...judged }
      await new Promise(resolve => setTimeout(resolve, pauseMs))
      const before = this.manifest.sequence
      await this.readState(() => {})
      // Nobody is at work here: looking again would not help.
      if (attempt > 4 && this.manifest.sequence === before && this.report.pending === 0) return { bytes, ...judged }
    }
  }

  private readNotes({ records, columns }: JournalContent): void {
    for (const { sequence, changes } of records) {
      if (sequence > this.manifest.sequence) this.report.pending++
      for (const [op, name, third, fourth, ...rest] of parseChanges(changes) as [string, string, string, string][]) {
        if (op === 'file') {
          const list = this.notes.intended.get(name) ?? []
          list.push({ length: Number(third), hash: fourth })
          this.notes.intended.set(name, list)
        } else if (op === 'tail' && sequence > this.manifest.noted) {
          this.notes.grown.set(name, Math.max(this.notes.grown.get(name) ?? 0, Number(fourth)))
        } else if (op === 'put' && name === 'clients') {
          const id = [fourth, ...(rest as string[])][columns.get('clients')?.indexOf('client_id') ?? 0]
          if (id) this.notes.clients.add(id)
        }
      }
    }
  }

  /** The partitions that have a folder; for a table of the whole store, one without a name. */
  private async partitions(def: TableDef | LogDef): Promise<(string | undefined)[]> {
    if (!def.partitioned) return [undefined]
    const [folder] = def.file.split('/{partition}') as [string]
    const names = await this.port.list(join(this.dir, folder))
    return names.sort().filter(name => partitionOf(def, def.file.replace('{partition}', name)) === name)
  }

  private async closedMonths(file: string): Promise<string[]> {
    const at = file.lastIndexOf('/') + 1
    const stem = file.slice(at).replace(/\.csv$/, '')
    const names = await this.port.list(join(this.dir, file.slice(0, at)))
    return names
      .filter(name => name.startsWith(`${stem}-`) && /^\d{4}-\d\d(-\d+)?\.csv$/.test(name.slice(stem.length + 1)))
      .sort()
      .map(name => file.slice(0, at) + name)
  }

  private async checkTable(def: TableDef, partition: string | undefined): Promise<void> {
    const file = fileOf(def, partition)
    const { bytes, problem } = await this.fitting(file, found => {
      const known = this.manifest.tables.get(file)
      if (!found) return { problem: known && 'is missing, though a checkpoint wrote it' }
      const hash = hashOf(found)
      const ours = !known || known.hash === hash || this.notes.intended.get(file)?.some(one => one.hash === hash)
      return { problem: ours ? undefined : 'is not what the last checkpoint wrote: edited by hand since, or damaged' }
    })
    if (problem) this.problem(file, 0, problem)
    if (!bytes) return
    this.report.files++
    const seen = new Map<string, number>()
    for (const { row, values } of this.rows(def, file, bytes)) {
      const key = isCounterTable(def) ? counterRowKey(values) : (values[def.key] as string)
      if (key === '') this.problem(file, row, `${def.key} is empty`)
      this.unique(seen, `${def.key} ${key}`, file, row, def.key)
      for (const column of def.unique) {
        const value = values[column] as string
        if (value !== '') this.unique(seen, `${column} ${value}`, file, row, column)
      }
      if (def.name === 'clients') this.clients.add(key)
      else if (typeof values.client_id === 'string') this.mention(values.client_id, file, row)
      if (isCounterTable(def)) {
        this.mention(values.key as string, file, row)
        this.counted.set(`${values.key as string} ${values.period as string}`, values.value as number)
      }
    }
    if (partition !== undefined) this.mention(partition, file, 0)
  }

  private unique(seen: Map<string, number>, id: string, file: string, row: number, column: string): void {
    const first = seen.get(id)
    if (first !== undefined) this.problem(file, row, `has the same ${column} as row ${first}`)
    else seen.set(id, row)
  }

  private async checkLog(def: LogDef, partition: string | undefined, file: string): Promise<void> {
    // A file that the manifest does not know may just be coming into being; the journal says so by now.
    if (!this.manifest.logs.has(file) && file === fileOf(def, partition)) await this.readState(() => {})
    const { bytes, problem, length } = await this.fitting(file, found => {
      const known = this.manifest.logs.get(file)
      const grown = this.notes.grown.get(file) ?? known?.length ?? 0
      if (!found)
        return {
          length: 0,
          problem: known && grown === known.length ? 'is missing, though a checkpoint wrote it' : undefined,
        }
      if (!known) {
        const length = grown > 0 ? 0 : found.length
        return {
          length,
          problem: length > 0 || grown > 0 ? undefined : 'there is no header row with the names of the columns',
        }
      }
      if (found.length < known.length)
        return { length: found.length, problem: `has ${found.length} bytes, the last checkpoint left ${known.length}` }
      if (crc32(found.subarray(0, known.length)) !== known.crc)
        return { length: found.length, problem: 'is not what the last checkpoint left: changed since, or damaged' }
      if (found.length > grown)
        return { length: found.length, problem: `has ${found.length - grown} bytes more than the last checkpoint left` }
      return { length: known.length }
    })
    if (problem) this.problem(file, 0, problem)
    // A file that is just being made has nothing in it that counts yet.
    if (!bytes || length === 0) return
    this.report.files++
    for (const { row, values } of this.rows(def, file, bytes.subarray(0, length))) {
      this.mention(values.client_id as string, file, row)
      if (def.name !== 'usage_logs' || values.action !== 'chat') continue
      const id = `${values.client_id as string} ${(values[def.time] as string).slice(0, 7)}`
      this.chats.set(id, (this.chats.get(id) ?? 0) + 1)
    }
    if (partition !== undefined) this.mention(partition, file, 0)
  }

  private *rows(def: TableDef | LogDef, file: string, bytes: Buffer): Generator<{ row: number; values: Row }> {
    const codec = codecOf(def)
    const reader = new CsvReader(bytes)
    if (!reader.next()) {
      this.problem(file, 1, 'there is no header row with the names of the columns')
      return
    }
    const header = reader.cells
    const wrong = codec.names.findIndex((name, i) => header[i] !== name)
    if (wrong >= 0) {
      this.problem(
        file,
        1,
        `column ${wrong + 1} is ${JSON.stringify(header[wrong] ?? '')} and should be ${codec.names[wrong]}`,
      )
      return
    }
    let row = 1
    while (reader.next()) {
      row++
      this.report.rows++
      if (reader.cells.length !== header.length) {
        this.problem(file, row, `has ${reader.cells.length} cells, the header has ${header.length}`)
        continue
      }
      try {
        yield { row, values: codec.decode(reader.cells) }
      } catch (error) {
        this.problem(file, row, (error as Error).message)
      }
    }
    if (reader.damage === 'torn') this.problem(file, row + 1, 'is not whole')
    else if (reader.damage) this.problem(file, row + 1, 'a quote is damaged')
  }

  private mention(client: string | undefined, file: string, row: number): void {
    if (client && !this.mentions.has(client)) this.mentions.set(client, { file, row })
  }

  private checkMentions(): void {
    if (!this.tables.some(({ name }) => name === 'clients')) return
    for (const [client, { file, row }] of this.mentions)
      if (!this.clients.has(client) && !this.notes.clients.has(client))
        this.problem(file, row, `there is no client ${client}`)
  }

  private checkCounts(): void {
    for (const [id, chats] of this.chats) {
      const counted = this.counted.get(id) ?? 0
      const [client, month] = id.split(' ')
      if (counted < chats)
        this.problem('counters.csv', 0, `${client} has ${chats} chats logged in ${month} and only ${counted} counted`)
    }
  }
}
