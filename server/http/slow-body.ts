/**
 * Senders of bodies that hold a connection without getting on are cut; a long upload over a slow line is not, as long as it lives.
 * Node's own `requestTimeout` knows only how long a request took.
 */
import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'

export interface SlowBodyLimits {
  /** Milliseconds in which any request may arrive as slowly as it likes. */
  graceMs: number
  /** After that, at least `minBytes` must arrive in every `windowMs` milliseconds. */
  windowMs: number
  minBytes: number
  /** Looks in each window. */
  looks: number
}

/** A minute for anybody; then 2 KiB a second, seen over half a minute. */
export const slowBodyLimits: SlowBodyLimits = { graceMs: 60_000, windowMs: 30_000, minBytes: 60 * 1024, looks: 3 }

interface Watched {
  incoming: IncomingMessage | undefined
  since: number
  /** Bytes that had come at the last looks, oldest first. */
  seen: number[]
}

/** Watches every connection of a server until it closes. A request that is cut becomes a `clientError` of node's own kind. */
export function cutSlowBodies(server: Server, limits: SlowBodyLimits = slowBodyLimits): void {
  const watched = new Map<Socket, Watched>()
  server.on('connection', socket => {
    watched.set(socket, { incoming: undefined, since: 0, seen: [] })
    socket.once('close', () => watched.delete(socket))
  })
  server.prependListener('request', (incoming: IncomingMessage) => {
    const watch = watched.get(incoming.socket)
    if (!watch) return
    watch.incoming = incoming
    watch.since = Date.now()
    watch.seen.length = 0
  })
  const look = () => {
    const now = Date.now()
    for (const [socket, { incoming, since, seen }] of watched) {
      if (!incoming || incoming.complete) continue
      seen.push(socket.bytesRead)
      if (seen.length > limits.looks + 1) seen.shift()
      const arrived = socket.bytesRead - seen[0]!
      if (now - since < limits.graceMs || seen.length <= limits.looks || arrived >= limits.minBytes) continue
      watched.delete(socket)
      server.emit('clientError', Object.assign(new Error('A body came too slowly.'), { code }), socket)
      // The reply has a moment to leave.
      setTimeout(() => socket.destroy(), 1000).unref()
    }
  }
  const timer = setInterval(look, limits.windowMs / limits.looks).unref()
  server.once('close', () => clearInterval(timer))
}

const code = 'ERR_HTTP_REQUEST_TIMEOUT'
