/**
 * Deleting with a way back. The thing leaves every list at once, the server is told when the chance to undo has passed
 * (or the page is left), so that Undo restores exactly what was there: the same id, dates and all.
 */
import { signal } from '@preact/signals'
import { ApiError, api, type KnowledgeEntry } from './api.ts'
import { tellWorse } from './golden-watch.ts'
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

interface Removal {
  id: string
  /** What is said while it can be undone. */
  text: string
  send: (keepalive: boolean) => Promise<unknown>
  /** What must be loaded anew once it is gone. */
  refresh: string[]
}

export function removeWithUndo({ id, text, send: tell, refresh: stale }: Removal): void {
  if (waiting.has(id)) return
  hide(id)
  const send = async (keepalive = false) => {
    if (!waiting.delete(id)) return
    close()
    try {
      await tell(keepalive)
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown
      // Gone already, from another tab: just as wanted.
      if (thrown.status !== 404) {
        show(id)
        toast(t.undoing.notDeleted(thrown.message), { tone: 'bad' })
        return
      }
    }
    await Promise.all(stale.map(refresh))
    show(id)
  }
  waiting.set(id, send)
  const close = toast(text, {
    undo() {
      waiting.delete(id)
      show(id)
    },
    onGone: () => void send(),
  })
}

export const deleteWithUndo = (entry: KnowledgeEntry) =>
  removeWithUndo({
    id: entry.id,
    text: t.undoing.deleted(entry.question || entry.title || entry.content),
    async send(keepalive) {
      const { undo_id } = await api.deleteEntry(entry.id, keepalive)
      if (!keepalive) void tellWorse(() => api.undo(undo_id))
    },
    refresh: ['knowledge', 'profile'],
  })

/** Sends what is still waiting: before signing out. */
export async function flushDeletes(): Promise<void> {
  await Promise.all([...waiting.values()].map(send => send()))
}

addEventListener('pagehide', () => {
  for (const send of waiting.values()) void send(true)
})
