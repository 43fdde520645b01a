/** Files over HTTP: many at once, what each became, again, away; and files that mean harm. */
import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { zipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clients } from '../../server/store/records.ts'
import { update } from '../../server/store/store.ts'
import { startServer, type TestClient, type TestServer } from '../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

type Files = [name: string, bytes: Buffer | string][]

async function send(client: TestClient, path: string, files: Files, fields: Record<string, string> = {}) {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  for (const [name, bytes] of files) form.append('files', new Blob([bytes as never]), name)
  const reply = await fetch(server.base + path, { method: 'POST', headers: { 'X-API-Key': client.key }, body: form })
  return { status: reply.status, body: (await reply.json()) as any }
}

/** Waits for the job's end by its events. */
async function ended(client: TestClient, id: string): Promise<any> {
  const reply = await fetch(`${server.base}/api/jobs/${id}/events`, { headers: { 'X-API-Key': client.key } })
  const text = await reply.text()
  const last = text.trim().split('\n\n').at(-1)!
  expect(last).toMatch(/^event: end\n/)
  return JSON.parse(last.slice(last.indexOf('data: ') + 6))
}
const upload = async (client: TestClient, files: Files, fields?: Record<string, string>) => {
  const { status, body } = await send(client, '/api/knowledge/upload', files, fields)
  expect([status, body.detail]).toEqual([202, undefined])
  return { ...body, job: await ended(client, body.job.job_id) }
}
const entriesOf = async (client: TestClient) =>
  (await client.call('GET', '/api/knowledge?limit=200')).body.data as any[]
const fixture = (name: string) => readFile(`test/fixtures/intake/file/${name}`)
const outcomes = (job: any) =>
  Object.fromEntries(job.result.files.map((file: any) => [file.name, file.ok ? file.found : file.reason]))

