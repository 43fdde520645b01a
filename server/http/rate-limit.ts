/** Limits per address, kept in memory; `RATE_LIMITS=off` turns them off. */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { AppError } from '../errors.ts'

/** `points` calls in `seconds` for one address. */
export const rates = {
  /** A visitor's messages. */
  chat: { points: 40, seconds: 60 },
  /** Suggestions while typing: a call for every pause of the fingers. */
  suggest: { points: 300, seconds: 60 },
  /** Reading back a conversation. */
  transcript: { points: 60, seconds: 60 },
  /** Deleting a conversation, for which files are written anew. */
  erase: { points: 10, seconds: 3600 },
  /** Reading a bot's public settings. */
  bot: { points: 120, seconds: 60 },
  /** Page views with the widget on them. */
  launcher: { points: 600, seconds: 60 },
  feedback: { points: 60, seconds: 60 },
  /** Forms that a visitor sends. */
  lead: { points: 10, seconds: 600 },
  /** Pages that are looked at for a client, by client. */
  embedCheck: { points: 30, seconds: 60 },
  /** Questions asked in the preview of a bot, which are not counted, by client. */
  preview: { points: 40, seconds: 600 },
  register: { points: 100, seconds: 3600 },
  /** Sign-ins that failed, by address and account. */
  signIn: { points: 10, seconds: 900 },
  /** Asking for a link to a new password. */
  forgot: { points: 20, seconds: 3600 },
  /** Links out of mails that are followed. */
  link: { points: 60, seconds: 900 },
  /** Mails that strangers can have sent to one mail address. */
  mailTo: { points: 5, seconds: 3600 },
  /** Mails that a client has sent again, by client. */
  resend: { points: 5, seconds: 3600 },
  /** Codes that are typed, by client. */
  code: { points: 10, seconds: 3600 },
  /** Mails about leads, by client: beyond them they wait in the portal. */
  leadMail: { points: 60, seconds: 86_400 },
  /** Trial calls of a client's model. */
  modelTest: { points: 20, seconds: 600 },
} as const
export type RateName = keyof typeof rates

export interface RateLimits {
  /** Counts one call. Returns the draft RateLimit headers. @throws AppError `rate_limited` with retryAfter */
  take(name: RateName, who: string): Promise<Record<string, string>>
  /** @throws AppError `rate_limited` when nothing is left, without counting */
  check(name: RateName, who: string): Promise<void>
}

export function createRateLimits(on: boolean): RateLimits {
  const limiters = Object.fromEntries(
    Object.entries(rates).map(([name, rate]) => [
      name,
      new RateLimiterMemory({ keyPrefix: name, points: rate.points, duration: rate.seconds }),
    ]),
  ) as Record<RateName, RateLimiterMemory>

  return {
    async take(name, who) {
      if (!on) return {}
      try {
        return headers(name, await limiters[name].consume(who))
      } catch (refused) {
        if (refused instanceof RateLimiterRes) throw tooMany(refused)
        throw refused
      }
    },
    async check(name, who) {
      if (!on) return
      const state = await limiters[name].get(who)
      if (state && state.remainingPoints <= 0 && state.msBeforeNext > 0) throw tooMany(state)
    },
  }
}

const headers = (name: RateName, state: RateLimiterRes) => ({
  RateLimit: `"${name}";r=${Math.max(0, state.remainingPoints)};t=${Math.ceil(state.msBeforeNext / 1000)}`,
  'RateLimit-Policy': `"${name}";q=${rates[name].points};w=${rates[name].seconds}`,
})

function tooMany(state: RateLimiterRes): AppError {
  const seconds = Math.max(1, Math.ceil(state.msBeforeNext / 1000))
  return new AppError(
    'rate_limited',
    `Too many requests; try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`,
    {
      retryAfter: seconds,
    },
  )
}
