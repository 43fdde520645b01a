/** The thread that reads web pages, built from the sources as they are when a test first needs it. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

let built: Promise<string> | undefined

export function pageWorker(): Promise<string> {
  built ??= bundled()
  return built
}

async function bundled(): Promise<string> {
  const folder = join(import.meta.dirname, '../../test-results/programs')
  mkdirSync(folder, { recursive: true })
  const outfile = join(folder, `page-worker-${process.pid}.mjs`)
  await build({
    entryPoints: [join(import.meta.dirname, '../../server/knowledge/web/page-worker.ts')],
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
