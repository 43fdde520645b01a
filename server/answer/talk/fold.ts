/** Lower case, compatibility forms, without accents, signs and emoji; one space between words. */
export function fold(text: string): string {
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
