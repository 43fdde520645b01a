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
  /** The page under way; one at a time. */
  let under: { id: number; settle(page: Page | null): void } | undefined

  const begin = async (): Promise<Worker> => {
    const limits = { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 32 }
    const made = new Worker(await file(), { resourceLimits: limits })
    made.on('message', (result: Result) => {
      if (result.id === under?.id) under.settle('page' in result ? result.page : null)
    })
    const lost = () => {
      if (worker === made) under?.settle(null)
    }
    made.on('error', lost)
    made.on('exit', lost)
    made.unref()
    return made
  }
  const end = async () => {
    const old = worker
    worker = undefined
    await old?.terminate()
  }

  const readOne = async (bytes: Buffer, contentType: string, url: string): Promise<Page | null> => {
    clearTimeout(idle)
    if (closed) return null
    worker ??= await begin()
    const current = worker
    const id = ++count
    // A pooled buffer must not be given away with its neighbours.
    const own = new Uint8Array(bytes)
    const page = await new Promise<Page | null>(resolve => {
      const timer = setTimeout(() => resolve(null), timeoutMs)
      under = {
        id,
        settle(result) {
          clearTimeout(timer)
          resolve(result)
        },
      }
      current.postMessage({ id, bytes: own, contentType, url } satisfies Task, [own.buffer])
    })
    under = undefined
    // What is still at work on this page, or has died of it, reads no other.
    if (page === null) void end()
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
      under?.settle(null)
      await end()
    },
  }
}
