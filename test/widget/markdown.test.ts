import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Block, readMarkdown, type Span, safeHref } from '../../widget/markdown.ts'

const texts = (span: Span): string =>
  typeof span === 'string' ? span : span.tag === 'br' ? '\n' : span.children.map(texts).join('')

const spansOf = (block: Block): Span[] => (block.tag === 'p' ? block.children : block.items.flat())

/** Every tag and every address in a tree, however deep. */
function inventory(blocks: Block[]): { tags: Set<string>; hrefs: string[] } {
  const tags = new Set<string>(blocks.map(block => block.tag))
  const hrefs: string[] = []
  const visit = (span: Span) => {
    if (typeof span === 'string') return
    tags.add(span.tag)
    if (span.tag === 'a') hrefs.push(span.href)
    if ('children' in span) span.children.forEach(visit)
  }
  blocks.flatMap(spansOf).forEach(visit)
  return { tags, hrefs }
}

/** Pieces that markup of every kind is made of, so that chance puts the dangerous ones together. */
const pieces = fc.constantFrom(
  ...[
    '*',
    '**',
    '_',
    '`',
    '[',
    ']',
    '(',
    ')',
    '<',
    '>',
    '"',
    "'",
    '\n',
    '\r\n',
    ' ',
    '- ',
    '1. ',
    '# ',
    '!',
    '|',
    '&lt;',
  ],
  ...[
    'javascript:',
    'JaVaScRiPt:',
    'java\tscript:alert(1)',
    '\u0001javascript:1',
    'data:text/html,x',
    'vbscript:',
    'file:///',
  ],
  ...['https://a.example/x', 'http://a.example', '//a.example', '/path', 'mailto:a@b.example', 'tel:+1', 'a@b.example'],
  ...['<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '</p>', 'word', 'ünï', '你好', '\u202e', '\ud800'],
)
const anything = fc.oneof(
  fc.array(pieces, { maxLength: 40 }).map(all => all.join('')),
  fc.string({ unit: 'binary', maxLength: 200 }),
)

describe('an answer', () => {
  it('never becomes a node outside the few that are allowed, or a link that is not https, mailto or tel', () => {
    const allowed = new Set(['p', 'ul', 'ol', 'strong', 'em', 'code', 'a', 'br'])
    fc.assert(
      fc.property(anything, text => {
        const { tags, hrefs } = inventory(readMarkdown(text))
        for (const tag of tags) expect(allowed).toContain(tag)
        for (const href of hrefs) expect(href).toMatch(/^(https|mailto|tel):/)
      }),
      { numRuns: 2000 },
    )
  })

  it('keeps every word', () => {
    const word = fc.stringMatching(/^[\p{L}]{1,10}$/u)
    const mark = fc.constantFrom('', '*', '**', '`', '_')
    fc.assert(
      fc.property(fc.array(fc.tuple(word, mark, fc.constantFrom(' ', '\n', '\n\n', '\n- '))), all => {
        const text = all.map(([word, mark, gap]) => `${mark}${word}${mark}${gap}`).join('')
        const shown = readMarkdown(text).flatMap(spansOf).map(texts).join(' ')
        for (const [word] of all) expect(shown).toContain(word)
      }),
    )
  })

  it('has paragraphs, line breaks, bold, italics and code', () => {
    expect(readMarkdown('Open **Tuesday to *Saturday***.\nRing `twice`.\n\n_Thanks_ all')).toEqual([
      {
        tag: 'p',
        children: [
          'Open ',
          { tag: 'strong', children: ['Tuesday to ', { tag: 'em', children: ['Saturday'] }] },
          '.',
          { tag: 'br' },
          'Ring ',
          { tag: 'code', children: ['twice'] },
          '.',
        ],
      },
      { tag: 'p', children: [{ tag: 'em', children: ['Thanks'] }, ' all'] },
    ])
  })

  it('has lists, numbered ones from where they start', () => {
    expect(readMarkdown('Bring:\n- a card\n- a helmet,\n  if you like\n\n3. ride\n4. return')).toEqual([
      { tag: 'p', children: ['Bring:'] },
      { tag: 'ul', start: undefined, items: [['a card'], ['a helmet,', { tag: 'br' }, 'if you like']] },
      { tag: 'ol', start: 3, items: [['ride'], ['return']] },
    ])
  })

  it('links addresses that are written out, without the full stop after them', () => {
    expect(inventory(readMarkdown('See https://shop.example/a?b=1. Write to hello@shop.example!')).hrefs).toEqual([
      'https://shop.example/a?b=1',
      'mailto:hello@shop.example',
    ])
  })

  it('shows a link that may not be followed as its words', () => {
    expect(readMarkdown('[click](javascript:alert) [here](/admin) [there](http://a.example)')).toEqual([
      { tag: 'p', children: ['click', ' ', 'here', ' ', 'there'] },
    ])
  })

  it('leaves sums and snake_case alone', () => {
    for (const text of ['3*4*5 = 60', '2 * 3 * 4', 'the_big_name', 'a_b_ c', '** open', 'five * stars']) {
      expect(readMarkdown(text)).toEqual([{ tag: 'p', children: [text] }])
    }
  })

  it('shows headings as bold lines, and markup as the text it is', () => {
    expect(readMarkdown('## Prices')).toEqual([{ tag: 'p', children: [{ tag: 'strong', children: ['Prices'] }] }])
    expect(readMarkdown('<b>no</b>')).toEqual([{ tag: 'p', children: ['<b>no</b>'] }])
  })
})

describe('an address', () => {
  it('is followed only under a protocol that is named', () => {
    expect(safeHref('https://a.example/ü')).toBe('https://a.example/%C3%BC')
    expect(safeHref('http://a.example', /^https?:$/)).toBe('http://a.example/')
    for (const href of [
      'javascript:1',
      ' javascript:1',
      'java\nscript:1',
      'data:,x',
      'blob:https://a',
      '//a.example',
      '/a',
      '',
      'a',
    ])
      expect(safeHref(href, /^https?:$/)).toBeUndefined()
  })
})
