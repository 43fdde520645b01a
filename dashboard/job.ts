/** A job that is watched while it runs: by its event stream, and by asking where a stream does not last. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { ApiError, api, type Job } from './api.ts'

const ended = new Set<Job['state']>(['done', 'failed', 'cancelled'])
export const hasEnded = (job: Job) => ended.has(job.state)

/** How long to wait before a broken stream is opened again, in milliseconds. */
const againMs = 1_500

/** Follows a job until it has ended or the page is left. `onEnd` runs once. */
export function useJob(
  id: string | undefined,
  onEnd: (job: Job) => void,
): { job: Job | undefined; error: ApiError | undefined } {
  const job = useSignal<Job | undefined>(undefined)
  const error = useSignal<ApiError | undefined>(undefined)
  useEffect(() => {
    job.value = undefined
    error.value = undefined
    if (!id) return
    const gone = new AbortController()
    let over = false
    const see = (next: Job) => {
      job.value = next
      if (!hasEnded(next) || over) return
      over = true
      onEnd(next)
    }
    const follow = async () => {
      while (!over && !gone.signal.aborted) {
        try {
          await api.watchJob(id, see, gone.signal)
          if (!over) see((await api.job(id)).job)
        } catch (thrown) {
          if (gone.signal.aborted) return
          if (thrown instanceof ApiError && thrown.status === 404) {
            error.value = thrown
            return
          }
        }
        if (!over) await new Promise(resolve => setTimeout(resolve, againMs))
      }
    }
    void follow()
    return () => gone.abort()
  }, [id])
  return { job: job.value, error: error.value }
}