describe('an upload', () => {
  it('becomes entries that the bot answers from, with the page in the citation', async () => {
    const client = await server.register()
    const { job, room } = await upload(client, [
      ['handbook.pdf', await fixture('reportlab.pdf')],
      ['Öffnung & mehr.csv', await fixture('python-cp1252.csv')],
    ])
    expect(room).toEqual({ limit: 50, count: 0, left: 50 })
    expect(job).toMatchObject({
      state: 'done',
      progress: { total: 2, fetched: 2, kept: 6 },
      result: { added: 6, room: { left: 44 } },
    })
    const answer = (await client.call('POST', '/api/chat', { message: 'How much is a ticket for a child?' })).body
    expect(answer.response).toContain('£5.00')
    expect(answer.sources[0]).toMatchObject({
      source: 'handbook.pdf, page 2',
      title: 'Handbook for visitors › Tickets',
    })
    const { data } = (await client.call('GET', '/api/sources')).body
    expect(data.map(({ name, state, entries }: any) => [name, state, entries])).toEqual([
      ['Öffnung & mehr.csv', 'ready', 2],
      ['handbook.pdf', 'ready', 4],
    ])
  })

  it('is kept, downloaded as it was, read again, replaced by a newer one, and removed with its entries, which can be undone', async () => {
    const client = await server.register()
    const first =
      '# Prices\n\nThe tour through the old town costs 12 euros per person.\n\n# Meeting point\n\nWe meet at the old harbour crane, ten minutes before it begins.\n'
    const { sources } = await upload(client, [['tour.md', first]])
    const id = sources[0].source_id
    const file = await fetch(`${server.base}/api/sources/${id}/file`, {
      headers: { 'X-API-Key': client.key },
    })
    expect([await file.text(), file.headers.get('content-disposition')]).toEqual([
      first,
      "attachment; filename*=UTF-8''tour.md",
    ])

    const again = await client.call('POST', `/api/sources/${id}/read`)
    expect((await ended(client, again.body.job.job_id)).result).toMatchObject({ unchanged: 2, added: 0 })

    const [meeting] = (await entriesOf(client)).filter(entry => entry.content.includes('crane'))
    await client.call('PATCH', `/api/knowledge/entries/${meeting.id}`, {
      content: 'We meet at the crane, by the bench.',
    })
    const newer = await upload(client, [['tour.md', first.replace('12', '14').replace('crane', 'lighthouse')]])
    expect(newer.job.result).toMatchObject({ changed: 1, flagged: 1, added: 0 })
    expect((await entriesOf(client)).map(entry => entry.content).sort()).toEqual([
      'The tour through the old town costs 14 euros per person.',
      'We meet at the crane, by the bench.',
    ])
    expect(readdirSync(join(server.dir, 'uploads', client.id))).toHaveLength(1)

    const gone = (await client.call('DELETE', `/api/sources/${id}`)).body
    expect(gone).toMatchObject({ removed: 2, message: 'The source and 2 entries were removed.' })
    expect([await entriesOf(client), readdirSync(join(server.dir, 'uploads', client.id))]).toEqual([[], []])
    expect((await client.call('POST', '/api/knowledge/undo', { undo_id: gone.undo_id })).body.restored).toBe(2)
    expect(await entriesOf(client)).toHaveLength(2)
    expect((await client.call('GET', `/api/sources/${id}`)).status).toBe(404)
  })

  it('takes what fits into the plan and says what did not', async () => {
    const client = await server.register()
    await server.store.commit([update(clients, client.id, { knowledge_limit: 3 })])
    const { job } = await upload(client, [['libreoffice.docx', await fixture('libreoffice-writer.docx')]])
    const [file] = job.result.files
    expect(job.result).toMatchObject({ added: 3, over_limit: 4, room: { limit: 3, count: 3, left: 0 } })
    expect(file.notes).toEqual(['4 entries do not fit into the plan and were left out.'])
    expect(
      file.report.changes.filter((change: any) => change.outcome === 'over_limit').map((change: any) => change.what),
    ).toEqual(['Guide for guests › Breakfast', 'Guide for guests › Prices', 'May I bring a dog?', 'Is there a lift?'])
  })

  it('shows beforehand what a file would become, and takes the columns as a person says they are', async () => {
    const client = await server.register()
    const table = 'Thema;Erklärung\nLieferung;Zwei Tage\nRückgabe;Dreißig Tage lang\n'
    const seen = await send(client, '/api/knowledge/upload/preview', [['a.csv', table]])
    expect(seen.body).toMatchObject({
      format: 'csv',
      found: 2,
      fits: true,
      table: {
        sure: false,
        rows: 2,
        columns: [
          { name: 'Thema', role: 'column' },
          { name: 'Erklärung', role: 'column' },
        ],
      },
      entries: [{ kind: 'row', content: 'Thema: Lieferung; Erklärung: Zwei Tage' }, {}],
    })
    expect(await entriesOf(client)).toEqual([])
    expect(readdirSync(join(server.dir, 'uploads', client.id))).toEqual([])
    await upload(client, [['a.csv', table]], {
      mapping: JSON.stringify({ Thema: 'title', Erklärung: 'content' }),
      category: 'Versand',
    })
    expect((await entriesOf(client)).map(({ title, content, category }) => [title, content, category])).toEqual([
      ['Rückgabe', 'Dreißig Tage lang', 'Versand'],
      ['Lieferung', 'Zwei Tage', 'Versand'],
    ])
  })

  it('is nobody else’s', async () => {
    const [one, other] = [await server.register(), await server.register()]
    const { sources, job } = await upload(one, [['a.txt', 'Something that only one knows.']])
    const id = sources[0].source_id
    for (const [method, path] of [
      ['GET', `/api/sources/${id}`],
      ['GET', `/api/sources/${id}/file`],
      ['POST', `/api/sources/${id}/read`],
      ['DELETE', `/api/sources/${id}`],
      ['GET', `/api/jobs/${job.job_id}`],
      ['GET', `/api/jobs/${job.job_id}/events`],
      ['POST', `/api/jobs/${job.job_id}/cancel`],
    ] as const)
      expect((await other.call(method, path)).status).toBe(404)
    expect((await other.call('GET', '/api/jobs')).body.data).toEqual([])
  })
})

