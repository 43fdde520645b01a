/** Small talk is recognised as a whole, answered in its own language, and never swallows a question. */
import { describe, expect, it } from 'vitest'
import { answer, createIndex } from '../../server/answer/engine.ts'
import { fold } from '../../server/answer/talk/fold.ts'
import { lexicon } from '../../server/answer/talk/lexicon.ts'
import { phrases } from '../../server/answer/talk/phrases.ts'
import { smallTalk } from '../../server/answer/talk/small-talk.ts'
import type { Entry } from '../../server/answer/types.ts'

const entries: Entry[] = [
  { id: 'hours', kind: 'qa', question: 'When are you open?', text: 'We are open from 9:00 to 18:30.' },
  { id: 'price', kind: 'qa', question: 'How much is a full service?', text: 'A full service is 119 EUR.' },
]
const index = createIndex()
for (const entry of entries) index.add(entry)
const ask = (message: string) =>
  answer(message, [], { index, botName: 'Harbour Lane Cycles', contact: 'hello@example.com' })

describe('small talk', () => {
  it.each([
    ['Hi!', 'greeting', 'en'],
    ['Good morning 🙂', 'greeting', 'en'],
    ['Grüß Gott', 'greeting', 'de'],
    ['¿Qué tal?', 'wellbeing', 'es'],
    ['Êtes-vous un robot ?', 'human', 'fr'],
    ['are you gpt?', 'human', 'en'],
    ['Bist du eine KI?', 'human', 'de'],
    ['q tal', 'wellbeing', 'es'],
    ['thank you very much, bye', 'bye', 'en'],
    ['Здравствуйте!', 'greeting', 'ru'],
    ['ありがとうございます', 'thanks', 'ja'],
    ['你好', 'greeting', 'zh'],
    ['مرحباً', 'greeting', 'ar'],
    ['नमस्ते', 'greeting', 'hi'],
    ['สวัสดีครับ', 'greeting', 'th'],
    ['안녕하세요', 'greeting', 'ko'],
    ['Cảm ơn', 'thanks', 'vi'],
    ['Ευχαριστώ πολύ', 'thanks', 'el'],
    ['you are useless', 'abuse', 'en'],
  ])('knows %s as %s', async (message, kind, lang) => {
    expect(smallTalk(message)).toMatchObject({ kind, langs: expect.arrayContaining([lang]) })
    const reply = await ask(message)
    expect(reply).toMatchObject({ kind: 'small-talk', answered: false, lang, citations: [] })
    expect(reply.text).toBe(phrases[lang]![kind as 'greeting'].replace('{name}', 'Harbour Lane Cycles'))
  })

  it.each([
    ['help', 'greeting', 'en'],
    ['Ich habe eine Frage', 'greeting', 'de'],
    ['我要人工客服', 'contact', 'zh'],
    ['I want to talk to a human', 'contact', 'en'],
    ['Kann ich mit einem Menschen sprechen?', 'contact', 'de'],
    ['оператор', 'contact', 'ru'],
    ['オペレーター', 'contact', 'ja'],
  ])('answers %s with the words for %s', async (message, kind, lang) => {
    const reply = await ask(message)
    expect(reply).toMatchObject({ kind: 'small-talk', lang })
    const words = phrases[lang]![kind as 'greeting']
    expect(reply.text).toBe(words.replace('{name}', 'Harbour Lane Cycles').replace('{contact}', 'hello@example.com'))
  })

  it.each([
    ['en', 'this bot sucks'],
    ['de', 'Du bist blöd!'],
    ['es', 'eres inútil'],
    ['fr', 'tu sers à rien'],
    ['it', 'fai schifo'],
    ['pt', 'você é inútil'],
    ['nl', 'waardeloze bot'],
    ['sv', 'värdelös'],
    ['pl', 'jesteś głupi'],
    ['ro', 'ești prost'],
    ['tr', 'işe yaramaz'],
    ['ru', 'бесполезный бот'],
    ['el', 'είσαι ηλίθιος'],
    ['ar', 'أنت غبي'],
    ['hi', 'तुम बेवकूफ हो'],
    ['vi', 'đồ ngu'],
    ['th', 'บอทโง่'],
    ['zh', '你很笨'],
    ['ja', '役立たず'],
    ['ko', '쓸모없어'],
  ])('stays kind in %s', async (lang, message) => {
    expect(await ask(message)).toMatchObject({ kind: 'small-talk', lang, text: phrases[lang]!.abuse })
  })

  it.each(['sdkfjhskdf', 'xcvbnmxcv hjklhjkl', 'ασδφγ', 'йцукен', 'ضصثقف', 'ㅋㅋㅋㅋㅋ', '哈哈哈哈'])(
    'does not take %s for a question',
    async message => {
      expect((await ask(message)).kind).toBe('small-talk')
    },
  )

  it.each(['Rechtsschutz', 'rhythm', 'PPPoE', 'schwarz', 'https', 'Angstschweiß'])(
    'leaves the word %s alone',
    async word => {
      expect((await ask(word)).kind).not.toBe('small-talk')
    },
  )

  it('leaves a word of small talk that the entries answer to them', async () => {
    const own = createIndex()
    own.add({ id: 'menu', kind: 'qa', question: 'What is on the menu?', text: 'Soup and bread.' })
    expect(await answer('menu', [], { index: own })).toMatchObject({ kind: 'answer', text: 'Soup and bread.' })
    expect((await ask('menu')).kind).toBe('small-talk')
  })

  it('offers the client’s own questions after a greeting', async () => {
    const suggestions = ['When are you open?', 'How much is a full service?']
    expect((await answer('Hello', [], { index, suggestions })).suggestions).toEqual(suggestions)
    expect((await answer('Bye', [], { index, suggestions })).suggestions).toEqual([])
  })

  it.each(['', '   ', '???', '🎉🎉', '\u200b\u202e', 'asdfgh', 'jjjjjjj', 'fghjk dfgh'])(
    'asks for words after %j',
    async message => {
      expect(await ask(message)).toMatchObject({ kind: 'small-talk', text: phrases.en!.wordless })
    },
  )

  it.each(['Hi, when are you open?', 'Thanks! How much is a full service?', 'hello when open'])(
    'does not swallow the question in %s',
    async message => {
      expect(smallTalk(message)).toBeUndefined()
      expect((await ask(message)).kind).toBe('answer')
    },
  )

  it.each(['12345', 'tree', 'were', 'Express', 'SKU 4567', 'PPPoE'])('leaves %s to the knowledge', message => {
    expect(smallTalk(message)).toBeUndefined()
  })

  it("prefers the client's own words for it", async () => {
    const own = createIndex()
    own.add({ id: 'bot', kind: 'qa', question: 'Are you a bot?', text: 'Yes, I am Bix, the shop’s bot.' })
    expect(await answer('are you a bot', [], { index: own })).toMatchObject({
      kind: 'answer',
      text: 'Yes, I am Bix, the shop’s bot.',
    })
  })
})

