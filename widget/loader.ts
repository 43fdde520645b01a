/**
 * The script tag: `<script src="https://HOST/widget.js" data-company-id="…" async></script>`.
 *
 * A classic script that puts a launcher on the page and nothing else; the chat itself (chat.ts) is fetched when a
 * visitor reaches for it. It must work wherever a tag manager puts it, so it does not rely on `currentScript`, on
 * `document.body` being there yet, or on data attributes surviving: each may be a query parameter of `src` instead.
 *
 * The launcher is shown once the portal's settings are known, or are not to be had: nothing changes under a visitor's
 * eyes. What few launchers have (words, an icon, pages without it) is in trim.ts, which comes only where it is wanted.
 *
 * What visitors see is in a closed-off box: host element → shadow root → `box`, lifted by the browser's top layer over
 * any z-index, transform or filter of the page. The host hangs beside `body`, where neither the page's layout nor a
 * framework that replaces `body` notices it.
 *
 * Every byte here is paid on every page view of every client; test/widget/size.test.ts holds the limit.
 */
import css from './launcher.css'
import type { SettingName } from './setting.ts'

/** A call of `window.Parley` to be made: its method and what it is given. */
export type Call = [method: string, ...values: unknown[]]

/** What the loader hands to the chat. A tuple, because names of members are paid for with every page view. */
export type Launcher = [
  /** What the tag says, else the portal; null or undefined where neither does. */
  setting: (name: SettingName | `text-${string}`) => string | null | undefined,
  /** Address of the installation, without a trailing slash. */
  api: string,
  companyId: string,
  host: HTMLElement,
  /** Holds the button, and the chat once it is opened. */
  box: HTMLElement,
  button: HTMLButtonElement,
  /** `window.Parley` */
  parley: Record<string, (...values: any[]) => any>,
  /** Calls that wait for the chat. */
  later: Call[],
]

const page = document
/** Before the loader has come: calls to be made then, such as `['open']`. */
const queue: Call[] = (self as any).Parley || []

// Anything but a queue is the widget itself, from an earlier tag.
if (Array.isArray(queue)) {
  const script = (page.currentScript || page.querySelector('[data-company-id],[data-embed-id]')) as HTMLScriptElement
  const { src } = script
  let portal: Record<string, string> = {}
  const setting: Launcher[0] = name =>
    script.getAttribute(`data-${name}`) ?? new URL(src).searchParams.get(name) ?? portal[name]
  const { origin: api } = new URL(setting('api-url') || setting('base-api-url') || setting('chat-url') || src, src)
  const companyId = (setting('company-id') || setting('embed-id') || setting('api-key'))!

  const host = page.createElement('parley-chat')
  const root = host.attachShadow({ mode: 'open' })
  const box = page.createElement('div')
  const button = page.createElement('button')

  let query = ''
  /** The chat sees to it that it starts once. */
  const load = async () => {
    await shown
    try {
      ;(await import(`${api}/widget/v${PARLEY_VERSION}/chat.js${query}`)).start(launcher)
    } catch {
      // A browser may remember that a module failed to load: the next try is made at another address.
      query += '?'
      button.title = 'Offline'
    }
  }

  const later: Call[] = []
  const parley: Launcher[6] = {
    push: ([method, ...values]: Call) => parley[method]!(...values),
    show: () => (box.style.display = ''),
    hide: () => (box.style.display = 'none'),
    destroy() {
      host.remove()
      delete (self as any).Parley
    },
  }
  for (const method of 'open close toggle send reset identify setLocale on off'.split(' ')) {
    parley[method] = (...values) => {
      later.push([method, ...values])
      // Of these, open, toggle and send are reason enough to load the chat, which then puts its own in their place.
      if (/pen|gg|nd/.test(method)) load()
    }
  }
  ;(self as any).Parley = parley
  const launcher: Launcher = [setting, api, companyId, host, box, button, parley, later]

  const show = async () => {
    try {
      portal = (await (await fetch(`${api}/widget/${companyId}`)).json()).launcher || portal
      if ('launcher icon hide-on z-index open'.split(' ').some(setting as any))
        (await import(`${api}/widget/v${PARLEY_VERSION}/trim.js`)).trim(launcher)
    } catch {}
    // The same word in most languages; that it opens something, assistive technology says in the visitor's own.
    button.append(setting('title') || 'Chat')
    button.ariaExpanded = 'false'
    box.style.setProperty('--color', setting('color') || '')
    box.className = setting('position')!
    box.append(button)
    root.append(box)
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
  }
  const shown = show()

  page.documentElement.append(host)
  button.onclick = parley.toggle!
  button.onpointerenter = load
  queue.forEach(parley.push!)
}
