/** Which addresses the server may call on behalf of a client: those of the public internet, and no other. */
import ipaddr from 'ipaddr.js'

/** Public by their range, yet a door into the provider's own machinery: Azure's wire server. */
const reserved = new Set(['168.63.129.16'])
/** What IANA has given out as global unicast; all the rest (`::/96`, NAT64, site-local …) is not for us. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3')
/** Documentation (RFC 9637), newer than the package's table. */
const documentation = ipaddr.IPv6.parseCIDR('3fff::/20')

/**
 * Whether an IP address, as text, is a public one. Everything that is special is not: private, loopback, link-local, CGNAT,
 * multicast, documentation; and every IPv6 form that carries an IPv4 address inside (mapped, compatible, NAT64, 6to4,
 * Teredo), because what it leads to is decided by somebody else. Source: IANA's special-purpose address registries.
 */
export function isPublicAddress(text: string): boolean {
  // A zone (`fe80::1%eth0`) names an interface of this machine.
  if (text.includes('%')) return false
  const address = parse(text)
  if (address?.range() !== 'unicast' || reserved.has(text)) return false
  if (address instanceof ipaddr.IPv4) return true
  return address.match(globalUnicast) && !address.match(documentation)
}

/** Strictly: four decimal octets, or IPv6. Octal, hex and short forms are refused rather than guessed. */
function parse(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text)
  if (ipaddr.IPv6.isValid(text)) return ipaddr.IPv6.parse(text)
  return undefined
}
