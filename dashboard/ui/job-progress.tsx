/** How far a job is, in numbers and words. */
import type { Job } from '../api.ts'
import { hasEnded } from '../job.ts'
import { count, t } from '../text.ts'

export function JobProgress({ job, unit }: { job: Job; unit: 'pages' | 'entries' }) {
  const { found = 0, fetched = 0, kept = 0, skipped = 0, total } = job.progress
  const all = total ?? found
  const done = Math.min(all, unit === 'pages' ? fetched : kept + skipped)
  const label = t.jobs.progress[unit](count(kept), count(all))
  return (
    <div class="job">
      {!hasEnded(job) && (
        <progress class="job-bar" max={Math.max(1, all)} value={all > 0 ? done : undefined} aria-label={label} />
      )}
      <p class="row">
        <b>{t.jobs.state[job.state]}</b>
        <span>{label}</span>
        {skipped > 0 && <span class="quiet">{t.jobs.skipped(count(skipped))}</span>}
      </p>
      {job.error && <p class="field-error">{job.error}</p>}
    </div>
  )
}
