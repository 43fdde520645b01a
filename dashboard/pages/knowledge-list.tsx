/** What the bot knows: find, filter, open, delete. The address holds the search, so Back and a saved link show the same. */

import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { api, type EntryPage, type EntryQuery, type KnowledgeEntry } from '../api.ts'
import { paths } from '../navigation.ts'
import { deleted, deleteWithUndo } from '../pending-delete.ts'
import { useResource } from '../resource.ts'
import { ago, count, t } from '../text.ts'
import { Button, ButtonLink, IconButton } from '../ui/button.tsx'
import { Select } from '../ui/choice.tsx'
import { Meter } from '../ui/meter.tsx'
import { SearchBox } from '../ui/search-box.tsx'
import { SubNav } from '../ui/sub-nav.tsx'
import { Badge, Empty, Failed, Loading, Page } from '../ui/surface.tsx'
import { Bulk } from './bulk.tsx'
import { ClearKnowledge } from './clear-knowledge.tsx'
import { HandEditNotice } from './hand-edit.tsx'
import { useKnowledgeTabs } from './sources/tabs.ts'

const pageSize = 20

interface Filter {
  search: string
  category: string
  source: string
  page: number
}

const readFilter = (query: Record<string, string>): Filter => ({
  search: query.search ?? '',
  category: query.category ?? '',
  source: query.source ?? '',
  page: Math.max(1, Number.parseInt(query.page ?? '1', 10) || 1),
})

function addressOf(filter: Filter): string {
  const query = new URLSearchParams()
  for (const name of ['search', 'category', 'source'] as const) if (filter[name]) query.set(name, filter[name])
  if (filter.page > 1) query.set('page', String(filter.page))
  const written = query.toString()
  return written ? `${paths.knowledge}?${written}` : paths.knowledge
}

export default function KnowledgeList() {
  const { query, route } = useLocation()
  const filter = readFilter(query)
  const call: EntryQuery = { ...filter, limit: pageSize }
  const list = useResource(`knowledge:${JSON.stringify(call)}`, () => api.listEntries(call))
  const shown = useRef<EntryPage>(undefined)
  if (list.data.value) shown.current = list.data.value
  // While the next page is on its way the present one stays.
  const page = list.data.value ?? shown.current
  const clearing = useSignal(false)
  const filtered = Boolean(filter.search || filter.category || filter.source)
  const change = (next: Partial<Filter>, replace = false) => route(addressOf({ ...filter, page: 1, ...next }), replace)

  const entries = page?.data.filter(entry => !deleted.value.has(entry.id)) ?? []
  const hidden = page ? page.data.length - entries.length : 0

  // The last entry of the last page is gone: show the page before it.
  useEffect(() => {
    if (list.data.value && filter.page > Math.max(1, list.data.value.pages))
      change({ page: Math.max(1, list.data.value.pages) }, true)
  }, [list.data.value])

  return (
    <Page
      title={t.knowledge.title}
      lead={t.knowledge.lead}
      actions={
        <ButtonLink href={paths.newEntry} kind="primary" icon="plus">
          {t.knowledge.add}
        </ButtonLink>
      }
    >
      <HandEditNotice />
      <SubNav label={t.knowledge.title} path={paths.knowledge} items={useKnowledgeTabs()} />
      {list.error.value && <Failed error={list.error.value} onRetry={list.reload} />}
      {!page && !list.error.value && <Loading lines={6} />}
      {page && page.knowledge_count - hidden <= 0 && !filtered ? (
        <Empty
          icon="knowledge"
          title={t.knowledge.emptyTitle}
          actions={
            <>
              <ButtonLink href={paths.sources} kind="primary" icon="plus">
                {t.sources.addFirst}
              </ButtonLink>
              <ButtonLink href={paths.newEntry}>{t.knowledge.addFirst}</ButtonLink>
            </>
          }
        >
          {t.knowledge.emptyText}
        </Empty>
      ) : (
        page && (
          <>
            <div class="knowledge-limit">
              <Meter label={t.knowledge.used} used={page.knowledge_count - hidden} limit={page.knowledge_limit} />
            </div>
            <Filters filter={filter} page={page} busy={list.loading.value} change={change} />
            <p class="visually-hidden" role="status">
              {list.loading.value ? '' : t.knowledge.found(page.total - hidden)}
            </p>
            {entries.length > 0 ? (
              <EntryList entries={entries} categories={page.categories} />
            ) : (
              <Empty
                icon="search"
                title={t.knowledge.noneTitle}
                actions={
                  <>
                    <Button onClick={() => change({ search: '', category: '', source: '' })}>
                      {t.knowledge.showAll}
                    </Button>
                    {filter.search && (
                      <ButtonLink href={paths.answerTo(filter.search)} icon="plus">
                        {t.knowledge.answerThis}
                      </ButtonLink>
                    )}
                  </>
                }
              >
                {filter.search ? t.knowledge.noneFor(filter.search) : t.knowledge.noneHere}
              </Empty>
            )}
            {page.pages > 1 && <Pager filter={filter} page={page} />}
            <div class="page-foot">
              <Button
                small
                kind="quiet"
                icon="trash"
                onClick={() => {
                  clearing.value = true
                }}
              >
                {t.clear.open}
              </Button>
            </div>
          </>
        )
      )}
      {clearing.value && page && (
        <ClearKnowledge
          count={page.knowledge_count}
          onClose={() => {
            clearing.value = false
          }}
        />
      )}
    </Page>
  )
}

