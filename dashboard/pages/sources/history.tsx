/** The readings of a source in the last 30 days, and what each changed. */
import { api, type Job } from '../../api.ts'
import { hasEnded } from '../../job.ts'
import { paths } from '../../navigation.ts'
import { useResource } from '../../resource.ts'
import { momentOf, t } from '../../text.ts'
import { Badge, Card, Failed, Loading } from '../../ui/surface.tsx'

/** What a reading did, as its job's result has it; every part may be missing from jobs of older versions. */
interface Report {
  added?: number
  changed?: number
  removed?: number
  flagged?: number
  over_limit?: number
  changes?: { outcome: string; what: string; id?: string; origin: string }[]
}

export function History({ id }: { id: string }) {
  const runs = useResource(`source-runs:${id}`, () => api.sourceRuns(id))
  const ended = runs.data.value?.data.filter(hasEnded)
  return (
    <Card title={t.history.title} flush>
      {runs.error.value && <Failed error={runs.error.value} onRetry={runs.reload} />}
      {!ended && !runs.error.value && <Loading lines={2} />}
      {ended?.length === 0 && <p class="card-lead">{t.history.none}</p>}
      {ended && ended.length > 0 && (
        <ul class="rows">
          {ended.map(run => (
            <Run key={run.job_id} run={run} source={id} />
          ))}
        </ul>
      )}
    </Card>
  )
}

function Run({ run, source }: { run: Job; source: string }) {
  const { report, pages, problem } = outcomeOf(run, source)
  const listed = report.changes ?? []
  const figures = [
    report.added && t.history.added(report.added),
    report.changed && t.history.changed(report.changed),
    report.removed && t.history.removed(report.removed),
    report.over_limit && t.history.overLimit(report.over_limit),
  ].filter(Boolean)
  return (
    <li class="row-item run">
      <div>
        <p class="row-title">
          <time dateTime={run.finished_at!}>{momentOf(run.finished_at!)}</time>{' '}
          {(problem || run.state !== 'done') && (
            <Badge tone={run.state === 'cancelled' ? 'plain' : 'bad'}>
              {t.jobs.state[run.state === 'done' ? 'failed' : run.state]}
            </Badge>
          )}
        </p>
        {problem && <p class="quiet">{problem}</p>}
        {run.state === 'done' && !problem && (
          <p class="entry-facts">
            <span>{figures.length > 0 ? figures.join(', ') : !report.flagged && t.history.nothing}</span>
            {report.flagged ? <a href={paths.changedSources}>{t.history.flagged(report.flagged)}</a> : null}
            {pages && pages.added + pages.changed + pages.removed > 0 && (
              <span>{t.history.pages(pages.added, pages.changed, pages.removed)}</span>
            )}
          </p>
        )}
        {listed.length > 0 && (
          <details class="run-list">
            <summary>{t.history.which(listed.length)}</summary>
            <ul class="bullets">
              {listed.map((one, i) => (
                <li key={i}>
                  <Badge>{t.history.outcomes[one.outcome] ?? one.outcome}</Badge>{' '}
                  {one.id && one.outcome !== 'removed' ? <a href={paths.entry(one.id)}>{one.what}</a> : one.what}
                </li>
              ))}
            </ul>
          </details>
        )}
      </div>
    </li>
  )
}

/** A crawl tells of its one site, a job of files of each of them. */
function outcomeOf({ kind, result, error }: Job, source: string) {
  if (kind !== 'files') {
    const {
      entries = {},
      list,
      changes,
    } = result as { entries?: Report; list?: Report['changes']; changes?: PageCounts }
    return { report: { ...entries, changes: list } as Report, pages: changes, problem: error }
  }
  const files = (result.files ?? []) as { source_id: string; ok: boolean; reason?: string; report?: Report }[]
  const file = files.find(one => one.source_id === source)
  return { report: file?.report ?? {}, pages: undefined, problem: error || (file?.ok === false ? file.reason : '') }
}

interface PageCounts {
  added: number
  changed: number
  removed: number
}
