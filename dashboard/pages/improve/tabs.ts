/** The parts of Improve. */
import { paths } from '../../navigation.ts'
import { t } from '../../text.ts'

export const improveTabs = () => [
  { href: paths.improve, label: t.improve.unanswered },
  { href: paths.badlyRated, label: t.improve.badlyRated },
  { href: paths.goldens, label: t.goldens.title },
]
