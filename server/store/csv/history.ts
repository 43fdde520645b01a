/**
 * Rows of ended months that come from elsewhere. Their file is closed before it was ever open: each month gets a file of
 * its own under the next free name of that month, which readers find by its name and no checkpoint touches again.
 */
import { dirname, join } from 'node:path'
import { codecOf, type Row } from './codec.ts'
import { ensureFolder, replaceFile } from './file-port.ts'
import { freeName, type LogFileDeps } from './log-file.ts'
import type { LogState } from './log-state.ts'
import { line } from './rfc4180.ts'

/** Writes the rows, in time order; each month's appear together or not at all. No checkpoint may run meanwhile. */
export async function writeHistory(deps: LogFileDeps, log: LogState, rows: readonly Row[]): Promise<void> {
  const months = new Map<string, Row[]>()
  const timeOf = (row: Row) => row[log.def.time] as string
  for (const row of rows) {
    const month = timeOf(row).slice(0, 7)
    const known = months.get(month)
    if (known) known.push(row)
    else months.set(month, [row])
  }
  await ensureFolder(deps.port, deps.dir, dirname(log.file))
  const codec = codecOf(log.def)
  for (const [month, list] of [...months].sort(([a], [b]) => a.localeCompare(b))) {
    list.sort((a, b) => timeOf(a).localeCompare(timeOf(b)))
    const parts = [line(codec.names)]
    for (const row of list) parts.push(codec.encode(row), '\n')
    const name = await freeName(deps, log, month)
    await replaceFile(deps.port, join(deps.dir, name), Buffer.from(parts.join('')))
    log.generation++
  }
}
