/** What the reading of a page needs of its tree, and text as a person sees it. */
import { load } from 'cheerio'

export type Node = Exclude<Parameters<typeof load>[0], string | Buffer | readonly unknown[]>
export type Element = Extract<Node, { attribs: Record<string, string> }>

export interface Document {
  root: Node
  /** Elements of a CSS selector, in order. */
  all(selector: string): Element[]
  first(selector: string): Element | undefined
}

export function parse(html: string): Document {
  const $ = load(html)
  const all = (selector: string) => $(selector).get() as Element[]
  return { root: $.root()[0]!, all, first: selector => all(selector)[0] }
}

export const isElement = (node: Node): node is Element =>
  node.type === 'tag' || node.type === 'script' || node.type === 'style'
export const childrenOf = (node: Node): readonly Node[] => ('children' in node ? node.children : [])
export const attribute = (element: Element | undefined, name: string): string => element?.attribs[name]?.trim() ?? ''

/** Never shown, or no words of the page: scripts, pictures, the fields of a form. */
export const silent = new Set(
  'script style noscript template svg math canvas iframe object embed audio video map input select textarea option datalist progress meter head link meta title'.split(
    ' ',
  ),
)

/** Deeper than any page that a person wrote; what is below is left out. */
export const maxDepth = 250

/** One line of text: white space as one space, line breaks kept where they were made with `<br>`. */
export function textOf(node: Node, skip: (element: Element) => boolean = () => false): string {
  const out: string[] = []
  const walk = (current: Node, depth: number) => {
    if (current.type === 'text') out.push((current as Node & { data: string }).data.replace(/\s+/g, ' '))
    if (depth > maxDepth) return
    if (isElement(current)) {
      if (silent.has(current.name) || skip(current)) return
      if (current.name === 'br') out.push('\n')
    }
    const apart = isElement(current) && blocks.has(current.name)
    if (apart) out.push(' ')
    childrenOf(current).forEach((child, i, all) => {
      if (isSeam(all[i - 1], child)) out.push(seam)
      walk(child, depth + 1)
    })
    if (apart) out.push(' ')
  }
  walk(node, 0)
  return tidy(out.join(''))
}

/** Stands where one element in a line ends and the next begins: style sheets set them apart ("Cut" "£48"), the text does not. */
export const seam = '\u0001'
/** Parts of one word or formula. */
const joining = new Set(['sub', 'sup', 'wbr'])
export const isSeam = (before: Node | undefined, node: Node): boolean =>
  before !== undefined && isElement(before) && isElement(node) && !joining.has(before.name) && !joining.has(node.name)

/** Spaces as one, none at the ends of lines, no empty lines, no invisible marks. */
export function tidy(text: string): string {
  return text
    .replace(/(?<=[\p{L})])\u0001+(?=[\p{Sc}\d])|(?<=\p{Ll})\u0001+(?=\p{Lu})/gu, ' ')
    .replace(/[\u00ad\u200b\u2060\ufeff\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n[ \n]*/g, '\n')
    .trim()
}

/** Elements that begin a line of their own. */
export const blocks = new Set(
  `address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer form
h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre search section summary table tbody td tfoot th thead
tr ul`.split(/\s+/),
)
