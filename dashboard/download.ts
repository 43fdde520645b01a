/** Files made in the browser from what it has already. */

/** A spreadsheet must not run what a visitor typed: such cells get an apostrophe in front (OWASP, CSV Injection). */
const cell = (value: string | number) => {
  const text = String(value)
  const safe = /^ *[=+\-@\t\r\0]/.test(text) && typeof value === 'string' ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe
}

/** CSV (RFC 4180) that spreadsheets open as UTF-8. */
export const csvOf = (rows: (string | number)[][]) =>
  `\uFEFF${rows.map(row => `${row.map(cell).join(',')}\r\n`).join('')}`

export function saveFile(name: string, text: string, type = 'text/plain'): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }))
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
