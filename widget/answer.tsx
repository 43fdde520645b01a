/** @jsxImportSource ./dom */
import type { Child } from './dom/jsx-runtime.ts'
import { type Block, readMarkdown, type Span } from './markdown.ts'

/** Opens beside the client's page, and tells the other side nothing of it. */
export const OuterLink = ({ href, children }: { href: string; children?: Child }) => (
  <a href={href} target="_blank" rel="noopener noreferrer">
    {children}
  </a>
)

function span(node: Span): Child {
  if (typeof node === 'string') return node
  switch (node.tag) {
    case 'br':
      return <br />
    case 'a':
      return <OuterLink href={node.href}>{node.children.map(span)}</OuterLink>
    case 'strong':
      return <strong>{node.children.map(span)}</strong>
    case 'em':
      return <em>{node.children.map(span)}</em>
    case 'code':
      return <code>{node.children.map(span)}</code>
  }
}

function block(node: Block): Child {
  if (node.tag === 'p') return <p>{node.children.map(span)}</p>
  const items = node.items.map(item => <li>{item.map(span)}</li>)
  return node.tag === 'ol' ? <ol start={node.start}>{items}</ol> : <ul>{items}</ul>
}

/** An answer's text as nodes. */
export const Answer = ({ text }: { text: string }) => (
  <div class="answer" dir="auto">
    {readMarkdown(text).map(block)}
  </div>
)
