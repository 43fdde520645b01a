/**
 * Reads pages in a thread of its own, with a limit on time and memory: whatever a page is made of, the server goes on
 * answering. One thread for all crawls, started when a page comes and ended when none has come for a while.
 */
import { Worker } from 'node:worker_threads'
import type { Page } from '../intake/html.ts'
import type { Result, Task } from './page-worker.ts'

export interface PageReader {
  /** @param bytes are given away. Null: the page could not be read within the limits. */
  read(bytes: Buffer, contentType: string, url: string): Promise<Page | null>
  close(): Promise<void>
}

export interface PageReaderOptions {
  /** The built `page-worker.ts`. */
  file: () => string | URL | Promise<string | URL>
  /** For one page; default 10,000. */
  timeoutMs?: number
  /** Default 256. */
  memoryMb?: number
}

const idleMs = 30_000

export function createPageReader({ file, timeoutMs = 10_000, memoryMb = 256 }: PageReaderOptions): PageReader {
  let worker: Worker | undefined
  let idle: NodeJS.Timeout | undefined
  let tail: Promise<unknown> = Promise.resolve()
  let closed = false
  let count = 0

  const end = async () => {
    const old = worker
    worker = undefined
    await old?.terminate()
  }

  const readOne = async (bytes: Buffer, contentType: string, url: string): Promise<Page | null> => {
    clearTimeout(idle)
    if (closed) return null
    worker ??= new Worker(await file(), {
      resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 32 },
    })
    const current = worker
    current.unref()
    // A pooled buffer must not be given away with its neighbours.
    const own = new Uint8Array(bytes)
    const task: Task = { id: ++count, bytes: own, contentType, url }
    const page = await new Promise<Page | null>(resolve => {
      const timer = setTimeout(() => settle(null), timeoutMs)
      const settle = (result: Page | null) => {
        clearTimeout(timer)
        current.removeAllListeners()
        // What is still at work on this page, or has died of it, reads no other.
        if (result === null) void end()
        resolve(result)
      }
      current.on('message', (result: Result) => {
        if (result.id === task.id) settle('page' in result ? result.page : null)
      })
      current.on('error', () => settle(null))
      current.on('exit', () => settle(null))
      current.postMessage(task, [own.buffer])
    })
    if (!closed) idle = setTimeout(end, idleMs).unref()
    return page
  }

  return {
    read(bytes, contentType, url) {
      const result = tail.then(() => readOne(bytes, contentType, url))
      tail = result.catch(() => {})
      return result
    },
    async close() {
      closed = true
      clearTimeout(idle)
      await end()
    },
  }
}
