/** The file that was brought back and its difference, until it is accepted or put away: other pages may be opened meanwhile. */
import { signal } from '@preact/signals'
import { type ApiError, api, asApiError, type RoundTripReply } from '../../api.ts'
import { account } from '../../session.ts'

export interface Held {
  clientId: string
  file: File
  difference: RoundTripReply
}

const state = signal<Held | undefined>(undefined)
export const busy = signal(false)
/** Why the last file was not taken. */
export const refusal = signal<{ file: string; problem: ApiError } | undefined>(undefined)

/** What this client holds; another person may have signed in since. */
export const held = () => (state.value?.clientId === account.value?.client_id ? state.value : undefined)

export function putAway(): void {
  state.value = undefined
  refusal.value = undefined
}

/** Compares a file with the entries as they are now. Returns whether it could be. */
export async function compare(file: File): Promise<boolean> {
  busy.value = true
  refusal.value = undefined
  try {
    state.value = { clientId: account.value!.client_id, file, difference: await api.roundTrip(file, {}) }
    return true
  } catch (thrown) {
    // A file that was changed after it was chosen can no longer be read by the browser.
    refusal.value = { file: file.name, problem: asApiError(thrown) }
    return false
  } finally {
    busy.value = false
  }
}

type Part = 'added' | 'changed' | 'removed'

/** Makes sure that a part is told as far as `until`: long ones come in pieces. */
export async function tell(part: Part, until: number): Promise<void> {
  const now = state.peek()
  if (!now || busy.peek()) return
  const { difference, file } = now
  const told = difference[part].length
  if (told >= Math.min(until, difference.counts[part])) return
  busy.value = true
  try {
    const more = await api.roundTrip(file, { from: told })
    if (state.peek() !== now) return
    // The entries changed meanwhile: the difference begins anew.
    if (more.fingerprint !== difference.fingerprint) return void (await compare(file))
    state.value = { ...now, difference: { ...difference, [part]: [...difference[part], ...more[part]] } }
  } catch (thrown) {
    refusal.value = { file: file.name, problem: asApiError(thrown) }
  } finally {
    busy.value = false
  }
}

/** @throws ApiError; of a `conflict` the difference is that of now. */
export async function accept(removed: 'delete' | 'keep'): Promise<RoundTripReply> {
  const { file, difference } = state.peek()!
  busy.value = true
  try {
    const done = await api.roundTrip(file, { accept: 1, expect: difference.fingerprint, removed })
    putAway()
    return done
  } catch (thrown) {
    const problem = asApiError(thrown)
    if (problem.code === 'conflict') await compare(file)
    throw problem
  } finally {
    busy.value = false
  }
}
