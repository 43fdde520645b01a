/** @jsxImportSource ./dom */

/** The chat as visitors see it: a dialog that leaves the page usable, or covers a small screen. */
import type { Failure } from './api.ts'
import { palette } from './color.ts'
import type { Conversation } from './conversation.ts'
import { fill } from './dom/jsx-runtime.ts'
import { IconButton, relabel } from './icon.tsx'
import type { Speech } from './text.ts'
import { createTurn, failureText, Suggestions, type TurnView } from './turn.tsx'

/** As the server has it. */
const maxMessage = 10_000
const defaultColor = '#1d6b57'

export interface PanelDeps {
  speech: Speech
  conversation: Conversation
  /** As in `Looks`, until those are known. */
  color: string | null
  /** `light` and `dark` as given; anything else follows the visitor's system. */
  theme: string | null
  placeholder: string | null
  left: boolean
  close(): void
}

/** What the tag or the portal says of the bot; what is empty has a default. */
export interface Looks {
  name?: string | null
  greeting?: string | null
  /** `#rrggbb` */
  color?: string | null
  suggestions?: string[]
  /** The bot cannot be had. */
  failure?: Failure
}

export interface Panel {
  dialog: HTMLDialogElement
  input: HTMLTextAreaElement
  /** A dot on the launcher. */
  badge: HTMLElement
  dress(looks: Looks): void
  /** Shows what has changed in the conversation. */
  update(): void
  /** Has assistive technology read the latest reply, once. */
  speak(): void
}

/** Tells the style sheet which part of the window the on-screen keyboard leaves. */
function followKeyboard(dialog: HTMLElement) {
  const view = window.visualViewport
  const adapt = () => {
    dialog.style.setProperty('--top', `${view!.offsetTop}px`)
    dialog.style.setProperty('--height', `${view!.height}px`)
  }
  view?.addEventListener('resize', adapt)
  view?.addEventListener('scroll', adapt)
  if (view) adapt()
}

export function createPanel(deps: PanelDeps): Panel {
  const { speech, conversation, theme, left, close } = deps
  const { text } = speech
  const placeholder = deps.placeholder || text.placeholder
  let { color } = deps
  const name = <bdi>{text.title}</bdi>
  const opening = (<div class="opening" />) as HTMLElement
  const status = (<p class="unseen" role="status" />) as HTMLElement
  let views: TurnView[] = []
  /** The end of the log is in sight, so it is kept in sight. */
  let following = true

  /** After a button that goes away; on a touch screen not to the input, which would raise the keyboard over the answer. */
  const refocus = () => (matchMedia('(pointer: coarse)').matches ? log : input).focus()
  const ask = (question: string) => {
    following = true
    conversation.send(question)
    refocus()
  }
  const submit = (event: Event) => {
    event.preventDefault()
    if (conversation.busy) return conversation.stop()
    const question = input.value
    if (!question.trim()) return
    input.value = ''
    fitInput()
    following = true
    conversation.send(question)
  }
  const fitInput = () => {
    // An empty input would be read from left to right, whatever its placeholder is.
    input.dir = input.value && 'auto'
    input.style.height = 'auto'
    input.style.height = `${input.scrollHeight}px`
  }

  const input = (
    <textarea
      rows="1"
      maxlength={maxMessage}
      enterkeyhint="send"
      placeholder={placeholder}
      aria-label={placeholder}
      onInput={fitInput}
      onKeydown={event => {
        // Enter inside an input method chooses a word.
        if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
        event.preventDefault()
        if (!conversation.busy) submit(event)
      }}
    />
  ) as HTMLTextAreaElement
  const send = <button type="submit" class="send" />
  const newChat = (
    <IconButton
      icon="newChat"
      label={text.newChat}
      onClick={() => {
        conversation.clear()
        refocus()
      }}
    />
  )
  const log = (
    <div
      class="log"
      role="log"
      // Answers are read from the status, once and whole; here they would be read piece by piece.
      aria-live="off"
      aria-label={text.conversation}
      tabindex="0"
      onScroll={() => {
        following = log.scrollHeight - log.scrollTop - log.clientHeight < 60
      }}
    >
      {opening}
    </div>
  )
  const dialog = (
    <dialog
      class={left && 'left'}
      aria-labelledby="name"
      lang={speech.lang}
      dir={speech.dir}
      tabindex="-1"
      onKeydown={event => {
        if (event.key !== 'Escape' || event.isComposing) return
        event.preventDefault()
        close()
      }}
      // The back gesture of a phone.
      onCancel={event => {
        event.preventDefault()
        close()
      }}
    >
      <header>
        <span class="mark" aria-hidden="true" />
        <div>
          <h2 id="name">{name}</h2>
          <p>{text.assistant}</p>
        </div>
        {newChat}
        <IconButton icon="close" label={text.close} onClick={close} />
      </header>
      {log}
      {status}
      <form onSubmit={submit}>
        {input}
        {send}
      </form>
    </dialog>
  ) as HTMLDialogElement

  const systemDark = matchMedia('(prefers-color-scheme: dark)')
  const paint = () => {
    const valid = /^#[\da-f]{6}$/i.test(color!) ? color! : defaultColor
    const dark = theme === 'dark' || (theme !== 'light' && systemDark.matches)
    const colors = palette(valid, dark)
    for (const property in colors) dialog.style.setProperty(property, colors[property]!)
    dialog.style.colorScheme = dark ? 'dark' : 'light'
  }
  systemDark.addEventListener('change', paint)
  followKeyboard(dialog)
  paint()

  const panel: Panel = {
    dialog,
    input,
    badge: <span class={`badge ${left ? 'left' : ''}`} hidden />,
    dress(looks) {
      name.textContent = looks.name || text.title
      color = looks.color!
      paint()
      opening.textContent = ''
      fill(
        opening,
        looks.failure ? (
          <p class="note">{failureText(looks.failure, speech)}</p>
        ) : (
          <>
            <p class="greeting" dir="auto">
              {looks.greeting || text.greeting}
            </p>
            <Suggestions of={looks.suggestions} speech={speech} ask={ask} />
          </>
        ),
      )
    },
    update() {
      const { turns, busy } = conversation
      // Only the latest turn ever changes; fewer turns mean a new conversation.
      if (turns.length < views.length) {
        for (const view of views) view.element.remove()
        views = []
      }
      if (turns.length === views.length) views[views.length - 1]?.update()
      for (const turn of turns.slice(views.length)) {
        const view = createTurn(turn, {
          speech,
          name: () => name.textContent!,
          ask,
          retry() {
            conversation.retry()
            refocus()
          },
        })
        views.push(view)
        log.append(view.element)
      }
      newChat.hidden = !turns.length
      relabel(send, busy ? 'stop' : 'send', busy ? text.stop : text.send)
      if (busy) status.textContent = ''
      // The answer may grow until its question reaches the top.
      const latest = views[views.length - 1]?.element
      if (following && latest) log.scrollTop = latest.offsetTop - 16
    },
    speak() {
      const parts = views[views.length - 1]!.element.querySelectorAll<HTMLElement>('.answer, .note, summary')
      // biome-ignore lint/performance/useDomNodeTextContent: between the items of a list there is only layout.
      status.textContent = Array.from(parts, part => part.innerText.trim()).join('\n')
    },
  }
  panel.update()
  return panel
}
