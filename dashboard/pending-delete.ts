/**
 * Deleting an entry with a way back. The entry leaves every list at once, the server is told when the chance to undo has
 * passed (or the page is left), so that Undo restores exactly what was there: the same id, dates and all.
 */
import { signal } from '@preact/signals'
import { ApiError, api, type KnowledgeEntry } from './api.ts'
import { refresh } from './resource.ts'
import { t } from './text.ts'
import { toast } from './ui/toast.tsx'

/** Ids that no list shows any more. */
export const deleted = signal<ReadonlySet<string>>(new Set())

const waiting = new Map<string, (keepalive?: boolean) => Promise<void>>()

const hide = (id: string) => {
  deleted.value = new Set(deleted.peek()).add(id)
}
const show = (id: string) => {
  const rest = new Set(deleted.peek())
  rest.delete(id)
  deleted.value = rest
}

export function deleteWithUndo(entry: KnowledgeEntry): void {
  const { id } = entry
  if (waiting.has(id)) return
  hide(id)
  const send = async (keepalive = false) => {
    if (!waiting.delete(id)) return
    close()
    try {
      await api.deleteEntry(id, keepalive)
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown
      // Gone already, from another tab: just as wanted.
      if (thrown.status !== 404) {
        show(id)
        toast(t.undoing.notDeleted(thrown.message), { tone: 'bad' })
        return
      }
    }
    await Promise.all([refresh('knowledge'), refresh('profile')])
    show(id)
  }
  waiting.set(id, send)
  const close = toast(t.undoing.deleted(entry.question || entry.title || entry.content), {
    undo() {
      waiting.delete(id)
      show(id)
    },
    onGone: () => void send(),
  })
}

/** Sends what is still waiting: before signing out. */
export async function flushDeletes(): Promise<void> {
  await Promise.all([...waiting.values()].map(send => send()))
}

addEventListener('pagehide', () => {
  for (const send of waiting.values()) void send(true)
})
