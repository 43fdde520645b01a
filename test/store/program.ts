/** Runs a program of the tests as a process of its own: bundled once, talked to over pipes. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { build } from 'esbuild'

/** Bundles `test/store/NAME.ts`; packages stay in node_modules. Returns the path to run. */
export async function bundle(name: string): Promise<string> {
  const folder = join(import.meta.dirname, '../../test-results/programs')
  mkdirSync(folder, { recursive: true })
  const outfile = join(folder, `${name}-${process.pid}.mjs`)
  await build({
    entryPoints: [join(import.meta.dirname, `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'warning',
  })
  return outfile
}

export interface Running {
  child: ChildProcess
  /** Lines on its standard output so far. */
  lines: string[]
  /** The first line, from now on or before, for which `test` holds; rejects when the process ends without one. */
  line(test: (line: string) => boolean): Promise<string>
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

export function run(program: string, args: string[], env: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  })
  const lines: string[] = []
  const waiting = new Set<() => void>()
  const wake = () => {
    for (const check of waiting) check()
  }
  let over = false
  const reader = createInterface({ input: child.stdout! })
  reader.on('line', text => {
    lines.push(text)
    wake()
  })
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>(resolve =>
    child.on('close', (code, signal) => {
      over = true
      wake()
      resolve({ code, signal })
    }),
  )
  return {
    child,
    lines,
    ended,
    line: test =>
      new Promise((resolve, reject) => {
        const check = () => {
          const found = lines.find(test)
          if (found === undefined && !over) return
          waiting.delete(check)
          if (found === undefined) reject(new Error(`The process ended first. It said: ${lines.slice(-5).join(' | ')}`))
          else resolve(found)
        }
        waiting.add(check)
        check()
      }),
  }
}
