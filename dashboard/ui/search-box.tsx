/** A search that begins while one types, and follows Back and Forward. */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { Icon } from './icon.tsx'

interface SearchBoxProps {
  label: string
  /** What the address says. */
  value: string
  busy?: boolean
  onSearch: (text: string) => void
}

export function SearchBox({ label, value, busy, onSearch }: SearchBoxProps) {
  const text = useSignal(value)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const sent = useRef(value)
  // The box follows the address, but never while somebody types in it.
  if (sent.current !== value) {
    sent.current = value
    text.value = value
  }
  const search = (next: string) => {
    clearTimeout(timer.current)
    sent.current = next
    onSearch(next)
  }
  useEffect(() => () => clearTimeout(timer.current), [])
  return (
    <form
      class={busy ? 'search-box search-busy' : 'search-box'}
      onSubmit={event => {
        event.preventDefault()
        search(text.peek())
      }}
    >
      <Icon name="search" size={18} />
      <input
        class="control"
        type="search"
        aria-label={label}
        placeholder={label}
        value={text.value}
        maxLength={200}
        onInput={event => {
          text.value = event.currentTarget.value
          clearTimeout(timer.current)
          timer.current = setTimeout(() => search(text.peek()), 250)
        }}
      />
    </form>
  )
}
