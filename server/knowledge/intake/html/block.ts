/**
 * A page's tree → a line of blocks: headings, paragraphs, lists, tables, pairs of question and answer. Each knows the region it
 * stands in, and how much of it is links; which of them are content is decided later.
 */
import {
  attribute,
  blocks as blockTags,
  childrenOf,
  type Element,
  isElement,
  isSeam,
  maxDepth,
  type Node,
  seam,
  silent,
  textOf,
  tidy,
} from './dom.ts'
import { type Region, regionOf } from './region.ts'
import { readTable } from './table.ts'

export interface Block {
  kind: 'heading' | 'text' | 'pair'
  text: string
  region: Region
  /** 1–6 as marked; 7: a line in bold that asks something. */
  level?: number
  /** Of a pair; `text` is its answer. */
  question?: string
  /** Id that a link can lead to. */
  anchor?: string
  /** Share of the letters that are in links, 0–1. */
  linked: number
  /** A way to reach somebody: a phone number, an address, a mail link. */
  contact?: boolean
  /** Where in a file it stands: `page 3`. */
  origin?: string
  /** Said of the whole page, so under none of its headings. */
  apart?: boolean
}

/** Blocks of one page; more is left out. */
const maxBlocks = 5000
const headingTag = /^h([1-6])$/

interface Place {
  region: Region
  inLink: boolean
  inBold: boolean
}

