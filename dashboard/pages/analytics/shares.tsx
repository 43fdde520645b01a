/** A ranking: names with their counts, the longest bar for the most. */
import { useSignal } from '@preact/signals'
import { count, t } from '../../text.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/surface.tsx'

interface ShareRow {
  name: string
  count: number
  href?: string
  note?: string
}

const few = 7

export function Shares({ title, rows }: { title: string; rows: ShareRow[] }) {
  const all = useSignal(false)
  const top = Math.max(1, ...rows.map(row => row.count))
  return (
    <Card title={title}>
      {rows.length === 0 && <p class="quiet">{t.analytics.nothing}</p>}
      <ul class="shares">
        {(all.value ? rows : rows.slice(0, few)).map(row => (
          <li key={row.name + (row.href ?? '')} class="share">
            <span class="share-name">
              {row.href ? <a href={row.href}>{row.name}</a> : row.name}{' '}
              {row.note && <span class="quiet">{row.note}</span>}
            </span>
            <span class="share-count">{count(row.count)}</span>
            <span class="share-track">
              <span class="share-bar" style={{ width: `${(100 * row.count) / top}%` }} />
            </span>
          </li>
        ))}
      </ul>
      {rows.length > few && !all.value && (
        <Button
          small
          kind="quiet"
          onClick={() => {
            all.value = true
          }}
        >
          {t.analytics.more(count(rows.length - few))}
        </Button>
      )}
    </Card>
  )
}
