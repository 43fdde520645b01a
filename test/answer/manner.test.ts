/** Tone, languages, own refusals, several ways on, and opening hours. */
import { describe, expect, it } from 'vitest'
import { answer, createIndex, type Hours, openState, stateText } from '../../server/answer/engine.ts'
import { hoursText } from '../../server/answer/talk/hours.ts'
import { asksForHours } from '../../server/answer/talk/hours-question.ts'
import { phrases, phrasesOf } from '../../server/answer/talk/phrases.ts'
import { tones } from '../../server/answer/talk/tones.ts'
import type { AnswerDeps, Entry } from '../../server/answer/types.ts'

const indexOf = (...entries: Entry[]) => {
  const index = createIndex()
  for (const entry of entries) index.add(entry)
  return index
}
const service: Entry = { id: 'price', kind: 'qa', question: 'How much is a full service?', text: 'It is 119 EUR.' }
const ask = (message: string, deps: Partial<AnswerDeps> = {}) =>
  answer(message, [], { index: indexOf(service), ...deps })

describe('tone', () => {
  it('changes what the bot says of its own, and never the client’s words', async () => {
    expect((await ask('Hallo', { tone: 'friendly', botName: 'Kai' })).text).toContain('Was möchtest du wissen?')
    expect((await ask('Hallo', { tone: 'neutral', botName: 'Kai' })).text).toContain('Was möchten Sie wissen?')
    expect(
      (await ask('Wer gewann 1972 das Schachturnier?', { tone: 'friendly', contact: 'a@b.example' })).text,
    ).toContain('dir')
    for (const tone of ['neutral', 'formal', 'friendly'] as const)
      expect((await ask('How much is a full service?', { tone })).text).toBe('It is 119 EUR.')
  })

  it('keeps what is to be filled in, and addresses one person in one way', () => {
    for (const byLang of Object.values(tones))
      for (const [lang, own] of Object.entries(byLang))
        for (const [name, words] of Object.entries(own)) {
          const neutral = phrases[lang]![name as keyof (typeof phrases)['en']]
          expect(words.match(/\{\w+\}/g), `${lang} ${name}`).toEqual(neutral.match(/\{\w+\}/g))
        }
    for (const words of Object.values(phrasesOf('de', 'friendly')))
      expect(words).not.toMatch(/\b(?:Sie|Ihnen|Ihren?)\b/)
    for (const words of Object.values(phrasesOf('fr', 'friendly'))) expect(words).not.toMatch(/\b(?:vous|votre)\b/)
  })
})

describe('languages', () => {
  it('a visitor in another one is told kindly, in the main one, which there are', async () => {
    const { text, lang } = await ask('Quel est le prix d’une croisière en Norvège ?', { languages: ['de', 'en'] })
    expect(text).toBe(`${phrases.de!.refusal} Weiterhelfen kann ich hier auf Deutsch und Englisch.`)
    expect(lang).toBe('fr')
    expect((await ask('Bonjour', { languages: ['de', 'en'] })).text).toContain('Ich bin der Assistent')
    expect((await ask('Guten Tag', { languages: ['en', 'de'] })).text).toContain('Ich bin der Assistent')
  })

  it('is no reason to keep back an answer that there is', async () => {
    expect(await ask('How much is a full service?', { languages: ['de'] })).toMatchObject({ text: 'It is 119 EUR.' })
  })
})

describe('a refusal', () => {
  const question = 'Who won the chess championship in 1972?'
  it('is in the client’s own words, by language or for all', async () => {
    const refusals = { de: 'Da muss ich passen.', '*': 'No idea, matey.' }
    expect((await ask(question, { refusals })).text).toBe('No idea, matey.')
    expect((await ask('Wer wurde 1972 Weltmeister im Schach?', { refusals })).text).toBe('Da muss ich passen.')
    expect((await ask(question, { refusals: { de: 'Da muss ich passen.' } })).text).toBe(phrases.en!.refusal)
  })

  it('names several ways on as a list, and none where they are shown beside it', async () => {
    const contact = ['Sales: a@b.example', '+49 30 123']
    expect((await ask(question, { contact })).text).toBe(
      `${phrases.en!.refusal}\n\nYou can get help here:\n\n- Sales: a@b.example\n- +49 30 123`,
    )
    expect((await ask(question, { contact: ['a@b.example'] })).text).toBe(
      `${phrases.en!.refusal} You can get help here: a@b.example`,
    )
    expect(await ask(question, { contact, apart: true })).toMatchObject({ text: phrases.en!.refusal, onward: true })
    expect(await ask('I want to talk to a human', { contact, apart: true })).toMatchObject({
      text: 'You can get help here.',
      onward: true,
    })
  })
})

const weekdays: Hours['week'] = [
  ...Array(5).fill([
    ['09:00', '12:30'],
    ['14:00', '18:00'],
  ]),
  [['10:00', '14:00']],
  [],
]
const hours: Hours = {
  timezone: 'Europe/Berlin',
  week: weekdays,
  closed: [{ from: '2026-12-24', to: '2026-12-26', note: 'Christmas' }],
}
const at = (time: string) => new Date(time)

