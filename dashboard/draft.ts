/**
 * Unsaved work. What is typed into a form is kept in this browser as it is typed and offered again after a reload, a
 * crash or a sign-in, until it is saved or thrown away. Never used for passwords.
 */
import { forget, recall, remember } from './browser-store.ts'
import { account } from './session.ts'

interface Draft<V> {
  values: V
  at: number
}

const maxAgeMs = 30 * 24 * 3600 * 1000
const prefix = 'parley:draft:'
const nameOf = (key: string) => `${prefix}${account.peek()?.client_id ?? ''}:${key}`

/** What was typed under `key`, unless it is older than 30 days. */
export function findDraft<V>(key: string): V | undefined {
  const draft = recall<Draft<V>>(nameOf(key))
  return draft && Date.now() - draft.at < maxAgeMs ? draft.values : undefined
}

export function keepDraft<V>(key: string, values: V): void {
  remember<Draft<V>>(nameOf(key), { values, at: Date.now() })
}

export function dropDraft(key: string): void {
  forget(nameOf(key))
}
