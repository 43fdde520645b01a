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
  /** Between two pages of a site, in milliseconds. */
  scrapeDelayMs: number
  /** Of one site. */
  scrapePagesPerHour: number
  /** Plans that a registration may take without the operator. */
  selfServePlans: string[]
  rateLimits: boolean
  /** Memory in bytes that `CACHE_MB` leaves to clients' knowledge, and to their search indexes with the rows those hold. */
  cacheBytes: { rows: number; indexes: number }
  /** Imports and crawls at the same time, of all clients together. */
  jobs: number
  /** Uploaded files kept for each client, in bytes. */
  uploadBytes: number
  /** Uploaded files kept for each client as sources. */
  maxFiles: number
  maxConnections: number
  /** Null: this installation sends no mail. */
  mail: MailConfig | null
  model: ModelConfig
  embeddings: EmbeddingsConfig
  /** What clients' keys are sealed with: the present secret first, then earlier ones. Empty: none can be stored. */
  secretKeys: string[]
}

/** The server that mails are handed to, who they come from, and whom the operator's own go to. */
export interface MailConfig {
  host: string
  port: number
  /** handshake: TLS from the first byte; starttls: demanded before anything is said; off: in the clear. */
  tls: 'handshake' | 'starttls' | 'off'
  /** Empty: no sign-in. */
  user: string
  password: string
  from: Mailbox
  /** Empty: the operator gets none. */
  operator: string
}

export interface Mailbox {
  name: string
  address: string
}

/** The installation's own model, and what clients may do about theirs. Prices and budgets are in millionths of the currency. */
export interface ModelConfig {
  /** Up to and including the version; empty: no model. */
  url: string
  name: string
  key: string
  firstMs: number
  totalMs: number
  maxTokens: number
  /** For a million tokens. */
  inputPrice: number
  outputPrice: number
  currency: string
  /** For each client and UTC month; null: no ceiling. */
  clientTokens: number | null
  clientBudget: number | null
  /** For all clients together. */
  totalBudget: number | null
  clientModels: boolean
  /** Hosts that clients may name although they are not public. */
  allowHosts: string[]
}

