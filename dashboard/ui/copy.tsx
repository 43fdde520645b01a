/** Things to take away: a copy button, and code with one. */
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { t } from '../text.ts'
import { Button } from './button.tsx'

interface CopyButtonProps {
  text: string
  /** What is copied, for the button's name: "Copy the tag". */
  label?: string
  kind?: 'primary' | 'secondary'
  onCopied?: () => void
}

export function CopyButton({ text, label = t.copy, kind = 'secondary', onCopied }: CopyButtonProps) {
  const state = useSignal<'idle' | 'copied' | 'failed'>('idle')
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const copy = async () => {
    state.value = (await toClipboard(text)) ? 'copied' : 'failed'
    if (state.peek() === 'copied') onCopied?.()
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      state.value = 'idle'
    }, 2_500)
  }
  return (
    <>
      <Button small kind={kind} icon={state.value === 'copied' ? 'check' : 'copy'} onClick={copy}>
        {state.value === 'copied' ? t.copied : state.value === 'failed' ? t.copyFailed : label}
      </Button>
      <span class="visually-hidden" role="status">
        {state.value === 'copied' ? t.copied : state.value === 'failed' ? t.copyFailed : ''}
      </span>
    </>
  )
}

/** navigator.clipboard is missing on plain http away from localhost. */
async function toClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const area = document.createElement('textarea')
    area.value = text
    area.className = 'visually-hidden'
    // Inside an open dialog, anything outside it cannot take the focus.
    const host = document.querySelector('dialog[open]') ?? document.body
    host.append(area)
    area.select()
    const done = document.execCommand('copy')
    area.remove()
    return done
  }
}

interface CodeBlockProps {
  code: string
  /** What it is, for its heading and for screen readers. */
  label: string
  copyLabel?: string
  primary?: boolean
  /** One long line that should be seen whole. */
  wrap?: boolean
  onCopied?: () => void
}

export function CodeBlock({ code, label, copyLabel, primary, wrap, onCopied }: CodeBlockProps) {
  return (
    <div class="code">
      <div class="code-head">
        <span>{label}</span>
        <CopyButton text={code} label={copyLabel} kind={primary ? 'primary' : 'secondary'} onCopied={onCopied} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, so the keyboard must reach it. */}
      <section class="code-text" tabIndex={0} aria-label={label}>
        <pre class={wrap ? 'code-wrap' : undefined}>{code}</pre>
      </section>
    </div>
  )
}
