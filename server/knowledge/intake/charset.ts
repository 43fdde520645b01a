/**
 * Bytes of unknown origin → text. What a page or file says of its own encoding is often wrong, so what the bytes
 * themselves show comes first: a byte order mark; then valid UTF-8, which text in another encoding is by chance hardly ever; only then
 * what was declared, unless the bytes speak clearly against it.
 */
import { analyse } from 'chardet'
import iconv from 'iconv-lite'

export interface Decoded {
  text: string
  /** As iconv-lite names it, lower case. */
  charset: string
  /** False: the declared encoding was not the true one. */
  honest: boolean
}

/** Bytes looked at for a guess. */
const sampleBytes = 65_536
const utf8 = new TextDecoder('utf-8', { fatal: true })
const latin = new Set(['windows-1252', 'iso-8859-15', 'windows-1250', 'iso-8859-2'])

/**
 * @param declared what an HTTP header or the like says, e.g. `utf-8`
 * @param inside finds the encoding that the text names itself, e.g. in a `<meta>`; given the bytes read as Latin-1
 */
export function decodeText(bytes: Buffer, declared?: string, inside?: (ascii: string) => string | undefined): Decoded {
  const marked = byMark(bytes)
  const said = [declared, inside?.(bytes.subarray(0, 4096).toString('latin1'))]
    .map(known)
    .filter(label => label !== undefined)
  const first = said[0]
  const decoded = (charset: string, text: string): Decoded => ({ text, charset, honest: !first || first === charset })
  if (marked) return decoded(marked.charset, iconv.decode(bytes.subarray(marked.length), marked.charset))
  if (isShiftedJapanese(bytes))
    return { text: new TextDecoder('iso-2022-jp').decode(bytes), charset: 'iso-2022-jp', honest: true }
  const wide = withoutMark(bytes)
  if (wide) return decoded(wide, iconv.decode(bytes, wide))
  try {
    const text = utf8.decode(bytes)
    return { text, charset: 'utf-8', honest: !first || first === 'utf-8' || isAscii(text) }
  } catch {
    // Not UTF-8, or not quite.
  }
  if (said.includes('utf-8') && isNearlyUtf8(bytes)) return decoded('utf-8', bytes.toString('utf8'))
  const single = said.find(label => label !== 'utf-8')
  const guess = guessed(bytes)
  // Latin is what is declared by those who declare nothing: where the bytes clearly are Cyrillic or East Asian, they are right.
  const charset = single && !(latin.has(single) && guess.sure && !latin.has(guess.charset)) ? single : guess.charset
  return decoded(charset, iconv.decode(bytes, charset))
}

/** The encoding named in an HTML page's head, as a browser's prescan finds it. */
export function charsetInHtml(ascii: string): string | undefined {
  return (
    /<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w:.-]{1,40})/i.exec(ascii)?.[1] ??
    /<\?xml[^>]{0,100}encoding\s*=\s*["']([\w.-]{1,40})/i.exec(ascii)?.[1]
  )
}

/** `text/html; charset="x"` → `x` */
export function charsetInType(contentType: string | undefined): string | undefined {
  return /charset\s*=\s*"?([\w:.-]{1,40})/i.exec(contentType ?? '')?.[1]
}

/** A label as iconv-lite knows it; by the web's rule, Latin-1 and ASCII mean windows-1252. */
function known(label: string | undefined): string | undefined {
  const name = label?.toLowerCase().replace(/^x-(?=sjis|gbk|euc)/, '')
  if (!name || !iconv.encodingExists(name)) return undefined
  if (/^(?:iso-?8859-?1|latin-?1|us-ascii|ascii|ansi|cp1252|windows-1252)$/.test(name)) return 'windows-1252'
  if (/^utf-?8$/.test(name)) return 'utf-8'
  // A page that names UTF-16 in ASCII is not in UTF-16.
  if (/^(?:utf-?16|ucs-?2|utf-?32|utf-?7|base64|hex|binary)/.test(name)) return undefined
  return name
}

function byMark(bytes: Buffer): { charset: string; length: number } | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return { charset: 'utf-8', length: 3 }
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { charset: 'utf-16le', length: 2 }
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { charset: 'utf-16be', length: 2 }
  return undefined
}

/** Seven-bit text that changes its letters by escapes, as old Japanese pages and mails do; iconv-lite does not know it. */
const isShiftedJapanese = (bytes: Buffer) =>
  bytes.includes('\x1b$B', 0, 'latin1') && bytes.includes('\x1b(', 0, 'latin1') && !bytes.some(byte => byte > 127)

/** UTF-16 without a mark: every other byte of Western text is zero. */
function withoutMark(bytes: Buffer): string | undefined {
  const sample = bytes.subarray(0, 2048)
  const zeros = [0, 0]
  for (let i = 0; i < sample.length; i++) if (sample[i] === 0) zeros[i & 1]!++
  const half = sample.length / 2
  if (half < 8) return undefined
  if (zeros[1]! > half * 0.6 && zeros[0]! < half * 0.1) return 'utf-16le'
  if (zeros[0]! > half * 0.6 && zeros[1]! < half * 0.1) return 'utf-16be'
  return undefined
}

/** A few broken bytes, as a text cut in the middle of a letter has. */
function isNearlyUtf8(bytes: Buffer): boolean {
  const text = bytes.subarray(0, 500_000).toString('utf8')
  let broken = 0
  let beyond = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0xfffd) broken++
    else if (code > 127) beyond++
  }
  return broken <= Math.max(2, beyond * 0.02)
}

function guessed(bytes: Buffer): { charset: string; sure: boolean } {
  const words = foreign(withoutTags(bytes.subarray(0, sampleBytes).toString('latin1')))
  const [best] = analyse(Buffer.from(words, 'latin1')).filter(match => iconv.encodingExists(match.name))
  const charset = known(best?.name) ?? 'windows-1252'
  return { charset, sure: (best?.confidence ?? 0) >= 40 }
}

/** Where whole words are beyond ASCII, those alone tell the encoding: a menu in English says nothing of it. */
function foreign(text: string): string {
  const words = text.split(/\s+/).filter(word => /[\x80-\xff]/.test(word))
  const joined = words.join(' ')
  const beyond = joined.replace(/[\x00-\x7f]+/g, '').length
  return beyond > joined.length * 0.6 ? joined : text
}

/** Markup is ASCII in any encoding, and only hides what the words are in. One pass, whatever the text. */
function withoutTags(text: string): string {
  const lower = text.toLowerCase()
  const out: string[] = []
  let at = 0
  while (at < text.length) {
    const open = text.indexOf('<', at)
    if (open < 0) break
    out.push(text.slice(at, open))
    const name = ['script', 'style'].find(tag => lower.startsWith(tag, open + 1))
    const close = name ? lower.indexOf(`</${name}`, open) : text.indexOf('>', open)
    if (close < 0) return out.join(' ')
    at = name ? close + 2 : close + 1
  }
  return [...out, text.slice(at)].join(' ')
}

const isAscii = (text: string) => !/[^\x00-\x7f]/.test(text)
