/** Writing an answer to what visitors asked: the entry, the golden beside it and the mark on the question, all or nothing. */
import { AppError } from '../errors.ts'
import type { Entries } from '../knowledge/entry.ts'
import type { Goldens } from './golden.ts'
import type { GoldenRuns } from './golden-run.ts'
import type { QuestionList } from './question-list.ts'
import type { AnswerReply, AnswerRequest } from './wire.ts'

export type AnswerWriter = (clientId: string, request: AnswerRequest) => Promise<AnswerReply>

export interface AnswerDeps {
  entries: Entries
  goldens: Goldens
  runs: GoldenRuns
  lists: Record<'unanswered' | 'complaints', QuestionList>
}

/** @throws AppError `not_found` for a group that is gone, `knowledge_limit_reached` */
export function createAnswerWriter({ entries, goldens, runs, lists }: AnswerDeps): AnswerWriter {
  return async (clientId, { group, ...fields }) => {
    const asked = group ? await lists[group.list].questionOf(clientId, group.id) : fields.question
    if (asked === undefined) throw new AppError('not_found', 'This question is not in the list any more.')
    const marks = group ? await lists[group.list].marking(clientId, group.id, 'resolved') : []
    let golden: Awaited<ReturnType<Goldens['beside']>>
    const entry = await entries.add(clientId, { kind: 'qa', ...fields }, async ({ id }) => {
      // From now on it is watched: no later change takes this answer away unseen.
      golden = await goldens.beside(clientId, { question: asked, expected: [id] })
      return [...(golden?.changes ?? []), ...marks]
    })
    const run = (await runs.settle(clientId)) ?? (await runs.run(clientId))
    return { success: true, entry, golden: golden?.golden ?? null, run }
  }
}
