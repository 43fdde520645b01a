/** The sets ranked by words, by vectors, and by both: over the embeddings protocol, with whatever server is named. */
import {
  createIndex,
  decide,
  defaultThreshold,
  fuse,
  noticeLanguage,
  type Ranked,
  type Similar,
  wordsSuffice,
} from '../../server/answer/engine.ts'
import { embed } from '../../server/model/embedding.ts'
import { cosine, type Packed, pack, partsOf } from '../../server/model/vector.ts'
import { type Decided, figures } from './measure.ts'
import type { QuestionSet } from './sets.ts'
import { standInName, startStandIn } from './stand-in.ts'

const depth = 50
const batchSize = 32
/** `joined` is what the server does: both, where words alone are not sure. */
const ways = ['words', 'vectors', 'both', 'joined'] as const

/** @param server base URL and model; default: a stand-in on loopback that knows no meaning */
export async function measureFusion(
  sets: QuestionSet[],
  server?: { url: string; name: string; key: string },
): Promise<void> {
  const standIn = server ? undefined : await startStandIn()
  const endpoint = { baseUrl: server?.url ?? standIn!.url, model: server?.name ?? standInName, key: server?.key ?? '' }
  const embedAll = async (texts: string[]): Promise<Packed[]> => {
    const out: Packed[] = []
    for (let i = 0; i < texts.length; i += batchSize) {
      const { vectors } = await embed(endpoint, texts.slice(i, i + batchSize), { timeoutMs: 60_000 })
      out.push(...vectors.map(pack))
    }
    return out
  }
  const decided: Record<(typeof ways)[number], Decided[]> = { words: [], vectors: [], both: [], joined: [] }
  let searchMs = 0
  let asked = 0
  let spared = 0
  for (const set of sets) {
    const index = createIndex()
    for (const entry of set.entries) index.add(entry)
    const parts = set.entries.flatMap(entry => partsOf(entry).map(part => ({ entry, ...part })))
    const packed = await embedAll(parts.map(({ text }) => text))
    for (const noisy of [false, true]) {
      const texts = set.questions.map(question => (noisy ? question.noisy : question.q))
      const vectors = await embedAll(texts)
      for (const [i, question] of set.questions.entries()) {
        const text = texts[i]!
        const startedAt = performance.now()
        const similar = nearest(parts, packed, vectors[i]!)
        searchMs += performance.now() - startedAt
        asked++
        const words = index.rank(text, { limit: depth })
        const first = words.slice(0, 10)
        const both = fuse(text, words, similar)
        const suffices = wordsSuffice(text, first)
        if (suffices) spared++
        const rankings = {
          words: first,
          vectors: alone(text, words, similar),
          both,
          joined: suffices ? first : both,
        }
        const right = set.right(question)
        for (const way of ways) {
          const ranked = rankings[way]
          const row = {
            client: set.client,
            group: set.group,
            question: text,
            noisy,
            answerable: right.size > 0,
            ranked,
            right: ranked.map(r => right.has(r.entry.id)),
            weight: 0,
          }
          decided[way].push({ o: row, right: row.right[0] ?? false, confidence: decide(ranked, text).confidence })
        }
      }
    }
  }
  await standIn?.close()
  console.log(`embeddings: ${endpoint.model}`)
  for (const noisy of [false, true]) {
    console.log(noisy ? 'with typing errors' : 'clean')
    for (const way of ways) {
      const { recall1, auroc, score, byGroup } = figures(
        decided[way].filter(d => d.o.noisy === noisy),
        defaultThreshold,
      )
      const groups = Object.entries(byGroup).map(([group, f]) => `${group} ${f.recall1.toFixed(3)}`)
      console.log(
        `  ${way.padEnd(8)} recall@1 ${recall1.toFixed(3)}  auroc ${auroc.toFixed(3)}  score ${score.toFixed(3)}   ${groups.join('  ')}`,
      )
    }
  }
  console.log(`${((spared / asked) * 100).toFixed(0)} % of the questions need no vector`)
  console.log(`vectors searched in ${(searchMs / asked).toFixed(2)} ms a question`)
}

function nearest(
  parts: { entry: Similar['entry']; passage: Similar['passage'] }[],
  packed: Packed[],
  question: Packed,
): Similar[] {
  const best = new Map<string, Similar>()
  for (const [i, { entry, passage }] of parts.entries()) {
    const similarity = cosine(question, packed[i]!)
    if (similarity > (best.get(entry.id)?.similarity ?? -1)) best.set(entry.id, { entry, passage, similarity })
  }
  return [...best.values()].sort((a, b) => b.similarity - a.similarity).slice(0, depth)
}

/** The vectors' own order, with the features that words gave. */
function alone(question: string, words: readonly Ranked[], similar: readonly Similar[]): Ranked[] {
  const known = new Map(words.map(row => [row.entry.id, row]))
  const lang = words[0]?.questionLang ?? noticeLanguage(question)
  return similar.slice(0, 10).map(({ entry, passage }, at) => ({
    ...(known.get(entry.id) ?? {
      entry,
      passage,
      lang,
      questionLang: lang,
      asked: words[0]?.asked ?? [],
      features: {},
    }),
    score: words[at]?.score ?? 0,
  }))
}
