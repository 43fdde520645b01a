/** What in the knowledge waits for a decision: pairs of alike entries, and entries whose source has news. */
import { useLocation } from 'preact-iso'
import { useAttention } from '../../attention.ts'
import { paths } from '../../navigation.ts'
import { count, t } from '../../text.ts'
import { SubNav } from '../../ui/sub-nav.tsx'
import { Page } from '../../ui/surface.tsx'
import { useKnowledgeTabs } from '../sources/tabs.ts'
import { Changed } from './changed.tsx'
import { Pairs } from './pairs.tsx'

export default function Review() {
  const { path } = useLocation()
  const waiting = useAttention()
  const tabs = useKnowledgeTabs()
  const isChanged = path === paths.changedSources
  const parts = [
    { href: paths.review, label: t.review.pairs, n: waiting && waiting.duplicates + waiting.contradictions },
    { href: paths.changedSources, label: t.review.changed, n: waiting?.flagged },
  ]
  return (
    <Page title={t.knowledge.title} lead={t.review.lead}>
      <SubNav label={t.knowledge.title} path={paths.review} items={tabs} />
      <nav class="segments" aria-label={t.review.parts}>
        {parts.map(({ href, label, n }) => (
          <a key={href} href={href} aria-current={href === path ? 'page' : undefined}>
            {label} {n ? <span class="segment-count">{count(n)}</span> : null}
          </a>
        ))}
      </nav>
      {isChanged ? <Changed /> : <Pairs />}
    </Page>
  )
}

/** The keyboard goes on with the one that takes the place of the one decided, or with the title. */
export function focusAfter(list: HTMLElement | null, index: number): void {
  setTimeout(() => {
    const heads = list?.querySelectorAll<HTMLElement>('.review-head')
    const target = heads?.[Math.min(index, heads.length - 1)] ?? document.querySelector<HTMLElement>('h1')
    target?.focus()
  })
}
