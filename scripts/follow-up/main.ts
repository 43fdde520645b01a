/**
 * How well conversations are understood: three invented companies, each case a few messages and the one that is judged. Two
 * thirds are follow-ups; the others change the topic and must not be dragged along. `casa-olivar` is held out: no rule, word
 * list or weight was made by looking at it.
 *
 *   npm run follow-up [-- --wrong]      `--wrong` lists every case that went wrong
 *   npm run follow-up -- --sets DIR     also asks each question of question sets after an unrelated one: nothing may change
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { answer, createIndex, type Entry, type Exchange, type Index, type Reply } from '../../server/answer/engine.ts'
import { readSets } from '../quality/sets.ts'

interface Case {
  kind: 'follow-up' | 'new-topic'
  lang: string
  /** Messages before it. */
  before: string[]
  q: string
  /** Entries that answer it; none: it must be refused. */
  gold: string[]
}

const heldOut = 'casa-olivar'
const companies = ['tidewater', 'rheinrad', heldOut]
const folder = 'scripts/follow-up'
const option = (name: string) => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? undefined : (process.argv[at + 1] ?? '')
}

const lines = <T>(file: string): T[] =>
  readFileSync(join(folder, file), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line))

const indexOf = (entries: Entry[]): Index => {
  const index = createIndex()
  for (const entry of entries) index.add(entry)
  return index
}

const exchangeOf = (message: string, reply: Reply): Exchange => ({
  message,
  response: reply.text,
  answered: reply.answered,
  sources: reply.citations.map(citation => citation.entry.id),
  topic: reply.topic,
})

const isRight = (reply: Reply, gold: string[]) =>
  gold.length === 0 ? reply.kind !== 'answer' : reply.kind === 'answer' && gold.includes(reply.citations[0]!.entry.id)

const percent = (part: number, whole: number) => `${((100 * part) / whole).toFixed(1).padStart(5)} % of ${whole}`
const rows: { company: string; case: Case; right: boolean; alone: boolean; reply: Reply; before: Exchange[] }[] = []

for (const company of companies) {
  const index = indexOf(lines<Entry>(`${company}.entries.jsonl`))
  for (const each of lines<Case>(`${company}.cases.jsonl`)) {
    const before: Exchange[] = []
    for (const message of each.before) before.push(exchangeOf(message, await answer(message, before, { index })))
    const reply = await answer(each.q, before, { index })
    const alone = await answer(each.q, [], { index })
    rows.push({
      company,
      case: each,
      right: isRight(reply, each.gold),
      alone: isRight(alone, each.gold),
      reply,
      before,
    })
  }
}

const report = (title: string, some: typeof rows) => {
  console.log(title)
  for (const [name, wanted] of [
    ['follow-ups', (c: Case) => c.kind === 'follow-up'],
    ['new topics with an answer', (c: Case) => c.kind === 'new-topic' && c.gold.length > 0],
    ['new topics without', (c: Case) => c.kind === 'new-topic' && c.gold.length === 0],
  ] as const) {
    const of = some.filter(row => wanted(row.case))
    const right = percent(of.filter(row => row.right).length, of.length)
    const alone = percent(of.filter(row => row.alone).length, of.length)
    console.log(`  ${name.padEnd(26)} right ${right}   without what was said before ${alone}`)
  }
  const read = some.filter(row => row.reply.why.followUp && row.reply.kind === 'answer')
  const sure = read.reduce((sum, row) => sum + row.reply.confidence, 0) / (read.length || 1)
  console.log(
    `  answered from context: right ${percent(read.filter(row => row.right).length, read.length)}, mean confidence ${sure.toFixed(2)}`,
  )
}
report(
  'seen while it was built',
  rows.filter(row => row.company !== heldOut),
)
report(
  'held out',
  rows.filter(row => row.company === heldOut),
)
report('all', rows)

if (process.argv.includes('--wrong'))
  for (const { company, case: each, right, reply, before } of rows)
    if (!right)
      console.log(
        `${company} ${each.kind}: ${each.before.join(' | ')} | ${each.q}\n    wants ${each.gold.join(' or ') || 'a refusal'}, got ${reply.kind} ${reply.citations[0]?.entry.id ?? ''} ${reply.confidence.toFixed(2)} ${JSON.stringify(reply.why.followUp ?? '')} after ${before.at(-1)?.sources}`,
      )

// Two questions in one: those of entries, each with one seven places on, joined by "and" and by nothing.
for (const [company, and, prefix] of [
  ['tidewater', 'and', ''],
  ['rheinrad', 'und', ''],
  [heldOut, 'and', ''],
  [heldOut, 'y', 'es-'],
] as const) {
  const entries = lines<Entry>(`${company}.entries.jsonl`)
  const index = indexOf(entries)
  const own = entries.filter(
    ({ kind, id }) => kind === 'qa' && (prefix ? id.startsWith(prefix) : !/^[a-z]{2}-/.test(id)),
  )
  let both = 0
  let asked = 0
  for (const [i, first] of own.entries()) {
    const second = own[(i + 7) % own.length]!
    if (second === first) continue
    const [a, b] = [first.question!, second.question!]
    const joined = `${a.replace(/\s*[?？]$/, '')} ${and} ${b.replace(/^¿/, '').replace(/^./, letter => letter.toLowerCase())}`
    for (const message of [joined, `${a} ${b}`]) {
      const cited = (await answer(message, [], { index })).citations.map(({ entry }) => entry.id)
      asked++
      if (cited.includes(first.id) && cited.includes(second.id)) both++
    }
  }
  console.log(`two in one, ${company} ("${and}"): both answered ${percent(both, asked)}`)
}

const sets = option('sets')
if (sets) {
  let changed = 0
  let worse = 0
  let better = 0
  let asked = 0
  for (const set of readSets(sets)) {
    const index = indexOf(set.entries)
    const step = Math.max(1, Math.floor(set.questions.length / 150))
    for (let i = step; i < set.questions.length; i += step) {
      const question = set.questions[i]!
      const earlier = set.questions[(i * 7 + 3) % set.questions.length]!
      if (earlier.gold.some(id => question.gold.includes(id))) continue
      const before = [exchangeOf(earlier.q, await answer(earlier.q, [], { index }))]
      const gold = [...set.right(question)]
      const alone = await answer(question.q, [], { index })
      const after = await answer(question.q, before, { index })
      asked++
      if (alone.kind === after.kind && alone.citations[0]?.entry.id === after.citations[0]?.entry.id) continue
      changed++
      if (isRight(alone, gold) && !isRight(after, gold)) worse++
      if (!isRight(alone, gold) && isRight(after, gold)) better++
    }
  }
  console.log(
    `after an unrelated question: ${asked} asked, ${changed} answered otherwise, ${worse} for worse, ${better} for better`,
  )
}
