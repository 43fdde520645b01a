/**
 * A disk in memory, behind the store's file port, that can lose power.
 *
 * While a program runs it sees what it wrote (the page cache). Beside that, every operation is recorded, and `PowerLoss`
 * follows the record to know what would be on the platter if the power went off between any two operations:
 * - bytes written since a file's last sync may be there, be gone, be there in part, or be there out of order;
 * - names made, renamed or removed since a folder's last sync may be there or not, each folder by itself;
 * - a sync that failed leaves its bytes visible but never to be written, as the Linux page cache does.
 * A rename is atomic. Syncing a file says nothing about its name.
 */
import { dirname } from 'node:path'
import type { FilePort, FileStat, OpenFile } from '../../server/store/csv/file-port.ts'

export type Op =
  | { kind: 'write'; ino: number; at: number; bytes: Buffer }
  | { kind: 'truncate'; ino: number; length: number }
  | { kind: 'sync'; ino: number }
  | { kind: 'failed-sync'; ino: number }
  | { kind: 'make'; path: string; ino: number }
  | { kind: 'folder'; path: string }
  | { kind: 'rename'; from: string; to: string }
  | { kind: 'remove'; path: string }
  | { kind: 'sync-folder'; path: string }

export interface DiskState {
  files: Map<string, Buffer>
  folders: Set<string>
}

interface Node {
  ino: number
  bytes: Buffer
  length: number
  mtimeMs: number
}

/** What a test may do instead of an operation: throw, or for a write say how many bytes to take. */
export type Fault = (operation: {
  kind: Op['kind'] | 'open' | 'read' | 'list'
  path: string
  bytes?: number
}) => number | undefined

const errno = (code: string, path: string) => Object.assign(new Error(`${code}: ${path}`), { code })
let inodes = 1

export class MemoryDisk implements FilePort {
  readonly ops: Op[] = []
  fault: Fault = () => undefined
  /** Bytes that all files together may hold. */
  capacity = Number.POSITIVE_INFINITY
  private readonly files = new Map<string, Node>()
  private readonly folders = new Set<string>()
  private time = 1_000_000

  constructor(state?: DiskState) {
    this.folders.add('/')
    for (const folder of state?.folders ?? []) this.folders.add(folder)
    for (const [path, bytes] of state?.files ?? []) this.files.set(path, this.node(Buffer.from(bytes)))
  }

  /** What a program sees: the state after a crash of the process alone. */
  state(): DiskState {
    return {
      files: new Map([...this.files].map(([path, node]) => [path, Buffer.from(node.bytes.subarray(0, node.length))])),
      folders: new Set(this.folders),
    }
  }

  private node(bytes: Buffer): Node {
    return { ino: inodes++, bytes, length: bytes.length, mtimeMs: this.time++ }
  }

  private find(path: string): Node {
    const node = this.files.get(path)
    if (!node) throw errno('ENOENT', path)
    return node
  }

  async open(path: string, mode: 'read' | 'edit' | 'create'): Promise<OpenFile> {
    if (mode !== 'read') this.fault({ kind: 'open', path })
    let node = this.files.get(path)
    if (mode === 'create') {
      if (!this.folders.has(dirname(path))) throw errno('ENOENT', path)
      if (node) {
        this.ops.push({ kind: 'truncate', ino: node.ino, length: 0 })
        node.length = 0
      } else {
        this.files.set(path, (node = this.node(Buffer.alloc(0))))
        this.ops.push({ kind: 'make', path, ino: node.ino })
      }
    } else if (!node) throw errno('ENOENT', path)
    return this.handle(path, node)
  }

  private handle(path: string, node: Node): OpenFile {
    const sync = async () => {
      try {
        this.fault({ kind: 'sync', path })
      } catch (error) {
        this.ops.push({ kind: 'failed-sync', ino: node.ino })
        throw error
      }
      this.ops.push({ kind: 'sync', ino: node.ino })
    }
    return {
      read: async (into, position) => {
        this.fault({ kind: 'read', path })
        return node.bytes.copy(into, 0, position, Math.min(node.length, position + into.length))
      },
      write: async (bytes, position) => {
        const taken = Math.min(
          this.fault({ kind: 'write', path, bytes: bytes.length }) ?? bytes.length,
          this.capacity === Number.POSITIVE_INFINITY ? bytes.length : this.roomFor(node, position),
        )
        if (taken <= 0 && bytes.length > 0) throw errno('ENOSPC', path)
        const end = position + taken
        if (end > node.bytes.length) {
          const larger = Buffer.alloc(Math.max(end, node.bytes.length * 2))
          node.bytes.copy(larger, 0, 0, node.length)
          node.bytes = larger
        }
        if (position > node.length) node.bytes.fill(0, node.length, position)
        bytes.copy(node.bytes, position, 0, taken)
        node.length = Math.max(node.length, end)
        node.mtimeMs = this.time++
        this.ops.push({ kind: 'write', ino: node.ino, at: position, bytes: Buffer.from(bytes.subarray(0, taken)) })
        return taken
      },
      sync,
      datasync: sync,
      truncate: async length => {
        this.fault({ kind: 'truncate', path })
        this.ops.push({ kind: 'truncate', ino: node.ino, length })
        node.length = Math.min(node.length, length)
        node.mtimeMs = this.time++
      },
      stat: async () => this.shape(node),
      close: async () => {},
    }
  }