export interface EmbeddingsConfig {
  /** Empty: the installation has none. */
  url: string
  name: string
  key: string
  /** Milliseconds that a question waits for its vector. */
  timeoutMs: number
  /** For a million tokens, in millionths of the currency. */
  price: number
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
  scrapeDelayMs: setting(
    'SCRAPE_DELAY_MS',
    '500',
    'milliseconds',
    'Pause between two pages of a site; a site may ask for a longer one',
    whole(0, 60_000),
  ),
  scrapePagesPerHour: setting(
    'SCRAPE_PAGES_PER_HOUR',
    '1000',
    'pages',
    'Pages of one site that are read in an hour',
    whole(1, 100_000),
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
  maxFiles: setting('MAX_FILES', '1000', 'files', 'Uploaded files kept for each client as sources', whole(1, 100_000)),
  uploadMb: setting('UPLOAD_MB', '200', 'MiB', 'Uploaded files kept for each client', whole(1, 1_000_000)),
  maxConnections: setting('MAX_CONNECTIONS', '2000', 'connections', 'More than this are refused', whole(10, 100_000)),
  smtpUrl: setting(
    'SMTP_URL',
    '',
    'URL',
    'The server that sends mails, such as smtp://user:password@mail.example.com:587; empty = no mail',
    smtpUrl,
  ),
  mailFrom: setting(
    'MAIL_FROM',
    '',
    'name <address>',
    'Who mails come from, such as Parley <bot@example.com>',
    optional(mailbox),
  ),
  operatorMail: setting(
    'OPERATOR_MAIL',
    '',
    'address',
    'Where you are told of plan requests; empty = nowhere',
    optional(mailbox),
  ),
  secretKey: setting(
    'SECRET_KEY',
    '',
    'at least 32 characters',
    "What clients' keys for their models are encrypted with; empty = none can be stored",
    secret,
  ),
  secretKeyBefore: setting(
    'SECRET_KEY_BEFORE',
    '',
    'secrets, comma-separated',
    'Earlier SECRET_KEYs: what they sealed is read and sealed anew at the start',
    value => list(value).map(secret),
  ),
  modelUrl: setting(
    'MODEL_URL',
    '',
    'URL up to /v1',
    'An OpenAI-compatible server that words the answers; empty = none',
    baseUrl,
  ),
  modelName: setting('MODEL_NAME', '', 'name', 'The model to ask for', value => value),
  modelKey: setting('MODEL_KEY', '', 'key', 'Sent to that server as Bearer; empty = none', value => value),
  modelFirstMs: setting('MODEL_FIRST_MS', '8000', 'ms', 'Wait for the first words this long', whole(100, 120_000)),
  modelTotalMs: setting('MODEL_TOTAL_MS', '30000', 'ms', 'Wait for the whole reply this long', whole(100, 600_000)),
  modelMaxTokens: setting('MODEL_MAX_TOKENS', '400', 'tokens', 'Longest reply', whole(16, 8192)),
  modelInputPrice: setting('MODEL_INPUT_PRICE', '0', 'currency per million tokens', 'Price of what is sent', money),
  modelOutputPrice: setting('MODEL_OUTPUT_PRICE', '0', 'currency per million tokens', 'Price of what it writes', money),
  modelCurrency: setting('MODEL_CURRENCY', 'USD', 'ISO 4217', 'Currency of prices and budgets', currency),
  modelClientTokens: setting(
    'MODEL_CLIENT_TOKENS',
    '',
    'tokens, empty = no ceiling',
    'Tokens of one client in a month; beyond them passages answer',
    optional(whole(0, 1e12)),
  ),
  modelClientBudget: setting(
    'MODEL_CLIENT_BUDGET',
    '',
    'currency, empty = no ceiling',
    'Cost of one client in a month; beyond it passages answer',
    optional(money),
  ),
  modelTotalBudget: setting(
    'MODEL_TOTAL_BUDGET',
    '',
    'currency, empty = no ceiling',
    'Cost of all clients together in a month',
    optional(money),
  ),
  clientModels: setting('CLIENT_MODELS', 'on', 'on or off', 'Whether clients may connect models of their own', onOff),
  modelAllowHosts: setting(
    'MODEL_ALLOW_HOSTS',
    '',
    'hosts, comma-separated',
    'Hosts (with port) that clients may name although they are not public',
    list,
  ),
  embeddingsUrl: setting(
    'EMBEDDINGS_URL',
    '',
    'URL up to /v1',
    'An OpenAI-compatible server for embeddings, which join the ranking; empty = none',
    baseUrl,
  ),
  embeddingsName: setting('EMBEDDINGS_NAME', '', 'name', 'The embedding model to ask for', value => value),
  embeddingsKey: setting('EMBEDDINGS_KEY', '', 'key', 'Sent to that server as Bearer; empty = none', value => value),
  embeddingsMs: setting('EMBEDDINGS_MS', '1500', 'ms', 'A question waits for its vector this long', whole(50, 30_000)),
  embeddingsPrice: setting('EMBEDDINGS_PRICE', '0', 'currency per million tokens', 'Price of what is embedded', money),
}

/** Settings whose values no message may hold. */
const secretSettings = /^SECRET_|_KEY$|^SMTP_URL$/

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
      const shown = secretSettings.test(s.name) ? '…' : value
      throw new ConfigError(`${s.name}=${shown} cannot be used: ${(error as Error).message}.`)
    }
  }
  const ports = { port: read(settings.port), portalPort: read(settings.portalPort) }
  if (ports.port === ports.portalPort) {
    throw new ConfigError(`PORT and PORTAL_PORT are both ${ports.port}: give them different ports, or PORTAL_PORT=0.`)
  }
  const model = {
    url: read(settings.modelUrl),
    name: read(settings.modelName),
    key: read(settings.modelKey),
    firstMs: read(settings.modelFirstMs),
    totalMs: read(settings.modelTotalMs),
    maxTokens: read(settings.modelMaxTokens),
    inputPrice: read(settings.modelInputPrice),
    outputPrice: read(settings.modelOutputPrice),
    currency: read(settings.modelCurrency),
    clientTokens: read(settings.modelClientTokens),
    clientBudget: read(settings.modelClientBudget),
    totalBudget: read(settings.modelTotalBudget),
    clientModels: read(settings.clientModels),
    allowHosts: read(settings.modelAllowHosts),
  }
  const embeddings = {
    url: read(settings.embeddingsUrl),
    name: read(settings.embeddingsName),
    key: read(settings.embeddingsKey),
    timeoutMs: read(settings.embeddingsMs),
    price: read(settings.embeddingsPrice),
  }
  if (model.url && !model.name) throw new ConfigError('MODEL_URL is set: say with MODEL_NAME which model to ask for.')
  if (embeddings.url && !embeddings.name) {
    throw new ConfigError('EMBEDDINGS_URL is set: say with EMBEDDINGS_NAME which model to ask for.')
  }
  const mail = mailOf(read(settings.smtpUrl), read(settings.mailFrom), read(settings.operatorMail))
  const publicUrl = read(settings.publicUrl)
  if (mail && !publicUrl) {
    throw new ConfigError(
      'SMTP_URL is set: say with PUBLIC_URL how the world reaches this server, because mails hold links to it.',
    )
  }
  const present = read(settings.secretKey)
  const before = read(settings.secretKeyBefore)
  if (before.length > 0 && !present) {
    throw new ConfigError('SECRET_KEY_BEFORE is set: set SECRET_KEY too, which replaces it.')
  }
  return {
    ...ports,
    host: read(settings.host),
    dataDir: read(settings.dataDir),
    publicUrl: publicUrl || `http://localhost:${ports.port}`,
    demo: read(settings.demo),
    sessionHours: read(settings.sessionHours),
    trustProxy: read(settings.trustProxy),
    logLevel: read(settings.logLevel),
    scrapeAllowHosts: read(settings.scrapeAllowHosts),
    scrapeDelayMs: read(settings.scrapeDelayMs),
    scrapePagesPerHour: read(settings.scrapePagesPerHour),
    selfServePlans: read(settings.selfServePlans),
    rateLimits: read(settings.rateLimits),
    cacheBytes: sharesOf(read(settings.cacheMb) * 1024 * 1024),
    jobs: read(settings.jobs),
    uploadBytes: read(settings.uploadMb) * 1024 * 1024,
    maxFiles: read(settings.maxFiles),
    maxConnections: read(settings.maxConnections),
    mail,
    model,
    embeddings,
    secretKeys: present ? [present, ...before] : [],
  }
}

