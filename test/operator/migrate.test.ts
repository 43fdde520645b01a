/** Taking over the data of the older system, as its files are found in the world. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createStage, type Stage } from './stage.ts'

// Many processes, one after another: a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 })
let stage: Stage
beforeEach(() => {
  stage = createStage()
})
afterEach(() => stage.close())

const month = new Date().toISOString().slice(0, 7)
const thisMonth = Date.parse(`${month}-01T00:00:05Z`) / 1000
const lastYear = Date.parse('2025-03-05T10:00:00Z') / 1000

const clientsHeader =
  'client_id,company_name,email,password_hash,api_key,created_at,last_login,is_active,plan,knowledge_limit,monthly_requests,used_requests'

function put(file: string, text: string | Buffer): void {
  const path = stage.path(join('old', file))
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

function writeOldFolder(): void {
  put(
    'clients.csv',
    `${[
      clientsHeader,
      `acme,"Acme, Bolts & Nuts",Info@Acme.example,hunter2,cb_acme-secret,1735689600.25,1735693200,True,basic,500,10000,42`,
      'bakery,Bäckerei Süß,hallo@bakery.example,brötchen!,cb_bakery-secret,2025-01-01T08:00:00,,True,free,75,1000,0',
      'closed,Closed Down,old@closed.example,secret,cb_closed-secret,1735689600,None,False,free,50,1000,3',
      'twin,Acme Twin,info@acme.example,twin-pass,cb_acme-secret,1735689600,,True,free,50,1000,0',
      'hashed,Hashed Ltd,h@hashed.example,$2b$12$abcdefghijklmnopqrstuv,cb_hashed-secret,yesterday,,True,gold,9,9,0',
      'bad/id,Bad Id,b@bad.example,x,cb_bad-secret,1735689600,,True,free,50,1000,0',
      ',No Id,n@no.example,x,cb_none-secret,1735689600,,True,free,50,1000,0',
    ].join('\r\n')}\r\n`,
  )
  put('sessions.csv', 'session_id,client_id,created_at,expires_at,is_active\ns1,acme,1735689600,1935689600,True\n')
  put(
    'usage_logs.csv',
    `${[
      'timestamp,client_id,action,details,ip_address',
      `${lastYear},acme,chat,"Bolts?",203.0.113.9`,
      `${lastYear + 60},bakery,login,,203.0.113.9`,
      `${lastYear + 40 * 86400},acme,chat,Nuts?,203.0.113.9`,
      `${thisMonth},acme,chat,"Quoted ""words"", and a comma",203.0.113.9`,
      `${thisMonth + 1},closed,chat,x,203.0.113.9`,
      `${thisMonth + 2},nobody,chat,x,203.0.113.9`,
      'soon,acme,chat,x,203.0.113.9',
    ].join('\n')}\n`,
  )
  // With a header and 16 columns, one of them with a name of ours, others not.
  put(
    'knowledge/acme/knowledge.csv',
    `id,content,category,source,created_at,is_active,question,${Array.from({ length: 9 }, (_, i) => `extra_${i}`).join(',')}\n` +
      `e1,"Bolts cost ""five"" cents,\neach.",prices,manual,1735689600,True,How much is a bolt?,a,,c,,,,,,z\n` +
      `e1,Nuts cost two cents.,prices,manual,1735689600,True,,,,,,,,,,\n` +
      `e3,Gone.,prices,manual,1735689600,False,,,,,,,,,,\n` +
      ',,,,,,,,,,,,,,,\n' +
      `e5,,prices,manual,1735689600,True,,,,,,,,,,\n`,
  )
  // Without a header: 6 columns in one row, 16 in another; not UTF-8.
  put(
    'knowledge/bakery/knowledge.csv',
    Buffer.from(
      'b1,Wir öffnen um sieben.,zeiten,manual,1735689600,True\n' +
        `,Brezeln sind mittags aus.,zeiten,manual,,True,${Array.from({ length: 10 }, (_, i) => `x${i}`).join(',')}\n`,
      'latin1',
    ),
  )
  put('knowledge/ghost/knowledge.csv', 'id,content,category,source,created_at,is_active\ng,Boo,x,y,,True\n')
  put(
    'acme_bolts_nuts_knowledge.json',
    JSON.stringify({ knowledge: [{ question: 'Do you ship?', answer: 'We ship on Mondays.' }, 'Plain words.'] }),
  )
  put(
    'knowledge/bakery_knowledge.json',
    JSON.stringify({ Zeiten: { Sonntag: 'Sonntags geschlossen.', Montag: 'Wir öffnen um sieben.' } }),
  )
  put('unknown_knowledge.json', '[]')
  put('notes.txt', 'hello')
}

const rowsOf = (file: string) => parse(readFileSync(file), { columns: true }) as Record<string, string>[]
const run = (...args: string[]) =>
  stage.program('migrate', [stage.path('old'), '--report', stage.path('report.csv'), ...args])
const report = () =>
  rowsOf(stage.path('report.csv')).map(({ file, row, outcome, detail }) => `${file}:${row} ${outcome}: ${detail}`)

/** What the CSV files say, apart from the journal's own. */
const dataOf = (dir: string) =>
  Object.fromEntries(
    readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile() && entry.name.endsWith('.csv') && !entry.parentPath.includes('journal'))
      .map(entry => join(entry.parentPath, entry.name))
      .sort()
      .map(path => [path.slice(dir.length), createHash('sha256').update(readFileSync(path)).digest('hex')]),
  )

