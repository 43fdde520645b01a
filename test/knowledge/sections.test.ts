/** What a text's own headings are made of, where nothing marks them but how they are written. */
import { describe, expect, it } from 'vitest'
import { readFile } from '../../server/knowledge/intake/file/read.ts'

const read = async (text: string, name: string) =>
  (await readFile(Buffer.from(text), name)).entries.map(({ title, content }) => [title, content])

const menu = `TRATTORIA DA ELIO

ORARI
Lunedì chiuso, martedì - venerdì 12:00 - 14:30 e 19:00 - 23:00

PRIMI
Tagliatelle al ragù 13,00 €
Gnocchi al gorgonzola 12,50 €
Risotto ai funghi 15,00 € a persona
`

describe('a plain text', () => {
  it('has its headings in capitals, with their lines right below', async () => {
    expect(await read(menu, 'menu.txt')).toEqual([
      ['ORARI', 'Lunedì chiuso, martedì - venerdì 12:00 - 14:30 e 19:00 - 23:00'],
      ['PRIMI', 'Tagliatelle al ragù 13,00 €\nGnocchi al gorgonzola 12,50 €\nRisotto ai funghi 15,00 € a persona'],
    ])
  })

  it('has none in an address, an abbreviation or a sentence that is shouted', async () => {
    const text = [
      'ACME GMBH\nHAUPTSTRASSE 4\n35555 ROSENTAL',
      'IT\nWe look after servers and telephones of small companies.',
      'PLEASE RING TWICE.\nThe bell is old and does not always ring.',
    ].join('\n\n')
    const found = await read(text, 'note.txt')
    expect(found.map(([title]) => title)).toEqual([''])
  })
})

it('a section under a heading that says next to nothing keeps its own', async () => {
  const text = `# Staff handbook

Valid from 1 January.

## Holidays

Everybody has 30 days of holidays a year, asked for two weeks ahead.

## Illness

Ring your manager before nine o'clock, and send a certificate from the third day on.
`
  expect(await read(text, 'handbook.md')).toEqual([
    [
      'Staff handbook › Holidays',
      'Valid from 1 January.\n\nEverybody has 30 days of holidays a year, asked for two weeks ahead.',
    ],
    [
      'Staff handbook › Illness',
      "Ring your manager before nine o'clock, and send a certificate from the third day on.",
    ],
  ])
})
