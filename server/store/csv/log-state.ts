/**
 * A log between two checkpoints: how far its file goes, and the lines that are in the journal but not in the file yet.
 * The file itself is never held; `log-reader.ts` reads it, `log-file.ts` appends to it.
 */
import type { LogDef } from '../define.ts'
import { codecOf, type Row } from './codec.ts'
import type { LogFile } from './manifest.ts'
import { fileOf } from './partition.ts'

export class LogState {
  readonly def: LogDef
  readonly partition: string | undefined
  /** Relative to the data folder. */
  readonly file: string
  /** The file's logical content: bytes past `length` are an append that has not been completed. */
  length: number
  crc: number
  month: string
  /** Columns of the file beyond those of `def`; known once `checked`. */
  foreign = 0
  /** The file's header and length were looked at since the start. */
  checked = false
  /** An append was begun and not completed: what is past `length` is ours. */
  unfinished = false
  /** Encoded rows without line end, oldest first, and their times. */
  lines: string[] = []
  times: string[] = []
  /** How many of the lines the checkpoint under way covers. */
  cut = 0
  /** Changes whenever `length` or the file behind the name does. */
  generation = 0
  /** While the file is being moved to its month's name. */
  moving: Promise<void> | undefined

  constructor(def: LogDef, partition: string | undefined, known: LogFile | undefined) {
    this.def = def
    this.partition = partition
    this.file = fileOf(def, partition)
    this.length = known?.length ?? 0
    this.crc = known?.crc ?? 0
    this.month = known?.month ?? ''
  }

  push(encoded: string, time: string): void {
    this.lines.push(encoded)
    this.times.push(time)
  }

  /** Takes the newest line back. */
  pop(): void {
    this.lines.pop()
    this.times.pop()
  }

  encode(row: Row): string {
    return codecOf(this.def).encode(row)
  }
}

/** Every log that was touched since the start, made on first use. */
export class Logs {
  private readonly states = new Map<string, LogState>()
  private readonly known: ReadonlyMap<string, LogFile>

  constructor(known: ReadonlyMap<string, LogFile>) {
    this.known = known
  }

  of(def: LogDef, partition: string | undefined): LogState {
    const id = partition === undefined ? def.name : `${def.name}/${partition}`
    let state = this.states.get(id)
    if (!state) {
      state = new LogState(def, partition, this.known.get(fileOf(def, partition)))
      this.states.set(id, state)
    }
    return state
  }

  all(): IterableIterator<LogState> {
    return this.states.values()
  }
}
