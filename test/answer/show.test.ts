/** What a visitor sees of an entry, and what is offered: tables, rows, headings, the words of an offer sent back. */
import { describe, expect, it } from 'vitest'
import { answer, createIndex, type Entry } from '../../server/answer/engine.ts'

const prices = [
  'Before any larger job you get a written offer, which is free of charge and good for six weeks.',
  '',
  'Service: Boiler check; Price: 140 €; Duration: 1 hour',
  'Service: Radiator bleeding; Price: 25 €; Duration: 20 minutes',
  'Service: Leak search with a thermal camera; Price: 210 €; Duration: 2 hours',
  'Service: New tap, fitted; Price: from 95 €; Duration: 1 hour',
  'Service: Drain cleaning; Price: 120 €; Duration: 1 hour',
  '',
  'Travel within the city is included in all of these.',
].join('\n')

const entries: Entry[] = [
  { id: 'prices', kind: 'text', title: 'Prices', text: prices },
  {
    id: 'notice',
    kind: 'text',
    title: 'Emergency',
    text: 'Prices for emergencies are higher: prices at night are doubled, prices on holidays too. Call the emergency number.',
  },
  {
    id: 'pump',
    kind: 'row',
    title: 'Pumps › Nordwind heat pump',
    text: 'Code: NW-7; Name: Nordwind heat pump; Price: 7,900 €; Noise: 42 dB; Warranty: 10 years',
  },
  {
    id: 'tank',
    kind: 'row',
    title: 'Pumps › Sued buffer tank',
    text: 'Code: SB-3; Name: Sued buffer tank; Price: 1,150 €; Volume: 300 l; Warranty: 5 years',
  },
]

const handbook: Entry[] = ['Ports', 'Backups', 'Sign-in', 'Licence keys', 'Removal', 'Logs'].map(name => ({
  id: name,
  kind: 'text',
  title: `Administrator handbook › ${name}`,
  text: `${name}: what to know about this part of the program is said here.`,
}))

function indexOf(list: Entry[]) {
  const index = createIndex()
  for (const entry of list) index.add(entry)
  return index
}
const ask = (question: string, list = entries) => answer(question, [], { index: indexOf(list), threshold: 0.2 })

describe('a table within a text', () => {
  it('is answered by the line that the question is about', async () => {
    const reply = await ask('How much is the leak search?')
    expect(reply.text).toBe('Leak search with a thermal camera – Price: 210 €; Duration: 2 hours')
    expect(reply.citations[0]!.quote).toBe(
      'Service: Leak search with a thermal camera; Price: 210 €; Duration: 2 hours',
    )
  })

  it('is shown whole, as a list, when no single line is asked for', async () => {
    const { text } = await ask('Prices')
    expect(text).toContain('- Boiler check – Price: 140 €; Duration: 1 hour\n')
    expect(text).toContain('- Drain cleaning – Price: 120 €; Duration: 1 hour')
  })

  it('is answered by its line where it is short, too', async () => {
    const delivery = ['France: 2 days; 4.90 €', 'Belgium: 4 days; 7.90 €', 'Switzerland: 6 days; 14.90 €']
      .map(line => line.replace(/^(.*): (.*); (.*)$/, 'Country: $1; Time: $2; Price: $3'))
      .join('\n')
    const list: Entry[] = [{ id: 'd', kind: 'text', title: 'Delivery', text: `${delivery}\n\nFree from 60 € on.` }]
    expect((await ask('Delivery to Belgium', list)).text).toBe('Belgium – Time: 4 days; Price: 7.90 €')
    expect((await ask('Delivery', list)).text).toContain('- France – ')
  })

  it('is found by the line after a question about another one', async () => {
    const index = indexOf(entries)
    const first = await answer('What does a boiler check cost?', [], { index, threshold: 0.2 })
    const next = await answer(
      'and drain cleaning?',
      [
        {
          message: 'What does a boiler check cost?',
          response: first.text,
          answered: true,
          sources: ['prices'],
          topic: first.topic,
        },
      ],
      { index, threshold: 0.2 },
    )
    expect(next.text).toBe('Drain cleaning – Price: 120 €; Duration: 1 hour')
  })
})

describe('a row', () => {
  it('says of what the field is', async () => {
    expect((await ask('price of the Nordwind heat pump')).text).toBe('Nordwind heat pump – Price: 7,900 €')
  })

  it('with many fields is a list under its name', async () => {
    const reply = await ask('Sued buffer tank')
    expect(reply.text).toBe('Sued buffer tank\n\n- Code: SB-3\n- Price: 1,150 €\n- Volume: 300 l\n- Warranty: 5 years')
    expect(reply.citations[0]!.quote).toBe(entries[3]!.text)
  })
})

describe('an answer', () => {
  it('ends with its sentence, or with dots', async () => {
    const clause = 'the part number nine hundred and seven has to be turned to the left by a quarter'
    for (const clauses of [5, 12]) {
      const text = `The valve opens like this: ${Array.from({ length: clauses }, () => clause).join(', ')}. The pump is quiet.\n\nThe house is warm.`
      const reply = await ask('How does the valve open?', [{ id: 'v', kind: 'text', title: 'Valve', text }])
      expect(reply.text).toMatch(/(\.| …)$/)
      expect(text).toContain(reply.citations[0]!.quote)
    }
  })
})

describe('what is offered', () => {
  it('leaves out the title that a whole document stands under', async () => {
    const index = indexOf(handbook)
    expect(index.suggest('lic')).toEqual(['Licence keys'])
    expect(index.label(handbook[1]!)).toBe('Backups')
    const { suggestions } = await answer('backups of the program', [], { index, threshold: 1 })
    for (const offered of suggestions) expect(offered).not.toContain('›')
  })

  it('keeps it where two documents have the same headings', () => {
    const second = handbook.map(entry => ({
      ...entry,
      id: `${entry.id} 2`,
      title: entry.title!.replace('Administrator', 'User'),
    }))
    const index = indexOf([...handbook, ...second])
    expect(index.label(handbook[1]!)).toBe('Administrator handbook › Backups')
    for (const entry of second) index.remove(entry.id)
    expect(index.label(handbook[1]!)).toBe('Backups')
  })

  it('is answered by the entry it stands for when it is sent back, however often others say the word', async () => {
    const index = indexOf([...entries, ...handbook])
    for (const entry of [...entries, ...handbook]) {
      const reply = await answer(index.label(entry)!, [], { index })
      expect([reply.kind, reply.citations[0]?.entry.id]).toEqual(['answer', entry.id])
    }
  })
})

describe('a question that nothing resembles', () => {
  it('is refused in the language of the knowledge, unless it is plainly in another', async () => {
    const index = indexOf([
      { id: '1', kind: 'qa', question: '¿Dónde está la recepción?', text: 'La recepción está en la planta baja.' },
      { id: '2', kind: 'qa', question: '¿Hay toallas?', text: 'Las toallas están en la habitación.' },
    ])
    expect((await answer('teneis gimnasio?', [], { index })).lang).toBe('es')
    expect((await answer('where do you have the gym?', [], { index })).lang).toBe('en')
    const reply = await answer('teneis gimnasio?', [], { index, suggestions: ['¿Hay toallas?'] })
    expect([reply.kind, reply.suggestions]).toEqual(['refusal', ['¿Hay toallas?']])
  })
})
