/** What differs between two texts, word by word. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { difference, type Piece, shortened } from '../../dashboard/difference.ts'

const marked = (pieces: Piece[]) => pieces.map(piece => (piece.same ? piece.text : `[${piece.text}]`)).join('')

it('marks whole words and figures, on both sides', () => {
  const of = (a: string, b: string, loosely = false) => difference(a, b, loosely).map(marked)
  expect(of('It costs 12 euros.', 'It costs 12.50 euros.')).toEqual(['It costs [12] euros.', 'It costs [12.50] euros.'])
  expect(of('Open on Sundays', 'Open on sundays', true)).toEqual(['Open on Sundays', 'Open on sundays'])
  expect(of('a b c', 'a x y c')).toEqual(['a [b] c', 'a [x y] c'])
  expect(of('', 'new')).toEqual(['', '[new]'])
  expect(of('今日は九時', '今日は十時')).toEqual(['今日は[九]時', '今日は[十]時'])
})

it('loses nothing of either text, and marks nothing of equal ones', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', 'sea', ' ', '  ', '1,5', '.', '\n', 'é', '海'))
    .map(all => all.join(''))
  fc.assert(
    fc.property(text, text, (a, b) => {
      const [left, right] = difference(a, b)
      expect([left.map(p => p.text).join(''), right.map(p => p.text).join('')]).toEqual([a, b])
      const common = (pieces: Piece[]) =>
        pieces
          .filter(p => p.same)
          .map(p => p.text)
          .join('')
          .replace(/\s+/g, '')
      expect(common(left)).toBe(common(right))
      if (a === b) expect(left.every(p => p.same)).toBe(true)
    }),
  )
})

it('shrinks long stretches that both share, and long texts do not hold the page', () => {
  const words = Array.from({ length: 200 }, (_, i) => `w${i}`).join(' ')
  const [left] = difference(`${words} one ${words}`, `${words} two ${words}`)
  const short = shortened(left)
  expect(short.filter(piece => piece === null).length).toBe(2)
  expect(
    short
      .flatMap(piece => piece ?? [])
      .map(p => p.text)
      .join('').length,
  ).toBeLessThan(300)
  const [a, b] = ['x ', 'y '].map(word => word.repeat(10_000))
  expect(difference(a!, b!)[0].every(piece => !piece.same || /^\s*$/.test(piece.text))).toBe(true)
})
