/**
 * Every word the widget says: a file for each language in text/, complete (a test holds them to text/en.json) and fetched
 * only for who reads it, as an array in their order. By `fetch`, since a module that failed to load once may not be asked for again.
 */
import type english from './text/en.json'

export type Text = typeof english
export type TextName = keyof Text

/** Words in the language they are in. */
export interface Speech {
  /** BCP 47, with the visitor's region where it is known: dates follow it. */
  lang: string
  dir: 'ltr' | 'rtl'
  text: Text
}

const spoken = 'en ar de es fr hi it ja nl pl pt ru tr zh'

/**
 * The first of `wanted` (BCP 47, best first) that the widget speaks and the client has chosen, else the first of those.
 *
 * @param chosen languages with a space between them, the main one first; empty: all
 * @param folder address of the language files
 * @param own what the client says otherwise, by name
 * @throws what `fetch` throws
 */
export async function loadSpeech(
  folder: string,
  wanted: readonly string[],
  chosen: string | null | undefined,
  own: (name: TextName) => string | null | undefined,
): Promise<Speech> {
  const languages = chosen || spoken
  const known = (tag: string) => /^[a-z]{2}\b/i.test(tag) && languages.includes(tag.slice(0, 2).toLowerCase())
  const lang = wanted.find(known) || languages.slice(0, 2)
  const language = lang.slice(0, 2).toLowerCase()
  const words: string[] = await (await fetch(`${folder}${language}.json`)).json()
  const text = {} as Text
  for (const name of PARLEY_WORDS.split(' ') as TextName[]) {
    const word = words.shift()!
    text[name] = own(name) || word
  }
  return { lang, dir: language === 'ar' ? 'rtl' : 'ltr', text }
}