describe('a refusal', () => {
  it('says so in the language of the question, with the way on', async () => {
    const reply = await ask('Wer hat im Jahre 1923 den Nobelpreis für Physik gewonnen und warum?')
    expect(reply).toMatchObject({ kind: 'refusal', answered: false, lang: 'de', citations: [] })
    expect(reply.text).toContain(phrases.de!.refusal)
    expect(reply.text).toContain('hello@example.com')
  })

  it('is given by an empty knowledge base', async () => {
    expect(await answer('When are you open?', [], { index: createIndex() })).toMatchObject({
      kind: 'refusal',
      confidence: 0,
    })
  })
})

describe('a choice', () => {
  const rooms = createIndex()
  for (const [id, floor] of [
    ['north', 'north'],
    ['south', 'south'],
  ])
    rooms.add({
      id: id!,
      kind: 'qa',
      question: `How large is the ${floor} hall?`,
      text: `The ${floor} hall has 80 seats.`,
    })

  it('is offered where an answer was nearly given and two entries are as likely', async () => {
    const confident = (await answer('large hall', [], { index: rooms })).confidence
    const reply = await answer('large hall', [], { index: rooms, threshold: Math.min(0.99, confident + 0.05) })
    expect(reply).toMatchObject({ kind: 'choice', answered: false, citations: [], lang: 'en' })
    expect(reply.suggestions.sort()).toEqual(['How large is the north hall?', 'How large is the south hall?'])
    expect(reply.text).toContain(phrases.en!.choice)
    for (const question of reply.suggestions) expect(reply.text).toContain(question)
  })

  it('is none where nothing is likely', async () => {
    expect((await answer('Who won the chess game?', [], { index: rooms })).kind).toBe('refusal')
  })
})

describe('the phrases', () => {
  it('are complete in every language', () => {
    const members = Object.keys(phrases.en!).sort()
    for (const [lang, own] of Object.entries(phrases)) {
      expect([lang, Object.keys(own).sort()]).toEqual([lang, members])
      for (const text of Object.values(own)) expect(text.trim()).toBe(text)
      expect(own.contact).toContain('{contact}')
      expect(own.greeting).toContain('{name}')
    }
  })

  it('have small talk in each language, folded as messages are', () => {
    for (const [kind, book] of Object.entries(lexicon)) {
      for (const lang of Object.keys(phrases)) {
        const own = [...book].filter(([, langs]) => langs.includes(lang)).map(([phrase]) => phrase)
        expect([kind, lang, own.length > 0]).toEqual([kind, lang, true])
        for (const phrase of own) expect(fold(phrase)).toBe(phrase)
      }
    }
  })
})

it('reads 100 KB of anything quickly enough to be called on every message', () => {
  for (const text of ['a', 'ab ', '?', 'hello ', 'é', '\u0300', 'qwe', '👩‍👩‍👧']) {
    expect(() => smallTalk(text.repeat(100_000 / text.length))).not.toThrow()
    expect(() => fold(text.repeat(100_000 / text.length))).not.toThrow()
  }
})
