/**
 * CSV as this engine writes it: RFC 4180 with `\n` line ends, UTF-8, a quote only where one is needed. The reader works
 * on bytes, so that a million rows stream through without becoming one string, and so that no cell keeps the whole file
 * alive. It is strict: what it takes, every other RFC 4180 reader takes in the same way. Files written by people go
 * through `edit-file.ts` instead, which is tolerant.
 */
const COMMA = 44
const LF = 10
const CR = 13
const QUOTE = 34

const special = /[",\r\n]/

/** One cell, quoted where it must be. */
export const cell = (text: string): string => (special.test(text) ? quoted(text) : text)

/** Where quotes are doubled in long texts. */
let scratch = Buffer.alloc(0)
/** From this length on bytes are cheaper than strings, which become a piece for every quote. */
const long = 100
const longest = 100_000

/** A cell in quotes. */
function quoted(text: string): string {
  const { length } = text
  if (length < long || length > longest) return `"${text.replaceAll('"', '""')}"`
  if (scratch.length < length * 4 + 2) scratch = Buffer.allocUnsafe(length * 8)
  // Laid down further on and moved to the beginning: there are no more quotes than units, so what is read is still there.
  const from = length + 1
  const to = from + scratch.write(text, from)
  let end = 0
  scratch[end++] = QUOTE
  for (let i = from; i < to; i++) {
    const byte = scratch[i]!
    scratch[end++] = byte
    if (byte === QUOTE) scratch[end++] = byte
  }
  scratch[end++] = QUOTE
  return scratch.toString('utf8', 0, end)
}

/** One record with its line end. */
export const line = (cells: readonly string[]): string => `${cells.map(cell).join(',')}\n`

/** Reads record after record out of a buffer. After `next()` returned false, `damage` says whether that was the end. */
export class CsvReader {
  /** The cells of the last record. */
  cells: string[] = []
  /** Where the last record began, and where the next one begins. */
  start: number
  offset: number
  /** Why reading stopped before the end; `torn`: the bytes end within a record. */
  damage: '' | 'torn' | 'quote' = ''
  /** By place: false for a cell that nobody asks for, which is checked like any other and comes as ''. */
  wanted: readonly boolean[] | undefined
  private readonly bytes: Buffer
  private readonly end: number

  constructor(bytes: Buffer, from = 0, end = bytes.length) {
    this.bytes = bytes
    this.start = this.offset = from
    this.end = end
  }

  /** Moves to the next record; false at the end and at damage. A record counts only with its line end. */
  next(): boolean {
    const { bytes, end, wanted } = this
    let at = (this.start = this.offset)
    if (at >= end) return false
    const cells: string[] = []
    for (;;) {
      let wide = 0
      if (bytes[at] === QUOTE) {
        const from = ++at
        let doubled = false
        for (;;) {
          const code = bytes[at]!
          if (at >= end) return this.stop('torn')
          if (code === QUOTE) {
            if (at + 1 < end && bytes[at + 1] === QUOTE) {
              doubled = true
              at += 2
              continue
            }
            break
          }
          wide |= code
          at++
        }
        if (wanted && !wanted[cells.length]) cells.push('')
        else {
          const text = bytes.toString(wide & 128 ? 'utf8' : 'latin1', from, at)
          cells.push(doubled ? text.replaceAll('""', '"') : text)
        }
        at++
        if (at < end && bytes[at] === CR && bytes[at + 1] === LF) at++
      } else {
        const from = at
        let code = 0
        while (at < end && (code = bytes[at]!) !== COMMA && code !== LF) {
          if (code === QUOTE) return this.stop('quote')
          wide |= code
          at++
        }
        const to = code === LF && at > from && bytes[at - 1] === CR ? at - 1 : at
        const empty = from === to || (wanted && !wanted[cells.length])
        cells.push(empty ? '' : bytes.toString(wide & 128 ? 'utf8' : 'latin1', from, to))
      }
      if (at >= end) return this.stop('torn')
      const separator = bytes[at++]
      if (separator === LF) break
      if (separator !== COMMA) return this.stop('quote')
    }
    this.cells = cells
    this.offset = at
    return true
  }

  private stop(damage: 'torn' | 'quote'): false {
    this.damage = damage
    return false
  }
}