describe('a file that cannot be read', () => {
  it('is refused with its own reason, while the others are taken', async () => {
    const client = await server.register()
    const ole = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.from('EncryptedPackage', 'utf16le')])
    const { job } = await upload(client, [
      ['empty.txt', ''],
      ['space.md', ' \n\n '],
      ['scan.pdf', await fixture('ghostscript-scan.pdf')],
      ['locked.pdf', await fixture('qpdf-encrypted.pdf')],
      ['locked.docx', ole],
      ['cut.pdf', (await fixture('reportlab.pdf')).subarray(0, 300)],
      ['cut.docx', (await fixture('pandoc.docx')).subarray(0, 4000)],
      ['picture.csv', Buffer.from('89504e470d0a1a0a0000000d', 'hex')],
      ['archive.zip', Buffer.from(zipSync({ 'a.txt': Buffer.from('x') }))],
      ['noise.txt', Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * 7919) % 256))],
      ['open.csv', 'a,b\n"never closed,1\n2,3\n'],
      ['broken.json', '{"entries": ['],
      ['really-html.pdf', await fixture('pandoc.html')],
      ['../../etc/passwd', 'The name of a file is only its name.'],
    ])
    expect(outcomes(job)).toEqual({
      'empty.txt': 'The file is empty.',
      'space.md': 'The file is empty: it holds nothing but space.',
      'scan.pdf':
        'There is no text in this PDF, only pictures of it (a scan). Run it through text recognition (OCR) and send the result.',
      'locked.pdf': 'The file is protected by a password. Save it without one and send it again.',
      'locked.docx': 'The file is protected by a password. Save it without one and send it again.',
      'cut.pdf': expect.stringMatching(/damaged|no text/),
      'cut.docx': 'The file is damaged: it cannot be unpacked. Save it again and send the new file.',
      'picture.csv': 'This is a picture; words in pictures are not read. Type them in, or send a text.',
      'archive.zip': 'This is a zip archive. Unpack it and send the files that are in it.',
      'noise.txt': 'This is no text, and no document of a known kind.',
      'open.csv': expect.stringContaining('A quotation mark'),
      'broken.json': expect.stringContaining('This is not valid JSON'),
      'really-html.pdf': 7,
      passwd: 1,
    })
    expect(job.result.files.find((file: any) => file.name === 'really-html.pdf').notes).toEqual([
      'It is named .pdf, but its content is HTML; it was read as that.',
    ])
    expect(existsSync(join(server.dir, 'etc'))).toBe(false)
  })

  it('cannot fill the memory, grow by entities, or hold the server', async () => {
    const client = await server.register()
    await client.call('POST', '/api/knowledge/add', { content: 'The entrance fee is 12 EUR.' })
    const docx = (parts: Record<string, string | Uint8Array>) =>
      Buffer.from(
        zipSync(
          Object.fromEntries(
            Object.entries(parts).map(([name, part]) => [name, typeof part === 'string' ? Buffer.from(part) : part]),
          ),
          { level: 9 },
        ),
      )
    const frame = {
      '[Content_Types].xml':
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
      '_rels/.rels':
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
    }
    const word = (body: string) =>
      `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`
    const laughs = `<!DOCTYPE l [<!ENTITY a "lol">${Array.from({ length: 9 }, (_, i) => `<!ENTITY ${'bcdefghij'[i]} "${`&${'abcdefghi'[i]};`.repeat(10)}">`).join('')}]>`
    const { body } = await send(client, '/api/knowledge/upload', [
      ['bomb.docx', docx({ ...frame, 'word/document.xml': new Uint8Array(60_000_000) })],
      [
        'entities.docx',
        docx({ ...frame, 'word/document.xml': `${laughs}${word('<w:p><w:r><w:t>&j;</w:t></w:r></w:p>')}` }),
      ],
      [
        'nested.docx',
        docx({
          ...frame,
          'word/document.xml': word(
            `${'<w:tbl><w:tr><w:tc>'.repeat(20_000)}${'</w:tc></w:tr></w:tbl>'.repeat(20_000)}`,
          ),
        }),
      ],
      [
        'many.docx',
        docx({ ...frame, 'word/document.xml': word('<w:p><w:r><w:t>a</w:t></w:r></w:p>'.repeat(400_000)) }),
      ],
      ['pages.pdf', pdfOf(10_000)],
    ])
    // The server answers while that goes on.
    const answer = await client.call('POST', '/api/chat', { message: 'How much is the entrance fee?' })
    expect(answer.body.response).toContain('12 EUR')
    const job = await ended(client, body.job.job_id)
    expect(job.state).toBe('done')
    for (const [name, outcome] of Object.entries(outcomes(job)))
      expect([name, outcome]).toEqual([name, expect.any(String)])
    expect(outcomes(job)).toMatchObject({
      'bomb.docx': 'The file unpacks to more than 48 MB of text, which no document does.',
      'entities.docx': expect.stringContaining('defines its own XML entities'),
      'many.docx': expect.stringMatching(/took more than 10 seconds|too much memory/),
      'pages.pdf': 'The file has 10,000 pages; at most 2,000 are read. Send it in parts.',
    })
  })
})

/** A PDF with as many pages, all of them the same one. */
function pdfOf(pages: number): Buffer {
  const kids = Array.from({ length: pages }, () => '3 0 R').join(' ')
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    `<</Type/Pages/Count ${pages}/Kids[${kids}]>>`,
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>',
  ]
  let text = '%PDF-1.4\n'
  const offsets = objects.map((object, i) => {
    const at = text.length
    text += `${i + 1} 0 obj${object}endobj\n`
    return at
  })
  const xref = text.length
  text += `xref\n0 4\n0000000000 65535 f \n${offsets.map(at => `${String(at).padStart(10, '0')} 00000 n \n`).join('')}trailer<</Size 4/Root 1 0 R>>\nstartxref\n${xref}\n%%EOF`
  return Buffer.from(text)
}

