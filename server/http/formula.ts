/**
 * Cells that a spreadsheet would run as a formula (OWASP, CSV Injection): those that begin with `= + - @`, also full-width as
 * spreadsheets in East Asia take them, behind spaces and characters that are not seen, or with a tab, line feed, carriage
 * return or NUL. In a file for people they get an apostrophe in front; what is stored stays as it is.
 */

const formula = /^(?:[\s\p{Cf}\0]*[=+\-@＝＋－＠]|[\t\n\r\0])/u
/** Behind apostrophes too: so that `unneutral` knows which one to take away. */
const marked = (cell: string) => formula.test(cell.replace(/^'+/, ''))

/** The cell with an apostrophe in front, where it needs one or begins with one that was not added here. */
export const neutral = <C>(cell: C): C | string => (typeof cell === 'string' && marked(cell) ? `'${cell}` : cell)

/** What `neutral` was given. */
export const unneutral = (cell: string): string => (cell.startsWith("'") && marked(cell) ? cell.slice(1) : cell)
