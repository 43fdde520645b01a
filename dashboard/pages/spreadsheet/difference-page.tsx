/** What a file would change, part by part and page by page, and the decision. */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { type ApiError, asApiError, type RoundTripReply } from '../../api.ts'
import { decided } from '../../attention.ts'
import { difference as differenceOf } from '../../difference.ts'
import { useAddressFilter } from '../../filter.ts'
import { paths } from '../../navigation.ts'
import { count, t } from '../../text.ts'
import { Button } from '../../ui/button.tsx'
import { Choice } from '../../ui/choice.tsx'
import { Marked } from '../../ui/difference.tsx'
import { Pager } from '../../ui/pager.tsx'
import { Card, Empty, FormProblem, Loading, Notice } from '../../ui/surface.tsx'
import { undoable } from '../../undoing.ts'
import { accept, busy, type Held, putAway, tell } from './held.ts'

const pageSize = 50
type Part = 'changed' | 'added' | 'removed'

export function DifferencePage({ held }: { held: Held }) {
  const { file, difference } = held
  const { counts, room } = difference
  const parts = (['changed', 'added', 'removed'] as const).filter(part => counts[part] > 0)
  const { filter, page: asked, change, addressOf } = useAddressFilter(paths.spreadsheet, { show: '' })
  const part: Part | undefined = parts.find(name => name === filter.show) ?? parts[0]
  const all = counts.added + counts.changed + counts.removed
  const pages = Math.max(1, Math.ceil((part ? counts[part] : 0) / pageSize))
  const page = Math.min(asked, pages)
  // More than half missing is rather a part of the file than a decision.
  const removed = useSignal<'delete' | 'keep'>(
    counts.removed > (counts.unchanged + counts.changed + counts.removed) / 2 ? 'keep' : 'delete',
  )
  const problem = useSignal<ApiError | undefined>(undefined)
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [file])
  useEffect(() => {
    if (part) void tell(part, page * pageSize)
  }, [part, page, difference])

  const after = room.count + counts.added - (removed.value === 'delete' ? counts.removed : 0)
  const take = async () => {
    problem.value = undefined
    try {
      const done = await accept(removed.peek())
      await undoable({
        run: async () => done,
        text: t.spreadsheet.accepted(done.counts.added, done.counts.changed, done.counts.removed),
        stale: decided,
      })
    } catch (thrown) {
      problem.value = asApiError(thrown)
    }
  }
  const close = (
    <Button kind={all === 0 ? 'primary' : 'secondary'} onClick={putAway}>
      {t.spreadsheet.putAway}
    </Button>
  )
  return (
    <>
      <Card>
        <div class="card-head">
          <h2 class="review-head" ref={heading} tabIndex={-1}>
            {t.spreadsheet.difference(file.name)}
          </h2>
        </div>
        {all === 0 ? (
          <Empty icon="check" title={t.spreadsheet.nothing} actions={close}>
            {t.spreadsheet.nothingText(counts.unchanged)}
          </Empty>
        ) : (
          <>
            <p class="quiet">{t.spreadsheet.unchanged(counts.unchanged)}</p>
            {counts.removed > 0 && (
              <Choice
                label={`${t.spreadsheet.missing} (${count(counts.removed)})`}
                value={removed.value}
                options={[
                  { value: 'delete', label: t.spreadsheet.missingDelete },
                  { value: 'keep', label: t.spreadsheet.missingKeep },
                ]}
                onChange={value => {
                  removed.value = value
                }}
              />
            )}
            {after > room.limit && after > room.count && (
              <Notice tone="warn">{t.spreadsheet.noRoom(count(after), count(room.limit))}</Notice>
            )}
            {problem.value?.code === 'conflict' ? (
              <Notice tone="warn" alert>
                {t.spreadsheet.stale}
              </Notice>
            ) : (
              <FormProblem problem={problem.value} />
            )}
            <div class="form-actions">
              <Button kind="primary" icon="check" busy={busy.value} onClick={take}>
                {t.spreadsheet.accept}
              </Button>
              {close}
            </div>
          </>
        )}
      </Card>
      {part && (
        <>
          <nav class="segments" aria-label={t.spreadsheet.parts}>
            {parts.map(name => (
              <a
                key={name}
                href={name === parts[0] ? paths.spreadsheet : `${paths.spreadsheet}?show=${name}`}
                aria-current={name === part ? 'page' : undefined}
                onClick={event => {
                  event.preventDefault()
                  change({ show: name === parts[0] ? '' : name })
                }}
              >
                {t.spreadsheet[name](counts[name])}
              </a>
            ))}
          </nav>
          <Rows difference={difference} part={part} page={page} />
          <Pager page={page} pages={pages} addressOf={addressOf} />
        </>
      )}
    </>
  )
}

function Rows({ difference, part, page }: { difference: RoundTripReply; part: Part; page: number }) {
  const [from, until] = [(page - 1) * pageSize, page * pageSize]
  if (difference[part].length < Math.min(until, difference.counts[part])) return <Loading lines={6} />
  return (
    <Card flush>
      <ul class="rows">
        {part === 'changed'
          ? difference.changed.slice(from, until).map(row => <ChangedRow key={row.id} row={row} />)
          : part === 'added'
            ? difference.added.slice(from, until).map(row => (
                <li key={row.place} class="row-item">
                  <div>
                    <p class="row-title">{row.what}</p>
                    {row.content !== row.what && <p class="entry-text">{row.content}</p>}
                  </div>
                  <span class="quiet">{row.place}</span>
                </li>
              ))
            : difference.removed.slice(from, until).map(row => (
                <li key={row.id} class="row-item">
                  <div>
                    <p class="row-title">
                      <a href={paths.entry(row.id!)}>{row.what}</a>
                    </p>
                  </div>
                </li>
              ))}
      </ul>
    </Card>
  )
}

function ChangedRow({ row }: { row: RoundTripReply['changed'][number] }) {
  return (
    <li class="row-item cells">
      <p class="row-title">
        <a href={paths.entry(row.id!)}>{row.what}</a> <span class="quiet">{row.place}</span>
      </p>
      <dl class="cell-list">
        {Object.entries(row.fields).map(([name, { from, to }]) => (
          <Cell key={name} name={name} from={shown(from)} to={shown(to)} />
        ))}
      </dl>
    </li>
  )
}

function Cell({ name, from, to }: { name: string; from: string; to: string }) {
  const [before, after] = differenceOf(from, to)
  return (
    <div class="cell">
      <dt>{t.spreadsheet.columns[name] ?? name}</dt>
      <dd>
        <span class="side-label">{t.spreadsheet.before}</span>
        {from === '' ? <p class="quiet">{t.spreadsheet.empty}</p> : <Marked pieces={before} as="removed" />}
      </dd>
      <dd>
        <span class="side-label">{t.spreadsheet.after}</span>
        {to === '' ? <p class="quiet">{t.spreadsheet.empty}</p> : <Marked pieces={after} as="added" />}
      </dd>
    </div>
  )
}

/** A cell's value as a person reads it. */
function shown(value: unknown): string {
  if (typeof value === 'boolean') return value ? t.spreadsheet.yes : t.spreadsheet.no
  if (Array.isArray(value)) return value.join('\n')
  if (value !== null && typeof value === 'object') return Object.keys(value).length > 0 ? JSON.stringify(value) : ''
  return String(value ?? '')
}
