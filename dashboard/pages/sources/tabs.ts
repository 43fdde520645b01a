/** The parts of Knowledge. */
import { paths } from '../../navigation.ts'
import { t } from '../../text.ts'

export const knowledgeTabs = () => [
  { href: paths.knowledge, label: t.sources.allEntries },
  { href: paths.sources, label: t.sources.title },
]
