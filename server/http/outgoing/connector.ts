/**
 * How the server connects to hosts that a client named. A name is looked up here, once; all of its addresses must be
 * public; and the connection is made to the very address that was checked. So a name server that answers
 * differently a moment later (DNS rebinding) gains nothing. The check stands in the connector, because a hook for
 * look-ups would not be asked about hosts that are addresses already.
 */
import { lookup, Resolver } from 'node:dns/promises'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { buildConnector } from 'undici'
import { AppError } from '../../errors.ts'
import { isPublicAddress } from './address.ts'
import { checkTarget } from './target.ts'

/** All addresses of a host name; rejects where there is none. */
export type Resolve = (host: string) => Promise<string[]>
/** Opens a TCP connection to an address. */
export type Dial = (address: string, port: number) => Socket

export interface ConnectorDeps {
  allowHosts: readonly string[]
  resolve?: Resolve
  dial?: Dial
  /** Milliseconds for one address. */
  connectMs?: number
}

/** The name cannot be looked up, or nobody listens there. */
export class Unreachable extends Error {
  override name = 'Unreachable'
}

/** For undici's `connect` option. */
export function createConnector(deps: ConnectorDeps): buildConnector.connector {
  const { resolve = resolvePublic, dial = dialTcp, connectMs = 3000 } = deps
  return (options, callback) => {
    open(options).then(
      socket => callback(null, socket),
      error => callback(error, null),
    )
  }

  async function open({ protocol, hostname, port }: buildConnector.Options): Promise<Socket> {
    // undici takes the brackets of an IPv6 address off.
    const name = isIP(hostname) === 6 ? `[${hostname}]` : hostname
    const target = checkTarget(`${protocol}//${name}${port ? `:${port}` : ''}/`, deps.allowHosts)
    const { host } = target
    const addresses = isIP(host) ? [host] : await (target.allowed ? resolveLocal(resolve, deps) : resolve)(host)
    if (addresses.length === 0) throw new Unreachable(`${host} has no address.`)
    if (!target.allowed && !addresses.every(isPublicAddress)) {
      throw new AppError('url_not_allowed', `${host} is not a public website.`)
    }
    let failure: unknown
    // IPv4 first: many cheap machines have no IPv6, and say so only by silence.
    for (const address of [...addresses].sort((a, b) => isIP(a) - isIP(b)).slice(0, 3)) {
      try {
        const socket = await connected(dial(address, target.port), 'connect', connectMs)
        return protocol === 'https:' ? await secured(socket, host, connectMs) : socket
      } catch (error) {
        failure = error
      }
    }
    throw new Unreachable(`${host} cannot be reached.`, { cause: failure })
  }
}

function secured(socket: Socket, host: string, timeoutMs: number): Promise<Socket> {
  const tls = connectTls({ socket, ALPNProtocols: ['http/1.1'], ...(!isIP(host) && { servername: host }), host })
  return connected(tls, 'secureConnect', timeoutMs)
}

function connected<S extends Socket>(socket: S, event: 'connect' | 'secureConnect', timeoutMs: number): Promise<S> {
  socket.setNoDelay(true)
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail(new Error(`no ${event} within ${timeoutMs} ms`)), timeoutMs)
    const fail = (error: Error) => {
      clearTimeout(timer)
      socket.destroy()
      reject(error)
    }
    socket.once('error', fail)
    socket.once('close', () => fail(new Error('closed')))
    socket.once(event, () => {
      clearTimeout(timer)
      socket.removeAllListeners('error')
      socket.removeAllListeners('close')
      resolve(socket)
    })
  })
}

const dialTcp: Dial = (address, port) => connectTcp({ host: address, port })

/**
 * By the name servers alone: the machine's own table of names is not for strangers' addresses, and `dns.lookup` would hold
 * one of the few threads that file syncs need for as long as a slow name server likes.
 */
const resolvePublic: Resolve = async host => {
  const resolver = new Resolver({ timeout: 1500, tries: 2 })
  const [four, six] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)])
  const found = [four, six].flatMap(result => (result.status === 'fulfilled' ? result.value : []))
  if (found.length === 0) throw new Unreachable(`${host} has no address.`)
  return found
}

/** Hosts that the operator named may stand in the machine's own table. */
const resolveLocal =
  (resolve: Resolve, deps: ConnectorDeps): Resolve =>
  async host =>
    deps.resolve ? resolve(host) : (await lookup(host, { all: true })).map(({ address }) => address)
