/**
 * HTML → entries: sections under their headings, questions with their answers, tables as lines; menus, banners and footers left
 * out. A single file is read by `readHtml`; pages of a site by `readPage`, so that they can be compared first (see `web/`).
 * Both are for untrusted pages: call them where a page that takes too long can be ended.
 */
import { charsetInHtml, charsetInType, decodeText } from './charset.ts'
import { contentOf } from './html/content.ts'
import { type Page, readPage } from './html/page.ts'
import { entriesOf, type HtmlEntry } from './html/section.ts'

export { contentOf, entriesOf, type HtmlEntry, type Page, readPage }

/** Bytes as a server or a disk gave them. @param contentType the HTTP header, which may be wrong */
export const decodeHtml = (bytes: Buffer, contentType?: string) =>
  decodeText(bytes, charsetInType(contentType), charsetInHtml)

/** A page by itself, e.g. an uploaded file. `url` is where it came from, or empty. */
export function readHtml(html: string, url = ''): { title: string; lang: string; entries: HtmlEntry[] } {
  const page = readPage(html, url || 'file:///')
  const placed = { ...page, url: url && page.url }
  return { title: page.title, lang: page.lang, entries: entriesOf(placed, contentOf(placed)) }
}