describe('an upload that is none', () => {
  it('is a clear 4xx, and leaves nothing behind', async () => {
    const client = await server.register()
    const raw = (body: string, type: string) =>
      fetch(`${server.base}/api/knowledge/upload`, {
        method: 'POST',
        headers: { 'X-API-Key': client.key, 'Content-Type': type },
        body,
      })
    const status = async (body: string, type: string) => {
      const reply = await raw(body, type)
      return [reply.status, ((await reply.json()) as any).code]
    }
    const form = 'multipart/form-data; boundary=x'
    expect(await status('{}', 'application/json')).toEqual([415, 'unsupported_media_type'])
    expect(await status('', form)).toEqual([400, 'invalid_request'])
    expect(await status('--x--', form)).toEqual([400, 'invalid_request'])
    expect(
      await status('--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\ncut off', form),
    ).toEqual([400, 'invalid_request'])
    expect(await status('--x\r\nNothing: here\r\n\r\nx\r\n--x--', form)).toEqual([400, 'invalid_request'])
    expect(await status(`--x\r\nA: ${'b'.repeat(20_000)}`, form)).toEqual([400, 'invalid_request'])
    expect((await send(client, '/api/knowledge/upload', [['a.txt', 'x']], { mapping: '{"a": "poem"}' })).status).toBe(
      400,
    )
    expect((await send(client, '/api/knowledge/upload', [['a.txt', 'x']], { mapping: 'no' })).status).toBe(400)
    const many: Files = Array.from({ length: 21 }, (_, i) => [`${i}.txt`, 'x'])
    expect((await send(client, '/api/knowledge/upload', many)).status).toBe(413)
    expect(
      (await send(client, '/api/knowledge/upload', [['big.txt', Buffer.alloc(26 * 1024 * 1024, 97)]])).status,
    ).toBe(413)
    expect(readdirSync(join(server.dir, 'uploads', client.id))).toEqual([])
    expect((await client.call('GET', '/api/sources')).body.total).toBe(0)
  })
})

it('files are kept up to a number, and one more says what to do', async () => {
  const tight = await startServer({ env: { MAX_FILES: '2' } })
  try {
    const client = await tight.register()
    const send = async (...names: string[]) => {
      const form = new FormData()
      for (const name of names) form.append('files', new Blob([`We sell ${name} by the harbour.`]), name)
      const reply = await fetch(`${tight.base}/api/knowledge/upload`, {
        method: 'POST',
        headers: { 'X-API-Key': client.key },
        body: form,
      })
      return [reply.status, (await reply.json()) as any]
    }
    expect((await send('a.txt', 'b.txt'))[0]).toBe(202)
    const [status, body] = await send('a.txt', 'c.txt')
    expect([status, body.code, body.limit, body.count]).toEqual([409, 'conflict', 2, 2])
    expect(body.error).toContain('remove some first')
    expect((await send('a.txt'))[0]).toBe(202)
    expect(readdirSync(join(tight.dir, 'uploads', client.id))).toHaveLength(2)
    const [source] = (await client.call('GET', '/api/sources')).body.data
    await client.call('DELETE', `/api/sources/${source.source_id}`)
    expect((await send('c.txt'))[0]).toBe(202)
  } finally {
    await tight.close()
  }
})

it('uploads at the same time share the room that a client has', async () => {
  const tight = await startServer({ env: { UPLOAD_MB: '1' } })
  try {
    const client = await tight.register()
    const bytes = Buffer.alloc(700_000, 'Opening hours are long. ')
    const replies = await Promise.all(
      ['a', 'b', 'c', 'd'].map(name => {
        const form = new FormData()
        form.append('files', new Blob([bytes]), `${name}.txt`)
        const headers = { 'X-API-Key': client.key }
        return fetch(`${tight.base}/api/knowledge/upload`, { method: 'POST', headers, body: form })
      }),
    )
    const statuses = replies.map(reply => reply.status)
    expect(statuses.filter(status => status === 202).length).toBeLessThan(2)
    expect(statuses.every(status => status === 202 || status === 413)).toBe(true)
    // What was refused gave its room back.
    const form = new FormData()
    form.append('files', new Blob(['Small.']), 'small.txt')
    const headers = { 'X-API-Key': client.key }
    const small = await fetch(`${tight.base}/api/knowledge/upload`, { method: 'POST', headers, body: form })
    expect(small.status).toBe(202)
  } finally {
    await tight.close()
  }
})
