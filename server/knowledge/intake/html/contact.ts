/**
 * How to reach a business and when it is open, in the frame of its pages: a footer says it as plain lines more often than with links.
 * Recognised by how numbers are written, so in any language.
 */

const mail = /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}\.\p{L}{2,24}/u
/** A number of seven digits or more behind a plus sign, or a zero, or a word with a full stop or colon ("Tel."). */
const phone = /(?:\+|\b0|\p{L}[.:]\s?)\(?\d[\d\s()/.–-]{5,20}\d/u
/** From one time of day to another, of which one is written as such: `9am–5pm`, `8:00 - 12:00`, `8–12 Uhr`. */
const hours =
  /\d{1,2}(?:(?:[:.h]\d{2}|\s?[ap]\.?m\.?)\s?(?:[–—-]|\p{L}{1,5})\s?\d{1,2}|\s?[–—-]\s?\d{1,2}(?:[:.h]\d{2}|\s?(?:[ap]\.?m\b|uhr\b|h\b)))/iu
/** A line that speaks of rights says nothing of these, though it has a year. */
const legal = /[©®™]|\bcopyright\b/i
const maxLine = 300

export const looksLikeContact = (text: string): boolean =>
  text.length <= maxLine && !legal.test(text) && (mail.test(text) || phone.test(text) || hours.test(text))

/** A line that may stand beside such a one: "Sunday closed", a street. Whole sentences say something else. */
export const mayBeBeside = (text: string): boolean =>
  text.length <= 80 && !legal.test(text) && !/[.!?。！？]$/.test(text)
