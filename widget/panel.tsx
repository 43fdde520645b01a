/** @jsxImportSource ./dom */

/** The chat as visitors see it: a dialog that leaves the page usable, or covers a small screen. */
import type { LeadForm } from '../server/accounts/wire.ts'
import { OuterLink } from './answer.tsx'
import type { Api, Failure, LeadFields } from './api.ts'
import type { Conversation, Turn } from './conversation.ts'
import { type Child, fill } from './dom/jsx-runtime.ts'
import { IconButton, relabel } from './icon.tsx'
import { Lead } from './lead.tsx'
import { createMenu } from './menu.tsx'
import type { Speech } from './text.ts'
import { createTurn, failureText, Suggestions, type TurnView } from './turn.tsx'

/** As the server has it. */
const maxMessage = 10_000

export interface PanelDeps {
  speech: Speech
  conversation: Conversation
  api: Api
  /** What the page told of the visitor. */
  known(): LeadFields
  /** A character or two, or the https address of an image. */
  avatar: string | null | undefined
  /** Something happened that the page may want to know of. */
  tell(type: 'lead' | 'handoff', detail: unknown): void
  /** `light` and `dark` as given; anything else follows the visitor's system. */
  theme: string | null | undefined
  placeholder: string | null | undefined
  left: boolean
  close(): void
}

/** What the tag or the portal says of the bot; what is empty has a default. */
export interface Looks {
  name?: string | null
  greeting?: string | null
  suggestions?: string[]
  consent?: { text: string; url: string } | null
  lead?: LeadForm | null
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
  const { speech, conversation, api, theme, left, close, tell } = deps
  let looks: Looks = {}
  /** The visitor has left word: nobody is asked twice. */
  let hasLeft = false
  const { text } = speech
  const placeholder = deps.placeholder || text.placeholder
  const name = <bdi>{text.title}</bdi>
  const opening = (<div class="opening" />) as HTMLElement
  const status = (<p class="unseen" role="status" />) as HTMLElement
  let views: TurnView[] = []
  /** The end of the log is in sight, so it is kept in sight. */
  let following = true

  /** After a button that goes away; on a touch screen not to the input, which would raise the keyboard over the answer. */
  const refocus = () => (matchMedia('(pointer: coarse)').matches ? log : input).focus()
  const put = (question: string) => {
    input.value = ''
    fitInput()
    following = true
    conversation.send(question)
  }
  const ask = (question: string) => {
    put(question)
    refocus()
  }
  const submit = (event: Event) => {
    event.preventDefault()
    if (conversation.busy) return conversation.stop()
    if (input.value.trim()) put(input.value)
  }
  const offers = (<div class="offers" />) as HTMLElement
  let typing = 0
  /** Questions of the bot's own that what is being typed may become. */
  const offer = () => {
    clearTimeout(typing)
    offers.textContent = ''
    const typed = input.value.trim()
    if (typed.length < 3) return
    typing = window.setTimeout(async () => {
      const found = await api.suggest(typed).catch(() => [])
      if (input.value.trim() !== typed || conversation.busy) return
      offers.textContent = ''
      fill(offers, <Suggestions of={found.filter(one => one !== typed)} speech={speech} ask={ask} />)
    }, 250)
  }
  const fitInput = () => {
    offer()
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
  const menu = createMenu({ ...deps, name: () => name.textContent!, say: words => say(words) })

  const leadForm = (form: LeadForm): Child =>
    !hasLeft && (
      <Lead
        form={form}
        speech={speech}
        known={deps.known()}
        leave={async lead => {
          await api.leave({ ...lead, session_id: conversation.sessionId })
          tell('lead', lead)
        }}
        left={() => {
          hasLeft = true
          panel.update()
        }}
      />
    )
  /** For where the bot has no answer: each once, since the answer does not name them. */
  const waysOn = ({ ways, hours }: Turn): Child =>
    ways?.[0] && (
      <>
        {hours && <p class="note">{hours.text}</p>}
        <div class="onward">
          {ways.map(({ kind, value, label, href }) =>
            kind === 'lead' ? (
              looks.lead && leadForm(looks.lead)
            ) : href ? (
              <OuterLink class="chip" href={href} onClick={() => tell('handoff', { contact: value })}>
                {label}
              </OuterLink>
            ) : (
              <p>{label}</p>
            ),
          )}
        </div>
      </>
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
  const composer = (
    <form class="composer" onSubmit={submit}>
      {input}
      {send}
    </form>
  )
  const { avatar = '' } = deps
  const mark = (
    <span class={avatar ? 'face' : 'mark'} aria-hidden="true">
      {/^https:/.test(avatar!) ? <img src={avatar} alt="" /> : avatar}
    </span>
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
        {mark}
        <div>
          <h2 id="name">{name}</h2>
          <p>{text.assistant}</p>
        </div>
        {newChat}
        {menu}
        <IconButton icon="close" label={text.close} onClick={close} />
      </header>
      {log}
      {status}
      {offers}
      {composer}
    </dialog>
  ) as HTMLDialogElement

  const systemDark = matchMedia('(prefers-color-scheme: dark)')
  const paint = () => dialog.classList.toggle('dark', theme === 'dark' || (theme !== 'light' && systemDark.matches))
  systemDark.addEventListener('change', paint)
  followKeyboard(dialog)
  paint()

  const say = (words: string) => {
    status.textContent = words
  }
  /** Nothing is to be asked before the visitor has said who they are. */
  const asksFirst = () => looks.lead?.when === 'before' && !hasLeft && !conversation.turns.length

  const panel: Panel = {
    dialog,
    input,
    badge: <span class={`badge ${left ? 'left' : ''}`} hidden />,
    dress(given) {
      looks = given
      name.textContent = looks.name || text.title
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
            {looks.consent && (
              <p class="note">
                {looks.consent.url ? (
                  <OuterLink href={looks.consent.url}>{looks.consent.text}</OuterLink>
                ) : (
                  looks.consent.text
                )}
              </p>
            )}
            {asksFirst() ? leadForm(looks.lead!) : <Suggestions of={looks.suggestions} speech={speech} ask={ask} />}
          </>
        ),
      )
      panel.update()
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
          waysOn,
          rate(rating, comment) {
            conversation.rate(turn, rating === 'none' ? undefined : rating)
            // What is thought of an answer is worth no error.
            api.rate(turn.answerId!, { rating, comment, session_id: conversation.sessionId }).catch(() => {})
          },
          retry() {
            conversation.retry()
            refocus()
          },
        })
        views.push(view)
        log.append(view.element)
      }
      newChat.hidden = menu.hidden = !turns.length
      composer.hidden = asksFirst()
      relabel(send, busy ? 'stop' : 'send', busy ? text.stop : text.send)
      if (busy) say('')
      // The answer may grow until its question reaches the top.
      const latest = views[views.length - 1]?.element
      if (following && latest) log.scrollTop = latest.offsetTop - 16
    },
    speak() {
      const parts = views[views.length - 1]!.element.querySelectorAll<HTMLElement>('.answer, .note, summary')
      // biome-ignore lint/performance/useDomNodeTextContent: between the items of a list there is only layout.
      say(Array.from(parts, part => part.innerText.trim()).join('\n'))
    },
  }
  panel.update()
  return panel
}
