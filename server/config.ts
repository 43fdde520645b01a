/**
 * Every setting: name, default, unit and meaning stand in `settings` below, and nowhere else (`.env.example` is checked
 * against it by a test). Values come from the environment, then from an optional `.env` file in the working directory.
 */
import { existsSync, readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'

export interface Config {
  port: number
  /** 0 = not opened. */
  portalPort: number
  host: string
  dataDir: string
  /** Origin that links in pages and mails are built from, without a trailing slash. */
  publicUrl: string
  demo: 'auto' | 'on' | 'off'
  sessionHours: number
  /** Addresses or CIDR ranges whose X-Forwarded-For is believed. */
  trustProxy: string[]
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** Host names or addresses, with an optional port, that the scraper may fetch although they are not public. */
  scrapeAllowHosts: string[]
  /** Plans that a registration may take without the operator. */
  selfServePlans: string[]
  rateLimits: boolean
  /** Memory in bytes that `CACHE_MB` leaves to clients' knowledge, and to their search indexes with the rows those hold. */
  cacheBytes: { rows: number; indexes: number }
  /** Imports and crawls at the same time, of all clients together. */
  jobs: number
  maxConnections: number
}

/** A setting that cannot be used; the message says which one and what to write instead. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

export interface Setting<T = unknown> {
  name: string
  fallback: string
  /** What the value is counted in, or what it looks like. */
  unit: string
  meaning: string
  parse(value: string): T
}

const setting = <T>(name: string, fallback: string, unit: string, meaning: string, parse: (value: string) => T) => ({
  name,
  fallback,
  unit,
  meaning,
  parse,
})

export const settings = {
  port: setting('PORT', '5002', 'TCP port', 'API, widget, docs, demo page and portal', port(1)),
  portalPort: setting('PORTAL_PORT', '5003', 'TCP port, 0 = off', 'A second address of the same app', port(0)),
  host: setting('HOST', '127.0.0.1', 'address', 'Where to listen; 0.0.0.0 for every interface', host),
  dataDir: setting('DATA_DIR', './data', 'folder', 'Where the CSV files live', folder),
  publicUrl: setting(
    'PUBLIC_URL',
    '',
    'URL',
    'How the world reaches this server; empty = http://localhost:PORT',
    publicUrl,
  ),
  demo: setting('DEMO', 'auto', 'auto, 1 or 0', 'The demo client: auto makes it only on loopback', demo),
  sessionHours: setting('SESSION_HOURS', '24', 'hours', 'How long a portal sign-in lasts', whole(1, 8760)),
  trustProxy: setting(
    'TRUST_PROXY',
    '',
    'addresses or CIDR ranges, comma-separated',
    'Proxies whose X-Forwarded-For is believed',
    proxies,
  ),
  logLevel: setting(
    'LOG_LEVEL',
    'info',
    'debug, info, warn, error or silent',
    'How much is logged',
    oneOf(['debug', 'info', 'warn', 'error', 'silent'] as const),
  ),
  scrapeAllowHosts: setting(
    'SCRAPE_ALLOW_HOSTS',
    '',
    'hosts, comma-separated',
    'Hosts that the scraper may fetch although they are not public',
    list,
  ),
  selfServePlans: setting(
    'SELF_SERVE_PLANS',
    '',
    'plan names, comma-separated',
    'Plans that a registration may take without your approval',
    list,
  ),
  rateLimits: setting('RATE_LIMITS', 'on', 'on or off', 'Limits per address; off is for benches', onOff),
  cacheMb: setting('CACHE_MB', '256', 'MiB', "Memory for clients' knowledge and search indexes", whole(16, 65_536)),
  jobs: setting(
    'JOBS',
    '2',
    'jobs',
    'Imports and crawls at the same time; each client has one at a time',
    whole(1, 64),
  ),
  maxConnections: setting('MAX_CONNECTIONS', '2000', 'connections', 'More than this are refused', whole(10, 100_000)),
}

