import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { widgetLanguages } from '../../server/accounts/bot.ts'
import english from '../../widget/text/en.json'
import { loadSpeech as load } from '../../widget/text.ts'

vi.stubGlobal('PARLEY_WORDS', Object.keys(english).join(' '))
vi.stubGlobal('fetch', async (file: string) => {
  // As scripts/widget-build.mjs sends them.
  const words = JSON.parse(readFileSync(file, 'utf8'))
  return Response.json(Object.keys(english).map(name => words[name]))
})
const loadSpeech = (wanted: string[], own: (name: string) => string | undefined = () => undefined, chosen = '') =>
  load('widget/text/', wanted, chosen, own)

const languages = ['en', 'ar', 'de', 'es', 'fr', 'hi', 'it', 'ja', 'nl', 'pl', 'pt', 'ru', 'tr', 'zh']

describe('the words of the widget', () => {
  for (const language of languages) {
    it(`are complete in ${language}`, async () => {
      const { text, lang, dir } = await loadSpeech([language])
      expect(lang).toBe(language)
      expect(dir).toBe(language === 'ar' ? 'rtl' : 'ltr')
      expect(Object.keys(JSON.parse(readFileSync(`widget/text/${language}.json`, 'utf8')))).toEqual(
        Object.keys(english),
      )
      for (const [name, words] of Object.entries(text)) {
        expect(words.trim(), name).not.toBe('')
        expect(words.match(/\{\w+\}/g) ?? [], name).toEqual(name === 'quota' ? ['{date}'] : [])
      }
    })
  }

  it('are the client’s own where there are some', async () => {
    const { text } = await loadSpeech(['de'], name => (name === 'newChat' ? 'Von vorn' : undefined))
    expect([text.newChat, text.send]).toEqual(['Von vorn', 'Senden'])
  })

  it('are in another language wherever they are more than a word or two', async () => {
    const english = (await loadSpeech(['en'])).text
    for (const language of languages.slice(1)) {
      const { text } = await loadSpeech([language])
      for (const [name, words] of Object.entries(english)) {
        if (words.split(' ').length > 2) expect(text[name as keyof typeof text], `${language} ${name}`).not.toBe(words)
      }
    }
  })

  it('are the first of the wanted languages that is spoken, with its region, else English', async () => {
    expect((await loadSpeech(['cy-GB', 'pt-BR', 'en'])).lang).toBe('pt-BR')
    expect((await loadSpeech(['en-IE', 'de'])).lang).toBe('en-IE')
    expect((await loadSpeech(['cy', 'xx', ''])).lang).toBe('en')
    expect((await loadSpeech([])).lang).toBe('en')
  })

  it('are in one of the languages that the client has chosen, else in the first of those', async () => {
    const spoken = async (...wanted: string[]) => (await loadSpeech(wanted, undefined, 'de fr')).lang
    expect(await spoken('en', 'fr-CA')).toBe('fr-CA')
    expect(await spoken('en-GB', 'it')).toBe('de')
    expect(await spoken()).toBe('de')
  })

  it('are those that the server knows of, and friendly ones replace words that there are', () => {
    expect([...widgetLanguages].sort()).toEqual([...languages].sort())
    for (const file of readdirSync('widget/text/friendly')) {
      const words = Object.entries<string>(JSON.parse(readFileSync(`widget/text/friendly/${file}`, 'utf8')))
      const polite = JSON.parse(readFileSync(`widget/text/${file}`, 'utf8'))
      for (const [name, text] of words) expect(polite[name] ?? text, `${file} ${name}`).not.toBe(text)
    }
  })
})
