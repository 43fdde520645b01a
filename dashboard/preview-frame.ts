/**
 * What runs in the frame in which the portal shows the widget: the very widget of this installation, built anew with every
 * change of the settings. The frame is sandboxed and has no origin, so whatever the widget asks of the server is answered from the
 * settings, or asked by the portal in its place (see pages/bot/preview.tsx).
 */
import type { BotPreview } from '../server/accounts/wire.ts'

/** From the portal: how the bot looks, and in which surroundings. */
export interface Look extends BotPreview {
  dark: boolean
}
export type ToFrame = { look: Look } | { restart: true } | { id: number; status: number; body: unknown }
interface AskedBody {
  message: string
  session_id?: string
  apart?: boolean
}
/** To the portal: it is listening, or the widget wants something that only the portal may ask. */
export type FromFrame = { ready: true } | { id: number; ask: 'chat' | 'suggest'; body: AskedBody }

const passOn = window.fetch.bind(window)
const real = {
  focus: HTMLElement.prototype.focus,
  showModal: HTMLDialogElement.prototype.showModal,
}
let look: Look | undefined
let open = true
/** What a visitor would find again after a reload. */
const kept = new Map<string, string>()
const said: { timestamp: string; message: string; response: string }[] = []
const waiting = new Map<number, (response: Response) => void>()
let calls = 0

const tell = (message: FromFrame) => parent.postMessage(message, '*')
const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })

/** Storage is refused to a page without origin; the widget's conversation has to outlive its being built anew. */
const storage = {
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => void kept.set(key, value),
  removeItem: (key: string) => void kept.delete(key),
}
for (const name of ['sessionStorage', 'localStorage']) Object.defineProperty(window, name, { value: storage })

/** The widget follows the visitor's system by this question alone. */
const realMatch = window.matchMedia.bind(window)
window.matchMedia = query =>
  query === '(prefers-color-scheme: dark)'
    ? ({ matches: look?.dark ?? false, addEventListener() {} } as unknown as MediaQueryList)
    : realMatch(query)

// Nobody who types into the settings loses the focus to the preview.
HTMLElement.prototype.focus = function (options) {
  if (document.hasFocus()) real.focus.call(this, options)
}
HTMLDialogElement.prototype.showModal = function () {
  if (document.hasFocus()) real.showModal.call(this)
  else this.setAttribute('open', '')
}

function askPortal(ask: 'chat' | 'suggest', body: AskedBody): Promise<Response> {
  const id = ++calls
  tell({ id, ask, body })
  return new Promise(resolve => waiting.set(id, resolve))
}

window.fetch = async (input, init = {}) => {
  const url = new URL(String(input), location.href)
  const { pathname } = url
  if (pathname === '/api/bot') return json(look!.bot)
  if (pathname === `/widget/${look!.bot.company_id}`) return json({ launcher: launcher() })
  if (pathname === '/api/suggest') return askPortal('suggest', { message: url.searchParams.get('q') ?? '' })
  if (pathname === '/api/chat') {
    const body = JSON.parse(String(init.body))
    const response = await askPortal('chat', {
      message: body.message,
      session_id: body.session_id,
      apart: body.apart,
    })
    if (init.signal?.aborted) throw new DOMException('', 'AbortError')
    if (response.ok) {
      const { timestamp, response: words } = await response.clone().json()
      said.push({ timestamp, message: body.message, response: words })
    }
    return response
  }
  // Ratings, forms and deletions are accepted and go nowhere.
  if (pathname.startsWith('/api/')) return json({ success: true, turns: said })
  return passOn(input, init)
}

/** The page that is hinted at is none of the client's, and the conversation stays for as long as the preview. */
const launcher = () => ({ ...look!.launcher, 'hide-on': '', open: '', history: 'tab' })

let drawing = false
let again = false

/** Builds the widget anew; the one before goes when this one can be seen. */
async function draw(): Promise<void> {
  again = drawing
  if (drawing || !look) return
  drawing = true
  document.documentElement.classList.toggle('dark', look.dark)
  const before = [...document.querySelectorAll('parley-chat, script[data-company-id]')]
  ;(window as any).Parley = open ? [['open']] : []
  const script = document.createElement('script')
  script.src = '/widget.js'
  script.dataset.companyId = look.bot.company_id
  document.head.append(script)
  const shown = () => {
    const root = [...document.querySelectorAll('parley-chat')].find(host => !before.includes(host))?.shadowRoot
    return open
      ? root?.querySelector('section')?.shadowRoot?.querySelector('dialog[open]')
      : root?.querySelector('button')
  }
  const give = Date.now() + 5000
  while (!shown() && Date.now() < give) await new Promise(done => setTimeout(done, 20))
  // It was there before, only different: nothing grows out of nothing.
  for (const animation of (shown() as Element | null)?.getAnimations?.({ subtree: true }) ?? []) animation.finish()
  for (const element of before) element.remove()
  drawing = false
  document.documentElement.dataset.drawn = String(Number(document.documentElement.dataset.drawn ?? 0) + 1)
  if (again) void draw()
}

addEventListener('parley:open', () => {
  open = true
})
addEventListener('parley:close', () => {
  open = false
})
addEventListener('message', ({ source, data }: MessageEvent<ToFrame>) => {
  if (source !== parent) return
  if ('look' in data) {
    look = data.look
    void draw()
  } else if ('restart' in data) {
    kept.clear()
    said.length = 0
    open = true
    void draw()
  } else {
    waiting.get(data.id)?.(json(data.body, data.status))
    waiting.delete(data.id)
  }
})
tell({ ready: true })
