import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contrast, palette } from '../../widget/color.ts'

const color = fc.integer({ min: 0, max: 0xffffff }).map(rgb => `#${rgb.toString(16).padStart(6, '0')}`)

describe('whatever colour a client has', () => {
  it('text is readable by WCAG AA, on light and on dark', () => {
    fc.assert(
      fc.property(color, fc.boolean(), (color, dark) => {
        const {
          '--paper': paper,
          '--ink': ink,
          '--faint': faint,
          '--tint': tint,
          '--wash': wash,
          '--accent': accent,
        } = palette(color, dark)
        for (const [text, ground] of [
          [ink, paper],
          [ink, tint],
          [ink, wash],
          [faint, paper],
          [faint, wash],
          [accent, paper],
          [accent, tint],
        ])
          expect(contrast(text!, ground!)).toBeGreaterThanOrEqual(4.5)
      }),
      { numRuns: 1000 },
    )
  })

  it('the edge of the input stands out by 3 : 1', () => {
    for (const dark of [false, true]) {
      const { '--paper': paper, '--edge': edge } = palette('#1d6b57', dark)
      expect(contrast(edge!, paper!)).toBeGreaterThanOrEqual(3)
    }
  })

  it('it is kept where it is readable already', () => {
    expect(palette('#1d6b57', false)['--accent']).toBe('#1d6b57')
  })
})

it('contrast is measured as WCAG has it', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
  expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2)
})
