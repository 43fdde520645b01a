/**
 * A small, safe part of Markdown: paragraphs, line breaks, lists, **bold**, *italics*, `code` and links. It is read
 * into a tree of the few kinds below and never as HTML, so text that means to be markup stays text. Whatever else
 * Markdown knows (headings, tables, images) is shown as its words.
 */
export type Span =
  | string
  | { tag: 'strong' | 'em' | 'code'; children: Span[] }
  | { tag: 'a'; href: string; children: Span[] }
  | { tag: 'br' }

export type Block = { tag: 'p'; children: Span[] } | { tag: 'ul' | 'ol'; start?: number; items: Span[][] }

const listItem = /^\s{0,6}(?:[-*+•]|(\d{1,4})[.)])\s+(.*)$/
/** Every repetition is bounded, so that reading takes time in proportion to the length. */
const inline = new RegExp(
  [
    '`([^`\\n]{1,500})`',
    '\\*\\*(?=\\S)([^\\n]{0,1000}?\\S)\\*\\*(?!\\*)',
    '([*_])(?=[^\\s*_])([^\\n*_]{0,500}?[^\\s*_])\\3(?!\\w)',
    '\\[([^[\\]\\n]{1,300})\\]\\(([^\\s()]{1,1000})\\)',
    '(https://[^\\s<>"\'`*()[\\]]{0,1000}[^\\s<>"\'`*()[\\].,;:!?])',
    '([\\w.+-]{1,64}@(?:[\\w-]{1,63}\\.){1,5}[a-z]{2,24})',
  ].join('|'),
  'gi',
)

/** The address, normalised, if it may be followed. A relative one may not: it would point into the client's page. */
export function safeHref(href: string, protocols = /^(https|mailto|tel):$/): string | undefined {
  try {
    const url = new URL(href)
    if (protocols.test(url.protocol)) return url.href
  } catch {}
}

function link(href: string, text: string): Span {
  const safe = safeHref(href)
  return safe ? { tag: 'a', href: safe, children: [text] } : text
}

function spans(text: string): Span[] {
  const found: Span[] = []
  let from = 0
  for (const match of text.matchAll(inline)) {
    const [whole, code, bold, mark, italic, label, target, url, mail] = match
    // snake_case_ and 3*4* are no italics.
    if (mark && /\w/.test(text.charAt(match.index! - 1))) continue
    found.push(text.slice(from, match.index))
    from = match.index! + whole.length
    found.push(
      code
        ? { tag: 'code', children: [code] }
        : bold
          ? { tag: 'strong', children: spans(bold) }
          : italic
            ? { tag: 'em', children: spans(italic) }
            : label
              ? link(target!, label)
              : link(url || `mailto:${mail}`, whole),
    )
  }
  return [...found, text.slice(from)].filter(span => span !== '')
}

const broken = (lines: string[]) =>
  lines.flatMap((line, i): Span[] => (i ? [{ tag: 'br' }, ...spans(line)] : spans(line)))

/** An answer's blocks. What is still being written may end anywhere, even inside a mark. */
export function readMarkdown(text: string): Block[] {
  const blocks: Block[] = []
  let paragraph: string[] = []
  let items: string[][] = []
  let start: string | undefined

  const end = () => {
    if (paragraph.length) blocks.push({ tag: 'p', children: broken(paragraph) })
    if (items.length)
      blocks.push({ tag: start ? 'ol' : 'ul', start: start ? +start : undefined, items: items.map(broken) })
    paragraph = []
    items = []
  }

  for (const line of text.split(/\r?\n/)) {
    const item = listItem.exec(line)
    const words = line.trim()
    if (item) {
      // A number after bullets, or the other way round, begins another list.
      if (paragraph.length || (items.length && !start !== !item[1])) end()
      if (!items.length) start = item[1]
      items.push([item[2]!])
    } else if (!words) end()
    else if (items.length && /^\s/.test(line)) items[items.length - 1]!.push(words)
    else {
      if (items.length) end()
      paragraph.push(words.replace(/^#{1,6}\s+(.*)$/, '**$1**'))
    }
  }
  end()
  return blocks
}
