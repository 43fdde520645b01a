/**
 * Sends what waits in the outbox, two at a time, those that a person waits for first. What fails is tried again, later each
 * time, and given up in the end with the reason kept. While the mail server itself cannot be used nothing is tried at all,
 * but for one mail now and then. A mail leaves the outbox after the server took it, so a crash between the two sends it
 * twice rather than never.
 */
import type { Logger } from 'pino'
import { type Mail, outbox } from '../store/records.ts'
import { remove, type Store, update } from '../store/store.ts'
import type { Compose } from './letter.ts'
import { asked, keptMs } from './post.ts'
import { MailFault, type Transport } from './transport.ts'

export interface SenderStatus {
  waiting: number
  failed: number
  /** Since the start. */
  sent: number
  dropped: number
  /** Why nothing is sent for now; empty: the mail server is well, as far as is known. */
  resting: string
}

export interface Sender {
  start(): void
  /** Sends everything that is due by now; resolves when that is done. Returns how many were sent. */
  tick(): Promise<number>
  status(): SenderStatus
  /** Lets go of what is under way; it is sent at the next start. */
  close(): Promise<void>
}

export interface SenderDeps {
  store: Store
  transport: Transport
  compose: Compose
  now: () => Date
  log: Pick<Logger, 'warn' | 'error'>
  /** Mails that found no place in the outbox since the start. */
  dropped(): number
}

const atOnce = 2
/** One attempt may take this long, whatever the server does. */
const attemptMs = 60_000
const minuteMs = 60_000
/** A mail that was refused for now: 1, 2, 4 … minutes, at most 4 hours. */
const backoffMs = (attempts: number) => Math.min(240, 2 ** Math.min(attempts - 1, 10)) * minuteMs
/** The mail server: 5, 10, 20 … seconds, at most 10 minutes. */
const restMs = (faults: number) => Math.min(600_000, 5_000 * 2 ** Math.min(faults - 1, 10))

export function createSender(deps: SenderDeps): Sender {
  const { store, transport, compose, now, log } = deps
  const rows = store.table(outbox)
  const closing = new AbortController()
  const state = { sent: 0, faults: 0, restUntil: 0, resting: '' }
  let timer: NodeJS.Timeout | undefined
  let running: Promise<number> | undefined

  const waiting = () => [...rows.all()].filter(row => row.state === 'waiting')
  const isOpen = () => !closing.signal.aborted

  const fail = async (row: Mail, reason: string) => {
    log.error({ mail_id: row.mail_id, kind: row.kind, reason }, 'a mail was given up')
    const expires_at = new Date(now().getTime() + keptMs).toISOString()
    await store.commit([update(outbox, row.mail_id, { state: 'failed', reason, expires_at })])
  }

  const later = async (row: Mail, fault: MailFault) => {
    const attempts = row.attempts + 1
    const at = now().getTime()
    const wait = fault.blame === 'server' ? state.restUntil : at + backoffMs(attempts)
    const next_at = new Date(wait).toISOString()
    if (next_at >= row.give_up_at) return fail(row, fault.message)
    await store.commit([update(outbox, row.mail_id, { attempts, next_at, reason: fault.message })])
  }

  /** Whether it was sent. */
  const send = async (row: Mail): Promise<boolean> => {
    const made = await compose(row)
    // What it was about is gone: an account, a lead, a wish that was taken back.
    if (!made) {
      await store.commit([remove(outbox, row.mail_id)])
      return false
    }
    if (made.changes.length > 0) await store.commit(made.changes)
    try {
      await transport.send(made.envelope, AbortSignal.any([closing.signal, AbortSignal.timeout(attemptMs)]))
    } catch (error) {
      if (!(error instanceof MailFault)) throw error
      if (!isOpen()) return false
      if (error.blame === 'never') await fail(row, error.message)
      else {
        if (error.blame === 'server') rest(error)
        await later(row, error)
      }
      return false
    }
    state.faults = 0
    state.restUntil = 0
    state.resting = ''
    state.sent++
    if (rows.get(row.mail_id)) await store.commit([remove(outbox, row.mail_id)])
    return true
  }

  const rest = (fault: MailFault) => {
    if (state.faults === 0) log.warn({ reason: fault.message }, 'mails wait: the mail server cannot be used')
    state.faults++
    state.restUntil = now().getTime() + restMs(state.faults)
    state.resting = fault.message
  }

  const run = async (): Promise<number> => {
    let sent = 0
    const tried = new Set<string>()
    const next = (): Mail | undefined => {
      const at = now()
      if (!isOpen() || at.getTime() < state.restUntil) return undefined
      const due = waiting().filter(row => row.next_at <= at.toISOString() && !tried.has(row.mail_id))
      const [first] = due.sort(
        (a, b) =>
          Number(asked.includes(b.kind)) - Number(asked.includes(a.kind)) || a.created_at.localeCompare(b.created_at),
      )
      if (first) tried.add(first.mail_id)
      return first
    }
    for (const row of waiting()) {
      if (row.give_up_at <= now().toISOString()) await fail(row, row.reason || 'It could not be sent in time.')
    }
    const worker = async () => {
      for (let row = next(); row; row = next()) if (await send(row)) sent++
    }
    // After a failure one mail tries whether the server is back.
    await (state.faults > 0 ? worker() : Promise.all(Array.from({ length: atOnce }, worker)))
    return sent
  }

  const tick = async (): Promise<number> => {
    // A run that is under way may have passed over what came meanwhile.
    while (running) await running.catch(() => 0)
    if (!isOpen()) return 0
    running = run()
    try {
      return await running
    } finally {
      running = undefined
      arm()
    }
  }

  const wake = () =>
    tick().catch(err => {
      if (isOpen()) log.error({ err }, 'mails could not be sent')
    })

  /** Sets the alarm to the next mail that is due, at most a minute away: clocks jump. */
  const arm = () => {
    clearTimeout(timer)
    if (!isOpen()) return
    const times = waiting().map(row => Date.parse(row.next_at))
    if (times.length === 0) return
    const due = Math.max(Math.min(...times), state.restUntil) - now().getTime()
    timer = setTimeout(wake, Math.min(minuteMs, Math.max(0, due)))
    timer.unref()
  }
  const unwatch = store.watch(outbox, ({ rows: changed }) => {
    if (started && !running && changed.some(({ after }) => after?.state === 'waiting')) arm()
  })
  let started = false

  return {
    start() {
      started = true
      arm()
    },
    tick,
    status() {
      let [count, failed] = [0, 0]
      for (const row of rows.all()) row.state === 'waiting' ? count++ : failed++
      return { waiting: count, failed, sent: state.sent, dropped: deps.dropped(), resting: state.resting }
    },
    async close() {
      unwatch()
      clearTimeout(timer)
      closing.abort()
      await running?.catch(() => 0)
    },
  }
}
