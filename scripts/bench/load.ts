/**
 * A small load generator for one address on this machine: kept-alive connections with one request under way on each.
 * Written on sockets, because it shares the machine with what it measures and must cost less than a bare echo.
 */
import { connect, type Socket } from 'node:net'

export interface LoadResult {
  requests: number
  perSecond: number
  /** Milliseconds from the first byte sent to the last byte received. */
  p50: number
  p99: number
  /** Replies by status. */
  statuses: Record<number, number>
}

export interface Load {
  /** Sends for `ms` milliseconds, then waits for the replies under way. Rejects when a connection breaks. */
  run(ms: number): Promise<LoadResult>
  close(): void
}

/** A request's bytes; `headers` beside Host, Content-Type and Content-Length. */
export function postBytes(path: string, body: unknown, headers: Record<string, string> = {}): Buffer {
  const text = JSON.stringify(body)
  const lines = Object.entries({ Host: '127.0.0.1', 'Content-Type': 'application/json', ...headers })
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${head}Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)
}

/** Opens `connections` to the port; each takes the next of `requests` in turn. */
export async function openLoad(port: number, connections: number, requests: readonly Buffer[]): Promise<Load> {
  let next = 0
  const take = () => requests[next++ % requests.length]!
  const lanes = await Promise.all(Array.from({ length: connections }, () => openLane(port)))
  return {
    async run(ms) {
      const startedAt = performance.now()
      const deadline = startedAt + ms
      const times: number[] = []
      const statuses: Record<number, number> = {}
      await Promise.all(
        lanes.map(async lane => {
          while (performance.now() < deadline) {
            const sentAt = performance.now()
            const status = await lane.ask(take())
            times.push(performance.now() - sentAt)
            statuses[status] = (statuses[status] ?? 0) + 1
          }
        }),
      )
      const seconds = (performance.now() - startedAt) / 1000
      times.sort((a, b) => a - b)
      const at = (q: number) => times[Math.min(times.length - 1, Math.floor(times.length * q))] ?? Number.NaN
      return { requests: times.length, perSecond: times.length / seconds, p50: at(0.5), p99: at(0.99), statuses }
    },
    close() {
      for (const lane of lanes) lane.close()
    },
  }
}

interface Lane {
  /** Sends one request, resolves with the reply's status once all of it is here. */
  ask(request: Buffer): Promise<number>
  close(): void
}

function openLane(port: number): Promise<Lane> {
  return new Promise((opened, failed) => {
    const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true })
    let answer: { resolve(status: number): void; reject(error: Error): void } | undefined
    let received: Buffer | undefined
    socket.on('data', chunk => {
      received = received ? Buffer.concat([received, chunk]) : chunk
      const reply = readReply(received)
      if (!reply) return
      received = undefined
      const waiting = answer
      answer = undefined
      waiting?.resolve(reply)
    })
    const end = (error: Error) => {
      answer?.reject(error)
      answer = undefined
      failed(error)
    }
    socket.on('error', end)
    socket.on('close', () => end(new Error('the server closed a connection under load')))
    socket.once('connect', () =>
      opened({
        ask: request =>
          new Promise((resolve, reject) => {
            answer = { resolve, reject }
            socket.write(request)
          }),
        close: () => socket.destroy(),
      }),
    )
  })
}

/** The status of a reply when all of it is there. Knows Content-Length and chunked bodies. */
function readReply(bytes: Buffer): number | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const head = bytes.toString('latin1', 0, headEnd).toLowerCase()
  const status = Number(head.slice(9, 12))
  const at = head.indexOf('\r\ncontent-length:')
  if (at >= 0) {
    const length = Number.parseInt(head.slice(at + 17, at + 30), 10)
    return bytes.length >= headEnd + 4 + length ? status : undefined
  }
  if (!head.includes('\r\ntransfer-encoding: chunked')) return status
  return bytes.toString('latin1', bytes.length - 5) === '0\r\n\r\n' ? status : undefined
}
