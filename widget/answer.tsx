/** @jsxImportSource ./dom */
import { type Child, jsx } from './dom/jsx-runtime.ts'
import { type Block, readMarkdown, type Span } from './markdown.ts'

/** Opens beside the client's page, and tells the other side nothing of it. */
export const OuterLink = ({
  children,
  ...rest
}: {
  href: string
  children?: Child
  class?: string
  onClick?(): void
}) => (
  <a {...rest} target="_blank" rel="noopener noreferrer">
    {children}
  </a>
)

const spans = (nodes: Span[]): Child => nodes.map(span)

const span = (node: Span): Child =>
  typeof node === 'string'
    ? node
    : node.tag === 'a'
      ? OuterLink({ href: node.href, children: spans(node.children) })
      : jsx(node.tag, { children: node.tag !== 'br' && spans(node.children) })

const block = (node: Block): Child =>
  node.tag === 'p'
    ? jsx('p', { children: spans(node.children) })
    : jsx(node.tag, { start: node.start, children: node.items.map(item => <li>{spans(item)}</li>) })

/** An answer's text as nodes. */
export const Answer = ({ text }: { text: string }) => (
  <div class="answer" dir="auto">
    {readMarkdown(text).map(block)}
  </div>
)
