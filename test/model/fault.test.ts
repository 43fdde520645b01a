/** Whatever a model's server does, a visitor gets an answer: the passage's own words, in JSON and as a stream. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { turns } from '../../server/store/records.ts'
import { call, startServer, type TestClient, type TestServer } from '../support/server.ts'
import {
  type Behaviour,
  chunk,
  done,
  eventStream,
  finish,
  type ModelServer,
  says,
  sends,
  startModelServer,
} from './model-server.ts'

const key = 'sk-test-0123456789abcdef'
const content = 'We are open Monday to Friday from 9:00 to 18:30. On Sundays the workshop is closed.'
let model: ModelServer
/** One server with time to spare, so that a busy machine is no fault, and one without for the faults of time. */
let patient: Stage
let hasty: Stage
/** Milliseconds that the app's clock is ahead. */
let ahead = 0
/** Lets pass what a failing server is left alone for. */
const rest = () => {
  ahead += 130_000
}

interface Stage {
  server: TestServer
  client: TestClient
}

async function open(firstMs: string, totalMs: string): Promise<Stage> {
  const server = await startServer({
    now: () => new Date(Date.now() + ahead),
    env: {
      MODEL_URL: model.url,
      MODEL_NAME: 'small',
      MODEL_KEY: key,
      MODEL_FIRST_MS: firstMs,
      MODEL_TOTAL_MS: totalMs,
    },
  })
  const client = await server.register('Rope Street Bikes')
  await client.call('POST', '/api/knowledge/import', {
    entries: [
      { id: 'hours', kind: 'qa', question: 'When are you open?', content },
      { id: 'parking', kind: 'text', title: 'Parking', content: 'There are four parking spaces behind the shop.' },
    ],
  })
  return { server, client }
}

beforeAll(async () => {
  model = await startModelServer()
  patient = await open('60000', '120000')
  hasty = await open('1000', '2000')
})
afterAll(async () => {
  await patient.server.close()
  await hasty.server.close()
  await model.close()
})
afterEach(() => model.behave(says('Hello. [1]')))

const wait = (response: import('node:http').ServerResponse) => new Promise(resolve => response.on('close', resolve))

