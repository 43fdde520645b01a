/** What was folded last: a message is looked at by several, one after the other. */
let last = { text: '', folded: '' }

/** Lower case, compatibility forms, without accents, signs and emoji; one space between words. */
export function fold(text: string): string {
  if (last.text !== text) last = { text, folded: folded(text) }
  return last.folded
}

function folded(text: string): string {
  if (/^[\x00-\x7f]*$/.test(text))
    return text
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, ' ')
      .trim()
  return (
    text
      .normalize('NFKD')
      .toLowerCase()
      // Virama and vowel signs of Indic scripts carry meaning; elsewhere marks are accents.
      .replace(/(?![\u0900-\u0dff])\p{M}/gu, '')
      .normalize('NFC')
      .replaceAll('ß', 'ss')
      .replaceAll('ı', 'i')
      .replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
      .trim()
  )
}

/** Whether `fold(text)` is `folded`. Most texts differ early in a plain letter, which is seen without folding them. */
export function foldsTo(text: string, folded: string): boolean {
  let at = 0
  for (let i = 0; i < text.length; i++) {
    const code = lowerAscii(text.charCodeAt(i))
    if (code > 127) break
    if (!isAlphanumeric(code)) continue
    if (folded.charCodeAt(at) === 32) at++
    if (folded.charCodeAt(at++) !== code) return false
  }
  return fold(text) === folded
}

const lowerAscii = (code: number) => (code >= 65 && code <= 90 ? code + 32 : code)
const isAlphanumeric = (code: number) => (code >= 97 && code <= 122) || (code >= 48 && code <= 57)
