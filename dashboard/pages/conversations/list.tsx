/** What visitors said, newest first. */
import { useEffect } from 'preact/hooks'
import { api, type ConversationRow } from '../../api.ts'
import { useAddressFilter } from '../../filter.ts'
import { paths } from '../../navigation.ts'
import { deleted } from '../../pending-delete.ts'
import { type Resource, useResource } from '../../resource.ts'
import { ago, count, languageName, t } from '../../text.ts'
import { ButtonLink } from '../../ui/button.tsx'
import { Select } from '../../ui/choice.tsx'
import { DateSpan } from '../../ui/date-span.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Listing } from '../../ui/listing.tsx'
import { SearchBox } from '../../ui/search-box.tsx'
import { SubNav } from '../../ui/sub-nav.tsx'
import { Badge, Empty, Page } from '../../ui/surface.tsx'
import { TakeAlong } from '../../ui/take-along.tsx'

const none = { search: '', from: '', to: '', answered: '', rating: '', lang: '', url: '' }
/** Older conversations are asked for again while the server is still counting them, in milliseconds. */
const againMs = 700

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
  useAgainUntilComplete(list)
  const facets = data?.facets ?? { languages: [], urls: [] }
  return (
    <Page
      title={t.nav.conversations}
      lead={t.talks.lead}
      actions={
        data &&
        data.total > 0 && (
          <TakeAlong
            title={t.talks.export}
            note={on ? t.talks.exportFiltered(data.total) : undefined}
            parts={[
              { value: 'conversations', label: t.nav.conversations },
              { value: 'turns', label: t.talks.exportTurns },
            ]}
            pathOf={(format, of) => api.conversationExportPath({ ...filter, format, of })}
          />
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
          options={[{ value: '', label: t.talks.anyLang }, ...offered(facets.languages, filter.lang, languageName)]}
          onChange={lang => change({ lang })}
        />
        <Select
          label={t.talks.page}
          value={filter.url}
          options={[{ value: '', label: t.talks.anyPage }, ...offered(facets.urls, filter.url, withoutScheme)]}
          onChange={url => change({ url })}
        />
        <DateSpan from={filter.from} to={filter.to} onChange={change} />
      </search>
      {data && (on || data.total > 0) && (
        <p class="quiet found" role="status">
          {data.complete ? t.talks.found(data.total) : t.talks.counting}
          {on && <a href={paths.conversations}>{t.talks.clear}</a>}
        </p>
      )}
      <Listing
        list={list}
        rows={rows}
        lines={6}
        addressOf={addressOf}
        empty={
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
        }
      >
        <ul class="entries">
          {rows.map(row => (
            <Row key={row.session_id} row={row} />
          ))}
        </ul>
      </Listing>
    </Page>
  )
}

const withoutScheme = (url: string) => url.replace(/^https?:\/\//, '')

/** What there is to choose from; what the address names stays, whether it is there or not. */
function offered(facets: { value: string; count: number }[], chosen: string, nameOf: (value: string) => string) {
  const known = facets.some(facet => facet.value === chosen)
  return [...facets, ...(chosen && !known ? [{ value: chosen, count: 0 }] : [])].map(({ value, count: n }) => ({
    value,
    label: `${nameOf(value)} (${count(n)})`,
  }))
}

function useAgainUntilComplete(list: Resource<{ complete: boolean }>): void {
  const data = list.data.value
  useEffect(() => {
    if (!data || data.complete) return
    const timer = setTimeout(() => void list.reload(), againMs)
    return () => clearTimeout(timer)
  }, [data])
}

function Row({ row }: { row: ConversationRow }) {
  return (
    <li class="entry">
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
          {row.pages[0] && <span class="entry-page">{withoutScheme(row.pages[0])}</span>}
          <time dateTime={row.last_at}>{ago(row.last_at)}</time>
        </p>
        {row.note && <p class="entry-text">{t.talks.noted(row.note)}</p>}
      </div>
    </li>
  )
}
