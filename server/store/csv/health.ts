/** Whether the store takes writes, and why not. */
import { AppError } from '../../errors.ts'
import type { StoreLog } from './index.ts'
import { sentenceOf } from './journal.ts'

/** Past this many journal bytes that no checkpoint could take over, writing stops. */
const journalLimit = 256 * 1024 * 1024

export interface HealthDeps {
  log: StoreLog | undefined
  /** Bytes of the journal, and why the CSV files cannot be brought up to it. */
  behind(): { journalBytes: number; problem: Error | undefined }
}

export class Health {
  closing = false
  /** Why nothing is written until a restart. */
  poison: Error | undefined
  /** Why the disk refused the last write. */
  refusal: Error | undefined
  private readonly deps: HealthDeps

  constructor(deps: HealthDeps) {
    this.deps = deps
  }

  /** @throws AppError `store_unavailable` when nothing can be written */
  check(): void {
    const { journalBytes, problem } = this.deps.behind()
    const reason = this.closing
      ? 'the store is closing.'
      : this.poison
        ? sentenceOf(this.poison)
        : problem && journalBytes > journalLimit
          ? sentenceOf(problem)
          : undefined
    if (reason)
      throw new AppError('store_unavailable', `Nothing can be saved at the moment: ${reason}`, { retryAfter: 5 })
  }

  get ready(): boolean {
    return !this.poison && !this.refusal && !this.closing
  }

  /** Why writes are not accepted, or why the files are behind. */
  get reason(): string | undefined {
    const reason = this.poison ?? this.refusal ?? this.deps.behind().problem
    return this.closing ? 'The store is closing.' : reason && sentenceOf(reason)
  }

  /** The end of all writing until a restart. */
  lose(reason: string): void {
    if (this.poison) return
    this.poison = new Error(reason)
    this.deps.log?.error({}, `writing has stopped until a restart: ${reason}`)
  }

  /** The disk refused a write, or (undefined) took one. */
  wrote(problem: Error | undefined): void {
    if (problem && !this.refusal) this.deps.log?.error({ err: problem }, `writes are refused: ${sentenceOf(problem)}`)
    if (!problem && this.refusal) this.deps.log?.info({}, 'writes are accepted again')
    this.refusal = problem
  }
}
