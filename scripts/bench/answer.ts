/** Lines about finding answers at 5,000 entries, beside MiniSearch on the same entries and questions. */
import MiniSearch from 'minisearch'
import { answer, createIndex, type Entry, type Index } from '../../server/answer/engine.ts'
import { stopWords } from '../../server/answer/text/stop-words.ts'
import { atLeast, atMost, type Figure, show } from './figure.ts'
import { type KnowledgeBase, makeKnowledge, type Question, rawBytes } from './knowledge.ts'
import type { BenchRun } from './main.ts'
import { median, paired, quantile } from './pairing.ts'
import { readSets } from './question-set.ts'

const size = 5000

export async function answerFigures(run: BenchRun): Promise<Figure[]> {
  const base = makeKnowledge(size, run.quick ? 150 : 400)
  const built = buildFigures(base)
  const { index } = built
  const mini = miniSearchOf(base.entries)
  const sets = readSets()
  return [
    await candidateFigure(run, base, index, mini),
    ...(await wholeFigures(run, base, index, mini)),
    ...built.figures,
    changeFigure(base, index),
    suggestFigure(base, index),
    ...(await sizeFigures(run)),
    ...(sets.length > 0 ? await setFigures(sets) : []),
  ]
}

// ---- the peer --------------------------------------------------------------------------------------------------------

type Search = (question: string) => string | undefined

/** MiniSearch as its users set it up for questions: the same stop words as ours left out, otherwise its defaults. */
function miniSearchOf(entries: readonly Entry[]): Search {
  const english = stopWords('en')
  const mini = new MiniSearch<Entry>({
    fields: ['title', 'question', 'text'],
    processTerm: term => {
      const lower = term.toLowerCase()
      return english.has(lower) ? null : lower
    },
  })
  mini.addAll(entries)
  return question => mini.search(question)[0]?.id
}

// ---- speed -----------------------------------------------------------------------------------------------------------

/** CPU of asking all `questions` once, in milliseconds a question. */
function cpuOf(questions: readonly string[], ask: (question: string) => unknown): number {
  const before = process.cpuUsage()
  for (const question of questions) ask(question)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / questions.length
}

async function cpuOfAsync(questions: readonly string[], ask: (question: string) => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  for (const question of questions) await ask(question)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / questions.length
}

/** How much of `ms` fits, at least once: a slice long enough for the clock of the system. */
function repeated(questions: readonly string[], times: number): string[] {
  return Array.from({ length: times }, () => questions).flat()
}

async function candidateFigure(run: BenchRun, base: KnowledgeBase, index: Index, mini: Search): Promise<Figure> {
  const name = `candidates at ${size} entries, CPU ÷ MiniSearch`
  const first = firstStage(index)
  if (!first) return { name, value: null, goal: null, note: 'the engine shows no first stage' }
  const questions = base.questions.map(({ text }) => text)
  cpuOf(questions, first)
  cpuOf(questions, mini)
  const { ratio, spread, a, b } = await paired({
    rounds: run.rounds,
    a: () => cpuOf(repeated(questions, 10), first),
    b: () => cpuOf(questions, mini),
    value: cpu => cpu,
  })
  const ours = recall(base.questions, q => first(q.text))
  const theirs = recall(base.questions, q => mini(q.text))
  return {
    name,
    value: ratio,
    spread,
    goal: atMost(1 / 25),
    note: `${show(median(a))} ms against ${show(median(b))} ms; recall@1 ${show(ours)} against ${show(theirs)} (must not be lower)`,
  }
}

async function wholeFigures(run: BenchRun, base: KnowledgeBase, index: Index, mini: Search): Promise<Figure[]> {
  const figures: Figure[] = []
  const whole = (question: string) => answer(question, [], { index })
  for (const kind of ['text', 'noisy'] as const) {
    const label = kind === 'text' ? '' : ', typing errors'
    const questions = base.questions.map(question => question[kind])
    await cpuOfAsync(questions, whole)
    cpuOf(questions, mini)
    const { ratio, spread, a, b } = await paired({
      rounds: run.rounds,
      a: () => cpuOfAsync(repeated(questions, 2), whole),
      b: () => cpuOf(questions, mini),
      value: cpu => cpu,
    })
    figures.push({
      name: `whole answer at ${size} entries, CPU ÷ MiniSearch's search${label}`,
      value: ratio,
      spread,
      goal: atMost(1),
      note: `${show(median(a))} ms against ${show(median(b))} ms a question`,
    })
    const ours = recall(base.questions, question => index.rank(question[kind])[0]?.entry.id)
    const theirs = recall(base.questions, question => mini(question[kind]))
    figures.push({
      name: `recall@1 at ${size} entries − MiniSearch's${label}`,
      value: ours - theirs,
      goal: atLeast(0.05),
      note: `${show(ours)} against ${show(theirs)} on ${base.questions.length} questions`,
    })
  }
  return figures
}

function recall(questions: readonly Question[], find: (question: Question) => string | undefined): number {
  const withAnswer = questions.filter(({ gold }) => gold.length > 0)
  const right = withAnswer.filter(question => question.gold.includes(find(question) ?? ''))
  return right.length / withAnswer.length
}

/** The engine's candidates by BM25 alone, before they are read again; undefined when it does not show them. */
function firstStage(index: Index): Search | undefined {
  const staged = index as Index & { candidatesOf?(question: string, limit?: number): { entry: Entry }[] }
  if (!staged.candidatesOf) return undefined
  return question => staged.candidatesOf!(question)[0]?.entry.id
}

