/** Questions that found no answer. */
import { paths } from '../../navigation.ts'
import { t } from '../../text.ts'
import { Questions } from './questions.tsx'

export default function Unanswered() {
  return (
    <Questions list="unanswered" path={paths.improve} empty={{ title: t.improve.empty, text: t.improve.emptyText }} />
  )
}
