/** An answer as visitors see it: the widget's own reading of Markdown, as nodes and never as HTML. */
import { Fragment } from 'preact'
import { readMarkdown, type Span } from '../../widget/markdown.ts'

export function Markdown({ text }: { text: string }) {
  return (
    <div class="prose">
      {readMarkdown(text).map((block, i) => {
        if (block.tag === 'p') return <p key={i}>{spans(block.children)}</p>
        const items = block.items.map((item, at) => <li key={at}>{spans(item)}</li>)
        return block.tag === 'ol' ? (
          <ol key={i} start={block.start}>
            {items}
          </ol>
        ) : (
          <ul key={i}>{items}</ul>
        )
      })}
    </div>
  )
}

const spans = (list: Span[]) =>
  list.map((span, i) => {
    if (typeof span === 'string') return <Fragment key={i}>{span}</Fragment>
    if (span.tag === 'br') return <br key={i} />
    if (span.tag === 'a')
      return (
        <a key={i} href={span.href} target="_blank" rel="noopener noreferrer">
          {spans(span.children)}
        </a>
      )
    const Tag = span.tag
    return <Tag key={i}>{spans(span.children)}</Tag>
  })
