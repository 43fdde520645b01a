/** The parts of Knowledge. */
import { useAttention } from '../../attention.ts'
import { paths } from '../../navigation.ts'
import { t } from '../../text.ts'

export function useKnowledgeTabs() {
  const waiting = useAttention()?.total
  return [
    { href: paths.knowledge, label: t.sources.allEntries },
    { href: paths.sources, label: t.sources.title },
    { href: paths.review, label: t.review.title, count: waiting },
    { href: paths.categories, label: t.categories.title },
    { href: paths.spreadsheet, label: t.spreadsheet.title },
  ]
}
