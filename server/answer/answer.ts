/** The whole of it: a question and what was said before in, a reply out. */
import { type Reading, readInContext, topicOf } from './conversation/context.ts'
import { type Part, readParts } from './conversation/parts.ts'
import { decide, defaultThreshold } from './decide.ts'
import { fold, foldsTo } from './talk/fold.ts'
import { hoursText } from './talk/hours.ts'
import { asksForHours } from './talk/hours-question.ts'
import { type Found, isMash, smallTalk } from './talk/small-talk.ts'
import { choiceText, refusalText, smallTalkText } from './talk/speak.ts'
import { noticeLanguage } from './text/language.ts'
import type { AnswerDeps, Entry, Exchange, Index, Ranked, Reply } from './types.ts'
import { type Written, write } from './write.ts'

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
  const { index, threshold = defaultThreshold, contact, languages = [], fuse, onDelta } = deps
  const rank = async (text: string) => (fuse ? fuse(text, index.rank(text)) : index.rank(text))
  const alone = await rank(question)
  const whole = namedEntry(question, alone, index) ?? readInContext(question, alone, history, index)
  const { ranked, confidence, followUp } = whole
  const answered = confidence >= threshold
  const best = ranked[0]
  const lang = best?.questionLang ?? noticeLanguage(question, undefined, index.language)
  const isForeign = languages.length > 0 && !languages.includes(lang)
  /** For the bot's own sentences; the client's words stay in their language. */
  const manner = { lang: isForeign ? languages[0]! : lang, tone: deps.tone, apart: deps.apart }
  const why: Record<string, unknown> = {
    confidence,
    threshold,
    passages: ranked.slice(0, 5).map(passageThen),
    ...(followUp && { followUp }),
    features: best && roundedAll(best.features),
  }

  const talk = smallTalk(question) ?? mash(question, best)
  if (talk && !isKnownTalk(talk, question, best) && !(answered && mayBeAsked.has(talk.kind))) {
    const said = smallTalkText(talk, { ...manner, lang, botName: deps.botName, contact, languages })
    onDelta?.(said.text)
    return {
      kind: 'small-talk',
      answered: false,
      confidence: 0,
      text: said.text,
      lang: said.lang,
      citations: [],
      suggestions: offering.has(talk.kind) ? (deps.suggestions?.slice(0, maxSuggestions) ?? []) : [],
      topic: '',
      onward: talk.kind === 'agent',
      why: { smallTalk: talk.kind },
    }
  }
  const parts = await readParts(question, whole, history, { index, threshold, rank })
  if (parts) return answerParts(question, lang, history, parts, why, deps)

  if (!answered || !best) {
    const choices = choicesOf(ranked, confidence, threshold, index)
    const { openingHours } = deps
    if (openingHours && asksForHours(question) && !choices?.some(asksForHours)) {
      const text = hoursText(openingHours.hours, openingHours.now, manner.lang)
      onDelta?.(text)
      // The client's own setting: as sure as what it wrote down, though no entry holds it.
      const facts = { citations: [], suggestions: [], topic: '', why: { ...why, openingHours: true } }
      return { kind: 'answer', answered: true, confidence: 1, text, lang, ...facts }
    }
    if (choices) {
      const text = choiceText(manner, choices)
      onDelta?.(text)
      const topic = short(question)
      return {
        kind: 'choice',
        answered: false,
        confidence,
        text,
        lang,
        citations: [],
        suggestions: choices,
        topic,
        why,
      }
    }
    const nearest = questionsOf(ranked, index)
    const text = refusalText({
      ...manner,
      contact,
      nearest,
      refusals: deps.refusals,
      languages: isForeign ? languages : undefined,
    })
    onDelta?.(text)
    const topic = followUp ? topicOf(history) : short(question)
    // Where nothing is near, what the client wants to be asked is still a way on.
    const suggestions = nearest.length > 0 ? nearest : (deps.suggestions?.slice(0, maxSuggestions) ?? [])
    return {
      kind: 'refusal',
      answered: false,
      confidence,
      text,
      lang,
      citations: [],
      suggestions,
      topic,
      onward: true,
      why,
    }
  }
  const { text, citations, model } = await write(question, lang, history, ranked, deps)
  return {
    kind: 'answer',
    answered: true,
    confidence,
    text,
    lang,
    citations,
    suggestions: questionsOf(ranked.slice(1), index),
    topic: followUp ? headingOf(best) : `${short(question)} ${headingOf(best)}`,
    why: model ? { ...why, model } : why,
  }
}

