/** What few launchers have: words, a picture, pages without it, a layer, a time to open. Comes only where it is wanted. */
import type { Launcher } from './loader.ts'

/** Called once by the loader, before the launcher is shown. */
export function trim([setting, , , , box, button, parley]: Launcher): void {
  const words = setting('launcher')
  const picture = setting('icon')
  const layer = setting('z-index')
  const open = setting('open')

  const put = (tag: 'img' | 'span', content: string, style: string) => {
    const part = document.createElement(tag)
    if (tag === 'img') (part as HTMLImageElement).src = content
    part.textContent = content
    part.style.cssText = style
    button.appendChild(part)
    return part
  }
  if (words) {
    // In place of the name that the loader would put in.
    button.append = () => {}
    button.style.cssText = 'display:grid;width:auto;align-content:center'
    // Beside both strokes.
    put(
      'span',
      words,
      'grid-area:1/2/3;align-self:center;padding-inline-end:22px;font:600 16px/1.3 system-ui,sans-serif',
    )
  }
  if (picture) {
    button.style.position = 'relative'
    // Over the launcher's own sign.
    put(
      /^https:/.test(picture) ? 'img' : 'span',
      picture,
      'position:absolute;inset:0 auto 0 0;display:grid;place-items:center;width:56px;height:56px;object-fit:cover;border-radius:inherit;background:var(--color);font:26px/1 system-ui,sans-serif',
    ).ariaHidden = 'true'
  }
  if (layer) {
    // Not the top layer, then, which lies over everything.
    box.showPopover = () => {}
    box.style.zIndex = layer
  }

  const paths = (setting('hide-on') || '').split(/[\s,]+/).filter(Boolean)
  const hidden = () => paths.some(path => matches(path, location.pathname))
  const look = () => {
    box.style.visibility = hidden() ? 'hidden' : ''
  }
  if (paths[0]) {
    look()
    // For pages that change without being loaded anew; not every browser tells of that.
    setInterval(look, 300)
  }
  if (open && open !== 'false') setTimeout(() => hidden() || parley.open!(true), +open * 1000 || 0)
}

/** `*` stands for anything; a path without it for itself alone, with or without a slash at its end. */
const matches = (pattern: string, path: string) =>
  new RegExp(`^${pattern.replace(/[^\w*/-]/g, '\\$&').replace(/\*/g, '.*')}/?$`).test(path)
