/** What a file is, by its bytes; its name decides only between kinds of text. */
import { charsetInHtml, decodeText } from '../charset.ts'
import { type Format, Refused } from './reading.ts'
import { namesInZip } from './zip.ts'

export type Sniffed =
  | { format: 'pdf' | 'docx' | 'xlsx' }
  | { format: Exclude<Format, 'pdf' | 'docx' | 'xlsx'>; text: string }

const byName: Record<string, Format> = {
  csv: 'csv',
  tsv: 'tsv',
  tab: 'tsv',
  txt: 'txt',
  text: 'txt',
  md: 'md',
  markdown: 'md',
  html: 'html',
  htm: 'html',
  xhtml: 'html',
  json: 'json',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  pdf: 'pdf',
  docx: 'docx',
  xlsx: 'xlsx',
}

/** What is refused at its first bytes, and what to do instead. */
const others: [bytes: string, reason: string][] = [
  ['{\\rtf', 'This is an RTF file. Open it in Word and save it as .docx.'],
  ['\x89PNG', 'This is a picture; words in pictures are not read. Type them in, or send a text.'],
  ['\xff\xd8\xff', 'This is a picture; words in pictures are not read. Type them in, or send a text.'],
  ['GIF8', 'This is a picture; words in pictures are not read. Type them in, or send a text.'],
  ['II*\x00', 'This is a picture; words in pictures are not read. Type them in, or send a text.'],
  ['MM\x00*', 'This is a picture; words in pictures are not read. Type them in, or send a text.'],
  ['\x1f\x8b', 'This is a packed file (gzip). Unpack it and send what is in it.'],
  ['7z\xbc\xaf', 'This is a packed file (7z). Unpack it and send what is in it.'],
  ['Rar!', 'This is a packed file (rar). Unpack it and send what is in it.'],
  ['MZ', 'This is a program, not a document.'],
  ['\x7fELF', 'This is a program, not a document.'],
]

/** @throws Refused with the reason for what is none of `formats` */
export function sniff(bytes: Buffer, name: string): Sniffed {
  if (bytes.length === 0) throw new Refused('The file is empty.')
  const start = bytes.toString('latin1', 0, 1024)
  if (start.includes('%PDF-')) return { format: 'pdf' }
  if (start.startsWith('PK\x03\x04') || start.startsWith('PK\x05\x06')) return { format: inZip(bytes) }
  if (start.startsWith('\xd0\xcf\x11\xe0')) throw new Refused(oldOffice(bytes))
  const other = others.find(([mark]) => start.startsWith(mark))
  if (other) throw new Refused(other[1])
  return textual(bytes, name)
}

function inZip(bytes: Buffer): 'docx' | 'xlsx' {
  const names = namesInZip(bytes)
  if (names.includes('word/document.xml')) return 'docx'
  if (names.includes('xl/workbook.xml')) return 'xlsx'
  if (names.includes('mimetype') && names.includes('content.xml'))
    throw new Refused('This is an OpenDocument file. Save it as .docx, .xlsx or .pdf and send that.')
  if (names.some(part => part.startsWith('ppt/')))
    throw new Refused('This is a PowerPoint file. Save it as .pdf and send that.')
  if (names.some(part => /^xl\/.*\.bin$/.test(part)))
    throw new Refused('This is a binary Excel file (.xlsb). Save it as .xlsx and send that.')
  if (names.some(part => part.startsWith('Index/') || part.endsWith('.iwa')))
    throw new Refused('This is a Pages or Numbers file. Export it as .docx, .xlsx or .pdf and send that.')
  throw new Refused('This is a zip archive. Unpack it and send the files that are in it.')
}

/** Word and Excel before 2007, and newer ones with a password, share a container. */
function oldOffice(bytes: Buffer): string {
  const has = (name: string) => bytes.includes(Buffer.from(name, 'utf16le'))
  if (has('EncryptedPackage')) return 'The file is protected by a password. Save it without one and send it again.'
  if (has('WordDocument')) return 'This is an old Word file (.doc). Save it as .docx and send that.'
  if (has('Workbook') || has('Book')) return 'This is an old Excel file (.xls). Save it as .xlsx and send that.'
  return 'This is an old Office file. Save it as .docx, .xlsx or .pdf and send that.'
}

function textual(bytes: Buffer, name: string): Sniffed {
  const { text } = decodeText(bytes, undefined, charsetInHtml)
  const bare = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  if (bare.trim() === '') throw new Refused('The file is empty: it holds nothing but space.')
  if (isBinary(bare)) throw new Refused('This is no text, and no document of a known kind.')
  const named = byName[/\.([a-z0-9]{1,10})$/i.exec(name)?.[1]?.toLowerCase() ?? '']
  const head = bare.slice(0, 2000).trimStart()
  if (/^(?:<!--[\s\S]{0,1000}?-->\s*)?(?:<\?xml[^>]*>\s*)?(?:<!doctype\s+html|<html[\s>])/i.test(head))
    return { format: 'html', text: bare }
  switch (named) {
    case 'csv':
    case 'tsv':
    case 'md':
    case 'txt':
    case 'html':
    case 'json':
    case 'jsonl':
      return { format: named, text: bare }
    default:
      // Without a name that says it, or with one that lies.
      if (/^[[{]/.test(head) && parses(bare)) return { format: 'json', text: bare }
      return { format: 'txt', text: bare }
  }
}

function isBinary(text: string): boolean {
  const sample = text.slice(0, 20_000)
  let odd = 0
  for (let i = 0; i < sample.length; i++) {
    const code = sample.charCodeAt(i)
    if (code === 0xfffd || (code < 32 && code !== 9 && code !== 10 && code !== 13 && code !== 12)) odd++
  }
  return odd > sample.length * 0.05
}

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
