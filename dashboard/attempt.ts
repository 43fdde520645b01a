/** Something that is tried at a click: whether it is under way, and why it was refused. */
import { type Signal, useSignal } from '@preact/signals'
import { ApiError } from './api.ts'

export interface Attempt {
  busy: Signal<boolean>
  /** Why the last one was refused. */
  problem: Signal<ApiError | undefined>
  /** Resolves to whether it went well. What is no refusal of the server is thrown on. */
  attempt: (work: () => Promise<unknown>) => Promise<boolean>
}

export function useAttempt(): Attempt {
  const busy = useSignal(false)
  const problem = useSignal<ApiError | undefined>(undefined)
  return {
    busy,
    problem,
    async attempt(work) {
      busy.value = true
      problem.value = undefined
      try {
        await work()
        return true
      } catch (thrown) {
        if (!(thrown instanceof ApiError)) throw thrown
        problem.value = thrown
        return false
      } finally {
        busy.value = false
      }
    },
  }
}
