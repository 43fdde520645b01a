/** Why a fetch did not work out, in a code for programs and a sentence for people. */
export type FetchReason =
  | 'unreachable'
  | 'outside'
  | 'robots'
  | 'too_slow'
  | 'too_large'
  | 'bad_redirect'
  | 'broken'
  | 'cancelled'

/** A fetch that was allowed and did not work out. The message is a sentence for people. */
export class FetchFailure extends Error {
  override name = 'FetchFailure'
  readonly reason: FetchReason
  constructor(reason: FetchReason, message: string, cause?: unknown) {
    super(message, { cause })
    this.reason = reason
  }
}