  get used(): number {
    let sum = 0
    for (const { length } of this.files.values()) sum += length
    return sum
  }

  /** How many bytes a file can still take from `position` on: what it holds there already, and what is free. */
  private roomFor(node: Node, position: number): number {
    return Math.max(0, node.length - position) + Math.max(0, this.capacity - this.used)
  }

  private shape(node: Node): FileStat {
    return { size: node.length, mtimeMs: node.mtimeMs, ino: node.ino }
  }

  async readFile(path: string): Promise<Buffer | undefined> {
    const node = this.files.get(path)
    if (!node) return undefined
    this.fault({ kind: 'read', path })
    return Buffer.from(node.bytes.subarray(0, node.length))
  }

  async stat(path: string): Promise<FileStat | undefined> {
    const node = this.files.get(path)
    if (node) return this.shape(node)
    return this.folders.has(path) ? { size: 0, mtimeMs: 0, ino: 0 } : undefined
  }

  async list(folder: string): Promise<string[]> {
    this.fault({ kind: 'list', path: folder })
    return [...this.files.keys(), ...this.folders].flatMap(path =>
      dirname(path) === folder && path !== '/' ? [path.slice(folder === '/' ? 1 : folder.length + 1)] : [],
    )
  }

  async makeFolder(path: string): Promise<boolean> {
    if (this.folders.has(path)) return false
    if (!this.folders.has(dirname(path))) throw errno('ENOENT', path)
    this.fault({ kind: 'folder', path })
    this.ops.push({ kind: 'folder', path })
    this.folders.add(path)
    return true
  }

  async rename(from: string, to: string): Promise<void> {
    const node = this.find(from)
    this.fault({ kind: 'rename', path: to })
    this.ops.push({ kind: 'rename', from, to })
    this.files.delete(from)
    this.files.set(to, node)
  }

  async remove(path: string): Promise<void> {
    if (!this.files.has(path)) return
    this.fault({ kind: 'remove', path })
    this.ops.push({ kind: 'remove', path })
    this.files.delete(path)
  }

  async syncFolder(path: string): Promise<void> {
    this.fault({ kind: 'sync-folder', path })
    this.ops.push({ kind: 'sync-folder', path })
  }

  /** The inodes that were there before the first operation, for `PowerLoss`. */
  inodesAtStart(): Map<string, { ino: number; bytes: Buffer }> {
    return new Map(
      [...this.files].map(([path, { ino, bytes, length }]) => [
        path,
        { ino, bytes: Buffer.from(bytes.subarray(0, length)) },
      ]),
    )
  }
}

interface Pending {
  kind: 'write' | 'truncate'
  at: number
  bytes: Buffer
}

interface NameOp {
  folder: string
  apply(names: Map<string, number | 'folder'>): void
}

/** Numbers between 0 and 1 that are the same in every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** What the power's going off would leave: `lost` nothing unsynced, `kept` all of it, `mixed` anything in between. */
export type Loss = 'lost' | 'kept' | 'mixed'

/** Follows a record of operations; between any two of them it can say what the platter may hold. */
export class PowerLoss {
  private readonly durable = new Map<number, Buffer>()
  private readonly pending = new Map<number, Pending[]>()
  private names: Map<string, number | 'folder'>
  private nameOps: NameOp[] = []

  constructor(start?: { files: Map<string, { ino: number; bytes: Buffer }>; folders: Set<string> }) {
    this.names = new Map([['/', 'folder']])
    for (const folder of start?.folders ?? []) this.names.set(folder, 'folder')
    for (const [path, { ino, bytes }] of start?.files ?? []) {
      this.names.set(path, ino)
      this.durable.set(ino, Buffer.from(bytes))
    }
  }

