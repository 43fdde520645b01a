/**
 * What stands in a journal file. It is CSV: `sequence,synced,changes,checksum`, one record per set of changes.
 *
 * - `sequence` goes up by one from record to record, through all files.
 * - `synced` is the last sequence known to be safe on disk when this record was written. A damaged record followed by
 *   one that knows it as safe was acknowledged: that is a damaged disk, and not the torn tail of a crash.
 * - `changes` is CSV again, one line per change: `put,TABLE,PARTITION,cells…` (a whole row, then name and value of each
 *   foreign column), `delete,TABLE,PARTITION,KEY`, `clear,TABLE,PARTITION`, `append,LOG,PARTITION,cells…`; of a
 *   checkpoint under way: `file,PATH,LENGTH,HASH` (a table about to be renamed into place), `tail,PATH,FROM,TO` (a log
 *   about to grow), `close,PATH,MONTHLY PATH` (a log about to be moved). All can be replayed more than once.
 * - `checksum` is the CRC-32 of the record's bytes before it, begun with the file's name: a record of another file, or
 *   half a record that happens to parse, does not count.
 *
 * A file opens with record 0, which names the columns of every table as this file orders them
 * (`columns,TABLE,names…`), so that a journal can be replayed by a version with more columns.
 */
import { crc32 } from 'node:zlib'
import { CsvReader, cell, line } from './rfc4180.ts'

export const journalHeader = 'sequence,synced,changes,checksum\n'

const journalName = /^(\d{6,})-(\d{6,})\.csv$/

export const fileNameOf = (epoch: number, number: number): string =>
  `${String(epoch).padStart(6, '0')}-${String(number).padStart(6, '0')}.csv`

/** Epoch and number of a journal file; undefined for any other name. */
export function parseFileName(name: string): { name: string; epoch: number; number: number } | undefined {
  const found = journalName.exec(name)
  return found ? { name, epoch: Number(found[1]), number: Number(found[2]) } : undefined
}

export const seedOf = (fileName: string): number => crc32(fileName)

/** Room that writing a record needs: four bytes for a unit of UTF-16. Counted where guessing would cost much. */
export const recordRoom = (changes: string): number =>
  (changes.length < 100_000 ? changes.length * 3 : Buffer.byteLength(changes)) + changes.length + headRoom + 24

/** Two whole numbers, two commas and a quote. */
const headRoom = 40
const QUOTE = 34

/** Writes one record into `bytes` at `at`, where there must be room; returns where it ends. `changes` ends with a line end. */
export function writeRecord(
  bytes: Buffer,
  at: number,
  seed: number,
  sequence: number,
  synced: number,
  changes: string,
): number {
  let end = at + bytes.write(`${sequence},${synced},"`, at, 'latin1')
  // The text is laid down further on and moved here with its quotes doubled. It has no more quotes than units, so what is
  // written never overtakes what is read. Doubling them in the string costs four times as much, and garbage.
  const from = at + headRoom + changes.length
  const to = from + bytes.write(changes, from)
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!
    bytes[end++] = byte
    if (byte === QUOTE) bytes[end++] = byte
  }
  end += bytes.write('",', end, 'latin1')
  const sum = crc32(bytes.subarray(at, end), seed)
  return end + bytes.write(`${sum.toString(16).padStart(8, '0')}\n`, end, 'latin1')
}

/** One record by itself. */
export function encodeRecord(seed: number, sequence: number, synced: number, changes: string): Buffer {
  const bytes = Buffer.allocUnsafe(recordRoom(changes))
  return bytes.subarray(0, writeRecord(bytes, 0, seed, sequence, synced, changes))
}

/** The record that opens a file. */
export const encodeOpening = (seed: number, columns: Iterable<readonly [string, readonly string[]]>): Buffer =>
  encodeRecord(seed, 0, 0, [...columns].map(([name, names]) => line(['columns', name, ...names])).join(''))

export interface JournalRecord {
  sequence: number
  synced: number
  changes: string
}

export interface JournalContent {
  columns: Map<string, string[]>
  records: JournalRecord[]
  /** Bytes up to the end of the last good record. */
  goodLength: number
  /** A record that was acknowledged and cannot be read any more. */
  damage?: string
}

/** Reads a journal file up to its torn tail. `before` is the last record of the files before it. */
export function parseJournal(name: string, bytes: Buffer, before: number): JournalContent {
  const seed = seedOf(name)
  const content: JournalContent = { columns: new Map(), records: [], goodLength: 0 }
  const header = Buffer.from(journalHeader)
  if (bytes.length < header.length || !bytes.subarray(0, header.length).equals(header)) return content
  const reader = new CsvReader(bytes, header.length)
  content.goodLength = header.length
  let last: JournalRecord | undefined
  while (reader.next()) {
    const record = check(seed, reader, bytes)
    if (!record || (last && last.sequence > 0 && record.sequence !== last.sequence + 1)) break
    if (record.sequence === 0) {
      for (const [op, table, ...names] of parseChanges(record.changes))
        if (op === 'columns') content.columns.set(table!, names)
    } else content.records.push(record)
    last = record
    content.goodLength = reader.offset
  }
  const expected = (content.records.at(-1)?.sequence ?? before) + 1
  const proof = laterRecords(seed, bytes, content.goodLength).find(record => record.synced >= expected)
  if (proof)
    content.damage = `${name}: the record at byte ${content.goodLength} is damaged, though it had been written safely (record ${proof.sequence} knows of it).`
  return content
}

function check(seed: number, { cells, start, offset }: CsvReader, bytes: Buffer): JournalRecord | undefined {
  if (cells.length !== 4) return undefined
  const [sequence, synced, changes, sum] = cells as [string, string, string, string]
  const covered = bytes.subarray(start, offset - sum.length - 1)
  if (crc32(covered, seed).toString(16).padStart(8, '0') !== sum) return undefined
  return { sequence: Number(sequence), synced: Number(synced), changes }
}

/** A torn tail is a batch at most; text in it that looks like the start of a record must not cost more than this. */
const searchBytes = 256 * 1024 * 1024

/** Whole records behind a damaged place, found by trying at every line that looks like the start of one. */
function laterRecords(seed: number, bytes: Buffer, from: number): JournalRecord[] {
  const found: JournalRecord[] = []
  const text = bytes.toString('latin1', from)
  let budget = searchBytes
  for (const start of text.matchAll(/\n(?=\d+,\d+,")/g)) {
    if (budget < 0) break
    const reader = new CsvReader(bytes, from + start.index + 1)
    const whole = reader.next()
    budget -= (whole ? reader.offset : bytes.length) - reader.start
    const record = whole ? check(seed, reader, bytes) : undefined
    if (record) found.push(record)
  }
  return found
}

/** The lines of a record's `changes`. */
export function parseChanges(changes: string): string[][] {
  const reader = new CsvReader(Buffer.from(changes))
  const lines: string[][] = []
  while (reader.next()) lines.push(reader.cells)
  return lines
}

/** The start of a change line, up to where the cells of a row follow. */
export const changePrefix = (op: 'put' | 'append', name: string, partition: string | undefined): string =>
  `${op},${cell(name)},${partition ?? ''},`
