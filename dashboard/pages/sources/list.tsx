/** Where knowledge comes from: files dropped here, websites read, and what became of each. */
import { useSignal } from '@preact/signals'
import { useLocation } from 'preact-iso'
import { ApiError, api, type Job, type Source } from '../../api.ts'
import { hasEnded, useJob } from '../../job.ts'
import { paths } from '../../navigation.ts'
import { deleted, removeWithUndo } from '../../pending-delete.ts'
import { refresh, useResource } from '../../resource.ts'
import { ago, t } from '../../text.ts'
import { Button, ButtonLink, IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { JobProgress } from '../../ui/job-progress.tsx'
import { SubNav } from '../../ui/sub-nav.tsx'
import { Badge, Card, Empty, Failed, FormProblem, Loading, Page } from '../../ui/surface.tsx'
import { toast } from '../../ui/toast.tsx'
import { AddFiles } from './add-files.tsx'
import { AddSite } from './add-site.tsx'
import { useKnowledgeTabs } from './tabs.ts'

export const stale = () => Promise.all([refresh('sources'), refresh('knowledge'), refresh('profile'), refresh('jobs')])

export default function Sources() {
  const { path } = useLocation()
  const list = useResource('sources', api.sources)
  const jobs = useResource('jobs', api.jobs)
  const rows = list.data.value?.data.filter(source => !deleted.value.has(source.source_id))
  const running = jobs.data.value?.data.filter(job => !hasEnded(job)) ?? []
  return (
    <Page title={t.knowledge.title} lead={t.sources.lead}>
      <SubNav label={t.knowledge.title} path={path} items={useKnowledgeTabs()} />
      <div class="tiles">
        <AddFiles onBegun={stale} />
        <AddSite onBegun={stale} />
      </div>
      {running.map(job => (
        <Running key={job.job_id} id={job.job_id} first={job} />
      ))}
      {list.error.value && <Failed error={list.error.value} onRetry={list.reload} />}
      {!rows && !list.error.value && <Loading lines={4} />}
      {rows?.length === 0 && running.length === 0 && (
        <Empty icon="knowledge" title={t.sources.empty}>
          {t.sources.emptyText}
        </Empty>
      )}
      {rows && rows.length > 0 && (
        <Card flush>
          <ul class="rows">
            {rows.map(source => (
              <SourceRow key={source.source_id} source={source} />
            ))}
          </ul>
        </Card>
      )}
    </Page>
  )
}

/** One job under way, with the ways to hold it. */
function Running({ id, first }: { id: string; first: Job }) {
  const { job = first } = useJob(id, () => void stale())
  const act = async (what: (id: string) => Promise<unknown>) => {
    try {
      await what(id)
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown
      toast(thrown.message, { tone: 'bad' })
    }
  }
  return (
    <Card
      title={nameOf(job)}
      aside={
        !hasEnded(job) && (
          <span class="row">
            {job.state === 'paused' ? (
              <Button small onClick={() => act(api.resumeJob)}>
                {t.sources.resume}
              </Button>
            ) : (
              <Button small onClick={() => act(api.pauseJob)}>
                {t.sources.pause}
              </Button>
            )}
            <Button small onClick={() => act(api.cancelJob)}>
              {t.tryBot.stop}
            </Button>
          </span>
        )
      }
    >
      <JobProgress job={job} unit={job.kind === 'files' ? 'entries' : 'pages'} />
      {(job.progress.recent ?? []).length > 0 && (
        <ul class="bullets quiet">
          {job.progress.recent!.map(one => (
            <li key={one.what}>
              {one.what}: {one.reason}
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

const nameOf = ({ input, kind }: Job) =>
  String(input.name ?? input.url ?? (kind === 'files' ? t.sources.files : t.sources.site))

function SourceRow({ source }: { source: Source }) {
  const busy = useSignal(false)
  const problem = useSignal<ApiError | undefined>(undefined)
  const attempt = async (work: () => Promise<unknown>) => {
    busy.value = true
    problem.value = undefined
    try {
      await work()
      await stale()
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown
      problem.value = thrown
    } finally {
      busy.value = false
    }
  }
  const remove = () =>
    removeWithUndo({
      id: source.source_id,
      text: t.undoing.deleted(source.name),
      send: keepalive => api.deleteSource(source.source_id, keepalive),
      refresh: ['sources', 'knowledge', 'profile'],
    })
  return (
    <li class="row-item">
      <div>
        <p class="row-title">
          <Icon name={source.kind === 'site' ? 'external' : 'knowledge'} size={16} />{' '}
          <a href={paths.source(source.source_id)}>{source.name}</a>
        </p>
        <p class="entry-facts">
          {source.state === 'failed' && <Badge tone="bad">{t.jobs.state.failed}</Badge>}
          {source.flagged > 0 && (
            <a href={paths.changedSources}>
              <Badge tone="warn">{t.sources.flagged(source.flagged)}</Badge>
            </a>
          )}
          <a href={`${paths.knowledge}?${new URLSearchParams({ source: source.name })}`}>
            {t.sources.entries(source.entries)}
          </a>
          {source.last_run_at && <span>{t.sources.read(ago(source.last_run_at))}</span>}
          {source.next_run_at && <span>{t.sources.schedules[source.schedule as 'daily'] ?? ''}</span>}
        </p>
        {source.error && <p class="quiet">{source.error}</p>}
        <FormProblem problem={problem.value} />
      </div>
      <div class="row">
        <Button
          small
          icon="rotate"
          busy={busy.value}
          aria-label={t.sources.readThisAgain(source.name)}
          onClick={() => attempt(() => api.readSource(source.source_id))}
        >
          {t.sources.readAgain}
        </Button>
        {source.has_file && (
          <ButtonLink small href={api.sourceFilePath(source.source_id)}>
            {t.sources.file}
          </ButtonLink>
        )}
        <IconButton icon="trash" label={t.knowledge.delete(source.name)} onClick={remove} />
      </div>
    </li>
  )
}
