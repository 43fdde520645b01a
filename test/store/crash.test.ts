import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { checkFolder } from '../../server/store/csv/check.ts'
import { openCsvStore } from '../../server/store/csv/index.ts'
import { parseJournal } from '../../server/store/csv/journal-record.ts'
import type { AnyDef } from '../../server/store/define.ts'
import * as records from '../../server/store/records.ts'
import { clients, knowledge, sessions, usageLogs } from '../../server/store/records.ts'
import { append, insert, type Store } from '../../server/store/store.ts'
import { MemoryDisk } from '../faults/disk.ts'
import { openOn } from '../faults/workload.ts'
import { bundle, run } from './program.ts'
import { readByEngine, readByPython } from './readers.ts'
import { clientRow, collect, entryRow, usageRow } from './suite.ts'

const defs = Object.values(records) as unknown as AnyDef[]
let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'crash-'))
})
afterEach(() => rm(dir, { recursive: true }))

describe('a process that is killed', () => {
  let program: string
  beforeAll(async () => {
    program = await bundle('crash-program')
  })

  it('has lost nothing it acknowledged, and nothing is half there, round after round', async () => {
    let acknowledged = 0
    for (let round = 0; round < 5; round++) {
      const { child, line, lines, ended } = run(program, [dir])
      const [, last, , state] = (await line(text => text.startsWith('start '))).split(' ')
      expect(state, lines[0]).toBe('whole')
      expect(Number(last)).toBeGreaterThanOrEqual(acknowledged)
      await line(text => Number(text) > Number(last) + 20 + round * 10)
      child.kill('SIGKILL')
      await ended
      acknowledged = Math.max(...lines.filter(text => /^\d+$/.test(text)).map(Number))
    }
    await (await openCsvStore({ dir, now: () => new Date() })).close()
    const { problems } = await checkFolder({ dir, defs })
    expect(problems).toEqual([])
    for (const file of [
      'clients.csv',
      'usage_logs.csv',
      'counters.csv',
      'knowledge/acme/knowledge.csv',
      'conversations/acme/turns.csv',
    ]) {
      const bytes = await readFile(join(dir, file))
      expect(parse(bytes)).toEqual(readByEngine(bytes))
      expect(readByPython(bytes)).toEqual(readByEngine(bytes))
    }
  })
})

