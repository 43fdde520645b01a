/** An OpenAI-compatible server on loopback: speaks the protocol over real sockets, and every fault a test asks for. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ModelCall {
  path: string
  headers: IncomingMessage['headers']
  body: any
}

/** What the server does with a call. */
export type Behaviour = (call: ModelCall, response: ServerResponse) => void | Promise<void>

export interface ModelServer {
  /** Base URL, with /v1. */
  url: string
  host: string
  calls: ModelCall[]
  behave(behaviour: Behaviour): void
  close(): Promise<void>
}

export async function startModelServer(): Promise<ModelServer> {
  const calls: ModelCall[] = []
  let behaviour: Behaviour = says('Hello. [1]')
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString()
      const call = { path: request.url ?? '', headers: request.headers, body: text ? JSON.parse(text) : undefined }
      calls.push(call)
      void behaviour(call, response)
    })
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: `http://${host}/v1`,
    host,
    calls,
    behave(next) {
      behaviour = next
    },
    close() {
      server.closeAllConnections()
      return new Promise(done => server.close(() => done()))
    },
  }
}

export const chunk = (content: string) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`
export const finish = (reason = 'stop') =>
  `data: ${JSON.stringify({ choices: [{ delta: {}, finish_reason: reason }] })}\n\n`
export const usage = (prompt_tokens: number, completion_tokens: number) =>
  `data: ${JSON.stringify({ choices: [], usage: { prompt_tokens, completion_tokens } })}\n\n`
export const done = 'data: [DONE]\n\n'
export const eventStream = { 'Content-Type': 'text/event-stream; charset=utf-8' }

/** The text in small pieces, cut without regard for words or code points' neighbours. */
export const piecesOf = (text: string) =>
  [...text].map((_, i, all) => (i % 3 === 0 ? all.slice(i, i + 3).join('') : '')).filter(Boolean)

/** A well-behaved streamed reply. */
export const says =
  (text: string, counted?: [number, number]): Behaviour =>
  (_, response) => {
    response.writeHead(200, eventStream)
    for (const piece of piecesOf(text)) response.write(chunk(piece))
    response.write(finish())
    if (counted) response.write(usage(...counted))
    response.end(done)
  }

/** Bytes with a status and a content type. */
export const sends =
  (status: number, headers: Record<string, string>, body: string | Buffer = ''): Behaviour =>
  (_, response) => {
    response.writeHead(status, headers)
    response.end(body)
  }
