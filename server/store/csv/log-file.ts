/**
 * Appending to log files, exactly once. The manifest knows each file's length; a checkpoint first notes in the journal
 * how far the file is about to grow (`tail`) or that it is about to be moved to its month's name (`close`), then writes
 * and syncs, then the manifest moves on. Whatever a crash leaves past the manifest's length is cut off by recovery and
 * appended again from the journal.
 */
import { dirname, join } from 'node:path'
import { crc32 } from 'node:zlib'
import { codecOf } from './codec.ts'
import { copyFile, ensureFolder, type FilePort, replaceFile, syncFile, syncFolder, writeAll } from './file-port.ts'
import type { LogState } from './log-state.ts'
import { CsvReader, line } from './rfc4180.ts'

/** What a checkpoint is about to do to one log. */
export interface LogPlan {
  log: LogState
  /** Bytes for the file as it is, and how many of the waiting lines are in them. */
  tail: Buffer
  tailLines: number
  /** Then it moves to this name, relative to the data folder … */
  closed?: string
  /** … and a new file begins with these bytes. */
  fresh?: Buffer
  month: string
}

export interface LogFileDeps {
  port: FilePort
  dir: string
  /** A file that is not what we left, with a sentence on what was done about it. */
  onForeign(file: string, detail: string, setAside?: string): void
  stamp(): string
}

/** Looking through a long file gives way to requests this often. */
const rowsPerTurn = 2000
const turn = () => new Promise<void>(resolve => setImmediate(resolve))

const monthOf = (time: string) => time.slice(0, 7)
const headerOf = (log: LogState) => line(codecOf(log.def).names)

/**
 * Looks at the file behind a log: new, ours, or changed by someone. Rows that others appended stay; of a file that no
 * reader could read any more a copy is set aside and a new one begun.
 */
export async function checkLog({ port, dir, onForeign, stamp }: LogFileDeps, log: LogState): Promise<void> {
  const path = join(dir, log.file)
  const size = (await port.stat(path))?.size
  if (size !== undefined && size > log.length && log.unfinished && log.length > 0) {
    const file = await port.open(path, 'edit')
    await file.truncate(log.length).finally(() => file.close())
    log.unfinished = false
  } else if (size === undefined || (log.unfinished && log.length === 0)) {
    log.length = 0
    log.crc = 0
  } else if (size !== log.length || !log.checked) {
    const changed = size !== log.length
    const bytes = changed ? (await port.readFile(path))! : await head(port, path)
    const problem = changed ? await inspect(log, bytes) : headerProblem(log, bytes)
    if (problem === 'columns') await convert(port, path, log, (await port.readFile(path))!)
    else if (problem) {
      const aside = `${log.file}.rejected-${stamp()}`
      await copyFile(port, path, join(dir, aside))
      const fresh = Buffer.from(headerOf(log))
      await replaceFile(port, path, fresh)
      log.length = fresh.length
      log.crc = crc32(fresh)
      log.foreign = 0
      log.month = ''
      onForeign(log.file, problem, aside)
    } else if (changed) {
      log.length = bytes.length
      log.crc = crc32(bytes)
    }
    log.generation++
  }
  log.checked = true
}

async function head(port: FilePort, path: string): Promise<Buffer> {
  const file = await port.open(path, 'read')
  try {
    const bytes = Buffer.alloc(64 * 1024)
    return bytes.subarray(0, await file.read(bytes, 0))
  } finally {
    await file.close()
  }
}

/** Why a file cannot be appended to: `columns` when others than ours, else a sentence. Undefined when it can. */
function headerProblem(log: LogState, bytes: Buffer): string | undefined {
  const reader = new CsvReader(bytes)
  if (!reader.next()) return 'its header cannot be read'
  const { names } = codecOf(log.def)
  const cells = reader.cells.map(cell => cell.replace(/^\ufeff/, '').trim())
  if (!cells.includes(log.def.time)) return 'there is no header row with the names of the columns'
  if (!names.every((name, i) => reader.cells[i] === name)) return 'columns'
  log.foreign = cells.length - names.length
  return undefined
}

async function inspect(log: LogState, bytes: Buffer): Promise<string | undefined> {
  const problem = headerProblem(log, bytes)
  if (problem) return problem
  const reader = new CsvReader(bytes)
  let row = 0
  let last = ''
  const place = codecOf(log.def).names.indexOf(log.def.time)
  while (reader.next()) {
    if (row > 0) last = reader.cells[place] ?? ''
    if (++row % rowsPerTurn === 0) await turn()
  }
  if (reader.damage === 'torn' && !bytes.subarray(reader.start).includes(34)) return 'columns'
  if (log.month === '' && log.def.monthly && /^\d{4}-\d\d/.test(last)) log.month = monthOf(last)
  return reader.damage ? `row ${row + 1}: a quote is damaged` : undefined
}

/** Brings a readable file with other columns, or without its last line end, into our shape. */
async function convert(port: FilePort, path: string, log: LogState, bytes: Buffer): Promise<void> {
  const { names } = codecOf(log.def)
  const whole = bytes.at(-1) === 10 ? bytes : Buffer.concat([bytes, Buffer.from('\n')])
  const from = whole[0] === 0xef && whole[1] === 0xbb && whole[2] === 0xbf ? 3 : 0
  const reader = new CsvReader(whole, from)
  reader.next()
  const header = reader.cells
  const foreign = header.filter(name => !names.includes(name))
  const places = [...names, ...foreign].map(name => header.indexOf(name))
  const parts = [line([...names, ...foreign])]
  let last = ''
  while (reader.next()) {
    parts.push(line(places.map(place => reader.cells[place] ?? '')))
    last = reader.cells[header.indexOf(log.def.time)] ?? ''
    if (parts.length % rowsPerTurn === 0) await turn()
  }
  const converted = Buffer.from(parts.join(''))
  await replaceFile(port, path, converted)
  log.foreign = foreign.length
  log.length = converted.length
  log.crc = crc32(converted)
  if (log.def.monthly && /^\d{4}-\d\d/.test(last)) log.month = monthOf(last)
}

