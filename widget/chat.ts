/** What the loader fetches when the chat is wanted: builds the panel beside the launcher and hands back its controls. */
import { ask, type Failure, fetchBot } from './api.ts'
import css from './chat.css'
import { createConversation, type Keeper } from './conversation.ts'
import type { Launcher } from './loader.ts'
import { createPanel, type Looks } from './panel.tsx'
import { loadSpeech } from './text.ts'

/** The controls, which `window.Parley` offers under the same names. */
export interface Chat {
  /** `quietly` leaves the focus where it is, and does not cover a small screen. */
  open(quietly?: boolean): void
  close(): void
  toggle(): void
  /** Opens, and asks. */
  send(question: string): void
  /** Starts a new conversation and forgets the old one. */
  reset(): void
}

/** Below this the panel covers the window and is modal; the same condition is in chat.css. */
const small = '(max-width: 480px), (max-height: 480px)'

/** Keystrokes meant for the chat are no shortcuts of the page, and its focus no business of the page's focus traps. */
const keptInside = ['keydown', 'keyup', 'keypress', 'focusin', 'focusout']

/** Storage is refused by throwing in some browsers; then nothing is kept. */
function keeper(history: string | null): Keeper | undefined {
  try {
    return history === 'none' ? undefined : history === 'keep' ? localStorage : sessionStorage
  } catch {}
}

function adopt(root: ShadowRoot) {
  try {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(css)
    root.adoptedStyleSheets = [sheet]
  } catch {
    root.appendChild(document.createElement('style')).textContent = css
  }
}

/** What happens is told to the page, as an event on `window`. */
const tell = (type: 'ready' | 'open' | 'close' | 'message' | 'unread' | 'error', detail?: unknown) =>
  dispatchEvent(new CustomEvent(`parley:${type}`, { detail }))

/** Called once by the loader. */
export async function start({ api, setting, box, button, paint }: Launcher): Promise<Chat> {
  const companyId = setting('company-id') || ''
  const wanted = setting('lang')
  const speech = await loadSpeech(wanted ? [wanted] : [...navigator.languages, document.documentElement.lang])
  const label = button.getAttribute('aria-label')!

  const conversation = createConversation({
    companyId,
    ask: (...question) => ask(api, ...question),
    keeper: keeper(setting('history')),
    changed: () => panel.update(),
    ended({ question, answer, sources, failure }) {
      panel.speak()
      tell(failure ? 'error' : 'message', failure || { question, answer, sources })
      if (!dialog.open) markUnread(true)
    },
  })
  const panel = createPanel({
    speech,
    conversation,
    color: setting('color'),
    theme: setting('theme'),
    placeholder: setting('placeholder'),
    left: setting('position') === 'left',
    close: () => controls.close(),
  })
  const { dialog, input, badge } = panel

  // A root of its own: the launcher's few rules stay out of the chat.
  const host = document.createElement('section')
  const root = host.attachShadow({ mode: 'open' })
  for (const type of keptInside) host.addEventListener(type, event => event.stopPropagation())
  adopt(root)
  root.append(dialog, badge)
  box.append(host)
  button.title = ''

  const markUnread = (unread: boolean) => {
    badge.hidden = !unread
    button.setAttribute('aria-label', unread ? `${label}: ${speech.text.unread}` : label)
    if (unread) tell('unread')
  }

  // Attributes of the tag win over the portal's settings.
  const dress = (bot: Looks) => {
    const color = setting('color') || bot.color
    panel.dress({ ...bot, name: setting('title') || bot.name, greeting: setting('greeting') || bot.greeting, color })
    paint(color)
  }
  fetchBot(api, companyId).then(dress, (failure: Failure) =>
    // Whatever else went wrong may have passed when the first question is asked.
    dress(failure.kind === 'unavailable' ? { failure } : {}),
  )

  const controls: Chat = {
    open(quietly) {
      const modal = matchMedia(small).matches
      if (dialog.open || (modal && quietly)) return
      if (modal && dialog.showModal) dialog.showModal()
      else dialog.setAttribute('open', '')
      button.hidden = true
      button.setAttribute('aria-expanded', 'true')
      markUnread(false)
      // Where a keyboard would rise over the panel, the visitor decides when.
      if (!quietly) (modal ? dialog : input).focus()
      panel.update()
      tell('open')
    },
    close() {
      if (!dialog.open) return
      const inside = root.activeElement
      button.hidden = false
      button.setAttribute('aria-expanded', 'false')
      if (dialog.close) dialog.close()
      else dialog.removeAttribute('open')
      if (inside) button.focus()
      tell('close')
    },
    toggle() {
      controls[dialog.open ? 'close' : 'open']()
    },
    send(question) {
      controls.open()
      conversation.send(question)
    },
    reset() {
      conversation.clear()
    },
  }
  tell('ready')
  return controls
}
