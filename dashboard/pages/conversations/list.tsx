/** What visitors said, newest first. */
import { api } from '../../api.ts'
import { csvOf, saveFile } from '../../download.ts'
import { useAddressFilter } from '../../filter.ts'
import { paths } from '../../navigation.ts'
import { deleted } from '../../pending-delete.ts'
import { useResource } from '../../resource.ts'
import { ago, count, languageName, t } from '../../text.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { Select } from '../../ui/choice.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Pager } from '../../ui/pager.tsx'
import { SearchBox } from '../../ui/search-box.tsx'
import { SubNav } from '../../ui/sub-nav.tsx'
import { Badge, Empty, Failed, Loading, Notice, Page } from '../../ui/surface.tsx'

const none = { search: '', from: '', to: '', answered: '', rating: '', lang: '' }

export const talkTabs = () => [
  { href: paths.conversations, label: t.nav.conversations },
  { href: paths.leads, label: t.leads.title },
]

export default function Conversations() {
  const { filter, page, on, change, addressOf } = useAddressFilter(paths.conversations, none)
  const call = { ...filter, page, limit: 30 }
  const list = useResource(`conversations:${JSON.stringify(call)}`, () => api.conversations(call))
  const data = list.data.value
  const rows = data?.data.filter(row => !deleted.value.has(row.session_id)) ?? []
  return (
    <Page
      title={t.nav.conversations}
      lead={t.talks.lead}
      actions={
        data &&
        data.total > 0 && (
          <Button small icon="down" onClick={() => exportAll(filter)}>
            {t.talks.export}
          </Button>
        )
      }
    >
      <SubNav label={t.nav.conversations} path={paths.conversations} items={talkTabs()} />
      <search class="filters">
        <SearchBox
          label={t.talks.search}
          value={filter.search}
          busy={list.loading.value}
          onSearch={search => change({ search }, filter.search !== '')}
        />
        <Select
          label={t.talks.answered}
          value={filter.answered}
          options={[
            { value: '', label: t.talks.all },
            { value: 'yes', label: t.talks.allAnswered },
            { value: 'no', label: t.talks.someNot },
          ]}
          onChange={answered => change({ answered })}
        />
        <Select
          label={t.talks.rating}
          value={filter.rating}
          options={[
            { value: '', label: t.talks.anyRating },
            { value: 'up', label: t.talks.liked },
            { value: 'down', label: t.talks.disliked },
          ]}
          onChange={rating => change({ rating })}
        />
        <Select
          label={t.talks.lang}
          value={filter.lang}
          options={[
            { value: '', label: t.talks.anyLang },
            ...[...new Set(['en', 'de', 'fr', 'es', 'it', ...(filter.lang ? [filter.lang] : [])])].map(lang => ({
              value: lang,
              label: languageName(lang),
            })),
          ]}
          onChange={lang => change({ lang })}
        />
        <label class="date-filter">
          {t.talks.from}
          <input
            type="date"
            class="control"
            value={filter.from}
            max={filter.to || undefined}
            onChange={event => change({ from: event.currentTarget.value })}
          />
        </label>
        <label class="date-filter">
          {t.talks.to}
          <input
            type="date"
            class="control"
            value={filter.to}
            min={filter.from || undefined}
            onChange={event => change({ to: event.currentTarget.value })}
          />
        </label>
      </search>
      {list.error.value && <Failed error={list.error.value} onRetry={list.reload} />}
      {!data && !list.error.value && <Loading lines={6} />}
      {data && !data.complete && <Notice>{t.talks.counting}</Notice>}
      {data && (
        <p class="quiet" role="status">
          {on || data.total > 0 ? t.talks.found(data.total) : ''}
        </p>
      )}
      {data && rows.length === 0 && (
        <Empty
          icon="talks"
          title={on ? t.knowledge.noneTitle : t.talks.empty}
          actions={
            on ? (
              <ButtonLink href={paths.conversations}>{t.knowledge.showAll}</ButtonLink>
            ) : (
              <ButtonLink href={paths.integrate}>{t.nav.integrate}</ButtonLink>
            )
          }
        >
          {on ? t.knowledge.noneHere : t.talks.emptyText}
        </Empty>
      )}
      {rows.length > 0 && (
        <ul class="entries">
          {rows.map(row => (
            <li key={row.session_id} class="entry">
              <div class="entry-main">
                <a class="entry-link" href={paths.conversation(row.session_id)}>
                  {row.first_message || t.talks.noWords}
                </a>
                <p class="entry-facts">
                  {row.refused > 0 ? (
                    <Badge tone="warn">{t.talks.refused(row.refused)}</Badge>
                  ) : (
                    row.answered > 0 && <Badge tone="good">{t.talks.answeredAll}</Badge>
                  )}
                  {row.ratings.up > 0 && (
                    <span class="rated">
                      <Icon name="up" size={16} /> {count(row.ratings.up)} {t.talks.liked}
                    </span>
                  )}
                  {row.ratings.down > 0 && (
                    <span class="rated">
                      <Icon name="thumbDown" size={16} /> {count(row.ratings.down)} {t.talks.disliked}
                    </span>
                  )}
                  <span>{t.talks.turns(row.turns)}</span>
                  {row.lang && <span>{languageName(row.lang)}</span>}
                  {row.origin && <span>{row.origin.replace(/^https?:\/\//, '')}</span>}
                  <time dateTime={row.last_at}>{ago(row.last_at)}</time>
                </p>
                {row.note && <p class="entry-text">{t.talks.noted(row.note)}</p>}
              </div>
            </li>
          ))}
        </ul>
      )}
      {data && <Pager page={data.page} pages={data.pages} addressOf={addressOf} />}
    </Page>
  )
}

/** Every conversation that the filters leave, up to 10,000, as a table. */
async function exportAll(filter: typeof none): Promise<void> {
  const rows: (string | number)[][] = [
    [
      'started',
      'last',
      'first message',
      'turns',
      'answered',
      'not answered',
      'language',
      'page',
      'rated up',
      'rated down',
      'note',
      'id',
    ],
  ]
  for (let page = 1; page <= 50; page++) {
    const { data, pages } = await api.conversations({ ...filter, page, limit: 200 })
    for (const row of data)
      rows.push([
        row.started_at,
        row.last_at,
        row.first_message,
        row.turns,
        row.answered,
        row.refused,
        row.lang,
        row.origin,
        row.ratings.up,
        row.ratings.down,
        row.note,
        row.session_id,
      ])
    if (page >= pages) break
  }
  saveFile('conversations.csv', csvOf(rows), 'text/csv')
}
