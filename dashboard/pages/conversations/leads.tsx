/** Visitors who want to hear from a person: what waits, and what was dealt with. */
import { api, type Lead } from '../../api.ts'
import { useAttempt } from '../../attempt.ts'
import { useAddressFilter } from '../../filter.ts'
import { paths } from '../../navigation.ts'
import { deleted, removeWithUndo } from '../../pending-delete.ts'
import { refresh, useResource } from '../../resource.ts'
import { ago, t } from '../../text.ts'
import { Button, ButtonLink, IconButton } from '../../ui/button.tsx'
import { Select } from '../../ui/choice.tsx'
import { Listing } from '../../ui/listing.tsx'
import { SearchBox } from '../../ui/search-box.tsx'
import { SubNav } from '../../ui/sub-nav.tsx'
import { Badge, Card, Empty, FormProblem, Page } from '../../ui/surface.tsx'
import { TakeAlong } from '../../ui/take-along.tsx'
import { toast } from '../../ui/toast.tsx'
import { talkTabs } from './list.tsx'

export default function Leads() {
  const { filter, page, on, change, addressOf } = useAddressFilter(paths.leads, { search: '', state: '' })
  const call = { ...filter, page, limit: 30 }
  const list = useResource(`leads:${JSON.stringify(call)}`, () => api.leads(call))
  const counts = list.data.value?.counts ?? { new: 0, handled: 0 }
  const all = counts.new + counts.handled
  const rows = list.data.value?.data.filter(lead => !deleted.value.has(lead.id)) ?? []
  return (
    <Page
      title={t.leads.title}
      lead={
        <>
          {t.leads.lead} <a href={`${paths.account}/notices`}>{t.leads.mails}</a>
        </>
      }
      actions={all > 0 && <TakeAlong title={t.leads.export} pathOf={format => api.leadExportPath(format)} />}
    >
      <SubNav label={t.nav.conversations} path={paths.leads} items={talkTabs()} />
      {(on || all > 0) && (
        <search class="filters">
          <SearchBox
            label={t.leads.search}
            value={filter.search}
            busy={list.loading.value}
            onSearch={search => change({ search }, filter.search !== '')}
          />
          <Select
            label={t.improve.state}
            value={filter.state}
            options={[
              { value: '', label: t.leads.states.all(all) },
              { value: 'new', label: t.leads.states.new(counts.new) },
              { value: 'handled', label: t.leads.states.handled(counts.handled) },
            ]}
            onChange={state => change({ state })}
          />
        </search>
      )}
      <Listing
        list={list}
        rows={rows}
        addressOf={addressOf}
        empty={
          <Empty
            icon="account"
            title={on ? t.knowledge.noneTitle : t.leads.empty}
            actions={!on && <ButtonLink href={paths.botPeople}>{t.leads.turnOn}</ButtonLink>}
          >
            {on ? t.knowledge.noneHere : t.leads.emptyText}
          </Empty>
        }
      >
        <Card flush>
          <ul class="rows">
            {rows.map(lead => (
              <Row key={lead.id} lead={lead} />
            ))}
          </ul>
        </Card>
      </Listing>
    </Page>
  )
}

function Row({ lead }: { lead: Lead }) {
  const { busy, problem, attempt } = useAttempt()
  const name = lead.name || lead.email || lead.phone
  const mark = (handled: boolean) =>
    attempt(async () => {
      await api.markLead(lead.id, handled)
      toast(t.leads.marked(name, handled), { undo: () => void again(!handled) })
      await refresh('leads')
    })
  const again = async (handled: boolean) => {
    await api.markLead(lead.id, handled)
    await refresh('leads')
  }
  return (
    <li class="row-item">
      <div>
        <p class="row">
          <span class="row-title">{name}</span>
          {lead.handled_at ? (
            <Badge>{t.leads.handled(ago(lead.handled_at))}</Badge>
          ) : (
            <Badge tone="info">{t.leads.new}</Badge>
          )}
        </p>
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
        <FormProblem problem={problem.value} />
      </div>
      <div class="row">
        <Button
          small
          icon={lead.handled_at ? 'rotate' : 'check'}
          busy={busy.value}
          aria-label={lead.handled_at ? t.leads.reopenThis(name) : t.leads.handleThis(name)}
          onClick={() => mark(!lead.handled_at)}
        >
          {lead.handled_at ? t.leads.reopen : t.leads.handle}
        </Button>
        <IconButton
          icon="trash"
          label={t.knowledge.delete(name)}
          onClick={() =>
            removeWithUndo({
              id: lead.id,
              text: t.undoing.deleted(name),
              send: keepalive => api.deleteLead(lead.id, keepalive),
              refresh: ['leads'],
            })
          }
        />
      </div>
    </li>
  )
}
