/** Follow-up questions take their topic from what was said before; new topics are never pulled back to it. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { splitQuestions } from '../../server/answer/conversation/split.ts'
import { answer, createIndex, type Entry, type Exchange, type Reply } from '../../server/answer/engine.ts'

const folder = 'scripts/follow-up'
const lines = <T>(file: string): T[] =>
  readFileSync(`${folder}/${file}`, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line))

const indexOf = (entries: Entry[]) => {
  const index = createIndex()
  for (const entry of entries) index.add(entry)
  return index
}
const exchangeOf = (message: string, reply: Reply): Exchange => ({
  message,
  response: reply.text,
  answered: reply.answered,
  sources: reply.citations.map(({ entry }) => entry.id),
  topic: reply.topic,
})

async function converse(entries: Entry[], messages: string[]): Promise<Reply> {
  const index = indexOf(entries)
  const history: Exchange[] = []
  let reply: Reply | undefined
  for (const message of messages) {
    reply = await answer(message, history, { index })
    history.push(exchangeOf(message, reply))
  }
  return reply!
}

const library: Entry[] = [
  { id: 'hall', kind: 'qa', question: 'When is the reading hall open?', text: 'From Monday to Friday, 9:00 to 20:00.' },
  { id: 'hall-sunday', kind: 'qa', question: 'Is the reading hall open on Sundays?', text: 'Yes, 13:00 to 17:00.' },
  {
    id: 'archive',
    kind: 'qa',
    question: 'When is the archive open?',
    text: 'From Tuesday to Thursday, 10:00 to 16:00.',
  },
  { id: 'archive-sunday', kind: 'qa', question: 'Is the archive open on Sundays?', text: 'No, it is closed.' },
  { id: 'card', kind: 'qa', question: 'How much is a library card?', text: 'A card costs 18 EUR a year.' },
  { id: 'copies', kind: 'qa', question: 'How much are photocopies?', text: 'A page costs 0.10 EUR.' },
  { id: 'print', kind: 'qa', question: 'Can I make photocopies?', text: 'Yes, on the first floor.' },
]

describe('a follow-up', () => {
  it.each([
    ['hall', 'hall-sunday'],
    ['archive', 'archive-sunday'],
  ])('means the %s that was talked about', async (topic, wanted) => {
    const name = topic === 'hall' ? 'reading hall' : topic
    const reply = await converse(library, [`When is the ${name} open?`, 'and on Sundays?'])
    expect(reply.citations.map(({ entry }) => entry.id)).toEqual([wanted])
    expect(reply.why.followUp).toMatchObject({ signals: ['connective'] })
  })

  it('keeps the topic through thanks and greetings', async () => {
    const reply = await converse(library, ['When is the archive open?', 'Thanks!', 'and on Sundays?'])
    expect(reply.citations[0]?.entry.id).toBe('archive-sunday')
  })

  it('keeps the topic from follow-up to follow-up', async () => {
    const reply = await converse(library, ['Can I make photocopies?', 'how much are they?', 'how much?'])
    expect(reply.citations[0]?.entry.id).toBe('copies')
  })
})

describe('a new topic', () => {
  it.each(['How much is a library card?', 'and how much is a library card?'])('is answered by itself: %s', async q => {
    const reply = await converse(library, ['Can I make photocopies?', q])
    expect(reply.citations[0]?.entry.id).toBe('card')
  })

  it('without an answer is refused', async () => {
    expect((await converse(library, ['When is the archive open?', 'and who won the chess game?'])).kind).toBe('refusal')
  })
})

describe('two questions in one message', () => {
  const asked = async (message: string) => {
    const parts: string[] = []
    const reply = await answer(message, [], { index: indexOf(library), onDelta: text => parts.push(text) })
    expect(parts.join('')).toBe(reply.text)
    return reply
  }
  const ids = (reply: Reply) => reply.citations.map(({ entry }) => entry.id)

  it.each([
    'When is the archive open and how much is a library card?',
    'When is the archive open? How much is a library card?',
    'when is the archive open?\nhow much is a library card?',
    'Hello! When is the archive open? And how much is a library card?',
  ])('are both answered, with both sources: %s', async message => {
    const reply = await asked(message)
    expect(ids(reply)).toEqual(['archive', 'card'])
    expect(reply.text).toBe('From Tuesday to Thursday, 10:00 to 16:00.\n\nA card costs 18 EUR a year.')
  })

  it('may lean on each other', async () => {
    expect(ids(await asked('Can I make photocopies and how much are they?'))).toEqual(['print', 'copies'])
  })

  it.each([
    'When is the archive open and who won the chess game?',
    'Is the archive open on Sundays and holidays?',
    'How much is a library card?',
    'and? and? and?',
    'when and where and how',
  ])('are left whole where that would not help: %s', async message => {
    expect(ids(await asked(message)).length).toBeLessThan(2)
  })

  it('are cut in many languages', () => {
    for (const [message, parts] of [
      ['Wann haben Sie geöffnet und kann ich mit Karte zahlen?', 2],
      ['¿A qué hora abren y puedo pagar con tarjeta?', 2],
      ['À quelle heure ouvrez-vous et puis-je payer par carte ?', 2],
      ['Quando aprite e posso pagare con carta?', 2],
      ['Когда вы открыты и можно ли платить картой?', 2],
      ['Brauche ich eine Überweisung und nehmt ihr Privatpatienten?', 2],
      ['Hasta qué hora abrís y tenéis terraza?', 2],
      ['几点开门？可以刷卡吗？', 2],
      ['何時に開きますか？カードは使えますか？', 2],
      ['Do you sell salt and pepper?', 1],
      ['Haben Sie Brot und Butter?', 1],
      ['What is the price of bed and breakfast?', 1],
    ] as const)
      expect([message, splitQuestions(message)?.length ?? 1]).toEqual([message, parts])
  })
})

it('changes nothing for a first question', async () => {
  const index = indexOf(library)
  for (const { question } of library) expect((await answer(question!, [], { index })).why.followUp).toBeUndefined()
})

it.each(['', '\u200b', '🙂', 'and', 'und?', '?'.repeat(10_000), 'and '.repeat(2_500), '字'.repeat(5_000)])(
  'takes %j in the middle of a conversation',
  async message => {
    expect((await converse(library, ['When is the archive open?', message])).text).not.toBe('')
  },
)

interface Case {
  kind: 'follow-up' | 'new-topic'
  before: string[]
  q: string
  gold: string[]
}

it('understands three follow-ups of four of the hand-written set, and does not drag new topics along', async () => {
  const right = { 'follow-up': [] as boolean[], 'new-topic': [] as boolean[] }
  for (const company of ['tidewater', 'rheinrad', 'casa-olivar']) {
    const entries = lines<Entry>(`${company}.entries.jsonl`)
    for (const { kind, before, q, gold } of lines<Case>(`${company}.cases.jsonl`)) {
      const reply = await converse(entries, [...before, q])
      const found = reply.citations[0]?.entry.id
      right[kind].push(gold.length === 0 ? found === undefined : found !== undefined && gold.includes(found))
    }
  }
  const rate = (list: boolean[]) => list.filter(Boolean).length / list.length
  expect(right['follow-up'].length + right['new-topic'].length).toBeGreaterThanOrEqual(150)
  expect(rate(right['follow-up'])).toBeGreaterThan(0.75)
  expect(rate(right['new-topic'])).toBeGreaterThan(0.9)
})