describe('a journal', () => {
  const writeRows = async (store: Store) => {
    for (let i = 0; i < 12; i++)
      await store.commit([
        insert(clients, clientRow(`c${i}`, { company_name: 'quotes ", newlines \n, 🙂 and \0' })),
        append(usageLogs, usageRow('2026-03-10T12:00:00.000Z', `${i} "a"\n`)),
      ])
  }

  it('cut off at any byte holds exactly the records that are whole', async () => {
    const disk = new MemoryDisk()
    const clock = { number: 1 }
    const store = await openOn(disk, clock)
    await store.checkpoint()
    await writeRows(store)
    const state = disk.state()
    const [name] = [...state.files.keys()].filter(path => /\d{6}-\d{6}\.csv$/.test(path) && path.endsWith('2.csv'))
    const journal = state.files.get(name!)!
    // Where each record ends, found by reading it whole at each length.
    let opened = 0
    for (let length = 0; length <= journal.length; length++) {
      const torn = journal.subarray(0, length)
      const content = parseJournal(name!.split('/').at(-1)!, torn, 1)
      expect(content.damage).toBeUndefined()
      expect(content.goodLength).toBeLessThanOrEqual(length)
      if (length % 41 !== 0) continue
      const survivor = await openOn(
        new MemoryDisk({ ...state, files: new Map([...state.files, [name!, torn]]) }),
        clock,
      )
      const rows = content.records.filter(record => record.changes.includes('put,clients')).length
      expect(survivor.table(clients).size).toBe(rows)
      expect(await collect(survivor.log(usageLogs).scan())).toHaveLength(rows)
      await survivor.close()
      opened++
    }
    expect(opened).toBeGreaterThan(50)
  })

  it('with garbage or zeros behind its last record holds all its records', async () => {
    const disk = new MemoryDisk()
    const store = await openOn(disk, { number: 1 })
    await store.checkpoint()
    await writeRows(store)
    const state = disk.state()
    const name = [...state.files.keys()]
      .filter(path => /\d{6}-\d{6}\.csv$/.test(path))
      .sort()
      .at(-1)!
    const tails = [
      Buffer.alloc(5000),
      Buffer.from('15,14,"put,clients,,x'),
      Buffer.from('"'),
      Buffer.from([0xff, 0xfe, 10, 44, 34]),
    ]
    for (const tail of tails) {
      const files = new Map([...state.files, [name, Buffer.concat([state.files.get(name)!, tail])]])
      const survivor = await openOn(new MemoryDisk({ ...state, files }), { number: 1 })
      expect(survivor.table(clients).size).toBe(12)
      await survivor.close()
    }
  })

  it('damaged in the midst is refused with file and place, not cut off', async () => {
    const disk = new MemoryDisk()
    const store = await openOn(disk, { number: 1 })
    await store.checkpoint()
    await writeRows(store)
    const state = disk.state()
    const name = [...state.files.keys()]
      .filter(path => /\d{6}-\d{6}\.csv$/.test(path))
      .sort()
      .at(-1)!
    const bytes = Buffer.from(state.files.get(name)!)
    bytes[bytes.indexOf('c5@example.com')] = 0x58
    const damaged = new MemoryDisk({ ...state, files: new Map([...state.files, [name, bytes]]) })
    await expect(openOn(damaged, { number: 1 })).rejects.toThrow(
      /journal\/\d+-\d+\.csv: the record at byte \d+ is damaged/,
    )
  })

  it('of an earlier epoch is not read any more, whatever is written to it', async () => {
    const now = () => new Date('2026-03-10T12:00:00.000Z')
    const first = await openCsvStore({ dir, now, checkpointMs: 1e8 })
    await first.commit([insert(clients, clientRow('a'))])
    const journals = (await readdir(join(dir, 'journal'))).filter(name => /^\d/.test(name))
    const kept = join(tmpdir(), `kept-${process.pid}`)
    await cp(join(dir, 'journal', journals[0]!), kept)
    await first.close()
    const second = await openCsvStore({ dir, now, checkpointMs: 1e8 })
    await second.close()
    await cp(kept, join(dir, 'journal', journals[0]!))
    await rm(kept)
    const third = await openCsvStore({ dir, now })
    expect([...third.table(clients).all()].map(row => row.client_id)).toEqual(['a'])
    expect(third.status().epoch).toBe(3)
    await third.close()
  })
})

