/** Which URLs the server may call on behalf of a client. The names that pass are looked up and checked again in `connector.ts`. */
import { isIP } from 'node:net'
import { AppError } from '../../errors.ts'
import { isPublicAddress } from './address.ts'

export interface Target {
  url: URL
  /** Host without brackets. */
  host: string
  /** As a number, also where the URL leaves it out. */
  port: number
  /** Named by the operator: may lead anywhere. */
  allowed: boolean
}

/** Longest URL accepted, in characters. */
export const maxUrl = 2000
const ports = new Set([80, 443])
/** Names that mean this machine or the network it stands in, whatever a name server says. */
const localNames =
  /(?:^|\.)(?:localhost|localdomain|local|internal|intranet|private|corp|home|lan|home\.arpa|in-addr\.arpa|ip6\.arpa|onion|test|invalid)$/

/**
 * Checks what can be known without a look-up: scheme, credentials, port, and the host where it is an address.
 * @param allowHosts hosts, with an optional port, that may be called although they are not public; without a port, on 80 and 443
 * @throws AppError `url_not_allowed` with what to do instead
 */
export function checkTarget(input: string | URL, allowHosts: readonly string[] = []): Target {
  const text = String(input)
  if (text.length > maxUrl) refuse(`The address is longer than ${maxUrl.toLocaleString('en')} characters.`)
  if (!URL.canParse(text)) refuse('This is no web address; it should look like https://www.example.com/.')
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    refuse('Only addresses that begin with http:// or https:// can be read.')
  if (url.username || url.password) refuse('The address must not have a user name or password in it.')
  // `example.com.` is the same name as `example.com`; one spelling, so that no check is passed by the other.
  if (url.hostname.endsWith('.')) url.hostname = url.hostname.replace(/\.+$/, '')
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
  if (host === '' || host.endsWith('.')) refuse('The address has no host in it.')
  if (isAllowed(host, port, allowHosts)) return { url, host, port, allowed: true }
  // `javascript:1` is read as a host and its port; a name without a dot is no public one.
  if (!isIP(host) && !host.includes('.')) refuse(`${url.hostname} is not a public website.`)
  if (!ports.has(port)) refuse(`Port ${port} is not allowed; websites are read on ports 80 and 443.`)
  if (isIP(host) ? !isPublicAddress(host) : !host.includes('.') || localNames.test(host)) {
    refuse(`${url.hostname} is not a public website.`)
  }
  return { url, host, port, allowed: false }
}

/** `host`, `host:port`, `[::1]` or `[::1]:port`. */
function isAllowed(host: string, port: number, allowHosts: readonly string[]): boolean {
  return allowHosts.some(item => {
    const parts = /^(\[[^\]]+\]|[^:]+)(?::(\d{1,5}))?$/.exec(item.toLowerCase())
    const [name, wanted] = parts ? [parts[1]!.replace(/^\[(.*)\]$/, '$1'), parts[2]] : [item.toLowerCase(), undefined]
    return name === host && (wanted === undefined ? ports.has(port) : Number(wanted) === port)
  })
}

function refuse(sentence: string): never {
  throw new AppError('url_not_allowed', sentence)
}
