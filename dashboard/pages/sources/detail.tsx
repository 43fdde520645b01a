/** One source: when it was read, what became of each page, how often it is read again. */
import { useRoute } from 'preact-iso'
import { api, type Source } from '../../api.ts'
import { useAddressFilter } from '../../filter.ts'
import { hasEnded, useJob } from '../../job.ts'
import { paths } from '../../navigation.ts'
import { refresh, useResource } from '../../resource.ts'
import { ago, count, momentOf, t } from '../../text.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { Select } from '../../ui/choice.tsx'
import { JobProgress } from '../../ui/job-progress.tsx'
import { Pager } from '../../ui/pager.tsx'
import { SearchBox } from '../../ui/search-box.tsx'
import { Badge, Card, Empty, Failed, Loading, Notice, Page } from '../../ui/surface.tsx'
import { toast } from '../../ui/toast.tsx'
import { History } from './history.tsx'
import { stale } from './list.tsx'

export default function SourcePage() {
  const { params } = useRoute()
  const id = params.id!
  const source = useResource(`source:${id}`, () => api.source(id))
  const data = source.data.value?.source
  const jobs = useResource('jobs', api.jobs).data.value?.data
  const running = jobs?.find(job => !hasEnded(job) && job.input.source_id === id)
  const back = { href: paths.sources, label: t.sources.title }
  if (source.error.value?.status === 404)
    return (
      <Page title={t.entry.goneTitle} back={back} narrow>
        <Empty icon="knowledge" title={t.entry.goneText} />
      </Page>
    )
  const again = async () => {
    await api.readSource(id)
    await stale()
  }
  return (
    <Page
      title={data?.name ?? t.sources.title}
      back={back}
      lead={data?.url && <a href={data.url}>{data.url}</a>}
      actions={
        data && (
          <>
            <ButtonLink small href={`${paths.knowledge}?${new URLSearchParams({ source: data.name })}`}>
              {t.sources.entries(data.entries)}
            </ButtonLink>
            <Button small icon="rotate" onClick={again}>
              {t.sources.readAgain}
            </Button>
          </>
        )
      }
    >
      {source.error.value && <Failed error={source.error.value} onRetry={source.reload} />}
      {!data && !source.error.value && <Loading lines={5} />}
      {running && <Progress id={running.job_id} source={id} />}
      {data?.error && <Notice tone="warn">{data.error}</Notice>}
      {data && (
        <Card>
          <dl class="facts">
            <div>
              <dt>{t.sources.lastRead}</dt>
              <dd>{data.last_run_at ? momentOf(data.last_run_at) : '–'}</dd>
            </div>
            {data.kind === 'site' && (
              <div>
                <dt>{t.sources.schedule}</dt>
                <dd>
                  <Schedule source={data} />
                </dd>
              </div>
            )}
          </dl>
        </Card>
      )}
      {data && <History id={id} />}
      {data?.kind === 'site' && <Pages id={id} />}
    </Page>
  )
}

function Progress({ id, source }: { id: string; source: string }) {
  const { job } = useJob(id, () => void Promise.all([stale(), refresh('source'), refresh(`pages:${source}`)]))
  if (!job) return null
  return (
    <Card>
      <JobProgress job={job} unit={job.kind === 'files' ? 'entries' : 'pages'} />
    </Card>
  )
}

function Schedule({ source }: { source: Source }) {
  const change = async (schedule: string) => {
    await api.changeSite(source.source_id, { schedule: schedule as 'off' })
    toast(t.account.saved)
    await refresh('source')
  }
  return (
    <Select
      label={t.sources.schedule}
      value={source.schedule}
      options={(['weekly', 'daily', 'off'] as const).map(value => ({ value, label: t.sources.schedules[value] }))}
      onChange={change}
    />
  )
}

const tones = { kept: 'good', skipped: 'plain', failed: 'bad', gone: 'warn', waiting: 'info' } as const

function Pages({ id }: { id: string }) {
  const { filter, page, change, addressOf } = useAddressFilter(paths.source(id), { search: '', state: '' })
  const call = { ...filter, page, limit: 50 }
  const list = useResource(`pages:${id}:${JSON.stringify(call)}`, () => api.sitePages(id, call))
  const data = list.data.value
  const states = Object.entries(data?.states ?? {}).filter(([, n]) => n > 0)
  return (
    <>
      <search class="filters">
        <SearchBox
          label={t.sources.searchPages}
          value={filter.search}
          busy={list.loading.value}
          onSearch={search => change({ search }, filter.search !== '')}
        />
        <Select
          label={t.improve.state}
          value={filter.state}
          options={[
            { value: '', label: t.sources.allPages },
            ...states.map(([state, n]) => ({
              value: state,
              label: `${t.sources.states[state as 'kept'] ?? state} (${count(n)})`,
            })),
          ]}
          onChange={state => change({ state })}
        />
      </search>
      {list.error.value && <Failed error={list.error.value} onRetry={list.reload} />}
      {data && data.data.length === 0 && <Empty icon="search" title={t.knowledge.noneTitle} />}
      {data && data.data.length > 0 && (
        <Card flush>
          <ul class="rows">
            {data.data.map(row => (
              <li key={row.url} class="row-item">
                <div>
                  <p class="row-title">{row.title || row.url}</p>
                  <p class="quiet">
                    <a href={row.url}>{row.url}</a>
                  </p>
                  {row.detail && <p class="quiet">{row.detail}</p>}
                </div>
                <span class="entry-facts">
                  <Badge tone={tones[row.state]}>{t.sources.states[row.state]}</Badge>
                  {row.entries > 0 && <span>{t.sources.entries(row.entries)}</span>}
                  {row.change && <Badge tone="info">{t.sources.changes[row.change]}</Badge>}
                  {row.fetched_at && <time dateTime={row.fetched_at}>{ago(row.fetched_at)}</time>}
                </span>
              </li>
            ))}
          </ul>
        </Card>
      )}
      {data && <Pager page={data.page} pages={data.pages} addressOf={addressOf} />}
    </>
  )
}
