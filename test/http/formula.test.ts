/** Cells that a spreadsheet would run: none leaves an export as it is, and an import gives back what was stored. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { neutral, unneutral } from '../../server/http/formula.ts'

it.each([
  '=1+1',
  '+1',
  '-2+3+cmd|calc',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '\n=1',
  '\0=1',
  '\ntext',
  '＝1',
  '＋1',
  '－1',
  '＠x',
  '  =1',
  '\u3000=1',
  '\u200b=1',
  '\ufeff=1',
])('%j gets an apostrophe', cell => {
  expect(neutral(cell)).toBe(`'${cell}`)
})

it.each(['', 'text', 'a=b', "it's", "'quoted'", 'a\n=b', '1-2'])('%j stays as it is', cell => {
  expect(neutral(cell)).toBe(cell)
})

it('comes back as it was, apostrophes of its own included', () => {
  const cell = fc
    .array(fc.constantFrom("'", ' ', '=', '-', '＝', '\n', '\t', '\0', 'a', '1'))
    .map(parts => parts.join(''))
  fc.assert(fc.property(cell, text => unneutral(neutral(text)) === text))
})