export function readBlocks(
  root: Node,
  hasHeart: (element: Element) => boolean,
  isFolded: (element: Element) => boolean,
): Block[] {
  const out: Block[] = []
  let line = { text: [] as string[], letters: 0, linked: 0, bold: 0, contact: false }
  let region: Region = 'body'
  /** Of the nearest element around, until a heading uses it. */
  let anchor: string | undefined

  const push = (block: Block) => {
    if (out.length < maxBlocks && block.text !== '') out.push(block)
  }
  const flush = () => {
    const text = tidy(line.text.join(''))
    const { letters, linked, bold, contact } = line
    line = { text: [], letters: 0, linked: 0, bold: 0, contact: false }
    if (text === '') return
    const ratio = letters === 0 ? 0 : linked / letters
    if (bold >= letters * 0.95 && text.length <= 200 && /[?？؟]$/.test(text)) {
      push({ kind: 'heading', level: 7, text, region, linked: ratio, ...takeAnchor() })
      return
    }
    push({ kind: 'text', text, region, linked: ratio, ...(contact && { contact }) })
    // Words in between: the id belongs to them, not to the heading that follows.
    anchor = undefined
  }
  const takeAnchor = () => {
    const found = anchor
    anchor = undefined
    return found ? { anchor: found } : {}
  }
  const say = (text: string, place: Place) => {
    line.text.push(text)
    const letters = text.trim().length
    line.letters += letters
    if (place.inLink) line.linked += letters
    if (place.inBold) line.bold += letters
  }

  const walk = (node: Node, place: Place, depth: number): void => {
    if (node.type === 'text') say((node as Node & { data: string }).data.replace(/\s+/g, ' '), place)
    else if (depth > maxDepth) return
    else if (!isElement(node)) for (const child of childrenOf(node)) walk(child, place, depth + 1)
    else if (node.name === 'br') say('\n', place)
    else if (!silent.has(node.name) && !(isHidden(node) && !isFolded(node))) enter(node, place, depth)
  }

  /** What stands before an element that begins a line, or another region, is a block of its own. */
  const enter = (element: Element, place: Place, depth: number) => {
    const inside = { ...place, region: regionOf(element, place.region, hasHeart) }
    const apart = inside.region !== place.region || blockTags.has(element.name)
    if (apart) flush()
    region = inside.region
    visit(element, inside, depth)
    if (apart) flush()
    region = place.region
  }

  const visit = (element: Element, place: Place, depth: number) => {
    const { name } = element
    const level = Number(headingTag.exec(name)?.[1] ?? 0)
    const table = name === 'table' ? readTable(element) : undefined
    if (level > 0) pushHeading(element, level, place)
    else if (table) push({ kind: 'text', text: table.join('\n'), region: place.region, linked: linkShare(element) })
    else if ((name === 'ul' || name === 'ol') && isPlainList(element)) pushList(element, place)
    else if (name === 'dl') pushTerms(element, place, depth)
    else if (name === 'details') pushDetails(element, place, depth)
    else if (name === 'button' && opensText(element)) pushOpener(element, place)
    else if (name !== 'button' && name !== 'label') visitInside(element, place, depth)
  }

  const visitInside = (element: Element, place: Place, depth: number) => {
    const { name } = element
    const id = attribute(element, 'id')
    if (id && blockTags.has(name)) anchor = id
    const href = name === 'a' ? attribute(element, 'href') : ''
    if (name === 'address' || /^(?:tel|mailto):/i.test(href)) line.contact = true
    const inside = {
      ...place,
      inLink: place.inLink || href !== '',
      inBold: place.inBold || name === 'b' || name === 'strong',
    }
    childrenOf(element).forEach((child, i, all) => {
      if (isSeam(all[i - 1], child)) line.text.push(seam)
      walk(child, inside, depth + 1)
    })
  }

  /** What opens a folded part is its heading: a question as one that stands in bold, other words as the deepest there is. */
  const pushOpener = (button: Element, place: Place) => {
    const text = textOf(button).replace(/\n/g, ' ')
    if (place.region === 'edge' || text.length > 300 || !/\p{L}/u.test(text)) return
    const level = /[?？؟]$/.test(text) ? 7 : 6
    flush()
    push({ kind: 'heading', level, text, region: place.region, linked: 0, ...takeAnchor() })
  }

  const pushHeading = (element: Element, level: number, place: Place) => {
    const text = textOf(element)
      .replace(/\n/g, ' ')
      .replace(/\s*[#¶§🔗]+$/u, '')
    const own = attribute(element, 'id') || innerAnchor(element)
    const found = own ? { anchor: own } : takeAnchor()
    anchor = undefined
    push({
      kind: 'heading',
      level,
      text: text.slice(0, 300),
      region: place.region,
      linked: linkShare(element),
      ...found,
    })
  }

  const pushList = (list: Element, place: Place) => {
    const lines = listLines(list, 0)
    push({
      kind: 'text',
      text: lines.join('\n'),
      region: place.region,
      linked: linkShare(list),
      ...(hasContact(list) && { contact: true }),
    })
  }

  /** Terms and what is said of them: pairs, of which `sections.ts` keeps as questions those that are. */
  const pushTerms = (list: Element, place: Place, depth: number) => {
    let terms: string[] = []
    let at: string | undefined
    for (const child of flattened(list)) {
      if (child.name === 'dt') {
        terms.push(textOf(child))
        at = attribute(child, 'id') || innerAnchor(child) || at
      } else if (child.name === 'dd') {
        const question = terms.join(' / ')
        const from = out.length
        walk(child, place, depth + 1)
        flush()
        const said = out.splice(from).map(block => (block.question ? `${block.question}: ${block.text}` : block.text))
        push({
          kind: 'pair',
          question,
          text: said.join('\n'),
          region: place.region,
          linked: linkShare(child),
          ...(at && { anchor: at }),
        })
        terms = []
        at = undefined
      }
    }
  }

  const pushDetails = (details: Element, place: Place, depth: number) => {
    const summary = childrenOf(details).find((node): node is Element => isElement(node) && node.name === 'summary')
    const from = out.length
    for (const child of childrenOf(details)) if (child !== summary) walk(child, place, depth + 1)
    flush()
    const inner = out.splice(from)
    const question = summary ? textOf(summary).replace(/\n/g, ' ') : ''
    const at = attribute(details, 'id') || (summary && (attribute(summary, 'id') || innerAnchor(summary)))
    const found = at ? { anchor: at } : {}
    // Details with headings or pairs of their own are a section, not an answer.
    if (question === '' || inner.some(block => block.kind !== 'text')) {
      if (question)
        push({ kind: 'heading', level: 6, text: question.slice(0, 300), region: place.region, linked: 0, ...found })
      for (const block of inner) push(block)
      return
    }
    push({
      kind: 'pair',
      question,
      text: inner.map(block => block.text).join('\n'),
      region: place.region,
      linked: linkShare(details),
      ...found,
    })
  }

  walk(root, { region: 'body', inLink: false, inBold: false }, 0)
  flush()
  return out
}

/** Whether a button opens a text: it says so, or asks what the element after it answers. */
export function opensText(button: Element): boolean {
  const text = textOf(button)
  const asks = text.length <= 200 && /[?？؟]$/.test(text)
  // "Menu" and "Search" open something too: what a text is called has more words.
  return asks || ('aria-expanded' in button.attribs && text.length >= 12 && text.includes(' '))
}

function isHidden(element: Element): boolean {
  const attributes = element.attribs
  return (
    'hidden' in attributes ||
    attributes['aria-hidden'] === 'true' ||
    /display\s*:\s*none|visibility\s*:\s*hidden/i.test((attributes.style ?? '').slice(0, 300))
  )
}

function flattened(list: Element): Element[] {
  // `dl > div > dt` is allowed.
  return childrenOf(list).flatMap(child => {
    if (!isElement(child)) return []
    return child.name === 'div' ? childrenOf(child).filter(isElement) : [child]
  })
}

function innerAnchor(element: Element): string {
  for (const child of childrenOf(element)) {
    if (!isElement(child)) continue
    const found = attribute(child, 'id') || (child.name === 'a' ? attribute(child, 'name') : '')
    if (found) return found
  }
  return ''
}

/** Items of one line or a few, no headings, tables or pairs inside. */
function isPlainList(list: Element): boolean {
  let plain = true
  const walk = (node: Node, depth: number) => {
    for (const child of childrenOf(node)) {
      if (!plain || !isElement(child)) continue
      if (
        depth > 20 ||
        headingTag.test(child.name) ||
        ['table', 'dl', 'details', 'article', 'section'].includes(child.name)
      )
        plain = false
      else walk(child, depth + 1)
    }
  }
  walk(list, 0)
  return plain
}

function listLines(list: Element, depth: number): string[] {
  let number = Number.parseInt(attribute(list, 'start'), 10) || 1
  return childrenOf(list).flatMap(item => {
    if (!isElement(item) || item.name !== 'li') return []
    const text = textOf(item, element => element.name === 'ul' || element.name === 'ol').replace(/\n/g, ' ')
    const mark = list.name === 'ol' ? `${number++}.` : '-'
    const nested = childrenOf(item).filter(
      (child): child is Element => isElement(child) && (child.name === 'ul' || child.name === 'ol'),
    )
    const below = depth < 5 ? nested.flatMap(inner => listLines(inner, depth + 1)) : []
    return [...(text ? [`${'  '.repeat(depth)}${mark} ${text}`] : []), ...below]
  })
}

function linkShare(element: Element): number {
  let letters = 0
  let linked = 0
  const walk = (node: Node, inLink: boolean, depth: number) => {
    if (node.type === 'text') {
      const count = (node as Node & { data: string }).data.trim().length
      letters += count
      if (inLink) linked += count
    }
    if (depth > maxDepth) return
    const link = inLink || (isElement(node) && node.name === 'a' && attribute(node, 'href') !== '')
    for (const child of childrenOf(node)) walk(child, link, depth + 1)
  }
  walk(element, false, 0)
  return letters === 0 ? 0 : linked / letters
}

function hasContact(element: Element, depth = 0): boolean {
  return childrenOf(element).some(
    child =>
      isElement(child) &&
      ((child.name === 'a' && /^(?:tel|mailto):/i.test(attribute(child, 'href'))) ||
        (depth < 50 && hasContact(child, depth + 1))),
  )
}
