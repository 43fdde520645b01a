/**
 * The write-ahead journal and its group commit.
 *
 * Every set of changes is applied to memory first and then handed to `add`, in order. A batch is whatever waits when
 * the disk is free: one write, one fdatasync, then everyone in it is told. Two turns of the event loop pass before the
 * next batch is taken: in the first the answers go out, in the second the next requests of those connections come in,
 * so that batches fill instead of alternating between full and almost empty.
 *
 * Failures. A *write* that fails (disk full) leaves the file as it was before: memory is rolled back at once, newest
 * first, everything that waits is refused along with the batch since it was built on it, and the file is cut back to
 * its last good length and synced, so that a refused record cannot come back after a crash. Later commits try again.
 * A batch counts only if the folder is still ours after its sync.
 * A *sync* that fails ends all writing until a restart: the kernel may have dropped the pages and would report success
 * the next time. Recovery copies the records into a fresh file for the same reason.
 */
import { AppError } from '../../errors.ts'
import { codeOf, type FilePort, type OpenFile, SyncError, syncFile, syncFolder, writeAll } from './file-port.ts'
import {
  encodeOpening,
  encodeRecord,
  fileNameOf,
  journalHeader,
  recordRoom,
  seedOf,
  writeRecord,
} from './journal-record.ts'

export interface JournalEntry {
  changes: string
  undo(): void
  /** Called with the record's sequence. */
  resolve(sequence: number): void
  reject(error: Error): void
}

interface JournalFile {
  name: string
  seed: number
  file: OpenFile
  length: number
}

interface Cut {
  take(sequence: number): void
  cancel(): void
  resolve(sequence: number): void
  reject(error: Error): void
}

export interface JournalDeps {
  port: FilePort
  /** The folder of journal files. */
  folder: string
  epoch: number
  /** Columns of every table and log, in the order of their cells. */
  columns: Iterable<readonly [string, readonly string[]]>
  /** Whether the folder is still this process's. */
  holds(): boolean
  /** Called once, when nothing can be written any more. */
  onPoisoned(error: Error): void
  /** Called when the disk refuses or takes writes again. */
  onWritable(problem: Error | undefined): void
}

/** However slow the disk, a batch waits no longer than half of this for more. */
const gatherLimitMs = 4
const scratchLimit = 4 * 1024 * 1024

const turn = () => new Promise<void>(resolve => setImmediate(resolve))

const refusal = (error: Error) =>
  new AppError('store_unavailable', `Nothing can be saved at the moment: ${sentenceOf(error)}`, {
    retryAfter: 5,
    cause: error,
  })

/** The folder has another owner: what was just written, nobody may ever read. */
class LostError extends Error {
  constructor() {
    super('the data folder was taken over by another process')
  }
}

/** What happened, for people. */
export function sentenceOf(error: Error): string {
  const code = codeOf(error)
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'the disk is full.'
  if (code === 'EFBIG') return 'a file has reached the size that this process may write (see `ulimit -f`).'
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') return 'the data folder is read-only.'
  if (code === 'EIO') return 'the disk reports an error.'
  return error.message.endsWith('.') ? error.message : `${error.message}.`
}

export class Journal {
  /** The last record that is safe on disk. */
  sequence: number
  commits = 0
  syncs = 0
  /** Bytes of files that no checkpoint has made superfluous. */
  bytes = 0
  private readonly deps: JournalDeps
  private queue: JournalEntry[] = []
  private current: JournalFile
  private next: JournalFile | undefined
  private cut: Cut | undefined
  private running: Promise<void> | undefined
  private poison: Error | undefined
  /** How many were writing in the last round, and how long its write and sync took. */
  private writers = 0
  private syncMs = 0
  /** Where batches are put together. */
  private scratch = Buffer.alloc(0)
  private number: number
  private fileNames: string[]

  private constructor(deps: JournalDeps, current: JournalFile, number: number, sequence: number) {
    this.deps = deps
    this.current = current
    this.number = number
    this.sequence = sequence
    this.bytes = current.length
    this.fileNames = [current.name]
  }

  /**
   * Begins a new epoch's journal with records carried over from the last one. They are written into a fresh file, so
   * that they are on the disk for sure, whatever became of the pages they were read from.
   */
  static async begin(deps: JournalDeps, sequence: number, carried: readonly { sequence: number; changes: string }[]) {
    const name = fileNameOf(deps.epoch, 1)
    const seed = seedOf(name)
    const parts = [Buffer.from(journalHeader), encodeOpening(seed, deps.columns)]
    for (const record of carried) parts.push(encodeRecord(seed, record.sequence, record.sequence - 1, record.changes))
    const bytes = Buffer.concat(parts)
    const path = `${deps.folder}/${name}`
    const file = await deps.port.open(`${path}.tmp`, 'create')
    try {
      await writeAll(file, bytes, 0)
      await syncFile(file, path)
      await deps.port.rename(`${path}.tmp`, path)
      await syncFolder(deps.port, deps.folder)
    } catch (error) {
      await file.close()
      throw error
    }
    return new Journal(deps, { name, seed, file, length: bytes.length }, 1, sequence)
  }

  /** Takes a set of changes that memory holds already. */
  add(entry: JournalEntry): void {
    if (this.poison) {
      entry.undo()
      entry.reject(refusal(this.poison))
      return
    }
    this.queue.push(entry)
    this.running ??= this.run()
  }

  /** A record of the engine's own; resolves with its sequence when it is durable. */
  note(changes: string): Promise<number> {
    return new Promise((resolve, reject) => {
      if (this.poison) return reject(refusal(this.poison))
      this.add({ changes, undo() {}, resolve, reject })
    })
  }