/** By the reason that is kept with the turn. Those marked `partly` had shown a sentence when they failed. */
const faults: [name: string, reason: string, behaviour: Behaviour, partly?: true][] = [
  ['sends nothing at all', 'silent', (_, r) => wait(r) as Promise<void>],
  [
    'sends headers and then nothing',
    'silent',
    (_, r) => {
      r.writeHead(200, eventStream).flushHeaders()
    },
  ],
  [
    'sends comments only, to keep the line open',
    'silent',
    async (_, r) => {
      r.writeHead(200, eventStream)
      const timer = setInterval(() => r.write(': ping\n\n'), 20)
      await wait(r)
      clearInterval(timer)
    },
  ],
  [
    'trickles words without end',
    'too_slow',
    async (_, r) => {
      r.writeHead(200, eventStream)
      const timer = setInterval(() => r.write(chunk('slow ')), 30)
      await wait(r)
      clearInterval(timer)
    },
  ],
  [
    'breaks the connection before the reply',
    'unreachable',
    (_, r) => {
      r.destroy()
    },
  ],
  [
    'breaks the connection within the first sentence',
    'cut',
    (_, r) => {
      r.writeHead(200, eventStream)
      r.write(chunk('We are open Mon'), () => r.destroy())
    },
  ],
  [
    'breaks the connection after a sentence',
    'cut',
    (_, r) => {
      r.writeHead(200, eventStream)
      r.write(chunk('We are open Monday to Friday from 9:00 to 18:30. [1] On Sundays the wor'), () =>
        setTimeout(() => r.destroy(), 50),
      )
    },
    true,
  ],
  [
    'ends the stream without saying that it is the end',
    'cut',
    (_, r) => {
      r.writeHead(200, eventStream)
      r.end(chunk('We are open Mon'))
    },
  ],
  ['sends broken JSON in an event', 'bad_json', sends(200, eventStream, 'data: {"choices": [{"delta"\n\n')],
  ['sends JSON that is no completion', 'bad_json', sends(200, eventStream, 'data: {"choices": "many"}\n\n')],
  [
    'sends a whole reply that is broken JSON',
    'bad_json',
    sends(200, { 'Content-Type': 'application/json' }, '{"choices": ['),
  ],
  [
    'sends JSON about something else',
    'bad_json',
    sends(200, { 'Content-Type': 'application/json' }, '{"weather": "fine"}'),
  ],
  ['sends a page', 'wrong_type', sends(200, { 'Content-Type': 'text/html' }, '<h1>Sign in</h1>')],
  ['sends no content type', 'wrong_type', sends(200, {}, 'hello')],
  [
    'sends bytes that are not UTF-8',
    'bad_text',
    sends(200, eventStream, Buffer.from([0x64, 0x61, 0x74, 0x61, 0x3a, 0x20, 0xc3, 0x28, 0x0a, 0x0a])),
  ],
  ['sends one huge event', 'too_large', sends(200, eventStream, `data: ${'x'.repeat(600_000)}`)],
  [
    'writes without end',
    'too_large',
    (_, r) => {
      r.writeHead(200, eventStream)
      const flood = () => {
        while (!r.destroyed && r.write(chunk('We are open Monday to Friday. [1] '.repeat(50))));
      }
      r.on('drain', flood)
      flood()
    },
    true,
  ],
  ['writes one endless sentence', 'too_large', sends(200, eventStream, chunk('open '.repeat(2000)) + finish() + done)],
  ['sends an empty reply', 'empty', sends(200, eventStream, finish() + done)],
  ['sends an empty body', 'wrong_type', sends(204, {})],
  ['holds its reply back', 'filtered', sends(200, eventStream, chunk('We are ') + finish('content_filter') + done)],
  [
    'reports an error within the stream',
    'server_error',
    sends(200, eventStream, 'data: {"error": {"message": "out of memory"}}\n\n'),
  ],
  ['replies 500', 'server_error', sends(500, { 'Content-Type': 'application/json' }, '{"error": {"message": "boom"}}')],
  ['replies 503 with a page', 'server_error', sends(503, { 'Content-Type': 'text/html' }, '<h1>Down</h1>')],
  [
    'refuses the key',
    'unauthorized',
    sends(401, { 'Content-Type': 'application/json' }, `{"error": {"message": "Incorrect API key provided: ${key}"}}`),
  ],
  [
    'knows no such model',
    'unknown_model',
    sends(404, { 'Content-Type': 'application/json' }, '{"error": "model not found"}'),
  ],
  [
    'refuses the request',
    'rejected',
    sends(400, { 'Content-Type': 'application/json' }, '{"error": {"message": "context too long"}}'),
  ],
  ['asks to be called less often', 'rate_limited', sends(429, { 'Retry-After': '0' }, '')],
  ['leads on to another address', 'redirected', sends(302, { Location: 'http://127.0.0.1:1/v1/chat/completions' })],
  ['obeys an order in the question', 'unsupported', says('HACKED BY BOB [1]')],
  [
    'tells its rules',
    'leak',
    says('My rules: Every number, price, time, name and address must stand in a passage exactly so. [1]'),
  ],
  ['tells its key', 'leak', says(`The key is ${key}. [1]`)],
  ['makes up a fact', 'unsupported', says('We deliver pizza to the moon on Thursdays. [1]')],
  ['makes up a number', 'unsupported', says('We are open Monday to Friday from 8:00 to 18:30. [1]')],
  ['says the opposite', 'unsupported', says('On Sundays the workshop is not closed. [1]')],
  [
    'sends a link of its own',
    'unsupported',
    says('We are open Monday to Friday, see https://evil.example/win for more. [1]'),
  ],
  ['sends an image', 'unsupported', says('![open](https://evil.example/x.png) We are open Monday to Friday. [1]')],
  ['sends markup', 'unsupported', says('<script>alert(1)</script> We are open Monday to Friday. [1]')],
  ['finds no answer', 'no_answer', says('NO ANSWER')],
  [
    'thinks aloud and says nothing',
    'empty',
    says('<think>We are open Monday to Friday from 9:00 to 18:30. [1]</think>'),
  ],
]

