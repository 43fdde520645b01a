/** A question as the index sees it: its distinct words, what each weighs, and the terms of the index that stand for it. */
import { noticeLanguage } from '../text/language.ts'
import { stem } from '../text/stem.ts'
import { type Token, tokenize } from '../text/tokenize.ts'
import type { Vocabulary } from './vocabulary.ts'

/** Words of a question that are looked at; more say no more. */
const maxWords = 64
/** UTF-16 units of a question that are looked at. */
const maxQuestion = 2000

export interface Word {
  token: Token
  /** Term of the index, or -1 when the index does not know the word. */
  term: number
  /** Terms that may stand for it, best first, the word itself excluded. */
  similar: readonly { term: number; similarity: number }[]
  /** Inverse document frequency times the factor for stop words. */
  weight: number
}

export interface Question {
  lang: string
  words: Word[]
  /** Sum of the weights. */
  weight: number
}

/** What a function word weighs against a content word of the same rarity. */
export const stopWeight = 0.35

export function readQuestion(
  text: string,
  vocabulary: Vocabulary,
  prior: ReadonlyMap<string, number>,
  idf: (term: number) => number,
  rarest: number,
): Question {
  const head = text.slice(0, maxQuestion)
  const lang = noticeLanguage(head, prior, mostOf(prior))
  const words: Word[] = []
  const seen = new Set<string>()
  for (const token of tokenize(head, lang)) {
    if (seen.has(token.term)) continue
    seen.add(token.term)
    words.push(readWord(token, lang, vocabulary, prior, idf, rarest))
    if (words.length === maxWords) break
  }
  return { lang, words, weight: words.reduce((sum, w) => sum + w.weight, 0) }
}

function readWord(
  token: Token,
  lang: string,
  vocabulary: Vocabulary,
  prior: ReadonlyMap<string, number>,
  idf: (term: number) => number,
  rarest: number,
): Word {
  let term = vocabulary.find(token.term)
  if (term >= 0 && idf(term) < 0) term = -1
  if (term < 0 && !token.piece)
    for (const other of prior.keys()) {
      if (other === lang) continue
      const id = vocabulary.find(stem(token.word, other))
      if (id >= 0 && idf(id) >= 0) {
        term = id
        break
      }
    }
  const similar = token.piece || token.stop ? [] : vocabulary.similar(token.term).filter(s => idf(s.term) >= 0)
  const rarity = term >= 0 ? idf(term) : similar.length ? idf(similar[0]!.term) : rarest
  return { token, term, similar, weight: rarity * (token.stop ? stopWeight : 1) }
}

export function mostOf(shares: ReadonlyMap<string, number>): string {
  let best = 'en'
  let most = 0
  for (const [lang, share] of shares)
    if (share > most) {
      best = lang
      most = share
    }
  return best
}
