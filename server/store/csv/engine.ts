/** The engine as a whole: opening, commits, what can be read, closing. */
import { join } from 'node:path'
import { AppError } from '../../errors.ts'
import type { AnyDef, CounterDef, LogDef, TableDef } from '../define.ts'
import type {
  Change,
  Counter,
  EditReport,
  LogReader,
  Rows,
  SnapshotFile,
  Store,
  StoreStatus,
  TableChange,
} from '../store.ts'
import { codecOf, type Row } from './codec.ts'
import { CounterState, counterRowKey, counterTable, isCounterTable } from './counter.ts'
import { Edits } from './edit.ts'
import type { FilePort } from './file-port.ts'
import { writeHistory } from './history.ts'
import type { StoreLog } from './index.ts'
import { Journal, sentenceOf } from './journal.ts'
import type { LogFileDeps } from './log-file.ts'
import { makeLogReader } from './log-reader.ts'
import { Logs } from './log-state.ts'
import type { Manifest, TableFile } from './manifest.ts'
import { Mirrors } from './mirror.ts'
import type { Ownership } from './owner.ts'
import { type Slot, Slots } from './partition.ts'
import { eraseRows, type PurgeDeps, purge } from './purge.ts'
import { recover } from './recovery.ts'
import { snapshotFiles } from './snapshot.ts'
import { applyChanges, reversed } from './transaction.ts'
import { Upkeep } from './upkeep.ts'

export interface EngineOptions {
  dir: string
  port: FilePort
  ownership: Ownership
  manifest: Manifest
  /** ISO 8601 UTC. */
  now: () => string
  newId: () => string
  cacheBytes: number
  checkpointMs: number
  editMs: number
  log: StoreLog | undefined
  defs: readonly AnyDef[]
}

/** Past this many journal bytes that no checkpoint could take over, writing stops. */
const journalLimit = 256 * 1024 * 1024

export class CsvStore implements Store {
  private readonly options: EngineOptions
  private readonly slots: Slots
  private readonly logs: Logs
  private readonly edits: Edits
  private readonly logFiles: LogFileDeps
  private readonly defs = new Map<string, AnyDef>()
  private readonly intended = new Map<string, TableFile[]>()
  private readonly counters = new Map<string, CounterState>()
  private readonly watchers = new Map<string, Set<(change: TableChange<any>) => void>>()
  private readonly mirrors: Mirrors
  private journal!: Journal
  private upkeep: Upkeep | undefined
  private poison: Error | undefined
  private writeProblem: Error | undefined
  private closing: Promise<void> | undefined
  constructor(options: EngineOptions) {
    this.options = options
    const { port, dir, now, manifest } = options
    for (const def of options.defs) this.defs.set(def.name, def)
    for (const def of options.defs) {
      if (def.shape !== 'counter') continue
      const rows = counterTable(def.file)
      if (!this.defs.has(rows.name)) this.defs.set(rows.name, rows)
    }
    this.slots = new Slots({
      load: slot => this.edits.load(slot),
      cacheBytes: options.cacheBytes,
      known: manifest.tables,
      intended: this.intended,
    })
    this.logs = new Logs(manifest.logs)
    this.edits = new Edits({
      port,
      dir,
      now,
      newId: options.newId,
      commit: changes => this.accept(changes),
      report: report => this.reportEdit(report),
    })
    this.logFiles = {
      port,
      dir,
      stamp: () => now().replace(/[:.]/g, '-'),
      onForeign: (file, detail, setAside) =>
        this.edits.note({ file, at: now(), outcome: 'rejected', detail, setAside }),
    }
    this.mirrors = new Mirrors(
      this.counters,
      def => this.slotOf(def).state,
      (state, rows) => this.tell(state.def, rows),
    )
  }

