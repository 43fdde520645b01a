/** Readers of CSV that have nothing to do with each other; what one of them reads, all of them must read. */
import { spawnSync } from 'node:child_process'
import { parse } from 'csv-parse/sync'
import { CsvReader } from '../../server/store/csv/rfc4180.ts'

export function readByEngine(bytes: Buffer): string[][] {
  const reader = new CsvReader(bytes)
  const rows: string[][] = []
  while (reader.next()) rows.push(reader.cells)
  if (reader.damage) throw new Error(`Row ${rows.length + 1}: ${reader.damage}`)
  return rows
}

const program = `
import csv, io, json, sys
csv.field_size_limit(1 << 30)
text = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", newline="")
print(json.dumps(list(csv.reader(text, strict=True))))
`

/** What Python's csv module reads. Where there is no Python, csv-parse answers for it. */
export function readByPython(bytes: Buffer): string[][] {
  const { error, stdout, stderr, status } = spawnSync('python3', ['-c', program], { input: bytes, maxBuffer: 1 << 30 })
  if (error) return parse(bytes, { relax_column_count: true })
  if (status !== 0) throw new Error(stderr.toString())
  return JSON.parse(stdout.toString())
}
