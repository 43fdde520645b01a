/**
 * What each part gives: it is left out, the rest stays as it is. Grains of the ranking and figures of the decision are left out of the
 * fitted formulas (the decision is fitted anew, since its figures explain each other); parts of reading a question are
 * taken out of the source, and the engine is built without them.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { decisionNames } from '../../server/answer/decide.ts'
import * as whole from '../../server/answer/engine.ts'
import fitted from '../../server/answer/fitted.json' with { type: 'json' }
import { cases, confidence, cross, fitDecision, scalesOf } from './fit-decision.ts'
import { type RankWeights, reorder } from './fit-ranking.ts'
import { type Decided, figures } from './measure.ts'
import { type Observation, observe } from './observe.ts'
import type { QuestionSet } from './sets.ts'

type Engine = Pick<typeof whole, 'createIndex' | 'decide'>

const grains: readonly (readonly [string, RegExp])[] = [
  ['words of the passage', /^w/],
  ['letter trigrams', /^[hs]?g/],
  ['neighbouring words', /^[hs]?p/],
  ['headings', /^h/],
  ['sentences and fields', /^s/],
  ['coverage', /^(coverage|content)$/],
]

/** What, in which file of `server/answer`, which words of it are replaced by which. */
const readings: readonly (readonly [string, string, string, string])[] = [
  ['each figure on the question’s own scale', 'index/features.ts', 'peaks[j]! > 0 ? 1 / peaks[j]! : 0', '1'],
  [
    'words alike for words unknown (typing errors)',
    'index/question.ts',
    'token.piece || token.stop ? none : vocabulary.similar(token.term, idfs)',
    'none',
  ],
  ['stemming', 'text/stem.ts', 'stemmers[lang]', 'stemmers.none'],
  ['accents folded', 'text/characters.ts', 'if (ascii.test(word)) return word\n', 'return word\n'],
  ['function words weighing less', 'index/question.ts', 'stopWeight = 0.35', 'stopWeight = 1'],
  ['light words weighing less', 'text/light-words.ts', 'lightWeight = 0.5', 'lightWeight = 1'],
  [
    'language noticed (all read as the first)',
    'text/language.ts',
    'const head = lower(',
    'if (text) return fallback\n  const head = lower(',
  ],
]

const decisions: readonly (readonly [string, RegExp])[] = [
  ['products of figures', /·/],
  [
    'how far the best stands out',
    /^(margin|stand|ratio|share|z|rest)$|(margin|stand|share|z)·|·(margin|stand|share|z)/,
  ],
  ['what the best and the second lack', /^(ahead|behind)$/],
  ['its first and last words, how many it lacks', /^(first|last|lacked|lackedShare)$/],
  ['numbers', /^numbers/],
  ['columns asked for', /^(asks|lacks|leftover)$/],
  ['words unknown or known by likeness', /^(unknown|fuzzy)$/],
  ['how few there are', /^few/],
]
/** Of the decision's fit. */
const penalty = 0.01

/** Prints two tables in Markdown. */
export async function ablate(sets: QuestionSet[]): Promise<void> {
  console.log('| left out | recall@1 | AUROC | score |\n|---|---|---|---|')
  const observations = observe(sets, 12)
  row('nothing', decidedBy(whole, observations))
  for (const [name, pattern] of grains) {
    const weights = Object.fromEntries(
      Object.entries(fitted.rank).map(([kind, byName]) => [
        kind,
        Object.fromEntries(Object.entries(byName).map(([feature, w]) => [feature, pattern.test(feature) ? 0 : w])),
      ]),
    ) as RankWeights
    const rows = observations.map(o => ({ ...o }))
    reorder(rows, weights)
    row(name, decidedBy(whole, rows))
  }
  for (const [name, file, words, others] of readings) {
    const engine = await without(file, words, others)
    row(name, decidedBy(engine, observe(sets, 12, engine.createIndex)))
  }

  console.log('\n| left out of the decision | AUROC | score |\n|---|---|---|')
  for (const [name, pattern] of [['nothing', /^$/] as const, ...decisions]) {
    const all = cases(observations)
    cross(all, scalesOf(all))
    for (const c of all) c.features = c.features.map((x, j) => (pattern.test(decisionNames[j]!) ? 0 : x))
    const formulas = fitDecision(all, penalty)
    const sure = new Map(all.map(c => [c.o, confidence(c, formulas)]))
    const decided = observations.map(o => ({ o, right: o.right[0] ?? false, confidence: sure.get(o) ?? 0 }))
    row(name, decided, false)
  }
}

function decidedBy({ decide }: Engine, observations: Observation[]): Decided[] {
  return observations.map(o => ({
    o,
    right: o.right[0] ?? false,
    confidence: decide(o.ranked, o.question).confidence,
  }))
}

function row(name: string, decided: Decided[], withRecall = true): void {
  const [clean, noisy] = [false, true].map(typos =>
    figures(
      decided.filter(d => d.o.noisy === typos),
      whole.defaultThreshold,
    ),
  )
  const pair = (pick: (f: ReturnType<typeof figures>) => number) =>
    `${pick(clean!).toFixed(3).slice(1)} / ${pick(noisy!).toFixed(3).slice(1)}`
  const recall = withRecall ? ` ${pair(f => f.recall1)} |` : ''
  console.log(`| ${name} |${recall} ${pair(f => f.auroc)} | ${pair(f => f.score)} |`)
}

/** The answer room built from the sources with some words of one file replaced. */
async function without(file: string, words: string, others: string): Promise<Engine> {
  const path = resolve('server/answer', file)
  const source = readFileSync(path, 'utf8')
  if (!source.includes(words))
    throw new Error(`${file} no longer says “${words}”: bring scripts/quality/ablate.ts up to date.`)
  const folder = mkdtempSync(join(tmpdir(), 'ablate-'))
  try {
    const outfile = join(folder, 'engine.mjs')
    await build({
      entryPoints: ['server/answer/engine.ts'],
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile,
      plugins: [
        {
          name: 'without',
          setup({ onLoad }) {
            onLoad({ filter: /\.ts$/ }, ({ path: loaded }) =>
              loaded === path ? { contents: source.replace(words, others), loader: 'ts' } : undefined,
            )
          },
        },
      ],
    })
    return await import(pathToFileURL(outfile).href)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
