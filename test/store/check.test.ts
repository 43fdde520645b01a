import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkFolder } from '../../server/store/csv/check.ts'
import { openCsvStore } from '../../server/store/csv/index.ts'
import type { AnyDef } from '../../server/store/define.ts'
import * as records from '../../server/store/records.ts'
import { clients, knowledge, requests, sessions, turns, usageLogs } from '../../server/store/records.ts'
import { append, insert, type Store, settle } from '../../server/store/store.ts'
import { clientRow, entryRow, sessionRow, turnRow, usageRow } from './suite.ts'

const defs = Object.values(records) as unknown as AnyDef[]
const now = () => new Date('2026-03-10T12:00:00.000Z')
const time = '2026-03-10T12:00:00.000Z'
let dir: string
let store: Store

const chat = (id: string) =>
  store.commit([
    append(usageLogs, usageRow(time, 'a "b"\n')),
    append(turns, turnRow(time, id), 'acme'),
    settle(store.counter(requests).reserve('acme', '2026-03', 1, 1e9)!),
  ])
const problems = async () =>
  (await checkFolder({ dir, defs })).problems.map(({ file, row, what }) => `${file}:${row}: ${what}`)
const rewrite = async (file: string, change: (text: string) => string) =>
  writeFile(join(dir, file), change(await readFile(join(dir, file), 'utf8')))

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'check-'))
  store = await openCsvStore({ dir, now, checkpointMs: 30 })
  await store.commit([
    insert(clients, clientRow('acme')),
    insert(clients, clientRow('beta')),
    insert(sessions, sessionRow('s1', '2026-03-11T12:00:00.000Z')),
    insert(knowledge, entryRow('e1', { content: '🙂 "x",\n\0' }), 'acme'),
    insert(knowledge, entryRow('e2'), 'acme'),
  ])
  await chat('t1')
  await chat('t2')
})
afterEach(async () => {
  await store.close()
  await rm(dir, { recursive: true })
})

describe('checking a data folder', () => {
  it('finds nothing wrong in a healthy one, with or without its server, also under load', async () => {
    expect(await problems()).toEqual([])
    let busy = true
    const load = (async () => {
      for (let i = 3; busy; i++) await chat(`t${i}`)
    })()
    for (let i = 0; i < 10; i++) {
      expect(await problems()).toEqual([])
      await new Promise(resolve => setTimeout(resolve, 20))
    }
    busy = false
    await load
    await store.close()
    const report = await checkFolder({ dir, defs })
    // One for each kind of record, and the client's knowledge and turns.
    const whole = new Set(defs.flatMap(def => (def.shape !== 'counter' && def.partitioned ? [] : [def.file]))).size
    expect(report).toMatchObject({ problems: [], files: whole + 2 })
    expect(report.rows).toBeGreaterThan(8)
  })

  it.each<[string, string, (text: string) => string, RegExp]>([
    [
      'a changed header',
      'clients.csv',
      text => text.replace('email', 'mail'),
      /^clients.csv:1: column 3 is "mail" and should be email$/m,
    ],
    [
      'a wrong type',
      'knowledge/acme/knowledge.csv',
      text => text.replace(/^(e2.*),true,/m, '$1,perhaps,'),
      /^knowledge\/acme\/knowledge.csv:3: is_active is neither true nor false/m,
    ],
    [
      'a duplicate key',
      'knowledge/acme/knowledge.csv',
      text => text.replace(/^e2/m, 'e1'),
      /^knowledge\/acme\/knowledge.csv:3: has the same id as row 2$/m,
    ],
    [
      'a duplicate unique value',
      'clients.csv',
      text => text.replace('beta@', 'acme@'),
      /^clients.csv:3: has the same email as row 2$/m,
    ],
    [
      'a damaged quote',
      'clients.csv',
      text => text.replace(/^beta,Company/m, 'beta,Comp"any'),
      /^clients.csv:3: a quote is damaged$/m,
    ],
    [
      'a row with too few cells',
      'clients.csv',
      text => text.replace(/^beta,.*$/m, 'beta,x'),
      new RegExp(`^clients.csv:3: has 2 cells, the header has ${Object.keys(clients.columns).length}$`, 'm'),
    ],
    [
      'a silent change',
      'clients.csv',
      text => text.replace('Company beta', 'Company bexa'),
      /^clients.csv:0: is not what the last checkpoint wrote/m,
    ],
    [
      'a changed log',
      'usage_logs.csv',
      text => text.replace('127.0.0.1', '127.0.0.2'),
      /^usage_logs.csv:0: is not what the last checkpoint left/m,
    ],
    [
      'a shortened log',
      'usage_logs.csv',
      text => text.slice(0, -5),
      /^usage_logs.csv:0: has \d+ bytes, the last checkpoint left \d+$/m,
    ],
    ['a log that was added to', 'usage_logs.csv', text => `${text}x`, /^usage_logs.csv:0: has 1 bytes more/m],
    [
      'an unknown client',
      'sessions.csv',
      text => text.replace('s1,acme', 's1,nobody'),
      /^sessions.csv:2: there is no client nobody$/m,
    ],
    [
      'a counter below the log',
      'counters.csv',
      text => text.replace('2026-03,2', '2026-03,1'),
      /^counters.csv:0: acme has 2 chats logged in 2026-03 and only 1 counted$/m,
    ],
    [
      'a damaged manifest',
      'journal/manifest.csv',
      text => text.replace('sequence,,', 'sequence,,1'),
      /^journal\/manifest.csv:0: .* is damaged/m,
    ],
  ])('names file and row of %s', async (_, file, damage, expected) => {
    await store.close()
    await rewrite(file, damage)
    expect((await problems()).join('\n')).toMatch(expected)
  })

  it('changes nothing', async () => {
    await store.close()
    const before = await readFile(join(dir, 'journal/manifest.csv'))
    await rewrite('clients.csv', text => text.replace('email', 'mail'))
    const damaged = await readFile(join(dir, 'clients.csv'))
    await problems()
    expect(await readFile(join(dir, 'clients.csv'))).toEqual(damaged)
    expect(await readFile(join(dir, 'journal/manifest.csv'))).toEqual(before)
  })
})
