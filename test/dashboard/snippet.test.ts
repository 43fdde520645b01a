import { spawn, spawnSync } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { curlLine, nodeSnippet, pythonSnippet, scriptTag } from '../../dashboard/snippets.ts'
import { startServer, type TestClient, type TestServer } from '../support/server.ts'

/** Everything a shell, a string or JSON could trip over. */
const question = 'What’s "new"? It\'s \\n $HOME `id` 100%'
let server: TestServer
let client: TestClient
beforeAll(async () => {
  server = await startServer()
  client = await server.register()
  await client.call('POST', '/api/knowledge', {
    kind: 'qa',
    question,
    content: 'A $5 map of the coast.',
  })
})
afterAll(() => server.close())

const facts = () => ({ origin: server.base, clientId: client.id, question })

test('the Node snippet runs as it is copied', async () => {
  const run = spawn(process.execPath, ['--input-type=module', '-e', nodeSnippet(facts())], {
    env: { ...process.env, PARLEY_KEY: client.key },
  })
  let out = ''
  run.stdout.on('data', data => (out += data))
  run.stderr.on('data', data => (out += data))
  expect(await new Promise(done => run.once('exit', done)), out).toBe(0)
  expect(out).toContain('A $5 map of the coast.')
})

test('the curl line reaches curl with the question exactly as it is', () => {
  const shown = spawnSync(
    'sh',
    ['-c', `curl() { for a in "$@"; do printf '%s\\036' "$a"; done; }\n${curlLine(facts())}`],
    {
      env: { PARLEY_KEY: 'cb_key' },
      encoding: 'utf8',
    },
  )
  const [url, , key, , type, , body] = shown.stdout.split('\x1e')
  expect([url, key, type]).toEqual([`${server.base}/api/chat`, 'X-API-Key: cb_key', 'Content-Type: application/json'])
  expect(JSON.parse(body!)).toEqual({ message: question })
})

test('the Python snippet holds the question as a string that Python reads alike', () => {
  // Python reads every escape that JSON writes, but for surrogate pairs, which JSON.stringify leaves as they are.
  const written = /"message": ("(?:[^"\\]|\\.)*")/.exec(pythonSnippet(facts()))?.[1]
  expect(JSON.parse(written!)).toBe(question)
})

test('the tag names the widget and the client', () => {
  expect(scriptTag(facts())).toBe(
    `<script src="${server.base}/widget.js" data-company-id="${client.id}" async></script>`,
  )
})
