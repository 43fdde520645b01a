/** One letter as plain text and as HTML: the same words, no pictures, nothing that is loaded from anywhere. */

/** What a mail says, in the order in which it is read. */
export interface Content {
  subject: string
  /** Paragraphs. */
  lines: string[]
  /** A small table below them. */
  facts?: [label: string, value: string][]
  /** What somebody else wrote. */
  quote?: string
  /** A list with a heading. */
  list?: { title: string; items: string[] }
  action?: { label: string; url: string }
  /** What can be typed instead of following the link. */
  code?: { label: string; value: string }
  /** Below the link. */
  after?: string[]
  /** Why this mail comes, in small letters. */
  why: string
  /** Switches mails of this kind off. */
  off?: { label: string; url: string }
}

export function asText(content: Content): string {
  const { lines, facts, quote, list, action, code, after = [], why, off } = content
  const parts = [
    ...lines,
    facts?.map(([label, value]) => `${label}: ${value}`).join('\n'),
    quote?.replace(/^/gm, '> '),
    list && [list.title, ...list.items.map(item => `- ${item}`)].join('\n'),
    action && `${action.label}:\n${action.url}`,
    code && `${code.label}: ${code.value}`,
    ...after,
    ['-- ', why, off && `${off.label}: ${off.url}`].filter(Boolean).join('\n'),
  ]
  return `${parts.filter(Boolean).join('\n\n')}\n`
}

/** Mail programs know few styles, and only inline ones. */
export function asHtml(content: Content, lang: string): string {
  const { subject, lines, facts, quote, list, action, code, after = [], why, off } = content
  const paragraph = (text: string) => `<p style="margin:0 0 16px">${withBreaks(text)}</p>`
  const body = [
    ...lines.map(paragraph),
    facts &&
      `<table role="presentation" style="margin:0 0 16px;border-spacing:0">${facts.map(factRow).join('')}</table>`,
    quote &&
      `<blockquote style="margin:0 0 16px;padding:4px 0 4px 14px;border-left:3px solid #5c2751">${withBreaks(quote)}</blockquote>`,
    list &&
      `<p style="margin:0 0 8px"><strong>${escaped(list.title)}</strong></p><ul style="margin:0 0 16px;padding-left:20px">${list.items
        .map(item => `<li style="margin:0 0 4px">${escaped(item)}</li>`)
        .join('')}</ul>`,
    action &&
      `<p style="margin:24px 0"><a href="${escaped(action.url)}" style="display:inline-block;padding:12px 20px;border-radius:8px;background:#5c2751;color:#ffffff;text-decoration:none;font-weight:600">${escaped(action.label)}</a></p>`,
    code &&
      `<p style="margin:0 0 16px">${escaped(code.label)}:<br><strong style="font-size:22px;letter-spacing:2px">${escaped(code.value)}</strong></p>`,
    ...after.map(paragraph),
    `<p style="margin:32px 0 0;padding-top:16px;border-top:1px solid #8885;font-size:13px;opacity:.75">${withBreaks(why)}${
      off ? `<br><a href="${escaped(off.url)}" style="color:inherit">${escaped(off.label)}</a>` : ''
    }</p>`,
  ]
  return `<!doctype html>
<html lang="${lang}">
<head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><meta name="viewport" content="width=device-width"><title>${escaped(subject)}</title></head>
<body style="margin:0;padding:24px"><div style="max-width:560px;margin:0 auto;font:16px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif">
${body.filter(Boolean).join('\n')}
</div></body>
</html>
`
}

const factRow = ([label, value]: [string, string]) =>
  `<tr><td style="padding:2px 16px 2px 0;vertical-align:top;opacity:.75">${escaped(label)}</td><td style="padding:2px 0">${withBreaks(value)}</td></tr>`

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text: string) => text.replace(/[&<>"']/g, sign => entities[sign]!)
const withBreaks = (text: string) => escaped(text).replace(/\n/g, '<br>')
