import { readFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import english from '../../widget/text/en.json'
import { loadSpeech as load } from '../../widget/text.ts'

vi.stubGlobal('PARLEY_WORDS', Object.keys(english).join(' '))
vi.stubGlobal('fetch', async (file: string) => {
  // As scripts/widget-build.mjs sends them.
  const words = JSON.parse(readFileSync(file, 'utf8'))
  return Response.json(Object.keys(english).map(name => words[name]))
})
const loadSpeech = (wanted: string[], own: (name: string) => string | undefined = () => undefined) =>
  load('widget/text/', wanted, own)

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
})
