/** The whole of it: a question and what was said before in, a reply out. */
import { decide, defaultThreshold } from './decide.ts'
import { extract } from './extract.ts'
import { noticeLanguage } from './text/language.ts'
import type { AnswerDeps, Exchange, Reply } from './types.ts'

export async function answer(question: string, _history: readonly Exchange[], deps: AnswerDeps): Promise<Reply> {
  const { index, threshold = defaultThreshold, contact, maxChars, onDelta } = deps
  const ranked = index.rank(question)
  const { answered, confidence } = decide(ranked, question, threshold)
  const best = ranked[0]
  const lang = noticeLanguage(question)
  const suggestions = ranked
    .slice(answered ? 1 : 0, 4)
    .map(r => r.entry.question ?? r.entry.title)
    .filter(t => t !== undefined)
  const why = {
    confidence,
    threshold,
    ranked: ranked.slice(0, 5).map(r => ({ id: r.entry.id, score: r.score, features: r.features })),
  }
  if (!answered || !best) {
    const text = contact
      ? `I don't know the answer to that. You can reach us here: ${contact}`
      : "I don't know the answer to that."
    onDelta?.(text)
    return { kind: 'refusal', answered: false, confidence, text, lang, citations: [], suggestions, why }
  }
  const found = extract(best, question, { maxChars })
  onDelta?.(found.text)
  return {
    kind: 'answer',
    answered: true,
    confidence,
    text: found.text,
    lang,
    citations: [{ entry: best.entry, quote: found.text }],
    suggestions,
    why,
  }
}
