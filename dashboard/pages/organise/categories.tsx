/** Categories: how many entries each has, renamed or joined in place, taken away with the entries staying. */
import { useSignal } from '@preact/signals'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { api, type Category } from '../../api.ts'
import { decided } from '../../attention.ts'
import { paths } from '../../navigation.ts'
import { refresh, useResource } from '../../resource.ts'
import { t } from '../../text.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { SubNav } from '../../ui/sub-nav.tsx'
import { Card, Empty, Failed, Loading, Page } from '../../ui/surface.tsx'
import { undoable } from '../../undoing.ts'
import { useKnowledgeTabs } from '../sources/tabs.ts'

const stale = () => Promise.all([refresh('categories'), decided()])

export default function Categories() {
  const { path } = useLocation()
  const tabs = useKnowledgeTabs()
  const list = useResource('categories', api.categories)
  const rows = list.data.value?.data
  // Those in none come last: they are what is left to do.
  const sorted = rows && [...rows.filter(row => row.category !== ''), ...rows.filter(row => row.category === '')]
  return (
    <Page title={t.knowledge.title} lead={t.categories.lead}>
      <SubNav label={t.knowledge.title} path={path} items={tabs} />
      {list.error.value && <Failed error={list.error.value} onRetry={list.reload} />}
      {!sorted && !list.error.value && <Loading lines={4} />}
      {sorted?.length === 0 && (
        <Empty icon="knowledge" title={t.categories.empty}>
          {t.categories.emptyText}
        </Empty>
      )}
      {sorted && sorted.length > 0 && (
        <Card flush>
          <ul class="rows">
            {sorted.map(row => (
              <Row key={row.category} row={row} all={sorted} />
            ))}
          </ul>
        </Card>
      )}
    </Page>
  )
}

function Row({ row, all }: { row: Category; all: Category[] }) {
  const writing = useSignal(false)
  const name = row.category || t.categories.none
  const opener = useRef<HTMLSpanElement>(null)
  const close = () => {
    writing.value = false
    setTimeout(() => opener.current?.querySelector('button')?.focus())
  }
  const move = (to: string, text: string) => undoable({ run: () => api.renameCategory(row.category, to), text, stale })
  return (
    <li class="row-item">
      {writing.value ? (
        <Rename row={row} all={all} onClose={close} onSave={move} />
      ) : (
        <>
          <div>
            <p class="row-title">{row.category || <i>{t.categories.none}</i>}</p>
            <p class="entry-facts">
              {row.category ? (
                <a href={`${paths.knowledge}?${new URLSearchParams({ category: row.category })}`}>
                  {t.categories.entries(row.entries)}
                </a>
              ) : (
                <span>{t.categories.entries(row.entries)}</span>
              )}
              {row.entries > row.active && <span>{t.categories.off(row.entries - row.active)}</span>}
            </p>
          </div>
          <span class="row" ref={opener}>
            <Button
              small
              icon="edit"
              aria-label={row.category ? t.categories.renameNamed(name) : undefined}
              onClick={() => {
                writing.value = true
              }}
            >
              {row.category ? t.categories.rename : t.categories.give}
            </Button>
            {row.category && (
              <IconButton
                icon="trash"
                label={t.categories.takeAway(name)}
                onClick={() => void move('', t.categories.takenAway(name))}
              />
            )}
          </span>
        </>
      )}
    </li>
  )
}

interface RenameProps {
  row: Category
  all: Category[]
  onClose: () => void
  onSave: (to: string, text: string) => Promise<boolean>
}

function Rename({ row, all, onClose, onSave }: RenameProps) {
  const typed = useSignal(row.category)
  const busy = useSignal(false)
  const input = useRef<HTMLInputElement>(null)
  // Before anything is painted: the first letter typed belongs here.
  useLayoutEffect(() => {
    input.current!.focus()
    input.current!.select()
  }, [])
  const to = typed.value.trim()
  const joins = to !== row.category ? all.find(other => other.category === to && to !== '') : undefined
  const save = async (event: Event) => {
    event.preventDefault()
    if (busy.peek()) return
    if (to === '' || to === row.category) return onClose()
    busy.value = true
    const text =
      row.category === ''
        ? t.categories.given(row.entries, to)
        : joins
          ? t.categories.joined(row.category, to)
          : t.categories.renamed(row.category, to)
    if (await onSave(to, text)) onClose()
    busy.value = false
  }
  const label = row.category ? t.categories.name(row.category) : t.categories.nameOfNone
  return (
    <form class="rename" onSubmit={save}>
      <div class="with-action">
        <input
          ref={input}
          class="control"
          aria-label={label}
          value={typed.value}
          maxLength={300}
          list="category-names"
          onInput={event => {
            typed.value = event.currentTarget.value
          }}
          onKeyDown={event => {
            if (event.key !== 'Escape') return
            event.stopPropagation()
            onClose()
          }}
        />
        <datalist id="category-names">
          {all
            .filter(other => other.category && other !== row)
            .map(other => (
              <option key={other.category} value={other.category} />
            ))}
        </datalist>
        <Button type="submit" kind="primary" busy={busy.value}>
          {t.categories.save}
        </Button>
        <Button kind="quiet" onClick={onClose}>
          {t.cancel}
        </Button>
      </div>
      <p class="field-hint" role="status">
        {joins && t.categories.joins(joins.category, joins.entries)}
      </p>
    </form>
  )
}
