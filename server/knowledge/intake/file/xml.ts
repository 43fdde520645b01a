/** The XML inside Office files, read front to back. No entities but XML's own five are known, so none can grow. */
import { Refused } from './reading.ts'

export interface Handlers {
  /** Names come without their prefix. */
  open(name: string, attributes: () => Record<string, string>): void
  close(name: string): void
  text(text: string): void
}

const entity: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** @throws Refused for a document type definition, which Office never writes */
export function scanXml(xml: string, handlers: Handlers): void {
  let at = 0
  while (at < xml.length) {
    const open = xml.indexOf('<', at)
    if (open < 0) return
    if (open > at) handlers.text(decode(xml.slice(at, open)))
    if (xml.startsWith('<![CDATA[', open)) {
      const end = xml.indexOf(']]>', open)
      handlers.text(xml.slice(open + 9, end < 0 ? undefined : end))
      at = end < 0 ? xml.length : end + 3
      continue
    }
    if (xml.startsWith('<!--', open)) {
      const end = xml.indexOf('-->', open)
      at = end < 0 ? xml.length : end + 3
      continue
    }
    if (xml.startsWith('<!', open))
      throw new Refused('The file defines its own XML entities, which no Office program writes.')
    const end = xml.indexOf('>', open)
    if (end < 0) return
    at = end + 1
    const tag = xml.slice(open + 1, end)
    if (tag.startsWith('?')) continue
    if (tag.startsWith('/')) {
      handlers.close(bare(tag.slice(1).trim()))
      continue
    }
    const single = tag.endsWith('/')
    const body = single ? tag.slice(0, -1) : tag
    const space = body.search(/\s/)
    const name = bare(space < 0 ? body : body.slice(0, space))
    handlers.open(name, () => (space < 0 ? {} : attributesOf(body.slice(space))))
    if (single) handlers.close(name)
  }
}

const bare = (name: string) => name.slice(name.indexOf(':') + 1)

function attributesOf(text: string): Record<string, string> {
  const found: Record<string, string> = Object.create(null)
  for (const [, name, double, single] of text.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g))
    found[bare(name!)] = decode(double ?? single ?? '')
  return found
}

const decode = (text: string) =>
  text.includes('&')
    ? text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w{1,8}));/gi, (whole, hex, decimal, name) => {
        if (name) return entity[name] ?? whole
        const code = hex ? Number.parseInt(hex, 16) : Number(decimal)
        return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : ''
      })
    : text
