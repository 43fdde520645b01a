/** For what cannot be taken back: says what will happen, shows what went wrong. */
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { ApiError } from '../api.ts'
import { t } from '../text.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { FormProblem } from './surface.tsx'

interface ConfirmProps {
  title: string
  text: ComponentChildren
  action: string
  danger?: boolean
  run: () => Promise<void>
  onClose: () => void
}

export function Confirm({ title, text, action, danger, run, onClose }: ConfirmProps) {
  const busy = useSignal(false)
  const problem = useSignal<ApiError | undefined>(undefined)
  const go = async () => {
    busy.value = true
    problem.value = undefined
    try {
      await run()
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown
      problem.value = thrown
    } finally {
      busy.value = false
    }
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <div class="stack">
        <p>{text}</p>
        <FormProblem problem={problem.value} />
        <div class="dialog-actions">
          <Button kind="quiet" onClick={onClose}>
            {t.cancel}
          </Button>
          <Button kind={danger ? 'danger' : 'primary'} busy={busy.value} onClick={go}>
            {action}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