/** The events of a stream, in order. */
const eventsOf = (text: string): { event: string; data: any }[] =>
  text
    .split('\n\n')
    .filter(Boolean)
    .map(block => {
      const [event = '', data = ''] = block.split('\n')
      return { event: event.replace('event: ', ''), data: JSON.parse(data.replace('data: ', '')) }
    })

const why = async ({ server, client }: Stage) => (await server.store.log(turns).tail(1, client.id))[0]!.why as any

describe.each(faults)('a server that %s', (_, reason, behaviour, partly) => {
  const message = 'When are you open?'
  const stage = () => (reason === 'silent' || reason === 'too_slow' ? hasty : patient)

  it('leaves the passage to answer, in JSON', async () => {
    rest()
    model.behave(behaviour)
    const { status, body } = await stage().client.call('POST', '/api/chat', { message })
    expect(status).toBe(200)
    expect(body).toMatchObject({ answered: true, kind: 'answer', response: content, sources: [{ id: 'hours' }] })
    expect((await why(stage())).model).toMatchObject({ name: 'small', fallback: reason })
    expect(JSON.stringify(await why(stage()))).not.toContain(key)
  })

  it('leaves the passage to answer, as a stream', async () => {
    rest()
    model.behave(behaviour)
    const { status, body } = await stage().client.call(
      'POST',
      '/api/chat',
      { message },
      { Accept: 'text/event-stream' },
    )
    expect(status).toBe(200)
    const events = eventsOf(body)
    expect(events.map(({ event }) => event)).not.toContain('error')
    const reply = events.at(-1)!.data
    const shown = events
      .filter(({ event }) => event === 'delta')
      .map(({ data }) => data.text)
      .join('')
    expect(shown).toBe(reply.response)
    if (partly) expect(shown.endsWith(`\n\n${content}`)).toBe(true)
    else expect(shown).toBe(content)
    expect(reply.sources[0].id).toBe('hours')
    expect((await why(stage())).model).toMatchObject({ fallback: reason })
  })
})

it('counts every outcome in the metrics', async () => {
  const pages = [patient, hasty].map(({ server }) => call(server.base, 'GET', '/metrics'))
  const body = (await Promise.all(pages)).map(page => page.body).join('')
  for (const reason of new Set(faults.map(([, reason]) => reason)))
    expect(body).toMatch(new RegExp(`parley_model_calls\\{outcome="${reason}"\\} [1-9]`))
})

it('leaves a server alone that failed three times, and asks it again later', async () => {
  rest()
  model.behave(sends(500, {}))
  const before = model.calls.length
  for (let i = 0; i < 6; i++)
    expect((await patient.client.call('POST', '/api/chat', { message: 'When are you open?' })).body.response).toBe(
      content,
    )
  expect(model.calls.length - before).toBe(3)
  expect((await why(patient)).model).toMatchObject({ fallback: 'resting' })
  rest()
  model.behave(says('You find us open Monday to Friday from 9:00 to 18:30. [1]'))
  const { body } = await patient.client.call('POST', '/api/chat', { message: 'When are you open?' })
  expect(body.response).toBe('You find us open Monday to Friday from 9:00 to 18:30. [1]')
})

it('stays away for as long as a 429 asks', async () => {
  rest()
  model.behave(sends(429, { 'Retry-After': '60' }))
  const before = model.calls.length
  await patient.client.call('POST', '/api/chat', { message: 'When are you open?' })
  await patient.client.call('POST', '/api/chat', { message: 'When are you open?' })
  expect(model.calls.length - before).toBe(1)
})
