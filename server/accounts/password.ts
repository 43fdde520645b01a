/**
 * Passwords: scrypt (OWASP's parameters) behind a gate. Hashing fills libuv's threads, which file syncs share, so few
 * hashes run at a time, a short queue waits behind them, and the rest is told to come back.
 */
import { availableParallelism } from 'node:os'
import * as scryptKdf from 'scrypt-kdf'
import { AppError } from '../errors.ts'

// The package's types name its members; at run time they stand on its default export.
const { kdf, verify } = (scryptKdf as unknown as { default: typeof scryptKdf }).default

const cost = { logN: 14, r: 8, p: 5 }
/** A stored hash that asks for more than this is refused: it would be a way to stop the server. */
const maxCost = { logN: 17, r: 16, p: 16 }
/** Compared against when an address is unknown, so that the reply takes as long as for a known one. */
const nobodysHash =
  'c2NyeXB0AA4AAAAIAAAABYm5F4mgLitwJl0JzHIIt6hQLMYSYN8PN/Snx5Qyw7WQIr8PDNq4EFetO+9hE8s1vfvPYwVQW8SwXHQFDFK2gaPemg0Y2MRRAPE7pt7NQCO2'

const minLength = 8
/** What attackers try first, of the allowed length (from public breach rankings). */
const common = new Set(
  'password password1 password12 password123 passw0rd 12345678 123456789 1234567890 87654321 11111111 00000000 qwertyui qwertyuiop qwerty123 1q2w3e4r 1qaz2wsx iloveyou sunshine princess football baseball welcome1 letmein1 abcd1234 abc12345 trustno1 superman whatever dragon123 monkey123 admin123 administrator changeme changeme1 default1 secret123'.split(
    ' ',
  ),
)

/** Why a password is too weak to be set, or undefined. */
export function weakness(password: string, about: { email: string; companyName: string }): string | undefined {
  const plain = password.trim().toLowerCase()
  if ([...password].length < minLength) return `The password must have at least ${minLength} characters.`
  if (common.has(plain)) return 'This password is among the first that attackers try; choose another.'
  if (new Set(plain).size < 4) return 'The password must have at least four different characters.'
  const own = [about.email, about.email.split('@')[0] ?? '', about.companyName]
  if (own.some(word => word !== '' && plain === word.toLowerCase())) {
    return 'The password must not be your e-mail address or company name.'
  }
  return undefined
}

export interface Passwords {
  /** @throws AppError `busy` when the queue is full */
  hash(password: string): Promise<string>
  /**
   * `stored` undefined: nobody; takes the same time and is never right.
   * @throws AppError `busy` when the queue is full
   */
  verify(password: string, stored: string | undefined): Promise<{ right: boolean; outdated: boolean }>
}

export function createPasswords(options: { atOnce?: number; queue?: number } = {}): Passwords {
  // One hash for every two cores, at most two, leaves the rest of the machine to the chats.
  const { atOnce = Math.min(2, Math.max(1, Math.floor(availableParallelism() / 2))), queue = 20 } = options
  const gate = createGate(atOnce, queue)
  return {
    hash: password => gate(async () => Buffer.from(await kdf(normal(password), cost)).toString('base64')),
    verify: (password, stored) =>
      gate(async () => {
        const bytes = Buffer.from(stored || nobodysHash, 'base64')
        const params = readCost(bytes)
        if (!params) return { right: false, outdated: false }
        const same = await verify(bytes, normal(password)).catch(() => false)
        return {
          right: same && Boolean(stored),
          outdated: params.logN < cost.logN || params.p * params.r < cost.p * cost.r,
        }
      }),
  }
}

/** The same password typed on two keyboards must be the same bytes (NIST SP 800-63B: NFKC). */
const normal = (password: string) => password.normalize('NFKC')

/** Cost parameters of scrypt-kdf's format: "scrypt", version, logN, r and p as 32-bit big-endian. */
function readCost(bytes: Buffer): { logN: number; r: number; p: number } | undefined {
  if (bytes.length !== 96 || bytes.toString('latin1', 0, 6) !== 'scrypt') return undefined
  const params = { logN: bytes[7] ?? 0, r: bytes.readUInt32BE(8), p: bytes.readUInt32BE(12) }
  const tooMuch = params.logN > maxCost.logN || params.r > maxCost.r || params.p > maxCost.p
  return tooMuch || params.logN < 1 || params.r < 1 || params.p < 1 ? undefined : params
}

function createGate(atOnce: number, maxWaiting: number) {
  let running = 0
  const waiting: (() => void)[] = []
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= atOnce) {
      if (waiting.length >= maxWaiting) {
        throw new AppError('busy', 'Too many sign-ins at this moment; try again in a few seconds.', { retryAfter: 5 })
      }
      await new Promise<void>(resolve => waiting.push(resolve))
    } else running++
    try {
      return await work()
    } finally {
      // The place is handed over, not freed, so that nobody slips in between.
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}
