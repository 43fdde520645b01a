/**
 * Arrays of whole numbers from 0, of two bytes each for as long as all fit and of four from then on: most clients have fewer
 * than 65,536 of anything, and half the memory is also half of what a question has to read.
 */
export type Numbers = Uint16Array | Int32Array

const most = 0xffff
/** By how much an array grows that has no room left: little, since most are filled once and then kept. */
const growth = 1.125

/** `numbers`, or a copy of them that has a place `at` and takes `value`; new places hold 0. */
export function roomFor(numbers: Numbers, at: number, value: number): Numbers {
  const narrow = numbers instanceof Uint16Array
  if (at < numbers.length && (value <= most || !narrow)) return numbers
  const length = at < numbers.length ? numbers.length : Math.max(at + 1, Math.ceil(numbers.length * growth) + 4)
  return resized(numbers, length, narrow && value <= most)
}

/** The first `length` of them, in an array of exactly that length. */
export function trimmed(numbers: Numbers, length: number): Numbers {
  return numbers.length === length ? numbers : resized(numbers, length, numbers instanceof Uint16Array)
}

/** `length` zeros, as wide as `like`. */
export const zeros = (length: number, like: Numbers): Numbers =>
  like instanceof Uint16Array ? new Uint16Array(length) : new Int32Array(length)

function resized(numbers: Numbers, length: number, narrow: boolean): Numbers {
  const other = narrow ? new Uint16Array(length) : new Int32Array(length)
  other.set(length < numbers.length ? numbers.subarray(0, length) : numbers)
  return other
}