  async open(): Promise<void> {
    const { port, dir, manifest, ownership } = this.options
    const recovered = await recover({ port, dir, manifest, defs: this.defs, logFiles: this.logFiles })
    for (const [file, list] of recovered.intended) this.intended.set(file, list)
    manifest.epoch = ownership.epoch
    this.journal = await Journal.begin(
      {
        port,
        folder: join(dir, 'journal'),
        epoch: ownership.epoch,
        columns: [...this.defs.values()].flatMap(def =>
          def.shape === 'counter' ? [] : [[def.name, codecOf(def).names] as const],
        ),
        holds: () => ownership.holds(),
        onPoisoned: error => this.lose(sentenceOf(error)),
        onWritable: problem => this.setWritable(problem),
      },
      recovered.sequence,
      recovered.carried,
    )
    try {
      for (const name of recovered.oldFiles) await port.remove(join(dir, 'journal', name))
      for (const { def, partition, changes } of recovered.replay) this.slotOf(def, partition).replay = changes
      for (const { def, partition, row } of recovered.lines) {
        const log = this.logs.of(def, partition)
        log.push(log.encode(row), row[def.time] as string)
      }
      for (const def of this.defs.values()) {
        if (def.shape === 'log' && !def.partitioned) this.logs.of(def, undefined)
        if (def.shape === 'table' && !def.partitioned) this.mirrors.admit(await this.slots.load(this.slotOf(def)))
      }
      for (const def of this.defs.values())
        if (def.shape === 'counter')
          this.counters.set(
            def.name,
            new CounterState(def, this.slotOf(this.defs.get(counterTable(def.file).name) as TableDef).state!),
          )
    } catch (error) {
      await this.journal.close()
      throw error
    }
    this.upkeep = new Upkeep({
      port,
      dir,
      now: this.options.now,
      manifest,
      checkpointMs: this.options.checkpointMs,
      editMs: this.options.editMs,
      log: this.options.log,
      slots: this.slots,
      logs: this.logs,
      journal: this.journal,
      edits: this.edits,
      logFiles: this.logFiles,
      mirrors: this.mirrors,
      defs: this.defs,
      verifyOwner: () => this.verifyOwner(),
      beforeSnapshot: at => this.mirrors.update(at, this.slots),
      poison: () => this.poison,
      lose: reason => this.lose(reason),
      refused: () => this.writeProblem !== undefined,
    })
  }

  table<R>(def: TableDef<R>): Rows<R> {
    this.known(def)
    if (def.partitioned) throw new TypeError(`${def.name} has partitions: use partition().`)
    return this.slotOf(def as TableDef).state! as unknown as Rows<R>
  }

  async partition<R>(def: TableDef<R>, name: string): Promise<Rows<R>> {
    this.known(def)
    return (await this.slots.load(this.slotOf(def as TableDef, name))) as unknown as Rows<R>
  }

  log<R>(def: LogDef<R>): LogReader<R> {
    this.known(def)
    const { port, dir } = this.options
    return makeLogReader({ port, dir, state: name => this.logs.of(def as LogDef, name) }) as unknown as LogReader<R>
  }

  counter(def: CounterDef): Counter {
    this.known(def)
    return this.counters.get(def.name)!
  }

  async commit(changes: Change[]): Promise<void> {
    this.refuse()
    const missing = new Set<Slot>()
    for (const change of changes) {
      if (!('table' in change) || !change.table.partitioned) continue
      const slot = this.slotOf(change.table, change.partition)
      if (!slot.state) missing.add(slot)
    }
    if (missing.size === 0) return this.accept(changes)
    for (const slot of missing) slot.pins++
    try {
      await Promise.all([...missing].map(slot => this.slots.load(slot)))
      this.refuse()
      await this.accept(changes)
    } finally {
      for (const slot of missing) slot.pins--
    }
  }

