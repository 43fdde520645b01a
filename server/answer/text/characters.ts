/**
 * What a UTF-16 code unit is to the tokenizer, and folding: the form in which two spellings of one word are equal.
 * A table of 64 K bytes built once makes tokenizing a single loop without regular expressions.
 */
export const kind = {
  separator: 0,
  word: 1,
  digit: 2,
  /** A combining mark: part of the word it stands in. */
  mark: 3,
  /** Invisible: zero width, direction marks, soft hyphen, variation selectors. Dropped, never a boundary. */
  ignored: 4,
  /** Ideographs. */
  han: 5,
  hiragana: 6,
  katakana: 7,
  hangul: 8,
  /** Thai, Lao, Khmer, Burmese: words are not separated by spaces. */
  thai: 9,
  highSurrogate: 10,
  apostrophe: 11,
} as const

export const kindOf: Uint8Array = buildKinds()

function buildKinds(): Uint8Array {
  const table = new Uint8Array(0x10000)
  const set = (from: number, to: number, value: number) => table.fill(value, from, to + 1)
  const letter = /\p{L}/u
  const digit = /\p{N}/u
  const mark = /\p{M}/u
  for (let code = 0x30; code < 0x10000; code++) {
    if (code >= 0x2e80 && code <= 0xabff && code !== 0x3007) {
      // Mostly ideographs and syllables, set as ranges below; the scripts between them still need a look.
      if (code >= 0x3400 && code <= 0x9fff) {
        table[code] = kind.han
        continue
      }
    }
    if (code >= 0xac00 && code <= 0xd7a3) {
      table[code] = kind.hangul
      continue
    }
    if (code >= 0xd800 && code <= 0xf8ff) continue
    const char = String.fromCharCode(code)
    if (letter.test(char)) table[code] = kind.word
    else if (digit.test(char)) table[code] = kind.digit
    else if (mark.test(char)) table[code] = kind.mark
  }
  set(0xd800, 0xdbff, kind.highSurrogate)
  set(0x3041, 0x309f, kind.hiragana)
  set(0x30a1, 0x30ff, kind.katakana)
  table[0x30fb] = kind.separator
  set(0x31f0, 0x31ff, kind.katakana)
  set(0xf900, 0xfaff, kind.han)
  table[0x3005] = kind.han
  table[0x3007] = kind.han
  set(0x1100, 0x11ff, kind.hangul)
  for (const [from, to] of [
    [0x0e01, 0x0e3a],
    [0x0e40, 0x0e4e],
    [0x0e81, 0x0ece],
    [0x1000, 0x109f],
    [0x1780, 0x17d3],
  ] as const)
    for (let code = from; code <= to; code++) if (table[code] === kind.word) table[code] = kind.thai
  for (const code of [0xad, 0x61c, 0x180e, 0xfeff]) table[code] = kind.ignored
  set(0x200b, 0x200f, kind.ignored)
  set(0x202a, 0x202e, kind.ignored)
  set(0x2060, 0x206f, kind.ignored)
  set(0xfe00, 0xfe0f, kind.ignored)
  table[0x27] = kind.apostrophe
  table[0x2019] = kind.apostrophe
  table[0x640] = kind.ignored // Arabic tatweel
  return table
}

const special: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ı: 'i',
  ς: 'σ',
  // Arabic and Persian letters that are typed interchangeably
  أ: 'ا',
  إ: 'ا',
  آ: 'ا',
  ٱ: 'ا',
  ى: 'ي',
  ی: 'ي',
  ئ: 'ي',
  ؤ: 'و',
  ة: 'ه',
  ک: 'ك',
  // Devanagari: chandrabindu and anusvara are typed interchangeably
  '\u0901': '\u0902',
}

/** Marks that carry no meaning of their own: accents, Arabic and Hebrew vowel points, the Devanagari nukta. */
const droppedMarks =
  /[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u093c\u09bc]/g
const specials = /[ßæœøđðþłıςأإآٱىیئؤةک\u0901]/g
const ascii = /^[\x00-\x7f]*$/

/** NFKC, lower case, invisible characters kept. Length may differ from the text's. */
export function lower(text: string): string {
  return ascii.test(text) ? text.toLowerCase() : text.normalize('NFKC').toLowerCase()
}

/** Folds a word that `lower` was applied to: "Straße" → "strasse", "políticas" → "politicas". Idempotent. */
export function fold(word: string): string {
  if (ascii.test(word)) return word
  return word
    .normalize('NFD')
    .replace(droppedMarks, '')
    .normalize('NFC')
    .replace(specials, c => special[c] ?? c)
}
