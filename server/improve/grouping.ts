/**
 * Putting together what visitors asked in different words. Two wordings mean the same when half of their content words are the
 * same – word forms and slips of the pen aside – or most of the letter trigrams of these, which finds words written apart.
 * Wordings without a word in common stay apart: that they mean the same, words alone do not tell.
 *
 * Each wording goes to the group it is most like, or begins one. Which groups can be alike at all is found by the rarest
 * tokens of each: of two sets with Jaccard index t or more, the first |x| – ⌈t·|x|⌉ + 1 tokens in an order common to all share
 * one (Chaudhuri, Ganti, Kaushik 2006, "A primitive operator for similarity joins"; Bayardo, Ma, Srikant 2007).
 */
import { fold, noticeLanguage, tokenize } from '../answer/engine.ts'
import { breather } from './breather.ts'

export interface Asked {
  message: string
  lang: string
}

export interface Group<A extends Asked> {
  /** Of the anchor it began with; undefined: of none. */
  anchor: string | undefined
  /** The wording that stands for it. */
  question: string
  /** In the order given. */
  asked: A[]
}

/** A question whose group must stay the same whatever else is asked. */
export interface Anchor {
  id: string
  question: string
}

const alikeWords = 0.5
const alikeGrams = 0.62
/** Letters from which a word that differs in one is taken for a slip of the pen. */
const leastSlip = 6
const maxText = 500

/** Groups in the order of their first wording, anchors first; also those of anchors nobody asked for. */
export async function groupByMeaning<A extends Asked>(
  asked: readonly A[],
  anchors: readonly Anchor[],
): Promise<Group<A>[]> {
  const breathe = breather()
  const wordings = new Map<string, { question: string; anchor: string | undefined; words: string[]; asked: A[] }>()
  const noteWording = (question: string, lang: string, anchor?: string) => {
    const key = fold(question)
    let wording = wordings.get(key)
    if (!wording) wordings.set(key, (wording = { question, anchor, words: contentOf(question, lang), asked: [] }))
    return wording
  }
  // An anchor speaks the language in which it was asked.
  const langs = new Map(asked.map(({ message, lang }) => [fold(message), lang]))
  for (const { id, question } of anchors)
    noteWording(question, langs.get(fold(question)) ?? noticeLanguage(question), id)
  for (const each of asked) {
    noteWording(each.message, each.lang).asked.push(each)
    await breathe()
  }

  const all = [...wordings.values()]
  const spelling = await slipsOf(all.map(({ words }) => words))
  const spelt = all.map(({ words }) => [...new Set(words.map(word => spelling.get(word) ?? word))])
  const words = await createRelation(spelt, alikeWords)
  const grams = await createRelation(spelt.map(gramsOf), alikeGrams)
  const groups: Group<A>[] = []
  for (const [i, wording] of all.entries()) {
    await breathe()
    const alike = wording.anchor === undefined ? (words.nearest(i) ?? grams.nearest(i)) : undefined
    if (alike !== undefined) groups[alike]!.asked.push(...wording.asked)
    else {
      words.stand(i, groups.length)
      grams.stand(i, groups.length)
      groups.push({ anchor: wording.anchor, question: wording.question, asked: [...wording.asked] })
    }
  }
  return groups
}

/** Stems of the content words; of a question without any, all of them. */
function contentOf(text: string, lang: string): string[] {
  const tokens = tokenize(text.slice(0, maxText), lang)
  const content = tokens.filter(token => !token.stop)
  return [...new Set((content.length > 0 ? content : tokens).map(token => token.term))]
}

function gramsOf(words: readonly string[]): string[] {
  const grams = new Set<string>()
  for (const word of words) {
    const padded = `_${word}_`
    for (let i = 0; i + 3 <= padded.length; i++) grams.add(padded.slice(i, i + 3))
  }
  return [...grams]
}

