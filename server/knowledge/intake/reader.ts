/**
 * Reads untrusted files in processes of their own, so that none of them can stop, fill or crash the server: a task that shows no
 * progress, takes too long or too much memory is ended with its process, and its owner is told. Processes are made when
 * needed, reused, and let go when there is nothing to do.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { setPriority } from 'node:os'
import { AppError } from '../../errors.ts'
import type { Task, TaskResult } from './task.ts'

export interface Reader {
  /**
   * @throws AppError `unprocessable` with the reason for the file's owner; `internal` errors for faults of ours;
   *   `signal.reason` when told to stop
   */
  run<T extends Task>(
    task: T,
    options?: { signal?: AbortSignal; onProgress?(done: number, total: number): void },
  ): Promise<TaskResult<T>>
  close(): void
}

export interface ReaderDeps {
  /** The built program of `child.ts`. */
  file: string
  /** Processes at the same time; further tasks wait. */
  parallel: number
  /** Of computing without progress, in milliseconds; where the system does not tell (other than Linux), of waiting. */
  stuckMs?: number
  /** Of waiting altogether, in milliseconds. */
  longestMs?: number
  heapMb?: number
  /** Resident, where the system tells (Linux). */
  memoryMb?: number
}

/** Idle processes are kept this long: starting one takes about 0.2 s. */
const idleMs = 20_000
const lookMs = 200

interface Child {
  process: ChildProcess
  idle: NodeJS.Timeout | undefined
}

type Message =
  | { ready: true }
  | { id: number; progress: { done: number; total: number } }
  | { id: number; result: unknown }
  | { id: number; refused: string }
  | { id: number; failed: string }

export function createReader(deps: ReaderDeps): Reader {
  const { stuckMs = 10_000, longestMs = 300_000, heapMb = 256, memoryMb = 512 } = deps
  const idle: Child[] = []
  const all = new Set<Child>()
  const waiting: (() => void)[] = []
  let running = 0
  let ids = 0
  let closed = false

  const start = (): Promise<Child> =>
    new Promise((resolve, reject) => {
      const child: Child = {
        process: fork(deps.file, [], {
          // Nothing of the server's secrets; nothing it prints is believed.
          env: {},
          execArgv: [`--max-old-space-size=${heapMb}`, '--stack-size=900'],
          serialization: 'advanced',
          stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
        }),
        idle: undefined,
      }
      all.add(child)
      const { process: made } = child
      made.once('exit', () => {
        all.delete(child)
        const at = idle.indexOf(child)
        if (at >= 0) idle.splice(at, 1)
        reject(new Error(`${deps.file} ended before it began.`))
      })
      made.once('error', reject)
      made.once('message', () => resolve(child))
      // Visitors come first.
      try {
        if (made.pid) setPriority(made.pid, 15)
      } catch {
        // Not allowed here: then it shares evenly.
      }
    })

  const end = (child: Child) => {
    clearTimeout(child.idle)
    all.delete(child)
    child.process.kill('SIGKILL')
  }

  const release = (child: Child) => {
    if (closed || !child.process.connected) return end(child)
    idle.push(child)
    // An idle child keeps nobody from ending.
    child.process.unref()
    child.process.channel?.unref()
    child.idle = setTimeout(() => {
      idle.splice(idle.indexOf(child), 1)
      end(child)
    }, idleMs)
    child.idle.unref()
  }

  const turn = async (signal: AbortSignal | undefined) => {
    while (running >= deps.parallel) await new Promise<void>(resolve => waiting.push(resolve))
    signal?.throwIfAborted()
    running++
  }

  return {
    async run(task, { signal, onProgress } = {}) {
      await turn(signal)
      try {
        const child = idle.pop() ?? (await start())
        clearTimeout(child.idle)
        child.process.ref()
        child.process.channel?.ref()
        return (await ask(child, task, signal, onProgress)) as never
      } finally {
        running--
        waiting.shift()?.()
      }
    },
    close() {
      closed = true
      for (const child of [...all]) end(child)
    },
  }

  function ask(
    child: Child,
    task: Task,
    signal: AbortSignal | undefined,
    onProgress: ((done: number, total: number) => void) | undefined,
  ): Promise<unknown> {
    const id = ++ids
    const { process: made } = child
    return new Promise((resolve, reject) => {
      const begun = performance.now()
      let alive: number | undefined
      const settle = (act: () => void) => {
        clearInterval(watch)
        made.off('message', hear)
        made.off('exit', lost)
        signal?.removeEventListener('abort', stop)
        act()
      }
      const give = (why: Error) =>
        settle(() => {
          end(child)
          reject(why)
        })
      const stop = () => give(signal!.reason)
      const lost = () =>
        give(
          refusal(
            closed
              ? 'The server is stopping.'
              : 'Reading the file took too much memory, so it was stopped. Send it in smaller parts.',
          ),
        )
      const hear = (message: Message) => {
        if (!('id' in message) || message.id !== id) return
        alive = undefined
        if ('progress' in message) return onProgress?.(message.progress.done, message.progress.total)
        settle(() => {
          release(child)
          if ('result' in message) resolve(message.result)
          else if ('refused' in message) reject(refusal(message.refused))
          else reject(new Error(`Reading failed: ${message.failed}`))
        })
      }
      const watch = setInterval(async () => {
        const usage = await usageOf(made.pid)
        const busy = usage.cpuMs ?? performance.now()
        alive ??= busy
        const stuck = busy - alive > stuckMs
        if (stuck || performance.now() - begun > longestMs)
          give(
            refusal(
              `Reading the file took more than ${Math.round((stuck ? stuckMs : longestMs) / 1000)} seconds, so it was stopped. Send it in smaller parts.`,
            ),
          )
        else if (usage.memoryMb > memoryMb) lost()
      }, lookMs)
      made.on('message', hear)
      made.on('exit', lost)
      if (signal?.aborted) return stop()
      signal?.addEventListener('abort', stop, { once: true })
      made.send({ id, task }, error => error && lost())
    })
  }
}

const refusal = (reason: string) => new AppError('unprocessable', reason)

/** A process's memory and computing time so far, as Linux tells them (proc(5)); elsewhere unknown. */
async function usageOf(pid: number | undefined): Promise<{ memoryMb: number; cpuMs: number | undefined }> {
  try {
    const [memory, stat] = await Promise.all([
      readFile(`/proc/${pid}/statm`, 'latin1'),
      readFile(`/proc/${pid}/stat`, 'latin1'),
    ])
    const times = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return {
      memoryMb: (Number(memory.split(' ')[1]) * 4096) / 1024 / 1024,
      cpuMs: (Number(times[11]) + Number(times[12])) * 10,
    }
  } catch {
    return { memoryMb: 0, cpuMs: undefined }
  }
}
