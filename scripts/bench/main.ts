/**
 * `npm run bench`: every goal of speed, size and memory as one line of a table, with its verdict.
 *   npm run bench                      all groups, written to bench/latest.json
 *   npm run bench -- chat size         some groups (their lines are renewed there)
 *   npm run bench -- --quick           shorter slices, smaller histories; written nowhere
 * What each line means: docs/bench.md.
 */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { version } from '../../server/version.ts'
import { answerFigures } from './answer.ts'
import { chatFigures } from './chat.ts'
import { syncTime } from './child.ts'
import { type Figure, show, tableOf, verdictOf } from './figure.ts'
import { intakeFigures } from './intake.ts'
import { modelFigures } from './model.ts'
import { pageFigures } from './page.ts'
import { sizeFigures } from './size.ts'
import { storeFigures } from './store.ts'
import { runTarget } from './target.ts'

export interface BenchRun {
  quick: boolean
  /** Pairs of slices. */
  rounds: number
  sliceMs: number
  /** Load before the first slice, so that the code is compiled. */
  warmMs: number
}

const groups = {
  chat: chatFigures,
  store: storeFigures,
  answer: answerFigures,
  model: modelFigures,
  intake: intakeFigures,
  size: sizeFigures,
  page: pageFigures,
}
type Group = keyof typeof groups
const file = 'bench/latest.json'

if (process.argv[2] === 'target') await runTarget(JSON.parse(process.argv[3]!))
else await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<void> {
  const quick = args.includes('--quick')
  const wanted = args.filter(arg => !arg.startsWith('--'))
  const unknown = wanted.filter(name => !(name in groups))
  if (unknown.length > 0) {
    console.error(`There is no group ${unknown.join(', ')}; the groups are ${Object.keys(groups).join(', ')}.`)
    process.exit(1)
  }
  const run: BenchRun = quick
    ? { quick, rounds: 4, sliceMs: 400, warmMs: 800 }
    : { quick, rounds: 12, sliceMs: 800, warmMs: 3000 }
  const results: Partial<Record<Group, Figure[]>> = {}
  for (const name of Object.keys(groups) as Group[]) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    const figures = await groups[name](run)
    results[name] = figures
    console.log(`\n${name}\n${tableOf(figures)}`)
  }
  const all = Object.values(results).flat()
  const count = (verdict: string) => all.filter(figure => verdictOf(figure) === verdict).length
  console.log(`\n${count('met')} met, ${count('missed')} missed, ${count('–')} without a verdict.`)
  const sync = syncTime()
  console.log(`One fdatasync takes ${show(sync)} ms on this disk.`)
  if (!quick) write(results, sync)
}

/** Keeps the lines of groups that were not run. */
function write(results: Partial<Record<Group, Figure[]>>, sync: number): void {
  const before = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).groups : {}
  const rounded = (value: number | null) => (value === null ? null : Number(value.toPrecision(4)))
  const lines = Object.fromEntries(
    Object.entries(results).map(([group, figures]) => [
      group,
      figures.map(figure => ({
        ...figure,
        value: rounded(figure.value),
        ...(figure.spread && { spread: figure.spread.map(rounded) }),
        verdict: verdictOf(figure),
      })),
    ]),
  )
  const all = { ...before, ...lines }
  const content = {
    version,
    machine: {
      node: process.version,
      platform: process.platform,
      arch: process.arch,
      cores: availableParallelism(),
      fdatasync_ms: Number(sync.toPrecision(2)),
      processor: cpus()[0]?.model ?? '',
    },
    groups: Object.fromEntries(Object.keys(groups).flatMap(group => (all[group] ? [[group, all[group]]] : []))),
  }
  mkdirSync('bench', { recursive: true })
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`)
}
