/** Pages as small businesses have them: folded questions, prices beside names, hours and address in the footer alone. */
import { describe, expect, it } from 'vitest'
import { looksLikeContact } from '../../server/knowledge/intake/html/contact.ts'
import { contentOf } from '../../server/knowledge/intake/html/content.ts'
import { readPage } from '../../server/knowledge/intake/html/page.ts'
import { entriesOf } from '../../server/knowledge/intake/html/section.ts'

const footer = `<footer><div><h4>Opening hours</h4><p>Tue–Fri 9am–7pm</p><p>Sun &amp; Mon closed</p></div>
<div><h4>Find us</h4><p>12 Harbour Row, Whitby</p><p>Tel. 01947 555 0199</p></div>
<div><h4>Legal</h4><p>© 2026 Cut &amp; Cove 01947 555 0199</p><a href=/privacy>Privacy</a></div></footer>`
const page = (body: string) =>
  readPage(`<html lang=en><title>Salon | Cut &amp; Cove</title><body>${body}${footer}`, 'https://salon.example/')
const entries = (body: string) => {
  const read = page(body)
  return entriesOf(read, contentOf(read)).map(({ title, question, content }) => [question ?? title, content])
}

describe('a question on a button', () => {
  it.each([
    ['hidden', '<div hidden>'],
    ['not displayed', '<div style="display: none">'],
    ['shown', '<div>'],
  ])('is answered by the part after it, %s as it is', (_, open) => {
    const item = (question: string, answer: string) =>
      `<div><button>${question}</button>${open}<p>${answer}</p></div></div>`
    expect(
      entries(
        `<h1>Good to know</h1>${item('Do I need a patch test?', 'Yes, 48 hours before.')}${item('Can I cancel?', 'Up to 24 hours before.')}`,
      ),
    ).toEqual(
      expect.arrayContaining([
        ['Do I need a patch test?', 'Yes, 48 hours before.'],
        ['Can I cancel?', 'Up to 24 hours before.'],
      ]),
    )
  })

  it('in a heading is that heading, and what only opens a menu or sends a form is nothing', () => {
    const found = entries(
      `<button aria-expanded=false>Menu</button><h1>Service</h1><h3><button aria-expanded=false>Cancel an appointment</button></h3>
      <div hidden><p>Ring us a day before at the latest, or write.</p></div><form><button>Send the form</button></form><p>We are glad to help you.</p>`,
    )
    expect(found[0]![0]).toBe('Service › Cancel an appointment')
    expect(found[0]![1]).toContain('Ring us a day before')
    expect(JSON.stringify(found)).not.toMatch(/Menu|Send the form/)
  })
})

it('a price stands apart from its name, letters of one word do not', () => {
  const [, content] = entries(
    '<h1>Prices</h1><div><span>Cut</span><span>£48</span></div><ul><li><b>Beard trim</b><i>14 €</i></li></ul><p>H<sub>2</sub>O and <b>W</b><b>ord</b></p>',
  )[0]!
  expect(content).toBe('Cut £48\n\n- Beard trim 14 €\n\nH2O and Word')
})

describe('the frame of a page', () => {
  it('is left out but for how to reach the business and when it is open, under their own headings', () => {
    const found = entries('<h1>Hair by the harbour</h1><p>A small salon for cuts, colour and beards.</p>')
    expect(found).toEqual([
      ['Hair by the harbour', 'A small salon for cuts, colour and beards.'],
      ['Opening hours', 'Tue–Fri 9am–7pm\n\nSun & Mon closed'],
      ['Find us', '12 Harbour Row, Whitby\n\nTel. 01947 555 0199'],
    ])
  })

  it('is kept on the first page alone', () => {
    const read = page('<h1>Prices</h1><p>A cut is 48 pounds, a beard trim is 14 pounds.</p>')
    const own = new Set(read.blocks.filter(block => block.region !== 'edge').map(block => block.hash))
    const later = contentOf(read, hash => (own.has(hash) ? 'alone' : 'elsewhere'))
    expect(later.map(block => block.text)).toEqual(['Prices', 'A cut is 48 pounds, a beard trim is 14 pounds.'])
  })

  it.each([
    'Mo–Fr 8:00 – 18:00 Uhr',
    '9am to 5pm',
    '8–12 Uhr',
    '9h30 – 19h',
    'Tel.: 06400 / 55 12 30',
    '+44 1947 555 0199',
    'info@salon.example',
  ])('is known by its numbers: %s', line => expect(looksLikeContact(line)).toBe(true))
  it.each([
    '© 2026 Salon, +44 1947 555 0199',
    'Founded in 1998',
    '3 – 5 days',
    '12 Harbour Row',
    'Privacy',
    'Version 4.2 – 5 users',
  ])('is not taken from: %s', line => expect(looksLikeContact(line)).toBe(false))
})
