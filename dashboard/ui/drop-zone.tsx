/** Where files are dropped; who cannot drop chooses them. */
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'

interface DropZoneProps {
  text: string
  /** The button's words. */
  choose: string
  /** Which files can be read, for people. */
  formats: string
  /** The same as endings and types: the `accept` of a file field. */
  accept: string
  multiple?: boolean
  busy: boolean
  onFiles: (files: File[]) => void
}

export function DropZone({ text, choose, formats, accept, multiple, busy, onFiles }: DropZoneProps) {
  const over = useSignal(false)
  const input = useRef<HTMLInputElement>(null)
  const take = (list: FileList | null | undefined) => {
    const files = [...(list ?? [])]
    if (files.length > 0) onFiles(multiple ? files : files.slice(0, 1))
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is one way; the button inside is the other.
    <div
      class={over.value ? 'drop drop-over' : 'drop'}
      onDragOver={event => {
        event.preventDefault()
        over.value = true
      }}
      onDragLeave={() => {
        over.value = false
      }}
      onDrop={event => {
        event.preventDefault()
        over.value = false
        take(event.dataTransfer?.files)
      }}
    >
      <Icon name="plus" size={28} />
      <p>{text}</p>
      <Button busy={busy} onClick={() => input.current!.click()}>
        {choose}
      </Button>
      <input
        ref={input}
        class="visually-hidden"
        type="file"
        multiple={multiple}
        accept={accept}
        aria-label={choose}
        tabIndex={-1}
        onChange={event => {
          take(event.currentTarget.files)
          // So that the same file can be chosen again.
          event.currentTarget.value = ''
        }}
      />
      <p class="quiet">{formats}</p>
    </div>
  )
}
