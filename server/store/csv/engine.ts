/** The engine as a whole: opening, commits, what can be read, closing. */
import { join } from 'node:path'
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
import { Health } from './health.ts'
import type { StoreLog } from './index.ts'
import { Journal, sentenceOf } from './journal.ts'
import type { LogFileDeps } from './log-file.ts'
import { makeLogReader } from './log-reader.ts'
import { Logs } from './log-state.ts'
import type { Manifest, TableFile } from './manifest.ts'
import { Mirrors } from './mirror.ts'
import type { Ownership } from './owner.ts'
import { type Slot, Slots } from './partition.ts'
import { recover } from './recovery.ts'
import { applyChanges, reversed } from './transaction.ts'
import { Upkeep } from './upkeep.ts'
import { Watchers } from './watchers.ts'
import { Whole } from './whole.ts'

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

export class CsvStore implements Store {
  private readonly options: EngineOptions
  private readonly slots: Slots
  private readonly logs: Logs
  private readonly edits: Edits
  private readonly logFiles: LogFileDeps
  private readonly defs = new Map<string, AnyDef>()
  private readonly intended = new Map<string, TableFile[]>()
  private readonly counters = new Map<string, CounterState>()
  private readonly watchers = new Watchers()
  private readonly health: Health
  private readonly mirrors: Mirrors
  private journal!: Journal
  private upkeep: Upkeep | undefined
  private whole: Whole | undefined
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
    this.health = new Health({
      log: options.log,
      behind: () => ({ journalBytes: this.journal.bytes, problem: this.upkeep?.problem }),
    })
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
      (state, rows) => this.watchers.tell(state.def, rows),
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
        onPoisoned: error => this.health.lose(sentenceOf(error)),
        onWritable: problem => this.health.wrote(problem),
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
      poison: () => this.health.poison,
      lose: reason => this.health.lose(reason),
      refused: () => this.health.refusal !== undefined,
    })
    this.whole = new Whole({
      ...this.logFiles,
      upkeep: this.upkeep,
      manifest,
      defs: this.defs,
      logs: this.logs,
      now: this.options.now,
      slotOf: (def, partition) => this.slotOf(def, partition),
      load: slot => this.slots.load(slot),
      commit: changes => this.commit(changes),
      check: () => this.health.check(),
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
    this.health.check()
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
      this.health.check()
      await this.accept(changes)
    } finally {
      for (const slot of missing) slot.pins--
    }
  }

  watch<R>(def: TableDef<R>, listener: (change: TableChange<R>) => void): () => void {
    return this.watchers.add(def as TableDef, listener)
  }

  /** Applies a set to memory and hands it to the journal, in one turn of the event loop. */
  private accept(changes: Change[]): Promise<void> {
    const applied = applyChanges({ slots: this.slots, logs: this.logs, known: def => this.known(def) }, changes)
    if (applied.changes === '') return Promise.resolve()
    for (const { def, change } of applied.changed) this.watchers.tell(def, change)
    this.mirrors.saw(applied.changed)
    return new Promise((resolve, reject) => {
      this.journal.add({
        changes: applied.changes,
        resolve: () => resolve(),
        reject,
        undo: () => {
          applied.undo()
          for (const { def, change } of applied.changed.reverse()) this.watchers.tell(def, reversed(change))
        },
      })
      this.upkeep?.changed()
    })
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
    return this.whole!.snapshot(copy)
  }

  async backfill<R>(def: LogDef<R>, rows: Iterable<R> | AsyncIterable<R>, partition?: string): Promise<void> {
    this.known(def)
    await this.whole!.backfill(def as LogDef, rows as AsyncIterable<Row>, partition)
  }

  purge(column: string, value: string): Promise<Record<string, number>> {
    return this.whole!.purge(column, value)
  }

  erase<R>(def: LogDef<R>, column: keyof R & string, values: ReadonlySet<string>, partition?: string): Promise<number> {
    this.known(def)
    return this.whole!.erase(def as LogDef, column, values, partition)
  }

  /** The end of all writing until a restart. */
  lose(reason: string): void {
    this.health.lose(reason)
  }

  private verifyOwner(): void {
    if (this.options.ownership.holds()) return
    this.health.lose(`the data folder ${this.options.dir} was taken over by another process`)
    throw this.health.poison
  }

  private reportEdit({ file, outcome, detail, setAside }: EditReport): void {
    if (outcome === 'accepted') this.options.log?.info({ file }, `${file} was edited by hand: ${detail}`)
    else this.options.log?.warn({ file, setAside }, `${file} was edited by hand and not understood: ${detail}`)
  }

  status(): StoreStatus {
    return {
      ready: this.health.ready,
      reason: this.health.reason,
      poisoned: this.health.poison !== undefined,
      epoch: this.options.ownership.epoch,
      journalBytes: this.journal.bytes,
      cachedBytes: this.slots.bytes,
      commits: this.journal.commits,
      syncs: this.journal.syncs,
      edits: [...this.edits.reports],
    }
  }

  close(): Promise<void> {
    this.health.closing = true
    this.closing ??= this.shut()
    return this.closing
  }

  private async shut(): Promise<void> {
    this.upkeep?.stop()
    await this.journal.drained()
    try {
      if (!this.health.poison) await this.checkpoint()
    } finally {
      await this.upkeep?.inLane(async () => {})
      await this.journal.close().catch(() => {})
      await this.options.ownership.release()
    }
  }
}