  watch<R>(def: TableDef<R>, listener: (change: TableChange<R>) => void): () => void {
    let listeners = this.watchers.get(def.name)
    if (!listeners) this.watchers.set(def.name, (listeners = new Set()))
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  /** Applies a set to memory and hands it to the journal, in one turn of the event loop. */
  private accept(changes: Change[]): Promise<void> {
    const applied = applyChanges({ slots: this.slots, logs: this.logs, known: def => this.known(def) }, changes)
    if (applied.changes === '') return Promise.resolve()
    for (const { def, change } of applied.changed) this.tell(def, change)
    this.mirrors.saw(applied.changed)
    return new Promise((resolve, reject) => {
      this.journal.add({
        changes: applied.changes,
        resolve: () => resolve(),
        reject,
        undo: () => {
          applied.undo()
          for (const { def, change } of applied.changed.reverse()) this.tell(def, reversed(change))
        },
      })
      this.upkeep?.changed()
    })
  }

  private tell(def: TableDef, change: TableChange<Row>): void {
    const listeners = this.watchers.get(def.name)
    if (listeners) for (const listener of listeners) listener(change)
  }

  /** Throws when nothing can be written. */
  private refuse(): void {
    const reason = this.closing
      ? 'the store is closing.'
      : this.poison
        ? sentenceOf(this.poison)
        : this.upkeep?.problem && this.journal.bytes > journalLimit
          ? sentenceOf(this.upkeep.problem)
          : undefined
    if (reason)
      throw new AppError('store_unavailable', `Nothing can be saved at the moment: ${reason}`, { retryAfter: 5 })
  }

  private known(def: { name: string }): void {
    if (this.defs.get(def.name) !== (def as unknown)) throw new TypeError(`${def.name} is not kept in this store.`)
  }

  private slotOf(def: TableDef, partition?: string): Slot {
    return this.slots.of(def, partition, isCounterTable(def) ? counterRowKey : undefined)
  }

  checkpoint(): Promise<void> {
    const upkeep = this.upkeep!
    return upkeep.inLane(() => upkeep.checkpoint())
  }

  snapshot(copy: (files: AsyncIterable<SnapshotFile>) => Promise<void>): Promise<void> {
    const upkeep = this.upkeep!
    return upkeep.inLane(async () => {
      this.refuse()
      await upkeep.checkpoint()
      const { port, dir, manifest } = this.options
      await copy(snapshotFiles(port, dir, manifest))
    })
  }

  async backfill<R>(def: LogDef<R>, rows: Iterable<R> | AsyncIterable<R>, partition?: string): Promise<void> {
    this.known(def)
    const month = this.options.now().slice(0, 7)
    async function* ended() {
      for await (const row of rows as AsyncIterable<Row>) {
        if (!def.monthly || !((row[def.time] as string).slice(0, 7) < month))
          throw new TypeError(`${def.name}: only rows of ended months are added this way.`)
        yield row
      }
    }
    await this.upkeep!.inLane(async () => {
      this.refuse()
      await writeHistory(this.logFiles, this.logs.of(def as LogDef, partition), ended())
    })
  }

  purge(column: string, value: string): Promise<Record<string, number>> {
    const upkeep = this.upkeep!
    const deps: PurgeDeps = {
      ...this.logFiles,
      manifest: this.options.manifest,
      defs: this.defs.values(),
      logs: this.logs,
      slotOf: (def, partition) => this.slotOf(def, partition),
      load: slot => this.slots.load(slot),
      commit: changes => this.commit(changes),
      afterCheckpoint: work =>
        upkeep.inLane(async () => {
          this.refuse()
          await upkeep.checkpoint()
          await work()
        }),
    }
    return purge(deps, column, value)
  }

  erase<R>(def: LogDef<R>, column: keyof R & string, values: ReadonlySet<string>, partition?: string): Promise<number> {
    this.known(def)
    const upkeep = this.upkeep!
    return upkeep.inLane(async () => {
      this.refuse()
      await upkeep.checkpoint()
      const { manifest } = this.options
      const count = await eraseRows({ ...this.logFiles, manifest }, this.logs.of(def, partition), column, values)
      if (count > 0) await manifest.save()
      return count
    })
  }

  private verifyOwner(): void {
    if (this.options.ownership.holds()) return
    this.lose(`the data folder ${this.options.dir} was taken over by another process`)
    throw this.poison
  }

  /** The end of all writing until a restart. */
  lose(reason: string): void {
    if (this.poison) return
    this.poison = new Error(reason)
    this.options.log?.error({}, `writing has stopped until a restart: ${reason}`)
  }

  private setWritable(problem: Error | undefined): void {
    if (problem && !this.writeProblem)
      this.options.log?.error({ err: problem }, `writes are refused: ${sentenceOf(problem)}`)
    if (!problem && this.writeProblem) this.options.log?.info({}, 'writes are accepted again')
    this.writeProblem = problem
  }

  private reportEdit({ file, outcome, detail, setAside }: EditReport): void {
    if (outcome === 'accepted') this.options.log?.info({ file }, `${file} was edited by hand: ${detail}`)
    else this.options.log?.warn({ file, setAside }, `${file} was edited by hand and not understood: ${detail}`)
  }

  status(): StoreStatus {
    const reason = this.poison ?? this.writeProblem ?? this.upkeep?.problem
    return {
      ready: !this.poison && !this.writeProblem && !this.closing,
      reason: this.closing ? 'The store is closing.' : reason && sentenceOf(reason),
      poisoned: this.poison !== undefined,
      epoch: this.options.ownership.epoch,
      journalBytes: this.journal.bytes,
      cachedBytes: this.slots.bytes,
      commits: this.journal.commits,
      syncs: this.journal.syncs,
      edits: [...this.edits.reports],
    }
  }

  close(): Promise<void> {
    this.closing ??= this.shut()
    return this.closing
  }

  private async shut(): Promise<void> {
    this.upkeep?.stop()
    await this.journal.drained()
    try {
      if (!this.poison) await this.checkpoint()
    } finally {
      await this.upkeep?.inLane(async () => {})
      await this.journal.close().catch(() => {})
      await this.options.ownership.release()
    }
  }
}
