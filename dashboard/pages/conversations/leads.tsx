/** Visitors who want to hear from a person. */
import { api } from '../../api.ts'
import { useAddressFilter } from '../../filter.ts'
import { paths } from '../../navigation.ts'
import { deleted, removeWithUndo } from '../../pending-delete.ts'
import { useResource } from '../../resource.ts'
import { ago, t } from '../../text.ts'
import { ButtonLink, IconButton } from '../../ui/button.tsx'
import { Pager } from '../../ui/pager.tsx'
import { SearchBox } from '../../ui/search-box.tsx'
import { SubNav } from '../../ui/sub-nav.tsx'
import { Card, Empty, Failed, Loading, Page } from '../../ui/surface.tsx'
import { talkTabs } from './list.tsx'

export default function Leads() {
  const { filter, page, on, change, addressOf } = useAddressFilter(paths.leads, { search: '' })
  const call = { ...filter, page, limit: 30 }
  const list = useResource(`leads:${JSON.stringify(call)}`, () => api.leads(call))
  const data = list.data.value
  const rows = data?.data.filter(lead => !deleted.value.has(lead.id)) ?? []
  return (
    <Page
      title={t.leads.title}
      lead={t.leads.lead}
      actions={
        rows.length > 0 && (
          <a class="button button-secondary button-small" href={api.leadExportPath} download>
            {t.talks.export}
          </a>
        )
      }
    >
      <SubNav label={t.nav.conversations} path={paths.leads} items={talkTabs()} />
      {(on || rows.length > 0) && (
        <search class="filters">
          <SearchBox
            label={t.leads.search}
            value={filter.search}
            onSearch={search => change({ search }, filter.search !== '')}
          />
        </search>
      )}
      {list.error.value && <Failed error={list.error.value} onRetry={list.reload} />}
      {!data && !list.error.value && <Loading lines={4} />}
      {data && rows.length === 0 && (
        <Empty
          icon="account"
          title={on ? t.knowledge.noneTitle : t.leads.empty}
          actions={!on && <ButtonLink href={paths.bot}>{t.leads.turnOn}</ButtonLink>}
        >
          {on ? t.knowledge.noneHere : t.leads.emptyText}
        </Empty>
      )}
      {rows.length > 0 && (
        <Card flush>
          <ul class="rows">
            {rows.map(lead => (
              <li key={lead.id} class="row-item">
                <div>
                  <p class="row-title">{lead.name || lead.email || lead.phone}</p>
                  <p class="row">
                    {lead.email && <a href={`mailto:${lead.email}`}>{lead.email}</a>}
                    {lead.phone && <a href={`tel:${lead.phone.replace(/[^+\d]/g, '')}`}>{lead.phone}</a>}
                  </p>
                  {lead.message && <p class="said">{lead.message}</p>}
                  <p class="quiet">
                    <time dateTime={lead.created_at}>{ago(lead.created_at)}</time>
                    {lead.page && ` · ${lead.page.replace(/^https?:\/\//, '')}`}
                    {lead.session_id && (
                      <>
                        {' · '}
                        <a href={paths.conversation(lead.session_id)}>{t.talks.one}</a>
                      </>
                    )}
                  </p>
                </div>
                <IconButton
                  icon="trash"
                  label={t.knowledge.delete(lead.name || lead.email || lead.phone)}
                  onClick={() =>
                    removeWithUndo({
                      id: lead.id,
                      text: t.undoing.deleted(lead.name || lead.email || lead.phone),
                      send: keepalive => api.deleteLead(lead.id, keepalive),
                      refresh: ['leads'],
                    })
                  }
                />
              </li>
            ))}
          </ul>
        </Card>
      )}
      {data && <Pager page={data.page} pages={data.pages} addressOf={addressOf} />}
    </Page>
  )
}
