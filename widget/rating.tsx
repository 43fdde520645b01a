/** @jsxImportSource ./dom */

/** Thumbs for an answer, and a line for what it lacked. */
import type { Turn } from './conversation.ts'
import { IconButton } from './icon.tsx'
import type { Speech } from './text.ts'

export interface RatingDeps {
  turn: Turn
  speech: Speech
  /** Takes back what was said with `none`. */
  rate(rating: 'up' | 'down' | 'none', comment?: string): void
}

/** The two buttons; `after` is where the line for a comment goes. */
export function createRating({ turn, speech: { text }, rate }: RatingDeps): { thumbs: Node[]; after: HTMLElement } {
  const after = (<div role="status" />) as HTMLElement

  const comment = () => {
    const input = (<input class="field" maxlength="1000" aria-label={text.missing} placeholder={text.missing} />) as any
    const form = (
      <form
        class="comment"
        onSubmit={(event: Event) => {
          event.preventDefault()
          if (input.value.trim()) rate('down', input.value.trim())
          after.replaceChildren(<p class="note">{text.thanks}</p>)
        }}
      >
        {input}
        <button type="submit" class="chip">
          {text.send}
        </button>
      </form>
    )
    after.replaceChildren(form)
    input.focus()
  }

  const thumb = (rating: 'up' | 'down', label: string) => {
    const button = (
      <IconButton
        icon="up"
        label={label}
        aria-pressed={`${turn.rating === rating}`}
        onClick={() => {
          const next = turn.rating === rating ? undefined : rating
          rate(next || 'none')
          for (const one of thumbs) one.setAttribute('aria-pressed', `${one === button && !!next}`)
          after.textContent = ''
          if (next === 'down') comment()
        }}
      />
    )
    return button
  }
  const thumbs: HTMLElement[] = [thumb('up', text.helpful), thumb('down', text.unhelpful)]
  return { thumbs, after }
}
