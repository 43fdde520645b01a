/**
 * The words of an answer: a model's, where there is one and it keeps to the passages, else the best entry's own. Whatever
 * goes wrong with a model, the visitor gets an answer.
 */
import { extract } from './extract.ts'
import { inReply } from './show.ts'
import type { AnswerDeps, Citation, Exchange, Ranked } from './types.ts'

/** Entries a model may write from. */
const maxPassages = 4
/** Share of the best score from which an entry is near enough to be one of them. */
const near = 0.4

export interface Written {
  text: string
  /** What the text rests on; `[1]` in it is the first of these. */
  citations: Citation[]
  /** What a model was asked and what became of its reply; absent without a model. */
  model?: Record<string, unknown>
}

/** Puts the answer into words and hands them to `onDelta`. `ranked` holds at least the entry that passed the decision. */
export async function write(
  question: string,
  lang: string,
  history: readonly Exchange[],
  ranked: readonly Ranked[],
  { model, tone, maxChars, signal, onDelta }: Pick<AnswerDeps, 'model' | 'tone' | 'maxChars' | 'signal' | 'onDelta'>,
): Promise<Written> {
  const best = ranked[0]!
  const quoted = (row: Ranked): Citation => ({ entry: row.entry, quote: extract(row, question, { maxChars }).text })
  const taken = extract(best, question, { maxChars })
  const own: Citation = { entry: best.entry, quote: taken.text }
  const ownWords = inReply(best.entry, taken)
  if (!model) {
    onDelta?.(ownWords)
    return { text: ownWords, citations: [own] }
  }

  const rows = ranked.filter(row => row.score >= best.score * near).slice(0, maxPassages)
  const passages = rows.map(({ entry, passage }) => ({ entry, quote: entry.text.slice(passage.start, passage.end) }))
  /** What the visitor has seen stays: the words the model wrote before it failed were checked. */
  let shown = ''
  const emit = (text: string) => {
    shown += text
    onDelta?.(text)
  }
  const said = await model
    .write({ question, lang, tone, history: [...history], passages, signal, onDelta: onDelta && emit })
    .catch(() => ({ text: '', cited: [], quotes: [], why: { fallback: 'failed' } }))

  const cited = (said.cited ?? [0]).flatMap((at, i): Citation[] => {
    const row = rows[at]
    const quote = said.quotes?.[i]
    return row ? [quote ? { entry: row.entry, quote } : quoted(row)] : []
  })
  const why = said.why && { model: said.why }
  if (said.text.trim() !== '' && cited.length > 0) {
    if (said.text.startsWith(shown) && said.text !== shown) emit(said.text.slice(shown.length))
    return { text: said.text, citations: cited, ...why }
  }
  if (shown === '') {
    emit(ownWords)
    return { text: ownWords, citations: [own], ...why }
  }
  // It failed half-way. The passage follows, so that what was left out cannot mislead.
  emit(`\n\n${ownWords}`)
  const known = cited.some(({ entry }) => entry === best.entry)
  return { text: shown, citations: known ? cited : [...cited, own], ...why }
}
