/** One HTML page → what it says and where it leads, without its markup. Pure: the same page gives the same reading. */
import { createHash } from 'node:crypto'
import { type Block, opensText, readBlocks } from './block.ts'
import { attribute, type Document, type Element, isElement, parse, textOf } from './dom.ts'
import { structuredContact, structuredPairs } from './structured.ts'

export interface Page {
  /** The page's address, or the one it names as its canonical address on the same site. */
  url: string
  title: string
  /** Name of the site, where it is told. */
  site: string
  /** ISO 639-1, lower case, where it is told. */
  lang: string
  /** Blocks of the page in order, the edges included. */
  blocks: (Block & { /** Of the words, to find what repeats from page to page. */ hash: string })[]
  /** Absolute http(s) addresses, without fragments, each once. */
  links: string[]
  /** Must not be kept (`<meta name="robots">`). */
  noindex: boolean
  /** Asks for a password and says little else. */
  login: boolean
  /** Says nothing unless its scripts run. */
  needsScripts: boolean
}

const maxLinks = 3000
/** Letters under which a page with scripts, or a password field, is taken to have no text of its own. */
const littleText = 200

/** @param url absolute; for the page's links and anchors */
export function readPage(html: string, url: string): Page {
  const document = parse(html)
  const hearts = new Set<Element>()
  for (const heart of document.all('main, [role="main"], h1')) {
    let around: unknown = heart
    for (let up = 0; around && up < 300; up++) {
      hearts.add(around as Element)
      around = (around as Element).parent
    }
  }
  const blocks = [
    ...readBlocks(document.root, element => hearts.has(element), foldedOf(document)),
    ...structuredBlocks(document),
  ]
  const letters = blocks.reduce((sum, block) => sum + block.text.length, 0)
  const robots = metaOf(document, 'robots').toLowerCase()
  const title = titleOf(document, blocks)
  const base = document.first('base[href]')
  const from = resolved(attribute(base, 'href'), url) ?? url
  return {
    url: canonicalOf(document, url),
    title: title.slice(0, 300),
    site: siteOf(document, title).slice(0, 100),
    lang: langOf(document),
    blocks: blocks.map(block => ({ ...block, hash: hashOf(block) })),
    links: /nofollow|none/.test(robots) ? [] : linksOf(document, from),
    noindex: /noindex|none/.test(robots),
    login: letters < 1500 && document.first('input[type="password"]') !== undefined,
    needsScripts: letters < littleText && document.first('script') !== undefined && isShell(document),
  }
}

/** What opens on a click, by its id or by standing after what opens it: its text is there, only folded. */
function foldedOf(document: Document): (element: Element) => boolean {
  const ids = controlledIds(document)
  const after = new Set(
    document
      .all('button')
      .filter(opensText)
      .flatMap(button => [button, button.parent as Element])
      .map(opener => nextElement(opener)),
  )
  return element => ids.has(attribute(element, 'id')) || after.has(element)
}

function nextElement(element: Element): Element | undefined {
  let next = element.next
  while (next && !isElement(next)) next = next.next
  return next ?? undefined
}

