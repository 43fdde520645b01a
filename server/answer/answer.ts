/** The whole of it: a question and what was said before in, a reply out. */
import { readInContext, topicOf } from './conversation/context.ts'
import { defaultThreshold } from './decide.ts'
import { fold } from './talk/fold.ts'
import { type Found, smallTalk } from './talk/small-talk.ts'
import { refusalText, smallTalkText } from './talk/speak.ts'
import { noticeLanguage } from './text/language.ts'
import type { AnswerDeps, Exchange, Ranked, Reply } from './types.ts'
import { write } from './write.ts'

const rounded = (x: number) => Math.round(x * 1000) / 1000

function roundedAll(features: Record<string, number>): Record<string, number> {
  const out = { ...features }
  for (const name in out) out[name] = rounded(out[name]!)
  return out
}

/** Questions offered beside a reply. */
const maxSuggestions = 3

/**
 * Answers from the index, or says that it does not know, in the visitor's language.
 * @param history earlier exchanges of the conversation, oldest first
 */
export async function answer(question: string, history: readonly Exchange[], deps: AnswerDeps): Promise<Reply> {
  const { index, threshold = defaultThreshold, contact, botName, fuse, onDelta } = deps
  const lexical = index.rank(question)
  const alone = fuse ? await fuse(question, lexical) : lexical
  const { ranked, confidence, followUp } = readInContext(question, alone, history, index)
  const answered = confidence >= threshold
  const best = ranked[0]
  const lang = best?.questionLang ?? noticeLanguage(question)
  const why: Record<string, unknown> = {
    confidence,
    threshold,
    passages: ranked.slice(0, 5).map(passageThen),
    ...(followUp && { followUp }),
    features: best && roundedAll(best.features),
  }

  const talk = smallTalk(question)
  if (talk && !isKnownTalk(talk, question, best)) {
    const said = smallTalkText(talk, lang, botName)
    onDelta?.(said.text)
    return {
      kind: 'small-talk',
      answered: false,
      confidence: 0,
      text: said.text,
      lang: said.lang,
      citations: [],
      suggestions: [],
      topic: '',
      why: { smallTalk: talk.kind },
    }
  }
  if (!answered || !best) {
    const nearest = questionsOf(ranked)
    const text = refusalText({ lang, contact, nearest })
    onDelta?.(text)
    const topic = followUp ? topicOf(history) : short(question)
    return { kind: 'refusal', answered: false, confidence, text, lang, citations: [], suggestions: nearest, topic, why }
  }
  const { text, citations, model } = await write(question, lang, history, ranked, deps)
  return {
    kind: 'answer',
    answered: true,
    confidence,
    text,
    lang,
    citations,
    suggestions: questionsOf(ranked.slice(1)),
    topic: followUp ? headingOf(best) : `${short(question)} ${headingOf(best)}`,
    why: model ? { ...why, model } : why,
  }
}

/** Characters kept of the best passage, and of each other one. */
const keptBest = 1000
const keptOther = 200

/** A passage as it was when it was ranked, for "why this answer": the entry may change later. */
const passageThen = ({ entry, passage, score }: Ranked, place: number) => ({
  id: entry.id,
  kind: entry.kind,
  title: (entry.question ?? entry.title ?? '').slice(0, 120),
  text: entry.text.slice(passage.start, Math.min(passage.end, passage.start + (place === 0 ? keptBest : keptOther))),
  score: rounded(score),
})

/** Of a topic no more is kept than a heading's length. */
const short = (text: string) => text.slice(0, 300)
const headingOf = ({ entry }: Ranked) => short(entry.question ?? entry.title ?? entry.text.slice(0, 80))

/** A client may have written down its own greeting, or what it says to "are you a human": then that is the answer. */
function isKnownTalk(talk: Found, question: string, best: Ranked | undefined): boolean {
  if (talk.kind === 'wordless' || !best) return false
  const asked = fold(question)
  const variants = [best.entry.question ?? '', ...(best.entry.alternates ?? [])]
  return variants.some(variant => variant !== '' && (fold(variant) === asked || smallTalk(variant)?.kind === talk.kind))
}

/** What these entries are questions to, without repeats. */
function questionsOf(ranked: readonly Ranked[]): string[] {
  const all = ranked.map(({ entry }) => entry.question ?? entry.title).filter(text => text !== undefined)
  return [...new Set(all)].slice(0, maxSuggestions)
}
