/** What the loader fetches when the chat is wanted: builds the panel beside the launcher and hands back its controls. */
import { ask, fetchBot } from './api.ts'
import css from './chat.css'
import { createConversation, type Keeper } from './conversation.ts'
import type { Launcher } from './loader.ts'
import { createPanel, type Looks } from './panel.tsx'
import { loadSpeech } from './text.ts'

/** The controls. `window.Parley.push([name, …values])` calls them by name. */
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

/** Called once by the loader. */
export async function start({ api, setting, box, button, paint }: Launcher): Promise<Chat> {
  const companyId = setting('company-id') || ''
  const lang = setting('lang')
  const speech = await loadSpeech(lang ? [lang] : navigator.languages)

  const conversation = createConversation({
    companyId,
    ask: (body, signal, listener) => ask(api, body, signal, listener),
    keeper: keeper(setting('history')),
    changed: () => panel.update(),
    ended: () => panel.speak(),
  })
  const panel = createPanel({
    speech,
    conversation,
    theme: setting('theme'),
    left: setting('position') === 'left',
    close: () => controls.close(),
  })
  const { dialog, input } = panel

  // A root of its own: the launcher's few rules stay out of the chat.
  const host = document.createElement('section')
  const root = host.attachShadow({ mode: 'open' })
  for (const type of keptInside) host.addEventListener(type, event => event.stopPropagation())
  adopt(root)
  root.append(dialog)
  box.append(host)

  // Attributes of the tag win over the portal's settings.
  const dress = ({ name, greeting, color, ...rest }: Looks) => {
    const looks = {
      name: setting('title') || name,
      greeting: setting('greeting') || greeting,
      color: setting('color') || color,
    }
    panel.dress({ ...looks, ...rest })
    paint(looks.color)
  }
  fetchBot(api, companyId).then(dress, failure => dress({ failure }))

  const controls: Chat = {
    open(quietly) {
      if (dialog.open) return
      const modal = matchMedia(small).matches
      if (modal && quietly) return
      if (modal && dialog.showModal) dialog.showModal()
      else dialog.setAttribute('open', '')
      button.hidden = true
      // Where a keyboard would rise over the panel, the visitor decides when.
      if (!quietly) (modal ? dialog : input).focus()
    },
    close() {
      if (!dialog.open) return
      const focused = root.activeElement
      button.hidden = false
      if (dialog.close) dialog.close()
      else dialog.removeAttribute('open')
      if (focused) button.focus()
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
  return controls
}
