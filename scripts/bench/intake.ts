/** How fast files become knowledge, and what visitors feel of it; websites stand in crawl.ts. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ask, type Client, crawlFigures, latencies, post, quantile, register, startServer } from './crawl.ts'
import { atMost, type Figure } from './figure.ts'
import { randomFrom } from './knowledge.ts'
import type { BenchRun } from './main.ts'

export async function intakeFigures(run: BenchRun): Promise<Figure[]> {
  return [...(await fileFigures(run)), ...(await crawlFigures(run))]
}

/** Entries of the generated table and of the generated document; beside them the Word, PDF and Excel files of the tests. */
const rows = 1500
const sections = 400
const imported = 5000

async function fileFigures({ quick, rounds }: BenchRun): Promise<Figure[]> {
  const dir = mkdtempSync(join(tmpdir(), 'parley-bench-files-'))
  const server = await startServer(dir, 'localhost')
  try {
    const client = await register(server.base)
    await ask(server.base, client)
    const rates: { entries: number; megabytes: number }[] = []
    const ratios: number[] = []
    const imports: number[] = []
    for (let round = 0; round < Math.max(2, Math.round(rounds / 4)); round++) {
      const startedAt = performance.now()
      const first = await upload(server.base, client, round * 2)
      const seconds = (performance.now() - startedAt) / 1000
      rates.push({ entries: first.entries / seconds, megabytes: first.bytes / 1e6 / seconds })
      await clear(server.base, client)

      const idle = await latencies(server.base, client, AbortSignal.timeout(quick ? 1000 : 3000))
      const stop = new AbortController()
      const during = latencies(server.base, client, stop.signal)
      await upload(server.base, client, round * 2 + 1)
      stop.abort()
      ratios.push(quantile(await during, 0.99) / quantile(idle, 0.99))
      await clear(server.base, client)

      const entries = textsOf(round, imported - 10).map((content, i) => ({ id: `r${round}-${i}`, content }))
      const importedAt = performance.now()
      await post(server.base, '/api/knowledge/import', { entries }, client.key)
      imports.push((performance.now() - importedAt) / 1000)
      await clear(server.base, client)
    }
    const note = `a table of ${rows} rows, a document of ${sections} sections, and Word, PDF and Excel files, ${rates.length} rounds, entries durable and searchable`
    return [
      {
        name: 'files read and kept',
        value: quantile(
          rates.map(rate => rate.entries),
          0.5,
        ),
        goal: null,
        unit: 'entries/s',
        note,
      },
      {
        name: 'the same, bytes',
        value: quantile(
          rates.map(rate => rate.megabytes),
          0.5,
        ),
        goal: null,
        unit: 'MB/s',
      },
      {
        name: 'chat p99 while files are read ÷ idle',
        value: quantile(ratios, 0.5),
        goal: atMost(2),
        note: '2 chats at a time',
      },
      {
        name: `import of ${imported - 10} entries, all or none`,
        value: quantile(imports, 0.5),
        goal: atMost(5),
        unit: 's',
      },
    ]
  } finally {
    server.child.kill('SIGKILL')
    rmSync(dir, { recursive: true, force: true })
  }
}

/** Sentences that are new in each round, so that none is known already. */
function textsOf(seed: number, count: number): string[] {
  const random = randomFrom(seed + 11)
  const syllables = 'ka ne lo sti mu ra de si po'.split(' ')
  const word = () => Array.from({ length: 3 }, () => syllables[Math.floor(random() * 9)]).join('')
  return Array.from({ length: count }, (_, i) => `Article ${seed}-${i}: ${Array.from({ length: 30 }, word).join(' ')}.`)
}

const fixtures = [
  'libreoffice-writer.docx',
  'reportlab.pdf',
  'chromium-print.pdf',
  'libreoffice-calc.xlsx',
  'python-docx.docx',
]

async function upload(base: string, { key }: Client, round: number): Promise<{ entries: number; bytes: number }> {
  const texts = textsOf(round, rows + sections)
  const files: [string, Buffer][] = [
    [
      `table-${round}.csv`,
      Buffer.from(
        `title,content\n${texts
          .slice(0, rows)
          .map((text, i) => `Article ${i},"${text}"`)
          .join('\n')}`,
      ),
    ],
    [
      `book-${round}.md`,
      Buffer.from(
        texts
          .slice(rows)
          .map((text, i) => `## Chapter ${i}\n\n${text}`)
          .join('\n\n'),
      ),
    ],
    ...fixtures.map((name): [string, Buffer] => [name, readFileSync(join('test/fixtures/intake/file', name))]),
  ]
  const form = new FormData()
  for (const [name, bytes] of files) form.append('files', new Blob([new Uint8Array(bytes)]), name)
  const reply = await fetch(`${base}/api/knowledge/upload`, {
    method: 'POST',
    headers: { 'X-API-Key': key },
    body: form,
  })
  const { job } = (await reply.json()) as any
  for (;;) {
    const { state, error, result } = (
      (await (await fetch(`${base}/api/jobs/${job.job_id}`, { headers: { 'X-API-Key': key } })).json()) as any
    ).job
    if (state === 'failed') throw new Error(error)
    if (state === 'done')
      return { entries: result.added, bytes: files.reduce((sum, [, bytes]) => sum + bytes.length, 0) }
    await sleep(20)
  }
}

/** Everything but what visitors ask for. */
async function clear(base: string, { key }: Client): Promise<void> {
  const call = async (method: string, path: string) =>
    (await (await fetch(base + path, { method, headers: { 'X-API-Key': key } })).json()) as any
  for (const { source_id } of (await call('GET', '/api/sources')).data)
    await call('DELETE', `/api/sources/${source_id}`)
  for (;;) {
    const { data } = await call('GET', '/api/knowledge?source=manual&limit=200&sort=newest')
    const ids = data.map((entry: any) => entry.id).filter((id: string) => /^r\d/.test(id))
    if (ids.length === 0) return
    await post(base, '/api/knowledge/bulk', { action: 'delete', ids }, key)
  }
}
