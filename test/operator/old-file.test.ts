import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { eachRow, type Note, readRows } from '../../server/operator/migrate/old-file.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const shape = { columns: ['timestamp', 'client_id', 'details'], telling: ['timestamp', 'client_id'] }
const many = Array.from({ length: 40_000 }, (_, i) => `2025-03-01T10:00:00Z,acme,"Grüße, ""${i}"""\n`).join('')
const header = 'timestamp,client_id,details\n'

it.each([
  ['more than is read at once', Buffer.from(header + many), 40_000, []],
  ['without a header', Buffer.from(many.slice(0, many.indexOf('\n') + 1)), 1, []],
  ['a mark before the header, and semicolons', Buffer.from('\ufeffclient_id;timestamp;x\nacme;1;y\n'), 1, []],
  ['UTF-16 from a spreadsheet', Buffer.from(`\ufeff${header}${many}`, 'utf16le'), 40_000, []],
  ['Windows-1252 late in the file', Buffer.from(header + many, 'latin1'), 40_000, [0]],
  ['blank rows', Buffer.from(`\n,,\n${header}\n1,acme,\n`), 1, []],
  ['a quote that is never closed', Buffer.from(`${header}1,acme,x\n2,acme,"a\n3,acme,y\n`), 1, [3]],
  ['nothing', Buffer.from(''), 0, []],
])('reads row by row as at once: %s', async (_, bytes, count, noted) => {
  const path = join(folder, 'usage_logs.csv')
  writeFileSync(path, bytes)
  const notes: Note[] = []
  const rows = []
  for await (const row of eachRow(path, 'usage_logs.csv', shape, notes)) rows.push(row)
  const notesAtOnce: Note[] = []
  expect(rows).toEqual(readRows(path, 'usage_logs.csv', shape, notesAtOnce))
  expect(notes).toEqual(notesAtOnce)
  expect(rows).toHaveLength(count)
  expect(notes.map(note => note.row)).toEqual(noted)
})
