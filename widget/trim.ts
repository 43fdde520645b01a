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

/**
 * `*` stands for anything; a path without it for itself alone, with or without a slash at its end. The parts between are looked for
 * one after the other, in linear time: no pattern can hold up a page. server/integration compares the same way.
 */
function matches(pattern: string, path: string): boolean {
  const parts = pattern.split('*')
  const last = parts.pop()!
  let at = 0
  const begins = parts.every((part, i) => {
    const found = path.indexOf(part, at)
    at = found + part.length
    return i ? found >= 0 : !found
  })
  const rest = path.slice(at)
  return begins && [last, `${last}/`].some(end => (parts[0] == null ? rest === end : rest.endsWith(end)))
}
