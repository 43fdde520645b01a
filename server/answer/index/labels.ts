/**
 * What an entry is called where it is offered to a visitor. Headings come with those above them ("Handbook › Setup › Ports"); the
 * title that a whole document stands under says nothing there, as long as what follows it says by itself which entry is meant.
 */

import type { Entry } from '../types.ts'

const separator = ' › '
/** Over so many texts, and such a share of all, a first heading is a document's. */
const minUnder = 3
const minShare = 1 / 3

export class Labels {
  private readonly tops = new Map<string, number>()
  private readonly rests = new Map<string, number>()
  private texts = 0

  /** Estimate in bytes. */
  get bytes(): number {
    return this.rests.size * 120
  }

  /** @param sign 1: the entry was added, -1: removed. What is offered by its question needs no title. */
  count({ kind, title, question }: Entry, sign: 1 | -1): void {
    if (!title || question !== undefined) return
    const [top, rest] = parted(title)
    if (kind === 'text') this.texts += sign
    if (!rest) return
    if (kind === 'text') change(this.tops, top, sign)
    change(this.rests, rest, sign)
  }

  /**
   * The title as it is offered.
   * @param row a row's first heading is the sheet that it is in: its own name will do
   */
  short(title: string, row = false): string {
    const [top, rest] = parted(title)
    if (!rest || this.rests.get(rest) !== 1) return title
    if (row) return rest
    const under = this.tops.get(top) ?? 0
    return under >= minUnder && under >= this.texts * minShare ? rest : title
  }
}

function parted(title: string): [top: string, rest: string] {
  const at = title.indexOf(separator)
  return at < 0 ? [title, ''] : [title.slice(0, at), title.slice(at + separator.length)]
}

function change(counts: Map<string, number>, key: string, sign: 1 | -1): void {
  const count = (counts.get(key) ?? 0) + sign
  if (count > 0) counts.set(key, count)
  else counts.delete(key)
}
