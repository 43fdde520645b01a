/** A question on top of the page. Escape and the backdrop close it, unless something is to be lost. */
import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import { t } from '../text.ts'
import { IconButton } from './button.tsx'

interface DialogProps {
  title: string
  onClose: () => void
  /** Only its own buttons close it. */
  firm?: boolean
  /** Rises from the lower edge on a phone. */
  sheet?: boolean
  children: ComponentChildren
}

/** Open for as long as it is drawn; the focus goes back to where it came from. */
export function Dialog({ title, onClose, firm, sheet, children }: DialogProps) {
  const id = useId()
  const element = useRef<HTMLDialogElement>(null)
  // Before any field inside asks for the focus.
  useLayoutEffect(() => {
    const dialog = element.current!
    const before = document.activeElement as HTMLElement | null
    dialog.showModal()
    return () => {
      dialog.close()
      if (before?.isConnected) before.focus()
    }
  }, [])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape does the same through `cancel`.
    <dialog
      ref={element}
      class={sheet ? 'dialog dialog-sheet' : 'dialog'}
      aria-labelledby={id}
      onCancel={event => {
        event.preventDefault()
        if (!firm) onClose()
      }}
      onClick={event => {
        if (event.target === element.current && !firm) onClose()
      }}
    >
      <div class="dialog-body">
        <div class="dialog-head">
          <h2 id={id}>{title}</h2>
          {!firm && <IconButton icon="close" label={t.close} onClick={onClose} />}
        </div>
        {children}
      </div>
    </dialog>
  )
}
