/** Files that other programs made (`test/fixtures/intake`): what each becomes, and what was left out and why. */
import { readdirSync } from 'node:fs'
import { readFile as readBytes } from 'node:fs/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { readFile } from '../../server/knowledge/intake/file/read.ts'
import type { FileReading } from '../../server/knowledge/intake/file/reading.ts'

const folder = 'test/fixtures/intake/file'
const summary: string[] = []
const read = async (name: string): Promise<FileReading> => {
  const reading = await readFile(await readBytes(`${folder}/${name}`), name)
  const skipped = reading.skipped.map(({ what, reason }) => `${what} (${reason})`).join(', ')
  summary.push(`${name}: ${reading.entries.length} entries kept${skipped ? `, skipped ${skipped}` : ''}`)
  return reading
}
const refusal = async (name: string): Promise<string> => {
  try {
    await readFile(await readBytes(`${folder}/${name}`), name)
  } catch (error) {
    summary.push(`${name}: refused (${(error as Error).message})`)
    return (error as Error).message
  }
  throw new Error(`${name} was not refused`)
}
const shown = ({ entries }: FileReading) =>
  entries.map(({ kind, title, question, content, origin }) => [kind, origin ?? '', question ?? title, content])

afterAll(() => console.log(`${summary.length} of ${readdirSync(folder).length} files:\n${summary.join('\n')}`))

/** The same guide, as every program wrote it. */
const guide = [
  ['Guide for guests', 'Welcome to the Lindenhof. This guide answers what guests ask most.'],
  [
    'Arrival',
    'Rooms are ready from 3 pm. Late arrivals ring the bell at the side door; the code is in your confirmation.',
  ],
  ['Parking', 'The car park behind the house costs 8 euros a night. Two places have a charger of 11 kW.'],
  [
    'Breakfast',
    /^Breakfast is served from 7 to 10 am in the orangery\.\n+\W*Gluten-free bread on request\n\W*Oat milk/,
  ],
  [
    'Prices',
    'Room: Garden; Guests: 2; Price per night: 94 €\nRoom: Tower; Guests: 2; Price per night: 128 €\nRoom: Family; Guests: 4; Price per night: 156 €',
  ],
  ['May I bring a dog?', 'Yes, dogs up to 20 kg stay for 12 euros a night.'],
  ['Is there a lift?', 'No, the house has three floors and stairs only.'],
] as const

describe.each([
  'pandoc.html',
  'pandoc.docx',
  'pandoc.md',
  'pandoc.txt',
  'libreoffice-writer.docx',
  'libreoffice-writer.pdf',
  'chromium-print.pdf',
  'ghostscript.pdf',
  'qpdf-restricted.pdf',
])('%s', name => {
  it('keeps sections under their headings, tables as lines, and questions with their answers', async () => {
    const reading = await read(name)
    expect(reading.entries.map(({ kind }) => kind)).toEqual(['text', 'text', 'text', 'text', 'text', 'qa', 'qa'])
    for (const [i, [heading, content]] of guide.entries()) {
      const entry = reading.entries[i]!
      expect(entry.question ?? entry.title!.split(' › ').at(-1)).toBe(heading)
      // Plain text has no tables: there the columns stay as they stand.
      if (name === 'pandoc.txt' && heading === 'Prices') expect(entry.content).toMatch(/Garden +2 +94 €/)
      else if (typeof content === 'string') expect(entry.content).toBe(content)
      else expect(entry.content).toMatch(content)
    }
    if (name.endsWith('.pdf')) for (const { origin } of reading.entries) expect(origin).toMatch(/^page [12]$/)
    expect(reading.skipped).toEqual([])
  })
})

it('reads a workbook with the figures its sheets show', async () => {
  expect(shown(await read('libreoffice-calc.xlsx'))).toEqual([
    [
      'row',
      'sheet Preise, row 2',
      'Preise › Brücke „Süd“',
      'Artikel: Brücke „Süd“; Preis netto: 100,00 €; MwSt.: 19%; Preis brutto: 119,00 €; Gültig ab: 2026-03-01',
    ],
    [
      'row',
      'sheet Preise, row 3',
      'Preise › Geländer; verzinkt',
      'Artikel: Geländer; verzinkt; Preis netto: 49,50 €; MwSt.: 7%; Preis brutto: 52,97 €; Gültig ab: 2026-04-15',
    ],
    ['qa', 'sheet Fragen, row 1', 'Liefern Sie auch samstags?', 'Ja, gegen 15 Euro Aufpreis.'],
    ['qa', 'sheet Fragen, row 2', 'Nehmen Sie alte Geländer zurück?', 'Ja, ohne Kosten.'],
  ])
})