/** How sure it is what a message means that is an entry's own name. */
const namedConfidence = 0.98

/**
 * A message that is word for word what one entry is called, as when a visitor picks what was offered: that entry is meant,
 * whichever holds its words more often.
 */
function namedEntry(message: string, ranked: Ranked[], index: Index): Reading | undefined {
  const asked = fold(message)
  if (asked === '') return undefined
  const own = (names: (entry: Entry) => readonly (string | undefined)[]) => {
    const rows = ranked.filter(({ entry }) => names(entry).some(name => name !== undefined && foldsTo(name, asked)))
    return rows.length === 1 ? rows[0] : undefined
  }
  const row =
    own(({ question, alternates = [] }) => [question, ...alternates]) ??
    own(entry => [entry.question ? undefined : entry.title, index.label(entry)]) ??
    own(({ kind, title }) => [kind === 'qa' ? undefined : title?.slice(title.lastIndexOf('›') + 1)])
  if (!row) return undefined
  const confidence = Math.max(namedConfidence, decide(ranked, message).confidence)
  return { ranked: [row, ...ranked.filter(other => other !== row)], confidence }
}

/** Small talk after which the client's suggested questions are of use. */
const offering: ReadonlySet<string> = new Set(['greeting', 'help', 'human', 'abuse', 'wordless', 'wellbeing'])

/** Words of these kinds are also words of questions (“menu”, “operator”): what the entries answer is answered. */
const mayBeAsked: ReadonlySet<string> = new Set(['help', 'agent'])

/** Keys hit at random, unless the client's entries know what looks so. */
const mash = (question: string, best: Ranked | undefined): Found | undefined =>
  isMash(question) && (best?.features.unknown ?? 1) === 1 ? { kind: 'wordless', langs: [] } : undefined

/** One reply to two or three questions: a model writes it from the passages of all, else each is answered in turn. */
async function answerParts(
  question: string,
  lang: string,
  history: readonly Exchange[],
  parts: readonly Part[],
  why: Record<string, unknown>,
  deps: AnswerDeps,
): Promise<Reply> {
  const bests = parts.map(part => part.ranked[0]!)
  const written: Written = { text: '', citations: [] }
  if (deps.model) {
    // All are the best of their part, so none is left out for ranking below another.
    const equal = bests.map(best => ({ ...best, score: 1 }))
    Object.assign(written, await write(question, lang, history, equal, deps))
  } else
    for (const part of parts) {
      if (written.text !== '') deps.onDelta?.('\n\n')
      const said = await write(part.question, lang, history, part.ranked, deps)
      written.text += written.text === '' ? said.text : `\n\n${said.text}`
      written.citations.push(...said.citations)
    }
  const { text, citations, model } = written
  const cited = new Set(citations.map(citation => citation.entry.id))
  const others = parts.flatMap(part => part.ranked.slice(1)).filter(row => !cited.has(row.entry.id))
  return {
    kind: 'answer',
    answered: true,
    confidence: Math.min(...parts.map(part => part.confidence)),
    text,
    lang,
    citations,
    suggestions: questionsOf(others, deps.index),
    topic: `${short(parts.at(-1)!.question)} ${headingOf(bests.at(-1)!)}`,
    why: {
      ...why,
      passages: bests.map((best, i) => ({ ...passageThen(best, 0), question: parts[i]!.question })),
      ...(model && { model }),
    },
  }
}

/** From which share of the threshold, and of the best score, two entries are both likely enough to ask which was meant. */
const choiceFrom = 0.6
const choiceNear = 0.8

/** The questions of the two best entries, where an answer was nearly given and neither stands out. */
function choicesOf(
  [first, second]: readonly Ranked[],
  confidence: number,
  threshold: number,
  index: Index,
): string[] | undefined {
  if (!first || !second || confidence < threshold * choiceFrom || confidence >= threshold) return undefined
  if (second.score < first.score * choiceNear) return undefined
  const choices = questionsOf([first, second], index)
  return choices.length === 2 ? choices : undefined
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
function questionsOf(ranked: readonly Ranked[], index: Index): string[] {
  const all = ranked.map(({ entry }) => index.label(entry)).filter(text => text !== undefined)
  return [...new Set(all)].slice(0, maxSuggestions)
}
