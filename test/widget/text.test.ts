import { describe, expect, it } from 'vitest'
import { loadSpeech } from '../../widget/text.ts'

const languages = ['en', 'ar', 'de', 'es', 'fr', 'hi', 'it', 'ja', 'nl', 'pl', 'pt', 'ru', 'tr', 'zh']

describe('the words of the widget', () => {
  for (const language of languages) {
    it(`are complete in ${language}`, async () => {
      const { text, lang, dir } = await loadSpeech([language])
      expect(lang).toBe(language)
      expect(dir).toBe(language === 'ar' ? 'rtl' : 'ltr')
      for (const [name, words] of Object.entries(text)) {
        expect(words.trim(), name).not.toBe('')
        expect(words.match(/\{\w+\}/g) ?? [], name).toEqual(name === 'quota' ? ['{date}'] : [])
      }
    })
  }

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
