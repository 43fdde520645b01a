/** Who is on the other end of the connection. */
import { BlockList, isIP } from 'node:net'
import type { Context } from 'hono'

/**
 * Finds the caller's address: the peer's own, or, where the peer is a trusted proxy, the nearest address in
 * X-Forwarded-For that is not one. Anyone else's X-Forwarded-For is ignored.
 */
export function createAddressFinder(trustProxy: readonly string[]): (c: Context) => string {
  const trusted = new BlockList()
  for (const item of trustProxy) {
    const [address = '', bits] = item.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (bits === undefined) trusted.addAddress(address, family)
    else trusted.addSubnet(address, Number(bits), family)
  }
  const isTrusted = (address: string) => trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')

  return c => {
    const peer = peerAddress(c)
    if (trustProxy.length === 0 || !isTrusted(peer)) return peer
    const hops = (c.req.header('x-forwarded-for') ?? '').split(',').map(hop => plainAddress(hop.trim()))
    for (const hop of hops.reverse()) {
      if (!isIP(hop)) break
      if (!isTrusted(hop)) return hop
    }
    return peer
  }
}

export function peerAddress(c: Context): string {
  const env = c.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined
  return plainAddress(env?.incoming?.socket?.remoteAddress ?? '127.0.0.1')
}

/** IPv4 written as IPv6 becomes IPv4. */
const plainAddress = (address: string) => address.replace(/^::ffff:(?=\d+\.)/i, '')

/** What limits count by: an IPv4 address, or the /64 that one IPv6 customer has. */
export const limitKey = (address: string) =>
  isIP(address) === 6 ? `${groups(address).slice(0, 4).join(':')}::/64` : address

/** An address that no longer tells one visitor from their neighbours: IPv4 without its last octet, IPv6 as its /48. */
export function coarseAddress(address: string): string {
  if (isIP(address) === 6) return `${groups(address).slice(0, 3).join(':')}::`
  return address.replace(/\.\d+$/, '.0')
}

/** The eight groups of an IPv6 address. */
function groups(address: string): string[] {
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::')
  const left = head.split(':').filter(Boolean)
  const right = (tail ?? '').split(':').filter(Boolean)
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length)
  return [...left, ...Array<string>(zeros).fill('0'), ...right]
}
