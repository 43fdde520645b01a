/** Asking the bot beside the entry that is being written: would it answer, and from this one? */
import { useSignal } from '@preact/signals'
import type { ChatReply } from '../../server/chat/wire.ts'
import { type ApiError, api, asApiError } from '../api.ts'
import { percent, t } from '../text.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { Markdown } from '../ui/markdown.tsx'
import { Badge, Card, FormProblem } from '../ui/surface.tsx'
import { Trial } from './trial.tsx'

interface AskBesideProps {
  /** Absent for a new entry. */
  entryId?: string
  suggestion: string
  /** What is typed is not saved yet. */
  unsaved: boolean
}

export function AskBeside({ entryId, suggestion, unsaved }: AskBesideProps) {
  const typed = useSignal<string | undefined>(undefined)
  const reply = useSignal<ChatReply | undefined>(undefined)
  const problem = useSignal<ApiError | undefined>(undefined)
  const busy = useSignal(false)
  const question = typed.value ?? suggestion
  const ask = async (event: Event) => {
    event.preventDefault()
    if (!question.trim() || busy.peek()) return
    busy.value = true
    problem.value = undefined
    try {
      await api.chat({ message: question.trim() }, { done: done => (reply.value = done) }, new AbortController().signal)
    } catch (thrown) {
      problem.value = asApiError(thrown)
    } finally {
      busy.value = false
    }
  }
  const from = reply.value?.sources.some(source => source.id === entryId)
  return (
    <Card title={t.beside.title}>
      <form class="stack" onSubmit={ask}>
        <Field label={t.tryBot.message} hint={t.beside.hint}>
          {({ id, describedBy }) => (
            <div class="with-action">
              <input
                id={id}
                class="control"
                value={question}
                maxLength={2_000}
                aria-describedby={describedBy}
                onInput={event => {
                  typed.value = event.currentTarget.value
                }}
              />
              <Button type="submit" busy={busy.value}>
                {t.tryBot.send}
              </Button>
            </div>
          )}
        </Field>
        <FormProblem problem={problem.value} />
        {reply.value && (
          <div class="bubble bubble-bot" role="status">
            <Markdown text={reply.value.response} />
            <p class="verdict">
              {reply.value.answered ? (
                <Badge tone={from ? 'good' : 'info'}>{t.tryBot.answered(percent(reply.value.confidence))}</Badge>
              ) : (
                <Badge tone="warn">{t.tryBot.notAnswered}</Badge>
              )}
              {reply.value.answered && entryId && (
                <span class="quiet">
                  {from ? t.beside.fromThis : t.beside.fromOther(reply.value.sources[0]?.title ?? '')}
                </span>
              )}
            </p>
          </div>
        )}
      </form>
      {entryId && <Trial entryId={entryId} unsaved={unsaved} />}
    </Card>
  )
}
