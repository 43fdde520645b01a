/** Who is signed in, and what happens when that ends in the middle of something. */
import { signal } from '@preact/signals'
import { type Account, ApiError, api, onSessionEnd } from './api.ts'
import { clearResources } from './resource.ts'

/** Undefined until the server has said; null when nobody is signed in. */
export const account = signal<Account | null | undefined>(undefined)

/** The server could not be asked at all. */
export const startProblem = signal<ApiError | null>(null)

/** Set while a page waits for its person to sign in again; `ui/sign-in-again.tsx` shows it. */
export const waitingForSignIn = signal<{ settle: (signedIn: boolean) => void } | null>(null)

/** The secret key made at registration: kept in memory until the person has noted it, and nowhere else. */
export const firstKey = signal<string | null>(null)

/** Set by registration: this person is to be welcomed, once. */
export const newcomer = signal(false)

/** Asks the server who holds the cookie. */
export async function restore(): Promise<void> {
  startProblem.value = null
  try {
    account.value = (await api.me()).account
  } catch (thrown) {
    if (thrown instanceof ApiError && (thrown.status === 401 || thrown.status === 403)) account.value = null
    else startProblem.value = thrown as ApiError
  }
}

export async function signIn(email: string, password: string): Promise<void> {
  const { account: next } = await api.signIn(email, password)
  const previous = account.value
  if (previous && previous.client_id !== next.client_id) clearResources()
  account.value = next
  waitingForSignIn.value?.settle(true)
  waitingForSignIn.value = null
}

/** Ends the session here even when the server cannot be told; the cookie then lives out its day. */
export async function signOut(): Promise<void> {
  try {
    await api.signOut()
  } catch (thrown) {
    if (!(thrown instanceof ApiError) || thrown.status !== 401) throw thrown
  }
  leave()
}

/** Forgets the person without asking the server: for a session that has already ended. */
export function leave(): void {
  firstKey.value = null
  waitingForSignIn.value?.settle(false)
  waitingForSignIn.value = null
  clearResources()
  account.value = null
}

let asking: Promise<boolean> | null = null

onSessionEnd(() => {
  if (!account.value) return Promise.resolve(false)
  // Several calls may find the session gone at once; they all wait for the same sign-in.
  asking ??= new Promise<boolean>(settle => {
    waitingForSignIn.value = { settle }
  }).finally(() => {
    asking = null
  })
  return asking
})
