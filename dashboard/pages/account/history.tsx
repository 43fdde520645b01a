/** What happened to the account, newest first. */
import { useSignal } from '@preact/signals'
import { api } from '../../api.ts'
import { useResource } from '../../resource.ts'
import { count, momentOf, t } from '../../text.ts'
import { Button } from '../../ui/button.tsx'
import { Card, Empty, Failed, Loading } from '../../ui/surface.tsx'

export function History() {
  const page = useSignal(1)
  const events = useResource(`audit:${page.value}`, () => api.audit(page.value))
  const data = events.data.value
  return (
    <Card title={t.account.parts.history} flush>
      <p class="card-lead">{t.account.historyLead}</p>
      {events.error.value && <Failed error={events.error.value} onRetry={events.reload} />}
      {!data && !events.error.value && <Loading lines={6} />}
      {data?.total === 0 && <Empty icon="account" title={t.account.historyEmpty} />}
      <ul class="rows">
        {data?.data.map((event, i) => (
          <li key={`${event.timestamp}${i}`} class="row-item">
            <div>
              <p class="row-title">{t.account.events[event.action] ?? event.action}</p>
              <p class="quiet">
                <time dateTime={event.timestamp}>{momentOf(event.timestamp)}</time> · {event.ip_address}
                {event.via === 'key' && ` · ${t.account.byKey}`}
              </p>
            </div>
            <span class="quiet">{said(event.details)}</span>
          </li>
        ))}
      </ul>
      {data && data.pages > 1 && (
        <div class="pager card-foot">
          {page.value > 1 ? (
            <Button small onClick={() => page.value--}>
              {t.pager.previous}
            </Button>
          ) : (
            <span />
          )}
          <span>{t.pager.position(count(page.value), count(data.pages))}</span>
          {page.value < data.pages ? (
            <Button small onClick={() => page.value++}>
              {t.pager.next}
            </Button>
          ) : (
            <span />
          )}
        </div>
      )}
    </Card>
  )
}

/** The few words of an event's details that help to recognize it. */
function said(details: Record<string, unknown>): string {
  const { name, key, to, plan, fields } = details
  return [name ?? key ?? to ?? plan ?? (Array.isArray(fields) ? fields.join(', ') : '')].join('')
}
