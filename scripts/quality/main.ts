/**
 * Measures and fits the answer room on question sets given by path.
 *
 *   node dist/scripts/quality/main.js measure SETS            recall, separation, score and calibration
 *   node dist/scripts/quality/main.js fit SETS [--ranking]    fits the decision (and first the ranking) and writes fitted.json
 *   node dist/scripts/quality/main.js ablate SETS             what each grain of the ranking gives
 *   node dist/scripts/quality/main.js fuse SETS               words, vectors and both; with EMBEDDINGS_URL, _NAME and _KEY a real model
 *   node dist/scripts/quality/main.js support SETS            how strict the check of a model's sentences is
 *
 * `--clients a,b` takes only these.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { decide, defaultThreshold } from '../../server/answer/engine.ts'
import { ablate } from './ablate.ts'
import { type Case, cases, confidence, cross, type Formulas, fitDecision, scalesOf } from './fit-decision.ts'
import { fitRanking, reorder } from './fit-ranking.ts'
import { measureFusion } from './fusion.ts'
import { bestThreshold, calibration, type Decided, figures } from './measure.ts'
import { type Observation, observe } from './observe.ts'
import { readSets, shops, smallBases } from './sets.ts'
import { measureSupport } from './support.ts'

const [command, folder] = process.argv.slice(2)
if (!folder || !['measure', 'fit', 'ablate', 'fuse', 'support'].includes(command!)) {
  console.error(
    'Usage: node dist/scripts/quality/main.js measure|fit|ablate|fuse|support SETS [--ranking] [--clients a,b]',
  )
  process.exit(2)
}
const clients = process.argv[process.argv.indexOf('--clients') + 1]
const sets = readSets(folder, process.argv.includes('--clients') ? clients!.split(',') : undefined)
if (command === 'ablate') {
  await ablate(sets)
  process.exit(0)
}
if (command === 'fuse') {
  const { EMBEDDINGS_URL: url, EMBEDDINGS_NAME: name, EMBEDDINGS_KEY: key = '' } = process.env
  await measureFusion(sets, url && name ? { url, name, key } : undefined)
  process.exit(0)
}
if (command === 'support') {
  measureSupport(sets)
  process.exit(0)
}
const target = 'server/answer/fitted.json'
const penalty = 0.01
/** The best balanced score lies in a flat stretch around it. */
const threshold = 0.56
/** Weight of small bases beside whole sets in the fit of the decision. */
const smallWeight = 0.4

if (command === 'measure') {
  for (const [title, bases] of [
    ['as it is', sets],
    ['small bases drawn from them', sets.flatMap(smallBases)],
  ] as const) {
    const observations = observe(bases, 10)
    report(
      title,
      observations.map(o => ({ o, right: o.right[0] ?? false, confidence: decide(o.ranked, o.question).confidence })),
      defaultThreshold,
    )
  }
} else {
  const fitted = JSON.parse(readFileSync(target, 'utf8'))
  const everything = observe([...sets, ...shops()], 12)
  if (process.argv.includes('--ranking')) {
    fitted.rank = fitRanking(everything)
    reorder(everything, fitted.rank)
  }
  const observations = everything.filter(o => o.group !== 'made-up shop')
  const all = cases(observations)
  const shop = cases(everything.filter(o => o.group === 'made-up shop'))
  const drawn = observe(sets.flatMap(smallBases), 10)
  for (const o of drawn) o.weight *= smallWeight
  const small = cases(drawn)
  fitted.scales = scalesOf([...all, ...shop, ...small])
  cross([...all, ...shop, ...small], fitted.scales)
  const formulas = fitDecision([...all, ...shop, ...small], penalty)
  const decided = decideAll(observations, all, c => confidence(c, formulas))
  fitted.threshold = threshold
  console.log(`best balanced score on these sets at threshold ${bestThreshold(decided)}`)
  fitted.decide = formulas
  writeFileSync(target, `${JSON.stringify(fitted, null, 2)}\n`)
  report('fitted', decided, fitted.threshold)

  // Each client decided by formulas that never saw it: how far the fit carries to others.
  const without = new Map<string, Formulas>()
  for (const { client } of sets)
    without.set(
      client,
      fitDecision(
        [...all, ...shop, ...small].filter(c => c.o.client !== client && c.o.client !== `${client} small`),
        penalty,
      ),
    )
  report(
    'leaving each client out',
    decideAll(observations, all, c => confidence(c, without.get(c.o.client)!)),
    fitted.threshold,
  )
}

function decideAll(observations: Observation[], all: Case[], sure: (c: Case) => number): Decided[] {
  const byObservation = new Map(all.map(c => [c.o, c]))
  return observations.map(o => {
    const c = byObservation.get(o)
    return { o, right: c?.right ?? false, confidence: c ? sure(c) : 0 }
  })
}

function report(title: string, decided: Decided[], threshold: number): void {
  console.log(`\n${title}, threshold ${threshold}`)
  const fixed = (x: number) => x.toFixed(3)
  for (const noisy of [false, true]) {
    const { byGroup, ...all } = figures(
      decided.filter(d => d.o.noisy === noisy),
      threshold,
    )
    console.log(noisy ? 'with typing errors' : 'clean')
    for (const [group, f] of [...Object.entries(byGroup), ['GROUPS', all] as const])
      console.log(
        `  ${group.padEnd(20)} recall@1 ${fixed(f.recall1)}  auroc ${fixed(f.auroc)}  right ${fixed(f.right)}  refuse ${fixed(f.refuse)}  score ${fixed(f.score)}`,
      )
  }
  const { gap, bins } = calibration(decided)
  console.log(`calibration gap ${fixed(gap)}: ${bins.map(b => `${fixed(b.sure)}→${fixed(b.right)}`).join('  ')}`)
}
