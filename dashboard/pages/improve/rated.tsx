/** Questions with an answer that did not help. */
import { paths } from '../../navigation.ts'
import { t } from '../../text.ts'
import { Questions } from './questions.tsx'

export default function BadlyRated() {
  return (
    <Questions
      list="complaints"
      path={paths.badlyRated}
      empty={{ title: t.improve.noneRated, text: t.improve.noneRatedText }}
    />
  )
}