describe('what is found at the start', () => {
  const now = () => new Date('2026-03-10T12:00:00.000Z')
  const opened = async () => openCsvStore({ dir, now })

  it('a folder written by a newer version is refused', async () => {
    await (await opened()).close()
    const path = join(dir, 'journal/manifest.csv')
    await writeFile(path, (await readFile(path, 'utf8')).replace('format,,1,', 'format,,99,'))
    await expect(opened()).rejects.toThrow('written by a newer version (format 99)')
  })

  it('a damaged manifest is refused', async () => {
    await (await opened()).close()
    const path = join(dir, 'journal/manifest.csv')
    await writeFile(path, (await readFile(path, 'utf8')).replace('sequence,,', 'sequence,,9'))
    await expect(opened()).rejects.toThrow('manifest.csv is damaged')
  })

  it('plain CSV files without a manifest are taken as they are', async () => {
    await writeFile(
      join(dir, 'clients.csv'),
      'client_id,company_name,email,password_hash,api_key,created_at,last_login,is_active,plan,knowledge_limit,monthly_requests,used_requests\n' +
        'acme,Acme,a@b.c,h,k,1767225600,,True,free,,,7\n',
    )
    await writeFile(
      join(dir, 'usage_logs.csv'),
      'timestamp,client_id,action,details,ip_address\n2026-03-01T00:00:00.000Z,acme,chat,old,\n',
    )
    const store = await opened()
    expect(store.table(clients).get('acme')).toMatchObject({
      created_at: '2026-01-01T00:00:00.000Z',
      is_active: true,
      knowledge_limit: null,
    })
    await store.commit([append(usageLogs, usageRow('2026-03-10T12:00:00.000Z', 'new'))])
    await store.close()
    expect(await readFile(join(dir, 'clients.csv'), 'utf8')).toMatch(
      /\nacme,Acme,a@b\.c,h,k,2026-01-01T00:00:00\.000Z,,true,free,,,0,,*\n/,
    )
    expect(
      (await readFile(join(dir, 'usage_logs.csv'), 'utf8'))
        .split('\n')
        .slice(1, 3)
        .map(row => row.split(',')[3]),
    ).toEqual(['old', 'new'])
  })

  it('a damaged table without a good state is refused with file and row, and left as it is', async () => {
    const damaged = 'client_id,email\na,a@b.c\nb,"b@b.c\n'
    await writeFile(join(dir, 'clients.csv'), damaged)
    await expect(opened()).rejects.toThrow('clients.csv cannot be read: row 3: a quote is damaged')
    expect(await readFile(join(dir, 'clients.csv'), 'utf8')).toBe(damaged)
  })

  it('a damaged partition fails alone, naming file and row', async () => {
    const store = await opened()
    await store.commit([insert(knowledge, entryRow('1'), 'acme'), insert(knowledge, entryRow('1'), 'beta')])
    await store.close()
    await rm(join(dir, 'journal/base'), { recursive: true })
    await writeFile(join(dir, 'knowledge/acme/knowledge.csv'), 'id,content\n1,"a\n')
    const again = await opened()
    await expect(again.partition(knowledge, 'acme')).rejects.toThrow(
      'knowledge/acme/knowledge.csv cannot be read: row 2',
    )
    await expect(again.commit([insert(knowledge, entryRow('2'), 'acme')])).rejects.toThrow('row 2')
    expect((await again.partition(knowledge, 'beta')).size).toBe(1)
    await again.close()
    expect(await readFile(join(dir, 'knowledge/acme/knowledge.csv'), 'utf8')).toBe('id,content\n1,"a\n')
  })

  it('writes exactly the listed columns in the listed order, and the header from the start', async () => {
    const store = await opened()
    await store.checkpoint()
    for (const def of [clients, sessions])
      expect(await readFile(join(dir, def.file), 'utf8')).toBe(`${Object.keys(def.columns).join(',')}\n`)
    // The first columns are a contract with files that exist already.
    expect(await readFile(join(dir, 'sessions.csv'), 'utf8')).toMatch(
      /^session_id,client_id,created_at,expires_at,is_active[,\n]/,
    )
    expect(await readFile(join(dir, 'usage_logs.csv'), 'utf8')).toBe('timestamp,client_id,action,details,ip_address\n')
    await store.close()
  })
})

describe('months', () => {
  it('move to files of their own at the first checkpoint after they end, also where nobody writes any more', async () => {
    let now = new Date('2026-03-31T23:59:00.000Z')
    let store = await openCsvStore({ dir, now: () => now })
    await store.commit([append(usageLogs, usageRow('2026-03-31T23:59:00.000Z', 'march'))])
    await store.close()
    now = new Date('2026-04-01T00:00:00.000Z')
    store = await openCsvStore({ dir, now: () => now })
    await store.checkpoint()
    expect(await readFile(join(dir, 'usage_logs-2026-03.csv'), 'utf8')).toContain('march')
    expect(await readFile(join(dir, 'usage_logs.csv'), 'utf8')).toBe('timestamp,client_id,action,details,ip_address\n')
    await store.close()
  })

  it('never end twice: a clock that jumps a day on and back loses and doubles nothing', async () => {
    let now = new Date('2026-03-31T12:00:00.000Z')
    const store = await openCsvStore({ dir, now: () => now })
    const details: string[] = []
    for (const [i, at] of [
      '2026-03-31T12:00:00.000Z',
      '2026-04-01T12:00:00.000Z',
      '2026-03-31T12:00:01.000Z',
      '2026-04-01T12:00:01.000Z',
      '2026-05-02T00:00:00.000Z',
      '2026-03-31T12:00:02.000Z',
    ].entries()) {
      now = new Date(at)
      await store.commit([append(usageLogs, usageRow(at, String(i)))])
      await store.checkpoint()
      details.push(String(i))
    }
    expect((await collect(store.log(usageLogs).scan())).map(row => row.details).sort()).toEqual(details)
    await store.close()
  })
})
