/**
 * Work on the files as a whole: a snapshot, history from elsewhere, removing what was somebody's. One at a time, with no
 * checkpoint meanwhile but the one it begins with.
 */
import type { AnyDef, LogDef, TableDef } from '../define.ts'
import type { Change, SnapshotFile } from '../store.ts'
import type { Row } from './codec.ts'
import { writeHistory } from './history.ts'
import type { LogFileDeps } from './log-file.ts'
import type { Logs } from './log-state.ts'
import type { Manifest } from './manifest.ts'
import type { Slot } from './partition.ts'
import { eraseRows, purge } from './purge.ts'
import { snapshotFiles } from './snapshot.ts'
import type { TableState } from './table.ts'
import type { Upkeep } from './upkeep.ts'

export interface WholeDeps extends LogFileDeps {
  upkeep: Upkeep
  manifest: Manifest
  defs: ReadonlyMap<string, AnyDef>
  logs: Logs
  /** ISO 8601 UTC. */
  now: () => string
  slotOf(def: TableDef, partition?: string): Slot
  load(slot: Slot): Promise<TableState>
  commit(changes: Change[]): Promise<void>
  /** Throws when nothing can be written. */
  check(): void
}

export class Whole {
  private readonly deps: WholeDeps

  constructor(deps: WholeDeps) {
    this.deps = deps
  }

  snapshot(copy: (files: AsyncIterable<SnapshotFile>) => Promise<void>): Promise<void> {
    const { port, dir, manifest } = this.deps
    return this.afterCheckpoint(() => copy(snapshotFiles(port, dir, manifest)))
  }

  async backfill(def: LogDef, rows: Iterable<Row> | AsyncIterable<Row>, partition: string | undefined): Promise<void> {
    const { upkeep, logs, now, check } = this.deps
    const month = now().slice(0, 7)
    async function* ended() {
      for await (const row of rows) {
        if (!def.monthly || !((row[def.time] as string).slice(0, 7) < month))
          throw new TypeError(`${def.name}: only rows of ended months are added this way.`)
        yield row
      }
    }
    await upkeep.inLane(async () => {
      check()
      await writeHistory(this.deps, logs.of(def, partition), ended())
    })
  }

  purge(column: string, value: string): Promise<Record<string, number>> {
    const afterCheckpoint = (work: () => Promise<void>) => this.afterCheckpoint(work)
    return purge({ ...this.deps, defs: this.deps.defs.values(), afterCheckpoint }, column, value)
  }

  erase(def: LogDef, column: string, values: ReadonlySet<string>, partition: string | undefined): Promise<number> {
    const { logs, manifest } = this.deps
    return this.afterCheckpoint(async () => {
      const count = await eraseRows(this.deps, logs.of(def, partition), column, values)
      if (count > 0) await manifest.save()
      return count
    })
  }

  private afterCheckpoint<T>(work: () => Promise<T>): Promise<T> {
    const { upkeep, check } = this.deps
    return upkeep.inLane(async () => {
      check()
      await upkeep.checkpoint()
      return work()
    })
  }
}