// ---- building, changing, memory --------------------------------------------------------------------------------------

function buildFigures(base: KnowledgeBase): { index: Index; figures: Figure[] } {
  // Once unmeasured: a running server has compiled the code long before a client reaches 5,000 entries.
  fill(base.entries.slice(0, 500))
  const times: number[] = []
  let index = createIndex()
  const sizes: number[] = []
  for (let i = 0; i < 3; i++) {
    index = createIndex()
    const before = memory()
    const ms = cpuOf(['anything'], question => {
      for (const entry of base.entries) index.add(entry)
      // The first question after a change brings statistics up to date.
      index.rank(question)
    })
    times.push(ms)
    sizes.push(memory() - before)
  }
  const held = median(sizes)
  const raw = rawBytes(base.entries)
  return {
    index,
    figures: [
      { name: `index of ${size} entries built, CPU`, value: median(times) / 1000, unit: 's', goal: atMost(2) },
      {
        name: `index memory ÷ raw text, ${size} entries`,
        value: held / raw,
        goal: null,
        note: `${show(held / 1e6)} MB measured, ${show(index.bytes / 1e6)} MB by its own estimate, ${show(raw / 1e6)} MB of text (not counted)`,
      },
    ],
  }
}

function fill(entries: readonly Entry[]): Index {
  const index = createIndex()
  for (const entry of entries) index.add(entry)
  return index
}

/** Adding and removing one entry of a full index, each with the first question after it. */
function changeFigure(base: KnowledgeBase, index: Index): Figure {
  const others = makeKnowledge(size + 200).entries.slice(-200)
  const adds: number[] = []
  const removals: number[] = []
  for (const [i, entry] of others.entries()) {
    const id = `change-${i}`
    adds.push(timed(() => index.add({ ...entry, id })))
    removals.push(timed(() => index.remove(id)))
  }
  const question = base.questions[0]!.text
  const firstAfter: number[] = []
  for (const entry of others.slice(0, 50)) {
    index.add({ ...entry, id: 'change' })
    const first = timed(() => index.rank(question))
    firstAfter.push(first - timed(() => index.rank(question)))
    index.remove('change')
  }
  return {
    name: `add or remove one of ${size} entries`,
    value: Math.max(median(adds), median(removals)),
    unit: 'ms',
    goal: atMost(1),
    note: `add ${show(median(adds))} ms, remove ${show(median(removals))} ms; the first question after it ${show(median(firstAfter))} ms more`,
  }
}

/** Every third keystroke of questions, by the CPU of each: a wait for the processor is not the engine's. */
function suggestFigure(base: KnowledgeBase, index: Index): Figure {
  index.suggest('a')
  const times: number[] = []
  for (const { text } of base.questions.slice(0, 150))
    for (let end = 1; end <= text.length; end += 3)
      times.push(cpuOf([text.slice(0, end)], typed => index.suggest(typed)))
  return {
    name: `suggestion while typing, ${size} entries, p99 of CPU`,
    value: quantile(times, 0.99),
    unit: 'ms',
    goal: atMost(5),
    note: `p50 ${show(median(times))} ms over ${times.length} keystrokes`,
  }
}

/** A whole answer at three sizes, and how often the right entry comes first. */
async function sizeFigures(run: BenchRun): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const entries of [50, 500, size]) {
    const { questions, entries: list } = makeKnowledge(entries, run.quick ? 150 : 400)
    const index = fill(list)
    const asked = questions.map(({ text }) => text)
    const whole = (question: string) => answer(question, [], { index })
    // A base of another size has numbers of another width, for which the code is compiled again.
    for (let i = 0; i < 15; i++) await cpuOfAsync(asked, whole)
    figures.push({
      name: `whole answer at ${entries} entries, CPU`,
      value: await cpuOfAsync(repeated(asked, 5), whole),
      unit: 'ms',
      goal: null,
      note: `recall@1 ${show(recall(questions, q => index.rank(q.text)[0]?.entry.id))}; index ${show(index.bytes / entries)} B an entry by its own estimate`,
    })
  }
  return figures
}

function timed(work: () => unknown): number {
  const startedAt = performance.now()
  work()
  return performance.now() - startedAt
}

function memory(): number {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

// ---- question sets from elsewhere ------------------------------------------------------------------------------------

/** Recall on real sets, each in an index of its own: what the made-up shop cannot show. */
async function setFigures(sets: readonly KnowledgeBase[]): Promise<Figure[]> {
  return (['text', 'noisy'] as const).map(kind => {
    const pairs = sets.map(({ entries, questions }) => {
      const index = fill(entries)
      const mini = miniSearchOf(entries)
      return [
        recall(questions, question => index.rank(question[kind])[0]?.entry.id),
        recall(questions, question => mini(question[kind])),
      ] as const
    })
    const mean = (which: 0 | 1) => pairs.reduce((sum, pair) => sum + pair[which], 0) / pairs.length
    return {
      name: `recall@1 on ${sets.length} question sets − MiniSearch's${kind === 'noisy' ? ', typing errors' : ''}`,
      value: mean(0) - mean(1),
      goal: atLeast(0.05),
      note: `mean ${show(mean(0))} against ${show(mean(1))}; smallest difference ${show(Math.min(...compareBy(pairs)))}`,
    }
  })
}

const compareBy = (pairs: readonly (readonly [number, number])[]) => pairs.map(([ours, theirs]) => ours - theirs)