it.each(['libreoffice-calc-cp1252.csv', 'libreoffice-calc-utf8.csv', 'libreoffice-calc-utf16.tsv'])(
  'finds the encoding and the delimiter of %s',
  async name => {
    expect(shown(await read(name))).toMatchObject([
      ['row', 'row 2', 'Brücke „Süd“', expect.stringMatching(/^Artikel: Brücke „Süd“; Preis netto: 100[.,]00 €;/)],
      ['row', 'row 3', 'Geländer; verzinkt', expect.stringContaining('Gültig ab: 15.04.2026')],
    ])
  },
)

it.each(['python-cp1252.csv', 'python-utf8-bom.csv', 'python-utf16.csv'])(
  'makes pairs of %s by its headers',
  async name => {
    const { entries, table } = await read(name)
    expect(table).toMatchObject({
      sure: true,
      columns: [{ role: 'question' }, { role: 'content' }, { role: 'category' }],
    })
    expect(entries).toMatchObject([
      {
        kind: 'qa',
        question: 'Wann öffnet die Küche?',
        content: 'Um 11:30 Uhr; sonntags um 12 Uhr.',
        category: 'Küche',
      },
      { kind: 'qa', question: 'Gibt es vegane Gerichte?', content: 'Ja: „Grüne Soße“ und mehr.', category: 'Küche' },
    ])
  },
)

it('reads Japanese in Shift JIS', async () => {
  const { entries } = await read('python-shift-jis.csv')
  expect(entries[1]).toMatchObject({
    question: '駐車場はありますか？',
    content: 'はい、建物の裏に十二台分あります。',
  })
})

it('leaves out a hidden sheet and a question without an answer, and says so', async () => {
  const reading = await read('openpyxl.xlsx')
  expect(reading.entries).toMatchObject([
    { question: 'Do you deliver on Sundays?', category: 'delivery', url: 'https://example.com/delivery' },
    { question: 'When was the shop founded?', content: '1987-05-04' },
  ])
  expect(reading.skipped).toEqual([
    { what: 'sheet Intern', reason: 'The sheet is hidden.' },
    { what: 'row 4', reason: 'There is no answer to its question.' },
  ])
})

it('reads a Word file whose questions are only bold', async () => {
  const { entries } = await read('python-docx.docx')
  expect(entries[0]!.content).toContain('Room: Kitchen; How often: weekly; Soap: 20 ml')
  expect(entries.slice(1)).toMatchObject([
    { kind: 'qa', question: 'How soon may I walk on it?', content: expect.stringMatching(/^After 24 hours/) },
    { kind: 'qa', question: 'Which oil do you use?', content: expect.stringContaining('3062') },
  ])
})

it('leaves running heads and page numbers out of a PDF, joins what a line cut, and knows the page', async () => {
  expect(shown(await read('reportlab.pdf'))).toEqual([
    [
      'text',
      'page 1',
      'Handbook for visitors › Opening hours',
      expect.stringMatching(/^The museum is open .* the house\.$/),
    ],
    [
      'text',
      'page 2',
      'Handbook for visitors › Tickets',
      'Visitor: Adult; Price: £12.00; Valid: 1 day\nVisitor: Child; Price: £5.00; Valid: 1 day\nVisitor: Family; Price: £28.00; Valid: 2 days',
    ],
    [
      'text',
      'page 3',
      'Handbook for visitors › Guided tours',
      expect.stringContaining('where the floor is uneven and wet.'),
    ],
    ['text', 'page 4', 'Handbook for visitors › Lost property', expect.stringMatching(/^What is found .* charity\.$/)],
  ])
})

it('reads JSON and JSON Lines, and names the line that is none', async () => {
  expect(shown(await read('python.json'))).toEqual([
    ['qa', 'item 1', 'Do you ship abroad?', 'Yes, to the EU and Norway.'],
    ['qa', 'item 2', 'Who pays customs?', 'You do.\ntags: shipping, abroad'],
  ])
  const lines = await read('python.jsonl')
  expect(shown(lines)).toEqual([
    ['text', 'line 1', 'Warranty', 'Five years on frames.'],
    ['text', 'line 2', 'Returns', 'Within 30 days.'],
  ])
  expect(lines.skipped).toEqual([{ what: 'line 3', reason: 'It is not valid JSON.' }])
})

it('refuses a scan and a locked file with their reasons', async () => {
  expect(await refusal('ghostscript-scan.pdf')).toMatch(/no text in this PDF, only pictures of it/)
  expect(await refusal('qpdf-encrypted.pdf')).toMatch(/protected by a password/)
})
