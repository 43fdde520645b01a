/** Whether the widget shows on a page of the client's, and what stands in its way. */
import { useSignal } from '@preact/signals'
import { ApiError, api, type EmbedCheck as Check } from '../api.ts'
import { t } from '../text.ts'
import { Button } from './button.tsx'
import { Field } from './field.tsx'
import { FormProblem, Notice } from './surface.tsx'

/** `onLive` runs when the widget was seen there. */
export function EmbedCheck({ url, onLive }: { url: string; onLive?: () => void }) {
  const address = useSignal(url)
  const found = useSignal<Check | undefined>(undefined)
  const problem = useSignal<ApiError | undefined>(undefined)
  const busy = useSignal(false)
  const check = async (event: Event) => {
    event.preventDefault()
    if (busy.peek() || !address.peek().trim()) return
    busy.value = true
    problem.value = undefined
    try {
      const typed = address.peek().trim()
      found.value = await api.embedCheck(/^https?:\/\//i.test(typed) ? typed : `https://${typed}`)
      if (found.value.shows) onLive?.()
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown
      problem.value = thrown
      found.value = undefined
    } finally {
      busy.value = false
    }
  }
  return (
    <form class="stack" onSubmit={check} noValidate>
      <Field label={t.embed.label} hint={t.embed.hint}>
        {({ id, describedBy }) => (
          <div class="with-action">
            <input
              id={id}
              class="control"
              type="url"
              inputMode="url"
              placeholder="www.example.com"
              value={address.value}
              aria-describedby={describedBy}
              onInput={event => {
                address.value = event.currentTarget.value
              }}
            />
            <Button type="submit" busy={busy.value}>
              {t.embed.check}
            </Button>
          </div>
        )}
      </Field>
      <FormProblem problem={problem.value} />
      {found.value && (
        <div class="stack" role="status">
          <Notice tone={found.value.shows ? 'good' : 'warn'}>
            {found.value.shows ? t.embed.live : t.embed.notLive}
          </Notice>
          {found.value.findings
            .filter(finding => finding.level !== 'good')
            .map(finding => (
              <Notice key={finding.code} tone={finding.level === 'problem' ? 'bad' : 'info'}>
                <p>{finding.message}</p>
                {finding.fix && <p class="quiet">{finding.fix}</p>}
              </Notice>
            ))}
        </div>
      )}
    </form>
  )
}