  follow(op: Op): void {
    switch (op.kind) {
      case 'write':
        this.pendingOf(op.ino).push({ kind: 'write', at: op.at, bytes: op.bytes })
        break
      case 'truncate':
        this.pendingOf(op.ino).push({ kind: 'truncate', at: op.length, bytes: Buffer.alloc(0) })
        break
      case 'sync': {
        let bytes: Buffer = this.durable.get(op.ino) ?? Buffer.alloc(0)
        for (const change of this.pendingOf(op.ino)) bytes = applied(bytes, change)
        this.durable.set(op.ino, bytes)
        this.pending.delete(op.ino)
        break
      }
      case 'failed-sync':
        this.pending.delete(op.ino)
        break
      case 'make':
        this.name(op.path, names => names.set(op.path, op.ino))
        break
      case 'folder':
        this.name(op.path, names => names.set(op.path, 'folder'))
        break
      case 'rename': {
        // The inode is looked up as things are now: the rename may survive what made the old name.
        const ino = this.visible().get(op.from)!
        this.name(op.to, names => {
          names.delete(op.from)
          names.set(op.to, ino)
        })
        break
      }
      case 'remove':
        this.name(op.path, names => names.delete(op.path))
        break
      case 'sync-folder': {
        for (const { folder, apply } of this.nameOps) if (folder === op.path) apply(this.names)
        this.nameOps = this.nameOps.filter(({ folder }) => folder !== op.path)
      }
    }
  }

  private pendingOf(ino: number): Pending[] {
    let list = this.pending.get(ino)
    if (!list) this.pending.set(ino, (list = []))
    return list
  }

  private name(path: string, apply: NameOp['apply']): void {
    this.nameOps.push({ folder: dirname(path), apply })
  }

  private visible(): Map<string, number | 'folder'> {
    const names = new Map(this.names)
    for (const { apply } of this.nameOps) apply(names)
    return names
  }

  /** True when nothing is at stake: every variant would be the same. */
  get settled(): boolean {
    return this.nameOps.length === 0 && this.pending.size === 0
  }

  state(loss: Loss, random: () => number): DiskState {
    const names = loss === 'kept' ? this.visible() : new Map(this.names)
    if (loss === 'mixed') {
      const stopped = new Set<string>()
      const ordered = random() < 0.5
      for (const { folder, apply } of this.nameOps) {
        if (stopped.has(folder)) continue
        if (random() < 0.6) apply(names)
        else if (ordered) stopped.add(folder)
      }
    }
    const files = new Map<string, Buffer>()
    const folders = new Set<string>()
    const reachable = (path: string): boolean =>
      path === '/' || (names.get(path) === 'folder' && reachable(dirname(path)))
    for (const [path, ino] of names) {
      if (!reachable(dirname(path))) continue
      if (ino === 'folder') folders.add(path)
      else files.set(path, this.content(ino, loss, random))
    }
    return { files, folders }
  }

  private content(ino: number, loss: Loss, random: () => number): Buffer {
    let bytes: Buffer = this.durable.get(ino) ?? Buffer.alloc(0)
    const changes = this.pending.get(ino)
    if (!changes || loss === 'lost') return bytes
    if (loss === 'kept') {
      for (const change of changes) bytes = applied(bytes, change)
      return bytes
    }
    const manner = random()
    const upTo = Math.floor(random() * (changes.length + 1))
    for (const [i, change] of changes.entries()) {
      // In order up to a point that may be within a write …
      if (manner < 0.5) {
        if (i > upTo) break
        bytes = applied(bytes, i === upTo ? torn(change, random) : change)
      }
      // … or piece by piece, each there or not.
      else bytes = scattered(bytes, change, random)
    }
    return bytes
  }
}

function applied(bytes: Buffer, { kind, at, bytes: piece }: Pending): Buffer {
  if (kind === 'truncate') return Buffer.from(bytes.subarray(0, at))
  const result = Buffer.alloc(Math.max(bytes.length, at + piece.length))
  bytes.copy(result)
  piece.copy(result, at)
  return result
}

const torn = (change: Pending, random: () => number): Pending =>
  change.kind === 'truncate'
    ? change
    : { ...change, bytes: change.bytes.subarray(0, Math.floor(random() * change.bytes.length)) }

/** Disks write sectors; a file may have grown before its bytes arrived, and then holds zeros, or old bytes, in their place. */
function scattered(bytes: Buffer, change: Pending, random: () => number): Buffer {
  if (change.kind === 'truncate') return random() < 0.5 ? applied(bytes, change) : bytes
  const sector = [64, 512, 4096][Math.floor(random() * 3)]!
  let result = random() < 0.5 ? bytes : applied(bytes, { ...change, bytes: Buffer.alloc(change.bytes.length) })
  for (let from = 0; from < change.bytes.length; from += sector) {
    if (random() < 0.5)
      result = applied(result, {
        kind: 'write',
        at: change.at + from,
        bytes: change.bytes.subarray(from, from + sector),
      })
  }
  return result
}
