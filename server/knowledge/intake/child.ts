/**
 * The process in which untrusted files and pages are read: a program of its own (`dist/server/intake-child.js`), with little memory
 * and nothing of the server's environment. It does one task at a time and can be killed at any moment. See `reader.ts`.
 */
import { Refused } from './file/reading.ts'
import { runTask, type Task } from './task.ts'

process.on('message', async ({ id, task }: { id: number; task: Task }) => {
  let told = 0
  const onProgress = (done: number, total: number) => {
    // Often enough to be seen alive.
    if (Date.now() - told < 100) return
    told = Date.now()
    process.send?.({ id, progress: { done, total } })
  }
  try {
    process.send?.({ id, result: await runTask(task, onProgress) })
  } catch (error) {
    if (error instanceof Refused) process.send?.({ id, refused: error.message })
    else process.send?.({ id, failed: (error as Error)?.stack ?? String(error) })
  }
})
// Without its server it has nothing to do.
process.on('disconnect', () => process.exit(0))
process.send?.({ ready: true })
