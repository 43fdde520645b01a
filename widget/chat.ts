/** What the loader fetches when the chat is wanted: builds the panel beside the launcher and hands over its controls. */
import { createApi, type Failure, type LeadFields } from './api.ts'
import css from './chat.css'
import { createConversation, type Keeper } from './conversation.ts'
import type { Call, Launcher } from './loader.ts'
import { createPanel, type Looks, type Panel } from './panel.tsx'
import { loadSpeech, type Text } from './text.ts'

/** Below this the panel covers the window and is modal; the same condition is in chat.css. */
const small = '(max-width: 480px), (max-height: 480px)'

/** Keystrokes meant for the chat are no shortcuts of the page, and its focus no business of the page's focus traps. */
const keptInside = ['keydown', 'keyup', 'keypress', 'focusin', 'focusout']

/** Storage is refused by throwing in some browsers; then nothing is kept. */
function keeper(history: string | null | undefined): Keeper | undefined {
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
const tell = (
  type: 'ready' | 'open' | 'close' | 'message' | 'unread' | 'handoff' | 'lead' | 'error',
  detail?: unknown,
) => dispatchEvent(new CustomEvent(`parley:${type}`, { detail }))

/** Called by the loader whenever the chat is wanted; starts once, and on the next call if it could not. */
export async function start([setting, host, companyId, , box, button, parley, later]: Launcher): Promise<void> {
  const wanted = button.onpointerenter
  if (!wanted) return
  button.onpointerenter = null

  const api = createApi(host, companyId)
  const asked = api.bot()
  let own: Partial<Text> = {}
  const speak = (lang: string | null | undefined) =>
    loadSpeech(
      `${host}/widget/v${PARLEY_VERSION}/${setting('tone') === 'friendly' ? 'friendly' : 'text'}/`,
      lang ? [lang] : [...navigator.languages, document.documentElement.lang],
      lang ? '' : setting('languages'),
      name => own[name] || setting(`text-${name}`),
    )
  let speech = await speak(setting('lang')).catch(() => undefined)
  if (!speech) {
    asked.catch(() => {})
    button.onpointerenter = wanted
    button.title = 'Offline'
    return
  }

  const label = setting('launcher') || setting('title') || 'Chat'
  let person: LeadFields = {}
  let looks: Looks | undefined

  const conversation = createConversation({
    companyId,
    ask: api.ask,
    keeper: keeper(setting('history')),
    changed: () => panel.update(),
    ended({ question, answer, sources, failure, kind }) {
      panel.speak()
      tell(failure ? 'error' : 'message', failure || { question, answer, sources, kind })
      if (!panel.dialog.open) markUnread(true)
    },
  })
  const make = (): Panel =>
    createPanel({
      speech: speech!,
      conversation,
      api,
      known: () => person,
      tell,
      theme: setting('theme'),
      placeholder: setting('placeholder'),
      avatar: setting('avatar'),
      left: setting('position') === 'left',
      close: () => controls.close!(),
    })

  const markUnread = (unread: boolean) => {
    panel.badge.hidden = !unread
    // Else it is named by what stands in it.
    button.removeAttribute('aria-label')
    if (!unread) return
    button.setAttribute('aria-label', `${label}: ${speech!.text.unread}`)
    tell('unread')
  }

  // Attributes of the tag win over the portal's settings.
  const dress = (bot: Looks) => {
    looks = { ...bot, name: setting('title') || bot.name, greeting: setting('greeting') || bot.greeting }
    panel.dress(looks)
  }

  const controls: Record<string, (...values: any[]) => void> = {
    /** `quietly` leaves the focus where it is, and does not cover a small screen. */
    open(quietly?: unknown) {
      const { dialog, input } = panel
      const modal = matchMedia(small).matches
      if (dialog.open || (modal && quietly === true)) return
      if (modal) dialog.showModal()
      else dialog.setAttribute('open', '')
      button.hidden = true
      button.setAttribute('aria-expanded', 'true')
      markUnread(false)
      // Where a keyboard would rise over the panel, the visitor decides when.
      if (quietly !== true) (modal ? dialog : input).focus()
      panel.update()
      tell('open')
    },
    close() {
      const { dialog } = panel
      if (!dialog.open) return
      const inside = root.activeElement
      button.hidden = false
      button.setAttribute('aria-expanded', 'false')
      dialog.close()
      if (inside) button.focus()
      tell('close')
    },
    toggle() {
      controls[panel.dialog.open ? 'close' : 'open']!()
    },
    /** Opens, and asks. */
    send(question: string) {
      controls.open!()
      conversation.send(question)
    },
    /** Starts a new conversation and forgets the old one. */
    reset: () => conversation.clear(),
    /** What the page knows of the visitor: fills in the form that asks for it. */
    identify(known: LeadFields) {
      person = { ...person, ...known }
      if (looks) panel.dress(looks)
    },
    /** Another language, and words said otherwise, by their names in text/en.json. */
    async setLocale(lang?: string, words?: Partial<Text>) {
      own = { ...own, ...words }
      speech = await speak(lang).catch(() => speech)
      const before = panel
      panel = make()
      before.dialog.replaceWith(panel.dialog)
      before.badge.replaceWith(panel.badge)
      if (looks) panel.dress(looks)
      if (!before.dialog.open) return
      before.dialog.close()
      controls.open!(true)
    },
    on: (type: string, listener: EventListener) => addEventListener(`parley:${type}`, listener),
    off: (type: string, listener: EventListener) => removeEventListener(`parley:${type}`, listener),
  }

  let panel = make()
  // A root of its own: the launcher's few rules stay out of the chat.
  const section = document.createElement('section')
  const root = section.attachShadow({ mode: 'open' })
  for (const type of keptInside) section.addEventListener(type, event => event.stopPropagation())
  adopt(root)
  root.append(panel.dialog, panel.badge)
  box.append(section)
  button.title = ''
  asked.then(dress, (failure: Failure) =>
    // Whatever else went wrong may have passed when the first question is asked.
    dress(failure.kind === 'unavailable' ? { failure } : {}),
  )

  Object.assign(parley, controls)
  button.onclick = () => controls.toggle!()
  // Who clicked in vain while the chat could not be had did not mean to open and close it.
  const opens = /^(open|toggle)$/
  const latest = later.filter(([method]) => opens.test(method)).pop()
  const calls = later.filter(call => !opens.test(call[0]) || call === latest)
  const listens = ([method]: Call) => /^o[nf]/.test(method)
  calls.filter(listens).forEach(parley.push!)
  tell('ready')
  for (const call of calls) if (!listens(call)) parley.push!(call)
}
