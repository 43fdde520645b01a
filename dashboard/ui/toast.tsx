/**
 * Short messages at the lower edge, some with Undo. Their time stands still while the pointer or the focus is on them;
 * Ctrl+Z (⌘Z) outside of a text field undoes the newest.
 */
import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { t } from '../text.ts'
import { IconButton } from './button.tsx'
import { Icon } from './icon.tsx'

interface Toast {
  id: number
  text: string
  tone: 'plain' | 'bad'
  undo?: () => void
  /** Its time is over, or it was closed, without Undo. */
  onGone?: () => void
}

const plainMs = 6_000
const undoMs = 10_000

const toasts = signal<Toast[]>([])
let nextId = 1

/** Shows a message; `undo` adds the button, `onGone` runs when the chance to undo has passed. Returns how to end it early. */
export function toast(text: string, options: Partial<Pick<Toast, 'tone' | 'undo' | 'onGone'>> = {}): () => void {
  const id = nextId++
  toasts.value = [...toasts.peek(), { id, text, tone: 'plain', ...options }]
  return () => dismiss(id)
}

function take(id: number): Toast | undefined {
  const found = toasts.peek().find(one => one.id === id)
  if (found) toasts.value = toasts.peek().filter(one => one !== found)
  return found
}

const dismiss = (id: number) => take(id)?.onGone?.()
const undo = (id: number) => take(id)?.undo?.()

/** Where messages appear; once per page. */
export function Toaster() {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'z' || event.shiftKey || !(event.ctrlKey || event.metaKey)) return
      if ((event.target as HTMLElement).closest('input, textarea, [contenteditable]')) return
      const newest = toasts
        .peek()
        .filter(one => one.undo)
        .pop()
      if (!newest) return
      event.preventDefault()
      undo(newest.id)
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
  return (
    <section class="toaster" aria-label={t.messages} aria-live="polite">
      {toasts.value.map(one => (
        <ToastCard key={one.id} toast={one} />
      ))}
    </section>
  )
}

function ToastCard({ toast: { id, text, tone, undo: canUndo } }: { toast: Toast }) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const start = () => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => dismiss(id), canUndo ? undoMs : plainMs)
  }
  const hold = () => clearTimeout(timer.current)
  useEffect(() => {
    start()
    return hold
  }, [])
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: pointer and focus only hold the clock.
    <div class={`toast toast-${tone}`} onMouseEnter={hold} onMouseLeave={start} onFocusIn={hold} onFocusOut={start}>
      {tone === 'bad' && <Icon name="warning" size={18} />}
      <span>{text}</span>
      {canUndo && (
        <button type="button" class="toast-undo" onClick={() => undo(id)}>
          {t.undo}
        </button>
      )}
      <IconButton icon="close" label={t.close} onClick={() => dismiss(id)} />
    </div>
  )
}
