/** A change that the server can undo by an id: made at once, said, and taken back on demand. */
import { signal } from '@preact/signals'
import { ApiError, api } from './api.ts'
import { toast } from './ui/toast.tsx'

/** Things that are decided and leave their list before the server has answered. */
export const away = signal<ReadonlySet<string>>(new Set())

const hide = (key: string) => {
  away.value = new Set(away.peek()).add(key)
}
const show = (key: string) => {
  const rest = new Set(away.peek())
  rest.delete(key)
  away.value = rest
}

interface Undoable {
  /** Leaves its list at once; it is back when the change fails or is undone. */
  hides?: string
  /** Makes the change; replies what takes it back: an `undo_id`, a call, or null for nothing. */
  run: () => Promise<{ undo_id: string | null } | (() => Promise<unknown>)>
  /** What is said while it can be undone. */
  text: string | (() => string)
  /** Loads anew what shows it. */
  stale: () => Promise<unknown>
}

/** Returns whether it was done; a refusal is said. */
export async function undoable({ hides, run, text, stale }: Undoable): Promise<boolean> {
  const attempt = async (work: () => Promise<void>): Promise<boolean> => {
    try {
      await work()
      return true
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown
      toast(thrown.message, { tone: 'bad' })
      return false
    }
  }
  if (hides) hide(hides)
  const done = await attempt(async () => {
    const back = await run()
    const undo = async () => {
      if (typeof back === 'function') await back()
      else await api.undo(back.undo_id!)
      if (hides) show(hides)
      await stale()
    }
    const canUndo = typeof back === 'function' || back.undo_id !== null
    toast(typeof text === 'string' ? text : text(), canUndo ? { undo: () => void attempt(undo) } : {})
    await stale()
  })
  // Once it is loaded anew, the list itself says what is there; by then the same thing may come again.
  if (hides) show(hides)
  return done
}
