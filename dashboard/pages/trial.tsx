/** “Test this entry”: what visitors would ask of it, and whether the bot finds it. */
import { useSignal } from '@preact/signals'
import { type ApiError, api, asApiError, type EntryTrial } from '../api.ts'
import { paths } from '../navigation.ts'
import { percent, t } from '../text.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { FormProblem, Notice } from '../ui/surface.tsx'

/** @param unsaved what is typed differs from what would be tested */
export function Trial({ entryId, unsaved }: { entryId: string; unsaved: boolean }) {
  const trials = useSignal<EntryTrial[] | undefined>(undefined)
  const problem = useSignal<ApiError | undefined>(undefined)
  const busy = useSignal(false)
  const run = async () => {
    busy.value = true
    problem.value = undefined
    try {
      trials.value = (await api.testEntry(entryId)).data
    } catch (thrown) {
      problem.value = asApiError(thrown)
    } finally {
      busy.value = false
    }
  }
  const found = trials.value?.filter(trial => trial.found).length ?? 0
  const all = trials.value?.length ?? 0
  return (
    <div class="stack trial">
      <p class="field-hint">{unsaved ? t.trial.unsaved : t.trial.hint}</p>
      <div>
        <Button small icon="search" busy={busy.value} onClick={run}>
          {t.trial.run}
        </Button>
      </div>
      <FormProblem problem={problem.value} />
      <div role="status" class="stack">
        {trials.value && all === 0 && <p>{t.trial.none}</p>}
        {all > 0 && (
          <>
            <Notice tone={found === all ? 'good' : 'warn'}>
              {found === all ? t.trial.all(all) : t.trial.some(found, all)} {found < all && t.trial.tip}
            </Notice>
            <ul class="trials">
              {trials.value!.map(trial => (
                <TrialRow key={trial.question} trial={trial} />
              ))}
            </ul>
          </>
        )}
      </div>
    </div>
  )
}

function TrialRow({ trial }: { trial: EntryTrial }) {
  return (
    <li class={trial.found ? 'trial-row trial-found' : 'trial-row'}>
      <Icon name={trial.found ? 'check' : 'close'} size={16} />
      <div>
        <p class="trial-question">{trial.question}</p>
        <p class="quiet">
          {trial.found ? (
            `${t.trial.found}, ${percent(trial.confidence)}`
          ) : (
            <>
              {t.trial.lost}
              {trial.rank !== null && ` (${t.trial.place(trial.rank)})`}
              {': '}
              {trial.instead ? (
                <>
                  {t.trial.instead} <a href={paths.entry(trial.instead.id)}>{trial.instead.title}</a>
                </>
              ) : (
                t.trial.unanswered
              )}
            </>
          )}
        </p>
      </div>
    </li>
  )
}