interface FiltersProps {
  filter: Filter
  page: EntryPage
  busy: boolean
  change: (next: Partial<Filter>, replace?: boolean) => void
}

function Filters({ filter, page, busy, change }: FiltersProps) {
  const options = (all: string, values: string[], chosen: string) => [
    { value: '', label: all },
    ...[...new Set([...values, chosen])].filter(Boolean).map(value => ({ value, label: value })),
  ]
  return (
    <search class="filters">
      <SearchBox
        label={t.knowledge.search}
        value={filter.search}
        busy={busy}
        // One step of history per search, not one per letter.
        onSearch={search => change({ search }, filter.search !== '')}
      />
      {page.categories.length > 1 || filter.category ? (
        <Select
          label={t.knowledge.category}
          value={filter.category}
          options={options(t.knowledge.allCategories, page.categories, filter.category)}
          onChange={category => change({ category })}
        />
      ) : null}
      {page.sources.length > 1 || filter.source ? (
        <Select
          label={t.knowledge.source}
          value={filter.source}
          options={options(t.knowledge.allSources, page.sources, filter.source)}
          onChange={source => change({ source })}
        />
      ) : null}
    </search>
  )
}

/** An entry's name in a list: its question, its title, or how its text begins. */
function nameOf(entry: KnowledgeEntry): string {
  return entry.question || entry.title || entry.content.slice(0, 120)
}

function EntryList({ entries, categories }: { entries: KnowledgeEntry[]; categories: string[] }) {
  const list = useRef<HTMLUListElement>(null)
  const chosen = useSignal<ReadonlySet<string>>(new Set())
  const here = entries.filter(entry => chosen.value.has(entry.id))
  const toggle = (id: string) => {
    const next = new Set(chosen.peek())
    if (!next.delete(id)) next.add(id)
    chosen.value = next
  }
  const remove = (entry: KnowledgeEntry, index: number) => {
    deleteWithUndo(entry)
    // The keyboard goes on with the entry that takes this one's place.
    setTimeout(() => {
      const links = list.current?.querySelectorAll<HTMLElement>('.entry-link')
      const target = links?.[Math.min(index, links.length - 1)] ?? document.querySelector<HTMLElement>('h1')
      target?.focus()
    })
  }
  return (
    <>
      {here.length > 0 && (
        <Bulk
          entries={here}
          all={entries}
          categories={categories}
          onAll={() => {
            chosen.value = new Set(entries.map(({ id }) => id))
          }}
          onDone={() => {
            chosen.value = new Set()
          }}
        />
      )}
      <ul class="entries" ref={list}>
        {entries.map((entry, index) => (
          <li key={entry.id} class="entry">
            <input
              type="checkbox"
              class="entry-choose"
              aria-label={t.bulk.choose(nameOf(entry))}
              checked={chosen.value.has(entry.id)}
              onChange={() => toggle(entry.id)}
            />
            <div class="entry-main">
              <a class="entry-link" href={paths.entry(entry.id)}>
                {nameOf(entry)}
              </a>
              {(entry.question || entry.title) && <p class="entry-text">{entry.content.slice(0, 500)}</p>}
              <p class="entry-facts">
                {!entry.is_active && <Badge tone="warn">{t.knowledge.off}</Badge>}
                {entry.category && <Badge>{entry.category}</Badge>}
                {entry.source && <span>{entry.source}</span>}
                <time dateTime={entry.updated_at || entry.created_at}>{ago(entry.updated_at || entry.created_at)}</time>
              </p>
            </div>
            <IconButton icon="trash" label={t.knowledge.delete(nameOf(entry))} onClick={() => remove(entry, index)} />
          </li>
        ))}
      </ul>
    </>
  )
}

function Pager({ filter, page }: { filter: Filter; page: EntryPage }) {
  const { page: now, pages } = page
  return (
    <nav class="pager" aria-label={t.pager.label}>
      {now > 1 ? (
        <ButtonLink small href={addressOf({ ...filter, page: now - 1 })} icon="back">
          {t.pager.previous}
        </ButtonLink>
      ) : (
        <span />
      )}
      <span>{t.pager.position(count(now), count(pages))}</span>
      {now < pages ? (
        <ButtonLink small href={addressOf({ ...filter, page: now + 1 })} iconAfter="forward">
          {t.pager.next}
        </ButtonLink>
      ) : (
        <span />
      )}
    </nav>
  )
}