function mailOf(smtp: ReturnType<typeof smtpUrl>, from: Mailbox | null, operator: Mailbox | null): MailConfig | null {
  if (!smtp) {
    if (from || operator) {
      const name = from ? 'MAIL_FROM' : 'OPERATOR_MAIL'
      throw new ConfigError(`${name} is set: say with SMTP_URL which server sends the mails, or leave it empty.`)
    }
    return null
  }
  if (!from) throw new ConfigError('SMTP_URL is set: say with MAIL_FROM who mails come from.')
  return { ...smtp, from, operator: operator?.address ?? '' }
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

/** Without a slash at the end, so that `/chat/completions` can follow. */
function baseUrl(value: string): string {
  if (value === '') return ''
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username || url.password) {
    throw new Error('it must be a URL such as http://localhost:11434/v1')
  }
  return url.href.replace(/\/+$/, '')
}

/**
 * smtp:// demands STARTTLS, but for this machine itself; smtps:// is TLS from the first byte; ?tls=off sends in the clear,
 * ?tls=required demands it of this machine too. The value must not appear in the message: it may hold a password.
 */
function smtpUrl(value: string): Omit<MailConfig, 'from' | 'operator'> | null {
  if (value === '') return null
  const url = URL.canParse(value) ? new URL(value) : undefined
  const tls = url?.searchParams.get('tls') ?? null
  const known = [...(url?.searchParams.keys() ?? [])].every(name => name === 'tls')
  if (!url || !/^smtps?:$/.test(url.protocol) || !url.hostname || !/^\/?$/.test(url.pathname) || url.hash || !known) {
    throw new Error('it must be a URL such as smtp://user:password@mail.example.com:587 or smtps://mail.example.com')
  }
  if (tls !== null && tls !== 'off' && tls !== 'required') throw new Error('tls in it must be off or required')
  const secure = url.protocol === 'smtps:'
  if (secure && tls === 'off') throw new Error('smtps is TLS: write smtp:// for tls=off')
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const plain = tls === 'off' || (tls === null && isLoopback(host))
  return {
    host,
    port: Number(url.port) || (secure ? 465 : 587),
    tls: secure ? 'handshake' : plain ? 'off' : 'starttls',
    user: unescaped(url.username),
    password: unescaped(url.password),
  }
}

function unescaped(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new Error('user and password must be percent-encoded in it')
  }
}

/** `Parley <bot@example.com>` or an address alone. Nothing that could end a header line or begin a second address. */
function mailbox(value: string): Mailbox {
  const [, name = '', bracketed, bare] = /^(?:"?([^"<>\r\n]*?)"?\s*<([^<>]*)>|(\S+))$/.exec(value) ?? []
  const address = (bracketed ?? bare ?? '').trim()
  if (!isMailAddress(address) || /[\0-\x1f\x7f]/.test(name)) {
    throw new Error('it must be an address such as Parley <bot@example.com>')
  }
  return { name: name.trim(), address }
}

/** One plain address: no quotes, lists, comments or line ends, which a header could be made of. */
export const isMailAddress = (address: string) =>
  address.length <= 254 &&
  /^[^\s"(),:;<>@[\\\]\0-\x1f\x7f]{1,64}@[^\s"(),:;<>@[\\\]\0-\x1f\x7f.]+(?:\.[^\s"(),:;<>@[\\\]\0-\x1f\x7f.]+)*$/.test(
    address,
  )

/** The value itself must not appear in the message. */
function secret(value: string): string {
  if (value !== '' && value.length < 32)
    throw new Error('it must have at least 32 characters: try openssl rand -hex 32')
  return value
}

/** An amount such as 0.15, in millionths. */
function money(value: string): number {
  if (!/^\d{1,9}(?:\.\d{1,6})?$/.test(value)) throw new Error('it must be an amount such as 0.15')
  return Math.round(Number(value) * 1_000_000)
}

function optional<T>(parse: (value: string) => T) {
  return (value: string): T | null => (value === '' ? null : parse(value))
}

function currency(value: string): string {
  if (!/^[A-Z]{3}$/.test(value)) throw new Error('it must be three capital letters such as USD')
  return value
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
