import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openCsvStore } from '../../server/store/csv/index.ts'
import { clients, type KnowledgeRow, knowledge } from '../../server/store/records.ts'
import { insert, remove, type Store, type TableChange, update } from '../../server/store/store.ts'
import { clientRow, entryRow } from './suite.ts'

const file = 'knowledge/acme/knowledge.csv'
const header = Object.keys(knowledge.columns).join(',')

let dir: string
let store: Store
const now = () => new Date('2026-03-10T12:00:00.000Z')
const open = () => openCsvStore({ dir, now, editMs: 20, checkpointMs: 100, newId: () => `new-${++ids}` })
let ids = 0

beforeEach(async () => {
  ids = 0
  dir = await mkdtemp(join(tmpdir(), 'edit-'))
  store = await open()
  await store.commit(['a', 'b', 'c'].map(id => insert(knowledge, entryRow(id), 'acme')))
  await store.checkpoint()
})
afterEach(async () => {
  await store.close()
  await rm(dir, { recursive: true })
})

const path = () => join(dir, file)
const read = () => readFile(path(), 'utf8')
const edit = async (change: (text: string) => string | Buffer) => writeFile(path(), change(await read()))
/** Changes a cell; rows of these tests have no quotes. */
function withCell(text: string, id: string, column: string, value: string): string {
  const at = header.split(',').indexOf(column)
  const change = (line: string) =>
    line
      .split(',')
      .map((cell, i) => (i === at ? value : cell))
      .join(',')
  return text
    .split('\n')
    .map(line => (line.startsWith(`${id},`) ? change(line) : line))
    .join('\n')
}
const rows = async () =>
  Object.fromEntries([...(await store.partition(knowledge, 'acme')).all()].map(row => [row.id, row]))
const asideNames = async () => (await readdir(join(dir, 'knowledge/acme'))).filter(name => name.includes('.rejected-'))

/** Waits until `test` holds; a test that waits for what never comes ends by the runner's timeout. */
async function until(test: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await test())) await new Promise(resolve => setTimeout(resolve, 10))
}
const edits = (outcome: 'accepted' | 'rejected') => store.status().edits.filter(report => report.outcome === outcome)