  /** Makes the file that `rotate` will go on in, so that rotating costs nothing. */
  async prepareNext(): Promise<void> {
    if (this.next) return
    const name = fileNameOf(this.deps.epoch, this.number + 1)
    const path = `${this.deps.folder}/${name}`
    const seed = seedOf(name)
    const bytes = Buffer.concat([Buffer.from(journalHeader), encodeOpening(seed, this.deps.columns)])
    const file = await this.deps.port.open(path, 'create')
    try {
      await writeAll(file, bytes, 0)
      await syncFile(file, path)
      await syncFolder(this.deps.port, this.deps.folder)
    } catch (error) {
      await file.close()
      throw error
    }
    this.number++
    this.next = { name, seed, file, length: bytes.length }
  }

  /**
   * Calls `take` at a moment when memory is exactly the state after a record that is about to be, or is, durable; goes
   * on in the prepared file; resolves with that record's sequence once it is durable. `cancel` is called instead if it
   * never will be, before memory is rolled back.
   */
  rotate(take: (sequence: number) => void, cancel: () => void): Promise<number> {
    return new Promise((resolve, reject) => {
      if (this.poison) return reject(refusal(this.poison))
      this.cut = { take, cancel, resolve, reject }
      this.running ??= this.run()
    })
  }

  /** Removes the files before the current one: a checkpoint holds all they say. */
  async dropOlder(): Promise<void> {
    while (this.fileNames[0] !== undefined && this.fileNames[0] !== this.current.name) {
      await this.deps.port.remove(`${this.deps.folder}/${this.fileNames[0]}`)
      this.fileNames.shift()
    }
    this.bytes = this.current.length
  }

  /** Waits until everything handed in is durable or refused. */
  async drained(): Promise<void> {
    while (this.running) await this.running
  }

  async close(): Promise<void> {
    await this.drained()
    await this.current.file.close()
    await this.next?.file.close()
    if (this.next) await this.deps.port.remove(`${this.deps.folder}/${this.next.name}`)
  }

  private async run(): Promise<void> {
    // Leaves the caller's turn first: `running` is set by then.
    await turn()
    while (this.queue.length > 0 || this.cut) {
      await turn()
      await this.gather()
      const batch = this.queue
      this.queue = []
      const cut = this.cut
      this.cut = undefined
      const last = this.sequence + batch.length
      cut?.take(last)
      if (batch.length > 0) {
        try {
          await this.write(batch)
        } catch (error) {
          await this.fail(error as Error, batch, cut)
          continue
        }
      }
      this.sequence = last
      if (cut) {
        await this.swap()
        cut.resolve(last)
      }
      this.commits += batch.length
      this.writers = batch.length + this.queue.length
      for (let i = 0; i < batch.length; i++) batch[i]!.resolve(last - batch.length + 1 + i)
      await turn()
    }
    this.running = undefined
  }

  /** Waits for those who wrote in the last round to come again, for at most half of what a sync takes. */
  private async gather(): Promise<void> {
    const until = performance.now() + this.syncMs / 2
    while (this.queue.length < this.writers * 0.95 && !this.cut && performance.now() < until) await turn()
  }

  private async write(batch: readonly JournalEntry[]): Promise<void> {
    const { current, sequence } = this
    let room = 0
    for (const { changes } of batch) room += recordRoom(changes)
    if (this.scratch.length < room) this.scratch = Buffer.allocUnsafe(room)
    let end = 0
    for (let i = 0; i < batch.length; i++)
      end = writeRecord(this.scratch, end, current.seed, sequence + 1 + i, sequence, batch[i]!.changes)
    const bytes = this.scratch.subarray(0, end)
    // One huge import is no reason to keep its memory.
    if (room > scratchLimit) this.scratch = Buffer.alloc(0)
    const began = performance.now()
    await writeAll(current.file, bytes, current.length)
    await syncFile(current.file, current.name, true)
    if (!this.deps.holds()) throw new LostError()
    this.syncs++
    this.syncMs = Math.min(performance.now() - began, gatherLimitMs)
    current.length += bytes.length
    this.bytes += bytes.length
    this.deps.onWritable(undefined)
  }

  private async fail(error: Error, batch: readonly JournalEntry[], cut: Cut | undefined): Promise<void> {
    const refused = [...batch, ...this.queue]
    this.queue = []
    cut?.cancel()
    for (let i = refused.length - 1; i >= 0; i--) refused[i]!.undo()
    let cause = error
    if (error instanceof SyncError || error instanceof LostError) this.end(error)
    else this.deps.onWritable(error)
    try {
      await this.current.file.truncate(this.current.length)
      await syncFile(this.current.file, this.current.name)
    } catch (second) {
      // Neither written nor taken back: what the file holds is unknown.
      cause = second as Error
      this.end(cause)
    }
    const answer = refusal(cause)
    cut?.reject(answer)
    for (const entry of refused) entry.reject(answer)
    if (this.poison) this.refuseAll(answer)
  }

  /** What came in while the end was being dealt with. */
  private refuseAll(answer: Error): void {
    const late = this.queue
    this.queue = []
    this.cut?.cancel()
    this.cut?.reject(answer)
    this.cut = undefined
    for (let i = late.length - 1; i >= 0; i--) late[i]!.undo()
    for (const entry of late) entry.reject(answer)
  }

  private end(error: Error): void {
    if (this.poison) return
    this.poison = error
    this.deps.onPoisoned(error)
  }

  private async swap(): Promise<void> {
    const old = this.current
    this.current = this.next!
    this.next = undefined
    this.fileNames.push(this.current.name)
    this.bytes += this.current.length
    await old.file.close().catch(() => {})
  }
}
