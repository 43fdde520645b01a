/** Which blocks of a page are content: by where they stand on the page, and by what repeats on other pages of the site (`web/template.ts`). */
import { looksLikeContact, mayBeBeside } from './contact.ts'
import type { Page } from './page.ts'

/** Letters that a page's marked content must have, to be believed that it is all of it. */
const enough = 140
const sentence = /[.!?。！？…](?:["'”’»)]*)(?:\s|$)/

/**
 * @param place whether a block stands on this page alone, or on many of the site, this being the first or a later one. What
 *   is repeated and says something is kept on the first page: a phone number in a footer is worth having once.
 */
export function contentOf(
  page: Page,
  place: (hash: string) => 'alone' | 'here' | 'elsewhere' = () => 'alone',
): Page['blocks'] {
  const inside = page.blocks.filter(block => block.region === 'main' && block.kind !== 'heading')
  const marked = inside.reduce((sum, block) => sum + block.text.length, 0) >= enough
  const frame = framesOf(page.blocks)
  const kept = page.blocks.filter((block, i) => {
    if (frame.has(i) && block.kind === 'heading') return place(page.blocks[i + 1]!.hash) !== 'elsewhere'
    const repeated = block.kind === 'heading' ? 'alone' : place(block.hash)
    if (repeated === 'elsewhere') return false
    if (block.contact || frame.has(i)) return true
    if (repeated === 'here' && block.kind === 'text' && looksLikeContact(block.text)) return true
    if (
      block.region === 'edge' ||
      (marked && block.region !== 'main' && !(block.kind === 'heading' && block.level === 1))
    )
      return false
    if (repeated === 'here' && !isProse(block)) return false
    return !isMenu(block)
  })
  return withoutEmpty(kept)
}

/**
 * Places of the lines in a page's frame that say how to reach the business or when it is open, with the lines beside them and
 * the heading right above.
 */
function framesOf(blocks: Page['blocks']): Set<number> {
  const out = new Set<number>()
  for (let i = 0; i < blocks.length; ) {
    let end = i
    while (blocks[end]?.kind === 'text' && blocks[end]!.region === 'edge') end++
    const lines = Array.from({ length: end - i }, (_, k) => i + k).filter(k => blocks[k]!.linked < 0.5)
    if (lines.some(k => looksLikeContact(blocks[k]!.text))) {
      for (const k of lines) if (mayBeBeside(blocks[k]!.text) || looksLikeContact(blocks[k]!.text)) out.add(k)
      const above = blocks[i - 1]
      if (above?.kind === 'heading' && above.region === 'edge' && out.has(i)) out.add(i - 1)
    }
    i = Math.max(end, i + 1)
  }
  return out
}

/** Links without words around them. */
function isMenu(block: Page['blocks'][number]): boolean {
  if (block.kind === 'pair') return false
  if (block.kind === 'heading') return false
  if (block.linked <= 0.7 || block.contact) return false
  return !sentence.test(block.text) || block.linked > 0.95
}

const isProse = (block: Page['blocks'][number]) =>
  block.kind === 'pair' || (block.text.length >= 60 && sentence.test(block.text) && block.linked < 0.5)

/** Headings over nothing say nothing. */
function withoutEmpty(blocks: Page['blocks']): Page['blocks'] {
  return blocks.filter((block, i) => {
    if (block.kind !== 'heading') return true
    const next = blocks[i + 1]
    if (!next) return false
    // A heading above deeper headings is kept: it is part of their path.
    return next.kind !== 'heading' || next.level! > block.level!
  })
}