it('takes over clients, keys, passwords, knowledge, usage and counts, and says what it could not', async () => {
  writeOldFolder()
  const before = dataOf(stage.path('old'))
  const { code, out, err } = await run()
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toContain('5 clients, 8 entries, 5 usage rows, 45 requests of this month')
  expect(out).toContain('Sessions dropped: 1')
  expect(dataOf(stage.path('old'))).toEqual(before)
  expect((await stage.program('check-data', [])).out).toMatch(/^All is well/)

  // No secret is left anywhere in clear.
  for (const entry of readdirSync(stage.path('data'), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    expect(readFileSync(join(entry.parentPath, entry.name), 'utf8')).not.toMatch(/cb_\w+-secret|hunter2|brötchen!/)
  }
  expect(readFileSync(stage.path('report.csv'), 'utf8')).not.toMatch(/cb_\w+-secret|hunter2|brötchen!/)

  const clients = Object.fromEntries(rowsOf(stage.path('data/clients.csv')).map(row => [row.client_id, row]))
  expect(Object.keys(clients)).toEqual(['acme', 'bakery', 'closed', 'twin', 'hashed'])
  expect(clients.acme).toMatchObject({
    company_name: 'Acme, Bolts & Nuts',
    email: 'info@acme.example',
    created_at: '2025-01-01T00:00:00.250Z',
    last_login: '2025-01-01T01:00:00.000Z',
    is_active: 'true',
    plan: 'basic',
    knowledge_limit: '',
    used_requests: '42',
  })
  expect(clients.bakery).toMatchObject({ created_at: '2025-01-01T08:00:00.000Z', knowledge_limit: '75' })
  expect(clients.closed).toMatchObject({ is_active: 'false', last_login: '' })
  expect(clients.twin).toMatchObject({ email: '', api_key: '' })

  const entries = (id: string) => rowsOf(stage.path(`data/knowledge/${id}/knowledge.csv`))
  expect(entries('acme').map(({ id, kind, is_active }) => [id, kind, is_active])).toEqual([
    ['e1', 'qa', 'true'],
    ['e1-2', 'text', 'true'],
    ['e3', 'text', 'false'],
    [expect.stringMatching(/^m_/), 'qa', 'true'],
    [expect.stringMatching(/^m_/), 'text', 'true'],
  ])
  expect(entries('acme')[0]).toMatchObject({
    content: 'Bolts cost "five" cents,\neach.',
    question: 'How much is a bolt?',
    metadata: '{"extra_0":"a","extra_2":"c","extra_8":"z"}',
  })
  expect(entries('bakery').map(row => row.content)).toEqual([
    'Wir öffnen um sieben.',
    'Brezeln sind mittags aus.',
    'Sonntags geschlossen.',
  ])
  expect(JSON.parse(entries('bakery')[1]!.metadata!)).toMatchObject({ column_7: 'x0', column_16: 'x9' })

  expect(rowsOf(stage.path('data/usage_logs-2025-03.csv')).map(row => row.client_id)).toEqual(['acme', 'bakery'])
  expect(rowsOf(stage.path('data/usage_logs-2025-04.csv'))).toHaveLength(1)
  expect(rowsOf(stage.path('data/usage_logs.csv')).map(row => row.details)).toEqual([
    'Quoted "words", and a comma',
    'x',
  ])

  const said = report()
  for (const line of [
    /^clients\.csv:7 left out: The client_id may only/,
    /^clients\.csv:8 left out: There is no client_id/,
    /^clients\.csv:5 changed: Another client has the e-mail address/,
    /^clients\.csv:5 changed: Another client has this key/,
    /^clients\.csv:6 changed: created_at is not a time: "yesterday"/,
    /^clients\.csv:6 changed: The password is a hash/,
    /^clients\.csv:6 changed: There is no plan "gold"/,
    /^knowledge\/acme\/knowledge\.csv:3 changed: Another entry has the id e1/,
    /^knowledge\/acme\/knowledge\.csv:6 left out: There is no content/,
    /^knowledge\/bakery\/knowledge\.csv:0 changed: It is not UTF-8/,
    /^knowledge\/ghost\/knowledge\.csv:0 left out: There is no client ghost/,
    /^usage_logs\.csv:7 left out: There is no client nobody/,
    /^usage_logs\.csv:8 left out: The timestamp is not a time/,
    /^unknown_knowledge\.json:0 left out/,
    /^notes\.txt:0 left out/,
    /^clients\.csv:2 taken: acme: 5 entries, 3 usage rows, 42 requests this month/,
    /^clients\.csv:3 taken: bakery: 3 entries, 1 more that were in both files/,
  ])
    expect(said.filter(text => line.test(text))).toHaveLength(1)
})

it('lets existing keys and passwords go on working', async () => {
  writeOldFolder()
  await run()
  const server = await stage.server()
  const asked = await server.call(
    'POST',
    '/api/chat',
    { message: 'How much is a bolt?' },
    { 'X-API-Key': 'cb_acme-secret' },
  )
  expect(asked.status).toBe(200)
  expect(asked.body.response).toContain('five')
  expect(asked.body.usage).toMatchObject({ used: 43, limit: 10_000 })
  const authenticate = (email: string, password: string) =>
    server.call('POST', '/api/clients/authenticate', { email, password })
  expect((await authenticate('info@acme.example', 'hunter2')).status).toBe(200)
  expect((await authenticate('hallo@bakery.example', 'brötchen!')).status).toBe(200)
  expect((await authenticate('info@acme.example', 'hunter3')).status).toBe(401)
  expect((await authenticate('h@hashed.example', '$2b$12$abcdefghijklmnopqrstuv')).status).toBe(401)
  const closed = await server.call('POST', '/api/chat', { message: 'Hi' }, { 'X-API-Key': 'cb_closed-secret' })
  expect(closed.status).toBe(403)
  await server.stop()
})

it('changes nothing when it is run again, with a server on the folder or without', async () => {
  writeOldFolder()
  await run()
  const first = dataOf(stage.path('data'))
  expect((await run()).out).toMatch(/: 0 clients, 0 entries, 0 usage rows.*\nThere already: 5 clients/)
  expect(dataOf(stage.path('data'))).toEqual(first)
  const server = await stage.server()
  expect((await run()).out).toMatch(/: 0 clients, 0 entries, 0 usage rows.*\nThere already: 5 clients/)
  // A client that came to the old system since is taken by the running server.
  put(
    'clients.csv',
    `${readFileSync(stage.path('old/clients.csv'), 'utf8')}late,Late Ltd,l@late.example,later!!,cb_late-secret,1,,True,free,50,1000,1\n`,
  )
  put('knowledge/late/knowledge.csv', 'l1,We open at nine.,general,manual,,True\n')
  expect((await run()).out).toContain('1 client, 1 entry')
  const reply = await server.call('GET', '/api/knowledge', undefined, { 'X-API-Key': 'cb_late-secret' })
  expect(JSON.stringify(reply.body)).toContain('We open at nine.')
  await server.stop()
  expect((await stage.program('check-data', [])).out).toMatch(/^All is well/)
})

it('says in a dry run what it would do, and does nothing', async () => {
  writeOldFolder()
  const dry = await run('--dry-run')
  expect(dry.out).toContain('Would take')
  expect(dry.out).toContain('5 clients, 8 entries, 5 usage rows, 45 requests of this month')
  expect(existsSync(stage.path('data'))).toBe(false)
  const foreseen = report()
  await run()
  expect(report()).toEqual(foreseen)
  const before = dataOf(stage.path('data'))
  await run('--dry-run')
  expect(dataOf(stage.path('data'))).toEqual(before)
})

it('goes on where kill -9 stopped it, with nothing twice', async () => {
  const many = 12
  put(
    'clients.csv',
    `${[clientsHeader, ...Array.from({ length: many }, (_, i) => `c${i},C ${i},c${i}@c.example,pass${i},cb_c${i}-secret,1735689600,,True,free,50,1000,${i}`)].join('\n')}\n`,
  )
  put(
    'usage_logs.csv',
    `timestamp,client_id,action,details,ip_address\n${Array.from({ length: many * 10 }, (_, i) => `${i % 2 ? lastYear + i : thisMonth + i},c${i % many},chat,${i},\n`).join('')}`,
  )
  for (let i = 0; i < many; i++) put(`knowledge/c${i}/knowledge.csv`, `k,Fact ${i},x,y,,True\n`)
  let interrupted = 0
  for (let round = 0; round < 4; round++) {
    const { code } = await stage.killed(
      'migrate',
      [stage.path('old'), '--report', stage.path('report.csv')],
      500 + round * 300,
    )
    if (code === null) interrupted++
  }
  expect(interrupted).toBeGreaterThan(0)
  expect((await run()).code).toBe(0)
  expect(rowsOf(stage.path('data/clients.csv'))).toHaveLength(many)
  const usage = readdirSync(stage.path('data'))
    .filter(name => name.startsWith('usage_logs'))
    .flatMap(name => rowsOf(stage.path(`data/${name}`)))
  expect(usage.map(row => Number(row.details)).sort((a, b) => a - b)).toEqual(
    Array.from({ length: many * 10 }, (_, i) => i),
  )
  for (let i = 0; i < many; i++) expect(rowsOf(stage.path(`data/knowledge/c${i}/knowledge.csv`))).toHaveLength(1)
  expect((await stage.program('check-data', [])).out).toMatch(/^All is well/)
})

it('refuses in one sentence what is no such folder', async () => {
  mkdirSync(stage.path('old'))
  for (const [args, sentence] of [
    [[stage.path('old')], /There is no clients\.csv/],
    [[stage.path('nowhere')], /There is no clients\.csv/],
    [[], /npm run migrate -- OLD_DIR/],
    [[stage.path('old'), '--too'], /npm run migrate -- OLD_DIR/],
  ] as const) {
    const { code, out, err } = await stage.program('migrate', [...args])
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(sentence)
    expect(err.trim().split('\n')).toHaveLength(1)
  }
  expect(existsSync(stage.path('data'))).toBe(false)
  writeOldFolder()
  expect((await stage.program('migrate', [stage.path('old'), '--to', stage.path('old')])).err).toMatch(
    /is the data folder itself/,
  )
})