describe('a table file edited while the server runs', () => {
  it('is taken over: rows added, changed and switched off', async () => {
    const seen: TableChange<KnowledgeRow>[] = []
    store.watch(knowledge, change => seen.push(change))
    await edit(
      text =>
        `${text.replace('Content of a', 'Another a').replace(/^(b,.*),true,/m, '$1,false,')}d,Content of d,general,manual,,,qa,,,,,,,\n`,
    )
    await until(() => edits('accepted').length > 0)
    const found = await rows()
    expect(found.a!.content).toBe('Another a')
    expect(found.b!.is_active).toBe(false)
    expect(found.d).toMatchObject({ content: 'Content of d', is_active: true, created_at: '2026-03-10T12:00:00.000Z' })
    expect((await store.partition(knowledge, 'acme')).liveCount).toBe(3)
    expect(seen).toHaveLength(1)
    expect(seen[0]!.rows.map(row => row.after?.id)).toEqual(['a', 'b', 'd'])
    expect(edits('accepted')[0]).toMatchObject({ file, detail: '1 row added, 2 rows changed.' })
  })

  it.each<[string, (text: string) => string | Buffer]>([
    ['a byte order mark and CRLF', text => `\ufeff${text.replaceAll('\n', '\r\n')}`],
    ['semicolons', text => text.replaceAll(',', ';')],
    ['tabs', text => text.replaceAll(',', '\t')],
    ['a hint at the delimiter', text => `sep=;\r\n${text.replaceAll(',', ';')}`],
    ['UTF-16', text => Buffer.from(`\ufeff${text.replaceAll(',', '\t')}`, 'utf16le')],
    ['every cell quoted', text => text.replace(/[^,\n]+|(?<=,)(?=[,\n])/g, cell => `"${cell}"`)],
    ['blank lines and blank columns at the end', text => `${text.replaceAll('\n', ',,\n')},,,\n\n`],
    ['no line end after the last row', text => text.trimEnd()],
    ['spaces around the names of columns', text => text.replace('content,category', ' content , category ')],
  ])('is understood with %s', async (_, disguise) => {
    await edit(text => disguise(text.replace('Content of b', 'Changed b')))
    await until(() => edits('accepted').length > 0)
    expect((await rows()).b!.content).toBe('Changed b')
    await until(async () => (await read()).startsWith(`${header}\n`))
    expect(await asideNames()).toEqual([])
  })

  it('is understood with columns moved and left out, which keep their values', async () => {
    await store.commit([update(knowledge, 'a', { title: 'Title', metadata: { n: 1 } }, 'acme')])
    await store.checkpoint()
    await writeFile(path(), 'content,id\nMoved a,a\nContent of b,b\n')
    await until(() => edits('accepted').length > 0)
    expect((await rows()).a).toMatchObject({ content: 'Moved a', title: 'Title', metadata: { n: 1 }, is_active: true })
    expect(edits('accepted')[0]!.detail).toBe('1 row changed.')
  })

  it('is taken over as often as it is saved, also before a checkpoint has written it', async () => {
    await store.close()
    store = await openCsvStore({ dir, now, editMs: 20, checkpointMs: 1e8, newId: () => 'x' })
    await store.partition(knowledge, 'acme')
    for (const [content, title] of [
      ['First', 'One'],
      ['Second', 'Two'],
      ['Content of a', ''],
      ['Third', ''],
    ] as const) {
      await edit(text => withCell(withCell(text, 'a', 'content', content), 'a', 'title', title))
      await until(async () => (await rows()).a!.content === content)
      expect((await rows()).a).toMatchObject({ content, title })
    }
    // A row that was added by hand as well.
    await edit(text => `${text}d,Fourth,general,,,,,,,,,,,\n`)
    await until(async () => (await rows()).d !== undefined)
    await edit(text => text.replace('Fourth', 'Fifth'))
    await until(async () => (await rows()).d!.content === 'Fifth')
    // The server's own change of a cell still stands against a file that does not know of it.
    await store.commit([update(knowledge, 'a', { content: 'Server' }, 'acme')])
    await edit(text => text.replace('Fifth', 'Sixth'))
    await until(async () => (await rows()).d!.content === 'Sixth')
    expect((await rows()).a!.content).toBe('Server')
  })

  it('gives back a row that is missing in it', async () => {
    await edit(text => text.replace(/^b,.*\n/m, '').replace('Content of a', 'Another a'))
    await until(async () => (await read()).includes('\nb,') && (await read()).includes('Another a'))
    expect(Object.keys(await rows())).toEqual(['a', 'b', 'c'])
  })

  it('gives back the whole file when it is removed', async () => {
    await rm(path())
    await until(async () => (await readdir(join(dir, 'knowledge/acme'))).includes('knowledge.csv'))
    expect(await read()).toContain('\nb,')
  })

  it('gets an id for a row that was written without one', async () => {
    await edit(text => `${text},No id,general,,,,,,,,,,,\n`)
    await until(() => edits('accepted').length > 0)
    expect((await rows())['new-1']).toMatchObject({ content: 'No id' })
  })

  it('keeps a column that nobody knows, through later writes and restarts', async () => {
    await edit(text =>
      text
        .replace(header, `${header},owner`)
        .replace(/^(a,.*)$/m, '$1,"Ann, sales"')
        .replace(/^([bc],.*)$/gm, '$1,'),
    )
    await until(() => edits('accepted').length > 0)
    await store.commit([update(knowledge, 'a', { title: 'T' }, 'acme'), insert(knowledge, entryRow('d'), 'acme')])
    await store.close()
    store = await open()
    await store.commit([update(knowledge, 'a', { title: 'U' }, 'acme')])
    await store.checkpoint()
    expect(await read()).toContain(`${header},owner\n`)
    expect(await read()).toMatch(/^a,.*,U,.*,"Ann, sales"$/m)
    expect(await read()).toMatch(/^d,.*,$/m)
  })

  it.each<[string, (text: string) => string | Buffer, RegExp]>([
    ['no header', text => text.slice(text.indexOf('\n') + 1), /no header row/i],
    ['another encoding', text => Buffer.from(text.replace('Content of b', 'Straße'), 'latin1'), /row 3 is not UTF-8/i],
    ['a damaged quote', text => text.replace('Content of b', '"Content of b'), /row \d+: a quote is damaged/i],
    ['a duplicate id', text => text.replace(/^c,/m, 'a,'), /row 4 has the same id as row 2/i],
    ['no key column', text => text.replace('id,content', 'number,content'), /no column id/i],
    ['a column twice', text => text.replace('title,question', 'title,title'), /the column title twice/i],
    ['more cells than columns', text => text.replace(/^b,.*$/m, '$&,x'), /row 3 has \d+ cells, the header has \d+/i],
    [
      'a time that is none',
      text => text.replace(/^(c,[^,]*,[^,]*,[^,]*),[^,]*,/m, '$1,soon,'),
      /row 4: created_at is not a time/i,
    ],
    ['a damaged JSON cell', text => withCell(text, 'c', 'metadata', '{x'), /row 4: metadata is not JSON/i],
    ['nothing in it', () => '', /no header row/i],
  ])('is set aside untouched with %s, and the last good state stands', async (_, damage, reason) => {
    const before = await read()
    const damaged = damage(before)
    await writeFile(path(), damaged)
    let missing = 0
    await until(() => {
      if (!existsSync(path())) missing++
      return edits('rejected').length > 0
    })
    const [report] = edits('rejected')
    expect(report!.detail).toMatch(reason)
    expect(await readFile(join(dir, report!.setAside!))).toEqual(Buffer.from(damaged))
    await until(() => {
      if (!existsSync(path())) missing++
      return readFileSync(path(), 'utf8') === before
    })
    expect(missing).toBe(0)
    expect(Object.keys(await rows())).toEqual(['a', 'b', 'c'])
  })

  it('is set aside once, however often a program saves it', async () => {
    const before = await read()
    for (let times = 1; times <= 3; times++) {
      await writeFile(path(), 'no header at all\n')
      await until(() => readFileSync(path(), 'utf8') === before)
    }
    expect(await asideNames()).toHaveLength(1)
  })

  it('never takes back what was acknowledged meanwhile', async () => {
    const opened = await read()
    // While the spreadsheet is open: a row is added, one changed in two columns, one removed.
    await store.commit([
      insert(knowledge, entryRow('d'), 'acme'),
      update(knowledge, 'a', { title: 'By the server' }, 'acme'),
      remove(knowledge, 'c', 'acme'),
    ])
    await store.checkpoint()
    await writeFile(path(), opened.replace('Content of a', 'By hand').replace('Content of b', 'Also by hand'))
    await until(() => edits('accepted').length > 0)
    const found = await rows()
    expect(found.a).toMatchObject({ content: 'By hand' })
    expect(found.b).toMatchObject({ content: 'Also by hand' })
    expect(found.d).toBeDefined()
  })

  it('merges with changes that no checkpoint has written yet', async () => {
    await store.close()
    store = await openCsvStore({ dir, now, editMs: 1e8, checkpointMs: 1e8 })
    await store.partition(knowledge, 'acme')
    await store.checkpoint()
    const opened = await read()
    await store.commit([
      update(knowledge, 'a', { title: 'Server', category: 'server' }, 'acme'),
      remove(knowledge, 'c', 'acme'),
      insert(knowledge, entryRow('d'), 'acme'),
    ])
    await writeFile(
      path(),
      opened.replace(/^(a,)Content of a,general/m, '$1Person,person').replace('Content of c', 'Person'),
    )
    await store.checkpoint()
    const found = await rows()
    expect(found.a).toMatchObject({ content: 'Person', title: 'Server', category: 'server' })
    expect(Object.keys(found)).toEqual(['a', 'b', 'd'])
    expect(await read()).toMatch(/^a,Person,server,/m)
  })

  it('is as durable as any commit once it is accepted', async () => {
    await edit(text => text.replace('Content of a', 'Another a'))
    await until(() => edits('accepted').length > 0)
    await store.close()
    store = await open()
    expect((await rows()).a!.content).toBe('Another a')
  })

  it('may be replaced by rename, and may be touched without a change', async () => {
    await utimes(path(), new Date(), new Date())
    const text = (await read()).replace('Content of a', 'Renamed')
    await writeFile(`${path()}.new`, text)
    await rename(`${path()}.new`, path())
    await until(() => edits('accepted').length > 0)
    expect((await rows()).a!.content).toBe('Renamed')
    expect(await asideNames()).toEqual([])
  })

  it('is refused when it would make two rows share a unique value', async () => {
    await store.commit([insert(clients, clientRow('a')), insert(clients, clientRow('b'))])
    await store.checkpoint()
    const before = await readFile(join(dir, 'clients.csv'), 'utf8')
    await writeFile(join(dir, 'clients.csv'), before.replace('b@example.com', 'a@example.com'))
    await until(() => edits('rejected').length > 0)
    expect(edits('rejected')[0]!.detail).toContain('email')
    expect(store.table(clients).get('b')!.email).toBe('b@example.com')
  })
})

describe('a table file edited while the server was stopped', () => {
  it('is merged at the first use, and gives back rows that a stale spreadsheet does not know', async () => {
    const stale = await read()
    await store.commit([insert(knowledge, entryRow('d'), 'acme')])
    await store.close()
    await writeFile(path(), stale.replace('Content of a', 'Another a'))
    store = await open()
    const found = await rows()
    expect(found.a!.content).toBe('Another a')
    expect(found.d).toBeDefined()
  })

  it('is set aside when it is damaged, and the last good state stands', async () => {
    await store.close()
    await writeFile(path(), 'id,content\na,"x')
    store = await open()
    expect(Object.keys(await rows())).toEqual(['a', 'b', 'c'])
    expect(edits('rejected')).toHaveLength(1)
    expect(await asideNames()).toHaveLength(1)
  })
})
