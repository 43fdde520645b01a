/**
 * What differs between two texts, word by word: the longest common subsequence of their words (Hunt, McIlroy 1976, by the
 * plain table), after what they share at both ends. Texts too long for the table differ in the whole of their middle.
 */

export interface Piece {
  text: string
  /** In both texts. */
  same: boolean
}

/** The two texts in pieces; the pieces of each, put together, are the text. */
export type Difference = [Piece[], Piece[]]

/** Cells of the table: a few milliseconds. */
const maxCells = 2_000_000

/** Words, figures with their points, and what stands between them; a sign is a word of its own, and so is a letter of a script without spaces. */
const tokens = (text: string): string[] =>
  text.match(
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|\p{N}+(?:[.,:]\p{N}+)+|[\p{L}\p{M}\p{N}]+|\s+|[^\s]/gu,
  ) ?? []

/** @param loosely case makes no difference */
export function difference(before: string, after: string, loosely = false): Difference {
  const words = [tokens(before), tokens(after)] as const
  const [a, b] = loosely ? (words.map(list => list.map(word => word.toLowerCase())) as [string[], string[]]) : words
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++
  const [middleA, middleB] = [a.slice(start, a.length - end), b.slice(start, b.length - end)]
  const [keptA, keptB] = common(middleA, middleB)
  const whole = (list: readonly string[], kept: Uint8Array): Piece[] =>
    joined([
      { text: list.slice(0, start).join(''), same: true },
      ...list.slice(start, list.length - end).map((text, i) => ({ text, same: kept[i] === 1 })),
      { text: list.slice(list.length - end).join(''), same: true },
    ])
  return [whole(words[0], keptA), whole(words[1], keptB)]
}

/** Marks the words of each that are in the longest common subsequence. */
function common(a: readonly string[], b: readonly string[]): [Uint8Array, Uint8Array] {
  const marks: [Uint8Array, Uint8Array] = [new Uint8Array(a.length), new Uint8Array(b.length)]
  if (a.length * b.length > maxCells) return marks
  const width = b.length + 1
  const lengths = new Uint16Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      lengths[i * width + j] =
        a[i] === b[j]
          ? lengths[(i + 1) * width + j + 1]! + 1
          : Math.max(lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!)
  for (let i = 0, j = 0; i < a.length && j < b.length; )
    if (a[i] === b[j]) marks[0][i++] = marks[1][j++] = 1
    else if (lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!) i++
    else j++
  return marks
}

/** Neighbours of a kind become one piece; a single space between two differences belongs to them. */
function joined(pieces: Piece[]): Piece[] {
  const found: Piece[] = []
  for (const [i, piece] of pieces.entries()) {
    if (piece.text === '') continue
    const last = found.at(-1)
    const next = pieces[i + 1]
    const bridges = piece.same && /^\s+$/.test(piece.text) && last?.same === false && next?.same === false
    const same = piece.same && !bridges
    if (last?.same === same) last.text += piece.text
    else found.push({ text: piece.text, same })
  }
  return found
}

/** Words kept on each side of a long stretch that both texts share. */
const context = 14

/** Long shared stretches shrink to their ends; `…` (null) stands for what is left out. */
export function shortened(pieces: readonly Piece[]): (Piece | null)[] {
  return pieces.flatMap((piece, i) => {
    if (!piece.same) return [piece]
    const words = piece.text.split(/(?<=\s)/)
    const [head, tail] = [i > 0 ? context : 0, i < pieces.length - 1 ? context : 0]
    // What is a text's only piece, or short, is shown whole.
    if (head + tail === 0 || words.length <= head + tail + context) return [piece]
    const shown: (Piece | null)[] = [null]
    if (head > 0) shown.unshift({ text: words.slice(0, head).join(''), same: true })
    if (tail > 0) shown.push({ text: words.slice(-tail).join(''), same: true })
    return shown
  })
}
