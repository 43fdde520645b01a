/**
 * Commits as fast as it can and says each acknowledged number on its standard output, until it is killed. On start it
 * says `start N MS`: the number that the store is at, and how long after the start of the process it could write. With
 * KILL_AT=n it kills itself at the n-th operation on the disk.
 */

import { realFiles } from '../../server/store/csv/file-port.ts'
import { openCsvStore } from '../../server/store/csv/index.ts'
import { clients, knowledge, requests, turns, usageLogs } from '../../server/store/records.ts'
import { append, insert, settle, update } from '../../server/store/store.ts'
import { mortalFiles } from './mortal-files.ts'
import { clientRow, collect, entryRow, turnRow, usageRow } from './suite.ts'

const dir = process.argv[2]!
const say = (text: string) => process.stdout.write(`${text}\n`)
const killAt = Number(process.env.KILL_AT ?? 0)
const port = killAt > 0 ? mortalFiles(realFiles, killAt) : realFiles
const store = await openCsvStore({ dir, port, now: () => new Date(), checkpointMs: 20, editMs: 50 })
const period = '2026-03'
const time = '2026-03-10T12:00:00.000Z'
if (!store.table(clients).get('acme')) await store.commit([insert(clients, clientRow('acme', { company_name: '0' }))])
const ready = Math.round(performance.now())

const last = Number(store.table(clients).get('acme')!.company_name)
const numbers = (await collect(store.log(usageLogs).scan())).map(row => Number(row.details))
const spoken = (await collect(store.log(turns).scan({ partition: 'acme' }))).map(row => row.turn_id)
const entries = await store.partition(knowledge, 'acme')
const count = store.counter(requests).value('acme', period)
const whole =
  numbers.length === last &&
  numbers.every((number, i) => number === i + 1) &&
  spoken.length === last &&
  new Set(spoken).size === last &&
  entries.size === last &&
  count === last
say(
  `start ${last} ${ready} ${whole ? 'whole' : `BROKEN usage ${numbers.length} turns ${spoken.length} entries ${entries.size} count ${count}`}`,
)

let next = last
const writer = async () => {
  for (;;) {
    const number = ++next
    await store.commit([
      append(usageLogs, usageRow(time, String(number))),
      append(turns, turnRow(time, `t${number}`, `"quoted",\n${'x'.repeat(number % 300)}`), 'acme'),
      insert(knowledge, entryRow(`e${number}`), 'acme'),
      update(clients, 'acme', { company_name: String(number) }),
      settle(store.counter(requests).reserve('acme', period, 1, 1e9)!),
    ])
    say(String(number))
  }
}
try {
  await Promise.all(Array.from({ length: 8 }, writer))
} catch (error) {
  say(`refused ${(error as Error).message}`)
  await store.close()
  process.exit(0)
}
