/**
 * A server that speaks the chat protocol of server/chat/wire.ts with answers made to measure, and another one for the
 * pages of clients. Both are real and on ports of their own, so that everything between them is cross-origin.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import esbuild from 'esbuild'
import { widgetBuilds } from '../../scripts/widget-build.mjs'
import type { PublicBot } from '../../server/accounts/wire.ts'
import type { ChatEvents, ChatReply, ChatRequest } from '../../server/chat/wire.ts'

export const version = '1.0.0-test'

/** Builds the widget as scripts/build.mjs does, into a folder of its own. */
export async function buildWidget(): Promise<{ folder: string; remove(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-widget-'))
  for (const options of widgetBuilds({ version, outdir: folder })) await esbuild.build(options)
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

async function listen(listener: RequestListener): Promise<{ server: Server; url: string }> {
  const server = createServer(listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const close = (server: Server) =>
  new Promise<void>(resolve => {
    server.close(() => resolve())
    server.closeAllConnections()
  })

/** How one question is answered: what is left out has a plain value. */
export interface Scripted extends Partial<ChatReply> {
  /** The pieces `response` is streamed in; the whole by default. */
  deltas?: string[]
  /** Instead of an answer. */
  problem?: { status: number; code: string; [member: string]: unknown }
  /** Send the reply as JSON, as a proxy that drops `Accept` would make it. */
  json?: boolean
  /** Break the connection after the deltas. */
  cut?: boolean
  /** Cut the bytes of the stream into pieces of this many. */
  pieces?: number
  /** Wait for this after the deltas, or before anything when there are none. */
  until?: Promise<void>
}

export interface StubServer {
  url: string
  bot: PublicBot | undefined
  /** Settings of the portal, as GET /widget/{company_id} has them. */
  launcher: Record<string, string>
  /** Questions to offer for what is typed. */
  suggest(typed: string): string[]
  /** Refuses forms, ratings, and what is done with conversations. */
  refuses: Scripted['problem']
  /** Forms and ratings that came, by path, and what was done with conversations. */
  sent: [path: string, body: any][]
  /** Decides on every question; may be replaced by each test. */
  answer(request: ChatRequest): Scripted
  /** Bodies of the questions that came. */
  questions: ChatRequest[]
  /** Their idempotency keys. */
  keys: string[]
  /** Method and path of every request that came. */
  requests: string[]
  close(): Promise<void>
}

const types: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
}

export const plainBot: PublicBot = {
  company_id: 'demo_company',
  name: 'Harbour Lane Cycles',
  greeting: 'Hello! Ask us about bikes, repairs or opening hours.',
  color: '#1d6b57',
  suggestions: ['When are you open?', 'How much is a full service?', 'Do you rent out e-bikes?'],
  contact: '',
  consent: null,
  lead: null,
  version: '1',
}

export function reply(request: ChatRequest, scripted: Scripted = {}): ChatReply {
  const { deltas, problem, json, cut, pieces, until, ...given } = scripted
  return {
    response: deltas?.join('') ?? 'We are open **Tuesday to Saturday**, 9:00 to 18:00.',
    company_id: request.company_id!,
    session_id: request.session_id ?? 'session-1',
    timestamp: '2025-01-01T00:00:00.000Z',
    sources_used: ['website'],
    answered: true,
    kind: 'answer',
    confidence: 0.9,
    sources: [],
    suggestions: [],
    ways: [],
    hours: null,
    usage: { limit: 1000, used: 1, remaining: 999, resets_at: '2025-02-01T00:00:00.000Z' },
    answer_id: 'answer-1',
    ...given,
  }
}

const frame = <Name extends keyof ChatEvents>(event: Name, data: ChatEvents[Name]) =>
  `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`

async function sendStream(response: ServerResponse, request: ChatRequest, scripted: Scripted) {
  const whole = reply(request, scripted)
  const { session_id, answer_id, company_id, sources, sources_used } = whole
  response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store' })
  const write = async (text: string) => {
    const bytes = Buffer.from(text)
    const size = scripted.pieces ?? bytes.length
    for (let at = 0; at < bytes.length; at += size) {
      response.write(bytes.subarray(at, at + size))
      // Lets each piece leave on its own.
      if (scripted.pieces) await new Promise(resolve => setImmediate(resolve))
    }
  }
  await write(frame('start', { session_id, answer_id, company_id }))
  for (const text of scripted.deltas ?? (scripted.until ? [] : [whole.response])) await write(frame('delta', { text }))
  await scripted.until
  if (scripted.cut) return response.destroy()
  await write(frame('sources', { sources, sources_used }))
  await write(frame('done', whole))
  response.end()
}

function sendProblem(response: ServerResponse, { status, code, ...members }: NonNullable<Scripted['problem']>) {
  response.writeHead(status, { 'Content-Type': 'application/problem+json' })
  response.end(
    JSON.stringify({
      type: 'about:blank',
      title: code,
      status,
      detail: code,
      code,
      request_id: 'r',
      error: code,
      ...members,
    }),
  )
}

async function readBody(request: IncomingMessage): Promise<any> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return JSON.parse(Buffer.concat(parts).toString())
}

/** Serves the widget from `folder`, the demo page, and the two calls the widget makes. */
export async function startStub(folder: string): Promise<StubServer> {
  const { server, url } = await listen(async (request, response) => {
    const { pathname } = new URL(request.url!, 'http://stub')
    stub.requests.push(`${request.method} ${pathname}`)
    response.setHeader('Access-Control-Allow-Origin', '*')
    if (request.method === 'OPTIONS') {
      response.setHeader('Access-Control-Allow-Headers', 'Content-Type, Accept, Idempotency-Key')
      response.setHeader('Access-Control-Allow-Methods', 'GET, POST, DELETE')
      return response.writeHead(204).end()
    }
    const addressed = /^\/widget\/([\w-]+)$/.exec(pathname)
    if (addressed) {
      return response
        .setHeader('Content-Type', 'application/json')
        .end(JSON.stringify({ launcher: stub.bot ? stub.launcher : {} }))
    }
    if (pathname === '/api/suggest') {
      const typed = new URL(request.url!, 'http://stub').searchParams.get('q')!
      return response
        .setHeader('Content-Type', 'application/json')
        .end(JSON.stringify({ suggestions: stub.suggest(typed) }))
    }
    if (pathname === '/api/leads' || pathname.endsWith('/feedback')) {
      const body = await readBody(request)
      stub.sent.push([pathname, body])
      if (stub.refuses) return sendProblem(response, stub.refuses)
      return response.setHeader('Content-Type', 'application/json').end('{"success":true}')
    }
    if (pathname.startsWith('/api/chat/')) {
      if (stub.refuses) return sendProblem(response, stub.refuses)
      const turns = stub.questions.map(({ message }) => ({
        timestamp: '2025-01-01T00:00:00.000Z',
        message,
        response: `Answer to ${message}`,
      }))
      stub.sent.push([`${request.method} ${pathname}`, undefined])
      return response
        .setHeader('Content-Type', 'application/json')
        .end(JSON.stringify(request.method === 'DELETE' ? { success: true } : { session_id: 's', turns }))
    }
    if (pathname === '/api/bot') {
      if (!stub.bot) return sendProblem(response, { status: 404, code: 'bot_unavailable' })
      return response.setHeader('Content-Type', 'application/json').end(JSON.stringify(stub.bot))
    }
    if (pathname === '/api/chat') {
      const body = await readBody(request)
      stub.questions.push(body)
      stub.keys.push(request.headers['idempotency-key'] as string)
      const scripted = stub.answer(body)
      if (scripted.problem) return sendProblem(response, scripted.problem)
      if (!scripted.json) return sendStream(response, body, scripted)
      return response.setHeader('Content-Type', 'application/json').end(JSON.stringify(reply(body, scripted)))
    }
    const path = pathname.replace('/widget/', '/').replace(/^\/demo\/?$/, '/demo/index.html')
    const file = path.startsWith('/demo/') ? join('widget', path) : join(folder, path)
    if (!existsSync(file)) return response.writeHead(404).end()
    response.setHeader('Content-Type', types[extname(file)] ?? 'application/octet-stream').end(readFileSync(file))
  })
  const stub: StubServer = {
    url,
    bot: plainBot,
    launcher: {},
    suggest: () => [],
    refuses: undefined,
    sent: [],
    answer: () => ({}),
    questions: [],
    keys: [],
    requests: [],
    close: () => close(server),
  }
  return stub
}

export interface Site {
  url: string
  /** Served at every address of the site. */
  html: string
  /** Content-Security-Policy; none when empty. */
  csp: string
  close(): Promise<void>
}

/** A client's own web site. */
export async function startSite(): Promise<Site> {
  const { server, url } = await listen((request, response) => {
    if (request.url === '/favicon.ico') return response.writeHead(204).end()
    if (site.csp) response.setHeader('Content-Security-Policy', site.csp)
    response.setHeader('Content-Type', 'text/html; charset=utf-8').end(site.html)
  })
  const site: Site = { url, html: '', csp: '', close: () => close(server) }
  return site
}

/** A page with the script tag on it. */
export function pageWith({
  stub,
  attributes = '',
  head = '',
  body = '<h1>A page</h1><p>Its words.</p>',
  html = 'lang="en"',
}: {
  stub: StubServer
  attributes?: string
  head?: string
  body?: string
  /** Attributes of the root element. */
  html?: string
}): string {
  return `<!doctype html><html ${html}><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>A page</title>${head}
<script src="${stub.url}/widget.js" data-company-id="demo_company" ${attributes} async></script>
</head><body>${body}</body></html>`
}
