/** What the child can be asked for; plain data in and out. */
import { readFile as readBytes } from 'node:fs/promises'
import { readFile } from './file/read.ts'
import type { FileReading, Role } from './file/reading.ts'
import { type ImportRows, readImport } from './file/records.ts'

export type Task =
  /** A file on disk → entries. */
  | { kind: 'file'; path: string; name: string; mapping?: Record<string, Role> }
  /** A file of entries, as an export writes it → their fields, exactly. */
  | { kind: 'import'; bytes: Uint8Array; name: string }

export type TaskResult<T extends Task> = T extends { kind: 'file' } ? FileReading : ImportRows

export async function runTask(task: Task, onProgress: (done: number, total: number) => void): Promise<unknown> {
  switch (task.kind) {
    case 'file':
      return readFile(await readBytes(task.path), task.name, { mapping: task.mapping, onProgress })
    case 'import':
      return readImport(Buffer.from(task.bytes), task.name)
  }
}
