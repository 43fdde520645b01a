/**
 * The script tag: `<script src="https://HOST/widget.js" data-company-id="…" async></script>`.
 *
 * A classic script that puts a launcher on the page and nothing else; the chat itself (chat.ts) is fetched when a
 * visitor reaches for it. It must work wherever a tag manager puts it, so it does not rely on `currentScript`, on
 * `document.body` being there yet, or on data attributes surviving: each may be a query parameter of `src` instead.
 *
 * What visitors see is in a closed-off box: host element → shadow root → `box`, lifted by the browser's top layer over
 * any z-index, transform or filter of the page. The host hangs beside `body`, where neither the page's layout nor a
 * framework that replaces `body` notices it.
 *
 * Every byte here is paid on every page view of every client; test/widget/size.test.ts holds the limit.
 */
import type { Chat } from './chat.ts'
import css from './launcher.css'
import type { SettingName } from './setting.ts'

/** What the loader hands to the chat. */
export interface Launcher {
  /** Address of the installation, without a trailing slash. */
  api: string
  /** Null where the tag does not say. */
  setting(name: SettingName): string | null
  /** Holds the button, and the chat once it is opened. */
  box: HTMLElement
  button: HTMLButtonElement
  /** Gives launcher and chat the client's colour, `#rrggbb`; anything else changes nothing. */
  paint(color: string | null | undefined): void
}

/** `window.Parley` before the loader has come: calls to be made then, such as `['open']`. */
type Queue = [method: string, ...values: unknown[]][]

const page = document
const global = window as any
const queue: Queue = global.Parley || []

function start() {
  const script = (page.currentScript || page.querySelector('script[data-company-id]')) as HTMLScriptElement
  const { origin, searchParams } = new URL(script.src)
  const setting: Launcher['setting'] = name => script.getAttribute(`data-${name}`) || searchParams.get(name)
  const api = setting('api-url') || origin

  const host = page.createElement('parley-chat')
  const root = host.attachShadow({ mode: 'open' })
  const box = page.createElement('div')
  const button = page.createElement('button')
  // The same word in most languages; that it opens something, assistive technology says in the visitor's own.
  button.setAttribute('aria-label', setting('title') || 'Chat')
  button.setAttribute('aria-expanded', 'false')

  const paint: Launcher['paint'] = color => {
    if (!/^#[\da-f]{6}$/i.test(color!)) return
    const rgb = +color!.replace('#', '0x')
    // Relative luminance (WCAG 2.2) with a gamma of 2: which of the two inks stands out by 3 : 1 at least.
    const luminance = (rgb >> 16) ** 2 * 0.21 + ((rgb >> 8) & 255) ** 2 * 0.72 + (rgb & 255) ** 2 * 0.07
    box.style.setProperty('--color', color!)
    box.style.setProperty('--on-color', luminance > 16e3 ? '#111' : '#fff')
  }
  paint(setting('color'))

  box.className = setting('position')!
  box.append(button)
  root.append(box)
  page.documentElement.append(host)
  try {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(css)
    root.adoptedStyleSheets = [sheet]
    box.popover = 'manual'
    box.showPopover()
  } catch {
    // Safari before 16.4 constructs no style sheets; browsers before 2024 may have no popovers, and do without.
    if (!root.adoptedStyleSheets) root.appendChild(page.createElement('style')).textContent = css
  }

  let chat: Promise<Chat | undefined> | undefined
  let query = ''
  const load = () =>
    (chat ||= import(`${api}/widget/v${PARLEY_VERSION}/chat.js${query}`).then(
      module => module.start({ api, setting, box, button, paint }),
      () => {
        // A browser may remember that a module failed to load: the next try is made at another address.
        query += '?'
        chat = undefined
        button.title = 'Offline'
      },
    ))

  const parley: Record<string, any> = {
    push: ([method, ...values]: Queue[number]) => parley[method](...values),
    show: () => (box.style.display = ''),
    hide: () => (box.style.display = 'none'),
    destroy() {
      host.remove()
      delete global.Parley
    },
    on: (type: string, listener: EventListener) => addEventListener(`parley:${type}`, listener),
    off: (type: string, listener: EventListener) => removeEventListener(`parley:${type}`, listener),
  }
  for (const method of 'open close toggle send reset'.split(' ')) {
    // biome-ignore lint/complexity/useOptionalChain: it would be the larger of the two.
    parley[method] = (...values: unknown[]) => load().then((chat: any) => chat && chat[method](...values))
  }
  global.Parley = parley

  button.onclick = parley.toggle
  button.onpointerenter = load
  if (setting('open')) parley.open(true)
  queue.forEach(parley.push)
}

// Anything but a queue is the widget itself, from an earlier tag.
if (Array.isArray(queue)) start()
