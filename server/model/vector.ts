/** Vectors as they are kept: one signed byte a component, a quarter of the memory for no measurable loss in ranking. */
import { createHash } from 'node:crypto'
import { passages } from '../answer/text/sentence.ts'
import type { Entry, Passage } from '../answer/types.ts'

export interface Packed {
  bytes: Int8Array
  /** Euclidean length of `bytes`. */
  length: number
}

/** Scaled so that the greatest component is ±127; cosines do not mind. */
export function pack(vector: Float32Array): Packed {
  let most = 0
  for (const x of vector) most = Math.max(most, Math.abs(x))
  return measured(Int8Array.from(vector, x => Math.round((x / most) * 127)))
}

export const toText = ({ bytes }: Packed): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')

/** Undefined where the text is no vector (a cell edited by hand). */
export function fromText(text: string): Packed | undefined {
  const buffer = Buffer.from(text, 'base64')
  if (buffer.length === 0) return undefined
  const packed = measured(new Int8Array(buffer))
  return packed.length > 0 ? packed : undefined
}

const measured = (bytes: Int8Array): Packed => {
  let squares = 0
  for (const x of bytes) squares += x * x
  return { bytes, length: Math.sqrt(squares) }
}

/** Cosine of two vectors; 0 where they are of different models. */
export function cosine(a: Packed, b: Packed): number {
  const n = a.bytes.length
  if (n !== b.bytes.length) return 0
  let sum = 0
  for (let i = 0; i < n; i++) sum += a.bytes[i]! * b.bytes[i]!
  return sum / (a.length * b.length)
}

/** A piece of an entry that has a vector of its own. */
export interface Part {
  text: string
  passage: Passage
}

/** Longest text that is embedded, in UTF-16 units: about a thousand tokens. */
const maxText = 4000

/** A pair and a row are one part; a text is cut into its passages, each under its title. */
export function partsOf(entry: Entry): Part[] {
  const heading = entry.question ?? entry.title ?? ''
  const spans = entry.kind === 'text' ? passages(entry.text) : [{ start: 0, end: entry.text.length }]
  return spans.map(passage => {
    const text = entry.text.slice(passage.start, passage.end)
    return { text: (heading ? `${heading}\n${text}` : text).slice(0, maxText), passage }
  })
}

/** Name of a text's vector by a model. */
export const hashOf = (model: string, text: string): string =>
  createHash('sha256').update(model).update('\n').update(text).digest('hex').slice(0, 32)