/** Whether a checkpoint has anything to do for a log. */
export function needsAppend(log: LogState, now: string): boolean {
  if (log.cut > 0 || log.unfinished) return true
  if (log.length === 0) return !log.def.partitioned
  return log.def.monthly && log.month !== '' && log.month < monthOf(now)
}

/** What the lines under the cut come to, as of `now` (ISO). Undefined when there is nothing to do. */
export async function planLog(deps: LogFileDeps, log: LogState, now: string): Promise<LogPlan | undefined> {
  await ensureFolder(deps.port, deps.dir, dirname(log.file))
  await checkLog(deps, log)
  const thisMonth = monthOf(now)
  const encode = (lines: readonly string[]) => lines.map(text => `${text}${','.repeat(log.foreign)}\n`).join('')
  const whole = (month: string): LogPlan | undefined => {
    // A log of the whole store has its file, with the header, from the start.
    if (log.cut === 0 && (log.length > 0 || log.def.partitioned)) return undefined
    return { log, tail: withHeader(log, encode(log.lines.slice(0, log.cut))), tailLines: log.cut, month }
  }
  if (!log.def.monthly) return whole('')
  const months = log.times.slice(0, log.cut).map(monthOf)
  const inOrder = [...months].sort()
  const newest = [...inOrder, thisMonth].sort().at(-1)!
  if (log.length === 0 || log.month === '') log.month = inOrder[0] ?? newest
  if (newest <= log.month) return whole(log.month)
  // Rows of the month that ends go first; in each part they stay in the order they came.
  sortCut(log)
  const old = months.filter(month => month <= log.month).length
  const tail = old > 0 || log.length === 0 ? withHeader(log, encode(log.lines.slice(0, old))) : Buffer.alloc(0)
  const closed = await freeName(deps, log)
  log.foreign = 0
  const fresh = Buffer.from(headerOf(log) + encode(log.lines.slice(old, log.cut)))
  return { log, tail, tailLines: old, closed, fresh, month: newest }
}

const withHeader = (log: LogState, text: string) => Buffer.from(log.length === 0 ? headerOf(log) + text : text)

function sortCut(log: LogState): void {
  const order = Array.from({ length: log.cut }, (_, i) => i)
  const late = order.filter(i => monthOf(log.times[i]!) > log.month)
  const early = order.filter(i => monthOf(log.times[i]!) <= log.month)
  const lines = [...early, ...late].map(i => log.lines[i]!)
  const times = [...early, ...late].map(i => log.times[i]!)
  for (let i = 0; i < log.cut; i++) {
    log.lines[i] = lines[i]!
    log.times[i] = times[i]!
  }
}

/** The name for a closed month that no file has yet. */
export async function freeName({ port, dir }: LogFileDeps, log: LogState, month = log.month): Promise<string> {
  const stem = `${log.file.replace(/\.csv$/, '')}-${month}`
  for (let number = 1; ; number++) {
    const name = `${stem}${number === 1 ? '' : `-${number}`}.csv`
    if (!(await port.stat(join(dir, name)))) return name
  }
}

/** The journal lines that must be durable before `appendLog`. */
export const intentOf = ({ log, tail, closed }: LogPlan): string =>
  line(['tail', log.file, String(log.length), String(log.length + tail.length)]) +
  (closed ? line(['close', log.file, closed]) : '')

/** Carries a plan out. The state in memory follows each step, so that a failure leaves it true. */
export async function appendLog({ port, dir }: LogFileDeps, plan: LogPlan): Promise<void> {
  const { log, tail, closed, fresh } = plan
  const path = join(dir, log.file)
  if (tail.length > 0) {
    const isNew = log.length === 0
    log.unfinished = true
    const file = await port.open(path, isNew ? 'create' : 'edit')
    try {
      await writeAll(file, tail, log.length)
      await syncFile(file, log.file, !isNew)
    } finally {
      await file.close()
    }
    if (isNew) await syncFolder(port, dirname(path))
    log.unfinished = false
  }
  settle(log, log.length + tail.length, crc32(tail, log.crc), closed ? log.month : plan.month, plan.tailLines)
  if (!closed) return
  let moved = () => {}
  log.moving = new Promise(resolve => {
    moved = resolve
  })
  try {
    await port.rename(path, join(dir, closed))
    // The old name must be safe before the name it leaves is given to another file.
    await syncFolder(port, dirname(path))
    settle(log, 0, 0, plan.month, 0)
    log.unfinished = true
    const file = await port.open(path, 'create')
    try {
      await writeAll(file, fresh!, 0)
      await syncFile(file, log.file)
    } finally {
      await file.close()
    }
    await syncFolder(port, dirname(path))
    log.unfinished = false
    settle(log, fresh!.length, crc32(fresh!), plan.month, log.cut)
  } finally {
    log.moving = undefined
    moved()
  }
}

function settle(log: LogState, length: number, crc: number, month: string, written: number): void {
  log.length = length
  log.crc = crc
  log.month = month
  log.lines.splice(0, written)
  log.times.splice(0, written)
  log.cut -= written
  log.generation++
}
