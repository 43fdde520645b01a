/** A question as the index sees it: its distinct words, what each weighs, and the terms of the index that stand for it. */
import { noticeLanguage } from '../text/language.ts'
import { lightWeight, lightWords } from '../text/light-words.ts'
import { stem } from '../text/stem.ts'
import { stopWords } from '../text/stop-words.ts'
import { type Token, tokenize } from '../text/tokenize.ts'
import type { AskedWord } from '../types.ts'
import type { QuestionFeatures } from './features.ts'
import type { Similar, Vocabulary } from './vocabulary.ts'

/** Words of a question that are looked at; more say no more. */
export const maxWords = 64
/** UTF-16 units of a question that are looked at. */
const maxQuestion = 2000

export interface Word {
  token: Token
  /** Term of the index, or -1 when the index does not know the word. */
  term: number
  /** Terms that may stand for it, best first, the word itself excluded. */
  similar: readonly Similar[]
  /** A function word, or a misspelt one. */
  stop: boolean
  /** Inverse document frequency times the factor for stop words. */
  weight: number
}

export interface Question {
  lang: string
  words: Word[]
  features: QuestionFeatures
}

/** What a function word weighs against a content word of the same rarity. */
export const stopWeight = 0.35

/** `prior`: share of each language in the index; `idfs`: by term, below 0 for a term of no entry; `rarest`: of an unknown word. */
export function readQuestion(
  text: string,
  vocabulary: Vocabulary,
  prior: ReadonlyMap<string, number>,
  idfs: Float32Array,
  rarest: number,
): Question {
  const head = text.length > maxQuestion ? text.slice(0, maxQuestion) : text
  const lang = noticeLanguage(head, prior, mostOf(prior))
  const words: Word[] = []
  const seen = new Set<string>()
  let content = 0
  let unknown = 0
  let fuzzy = 0
  let contentWords = 0
  for (const token of tokenize(head, lang)) {
    if (seen.has(token.term)) continue
    seen.add(token.term)
    const word = readWord(token, lang, vocabulary, prior, idfs, rarest)
    words.push(word)
    if (!word.stop) {
      contentWords++
      content += word.weight
      if (word.term < 0) {
        if (word.similar.length === 0) unknown += word.weight
        else fuzzy += word.weight
      }
    }
    if (words.length === maxWords) break
  }
  const features = {
    words: contentWords,
    stops: words.length - contentWords,
    unknown: content && unknown / content,
    fuzzy: content && fuzzy / content,
  }
  return { lang, words, features }
}

function readWord(
  token: Token,
  lang: string,
  vocabulary: Vocabulary,
  prior: ReadonlyMap<string, number>,
  idfs: Float32Array,
  rarest: number,
): Word {
  let term = vocabulary.find(token.term)
  if (term >= 0 && idfs[term]! < 0) term = -1
  if (term < 0 && !token.piece && prior.size > 1)
    for (const other of prior.keys()) {
      if (other === lang) continue
      const id = vocabulary.find(stem(token.word, other))
      if (id >= 0 && idfs[id]! >= 0) {
        term = id
        break
      }
    }
  if (term >= 0)
    return {
      token,
      term,
      stop: token.stop,
      similar: none,
      weight: idfs[term]! * factorOf(token.term, token.stop, lang),
    }
  const similar = token.piece || token.stop ? none : vocabulary.similar(token.term, idfs)
  // "wht" resembles "what": a mistyped function word is one too.
  const stop = token.stop || (similar.length > 0 && stopWords(lang).has(vocabulary.terms[similar[0]!.term]!))
  const rarity = similar.length ? idfs[similar[0]!.term]! : rarest
  const meant = similar.length > 0 ? vocabulary.terms[similar[0]!.term]! : token.term
  return { token, term, stop, similar, weight: rarity * factorOf(meant, stop, lang) }
}

const none: readonly Similar[] = []

/** What a word weighs beside its rarity. */
const factorOf = (term: string, stop: boolean, lang: string) =>
  stop ? stopWeight : lightWords(lang).has(term) ? lightWeight : 1

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

/** The words with their terms spelt out, for whoever has no vocabulary at hand. */
export function askedWords(question: Question, vocabulary: Vocabulary): AskedWord[] {
  return question.words.map(({ token, term, weight, stop, similar }) => ({
    term: term >= 0 ? vocabulary.terms[term]! : token.term,
    weight,
    stop,
    similar: similar.map(s => ({ term: vocabulary.terms[s.term]!, similarity: s.similarity })),
  }))
}
