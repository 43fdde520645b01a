/** Starts targets and asks them. */
import { type ChildProcess, fork } from 'node:child_process'
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Load, type LoadResult, openLoad } from './load.ts'
import { median } from './pairing.ts'
import type { Memory, Readings, TargetOptions } from './target.ts'

export interface Target {
  port: number
  read(): Promise<Readings>
  memory(): Promise<Memory>
  stop(): Promise<void>
}

/** A folder on the disk that `./data` would be on: the one for temporary files may be memory, whose syncs are free. */
export function benchFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(resolve('dist', 'bench-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** Milliseconds that one small write with fdatasync takes on that disk, without anything of ours. */
export function syncTime(): number {
  const folder = benchFolder()
  const file = openSync(join(folder.path, 'sync'), 'w')
  const times: number[] = []
  for (let i = 0; i < 50; i++) {
    const startedAt = performance.now()
    writeSync(file, 'x'.repeat(1000))
    fdatasyncSync(file)
    times.push(performance.now() - startedAt)
  }
  closeSync(file)
  folder.remove()
  return median(times)
}

/** With PARLEY_BENCH_PROFILE=folder every target leaves a CPU profile there. */
export function startTarget(options: TargetOptions): Promise<Target> {
  const folder = options.kind === 'app' && !options.dir ? benchFolder() : undefined
  const profile = process.env.PARLEY_BENCH_PROFILE
  const child = fork(process.argv[1]!, ['target', JSON.stringify({ ...options, dir: options.dir ?? folder?.path })], {
    execArgv: ['--expose-gc', ...(profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : [])],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const ended = new Promise<void>(done => child.once('exit', () => done()))
  return new Promise((started, failed) => {
    child.once('exit', code => failed(new Error(`the target ${JSON.stringify(options)} ended with code ${code}`)))
    child.once('message', ({ port }: any) => {
      started({
        port,
        read: () => ask<Readings>(child, 'read'),
        memory: () => ask<Memory>(child, 'memory'),
        async stop() {
          child.send({ ask: 'stop' })
          await ended
          folder?.remove()
        },
      })
    })
  })
}

let asked = 0
function ask<T>(child: ChildProcess, what: 'read' | 'memory'): Promise<T> {
  const id = ++asked
  return new Promise((answer, failed) => {
    const listen = (message: any) => {
      if (message.id !== id) return
      child.off('message', listen)
      answer(message.reply)
    }
    child.on('message', listen)
    child.send({ id, ask: what }, error => error && failed(error))
  })
}

export interface Slice extends LoadResult {
  /** CPU of the target per request, in milliseconds. */
  cpu: number
  commits: number
  syncs: number
}

/** Load on a target, as slices that say what a request cost it. */
export async function loadOn(target: Target, connections: number, requests: readonly Buffer[]) {
  const load: Load = await openLoad(target.port, connections, requests)
  return {
    async slice(ms: number): Promise<Slice> {
      const before = await target.read()
      const result = await load.run(ms)
      const after = await target.read()
      const bad = Object.keys(result.statuses).filter(status => status !== '200')
      if (bad.length > 0) throw new Error(`replies under load were not all 200: ${JSON.stringify(result.statuses)}`)
      return {
        ...result,
        cpu: (after.cpu - before.cpu) / result.requests,
        commits: after.commits - before.commits,
        syncs: after.syncs - before.syncs,
      }
    },
    close: () => load.close(),
  }
}