function controlledIds(document: Document): Set<string> {
  const ids = new Set<string>()
  for (const element of document.all('[aria-controls], [data-target], [data-bs-target], [role="tabpanel"]')) {
    for (const name of ['aria-controls', 'data-target', 'data-bs-target']) {
      for (const id of attribute(element, name).split(/\s+/)) if (id) ids.add(id.replace(/^#/, ''))
    }
    if (attribute(element, 'role') === 'tabpanel') ids.add(attribute(element, 'id'))
  }
  return ids
}

function structuredBlocks(document: Document): Block[] {
  const pairs = structuredPairs(document).map(
    ({ question, answer }): Block => ({ kind: 'pair', question, text: answer, region: 'main', linked: 0, apart: true }),
  )
  const contact = structuredContact(document)
  if (!contact) return pairs
  const heading: Block = {
    kind: 'heading',
    level: 2,
    text: contact.name,
    region: 'edge',
    linked: 0,
    contact: true,
    apart: true,
  }
  return [...pairs, heading, { kind: 'text', text: contact.lines.join('\n'), region: 'edge', linked: 0, contact: true }]
}

/** The one first heading; else the title without the name of the site. */
function titleOf(document: Document, blocks: readonly Block[]): string {
  const first = blocks.filter(block => block.kind === 'heading' && block.level === 1 && block.region !== 'edge')
  if (first.length === 1) return first[0]!.text
  const { title, parts } = headTitle(document)
  const site = metaOf(document, 'og:site_name')
  const headings = new Set(blocks.filter(block => block.kind === 'heading').map(block => block.text.toLowerCase()))
  const own = parts.filter(part => part !== site)
  return own.find(part => headings.has(part.toLowerCase())) ?? own[0] ?? metaOf(document, 'og:title') ?? title
}

/** What the title says beside the page's own name. */
function siteOf(document: Document, title: string): string {
  const { parts } = headTitle(document)
  const others = parts.filter(part => part.toLowerCase() !== title.toLowerCase())
  return metaOf(document, 'og:site_name') || (parts.length > 1 ? (others.at(-1) ?? '') : '')
}

function headTitle(document: Document): { title: string; parts: string[] } {
  const head = document.first('title')
  // A title's text is a child that `textOf` would take for silent.
  const title = head ? textOf({ ...head, name: 'span' } as Element) : ''
  return { title, parts: title.split(/\s+[|–—»·-]\s+|\s*[|»]\s*/).filter(Boolean) }
}

function metaOf(document: Document, name: string): string {
  return attribute(document.first(`meta[name="${name}" i], meta[property="${name}" i]`), 'content')
}

function langOf(document: Document): string {
  const said = attribute(document.first('html'), 'lang') || attribute(document.first('html'), 'xml:lang')
  return (
    /^[a-z]{2,3}(?=[-_]|$)/i
      .exec(said || attribute(document.first('meta[http-equiv="content-language" i]'), 'content'))?.[0]
      .toLowerCase() ?? ''
  )
}

function canonicalOf(document: Document, url: string): string {
  const named = resolved(attribute(document.first('link[rel~="canonical" i]'), 'href'), url)
  const own = new URL(url)
  own.hash = ''
  if (!named) return own.href
  const canonical = new URL(named)
  canonical.hash = ''
  // Another site cannot be spoken for; and a page that names the front page for all of the site is mistaken.
  const mistaken = canonical.host !== own.host || (canonical.pathname === '/' && own.pathname !== '/')
  return mistaken ? own.href : canonical.href
}

function linksOf(document: Document, base: string): string[] {
  const links = new Set<string>()
  for (const anchor of document.all('a[href], area[href], link[rel="next"]')) {
    if (links.size >= maxLinks) break
    if (/\bnofollow\b/i.test(attribute(anchor, 'rel'))) continue
    const link = resolved(attribute(anchor, 'href'), base)
    if (link?.startsWith('http')) links.add(link.replace(/#.*$/s, ''))
  }
  return [...links]
}

function resolved(href: string, base: string): string | undefined {
  if (href === '' || href.length > 2000 || !URL.canParse(href, base)) return undefined
  return new URL(href, base).href
}

/** An empty frame that scripts fill, or words to the same effect. */
function isShell(document: Document): boolean {
  if (document.first('#root, #app, #__next, #__nuxt, #gatsby-focus-wrapper, [ng-app], [data-reactroot], app-root'))
    return true
  return document.all('noscript').some(element => /javascript/i.test(textOf({ ...element, name: 'div' } as Element)))
}

/** Of the words alone: the same sentence in other markup is the same. */
export const hashOf = (block: Pick<Block, 'text' | 'question'>) =>
  createHash('sha1')
    .update(
      `${block.question ?? ''}\n${block.text}`
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]+/gu, ' ')
        .trim(),
    )
    .digest('base64url')
    .slice(0, 16)