/**
 * Reads and checks every setting.
 * @throws ConfigError naming the setting and what it should be
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const read = <T>(s: Setting<T>): T => {
    const value = env[s.name]?.trim() || s.fallback
    try {
      return s.parse(value)
    } catch (error) {
      throw new ConfigError(`${s.name}=${value} cannot be used: ${(error as Error).message}.`)
    }
  }
  const ports = { port: read(settings.port), portalPort: read(settings.portalPort) }
  if (ports.port === ports.portalPort) {
    throw new ConfigError(`PORT and PORTAL_PORT are both ${ports.port}: give them different ports, or PORTAL_PORT=0.`)
  }
  return {
    ...ports,
    host: read(settings.host),
    dataDir: read(settings.dataDir),
    publicUrl: read(settings.publicUrl) || `http://localhost:${ports.port}`,
    demo: read(settings.demo),
    sessionHours: read(settings.sessionHours),
    trustProxy: read(settings.trustProxy),
    logLevel: read(settings.logLevel),
    scrapeAllowHosts: read(settings.scrapeAllowHosts),
    selfServePlans: read(settings.selfServePlans),
    rateLimits: read(settings.rateLimits),
    cacheBytes: sharesOf(read(settings.cacheMb) * 1024 * 1024),
    jobs: read(settings.jobs),
    maxConnections: read(settings.maxConnections),
  }
}

/** An index is about three times the rows it is made of. */
const sharesOf = (bytes: number) => ({ rows: bytes / 4, indexes: (bytes / 4) * 3 })

/** The environment over the `.env` file of a folder; a missing file is an empty one. */
export function readEnv(env: NodeJS.ProcessEnv, dir = process.cwd()): Record<string, string | undefined> {
  const file = resolve(dir, '.env')
  return existsSync(file) ? { ...parseEnv(readFileSync(file, 'utf8')), ...env } : { ...env }
}

/** Whether a listening address can be reached from this machine only. */
export const isLoopback = (address: string) =>
  address === 'localhost' || address === '::1' || /^127(\.\d{1,3}){3}$/.test(address)

function port(min: number) {
  return whole(min, 65_535)
}

function whole(min: number, max: number) {
  return (value: string): number => {
    const n = Number(value)
    if (!/^\d+$/.test(value) || n < min || n > max) throw new Error(`it must be a whole number from ${min} to ${max}`)
    return n
  }
}

function oneOf<T extends string>(values: readonly T[]) {
  return (value: string): T => {
    const found = values.find(v => v === value.toLowerCase())
    if (!found) throw new Error(`it must be one of ${values.join(', ')}`)
    return found
  }
}

function onOff(value: string): boolean {
  return oneOf(['on', 'off'] as const)(value) === 'on'
}

function demo(value: string): Config['demo'] {
  return ({ auto: 'auto', 1: 'on', 0: 'off' } as const)[oneOf(['auto', '1', '0'] as const)(value)]
}

function host(value: string): string {
  const bare = value.replace(/^\[(.*)\]$/, '$1')
  if (!isIP(bare) && !/^[A-Za-z0-9.-]{1,253}$/.test(bare))
    throw new Error('it must be an address such as 127.0.0.1 or 0.0.0.0')
  return bare
}

function folder(value: string): string {
  if (value.includes('\0')) throw new Error('it must be a folder')
  return resolve(value)
}

function publicUrl(value: string): string {
  if (value === '') return ''
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search || url.hash || url.username) {
    throw new Error('it must be scheme and host without a path, such as https://chat.example.com')
  }
  return url.origin
}

function list(value: string): string[] {
  return value
    .split(',')
    .map(item => item.trim())
    .filter(Boolean)
}

function proxies(value: string): string[] {
  const items = list(value)
  for (const item of items) {
    const [address = '', bits] = item.split('/')
    const version = isIP(address)
    const max = version === 6 ? 128 : 32
    if (!version || (bits !== undefined && (!/^\d{1,3}$/.test(bits) || Number(bits) > max))) {
      throw new Error(`${item} is neither an address nor a range such as 10.0.0.0/8`)
    }
  }
  return items
}
