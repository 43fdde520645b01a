/**
 * A history of numbered commits in which each one touches a table, a partition, two logs and a counter, so that after
 * any crash the state must be exactly the one after some commit: no earlier than the last acknowledged one, and the
 * same in every file.
 */

import { AppError } from '../../server/errors.ts'
import type { FilePort } from '../../server/store/csv/file-port.ts'
import { openCsvStore } from '../../server/store/csv/index.ts'
import { clients, knowledge, requests, turns, usageLogs } from '../../server/store/records.ts'
import { append, type Change, insert, remove, type Store, settle, update } from '../../server/store/store.ts'
import { clientRow, collect, entryRow, turnRow, usageRow } from '../store/suite.ts'

export const dir = '/data'

/** Shortly before a month ends, so that the history runs over its end. */
const begin = Date.parse('2026-03-31T23:59:50.000Z')
export const timeOf = (number: number): string => new Date(begin + number * 1000).toISOString()
const periodOf = '2026-03'

export interface Clock {
  number: number
}

/** A store on a disk of tests: no lock of the kernel, no timers of its own. */
export function openOn(port: FilePort, clock: Clock, folder = dir): Promise<Store> {
  return openCsvStore({
    dir: folder,
    port,
    now: () => new Date(begin + clock.number * 1000),
    checkpointMs: 1e8,
    editMs: 1e8,
    newId: () => 'new',
    claim: async (_dir, epoch) => ({
      epoch: epoch + 1,
      holds: () => true,
      release: async () => {},
    }),
  })
}

const awkward = (number: number) => `Line one of ${number},\n"quoted"\r\nünï 🙂 \0 ${'x'.repeat((number * 37) % 200)}`

/** The changes of commit `number` (from 1 on). */
export function changesOf(store: Store, number: number): Change[] {
  const time = timeOf(number)
  const changes: Change[] = [
    append(turns, turnRow(time, `t${number}`, awkward(number)), 'acme'),
    append(usageLogs, usageRow(time, String(number))),
    insert(knowledge, entryRow(`e${number}`, { content: awkward(number) }), 'acme'),
    settle(store.counter(requests).reserve('acme', periodOf, 1, 1e9)!),
  ]
  if (number === 1) changes.push(insert(clients, clientRow('acme', { company_name: '1' })))
  else changes.push(update(clients, 'acme', { company_name: String(number) }))
  if (number % 3 === 0) changes.push(remove(knowledge, `e${number - 2}`, 'acme'))
  return changes
}

const entriesAfter = (last: number) => {
  const ids: string[] = []
  for (let number = 1; number <= last; number++) {
    ids.push(`e${number}`)
    if (number % 3 === 0) ids.splice(ids.indexOf(`e${number - 2}`), 1)
  }
  return ids
}

/** The number of the commit whose state the store is in. Throws when it is in none. */
export async function numberOf(store: Store): Promise<number> {
  const last = Number(store.table(clients).get('acme')?.company_name ?? 0)
  const wrong = (what: string, found: unknown) => {
    throw new Error(`After commit ${last} ${what} is wrong: ${JSON.stringify(found)}`)
  }
  const usage = (await collect(store.log(usageLogs).scan())).map(row => Number(row.details))
  if (usage.length !== last || usage.some((number, i) => number !== i + 1)) wrong('the usage log', usage)
  const spoken = await collect(store.log(turns).scan({ partition: 'acme' }))
  if (spoken.length !== last || spoken.some((row, i) => row.turn_id !== `t${i + 1}` || row.message !== awkward(i + 1)))
    wrong(
      'the log of turns',
      spoken.map(row => row.turn_id),
    )
  const entries = await store.partition(knowledge, 'acme')
  const ids = [...entries.all()].map(row => row.id)
  if (ids.join() !== entriesAfter(last).join()) wrong('the list of entries', ids)
  for (const row of entries.all())
    if (row.content !== awkward(Number(row.id.slice(1)))) wrong(`entry ${row.id}`, row.content)
  const count = store.counter(requests).value('acme', periodOf)
  if (count !== last) wrong('the counter', count)
  return last
}

export interface History {
  /** How many operations the disk had seen when commit n (index n - 1) was acknowledged. */
  acknowledgedAt: number[]
}

/** Runs `count` commits, three at a time, with a checkpoint after every five. */
export async function runHistory(
  store: Store,
  clock: Clock,
  count: number,
  operations: () => number,
  every = 5,
): Promise<History> {
  const history: History = { acknowledgedAt: [] }
  for (let number = clock.number + 1; number <= count; ) {
    const group: Promise<void>[] = []
    for (let i = 0; i < 3 && number <= count; i++, number++) {
      clock.number = number
      const at = number
      group.push(
        store.commit(changesOf(store, number)).then(() => {
          history.acknowledgedAt[at - 1] = operations()
        }),
      )
    }
    const [checkpoint] = clock.number % every < 3 ? [store.checkpoint()] : []
    await Promise.all([...group, checkpoint])
  }
  return history
}

export interface Outcome {
  acknowledged: number
  attempted: number
}

/** Commits in threes until `count` are through or nothing goes any more. What was refused is tried again, as the next. */
export async function drive(store: Store, clock: { number: number }, count: number, from = 0): Promise<Outcome> {
  const outcome = { acknowledged: from, attempted: from }
  for (let round = 0; round < count && outcome.acknowledged < count; round++) {
    const first = outcome.acknowledged + 1
    const group = [first, first + 1, first + 2].map(async number => {
      clock.number = number
      const changes = changesOf(store, number)
      outcome.attempted = Math.max(outcome.attempted, number)
      try {
        await store.commit(changes)
        return number
      } catch (error) {
        for (const change of changes) if (change.op === 'settle') change.reservation.release()
        if (!(error instanceof AppError)) throw error
        return 0
      }
    })
    if (round % 2 === 1) await store.checkpoint().catch(() => {})
    const through = await Promise.all(group)
    outcome.acknowledged = Math.max(outcome.acknowledged, ...through)
    // Nothing is in flight: memory holds what was acknowledged and nothing else.
    const number = Number(store.table(clients).get('acme')?.company_name ?? 0)
    if (number !== outcome.acknowledged)
      throw new Error(`Memory is at ${number} after ${outcome.acknowledged} was acknowledged.`)
  }
  return outcome
}
