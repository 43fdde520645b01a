/** A slow body is heard out as long as it gets on; one that does not is cut. */
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { cutSlowBodies } from '../../server/http/slow-body.ts'

const open: (() => void)[] = []
afterEach(() => {
  for (const close of open.splice(0)) close()
})

/** Resolves to the status and the bytes that the server read; `cut` when the connection ended without a reply. */
async function send(piece: Buffer, everyMs: number, pieces: number): Promise<string> {
  const server = createServer((incoming, reply) => {
    let bytes = 0
    incoming.on('data', chunk => {
      bytes += chunk.length
    })
    incoming.on('error', () => {})
    incoming.on('end', () => reply.end(String(bytes)))
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    socket.end(`HTTP/1.1 ${error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400} X\r\nConnection: close\r\n\r\n`)
  })
  cutSlowBodies(server, { graceMs: 300, windowMs: 300, minBytes: 2000, looks: 3 })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  open.push(
    () => server.closeAllConnections(),
    () => server.close(),
  )
  return new Promise(resolve => {
    const outgoing = request({ port: (server.address() as AddressInfo).port, method: 'POST' }, reply => {
      let text = ''
      reply.on('data', chunk => {
        text += chunk
      })
      reply.on('end', () => resolve(`${reply.statusCode} ${text}`.trim()))
    })
    outgoing.on('error', () => resolve('cut'))
    outgoing.write(piece)
    let sent = 1
    const timer = setInterval(() => {
      if (sent++ < pieces) outgoing.write(piece)
      else {
        clearInterval(timer)
        outgoing.end()
      }
    }, everyMs)
    outgoing.on('close', () => clearInterval(timer))
  })
}

it('one that lives is read to its end, however long it takes', async () => {
  // Many times the grace; even a machine that is busy sends more than enough in a window.
  expect(await send(Buffer.alloc(20_000), 50, 40)).toBe(`200 ${20_000 * 40}`)
})

it('one that drips, or stands still, is cut', async () => {
  expect(['408', 'cut']).toContain(await send(Buffer.from('x'), 50, 10_000))
  expect(['408', 'cut']).toContain(await send(Buffer.alloc(50_000), 20_000, 10))
})