/**
 * Words that are another one but for one letter – left out, added, changed or swapped with the next – and what they should
 * be: the one that is used more often. The first letter is hardly ever wrong, and short words differ by one by right. Found
 * by what is left when a letter is taken away (Garbe's symmetric deletes).
 */
async function slipsOf(wordings: readonly (readonly string[])[]): Promise<Map<string, string>> {
  const breathe = breather()
  const uses = new Map<string, number>()
  for (const words of wordings) for (const word of words) uses.set(word, (uses.get(word) ?? 0) + 1)
  const slips = new Map<string, string>()
  const shortened = new Map<string, string[]>()
  for (const [word] of [...uses].sort(([, a], [, b]) => b - a)) {
    await breathe()
    if (word.length < leastSlip || /\d/.test(word)) continue
    const forms = [word]
    for (let i = 1; i < word.length; i++) forms.push(word.slice(0, i) + word.slice(i + 1))
    const right = forms.flatMap(form => shortened.get(form) ?? []).find(other => oneApart(word, other))
    if (right) slips.set(word, right)
    else
      for (const form of forms) {
        const known = shortened.get(form)
        if (known) known.push(word)
        else shortened.set(form, [word])
      }
  }
  return slips
}

/** Whether one insertion, deletion, change or swap of neighbours makes one of the other. */
function oneApart(a: string, b: string): boolean {
  let from = 0
  while (from < a.length && a[from] === b[from]) from++
  let back = 0
  while (back < Math.min(a.length, b.length) - from && a[a.length - 1 - back] === b[b.length - 1 - back]) back++
  const [left, right] = [a.slice(from, a.length - back), b.slice(from, b.length - back)]
  if (left.length <= 1 && right.length <= 1) return true
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0]
}

/** Sets of tokens among which those with a Jaccard index of `least` are found. */
async function createRelation(sets: readonly (readonly string[])[], least: number) {
  const breathe = breather()
  const uses = new Map<string, number>()
  for (const set of sets) for (const token of set) uses.set(token, (uses.get(token) ?? 0) + 1)
  // Rare ones first: their lists are short.
  const order = new Map([...uses].sort(([, a], [, b]) => a - b).map(([token], place) => [token, place]))
  const sorted: Int32Array[] = []
  for (const set of sets) {
    sorted.push(Int32Array.from(set, token => order.get(token)!).sort())
    await breathe()
  }
  const standing = new Map<number, { group: number; set: Int32Array }[]>()
  const begin = (set: Int32Array) => set.subarray(0, set.length - Math.ceil(least * set.length) + 1)
  return {
    /** The group whose wording is likest to that of set `i`; undefined where none is alike. */
    nearest(i: number): number | undefined {
      const set = sorted[i]!
      let nearest: number | undefined
      let most = least
      const seen = new Set<number>()
      for (const token of begin(set))
        for (const other of standing.get(token) ?? []) {
          // Sets of very different size cannot be alike.
          if (Math.min(set.length, other.set.length) < most * Math.max(set.length, other.set.length)) continue
          if (seen.has(other.group)) continue
          seen.add(other.group)
          const likeness = jaccard(set, other.set)
          if (likeness < most || (likeness === most && nearest !== undefined)) continue
          most = likeness
          nearest = other.group
        }
      return nearest
    },
    /** Makes set `i` the one that a group stands for. */
    stand(i: number, group: number): void {
      const set = sorted[i]!
      for (const token of begin(set)) {
        const known = standing.get(token)
        if (known) known.push({ group, set })
        else standing.set(token, [{ group, set }])
      }
    },
  }
}

function jaccard(a: Int32Array, b: Int32Array): number {
  let shared = 0
  for (let i = 0, j = 0; i < a.length && j < b.length; )
    if (a[i] === b[j]) {
      shared++
      i++
      j++
    } else if (a[i]! < b[j]!) i++
    else j++
  const all = a.length + b.length - shared
  return all === 0 ? 0 : shared / all
}
