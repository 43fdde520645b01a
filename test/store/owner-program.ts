/** Opens a store on the folder given, says `open EPOCH` or `refused SENTENCE`, and keeps it until told `close`. */
import { openCsvStore } from '../../server/store/csv/index.ts'

const say = (text: string) => process.stdout.write(`${text}\n`)
const began = performance.timeOrigin

try {
  const store = await openCsvStore({ dir: process.argv[2]!, now: () => new Date() })
  say(`open ${store.status().epoch} ${Math.round(Date.now() - began)}`)
  const alive = setInterval(() => {}, 1000)
  process.stdin.on('data', async () => {
    await store.close()
    clearInterval(alive)
    say('closed')
    process.exit(0)
  })
} catch (error) {
  say(`refused ${(error as Error).message} (after ${Math.round(Date.now() - began)} ms)`)
  process.exit(1)
}
