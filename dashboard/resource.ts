/**
 * What a page reads from the server, kept in memory: a page that was open before shows what it knew at once and refreshes
 * behind it. Keys are call paths. Answers that arrive out of order are dropped.
 */
import { type Signal, signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { type ApiError, asApiError } from './api.ts'

export interface Resource<T> {
  /** Undefined until the first answer. */
  data: Signal<T | undefined>
  /** Why the last load failed; `data` still holds what was known before. */
  error: Signal<ApiError | undefined>
  loading: Signal<boolean>
  reload: () => Promise<void>
}

interface Slot extends Resource<unknown> {
  latest: number
  load: () => Promise<unknown>
}

const maxSlots = 60
const slots = new Map<string, Slot>()

function open<T>(key: string, load: () => Promise<T>): Resource<T> {
  const known = slots.get(key)
  if (known) {
    slots.delete(key)
    slots.set(key, known)
    known.load = load
    return known as unknown as Resource<T>
  }
  const slot: Slot = {
    data: signal(undefined),
    error: signal(undefined),
    loading: signal(false),
    latest: 0,
    load,
    async reload() {
      const turn = ++slot.latest
      slot.loading.value = true
      try {
        const data = await slot.load()
        if (turn !== slot.latest) return
        slot.data.value = data
        slot.error.value = undefined
      } catch (thrown) {
        const error = asApiError(thrown)
        if (turn === slot.latest) slot.error.value = error
      } finally {
        if (turn === slot.latest) slot.loading.value = false
      }
    },
  }
  slots.set(key, slot)
  if (slots.size > maxSlots) slots.delete(slots.keys().next().value!)
  return slot as unknown as Resource<T>
}

/** Shows what is known under `key` and loads it anew whenever the page or the key changes. */
export function useResource<T>(key: string, load: () => Promise<T>): Resource<T> {
  const resource = open(key, load)
  useEffect(() => {
    void resource.reload()
  }, [resource])
  return resource
}

/** Loads ahead of need, e.g. while the page's code is still on its way. */
export function warm<T>(key: string, load: () => Promise<T>): void {
  const resource = open(key, load)
  if (resource.data.peek() === undefined && !resource.loading.peek()) void resource.reload()
}

/** Sets what is known under `key`, e.g. from the reply to a change. */
export function put<T>(key: string, data: T): void {
  const slot = open(key, async () => data) as unknown as Slot
  slot.latest++
  slot.loading.value = false
  slot.data.value = data
}

/** Refreshes every resource whose key begins with `prefix`, if a page has asked for it before. */
export async function refresh(prefix: string): Promise<void> {
  await Promise.all([...slots].filter(([key]) => key.startsWith(prefix)).map(([, slot]) => slot.reload()))
}

/** Every value kept under keys that begin with `prefix`. */
export function known<T>(prefix: string): T[] {
  return [...slots]
    .filter(([key, slot]) => key.startsWith(prefix) && slot.data.peek() !== undefined)
    .map(([, slot]) => slot.data.peek() as T)
}

/** Forgets everything: another person may sign in next. Answers still on their way are dropped. */
export function clearResources(): void {
  for (const slot of slots.values()) {
    slot.latest++
    slot.data.value = undefined
    slot.error.value = undefined
  }
  slots.clear()
}
