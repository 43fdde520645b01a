/**
 * Where tables live in memory: one slot per table, or per partition of a partitioned one.
 *
 * A partition is read from its file on first use. When all partitions together pass the byte budget, those not used for
 * longest leave, but never one with changes that no checkpoint has written. Leaving means that the slot keeps only a
 * weak reference: whoever still holds the view goes on seeing later commits, because the same object comes back.
 */
import { AppError } from '../../errors.ts'
import type { TableDef } from '../define.ts'
import type { Row } from './codec.ts'
import type { TableFile } from './manifest.ts'
import type { TableState } from './table.ts'

const partitionName = /^[A-Za-z0-9_-]{1,64}$/

/** The file of a table or log, relative to the data folder. Only checked partition names become part of a path. */
export function fileOf(
  def: { name: string; file: string; partitioned: boolean },
  partition: string | undefined,
): string {
  if (!def.partitioned) {
    if (partition !== undefined) throw new TypeError(`${def.name} has no partitions.`)
    return def.file
  }
  if (partition === undefined || !partitionName.test(partition))
    throw new AppError(
      'invalid_request',
      `${JSON.stringify(partition ?? '').slice(0, 80)} cannot name a part of ${def.name}.`,
    )
  return def.file.replace('{partition}', partition)
}

/** The partition that a file belongs to; undefined when it is none of this table's or log's. */
export function partitionOf(def: { file: string }, file: string): string | undefined {
  const [before, after] = def.file.split('{partition}') as [string, string]
  const name =
    file.startsWith(before) && file.endsWith(after) ? file.slice(before.length, file.length - after.length) : ''
  return partitionName.test(name) ? name : undefined
}

/** A change out of the journal that waits for its partition to be read. */
export type Replay = { op: 'put'; row: Row } | { op: 'delete'; key: string } | { op: 'clear' }

export class Slot {
  readonly def: TableDef
  readonly partition: string | undefined
  readonly file: string
  readonly keyOf: ((row: Row) => string) | undefined
  /** The file as the last checkpoint left it; undefined when there is none of ours. */
  disk: TableFile | undefined
  /** What a checkpoint that may not have been completed would have left. */
  intended: TableFile[] = []
  /** Size, time and inode of the file when we last looked, as one string. */
  stamp = ''
  replay: Replay[] = []
  /** Loads and commits that need the rows to stay. */
  pins = 0
  used = 0
  loading: Promise<TableState> | undefined
  private strong: TableState | undefined
  private weak: WeakRef<TableState> | undefined

  constructor(def: TableDef, partition: string | undefined, keyOf?: (row: Row) => string) {
    this.def = def
    this.partition = partition
    this.file = fileOf(def, partition)
    this.keyOf = keyOf
  }

  /** The rows if they are in memory. */
  get state(): TableState | undefined {
    return (this.strong ??= this.weak?.deref())
  }

  /** As `state`, without bringing it back for good. */
  peek(): TableState | undefined {
    return this.strong ?? this.weak?.deref()
  }

  keep(state: TableState): void {
    this.strong = state
    this.weak = undefined
  }

  leave(): void {
    if (this.strong) this.weak = new WeakRef(this.strong)
    this.strong = undefined
  }

  get held(): TableState | undefined {
    return this.strong
  }

  get dirty(): boolean {
    return this.replay.length > 0 || (this.strong?.dirty ?? false)
  }
}

export interface SlotsDeps {
  /** Reads a slot's file and calls `keep`. */
  load(slot: Slot): Promise<TableState>
  cacheBytes: number
  known: ReadonlyMap<string, TableFile>
  intended: ReadonlyMap<string, TableFile[]>
}

export class Slots {
  private readonly slots = new Map<string, Slot>()
  private readonly deps: SlotsDeps
  private clock = 0

  constructor(deps: SlotsDeps) {
    this.deps = deps
  }

  /** The slot of a table or partition; made on first use. */
  of(def: TableDef, partition?: string, keyOf?: (row: Row) => string): Slot {
    const id = partition === undefined ? def.name : `${def.name}/${partition}`
    let slot = this.slots.get(id)
    if (!slot) {
      slot = new Slot(def, partition, keyOf)
      slot.disk = this.deps.known.get(slot.file)
      slot.intended = this.deps.intended.get(slot.file) ?? []
      this.slots.set(id, slot)
    }
    slot.used = ++this.clock
    return slot
  }

  all(): IterableIterator<Slot> {
    return this.slots.values()
  }

  /** The rows, read from the file if need be. */
  async load(slot: Slot): Promise<TableState> {
    if (slot.held) return slot.held
    slot.pins++
    try {
      let loaded = slot.state
      if (!loaded) {
        slot.loading ??= this.deps.load(slot).finally(() => {
          slot.loading = undefined
        })
        loaded = await slot.loading
      }
      this.trim()
      return loaded
    } finally {
      slot.pins--
    }
  }

  get bytes(): number {
    let sum = 0
    for (const slot of this.slots.values()) if (slot.partition !== undefined) sum += slot.held?.bytes ?? 0
    return sum
  }

  /** Lets partitions go until the rest fits. */
  trim(): void {
    let bytes = this.bytes
    if (bytes <= this.deps.cacheBytes) return
    const idle = [...this.slots.values()].filter(
      slot => slot.partition !== undefined && slot.held && slot.pins === 0 && !slot.dirty && !slot.loading,
    )
    idle.sort((a, b) => a.used - b.used)
    for (const slot of idle) {
      if (bytes <= this.deps.cacheBytes) return
      bytes -= slot.held!.bytes
      slot.leave()
    }
  }
}

/** What the journal says on top of what the file says. */
export function replayInto(state: TableState, replay: readonly Replay[]): void {
  for (const change of replay) {
    if (change.op === 'put') state.put(state.key(change.row), change.row)
    else if (change.op === 'delete') state.put(change.key, undefined)
    else for (const key of state.keys()) state.put(key, undefined)
  }
}