describe('opening hours', () => {
  it.each([
    // Berlin is two hours ahead in summer, one in winter.
    ['2026-07-06T07:00:00Z', true, 'Open now, until 12:30 PM'],
    ['2026-07-06T06:59:00Z', false, 'Closed now. Next open: today 9:00 AM'],
    ['2026-07-06T10:30:00Z', false, 'Closed now. Next open: today 2:00 PM'],
    ['2026-07-06T16:00:00Z', false, 'Closed now. Next open: tomorrow 9:00 AM'],
    ['2026-07-11T12:00:00Z', false, 'Closed now. Next open: Monday 9:00 AM'],
    ['2026-01-05T08:00:00Z', true, 'Open now, until 12:30 PM'],
    // The night in which the clock is put forward.
    ['2026-03-28T22:59:00Z', false, 'Closed now. Next open: Monday 9:00 AM'],
    ['2026-12-23T17:00:00Z', false, 'Closed now. Next open: Monday 9:00 AM'],
    ['2026-12-24T10:00:00Z', false, 'Closed now. Next open: Monday 9:00 AM'],
  ])('at %s: open %s, “%s”', (time, open, text) => {
    expect(openState(hours, at(time)).open).toBe(open)
    expect(stateText(hours, at(time), 'en').replaceAll('\u202f', ' ')).toBe(text)
  })

  it('go past midnight, and are never ending where they meet', () => {
    const bar: Hours = { timezone: 'UTC', week: Array(7).fill([['18:00', '02:00']]), closed: [] }
    expect(openState(bar, at('2026-07-06T01:59:00Z')).open).toBe(true)
    expect(openState(bar, at('2026-07-06T02:00:00Z')).open).toBe(false)
    expect(stateText(bar, at('2026-07-06T20:00:00Z'), 'de')).toBe('Jetzt geöffnet, bis 2:00')
    const always: Hours = { timezone: 'UTC', week: Array(7).fill([['00:00', '24:00']]), closed: [] }
    expect(stateText(always, at('2026-07-06T20:00:00Z'), 'en')).toBe('Open now')
    const never: Hours = { timezone: 'UTC', week: Array(7).fill([]), closed: [] }
    expect(stateText(never, at('2026-07-06T20:00:00Z'), 'en')).toBe('Closed now')
  })

  it('are told as a week, with the days closed soon', () => {
    const text = hoursText(hours, at('2026-12-22T10:00:00Z'), 'de')
    expect(text).toBe(
      'Unsere Öffnungszeiten:\n\n- Montag – Freitag: 9:00–12:30, 14:00–18:00\n- Samstag: 10:00–14:00\n- Sonntag: geschlossen\n- 24. Dezember – 26. Dezember: geschlossen (Christmas)\n\nJetzt geöffnet, bis 12:30',
    )
    expect(hoursText(hours, at('2026-07-06T10:00:00Z'), 'en')).not.toContain('Christmas')
  })

  it.each([
    'When are you open?',
    'Are you open on Sunday?',
    'opening hours',
    'How late are you open today?',
    'Wann habt ihr geöffnet?',
    'Öffnungszeiten',
    'Wie lange haben Sie heute auf?',
    '¿Cuál es el horario de atención?',
    'Quels sont vos horaires d’ouverture ?',
    'Quali sono i vostri orari?',
    'Wat zijn jullie openingstijden?',
    'Jakie są godziny otwarcia?',
    'Какие у вас часы работы?',
    'Çalışma saatleriniz nedir?',
    '营业时间是什么？',
    '営業時間を教えてください',
    'ما هي ساعات العمل؟',
  ])('are asked for by “%s”', question => {
    expect(asksForHours(question)).toBe(true)
  })

  it.each([
    'When does the pool open?',
    'How do I open an account?',
    'How do you open it?',
    'I want to close my account',
    'Is the café closed for renovation?',
    'Wann öffnet das Freibad?',
    'Can I open the battery?',
    'What day is it today?',
    'Hi',
    '',
  ])('are not asked for by “%s”', question => {
    expect(asksForHours(question)).toBe(false)
  })

  const openingHours = { hours, now: at('2026-07-06T07:00:00Z') }
  it('are answered where the entries have nothing, and never instead of what the client wrote', async () => {
    const told = await ask('When are you open?', { openingHours })
    expect(told).toMatchObject({ kind: 'answer', answered: true, citations: [] })
    expect(told.text).toContain('Saturday')
    const own: Entry = { id: 'own', kind: 'qa', question: 'When are you open?', text: 'Whenever the light is on.' }
    const known = await answer('When are you open?', [], { index: indexOf(service, own), openingHours })
    expect(known.text).toBe('Whenever the light is on.')
    expect((await ask('When does the pool open?', { openingHours })).kind).toBe('refusal')
    expect((await ask('When are you open?')).kind).toBe('refusal')
  })
})
