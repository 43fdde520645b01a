/** A client's long history goes out, in, and away with little memory: the programs run with a small heap. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openCsvStore } from '../../server/store/csv/index.ts'
import { clients, requests, turns, usageLogs } from '../../server/store/records.ts'
import { append, insert, settle } from '../../server/store/store.ts'
import { effort } from '../faults/effort.ts'
import { clientRow, turnRow, usageRow } from '../store/suite.ts'

/** What the rows would take is several times this. */
const heapMb = 48
const counts = { turns: effort(15_000, 100_000), usage: effort(40_000, 300_000) }
/** So many of each belong to this month. */
const recent = 2000
let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'long-history-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const path = (name: string) => join(dir, name)
const month = new Date().toISOString().slice(0, 7)

/** Rows over three ended months and this one, in order of time. */
function* times(count: number): Generator<{ time: string; number: number }> {
  for (let number = 0; number < count; number++) {
    const ago = Math.floor((number * 3) / count) + 1
    yield { time: `2025-0${ago}-10T10:00:${String(number % 60).padStart(2, '0')}.000Z`, number }
  }
}

async function furnish(): Promise<void> {
  const store = await openCsvStore({ dir: path('data'), now: () => new Date() })
  await store.commit([insert(clients, clientRow('acme')), insert(clients, clientRow('other'))])
  const said = (number: number) => `Question "${number}",\n${'x'.repeat(1500)}`
  const turnOf = (time: string, number: number) => ({ ...turnRow(time, `t${number}`, said(number)), client_id: 'acme' })
  function* oldTurns() {
    for (const { time, number } of times(counts.turns - recent)) yield turnOf(time, number)
  }
  function* oldUsage() {
    for (const { time, number } of times(counts.usage - recent))
      yield { ...usageRow(time, `{"n":${number}}`), client_id: number % 3 === 0 ? 'other' : 'acme' }
  }
  await store.backfill(turns, oldTurns(), 'acme')
  await store.backfill(usageLogs, oldUsage())
  const now = new Date().toISOString()
  for (let done = 0; done < recent; done += 500) {
    const rows = Array.from({ length: 500 }, (_, i) => done + i)
    await store.commit([
      ...rows.map(i => append(turns, turnOf(now, counts.turns - recent + i), 'acme')),
      ...rows.map(i => append(usageLogs, { ...usageRow(now, `{"recent":${i}}`), client_id: 'acme' })),
      settle(store.counter(requests).reserve('acme', month, 500, 1e9)!),
    ])
  }
  await store.close()
}

function program(data: string, name: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [`--max-old-space-size=${heapMb}`, `dist/scripts/${name}.js`, ...args],
    { env: { ...process.env, DATA_DIR: path(data), NODE_OPTIONS: '' }, encoding: 'utf8' },
  )
  expect([status, stderr], `${name}: ${stderr}`).toEqual([0, ''])
  return stdout
}

async function measure(data: string) {
  const store = await openCsvStore({ dir: path(data), now: () => new Date() })
  const hash = createHash('sha256')
  const found = { turns: 0, usage: 0, requests: store.counter(requests).value('acme', month), sha256: '' }
  for await (const row of store.log(turns).scan({ partition: 'acme' })) {
    found.turns++
    hash.update(`${row.timestamp} ${row.turn_id} ${row.message}\n`)
  }
  for await (const row of store.log(usageLogs).scan()) {
    if (row.client_id !== 'acme' || row.action === 'client_import_begun') continue
    found.usage++
    hash.update(`${row.timestamp} ${row.details}\n`)
  }
  await store.close()
  return { ...found, sha256: hash.digest('hex') }
}

it('a long history is exported, imported and erased in a small heap', { timeout: 1_800_000 }, async () => {
  await furnish()
  const before = await measure('data')
  expect(before).toMatchObject({ turns: counts.turns, requests: recent })
  const began = performance.now()
  program('data', 'export-client', 'acme', path('acme.zip'))
  // The other installation exists.
  await (await openCsvStore({ dir: path('elsewhere'), now: () => new Date() })).close()
  program('elsewhere', 'import-client', path('acme.zip'))
  expect(await measure('elsewhere')).toEqual(before)
  program('data', 'erase-client', 'acme', path('receipt.txt'))
  expect(readFileSync(path('receipt.txt'), 'utf8')).toContain('Erased the client acme')
  expect(await measure('data')).toMatchObject({ turns: 0, usage: 0, requests: 0 })
  console.log(
    `${counts.turns} turns and ${counts.usage} usage rows out, in and away with ${heapMb} MB of heap in ` +
      `${((performance.now() - began) / 1000).toFixed(0)} s`,
  )
})
